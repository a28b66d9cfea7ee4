"""The word lists of the check, line by line."""
