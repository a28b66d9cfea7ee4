"""Feedback on facts: what people say is wrong with what was understood of a note. It changes neither note nor fact."""
