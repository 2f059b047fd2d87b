"""Pictures that are no metaphases, and files that are no pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.report.karyogram_figure import draw_karyogram
from core.report.rendering import to_pixels
from core.simulation.camera import capture
from core.simulation.settings import MetaphaseSettings
from core.simulation.surroundings import lay_surroundings
from tests.synthetic import simulated_cell

Picture = NDArray[np.uint8]


def nuclei(number: int = 9, *, seed: int = 1) -> Picture:
    """Interphase nuclei and dirt only."""
    rng = np.random.default_rng(seed)
    settings = MetaphaseSettings(nuclei=number, specks=60)
    empty = np.zeros((settings.height, settings.width), dtype=bool)
    density = lay_surroundings(empty, settings=settings, rng=rng).density
    return capture(density, settings=settings, rng=rng)


def blank(*, seed: int = 1) -> Picture:
    """An empty slide with camera noise."""
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(243, 2, (700, 760)), 0, 255).astype(np.uint8)


def cat(*, seed: int = 1) -> Picture:
    """A face with eyes, ears, whiskers and fur."""
    rng = np.random.default_rng(seed)
    picture = np.full((720, 900), 170, dtype=np.uint8)
    cv2.rectangle(picture, (0, 520), (900, 720), 95, -1)
    for left in (-1, 1):
        ear = np.array([[450 + left * 70, 200], [450 + left * 210, 60], [450 + left * 200, 290]])
        cv2.fillPoly(picture, [ear.astype(np.int32)], 90)
    cv2.ellipse(picture, (450, 350), (220, 190), 0, 0, 360, 110, -1)
    for left in (-1, 1):
        cv2.ellipse(picture, (450 + left * 85, 310), (45, 32), 0, 0, 360, 215, -1)
        cv2.ellipse(picture, (450 + left * 85, 310), (12, 30), 0, 0, 360, 20, -1)
        for rise in (-40, -15, 10, 35):
            start, end = (450 + left * 50, 410), (450 + left * 330, 400 + rise)
            cv2.line(picture, start, end, 235, 2, cv2.LINE_AA)
    cv2.fillPoly(picture, [np.array([[430, 375], [470, 375], [450, 400]], dtype=np.int32)], 60)
    for _ in range(6000):
        x, y = rng.integers(230, 670), rng.integers(170, 540)
        if (x - 450) ** 2 / 220**2 + (y - 350) ** 2 / 190**2 < 1:
            dx, dy = rng.integers(-6, 7, 2)
            shade = int(np.clip(picture[y, x] + rng.integers(-40, 41), 0, 255))
            cv2.line(picture, (int(x), int(y)), (int(x + dx), int(y + dy)), shade, 1, cv2.LINE_AA)
    noise = rng.normal(0, 5, picture.shape)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


def texture(*, seed: int = 1) -> Picture:
    """Clouds of noise of many sizes."""
    rng = np.random.default_rng(seed)
    total = np.zeros((720, 760), dtype=np.float32)
    for scale in (2, 5, 12, 30, 80):
        cloud = cv2.GaussianBlur(rng.normal(0, 1, total.shape).astype(np.float32), (0, 0), scale)
        total += cloud / max(float(cloud.std()), 1e-6)
    low, high = total.min(), total.max()
    return ((total - low) * (255 / (high - low))).astype(np.uint8)


def printed_page(*, seed: int = 1) -> Picture:
    """Lines of black letters on paper."""
    rng = np.random.default_rng(seed)
    picture = np.full((900, 700), 250, dtype=np.uint8)
    for line in range(40, 880, 28):
        text = "".join(rng.choice(list("abcdefghijklmnop   "), 42))
        cv2.putText(picture, text, (30, line), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 30, 1, cv2.LINE_AA)
    return picture


def finished_karyogram() -> Picture:
    """A karyogram as a laboratory prints it."""
    cell, grey = simulated_cell("46,XX", seed=5)
    return to_pixels(draw_karyogram(cell, grey), dpi=150)


def save(picture: Picture, path: Path) -> Path:
    """Write a picture and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    return path


def huge_png(path: Path, side: int = 30_000) -> Path:
    """A PNG whose header states so many pixels; it holds hardly any."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(side + 1) * 4))
        + chunk(b"IEND", b"")
    )
    return path
