"""What this program is, its version, and whose work it stands on."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.dialogs.frame import Frame
from app.status_line import NOTICE

_PARTS = ("PySide6-Essentials", "napari", "onnxruntime", "numpy", "scikit-image", "SQLAlchemy")


class AboutDialog(Frame):
    """Versions and purpose."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(
            parent,
            "Centromere",
            "Karyotyping workstation: from G-banded metaphases to karyogram, findings, ISCN and report. "
            f"{NOTICE}.",
            accept="Close",
            reject="",
        )
        versions = [f"Python {platform.python_version()}"]
        for name in _PARTS:
            try:
                versions.append(f"{name} {metadata.version(name)}")
            except metadata.PackageNotFoundError:
                continue
        label = QLabel("Apache License 2.0\n\n" + "\n".join(versions))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(label)
