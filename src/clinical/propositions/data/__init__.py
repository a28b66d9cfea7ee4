"""The words of the propositions."""
