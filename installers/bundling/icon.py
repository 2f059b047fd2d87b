"""The icon of the program: a pair of banded chromosomes, drawn as vectors and as pixels from the same shapes.

Run with the interpreter of the build's tools, which has Pillow: ``python icon.py FOLDER`` writes
``centromere.svg``, ``16.png`` to ``512.png``, ``centromere.ico`` and ``centromere.icns``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

SIDE: Final = 256
GROUND: Final = "#1f3a4d"
ARM: Final = "#e8edf0"
BAND: Final = "#3d6f8e"
#: Left and right edge of the two chromosomes; upper and lower end of their arms.
CHROMOSOMES: Final = ((66, 114), (142, 190))
ARMS: Final = ((34, 98), (104, 222))
#: Bands, the same on both: they are homologs.
BANDS: Final = ((48, 60), (76, 84), (122, 136), (150, 158), (174, 196))
SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)

Shape = tuple[float, float, float, float, float, str]


def shapes() -> list[Shape]:
    """Return rounded rectangles as left, top, right, bottom, radius, colour; later ones lie above."""
    drawn: list[Shape] = [(8, 8, 248, 248, 48, GROUND)]
    for left, right in CHROMOSOMES:
        for top, bottom in ARMS:
            drawn.append((left, top, right, bottom, 22, ARM))
        middle = (left + right) / 2
        drawn.append((middle - 11, 92, middle + 11, 110, 4, ARM))
        for top, bottom in BANDS:
            drawn.append((left + 1, top, right - 1, bottom, 3, BAND))
    return drawn


def svg() -> str:
    """Write the icon as SVG."""
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">']
    for left, top, right, bottom, radius, colour in shapes():
        place = f'x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"'
        lines.append(f'  <rect {place} rx="{radius}" fill="{colour}"/>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def draw_icons(python: Path, folder: Path) -> None:
    """Write all forms of the icon into `folder`, with an interpreter that has Pillow."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(python), str(Path(__file__)), str(folder)], check=True)


def write_all(folder: Path) -> None:
    """Write the vector form and all pixel forms into `folder`."""
    from PIL import Image, ImageDraw

    (folder / "centromere.svg").write_text(svg(), encoding="utf-8")
    scale = 8
    whole = Image.new("RGBA", (SIDE * scale, SIDE * scale), (0, 0, 0, 0))
    pen = ImageDraw.Draw(whole)
    for left, top, right, bottom, radius, colour in shapes():
        box = (left * scale, top * scale, right * scale - 1, bottom * scale - 1)
        pen.rounded_rectangle(box, radius=radius * scale, fill=colour)
    for size in SIZES:
        whole.resize((size, size), Image.Resampling.LANCZOS).save(folder / f"{size}.png", optimize=True)
    square = whole.resize((512, 512), Image.Resampling.LANCZOS)
    square.save(folder / "centromere.ico", sizes=[(size, size) for size in SIZES if size <= 256])
    square.save(folder / "centromere.icns")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
