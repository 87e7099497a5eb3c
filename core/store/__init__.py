"""Where everything is kept: tables, units of work, inbox and outbox, issued cards, dialogs, audit chain, leases."""
