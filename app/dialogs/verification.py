"""Verify this installation: run, look, sign, save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app import theme
from app.dialogs.frame import Frame
from app.errors import sentence_of
from app.tasks import Lane, Task
from app.verification.plan import ROOT, verify
from core.errors import CentromereError
from core.paths import Folders
from core.progress import Progress
from core.report.verification_sheet import write_verification
from core.store.database import utc_now
from core.verification.record import Look, Outcome, Part, Record

_STEPS = 1000
_SHOWN = 500


class VerificationDialog(Frame):
    """Runs the verification in a thread of its own and shows what it found.

    Parameters
    ----------
    folders, database_url
        The data of this installation.
    person
        Name that the signature begins with.
    root
        The folder of the program.
    parts
        Which qualifications to run.
    """

    def __init__(
        self,
        parent: QWidget | None,
        folders: Folders,
        database_url: str,
        *,
        person: str = "",
        root: Path = ROOT,
        parts: tuple[Part, ...] = tuple(Part),
    ) -> None:
        super().__init__(
            parent,
            "Verify this installation",
            "Compares every file with what was shipped, tries screen, database, backup and report, and "
            "analyses reference cells whose answers are known. Your cases are not touched.",
            accept="Close",
            reject="",
        )
        self._folders = folders
        self._database_url = database_url
        self._root = root
        self._parts = parts
        self._lane = Lane("verify", parent=self)
        self._lane.changed.connect(self._show_progress)
        self._task: Task | None = None
        self.record: Record | None = None
        self._build(person)
        self.resize(900, 620)

    def _build(self, person: str) -> None:
        self.verdict = QLabel()
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        self.verdict.setProperty("role", "heading")
        self._bar = QProgressBar()
        self._bar.setAccessibleName("Progress of the verification")
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self.cancel_button = QPushButton("Stop")
        self.cancel_button.setToolTip("Stop the verification; nothing is kept of it")
        self.cancel_button.clicked.connect(self.cancel)
        self.again_button = QPushButton("Verify again")
        self.again_button.setToolTip("Begin anew")
        self.again_button.clicked.connect(self.start)
        running = QHBoxLayout()
        running.addWidget(self._bar, 1)
        running.addWidget(self.cancel_button)
        running.addWidget(self.again_button)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("What was looked at")
        self.tree.setHeaderLabels(["Looked at", "Result", "Seen"])
        self.tree.setWordWrap(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 200)
        header.resizeSection(1, 100)
        header.setStretchLastSection(True)
        self.name_field = QLineEdit(person)
        self.name_field.setPlaceholderText("First and last name")
        self.name_field.setAccessibleName("Name of whoever signs")
        self.role_field = QLineEdit()
        self.role_field.setPlaceholderText("Such as medical technologist, head of laboratory")
        self.role_field.setAccessibleName("Role of whoever signs")
        fields = QFormLayout()
        fields.addRow("Signed by", self.name_field)
        fields.addRow("Role", self.role_field)
        self.save_button = QPushButton("Save PDF…")
        self.save_button.setToolTip("Sign the record with this name and save it as PDF")
        self.save_button.clicked.connect(self._choose_file)
        signing = QHBoxLayout()
        signing.addLayout(fields, 1)
        signing.addWidget(self.save_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addWidget(self.verdict)
        self.body.addLayout(running)
        self.body.addWidget(self.tree, 1)
        self.body.addLayout(signing)
        self.name_field.textChanged.connect(self._refresh)
        self._refresh()

    # -- running ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin, or begin anew."""
        if self._task is not None:
            return
        self.record = None
        self.tree.clear()
        self._bar.setValue(0)
        self.verdict.setText("Beginning…")
        self._colour("heading")
        self._task = self._lane.submit(
            "Verify", self._work, done=self._finished, failed=self._failed, gone=self._cancelled
        )
        self._refresh()

    def cancel(self) -> None:
        """Stop at the next step."""
        if self._task is not None:
            self._task.cancel()
            self.verdict.setText("Stopping…")

    def done(self, result: int) -> None:
        """Close; a verification that runs is stopped."""
        self._lane.close(timeout=5.0)
        super().done(result)

    def _work(self, progress: Progress) -> Record:
        return verify(
            self._folders,
            database_url=self._database_url,
            root=self._root,
            parts=self._parts,
            progress=progress,
        )

    def _show_progress(self) -> None:
        task = self._task
        if task is not None and task.total and not task.cancelled:
            self._bar.setValue(_STEPS * task.at // task.total)
            self.verdict.setText(f"{task.text}…")

    def _finished(self, record: Record) -> None:
        self.record = record
        self._ended(("Passed. " if record.passed else "Not passed. ") + record.summary)
        self._colour("good" if record.passed else "contradiction")
        self._bar.setValue(_STEPS)
        self._show(record)

    def _failed(self, error: Exception) -> None:
        self._ended(sentence_of(error))

    def _cancelled(self) -> None:
        self._bar.setValue(0)
        self._ended("Stopped. Nothing was kept of it.")

    def _ended(self, text: str) -> None:
        self._task = None
        self.verdict.setText(text)
        self._refresh()

    def _colour(self, role: str) -> None:
        self.verdict.setProperty("role", role)
        self.verdict.style().polish(self.verdict)

    def _refresh(self) -> None:
        runs = self._task is not None
        self.cancel_button.setVisible(runs)
        self.again_button.setVisible(not runs)
        self.save_button.setEnabled(self.record is not None and bool(self.name))

    # -- what was found --------------------------------------------------------------------------------

    def _show(self, record: Record) -> None:
        for part in Part:
            section = QTreeWidgetItem([f"{part.value} qualification"])
            rows = [_row(look) for look in record.looks if look.part is part]
            section.addChildren(rows)
            if rows:
                self.tree.addTopLevelItem(section)
                section.setFirstColumnSpanned(True)
                section.setExpanded(True)
                for row in rows:
                    row.setExpanded(True)

    # -- signing ---------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of whoever signs, without spaces around it."""
        return " ".join(self.name_field.text().split())

    def save(self, path: Path) -> None:
        """Sign the record and write it."""
        if self.record is None:
            return
        role = " ".join(self.role_field.text().split())
        try:
            write_verification(path, self.record, self.record.signed_by(self.name, role, utc_now()))
        except CentromereError as error:
            self.verdict.setText(sentence_of(error))
        else:
            self.verdict.setText(f"Saved as {path}, signed by {self.name}.")

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Save the record", "verification.pdf", "PDF (*.pdf)")
        if path:
            self.save(Path(path).with_suffix(".pdf"))


def _row(look: Look) -> QTreeWidgetItem:
    colours = theme.current()
    colour = {
        Outcome.GOOD: colours.good,
        Outcome.FAULT: colours.contradiction,
        Outcome.NOT_LOOKED: colours.quiet,
    }[look.outcome]
    first, *more = look.said.split("; ")
    row = QTreeWidgetItem([look.title, look.outcome.value, first])
    row.setForeground(1, QBrush(QColor(colour)))
    row.addChildren([QTreeWidgetItem(["", "", text]) for text in more])
    for fault in look.faults[:_SHOWN]:
        line = QTreeWidgetItem(["", "", str(fault)])
        line.setForeground(2, QBrush(QColor(colours.contradiction)))
        row.addChild(line)
    if len(look.faults) > _SHOWN:
        row.addChild(QTreeWidgetItem(["", "", f"and {len(look.faults) - _SHOWN} more; the PDF names them"]))
    return row
