"""What clinical words mean: plain text files, read when they are first needed."""
