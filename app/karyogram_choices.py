"""How karyograms are shown to whoever sits here: kept in the settings, the template also in the case."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from app.errors import sentence_of
from app.session import CaseSession
from app.settings import KaryogramSettings, SettingsFile
from core.domain.bands import Level
from core.domain.case import Case
from core.domain.template import BUILT_IN, ISCN_ROWS, KaryogramTemplate
from core.domain.template_json import template_from_dict, template_to_dict
from core.editing.case_operations import ChooseTemplate
from core.errors import CentromereError, MediaError
from core.report.arrangement import Alignment
from core.report.karyogram_style import KaryogramStyle

LEVELS: Final[dict[str, Level | None]] = {"cell": None, "400": 400, "550": 550, "850": 850}


class KaryogramChoices(QObject):
    """Template, alignment and idiograms of the board, of print and of export.

    Parameters
    ----------
    session
        Tells the case, whose own template goes before that of the person.
    settings
        Where they are kept; None keeps them until the program ends.
    """

    changed = Signal()
    """Another style, or other templates to choose from."""

    def __init__(
        self, session: CaseSession, settings: SettingsFile | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._kept = KaryogramSettings()
        self._of_case: KaryogramTemplate | None = None
        session.case_changed.connect(self._case_changed)
        self._case_changed()

    # -- what stands -----------------------------------------------------------------------------------

    @property
    def kept(self) -> KaryogramSettings:
        """Choices as the settings keep them."""
        return self._settings.current.karyogram if self._settings else self._kept

    @property
    def own(self) -> tuple[KaryogramTemplate, ...]:
        """Templates that were made here; damaged ones are passed over."""
        found = []
        for entry in self.kept.templates:
            try:
                found.append(template_from_dict(entry))
            except MediaError:
                continue
        return tuple(found)

    @property
    def templates(self) -> tuple[KaryogramTemplate, ...]:
        """All templates to choose from."""
        return (*BUILT_IN, *self.own)

    @property
    def personal(self) -> KaryogramTemplate:
        """Template that this person chose."""
        return next((one for one in self.templates if one.name == self.kept.template), ISCN_ROWS)

    @property
    def of_case(self) -> KaryogramTemplate | None:
        """Template that the open case has; None where it has none."""
        return self._of_case

    @property
    def style(self) -> KaryogramStyle:
        """How the board shows the open case."""
        return self._style(self._session.case, idiograms=self.kept.idiograms)

    def printed(self, case: Case | None) -> KaryogramStyle:
        """How karyograms of a case are printed and exported."""
        return self._style(case, idiograms=self.kept.print_idiograms)

    def _style(self, case: Case | None, *, idiograms: bool) -> KaryogramStyle:
        kept = self.kept
        return KaryogramStyle(
            template=(case.template if case else None) or self.personal,
            alignment=Alignment(kept.alignment),
            idiograms=idiograms,
            level=LEVELS[kept.level],
        )

    # -- choosing --------------------------------------------------------------------------------------

    def choose(self, **values: object) -> None:
        """Change choices by their name in `KaryogramSettings`."""
        after = KaryogramSettings.model_validate({**self.kept.model_dump(), **values})
        if self._settings is None:
            self._kept = after
        else:
            try:
                self._settings.change(karyogram=after)
            except CentromereError as error:
                self._session.message.emit(sentence_of(error))
        self.changed.emit()

    def choose_for_case(self, template: KaryogramTemplate | None) -> None:
        """Lay the karyograms of the open case out by a template, for everybody; an undoable step."""
        if self._session.case is None:
            self._session.message.emit("No case is open, open one first.")
        elif template != self._session.case.template:
            self._session.do(ChooseTemplate(template=template))

    # -- own templates ---------------------------------------------------------------------------------

    def save(self, template: KaryogramTemplate, *, instead_of: str = "") -> None:
        """Keep an own template; one of the same name, or `instead_of`, is replaced.

        Raises
        ------
        MediaError
            When it cannot be used; the text says why.
        """
        if template.problems:
            raise MediaError(template.problems[0], "then save it again")
        if any(one.name.casefold() == template.name.casefold() for one in BUILT_IN):
            raise MediaError(
                f"expected a name of its own, {template.name} comes with the program", "type another name"
            )
        gone = {template.name.casefold(), instead_of.casefold()}
        rest = [one for one in self.own if one.name.casefold() not in gone]
        named = {"template": template.name} if instead_of and self.kept.template == instead_of else {}
        self.choose(templates=[template_to_dict(one) for one in (*rest, template)], **named)

    def delete(self, name: str) -> None:
        """Give an own template up; a case that is laid out by it keeps it."""
        self.choose(templates=[template_to_dict(one) for one in self.own if one.name != name])

    def _case_changed(self) -> None:
        case = self._session.case
        before, self._of_case = self._of_case, case.template if case else None
        if before != self._of_case:
            self.changed.emit()
