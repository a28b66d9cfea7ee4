"""What the patient does not tolerate or has to avoid."""
