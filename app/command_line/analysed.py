"""Pictures analysed on the command line: what is written of each, and what is kept for the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.command_line.results import readable, remove_results, write_reasoning, write_results
from core.analysis.numerical import cell_karyotype
from core.analysis.pipeline import Analyst
from core.analysis.result import result_of_cell
from core.analysis.strands import lay_cell_straight
from core.domain.metaphase import Banding, Metaphase, Origin, Verdict
from core.domain.outline import Outline
from core.errors import CentromereError
from core.readers.gather import Source
from core.readers.metaphase import metaphase_of, refuse_other_pictures
from core.readers.naming import laboratory_name
from core.readers.picture import Picture
from core.readers.registry import content_of, count_pages, read_picture
from core.reasoning.bands import band_steps
from core.reasoning.cell import cell_steps
from core.reasoning.chromosome import chromosome_steps
from core.reasoning.document import text_of
from core.report.content import worth_showing
from core.report.figures import Figure, figure_of
from core.report.karyogram_figure import draw_karyogram
from core.report.overlay import draw_overlay
from core.report.rendering import png_of, to_pixels

_DPI: Final = 300.0
_SHOWN: Final = 2
_CORNERS: Final = 16
"""Points of an outline that are kept for the case."""

Complain = Callable[[str, object], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysedCell:
    """A cell as the case needs it: its chromosomes in rough outline, of which 300 cells have many."""

    place: PurePosixPath
    cell: Metaphase

    @property
    def line(self) -> str:
        """What came out, in a line."""
        text = cell_karyotype(self.cell) or "no karyotype"
        return f"{readable(str(self.place))}: {text}, {self.cell.count} chromosomes"


class Figures:
    """The best cells seen so far, drawn for the report; others are forgotten, so that memory stays."""

    def __init__(self) -> None:
        self._best: list[tuple[tuple[bool, float], Figure]] = []

    def consider(self, cell: Metaphase, grey: NDArray[np.generic]) -> None:
        """Draw a cell if it is among the best."""
        worth = worth_showing(cell)
        if cell.verdict is Verdict.REJECTED:
            return
        if len(self._best) < _SHOWN or worth > self._best[-1][0]:
            self._best.append((worth, figure_of(cell, grey)))
            self._best.sort(key=lambda entry: entry[0], reverse=True)
            del self._best[_SHOWN:]

    def of(self, cells: tuple[Metaphase, ...]) -> list[Figure]:
        """Figures of these cells, in their order."""
        drawn = {figure.cell.id: figure for _, figure in self._best}
        return [drawn[cell.id] for cell in cells if cell.id in drawn]


class PictureAnalysis:
    """Analyses one file after the other.

    Parameters
    ----------
    analyst
        The models.
    out
        Folder of results.
    figures
        Where cells for the report are collected; None where no report is wanted.
    complain
        Told of each bad picture.
    banding
        As a person says; recognised in each picture when None.
    reasoned
        Whether the steps of the reasoning are written beside each result.
    """

    def __init__(
        self,
        analyst: Analyst,
        out: Path,
        figures: Figures | None,
        complain: Complain,
        banding: Banding | None = None,
        *,
        reasoned: bool = False,
    ) -> None:
        self._reasoned = reasoned
        self._analyst = analyst
        self._banding = banding
        self._out = out
        self._figures = figures
        self._complain = complain
        self._seen: dict[tuple[str, int], PurePosixPath] = {}

    def analyse(self, source: Source, place: PurePosixPath, origin: Origin | None) -> Iterator[AnalysedCell]:
        """Analyse every page of a file and write its results; a bad page does not stop the others."""
        try:
            read = content_of(source.to_read())
            frames = count_pages(read)
        except CentromereError as error:
            self._bad(place, source.label, error)
            return
        for page in range(frames):
            label = source.label if frames == 1 else f"{source.label} page {page + 1}"
            here = place if page == 0 else PurePosixPath(f"{place}.page{page + 1}")
            try:
                yield self._page(source, read, page, here, origin)
            except CentromereError as error:
                self._bad(here, label, error)
            except MemoryError:
                self._bad(here, label, "the memory does not suffice, close other programs")
            except Exception as error:  # noqa: BLE001 - one picture must not end the work on 299 others
                what = " ".join(f"{type(error).__name__}: {error}".split())
                self._bad(here, label, f"the analysis failed ({what}), leave it out and report it")

    def _bad(self, place: PurePosixPath, label: str, error: object) -> None:
        # What an earlier run found in a file of that name is no result of this one.
        remove_results(self._out / place)
        self._complain(label, error)

    def _page(
        self,
        source: Source,
        read: tuple[bytes, str],
        page: int,
        place: PurePosixPath,
        origin: Origin | None,
    ) -> AnalysedCell:
        picture = read_picture(read, page)
        refuse_other_pictures(picture.grey)
        cell = _cell_of(picture, source, page, origin)
        if self._banding is not None:
            cell = replace(cell, banding=self._banding, banding_stated=True)
        analysis = self._analyst.analyse(
            picture.grey,
            dark_on_light=picture.dark_on_light,
            banding=cell.banding if cell.banding_stated else None,
        )
        cell = analysis.proposal.apply(cell)
        result = result_of_cell(
            cell,
            path=readable(source.label),
            models=analysis.models,
            seconds=analysis.seconds,
        )
        karyogram = png_of(to_pixels(draw_karyogram(cell, picture.grey), dpi=_DPI), dpi=_DPI)
        overlay = png_of(draw_overlay(cell, picture.grey), dpi=_DPI)
        write_results(self._out / place, result, karyogram, overlay)
        if self._reasoned:
            steps = (
                *band_steps(cell, lay_cell_straight(cell, picture.grey)),
                *chromosome_steps(cell),
                *cell_steps(cell),
            )
            write_reasoning(self._out / place, text_of(readable(source.label), steps))
        cell = self._judged(cell, place)
        if self._figures is not None:
            self._figures.consider(cell, picture.grey)
        return AnalysedCell(place=place, cell=_light(cell))

    def _judged(self, cell: Metaphase, place: PurePosixPath) -> Metaphase:
        """Count the same picture once, whatever it is called: copies would make a clone of one cell."""
        key = (cell.image, cell.page)
        first = self._seen.setdefault(key, place)
        if first == place:
            return cell
        reason = f"the same picture as {readable(str(first))}"
        return replace(cell, verdict=Verdict.REJECTED, verdict_reason=reason)


def _cell_of(picture: Picture, source: Source, page: int, origin: Origin | None) -> Metaphase:
    named = laboratory_name(source.name)
    label = readable(named.cell if named else Path(source.name).stem)
    return metaphase_of(picture, label=label if page == 0 else f"{label}.{page + 1}", origin=origin)


def _light(cell: Metaphase) -> Metaphase:
    """Leave most of the shapes out: karyotypes and cell lines need classes, names and sizes only."""
    return replace(
        cell,
        chromosomes=tuple(
            replace(chromosome, outline=_rough(chromosome.outline), axis=())
            for chromosome in cell.chromosomes
        ),
    )


def _rough(outline: Outline) -> Outline:
    step = max(1, len(outline.points) // _CORNERS)
    return Outline(points=outline.points[::step])
