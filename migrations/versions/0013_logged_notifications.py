"""Notifications that went no further than the log are told from those that were sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from rounds.settings import load

revision: str = "0013"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_LOGGED = sa.text("UPDATE notification SET only_logged = true WHERE status = 'sent' AND (channel = 'sms' OR :no_mail)")


def upgrade() -> None:
    # The version before this one writes no such column, and goes on calling everything sent until it is replaced.
    op.add_column(
        "notification", sa.Column("only_logged", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.create_check_constraint(
        op.f("ck_notification_only_logged"), "notification", "NOT only_logged OR status = 'sent'"
    )
    # Nothing has ever carried text messages. Whether a mail was carried is not on record; where no mail server is
    # set up, none was, and where one is, what was called sent stays so.
    op.execute(_LOGGED.bindparams(no_mail=load().email_adapter == "log"))


def downgrade() -> None:
    op.drop_column("notification", "only_logged")  # with its constraint
