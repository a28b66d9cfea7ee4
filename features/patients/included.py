"""What hangs on many patients at once, for `?include=`: the latest of each, in one statement."""

from typing import Any

from sqlalchemy import ARRAY, Select, Uuid, bindparam, func, literal_column, select, true

from rounds.data import Query


def latest_of_each(rows: "Select[*tuple[Any, ...]]", *, of: Any, by: Any, key: Any, most: int) -> Query:
    """The statement that reads the latest rows of each of the patients `ids`, the latest first.

    Each patient's rows are read from an index, however many there are of others.

    Args:
        rows: The select of what may be shown, without order and limit.
        of: The column that says whose a row is.
        by: The column of the moment that tells the latest.
        key: The unique column that breaks ties.
        most: How many of each patient.
    """
    wanted = func.unnest(bindparam("ids", type_=ARRAY(Uuid))).table_valued("id", name="wanted").render_derived()
    latest = (
        rows.where(of == wanted.c.id).order_by(by.desc(), key.desc()).limit(literal_column(str(most))).lateral("latest")
    )
    return Query(select(*latest.c).select_from(wanted.join(latest, true())))
