"""Employees, departments, roles, and who may see and do what."""
