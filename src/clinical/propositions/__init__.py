"""What a text says of a patient, in small statements that can be compared: who, what, how sure, when and how much."""
