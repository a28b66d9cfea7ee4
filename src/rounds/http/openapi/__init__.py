"""The OpenAPI document: what FastAPI finds out, completed with what holds for every call."""

from rounds.http.openapi.document import complete

__all__ = ["complete"]
