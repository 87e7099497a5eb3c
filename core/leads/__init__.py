"""Customers, leads, pools: claim, follow-up, release, transfer."""
