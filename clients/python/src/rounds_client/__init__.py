"""A typed, asynchronous client of Rounds, the clinical backend."""

from rounds_client import models
from rounds_client.client import Rounds
from rounds_client.events import Event
from rounds_client.paging import every
from rounds_client.problems import RoundsProblem
from rounds_client.session import NotSignedIn

__all__ = ["Event", "NotSignedIn", "Rounds", "RoundsProblem", "every", "models"]
