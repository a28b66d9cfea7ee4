"""What the server refuses, as an exception.

RoundsProblem
    whatever came with a status of 400 or more; branch on its `code`
"""

from typing import Any

import httpx


class RoundsProblem(Exception):  # noqa: N818 - it is what the API calls a problem
    """A refusal by the server (RFC 9457)."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        self.status = status
        self.document = document
        """Everything the server said, members of its own such as `field`, `version` or `clash` among it."""
        self.code = str(document.get("code", f"http_{status}"))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.request_id = str(document.get("request_id", ""))
        self.errors: list[dict[str, str]] = document.get("errors") or []
        """On 422: `pointer`, `code` and `detail` of each field that was refused."""
        super().__init__(f"{status} {self.code}: {self.detail or self.title}")

    @classmethod
    def of(cls, response: httpx.Response) -> "RoundsProblem":
        """The problem that a response tells, whose body has been read; a proxy's answer may be none of ours."""
        try:
            document = response.json()
        except ValueError:
            document = {}
        return cls(response.status_code, document if isinstance(document, dict) else {})
