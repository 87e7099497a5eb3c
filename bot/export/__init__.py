"""`tuoling audit export`: all that is known of an application, as files for an inspection."""
