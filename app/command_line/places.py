"""Where the results of each picture go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from core.readers.gather import Source


def places_of(sources: Sequence[Source], given: Iterable[Path]) -> dict[Source, PurePosixPath]:
    """Give each picture a name of its own below the folder of results.

    Parameters
    ----------
    sources
        Pictures in their order.
    given
        What the command line named.

    Returns
    -------
    dict
        A picture `FOLDER/a/x.png` given as `FOLDER`, or `a/x.png` in an archive that was given, is
        `a/x.png`. Where two have the same name, the later one is put into a folder named like the one it
        comes from.

    Notes
    -----
    Names are compared without regard to capitals, as some file systems do.
    """
    archives = {path.absolute() for path in given if not path.is_dir()}
    taken: set[str] = set()
    places: dict[Source, PurePosixPath] = {}
    for source in sources:
        place = source.under
        if source.member is not None and source.path.absolute() in archives:
            place = PurePosixPath(*place.parts[1:])
        place = _free(place, _home(source), taken)
        taken.add(str(place).casefold())
        places[source] = place
    return places


def _home(source: Source) -> str:
    """Name of the folder or archive that a picture comes from."""
    if source.member is not None:
        return source.path.stem
    return source.path.absolute().parent.name or "other"


def _free(place: PurePosixPath, home: str, taken: set[str]) -> PurePosixPath:
    tried, number = place, 1
    while str(tried).casefold() in taken:
        folder = home if number == 1 else f"{home}-{number}"
        tried, number = PurePosixPath(folder) / place, number + 1
    return tried
