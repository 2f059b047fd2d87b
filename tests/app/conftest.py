"""A workplace and a window of its own for each test that asks for one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.bootstrap import make_application
from app.settings import SettingsFile
from app.theme import apply_theme
from app.workplace import Workplace
from core.paths import Folders
from tests.app.simulated import TECHNICIAN, no_models

_PATIENCE_S = 300
Until = Callable[[Callable[[], object]], None]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as the program makes it."""
    application = make_application()
    apply_theme(application, "dark")
    return application


@pytest.fixture
def until(qapp: QApplication) -> Until:
    """Let the window work until something is true; patient, because test machines are busy."""

    def wait(condition: Callable[[], object]) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            qapp.processEvents()
            time.sleep(0.002)

    return wait


@pytest.fixture
def new_workplace(qapp: QApplication, private_home: Path) -> Iterator[Callable[[], Workplace]]:
    """Open the workplace of this test's home folder, again and again as after a restart."""
    opened: list[Workplace] = []

    def make() -> Workplace:
        folders = Folders(home=private_home).made()
        settings = SettingsFile(folders.settings)
        settings.current.person = TECHNICIAN
        settings.current.analyse_on_import = False
        workplace = Workplace(folders, settings, no_models)
        opened.append(workplace)
        return workplace

    yield make
    for workplace in opened:
        workplace.close()


@pytest.fixture
def workplace(new_workplace: Callable[[], Workplace]) -> Workplace:
    """An open workplace without cases."""
    return new_workplace()
