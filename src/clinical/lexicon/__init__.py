"""The words of medicine, as data, and how they are found in a text."""
