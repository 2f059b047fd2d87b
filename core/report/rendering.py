"""A drawing as pixels or as SVG."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.report.drawing import Drawing

_MM_PER_INCH: Final = 25.4
FONTS: Final = Path(__file__).resolve().parents[2] / "resources" / "fonts"


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the embedded typeface at that size in pixels."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(FONTS / name), size)


def to_pixels(drawing: Drawing, *, dpi: float = 300.0) -> NDArray[np.uint8]:
    """Render a drawing.

    Returns
    -------
    ndarray
        Shape (H, W, 3), uint8 RGB, white ground.
    """
    if not 20 <= dpi <= 1200:
        raise ValueError(f"expected 20 to 1200 dpi, got {dpi:g}")
    k = dpi / _MM_PER_INCH
    page = np.full((round(drawing.height * k), round(drawing.width * k)), 255, dtype=np.float32)
    for picture in drawing.pictures:
        size = (max(1, round(picture.width * k)), max(1, round(picture.height * k)))
        enlarging = size[0] > picture.image.shape[1]
        method = cv2.INTER_CUBIC if enlarging else cv2.INTER_AREA
        image = cv2.resize(picture.image.astype(np.float32), size, interpolation=method)
        alpha: NDArray[np.float32] = np.ones_like(image)
        if picture.alpha is not None:
            soft = picture.alpha.astype(np.float32) / 255
            alpha = np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
        x, y = round(picture.x * k), round(picture.y * k)
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + size[0], page.shape[1]), min(y + size[1], page.shape[0])
        if x0 >= x1 or y0 >= y1:
            continue
        inside = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
        target = page[y0:y1, x0:x1]
        page[y0:y1, x0:x1] = image[inside] * alpha[inside] + target * (1 - alpha[inside])
    canvas = Image.fromarray(np.clip(page + 0.5, 0, 255).astype(np.uint8)).convert("RGB")
    draw = ImageDraw.Draw(canvas)
    for line in drawing.lines:
        draw.line(
            (line.x1 * k, line.y1 * k, line.x2 * k, line.y2 * k),
            fill=line.colour,
            width=max(1, round(line.thickness * k)),
        )
    for contour in drawing.contours:
        points = [(x * k, y * k) for x, y in (*contour.points, *contour.points[:1])]
        if contour.fill is not None:
            draw.polygon(points, fill=contour.fill)
        if contour.thickness > 0:
            wide = max(1, round(contour.thickness * k))
            draw.line(points, fill=contour.colour, width=wide, joint="curve")
    anchors = {"start": "ls", "middle": "ms", "end": "rs"}
    for words in drawing.words:
        draw.text(
            (words.x * k, words.y * k),
            words.text,
            font=font(max(6, round(words.size * k)), bold=words.bold),
            fill=words.colour,
            anchor=anchors[words.anchor],
            stroke_width=round(words.halo * k),
            stroke_fill=(255, 255, 255),
        )
    return np.asarray(canvas, dtype=np.uint8)


def to_svg(drawing: Drawing) -> str:
    """Write a drawing as SVG 1.1 with the chromosomes embedded as PNG at captured resolution."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{drawing.width:.2f}mm" height="{drawing.height:.2f}mm" '
        f'viewBox="0 0 {drawing.width:.2f} {drawing.height:.2f}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for picture in drawing.pictures:
        alpha = np.full_like(picture.image, 255) if picture.alpha is None else picture.alpha
        buffer = io.BytesIO()
        Image.fromarray(np.dstack([picture.image, alpha]), mode="LA").save(buffer, format="PNG")
        code = base64.b64encode(buffer.getvalue()).decode("ascii")
        parts.append(
            f'<image x="{picture.x:.3f}" y="{picture.y:.3f}" width="{picture.width:.3f}" '
            f'height="{picture.height:.3f}" preserveAspectRatio="none" '
            f'xlink:href="data:image/png;base64,{code}"/>'
        )
    for line in drawing.lines:
        parts.append(
            f'<line x1="{line.x1:.3f}" y1="{line.y1:.3f}" x2="{line.x2:.3f}" y2="{line.y2:.3f}" '
            f'stroke="rgb{line.colour}" stroke-width="{line.thickness:.3f}"/>'
        )
    for contour in drawing.contours:
        points = " ".join(f"{x:.3f},{y:.3f}" for x, y in contour.points)
        fill = "none" if contour.fill is None else f"rgb{contour.fill}"
        parts.append(
            f'<polygon points="{points}" fill="{fill}" stroke="rgb{contour.colour}" '
            f'stroke-width="{contour.thickness:.3f}" stroke-linejoin="round"/>'
        )
    for words in drawing.words:
        weight = "bold" if words.bold else "normal"
        if words.halo:
            parts.append(
                f'<text x="{words.x:.3f}" y="{words.y:.3f}" font-family="DejaVu Sans, sans-serif" '
                f'font-size="{words.size:.3f}" font-weight="{weight}" text-anchor="{words.anchor}" '
                f'fill="white" stroke="white" stroke-width="{2 * words.halo:.3f}">{escape(words.text)}</text>'
            )
        parts.append(
            f'<text x="{words.x:.3f}" y="{words.y:.3f}" font-family="DejaVu Sans, sans-serif" '
            f'font-size="{words.size:.3f}" font-weight="{weight}" text-anchor="{words.anchor}" '
            f'fill="rgb{words.colour}">{escape(words.text)}</text>'
        )
    parts.append("</svg>")
    return "\n".join(parts)


def png_of(image: NDArray[np.uint8], *, dpi: float) -> bytes:
    """Return rendered pixels as the bytes of a PNG file with its resolution."""
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, format="PNG", dpi=(dpi, dpi))
    return stream.getvalue()


def save_pixels(image: NDArray[np.uint8], path: Path, *, dpi: float) -> None:
    """Write rendered pixels as PNG or TIFF (by suffix) with their resolution."""
    options: dict[str, Any] = {"dpi": (dpi, dpi)}
    if path.suffix.lower() in (".tif", ".tiff"):
        options["compression"] = "tiff_lzw"
    Image.fromarray(image).save(path, **options)
