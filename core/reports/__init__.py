"""Reports: what is measured, over which period, for whom; and the boards that show it."""
