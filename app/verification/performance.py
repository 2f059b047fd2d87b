"""Performance: whether reference cells get the answers that were stored, and how fast."""

from __future__ import annotations

from app.verification.looking import Seen
from core.progress import Progress
from core.verification.record import Fault
from models.inference.analyst import load_analyst
from models.registry import WEIGHTS
from models.verification.reference import REFERENCE, Compared, Reference, compare, read_reference, seconds_of


class Performance:
    """Analyses the reference cells once; what they said and how long they took are two looks."""

    def __init__(self) -> None:
        self._reference: Reference | None = None
        self._seen: tuple[Compared, ...] = ()

    def look_at_answers(self, progress: Progress) -> Seen:
        """Answers of the shipped weights against the stored ones."""
        self._reference = read_reference()
        self._seen, faults = compare(load_analyst(WEIGHTS), self._reference, progress)
        lines = [one.said for one in self._seen]
        if any(not one.same_picture for one in self._seen):
            lines.append("drawn with small differences on this processor")
        return Seen(said="; ".join(lines), faults=faults)

    def look_at_speed(self, progress: Progress) -> Seen:
        """Time of one cell against the stated one; a fault only when it is far slower."""
        progress.step(0, 1, "Speed")
        if self._reference is None or not self._seen:
            return Seen(said="", faults=(Fault(file=REFERENCE.name, said="gave no cell to measure"),))
        seconds, stated = seconds_of(self._seen), self._reference.seconds
        ratio = seconds / stated
        said = f"{seconds:.1f} s a cell, stated {stated:.1f} s: {ratio:.2f} times"
        if ratio > self._reference.slowest:
            slow = Fault(file="", said=f"{said}; more than {self._reference.slowest:g} times is a fault")
            return Seen(said=said, faults=(slow,))
        return Seen(said=said)
