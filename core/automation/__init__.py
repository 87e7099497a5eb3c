"""Automation: when something happens, and a condition holds, something is done."""
