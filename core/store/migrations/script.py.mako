"""${message}"""

import sqlalchemy as sa
from alembic import op

from core.store.base import UtcDateTime  # noqa: F401  columns of most migrations
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
