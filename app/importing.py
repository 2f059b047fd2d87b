"""Images, folders and ZIPs become cells of cases: sort, ask where a name does not fit, keep, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Urgency
from core.domain.case import Case
from core.domain.ids import CaseId, PersonName, new_id
from core.domain.metaphase import Metaphase
from core.editing.case_operations import EditCase
from core.errors import CentromereError, StorageError
from core.progress import Cancelled, Progress
from core.readers.gather import Gathered, Source, gather
from core.readers.metaphase import metaphase_of
from core.readers.naming import Held, Sorted, laboratory_name, sort_into_cases
from core.readers.picture import Picture
from core.readers.registry import pages
from core.store.blobs import Originals
from core.store.cases import CaseStore

_CELLS_A_TIME = 8
UNNAMED = "Unnamed case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the report: a file and what became of it."""

    file: str
    case: str
    outcome: str
    is_fault: bool = False


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What became of a drop."""

    taken: list[Line] = field(default_factory=list)
    refused: list[Line] = field(default_factory=list)
    passed: list[Line] = field(default_factory=list)
    cells: list[Metaphase] = field(default_factory=list)
    cases: list[tuple[CaseId, str]] = field(default_factory=list)
    stopped: str = ""

    @property
    def summary(self) -> str:
        """One sentence."""
        cells, cases = len(self.taken), len(self.cases)
        if not cells and self.refused:
            first = f"No image was imported: {self.refused[0].outcome}"
        elif not cells and self.cases:
            first = f"Every image is already in {self.cases[0][1]}"
        elif not cells:
            first = "No image was found in what was dropped"
        else:
            into = self.cases[0][1] if cases == 1 else f"{cases} cases"
            first = f"Imported {cells} cell{'' if cells == 1 else 's'} into {into}"
        if self.refused and cells:
            first += f", {len(self.refused)} file{'' if len(self.refused) == 1 else 's'} refused"
        return first.rstrip(".") + "."


Decide = Callable[[Sequence[Held[Source]], str], dict[str, str] | None]
"""Asked about held names with the open case's name: by name "new", "open" or "out"; None drops the import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Images for one case: the one with that identity, else the one of that name, else a new one."""

    case_id: CaseId | None
    name: str
    images: tuple[Source, ...]
    remark: str = ""


_Taken = tuple[Metaphase, Line]


