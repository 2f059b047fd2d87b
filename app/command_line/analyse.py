"""`analyse`: karyotype metaphases, one file, many, or whole folders."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

from app.command_line.analysed import AnalysedCell, Figures, PictureAnalysis
from app.command_line.origins import Origins, read_origins
from app.command_line.places import places_of
from app.command_line.progress_bar import ProgressBar
from app.command_line.results import json_of, readable, write_reasoning, write_whole
from core.analysis.case_numbers import numbers_of_case
from core.analysis.clones import karyotype_of_case
from core.analysis.pipeline import Analyst
from core.analysis.result import result_of_case
from core.analysis.situations import situations_of
from core.domain.case import Case, Context
from core.domain.ids import CaseId
from core.domain.metaphase import Banding
from core.errors import CentromereError, StorageError
from core.paths import folders
from core.readers.gather import Gathered, Source, gather
from core.readers.naming import laboratory_name
from core.reasoning.case import case_steps
from core.reasoning.document import text_of
from core.report.content import content_of
from core.report.pdf import write_report
from models.inference.analyst import load_answering

_FAILED: Final = 1
_BAD_INPUT: Final = 2
_CASE_FILE: Final = "case.json"
_REPORT_FILE: Final = "report.pdf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="pictures, folders or ZIP archives")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for the results")
    parser.add_argument("--case", metavar="NAME", help="name of the case (from the file names)")
    parser.add_argument(
        "--context",
        choices=("constitutional", "neoplastic"),
        help="rules for the karyotype of the case (unknown)",
    )
    parser.add_argument(
        "--cells", metavar="CSV", type=Path, help="culture, slide, colony and place of each picture"
    )
    parser.add_argument(
        "--banding",
        choices=tuple(kind.value for kind in Banding if kind is not Banding.UNKNOWN),
        help="how the slides were stained (recognised in each picture)",
    )
    parser.add_argument("--report", action="store_true", help="write DIR/report.pdf as well")
    parser.add_argument(
        "--reasoning", action="store_true", help="write what was seen at each level as .reasoning.md as well"
    )


def run(arguments: argparse.Namespace) -> int:
    """Analyse everything given; 0 when all went well, 2 when some input was bad, 1 without models."""
    _end_well_when_told_to()
    return _Run(arguments).status()


class _Run:
    """One call of the command."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._out: Path = arguments.out
        self._context = Context(arguments.context) if arguments.context else Context.UNKNOWN
        self._status = 0
        self._bar: ProgressBar | None = None

    def status(self) -> int:
        """Do the work; returns the exit status."""
        arguments = self._arguments
        try:
            self._out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            self._complain(str(self._out), f"cannot be written ({reason}), choose another folder")
            return self._status
        origins = self._origins()
        given = [Path(path) for path in arguments.paths]
        gathered = gather(given)
        self._tell_skipped(gathered)
        metaphases = self._without_karyograms(gathered.images, given)
        if not metaphases:
            if self._status == 0 and not gathered.images:
                self._complain(str(given[0]), "no picture in it, give metaphase pictures")
            return self._status
        try:
            analyst, warning = load_answering(folders().weights)
        except CentromereError as error:
            self._complain("weights", error)
            return _FAILED
        if warning:
            _note(warning)
        figures = Figures() if arguments.report else None
        done = self._analyse(analyst, metaphases, given, origins, figures)
        for name in origins.unused:
            _note(f"{arguments.cells}: {name} is no picture of this run")
        if done:
            self._finish(analyst, done, given, figures)
        return self._status

    # -- input -----------------------------------------------------------------------------------------

    def _origins(self) -> Origins:
        path: Path | None = self._arguments.cells
        try:
            return read_origins(path) if path else Origins()
        except CentromereError as error:
            self._complain(str(path), error)
            return Origins()

    def _tell_skipped(self, gathered: Gathered) -> None:
        others = [skipped for skipped in gathered.skipped if not skipped.is_fault]
        for path, reason in (skipped for skipped in gathered.skipped if skipped.is_fault):
            self._complain(path, reason)
        if others:
            _note(
                "1 file is no picture, skipped"
                if len(others) == 1
                else f"{len(others)} files are no pictures, skipped"
            )

    def _without_karyograms(self, images: Sequence[Source], given: Sequence[Path]) -> list[Source]:
        """Leave out finished karyograms by their names; one that is named itself is bad input."""
        kept = []
        for source in images:
            named = laboratory_name(source.name)
            if named is None or named.kind != "karyogram":
                kept.append(source)
            elif source.member is None and source.path in given:
                self._complain(
                    source.label,
                    "a finished karyogram by its name, not a metaphase, choose the picture of the metaphase",
                )
            else:
                _note(f"{source.label}: finished karyogram, skipped")
        return kept

    # -- work ------------------------------------------------------------------------------------------

    def _analyse(
        self,
        analyst: Analyst,
        metaphases: Sequence[Source],
        given: Sequence[Path],
        origins: Origins,
        figures: Figures | None,
    ) -> list[AnalysedCell]:
        places = places_of(metaphases, given)
        # Summaries of an earlier run would not fit the results of this one if it were broken off.
        for name in (_CASE_FILE, _REPORT_FILE, "case.reasoning.md"):
            with contextlib.suppress(OSError):
                (self._out / name).unlink(missing_ok=True)
        banding = Banding(self._arguments.banding) if self._arguments.banding else None
        work = PictureAnalysis(
            analyst, self._out, figures, self._complain, banding, reasoned=self._arguments.reasoning
        )
        done: list[AnalysedCell] = []
        with ProgressBar(len(metaphases)) as self._bar:
            for source in metaphases:
                self._bar.begin(readable(source.name))
                for cell in work.analyse(source, places[source], origins.of(source)):
                    self._bar.interrupt()
                    _say(cell.line)
                    done.append(cell)
                self._bar.finish_one()
        self._bar = None
        return done

    def _finish(
        self,
        analyst: Analyst,
        done: Sequence[AnalysedCell],
        given: Sequence[Path],
        figures: Figures | None,
    ) -> None:
        cells = [(readable(str(one.place)), one.cell) for one in done]
        states = [cell for _, cell in cells]
        name = self._case_name(done, given)
        karyotype = karyotype_of_case(states, context=self._context)
        numbers = numbers_of_case(states, context=self._context)
        told = situations_of(Case(id=CaseId(name), name=name, context=self._context), states)
        karyotype = replace(karyotype, limits=(*karyotype.limits, numbers.line, *(one.line for one in told)))
        result = result_of_case(name, self._context, cells, karyotype, models=analyst.models)
        try:
            write_whole(self._out / _CASE_FILE, json_of(result))
            _say(f"{name}: {karyotype.iscn or karyotype.limits[0]}")
            if self._arguments.reasoning:
                write_reasoning(self._out / "case", text_of(name, case_steps(states, context=self._context)))
            if figures is not None:
                case = Case(id=CaseId(name), name=name, context=self._context)
                content = content_of(case, states, models=analyst.models, created=datetime.now(UTC))
                write_report(self._out / _REPORT_FILE, content, figures.of(content.figures))
                _say(str(self._out / _REPORT_FILE))
        except StorageError as error:
            self._complain(str(self._out), error)

    def _case_name(self, done: Sequence[AnalysedCell], given: Sequence[Path]) -> str:
        wanted = (self._arguments.case or "").strip()
        if wanted:
            return readable(wanted)
        named = [laboratory_name(one.place.name) for one in done]
        names = sorted({name.case for name in named if name is not None})
        if len(names) > 1:
            _note(f"pictures of {len(names)} cases ({', '.join(names[:5])}) are taken as one, see --case")
        elif len(names) == 1 and all(named):
            return readable(names[0])
        if len(given) == 1:
            return readable(given[0].stem if given[0].is_file() else given[0].absolute().name) or "unnamed"
        return "unnamed"

    def _complain(self, what: str, error: object) -> None:
        if self._bar is not None:
            self._bar.interrupt()
        _note(f"{what}: {error}")
        self._status = _BAD_INPUT


def _note(text: str) -> None:
    """One line on standard error."""
    print(readable(" ".join(text.split("\n"))), file=sys.stderr, flush=True)


def _say(text: str) -> None:
    """One line on standard output; nobody has to listen to the end."""
    with contextlib.suppress(BrokenPipeError):
        print(text, flush=True)


def _end_well_when_told_to() -> None:
    """Let SIGTERM unwind as Ctrl+C does, so that no unfinished file stays."""

    def end(number: int, frame: object) -> NoReturn:
        raise SystemExit(128 + number)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)
