"""How a mention is meant: denied, doubted, past, planned, of somebody else."""