class Importing(QObject):
    """Imports what is dropped, one drop after the other."""

    finished = Signal(object)
    """The `ImportReport`."""

    def __init__(
        self, session: CaseSession, originals: Originals, decide: Decide, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._originals = originals
        self._decide = decide
        self._running = 0

    @property
    def busy(self) -> bool:
        """Whether a drop is being looked through or imported."""
        return self._running > 0

    def take(self, paths: Sequence[Path]) -> None:
        """Import files, folders and ZIPs."""
        case = self._session.case
        open_id, open_name = (case.id, case.name) if case else (None, None)

        def sort(progress: Progress) -> tuple[Gathered, Sorted[Source]]:
            found = gather(paths, progress)
            return found, sort_into_cases(found.images, open_name)

        def arrived(result: tuple[Gathered, Sorted[Source]]) -> None:
            found, by_case = result
            report = ImportReport()
            for skipped in found.skipped:
                line = Line(file=skipped.path, case="", outcome=skipped.reason, is_fault=skipped.is_fault)
                (report.refused if skipped.is_fault else report.passed).append(line)
            for source in by_case.karyograms:
                report.passed.append(
                    Line(
                        file=source.label,
                        case="",
                        outcome="a finished karyogram by its name, not a metaphase",
                    )
                )
            groups = self._groups(by_case, open_id, open_name, report)
            if groups is None:
                self._session.message.emit("Nothing was imported.")
                self._end(None)
                return
            self._keep(groups, report)

        self._running += 1
        self._session.lanes.files.submit(
            "Look through files",
            sort,
            done=arrived,
            failed=self._failed,
            gone=lambda: self._end(None),
            urgency=Urgency.NOW,
        )

    def _groups(
        self, by_case: Sorted[Source], open_id: CaseId | None, open_name: str | None, report: ImportReport
    ) -> list[_Group] | None:
        groups = [
            _Group(
                case_id=open_id if open_name is not None and name == open_name else None,
                name=name or UNNAMED,
                images=images,
            )
            for name, images in by_case.cases
        ]
        if not by_case.held or open_name is None:
            return groups
        decisions = self._decide(by_case.held, open_name)
        if decisions is None:
            return None
        for held in by_case.held:
            decision = decisions.get(held.case, "out")
            if decision == "open":
                remark = (
                    f"named for {held.case}, put into {open_name} by {self._session.person or 'a person'}"
                )
                groups.append(_Group(case_id=open_id, name=open_name, images=held.images, remark=remark))
            elif decision == "new":
                groups.append(_Group(case_id=None, name=held.case, images=held.images))
            else:
                report.passed += [
                    Line(file=image.label, case="", outcome=f"left out: {held.reason}")
                    for image in held.images
                ]
        return groups

    def _keep(self, groups: list[_Group], report: ImportReport) -> None:
        total = sum(len(group.images) for group in groups)
        if not total:
            self._end(report)
            return
        session, store, person = self._session, self._session.store, self._session.person

        def work(progress: Progress) -> ImportReport:
            # Reading, keeping and writing stay together in one place off the GUI thread: what is in the
            # database has its original on the disk, whatever moment the power fails.
            done = 0
            for group in groups:
                record = _case_for(group, store, person)
                report.cases.append((record.id, record.name))
                waiting: list[_Taken] = []
                try:
                    for image in group.images:
                        progress.step(done, total, image.name)
                        done += 1
                        waiting += _cells_of(image, record, store, self._originals, report, group.remark)
                        if len(waiting) >= _CELLS_A_TIME:
                            _write(waiting, record, store, person, report)
                except Cancelled:
                    _write(waiting, record, store, person, report)
                    raise
                _write(waiting, record, store, person, report)
                if group.remark:
                    _note_in_case(record.id, group, store, person)
            return report

        def failed(error: Exception) -> None:
            report.stopped = sentence_of(error)
            session.message.emit(report.stopped)
            self._end(report)

        def gone() -> None:
            report.stopped = "Stopped; what was imported before stays."
            self._end(report)

        session.lanes.files.submit(
            "Import", work, done=self._end, failed=failed, gone=gone, urgency=Urgency.SOON
        )

    def _failed(self, error: Exception) -> None:
        self._session.message.emit(sentence_of(error))
        self._end(None)

    def _end(self, report: ImportReport | None) -> None:
        self._running -= 1
        if report is not None:
            self.finished.emit(report)


def _write(
    waiting: list[_Taken], record: Case, store: CaseStore, person: PersonName, report: ImportReport
) -> None:
    """Write cells into the database and, once they are there, into the report; empties the list."""
    if waiting:
        store.add_cells(record.id, [cell for cell, _ in waiting], person)
        report.cells += [cell for cell, _ in waiting]
        report.taken += [line for _, line in waiting]
        waiting.clear()


def _case_for(group: _Group, store: CaseStore, person: PersonName) -> Case:
    if group.case_id is not None:
        return store.load_case(group.case_id).case
    wanted = group.name.strip().casefold()
    if group.name != UNNAMED:
        for row in store.list_cases(search=group.name.strip()):
            if row.name.strip().casefold() == wanted:
                return store.load_case(row.id).case
    return store.create_case(Case(id=CaseId(new_id()), name=group.name.strip()), person).case


def _note_in_case(case_id: CaseId, group: _Group, store: CaseStore, person: PersonName) -> None:
    """Write into the case, and so into its log, that images of another name are in it."""
    record = store.load_case(case_id)
    names = ", ".join(image.name for image in group.images[:5])
    more = f" and {len(group.images) - 5} more" if len(group.images) > 5 else ""
    comment = "\n".join(
        part for part in (record.case.comment, f"Images {group.remark}: {names}{more}.") if part
    )
    after = replace(record.case, comment=comment)
    store.do_case(case_id, EditCase(after=after), person, record.revision)


def _cells_of(
    image: Source, into: Case, store: CaseStore, originals: Originals, report: ImportReport, remark: str
) -> list[_Taken]:
    """Keep the original and make a cell of each page; what cannot be read goes into the report."""
    cells: list[Metaphase] = []
    case = into.name
    try:
        content = image.content()
        for picture in pages((content, image.name)):
            if not cells:
                if any(known == into.id for known, _ in store.find_image(picture.sha256)):
                    report.passed.append(Line(file=image.label, case=case, outcome="already in this case"))
                    return []
                originals.keep(content)
            cells.append(_cell(picture))
    except StorageError:
        raise
    except CentromereError as error:
        if not cells:
            report.refused.append(
                Line(file=image.label, case=case, outcome=sentence_of(error), is_fault=True)
            )
            return []
        outcome = f"page {len(cells) + 1}: {sentence_of(error)}"
        report.refused.append(Line(file=image.label, case=case, outcome=outcome, is_fault=True))
    remarks = [remark] if remark else []
    return [
        (cell, Line(file=image.label, case=case, outcome=", ".join((f"cell {cell.label}", *remarks))))
        for cell in cells
    ]


def _cell(picture: Picture) -> Metaphase:
    name = laboratory_name(picture.name)
    label = name.cell if name is not None else Path(picture.name).stem
    if picture.frames > 1:
        label = f"{label} p{picture.page + 1}"
    return metaphase_of(picture, label=label)
