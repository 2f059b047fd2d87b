"""One look after the other: what each found becomes the record."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from core.errors import CentromereError
from core.progress import Cancelled, NoProgress, PartOfProgress, Progress
from core.store.database import utc_now
from core.verification.record import Fault, Look, Outcome, Part, Record
from core.version import VERSION

_log = logging.getLogger(__name__)
_STEPS: Final = 1000


class NotLookedAt(Exception):
    """A look that cannot be made here, and is no fault; the text is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look saw, in words, and what is wrong."""

    said: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A look that is to be made: where it belongs, its name, the work, and its share of the time."""

    part: Part
    title: str
    work: Callable[[Progress], Seen]
    share: int = 1


def look_through(
    planned: Sequence[Planned],
    *,
    root: Path,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Record:
    """Make every look; one that fails in any way is a fault and the others go on.

    Raises
    ------
    Cancelled
        Where `progress` says so.
    """
    whole = progress or NoProgress()
    began = clock()
    shares = sum(one.share for one in planned)
    looks, done = [], 0
    for one in planned:
        part = PartOfProgress(
            whole, first=_STEPS * done // shares, last=_STEPS * (done + one.share) // shares, total=_STEPS
        )
        part.step(0, 1, one.title)
        looks.append(_looked(one, part))
        done += one.share
    whole.step(_STEPS, _STEPS, "Finished")
    return Record(
        version=VERSION,
        place=str(root),
        machine=machine(),
        began=began,
        ended=clock(),
        looks=tuple(looks),
    )


def machine() -> str:
    """Name the computer in words: its name, system, processor and Python."""
    return (
        f"{platform.node() or 'without a name'}, {platform.system()} {platform.release()}, "
        f"{platform.machine()}, {os.cpu_count() or 1} processors, Python {platform.python_version()}"
    )


def _looked(one: Planned, progress: Progress) -> Look:
    try:
        seen = one.work(progress)
    except Cancelled:
        raise
    except NotLookedAt as reason:
        return Look(part=one.part, title=one.title, outcome=Outcome.NOT_LOOKED, said=str(reason))
    except CentromereError as error:
        seen = Seen(said="", faults=(Fault(file="", said=str(error)),))
    except Exception as error:  # noqa: BLE001 - whatever fails is what the verification is there to tell
        _log.exception("verification: %s", one.title)
        seen = Seen(said="", faults=(Fault(file="", said=f"failed with {type(error).__name__}: {error}"),))
    outcome = Outcome.FAULT if seen.faults else Outcome.GOOD
    return Look(part=one.part, title=one.title, outcome=outcome, said=seen.said, faults=seen.faults)
