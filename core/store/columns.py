"""Values of columns from states, and records from rows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from core.domain.case import Case, Context, Ledger, Protocol, Status
from core.domain.ids import CaseId, CellId, PersonName
from core.domain.metaphase import Mark, MarkKind, Metaphase, Origin, Verdict
from core.editing.codec import from_json, to_json
from core.store.records import CaseRow, CellRow, LogRow


def case_columns(case: Case, proposed_karyotype: str | None) -> dict[str, Any]:
    """Columns of `cases` that follow the state."""
    return {
        "name": storable(case.name),
        "context": case.context.value,
        "status": case.status.value,
        "protocol": to_json(case.protocol),
        "due": case.due,
        "assigned": storable(case.assigned),
        "karyotype": storable(case.karyotype),
        "search_text": search_text(case.name, case.karyotype, proposed_karyotype),
        "state": to_json(case),
    }


def storable(text: str | None) -> str | None:
    """Replace what a text column of the two databases cannot hold: NUL and halves of characters.

    Names of files that are no Unicode bring such halves; the JSON of the state keeps them.
    """
    return None if text is None else text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def search_text(*parts: str | None) -> str:
    """Text in which a search fragment is looked for."""
    return "\n".join(storable(part) or "" for part in parts if part).casefold()


def cell_columns(cell: Metaphase) -> dict[str, Any]:
    """Columns of `cells` that follow the state."""
    return {
        "label": storable(cell.label),
        "culture": storable(cell.origin.culture),
        "slide": storable(cell.origin.slide),
        "colony": storable(cell.origin.colony),
        "stage_x": cell.origin.stage_x,
        "stage_y": cell.origin.stage_y,
        "verdict": cell.verdict.value,
        **{kind.value: cell.marked(kind) is not None for kind in MarkKind},
        "marks": to_json(cell.marks),
        "chromosome_count": cell.count,
        "quality": None if cell.quality is None else cell.quality.score,
        "right_probability": cell.right_probability,
        "proposal": cell.proposal,
    }


def case_row(row: Row[Any]) -> CaseRow:
    """Make a row of the worklist of a row of `cases` with the sums of its cells."""
    return CaseRow(
        id=CaseId(row.id),
        name=row.name,
        context=Context(row.context),
        status=Status(row.status),
        due=row.due,
        assigned=None if row.assigned is None else PersonName(row.assigned),
        karyotype=row.karyotype,
        proposed_karyotype=row.proposed_karyotype,
        cells=row.cells or 0,
        ledger=Ledger(
            counted=row.counted or 0,
            analysed=row.analysed or 0,
            karyotyped=row.karyotyped or 0,
            checked=row.checked or 0,
            protocol=_protocol(row.protocol),
        ),
        created=row.created,
        changed=row.changed,
    )


@lru_cache(maxsize=256)
def _protocol(text: str) -> Protocol:
    return from_json(text, Protocol)


def cell_row(row: Row[Any]) -> CellRow:
    """Make a row of the list of cells of a row of `cells`."""
    return CellRow(
        id=CellId(row.id),
        case=CaseId(row.case_id),
        label=row.label,
        image=row.image,
        page=row.page,
        origin=Origin(
            culture=row.culture,
            slide=row.slide,
            colony=row.colony,
            stage_x=row.stage_x,
            stage_y=row.stage_y,
        ),
        verdict=Verdict(row.verdict),
        marks=from_json(row.marks, tuple[Mark, ...]),
        count=row.chromosome_count,
        quality=row.quality,
        right_probability=row.right_probability,
        proposal=row.proposal,
        revision=row.revision,
        created=row.created,
        changed=row.changed,
    )


def log_row(row: Row[Any]) -> LogRow:
    """Make a record of a row of `log`."""
    return LogRow(
        sequence=row.sequence,
        case=CaseId(row.case_id),
        cell=None if row.cell_id is None else CellId(row.cell_id),
        revision=row.revision,
        action=row.action,
        kind=row.kind,
        label=row.label,
        person=PersonName(row.person),
        time=row.time,
        takes_back=row.takes_back,
    )
