"""What auditors have to hear of."""

from uuid import UUID

from rounds.events import Event


class BreakGlassUsed(Event):
    """Somebody opened a restricted record. It stays within the house; no field says why."""

    type = "rounds.break_glass.used"
    public = False

    use_id: UUID
    patient_id: UUID
    actor_id: UUID
