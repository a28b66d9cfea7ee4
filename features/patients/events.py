"""What happens to patients, for whoever listens."""

from rounds.events import PatientEvent


class PatientCreated(PatientEvent):
    """A patient was registered."""

    type = "rounds.patient.created"


class PatientUpdated(PatientEvent):
    """Something in a patient's record changed; read it to see what."""

    type = "rounds.patient.updated"


class PatientErased(PatientEvent):
    """A patient was erased for good. Whoever keeps something of them elsewhere has to erase it too."""

    type = "rounds.patient.erased"


class PatientDeleted(PatientEvent):
    """A patient's record left every read."""

    type = "rounds.patient.deleted"
