"""What the window asks and tells in dialogs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from app.analyses import Failed
from app.dialogs.about import AboutDialog
from app.dialogs.case_details import CaseDialog
from app.dialogs.clone_rules import CloneRulesDialog
from app.dialogs.frame import Frame
from app.dialogs.held_names import HeldNamesDialog
from app.dialogs.import_report import ImportReportDialog
from app.dialogs.person import PersonDialog
from app.errors import sentence_of
from app.importing import ImportReport
from app.tasks import Urgency
from core.domain.case import Case
from core.domain.ids import CaseId, new_id
from core.editing.case_operations import EditCase, SetCloneRules
from core.errors import CentromereError
from core.readers.gather import Source
from core.readers.naming import Held

if TYPE_CHECKING:
    from app.main_window import MainWindow


class Desk(QObject):
    """Dialogs of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._failures: list[Failed] = []
        self.report: ImportReportDialog | None = None

    # -- person ----------------------------------------------------------------------------------------

    def needs_name(self) -> bool:
        """Ask for the name once; false when the person declined."""
        settings = self._window.workplace.settings
        if settings.current.person:
            return True
        dialog = PersonDialog(self._window)
        if dialog.exec() != Frame.DialogCode.Accepted or not dialog.name:
            self._say("A mark needs a name, so none was set.")
            return False
        try:
            settings.change(person=dialog.name)
        except CentromereError as error:
            self._say(sentence_of(error))
        self._window.settings_page.refresh()
        return True

    # -- cases -----------------------------------------------------------------------------------------

    def new_case(self) -> None:
        """Ask for the details of a new case, make it and open it."""
        dialog = CaseDialog(self._window, Case(id=CaseId(new_id()), name=""), is_new=True)
        if dialog.exec() != Frame.DialogCode.Accepted:
            return
        case, workplace = dialog.case, self._window.workplace
        workplace.lanes.database.submit(
            "Make case",
            lambda progress: workplace.store.create_case(case, workplace.session.person),
            done=lambda record: self._window.open_case(record.case.id),
            failed=lambda error: self._say(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def edit_case(self) -> None:
        """Change the details of the open case."""
        case = self._window.session.case
        if case is None:
            return
        dialog = CaseDialog(self._window, case, is_new=False)
        if dialog.exec() == Frame.DialogCode.Accepted and dialog.case != case:
            self._window.session.do(EditCase(after=dialog.case))

    def edit_clone_rules(self) -> None:
        """Decide for the open case what the clone rule leaves open."""
        case, cells = self._window.session.case, self._window.session.cells
        if case is None:
            return
        dialog = CloneRulesDialog(self._window, case, cells)
        if dialog.exec() == Frame.DialogCode.Accepted and dialog.rules != case.clone_rules:
            self._window.session.do(SetCloneRules(rules=dialog.rules))

    # -- import ----------------------------------------------------------------------------------------

    def decide_held(self, held: Sequence[Held[Source]], open_case: str) -> dict[str, str] | None:
        """Ask about images whose names speak of another case."""
        dialog = HeldNamesDialog(self._window, held, open_case)
        return dialog.decisions if dialog.exec() == Frame.DialogCode.Accepted else None

    def imported(self, report: ImportReport) -> None:
        """Show what came of a drop: a sentence where all went well, the report where something did not."""
        window = self._window
        self._say(report.summary)
        window.worklist_page.refresh()
        if window.workplace.settings.current.analyse_on_import:
            window.workplace.analyses.analyse(report.cells, Urgency.BATCH)
        open_case = window.session.case
        filled = {case_id for case_id, _ in report.cases}
        if open_case is not None and open_case.id in filled:
            window.session.reload_case()
        elif len(filled) == 1 and not report.refused and window.page == "worklist":
            window.open_case(next(iter(filled)))
        nothing = bool(report.passed) and not filled
        if report.refused or report.stopped or len(filled) > 1 or nothing:
            self.report = ImportReportDialog(window, report)
            self.report.open()

    # -- analysis --------------------------------------------------------------------------------------

    def note_failure(self, failure: Failed) -> None:
        """Remember a cell that could not be analysed until the batch ends."""
        self._failures.append(failure)

    def analyses_finished(self) -> None:
        """Tell about the cells that could not be analysed, all at once."""
        failures, self._failures = self._failures, []
        if len(failures) > 1:
            reasons = {failure.reason for failure in failures}
            if len(reasons) == 1:
                self._say(f"{len(failures)} cells could not be analysed: {reasons.pop()}")
                return
            lines = "\n".join(f"{failure.label}: {failure.reason}" for failure in failures)
            box = QMessageBox(
                QMessageBox.Icon.Information, "Analysis", f"{len(failures)} cells could not be analysed.",
                QMessageBox.StandardButton.Ok, self._window,
            )  # fmt: skip
            box.setInformativeText("The other cells are done. A cell can be analysed again with Ctrl+R.")
            box.setDetailedText(lines)
            box.open()

    def cancel_work(self) -> None:
        """Stop analysis, comparison and import; what is finished stays."""
        self._window.workplace.analyses.cancel()
        self._window.workplace.lanes.files.cancel_all()
        self._window.compare_page.comparison.stop()
        self._say("Stopped; what was finished stays.")

    def may_close(self) -> bool:
        """Ask before an import is broken off; an analysis goes on when its case is opened again."""
        importing = self._window.importing
        if not importing.busy or not self._window.workplace.settings.current.ask_before_closing:
            return True
        box = QMessageBox(
            QMessageBox.Icon.Question, "Centromere", "Images are still being imported.",
            QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel, self._window,
        )  # fmt: skip
        box.setInformativeText(
            "Cells imported so far are kept. Drop the same files again to import the rest."
        )
        return box.exec() == QMessageBox.StandardButton.Close

    # -- help ------------------------------------------------------------------------------------------

    def show_about(self) -> None:
        """Show versions and purpose."""
        AboutDialog(self._window).open()

    def show_verification(self) -> None:
        """Verify this installation."""
        # Imported here: it brings onnxruntime, which the start of the window need not wait for.
        from app.dialogs.verification import VerificationDialog

        workplace = self._window.workplace
        settings = workplace.settings.current
        dialog = VerificationDialog(
            self._window, workplace.folders, settings.database_url, person=settings.person
        )
        dialog.open()
        dialog.start()

    def _say(self, text: str) -> None:
        self._window.session.message.emit(text)
