"""A text cut up: lines, sentences, tokens."""
