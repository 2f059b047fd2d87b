"""Views show a picture otherwise and never change it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from core.domain.ids import CellId, ChromosomeId
from core.domain.view import PLAIN, CellView, ChromosomeView, View
from core.imaging.views import patched, seen_through
from tests.core.editing.any_value import any_value


def a_picture(size: tuple[int, int] = (640, 800)) -> np.ndarray:
    _rows, columns = np.mgrid[: size[0], : size[1]]
    picture = 180 + 60 * columns / size[1]
    picture[40:60, 40:120] -= 90
    picture += np.random.default_rng(3).normal(0, 4, size)
    return np.clip(picture, 0, 255).astype(np.uint8)


@settings(max_examples=20, deadline=None)
@given(view=any_value(View))
def test_that_no_view_changes_the_picture_it_looks_at(view: View) -> None:
    picture = a_picture()
    before = picture.copy()
    seen = seen_through(picture, view)
    assert np.array_equal(picture, before)
    assert seen.shape == picture.shape
    assert seen.dtype == np.uint8
    assert np.array_equal(seen, seen_through(picture, view))


def test_that_the_plain_view_spreads_grey_over_black_to_white_and_nothing_else() -> None:
    deep = a_picture().astype(np.uint16) * 37 + 1000
    seen = seen_through(deep, PLAIN).astype(float)
    assert (seen.min(), seen.max()) == (0, 255)
    assert np.abs(np.diff(np.polyfit(deep.ravel(), seen.ravel(), 1)[:1], prepend=255 / np.ptp(deep))) < 1e-3


def test_that_flattening_takes_uneven_light_away_and_leaves_the_chromosome() -> None:
    picture = a_picture()
    seen = seen_through(picture, View(flatten=1.0)).astype(float)
    plain = seen_through(picture, PLAIN).astype(float)
    ground = (slice(80, 600), slice(10, 790))
    assert np.ptp(seen[ground].mean(axis=0)) < 0.5 * np.ptp(plain[ground].mean(axis=0))
    assert seen[50, 60] < seen[100, 60] - 60


def test_that_each_part_of_a_view_does_what_its_name_says() -> None:
    picture = a_picture()
    plain = seen_through(picture, PLAIN).astype(float)

    def seen(**parts: float) -> np.ndarray:
        return seen_through(picture, View(**parts)).astype(float)  # type: ignore[arg-type]

    assert np.array_equal(seen(invert=True), 255 - plain)
    assert seen(gamma=2.0).mean() > plain.mean() > seen(gamma=0.5).mean()
    ground = (slice(100, 150), slice(20, 40))
    assert seen(denoise=1.0)[ground].std() < 0.7 * plain[ground].std() < plain[ground].std()
    assert seen(sharpen=1.0)[ground].std() > plain[ground].std()
    assert seen(local_contrast=1.0)[ground].std() > plain[ground].std()
    assert seen(high=0.5).mean() > plain.mean()


def test_that_values_outside_their_limits_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected gamma from 0.3 to 3.0, got 9"):
        View(gamma=9)
    with pytest.raises(ValueError, match="expected low below high"):
        View(low=0.6, high=0.5)


def test_that_a_chromosome_may_have_a_view_of_its_own() -> None:
    own = View(sharpen=0.5)
    kept = CellView(
        cell=CellId("c"),
        view=View(gamma=1.5),
        chromosomes=(ChromosomeView(chromosome=ChromosomeId("a"), view=own),),
    )
    assert kept.of(ChromosomeId("a")) == own
    assert kept.of(ChromosomeId("b")) == View(gamma=1.5)
    assert not kept.is_plain
    assert replace(kept, view=PLAIN, chromosomes=()).is_plain
    assert own.words == "sharpened 50 %"
    plain = np.zeros((10, 10), np.uint8)
    outline = np.array([[2, 2], [6, 2], [6, 6], [2, 6]], np.float32)
    both = patched(plain, plain + 9, outline)
    assert both[4, 4] == 9
    assert both[8, 8] == 0
