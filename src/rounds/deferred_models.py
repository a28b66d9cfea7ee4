"""When models get their validators: once they are first needed, not when a program starts.

There are hundreds of models, and a validator takes about a millisecond to make. A start makes none: those that requests
need are made with the first one, and those of tables, and of answers that are written row by row, never are.
"""

import warnings

from pydantic import BaseModel
from pydantic.warnings import UnsupportedFieldAttributeWarning
from sqlmodel import SQLModel


def defer() -> None:
    """Have it so for every model that is defined from now on."""
    for base in (BaseModel, SQLModel):
        base.model_config["defer_build"] = True
    # FastAPI gives whole bodies names, and pydantic warns of that; FastAPI hushes it only where it makes a route.
    warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
