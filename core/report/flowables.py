"""Drawings on a page of the report (reportlab)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from core.report.drawing import Drawing


class DrawingFlowable(Flowable):  # type: ignore[misc]
    """A drawing on a page: words stay words, lines stay lines, pictures keep their captured pixels."""

    def __init__(self, drawing: Drawing, *, scale: float = 1.0) -> None:
        super().__init__()
        self._drawing = drawing
        self._scale = scale
        self.width = drawing.width * mm * scale
        self.height = drawing.height * mm * scale

    def draw(self) -> None:
        """Put the drawing on the canvas; called by reportlab."""
        canvas: Canvas = self.canv
        canvas.scale(self._scale, self._scale)
        height = self._drawing.height * mm
        for picture in self._drawing.pictures:
            canvas.drawImage(
                _reader(picture.image, picture.alpha),
                picture.x * mm,
                height - (picture.y + picture.height) * mm,
                picture.width * mm,
                picture.height * mm,
                mask=None if picture.alpha is None else "auto",
            )
        for line in self._drawing.lines:
            _stroke(canvas, line.colour, line.thickness)
            canvas.line(line.x1 * mm, height - line.y1 * mm, line.x2 * mm, height - line.y2 * mm)
        for contour in self._drawing.contours:
            _stroke(canvas, contour.colour, contour.thickness)
            path = canvas.beginPath()
            for number, (x, y) in enumerate(contour.points):
                (path.lineTo if number else path.moveTo)(x * mm, height - y * mm)
            path.close()
            if contour.fill is not None:
                canvas.setFillColorRGB(*(value / 255 for value in contour.fill))
            canvas.drawPath(path, stroke=int(contour.thickness > 0), fill=int(contour.fill is not None))
        self._write(canvas, height)

    def _write(self, canvas: Canvas, height: float) -> None:
        for words in self._drawing.words:
            canvas.setFont("Report-Bold" if words.bold else "Report", words.size * mm)
            put = {
                "start": canvas.drawString,
                "middle": canvas.drawCentredString,
                "end": canvas.drawRightString,
            }[words.anchor]
            if words.halo:
                canvas.setStrokeColorRGB(1, 1, 1)
                canvas.setLineWidth(2 * words.halo * mm)
                canvas.setLineJoin(1)
                put(words.x * mm, height - words.y * mm, words.text, mode=1)
            canvas.setFillColorRGB(*(value / 255 for value in words.colour))
            put(words.x * mm, height - words.y * mm, words.text, mode=0)


def _stroke(canvas: Canvas, colour: tuple[int, int, int], thickness: float) -> None:
    canvas.setStrokeColorRGB(*(value / 255 for value in colour))
    canvas.setLineWidth(thickness * mm)


def _reader(image: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> ImageReader:
    if alpha is None:
        return ImageReader(Image.fromarray(image))
    return ImageReader(Image.fromarray(np.dstack([image, image, image, alpha]), mode="RGBA"))
