"""`analyse`: karyotype metaphases, one file, many, or whole folders."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from app.command_line.origins import read_origins
from app.command_line.progress_bar import ProgressBar
from core.analysis.clones import karyotype_of_case
from core.analysis.pipeline import Analysis, Analyst
from core.analysis.result import result_of_case, result_of_cell
from core.atomic import whole_file
from core.domain.case import Case, Context
from core.domain.ids import CaseId
from core.domain.metaphase import Metaphase, Origin
from core.errors import CentromereError
from core.readers.gather import Source, gather
from core.readers.metaphase import metaphase_of, refuse_karyogram
from core.readers.naming import laboratory_name, sort_into_cases
from core.readers.picture import Picture
from core.readers.registry import pages
from core.report.content import content_of
from core.report.figures import figure_of
from core.report.karyogram_figure import draw_karyogram
from core.report.overlay import draw_overlay
from core.report.pdf import write_report
from core.report.rendering import save_pixels, to_pixels
from models.inference.analyst import load_analyst

_DPI: Final = 300.0
_BAD_INPUT: Final = 2


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
    parser.add_argument("--report", action="store_true", help="write DIR/report.pdf as well")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """One analysed picture."""

    under: PurePosixPath
    picture: Picture
    cell: Metaphase
    analysis: Analysis


def run(arguments: argparse.Namespace) -> int:
    """Analyse everything given; 0 when all went well, 2 when some input was bad."""
    out: Path = arguments.out
    context = Context(arguments.context) if arguments.context else Context.UNKNOWN
    try:
        origins = read_origins(arguments.cells) if arguments.cells else {}
        out.mkdir(parents=True, exist_ok=True)
    except CentromereError as error:
        return _complain(str(arguments.cells), error)
    except OSError as error:
        return _complain(str(out), f"cannot be written ({error.strerror or error}), choose another folder")
    gathered = gather(arguments.paths)
    status = 0
    for path, reason in gathered.skipped:
        print(f"{path}: {reason}", file=sys.stderr)
    if any(skipped.is_fault for skipped in gathered.skipped):
        status = _BAD_INPUT
    metaphases, karyograms = _without_karyograms(gathered.images)
    for source in karyograms:
        print(f"{source.label}: finished karyogram, skipped", file=sys.stderr)
    if not metaphases:
        if status == 0 and not karyograms:
            return _complain(str(arguments.paths[0]), "no picture in it, give metaphase pictures")
        return status
    try:
        analyst = load_analyst()
    except CentromereError as error:
        return _complain("weights", error)
    done: list[_Done] = []
    with ProgressBar(len(metaphases)) as bar:
        for source in metaphases:
            bar.begin(source.name)
            try:
                done += _analyse(analyst, source, out, origins)
            except CentromereError as error:
                bar.interrupt()
                status = _complain(source.label, error)
            bar.finish_one()
    if done:
        try:
            _write_case(arguments, context, analyst, done, out)
        except CentromereError as error:
            status = _complain(str(out), error)
    return status


def _complain(what: str, error: object) -> int:
    print(f"{what}: {error}", file=sys.stderr)
    return _BAD_INPUT


def _without_karyograms(images: Sequence[Source]) -> tuple[list[Source], list[Source]]:
    """Split by the laboratory naming; a karyogram that somebody names himself is skipped all the same."""
    karyograms = set(sort_into_cases(images).karyograms)
    return [i for i in images if i not in karyograms], [i for i in images if i in karyograms]


def _analyse(analyst: Analyst, source: Source, out: Path, origins: Mapping[str, Origin]) -> list[_Done]:
    """Analyse every page of one file and write its results."""
    done = []
    named = laboratory_name(source.name)
    for picture in pages(source.to_read()):
        refuse_karyogram(picture)
        analysis = analyst.analyse(picture.grey, dark_on_light=picture.dark_on_light)
        under = source.under if picture.page == 0 else PurePosixPath(f"{source.under}.page{picture.page + 1}")
        cell = analysis.proposal.apply(
            metaphase_of(
                picture,
                label=named.cell if named else Path(source.name).stem,
                origin=origins.get(source.name),
            )
        )
        one = _Done(under=under, picture=picture, cell=cell, analysis=analysis)
        _write_cell(one, source.label, out)
        done.append(one)
    return done


def _write_cell(done: _Done, path: str, out: Path) -> None:
    base = out / done.under
    grey = done.picture.grey
    result = result_of_cell(
        done.cell,
        path=path,
        models=done.analysis.models,
        seconds=done.analysis.seconds,
        count_confidence=done.analysis.count_confidence,
    )
    with whole_file(base.with_name(base.name + ".karyogram.png")) as unfinished:
        save_pixels(to_pixels(draw_karyogram(done.cell, grey), dpi=_DPI), unfinished, dpi=_DPI)
    with whole_file(base.with_name(base.name + ".overlay.png")) as unfinished:
        save_pixels(draw_overlay(done.cell, grey), unfinished, dpi=_DPI)
    # The result comes last: where it is, the pictures are.
    _write_json(base.with_name(base.name + ".json"), result)


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    with whole_file(path) as unfinished:
        unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_case(
    arguments: argparse.Namespace, context: Context, analyst: Analyst, done: Sequence[_Done], out: Path
) -> None:
    cells = [(str(one.under), one.cell) for one in done]
    karyotype = karyotype_of_case([cell for _, cell in cells], context=context)
    name = arguments.case or _case_name(done)
    result = result_of_case(name, context, cells, karyotype, models=analyst.models)
    _write_json(out / "case.json", result)
    print(f"{name}: {karyotype.iscn or karyotype.limits[0]}")
    if arguments.report:
        case = Case(id=CaseId(name), name=name, context=context, cells=tuple(cell.id for _, cell in cells))
        content = content_of(
            case,
            [one.cell for one in done],
            models=analyst.models,
            created=datetime.now(UTC),
        )
        shown = {cell.id for cell in content.figures}
        figures = [figure_of(one.cell, one.picture.grey) for one in done if one.cell.id in shown]
        write_report(out / "report.pdf", content, figures)
        print(out / "report.pdf")


def _case_name(done: Sequence[_Done]) -> str:
    names = {named.case for one in done if (named := laboratory_name(one.under.name)) is not None}
    return names.pop() if len(names) == 1 else (done[0].under.stem if len(done) == 1 else "unnamed")
