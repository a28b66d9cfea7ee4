"""The OpenAPI document: what FastAPI finds out, completed with what holds for every call."""

from rounds.http.openapi.document import DESCRIPTION, complete

__all__ = ["DESCRIPTION", "complete"]
