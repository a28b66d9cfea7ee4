"""What speaks for and against each answer, learned."""
