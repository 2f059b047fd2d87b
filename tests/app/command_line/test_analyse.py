"""`main.py analyse`: one run over a folder of good and bad pictures, and what must never happen."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from core.simulation.metaphase import simulate_metaphase
from tests.app.command_line.odd_pictures import (
    blank,
    cat,
    finished_karyogram,
    huge_png,
    nuclei,
    save,
    texture,
)

ROOT = Path(__file__).resolve().parents[3]
TRUE_COUNTS = {"trisomy one": 47, "trisomy two": 47, "Türner ß": 45}


def command(*arguments: object) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), "analyse", *map(str, arguments)]


def analyse(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=600, **options
    )


@dataclass(frozen=True)
class Run:
    """What one call left."""

    inputs: Path
    out: Path
    done: subprocess.CompletedProcess[str]

    @property
    def lines(self) -> list[str]:
        return self.done.stderr.splitlines()

    def line_of(self, name: str) -> str:
        found = [line for line in self.lines if line.startswith(f"{self.inputs / name}: ")]
        assert len(found) == 1, self.done.stderr
        return found[0]

    def result(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.out / f"{name}.json").read_text(encoding="utf-8"))
        return loaded


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Simulated cells among pictures that are no metaphases and files that are no pictures."""
    folder = tmp_path_factory.mktemp("drop")
    inputs, out = folder / "Fälle 1", folder / "results"
    for seed, (name, karyotype) in enumerate(
        (("trisomy one", "47,XY,+21"), ("trisomy two", "47,XY,+21"), ("Türner ß", "45,X")), start=11
    ):
        save(simulate_metaphase(karyotype, seed=seed).picture, inputs / "slide a" / f"{name}.png")
    (inputs / "copy.png").write_bytes((inputs / "slide a" / "trisomy one.png").read_bytes())
    save(cat(), inputs / "cat.jpg")
    save(texture(), inputs / "texture.png")
    save(blank(), inputs / "blank.tif")
    save(nuclei(), inputs / "nuclei.bmp")
    save(finished_karyogram(), inputs / "printed.png")
    save(finished_karyogram(), inputs / "8129A.001.K.TIF")
    (inputs / "empty.png").write_bytes(b"")
    (inputs / "torn.png").write_bytes((inputs / "texture.png").read_bytes()[:9000])
    huge_png(inputs / "huge.png")
    (inputs / "letter.txt").write_text("no picture")
    table = folder / "cells.csv"
    table.write_text(
        "file;culture;slide;colony;x;y\n"
        "trisomy one.png;A;1;3;1250,5;-4\n"
        "slide a/trisomy two.png;B;2;;;\n"
        "never captured.png;B;2;;;\n",
        encoding="utf-8",
    )
    done = analyse(
        inputs, "--out", out, "--case", "Ü-17", "--context", "constitutional", "--cells", table, "--report"
    )
    return Run(inputs=inputs, out=out, done=done)


def test_that_results_lie_as_their_pictures_lay(mixed: Run) -> None:
    assert mixed.done.returncode == 2
    for name in TRUE_COUNTS:
        for suffix in ("json", "karyogram.png", "overlay.png"):
            assert (mixed.out / "slide a" / f"{name}.png.{suffix}").is_file()
    with Image.open(mixed.out / "slide a" / "Türner ß.png.karyogram.png") as karyogram:
        assert round(karyogram.info["dpi"][0]) == 300
    with (
        Image.open(mixed.out / "slide a" / "Türner ß.png.overlay.png") as overlay,
        Image.open(mixed.inputs / "slide a" / "Türner ß.png") as picture,
    ):
        assert overlay.size == picture.size


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("cat.jpg", "no metaphase found"),
        ("texture.png", "no metaphase found"),
        ("blank.tif", "no metaphase found"),
        ("nuclei.bmp", "no metaphase found"),
        ("printed.png", "a finished karyogram"),
        ("empty.png", "the file is empty"),
        ("torn.png", "cut off"),
        ("huge.png", "30000 × 30000 pixels"),
    ],
)
def test_that_bad_input_is_one_line_and_leaves_no_result(mixed: Run, name: str, what: str) -> None:
    line = mixed.line_of(name)
    assert what in line
    assert ", " in line.removeprefix(f"{mixed.inputs / name}: ")
    assert not list(mixed.out.rglob(f"{name}*"))


def test_that_a_karyogram_by_its_name_is_skipped_with_a_note(mixed: Run) -> None:
    assert mixed.line_of("8129A.001.K.TIF").endswith("finished karyogram, skipped")
    assert not list(mixed.out.rglob("*.K.TIF*"))


def test_that_no_unfinished_file_stays(mixed: Run) -> None:
    assert not [path for path in mixed.out.rglob("*") if path.name.startswith(".")]
    assert {path.name for path in mixed.out.iterdir()} == {
        "slide a", "case.json", "report.pdf",
        "copy.png.json", "copy.png.karyogram.png", "copy.png.overlay.png",
    }  # fmt: skip


