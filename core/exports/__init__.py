"""导出: lists and boards as files to keep. Who may, how many, above which size somebody else decides; and a record of
each."""
