"""Images whose names speak of another case than the open one wait here for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from app.dialogs.frame import Frame
from app.plain import as_tip
from core.readers.gather import Source
from core.readers.naming import Held


class HeldNamesDialog(Frame):
    """Asks for each foreign name what shall happen to its images; nothing is imported before."""

    def __init__(self, parent: QWidget | None, held: Sequence[Held[Source]], open_case: str) -> None:
        count = sum(len(group.images) for group in held)
        super().__init__(
            parent,
            "These images seem to belong to another case",
            f"The open case is {open_case}. The names of {count} image{'' if count == 1 else 's'} speak of "
            "another one. Putting an image into the wrong case can mix up two patients, so please decide.",
            accept="Go on",
            reject="Import nothing",
        )
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        self._choices: dict[str, QComboBox] = {}
        for group in held:
            names = ", ".join(image.name for image in group.images[:3])
            more = f" and {len(group.images) - 3} more" if len(group.images) > 3 else ""
            label = QLabel(f"<b>{escape(group.case)}</b>: {escape(names)}{more}")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setToolTip(as_tip("\n".join(image.label for image in group.images[:40])))
            box = QComboBox()
            box.addItem(f"put into case {group.case}", "new")
            box.addItem("leave out", "out")
            box.addItem(f"put into {open_case} all the same (this is logged)", "open")
            box.setAccessibleName(f"Images of {group.case}")
            self._choices[group.case] = box
            form.addRow(label, box)
        self.body.addLayout(form)
        self.setMinimumWidth(620)

    @property
    def decisions(self) -> dict[str, str]:
        """By name: "new", "out" or "open"."""
        return {case: box.currentData() for case, box in self._choices.items()}
