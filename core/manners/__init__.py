"""Manners: when what comes by itself may come, what of it a person wants, and how it comes when there is much of it."""
