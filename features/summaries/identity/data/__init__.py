"""Words that are no names, and words that are both."""
