"""The fields of a patient, in one place: what is stored, read, shown, copied and withheld derives from here.

What a client writes is said by `PatientWrite`, how it is stored by the table, and what is shown by `PatientRead`; these
are their names, told apart by what they mean.
"""

from sqlmodel import col

from features.patients.schema import PatientWrite
from features.patients.tables import Patient

# What a client writes and the table of patients has; identifiers have a table of their own.
WRITTEN = tuple(name for name in PatientWrite.model_fields if name != "identifiers")
STORED = ("id", *WRITTEN, "version", "created_at", "updated_at")
COLUMNS = tuple(col(getattr(Patient, name)) for name in STORED)
# What a person goes by, besides the name; no reason for an erasure may tell it.
IDENTIFYING = ("mrn", "nhs_number", "email", "phone")
# What only those are shown who read notes or evaluate.
CLINICAL = ("height_cm", "weight_kg", "bmi", "conditions")
