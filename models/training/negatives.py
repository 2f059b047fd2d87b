"""Pictures that hold no metaphase, so that the finder learns to stay silent on them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import stain_of

SOURCES: Final = (
    "cyto_bccd_detection",
    "cyto_pap_cric6",
    "cyto_wbc_zheng",
    "histo_lc25000_lung",
    "derm_isic9",
    "cxr_pneumonia_kermany",
    "fundus_odir",
    "us_busi_breast",
)
_EACH: Final = 25
_LONGER_SIDE: Final = 700


def pictures_without_metaphase(folder: Path) -> list[NDArray[np.uint8]]:
    """Stain of blood smears, tissue, X-rays and the like, from the `train` parts of the archives in reach.

    Parameters
    ----------
    folder
        Folder of the chromosome archives; those of other modalities are looked for in it and in the
        folder `modalities` beside it. Archives that are not there are left out.

    Returns
    -------
    list of ndarray
        Each of shape (h, w), 0..255, the longer side 700 pixels.
    """
    found = []
    for source in SOURCES:
        for place in (folder, folder.parent / "modalities"):
            archive = place / f"{source}.zip"
            if archive.exists():
                found += _first_of(archive)
                break
    return found


def _first_of(archive: Path) -> list[NDArray[np.uint8]]:
    pictures = []
    with zipfile.ZipFile(archive) as opened:
        table = csv.DictReader(io.StringIO(opened.read("index.csv").decode()))
        names = [row["file"] for row in table if row["split"] == "train" and row["use"] != "mask"]
        for name in names[:_EACH]:
            grey = cv2.imdecode(np.frombuffer(opened.read(name), np.uint8), cv2.IMREAD_GRAYSCALE)
            if grey is None:
                continue
            factor = _LONGER_SIDE / max(grey.shape)
            grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            pictures.append((stain_of(grey) * 255.0 + 0.5).astype(np.uint8))
    return pictures
