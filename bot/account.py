"""Who gives a command on this machine: for the audit log."""

import getpass
import os


def account() -> str:
    """The account that runs this process; its number where it has no name (as under some service managers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid())
