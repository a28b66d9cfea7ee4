"""Steps that are still ahead when a note is written, and when they are due."""
