"""Asking other systems for reports on applicants, by signed HTTP requests."""
