"""`rounds mock`: the whole API on the sample ward, with a memory that ends with it; for tests of frontends."""

import os
import signal
import sys
from typing import Annotated

import typer


def run_mock(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; left out, 8000 or the next free one.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line in the log for each request.")] = False,
) -> None:
    """Serve the API on sample data that is forgotten at the end, for tests of frontends.

    It is the real thing on engines of its own in a temporary directory. Whatever is configured, no other database is
    touched, no model is asked and no mail is sent. ROUNDS_ADMIN_USERNAME and ROUNDS_ADMIN_PASSWORD count.
    """
    import tempfile
    from pathlib import Path

    from rounds import serving
    from rounds.settings import load

    # Also for whatever reads a setting by itself.
    os.environ["ROUNDS_ENVIRONMENT"] = "development"
    # Before there is anything to remove: whenever a signal comes, the directory goes.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="rounds-mock-") as folder:
        if os.geteuid() == 0:  # then the engines have another account, which must be able to pass through
            Path(folder).chmod(0o711)
        listening = {} if port is None else {"port": port}
        # Not a directory that is there: one that Rounds makes itself has the permissions that its engines need.
        serving.serve(load(data_dir=Path(folder, "data"), request_log=not quiet, **listening, **_ALONE))


# What would reach outside, or make this something else than a fresh development server.
_ALONE: dict[str, object] = {
    "environment": "development",
    "workers": 1,
    "database_url": None,
    "database_role": None,
    "redis_url": None,
    "sample_data": True,
    "consumer_in_server": True,
    "consumer_port": None,
    "openai_api_key": None,
    "openai_base_url": None,
    "recommender": "rules",
    "email_adapter": "log",
    "sms_adapter": "log",
    "auditor_emails": [],
}
