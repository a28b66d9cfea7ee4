"""What was done to the patient, is to be done, or was refused: operations, imaging, devices, vaccinations."""
