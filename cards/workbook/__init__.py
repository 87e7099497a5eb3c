"""What people keep: lists and boards as XLSX.

table     rows with their head: plain values
lists     the lists of the cards, with all of their rows
boards    boards
xlsx      a table as a file, marked with whose it is
"""
