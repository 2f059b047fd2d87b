"""Corrections, and for each cell the row of the log that confirms it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations.append_only import make_append_only
from core.store.schema import UtcTime

revision = "0002"
down_revision = "0001"

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.String(64)


def upgrade() -> None:
    op.add_column("cells", sa.Column("confirming_row", _ROW))
    op.create_table(
        "corrections",
        sa.Column("id", _ROW, autoincrement=True, nullable=False),
        sa.Column("log_row", _ROW, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("cell_id", _ID, nullable=False),
        sa.Column("proposal", _ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("chromosomes", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text()),
        sa.Column("confirmed", sa.Text()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.ForeignKeyConstraint(["log_row"], ["log.sequence"], name="fk_corrections_log_row"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_corrections_case_id"),
        sa.ForeignKeyConstraint(["cell_id"], ["cells.id"], name="fk_corrections_cell_id"),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.id"], name="fk_corrections_proposal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_corrections_log_row", "corrections", ["log_row"])
    op.create_index("ix_corrections_cell_id", "corrections", ["cell_id"])
    make_append_only("corrections")
