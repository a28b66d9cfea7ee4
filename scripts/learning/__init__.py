"""What is learned from annotated notes."""
