"""What happens to patients, for whoever listens."""

from rounds.events import PatientEvent


class PatientCreated(PatientEvent):
    """A patient was registered."""

    type = "rounds.patient.created"


class PatientUpdated(PatientEvent):
    """Something in a patient's record changed; read it to see what."""

    type = "rounds.patient.updated"


class PatientDeleted(PatientEvent):
    """A patient's record left every read."""

    type = "rounds.patient.deleted"
