"""The role that servers run as: it may use every table, and add to the audit trail without changing it.

Whoever connects owns the tables and migrates them. What handles requests and events then gives up that right for each
of its connections (`SET ROLE`): a statement that gets in by mistake, or is smuggled in, can do no more than the role.
"""

from rounds.data.connecting import connect

APPLICATION_ROLE = "rounds_app"


async def grant(url: str, role: str) -> None:
    """Make the role if it is not there, and give it its rights; called at every start, as tables come with migrations.

    Raises:
        asyncpg.InsufficientPrivilegeError: when whoever connects may not do that.
    """
    connection = await connect(url)
    try:
        await connection.execute("SELECT rounds_grant_application($1)", role)
    finally:
        await connection.close()


def as_role(role: str | None) -> dict[str, str]:
    """The session setting by which a connection has the rights of `role`, or all that it came with."""
    return {} if role is None else {"role": role}
