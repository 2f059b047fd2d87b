"""Switches of the clone rule: what a laboratory decides for one case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneRules:
    """How the cells of a case become cell lines, where the rule leaves it open.

    Changes are written as in a karyotype: "+8", "-7", "t(9;22)(q34;q11.2)".

    Parameters
    ----------
    known
        Changes known from an earlier examination of the patient: one cell is enough.
    confirmed
        Changes that another method confirmed (FISH, array): one cell is enough.
    shared_losses
        A loss in two cells counts when both share another clonal change.
    constitutional
        Changes the patient was born with: written with `c` in a tumour, no clone of their own.
    composite
        Write one composite karyotype `[cpN]` in place of the lines of a tumour.
    stemlines
        How a line that goes on from an earlier one is written in a tumour.
    in_situ
        Cells grew in colonies on the slide: colonies are counted, not cells.
    """

    known: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    shared_losses: bool = False
    constitutional: tuple[str, ...] = ()
    composite: bool = False
    stemlines: Literal["", "idem", "sl"] = "idem"
    in_situ: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What was decided, a few words each; empty while the plain rule stands."""
        said = [
            f"{what} {', '.join(changes)}"
            for what, changes in (
                ("known", self.known), ("confirmed", self.confirmed), ("born with", self.constitutional),
            )
            if changes
        ]  # fmt: skip
        if self.shared_losses:
            said.append("loss in two cells beside another change")
        if self.in_situ:
            said.append("colonies counted")
        if self.composite:
            said.append("composite karyotype")
        if self.stemlines != "idem":
            said.append("related clones with sl" if self.stemlines else "related clones in full")
        return tuple(said)
