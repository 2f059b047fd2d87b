from __future__ import annotations

import itertools

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from app.theme import GROUP_COLOURS, Theme, theme_of

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
THEMES = [theme_of(name, colours) for name in ("dark", "light") for colours in ("standard", "safe")]


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def seen(colour: str, sight: str) -> np.ndarray:
    rgb = np.clip(SIGHTS[sight] @ linear(colour), 0, 1)
    rgb = np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)
    return rgb2lab(rgb[None, None])[0, 0]


def difference(one: str, other: str, sight: str) -> float:
    return float(deltaE_ciede2000(seen(one, sight), seen(other, sight)))


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: f"{theme.name}-{theme.good}")
def test_that_every_text_can_be_read_on_every_ground(theme: Theme):
    for text in ("text", "quiet", "accent", "good", "doubt", "contradiction"):
        for ground in ("ground", "panel", "raised"):
            ratio = contrast(getattr(theme, text), getattr(theme, ground))
            assert ratio >= 4.5, (text, ground, round(ratio, 2))
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_good, theme.good) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: f"{theme.name}-{theme.good}")
def test_that_the_frame_of_the_focus_stands_out(theme: Theme):
    for ground in ("ground", "panel", "raised"):
        assert contrast(theme.accent, getattr(theme, ground)) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
def test_that_safe_group_colours_differ_for_every_sight(sight):
    colours = [*GROUP_COLOURS["safe"].values(), "#667777"]
    for one, other in itertools.combinations(colours, 2):
        assert difference(one, other, sight) > 18, (one, other)


@pytest.mark.parametrize("colours", GROUP_COLOURS)
def test_that_group_colours_stand_out_from_the_white_of_a_picture(colours):
    for group, colour in GROUP_COLOURS[colours].items():
        assert contrast(colour, "#ffffff") >= 3 or colours == "standard", group


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_that_good_doubt_and_contradiction_differ_for_every_sight_in_safe_colours(name, sight):
    theme = theme_of(name, "safe")
    for one, other in itertools.combinations((theme.good, theme.doubt, theme.contradiction), 2):
        assert difference(one, other, sight) > 15, (one, other)
