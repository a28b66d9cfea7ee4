"""What is learned from notes that people annotated, and weighed beside what the rules say."""