def test_that_results_fit_the_published_schemas(mixed: Run, shared_contract: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    of_cell = json.loads((shared_contract / "analysis.schema.json").read_text(encoding="utf-8"))
    of_case = json.loads((shared_contract / "case.schema.json").read_text(encoding="utf-8"))
    for name in TRUE_COUNTS:
        jsonschema.validate(mixed.result(f"slide a/{name}.png"), of_cell)
    jsonschema.validate(mixed.result("case"), of_case)


def test_that_chromosomes_are_found_where_they_are(mixed: Run) -> None:
    for name, count in TRUE_COUNTS.items():
        result = mixed.result(f"slide a/{name}.png")
        assert abs(result["count"] - count) <= 5
        assert len(result["chromosomes"]) >= result["count"]
        width, height = result["image"]["width"], result["image"]["height"]
        for chromosome in result["chromosomes"]:
            xmin, ymin, xmax, ymax = chromosome["box"]
            assert 0 <= xmin < xmax <= width
            assert 0 <= ymin < ymax <= height
        assert isinstance(result["assessed"]["structural"], bool)
        assert set(result["models"]) == {"release", "finder", "outliner", "namer", "structure"}


def test_that_the_case_holds_all_cells_with_their_cultures(mixed: Run) -> None:
    case = mixed.result("case")
    assert case["case"] == "Ü-17"
    assert case["context"] == "constitutional"
    cells = {cell["file"]: cell for cell in case["cells"]}
    assert set(cells) == {"copy.png", *(f"slide a/{name}.png" for name in TRUE_COUNTS)}
    first, second = cells["slide a/trisomy one.png"], cells["slide a/trisomy two.png"]
    assert (first["culture"], first["slide"], first["colony"]) == ("A", "1", "3")
    assert (second["culture"], second["colony"]) == ("B", None)
    assert any("never captured.png" in line for line in mixed.lines)


def test_that_a_copy_of_a_picture_is_counted_once(mixed: Run) -> None:
    cells = {cell["file"]: cell for cell in mixed.result("case")["cells"]}
    copies = [cells["copy.png"], cells["slide a/trisomy one.png"]]
    assert sum("the same picture" in (cell["reason"] or "") for cell in copies) == 1


def test_that_the_report_is_there_when_it_is_asked_for(mixed: Run) -> None:
    with pypdfium2.PdfDocument(mixed.out / "report.pdf") as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert "Ü-17" in text
    assert "For research use only" in text
    assert "structure" in text.lower()


def test_that_progress_is_no_bar_where_nobody_watches(mixed: Run) -> None:
    assert "\r" not in mixed.done.stderr
    assert "\x1b" not in mixed.done.stderr
    assert any(line.endswith("pictures done") for line in mixed.lines)


def test_that_the_memory_stays_small(mixed: Run) -> None:
    assert mixed.done.returncode == 2
    kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert kilobytes < 1_500_000


def test_that_a_table_that_cannot_be_read_is_told_and_pictures_go_on(tmp_path: Path) -> None:
    table = tmp_path / "cells.csv"
    table.write_text("name,culture\nx.png,A\n", encoding="utf-8")
    save(blank(), tmp_path / "blank.png")
    done = analyse(tmp_path / "blank.png", "--out", tmp_path / "out", "--cells", table)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith(f"{table}: expected the columns file,culture")
    assert any("no metaphase found" in line for line in done.stderr.splitlines())


def test_that_what_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "nothing in it").mkdir()
    done = analyse(tmp_path / "none.png", tmp_path / "nothing in it", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{tmp_path / 'none.png'}: the file does not exist, check its name and folder"
    ]


def test_that_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "nothing in it").mkdir()
    done = analyse(tmp_path / "nothing in it", "--out", tmp_path / "out")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "give metaphase pictures" in done.stderr


def test_that_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here already")
    save(blank(), tmp_path / "blank.png")
    done = analyse(tmp_path / "blank.png", "--out", tmp_path / "file" / "out")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "choose another folder" in done.stderr


@pytest.fixture(scope="module")
def one_cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(simulate_metaphase("46,XX", seed=21).picture, tmp_path_factory.mktemp("one") / "x.png")


def test_that_an_archive_is_read_like_a_folder_and_names_that_collide_are_kept_apart(
    one_cell: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "slides.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.write(one_cell, "x.png")
        written.writestr("inner/none.txt", "no picture")
    done = analyse(one_cell, archive, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "x.png.json").is_file()
    assert (tmp_path / "out" / "slides" / "x.png.json").is_file()
    case = json.loads((tmp_path / "out" / "case.json").read_text(encoding="utf-8"))
    assert [cell["used"] for cell in case["cells"]].count(True) <= 1


@pytest.mark.skipif(os.name == "nt", reason="file size limits are those of POSIX")
def test_that_a_full_disk_leaves_nothing_behind(one_cell: Path, tmp_path: Path) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    out = tmp_path / "out"
    done = analyse(one_cell, "--out", out, preexec_fn=full)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert list(out.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_that_a_run_that_is_killed_leaves_only_whole_results(
    one_cell: Path, tmp_path: Path, number: signal.Signals
) -> None:
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    for place in range(5):
        (inputs / f"{place}.png").write_bytes(one_cell.read_bytes())
    process = subprocess.Popen(
        command(inputs, "--out", out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 300
    while not (out / "0.png.json").exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(number)
    process.wait(60)
    assert not (out / "case.json").exists()
    for path in out.iterdir():
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        else:
            with Image.open(path) as image:
                image.load()


def test_that_results_of_an_earlier_run_do_not_stand_for_a_picture_that_is_bad_now(
    one_cell: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "x.png"
    picture.write_bytes(one_cell.read_bytes())
    out = tmp_path / "out"
    assert analyse(picture, "--out", out).returncode == 0
    save(blank(), picture)
    assert analyse(picture, "--out", out).returncode == 2
    assert list(out.iterdir()) == []


def test_that_field_images_of_several_laboratories_are_analysed(shared_data: Path, tmp_path: Path) -> None:
    done = analyse(shared_data / "chromosomes" / "field_images", "--out", tmp_path, "--report")
    assert done.stderr.count("finished karyogram, skipped") == 3
    case = json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))
    assert len(case["cells"]) >= 6
    counts = sorted(cell["count"] for cell in case["cells"])
    assert 40 <= counts[len(counts) // 2] <= 50
