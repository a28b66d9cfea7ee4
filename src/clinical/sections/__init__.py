"""What a note's headings make of it: its outline, its header, its type."""
