"""What tests share: real data, a PostgreSQL server, a screen, or the reason why they are missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

# Qt and napari read these when they are imported, as main.py sets them for the program.
os.environ["NAPARI_CONFIG"] = ""
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _beside_the_checkout(name: str) -> Path:
    shared = Path(os.environ.get("CENTROMERE_SHARED") or ROOT.parent / "shared")
    folder = shared / name
    if not folder.is_dir():
        pytest.skip(f"needs the shared folder {name} beside the checkout (or CENTROMERE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real labelled images, read only; never part of the repository."""
    return _beside_the_checkout("data")


@pytest.fixture(scope="session")
def shared_contract() -> Path:
    """Folder of the published JSON schemas, read only."""
    return _beside_the_checkout("contract")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """SQLAlchemy URL of an empty database on a real server that `installers/dev.py test` has started."""
    url = os.environ.get("CENTROMERE_TEST_POSTGRES", "")
    if not url:
        pytest.skip("needs a PostgreSQL server: CENTROMERE_TEST_POSTGRES is set by installers/dev.py test")
    return url


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give each test a CENTROMERE_HOME of its own: no test meets another one or a person's own cases."""
    before = os.environ.get("CENTROMERE_HOME")
    home = tmp_path_factory.mktemp("home")
    os.environ["CENTROMERE_HOME"] = str(home)
    yield home
    if before is None:
        os.environ.pop("CENTROMERE_HOME", None)
    else:
        os.environ["CENTROMERE_HOME"] = before


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out tests that need a real screen where there is none."""
    if item.get_closest_marker("display") and sys.platform == "linux" and not os.environ.get("DISPLAY"):
        pytest.skip("needs a screen: DISPLAY is set by installers/dev.py test")
