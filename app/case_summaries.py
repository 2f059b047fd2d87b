"""Keeps the program's karyotype of each case for the worklist, after cells changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.analyses import Analyses
from app.session import CaseSession
from app.tasks import Urgency
from core.analysis.clones import karyotype_of_case
from core.domain.ids import CaseId

_SETTLED_MS = 1500


class CaseSummaries(QObject):
    """Writes the proposed karyotype of cases whose cells changed, when things have settled.

    Cells of other cases are analysed in the background too; their states are read off the GUI thread, and
    not in the database lane, where an edit would wait for them.
    """

    def __init__(self, session: CaseSession, analyses: Analyses, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._analyses = analyses
        self._changed: set[CaseId] = set()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle.timeout.connect(self._write)
        session.record_arrived.connect(self._note)

    def _note(self, case_id: CaseId) -> None:
        self._changed.add(case_id)
        self._settle.start()

    def _write(self) -> None:
        if self._analyses.working:
            # The karyotype of a case is worth reading once all its cells are analysed.
            self._settle.start()
            return
        store = self._session.store
        for case_id in self._changed:

            def work(progress: object, case_id: CaseId = case_id) -> None:
                case = store.load_case(case_id).case
                found = karyotype_of_case(
                    store.load_states(case_id), context=case.context, rules=case.clone_rules
                )
                store.note_proposed_karyotype(case_id, found.iscn)

            self._session.lanes.files.submit("Write karyotype", work, urgency=Urgency.BATCH)
        self._changed.clear()
