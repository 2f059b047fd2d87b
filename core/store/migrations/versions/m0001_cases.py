"""Cases, cells with their states, the log of edits and the proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.store.migrations.append_only import make_append_only
from core.store.schema import UtcTime

revision = "0001"
down_revision = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("context", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("protocol", sa.Text(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("assigned", sa.Text()),
        sa.Column("karyotype", sa.Text()),
        sa.Column("proposed_karyotype", sa.Text()),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("changed", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_changed", "cases", ["changed"])
    op.create_index("ix_cases_due", "cases", ["due"])
    op.create_table(
        "cells",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("image", sa.String(64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("culture", sa.Text()),
        sa.Column("slide", sa.Text()),
        sa.Column("colony", sa.Text()),
        sa.Column("stage_x", sa.Float()),
        sa.Column("stage_y", sa.Float()),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("analysed", sa.Boolean(), nullable=False),
        sa.Column("karyotyped", sa.Boolean(), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("chromosome_count", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Float()),
        sa.Column("right_probability", sa.Float()),
        sa.Column("proposal", _ID),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("changed", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cells"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_cells_case_id"),
    )
    op.create_index("ix_cells_case_id_position", "cells", ["case_id", "position"])
    op.create_index("ix_cells_image", "cells", ["image"])
    op.create_index(
        "ix_cells_ledger", "cells", ["case_id", "verdict", "counted", "analysed", "karyotyped", "checked"]
    )
    op.create_table(
        "states",
        sa.Column("cell_id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cell_id", name="pk_states"),
        sa.ForeignKeyConstraint(["cell_id"], ["cells.id"], name="fk_states_cell_id"),
    )
    op.create_table(
        "log",
        sa.Column("sequence", _ROW, autoincrement=True, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("cell_id", _ID),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("time", UtcTime(), nullable=False),
        sa.Column("takes_back", _ROW),
        sa.PrimaryKeyConstraint("sequence", name="pk_log"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_log_case_id"),
        sa.ForeignKeyConstraint(["cell_id"], ["cells.id"], name="fk_log_cell_id"),
        sa.ForeignKeyConstraint(["takes_back"], ["log.sequence"], name="fk_log_takes_back"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_log_cell_id_revision", "log", ["cell_id", "revision"], unique=True)
    op.create_index("ix_log_case_id_cell_id_sequence", "log", ["case_id", "cell_id", "sequence"])
    op.create_table(
        "proposals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cell_id", _ID, nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("models", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.ForeignKeyConstraint(["cell_id"], ["cells.id"], name="fk_proposals_cell_id"),
    )
    op.create_index("ix_proposals_cell_id", "proposals", ["cell_id"])
    op.create_table(
        "schema_info",
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("applied", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_schema_info"),
    )
    make_append_only("log")
    make_append_only("proposals")
