"""离职交接: all that a leaver has goes to others, kind by kind, record by record; and back."""
