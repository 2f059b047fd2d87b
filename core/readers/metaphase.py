"""A picture becomes a cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.domain.ids import CellId, new_id
from core.domain.metaphase import Banding, Metaphase, Origin
from core.errors import Refusal
from core.readers.karyogram_picture import looks_like_karyogram
from core.readers.picture import Picture


def metaphase_of(picture: Picture, *, label: str, origin: Origin | None = None) -> Metaphase:
    """Start a cell from a picture; nothing is found in it yet.

    Parameters
    ----------
    picture
        As read; its SHA-256 names the original.
    label
        Short name among the cells of the case, such as "003".
    """
    return Metaphase(
        id=CellId(new_id()),
        label=label,
        image=picture.sha256,
        page=picture.page,
        width=picture.width,
        height=picture.height,
        pixel_size_um=picture.pixel_size_um,
        dark_on_light=picture.dark_on_light,
        banding=Banding(picture.banding),
        banding_stated=picture.banding_stated,
        origin=origin or Origin(),
    )


def refuse_other_pictures(grey: NDArray[np.generic]) -> None:
    """Raise `Refusal` for a picture that is not to be analysed as a metaphase.

    Parameters
    ----------
    grey
        Shape (H, W), any unsigned integer dtype.

    Raises
    ------
    Refusal
        Where it is a finished karyogram: its chromosomes are cut out and in order already.
    """
    if looks_like_karyogram(grey):
        raise Refusal("this is a finished karyogram, not a metaphase", "choose the picture of the metaphase")
