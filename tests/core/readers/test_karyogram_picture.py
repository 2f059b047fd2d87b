"""A finished karyogram is recognised, and no metaphase is mistaken for one."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.readers.karyogram_picture import looks_like_karyogram
from core.readers.registry import read_picture
from tests.core.readers.picture_files import spread

_LENGTHS = [110, 105, 90, 85, 82, 78, 72, 68, 65, 64, 63, 62, 52, 50, 48, 44, 42, 40, 36, 35, 26, 28, 70, 30]
_ROWS = [range(5), range(5, 12), range(12, 18), range(18, 24)]


def karyogram(*, underlines: bool, labels: bool, side: int = 900) -> NDArray[np.uint8]:
    """Pairs of upright rods in four rows, as every laboratory arranges them."""
    paper = np.full((760, 900), 255, np.uint8)
    chance = np.random.default_rng(4)
    for row, places in enumerate(_ROWS):
        foot = 160 + row * 180
        for number, place in enumerate(places):
            left = 30 + number * (860 // len(places))
            for homolog in range(2):
                x, length = left + 28 * homolog, _LENGTHS[place] + int(chance.integers(-4, 5))
                paper[foot - length : foot, x : x + 16] = 120
                for band in range(4, length - 6, 14):
                    paper[foot - length + band : foot - length + band + 6, x : x + 16] = 50
            if underlines:
                paper[foot + 5 : foot + 6, left - 8 : left + 70 : 2] = 0
                paper[foot + 5 : foot + 6, left - 7 : left + 70 : 2] = 130
            if labels:
                cv2.putText(paper, str(place + 1), (left + 10, foot + 20), 0, 0.4, 0, 1)
    return np.asarray(
        cv2.resize(paper, (side, side * 760 // 900), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


@pytest.mark.parametrize("side", [600, 900, 2700])
@pytest.mark.parametrize(
    ("underlines", "labels"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_that_an_arranged_karyogram_is_recognised(underlines: bool, labels: bool, side: int) -> None:
    picture = karyogram(underlines=underlines, labels=labels, side=side)
    assert looks_like_karyogram(picture)
    assert looks_like_karyogram(255 - picture)
    assert looks_like_karyogram(picture.astype(np.uint16) * 16)


def test_that_scattered_chromosomes_a_blank_page_and_noise_are_no_karyogram() -> None:
    assert not looks_like_karyogram(spread(600, 800))
    assert not looks_like_karyogram(np.full((300, 400), 255, np.uint8))
    assert not looks_like_karyogram(np.random.default_rng(1).integers(0, 256, (300, 400), dtype=np.uint8))
    assert not looks_like_karyogram(np.zeros((8, 8), np.uint8))


def test_that_a_scale_bar_makes_no_karyogram() -> None:
    picture = spread(600, 800)
    picture[570:573, 650:770] = 0
    assert not looks_like_karyogram(picture)


def test_that_field_images_are_told_apart(shared_data: Path) -> None:
    for path in sorted((shared_data / "chromosomes" / "field_images").iterdir()):
        assert looks_like_karyogram(read_picture(path).grey) == (".K." in path.name), path.name


def test_that_real_metaphases_are_no_karyograms(shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "chromosomes" / "metaphases_train.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".webp")]
        for name in names[:: len(names) // 60]:
            assert not looks_like_karyogram(read_picture((archive.read(name), name)).grey), name


def test_that_karyograms_put_together_from_real_crops_are_recognised(shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "chromosomes" / "gband_karyotyped_crops_train.zip") as archive:
        table = (
            archive.read(next(n for n in archive.namelist() if n.endswith("index.csv"))).decode().splitlines()
        )
        folder = next(n for n in archive.namelist() if n.endswith("index.csv"))[: -len("index.csv")]
        rows = [dict(zip(table[0].split(","), line.split(","), strict=False)) for line in table[1:]]
        cells = list(dict.fromkeys(row["cell"] for row in rows))
        for cell in cells[::150]:
            paper = np.full((820, 1000), 255, np.uint8)
            left, foot = 20, 190
            for row in (row for row in rows if row["cell"] == cell):
                crop = read_picture((archive.read(folder + row["file"]), row["file"])).grey
                if left + crop.shape[1] > 980:
                    left, foot = 20, foot + 200
                crop = crop[-180:]
                paper[foot - crop.shape[0] : foot, left : left + crop.shape[1]] = crop
                left += crop.shape[1] + 40
            assert looks_like_karyogram(paper), json.dumps(cell)
