"""Start of the window: application, folders, database, and clear words where one of them fails."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLockFile, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.comfort import SAMPLE, dress
from app.errors import sentence_of
from app.main_window import MainWindow
from app.settings import SettingsFile
from app.unexpected import catch_everything, log_to
from app.workplace import Workplace
from core.analysis.pipeline import Analyst
from core.crashes import CrashReports
from core.errors import CentromereError, StorageError
from core.installation.steps import note_start
from core.paths import Folders, folders
from core.store.database import utc_now
from core.version import VERSION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the window."""
    parser.add_argument("--sample", action="store_true", help="import the simulated sample case")
    parser.add_argument("paths", nargs="*", type=Path, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    if _no_screen():
        sys.stderr.write("main.py: expected a screen, got none, set DISPLAY or use main.py analyse\n")
        return 1
    application = make_application()
    try:
        places = folders().made()
    except CentromereError as error:
        return _refuse(error)
    reports = CrashReports(places.logs)
    log_to(places.logs, reports)
    settings = SettingsFile(places.settings)
    dress(application, settings.current)
    lock = QLockFile(str(places.home / "window.lock"))
    lock.setStaleLockTime(0)
    if not settings.current.database_url and not lock.tryLock(200):
        return _refuse(_already_open(lock, places))
    left = reports.begin()
    catch_everything(reports, _write_to_terminal, QApplication.quit)
    try:
        workplace = Workplace(places, settings, load_analyst)
    except CentromereError as error:
        reports.end()
        return _refuse(error)
    step = note_start(places, workplace.database, version=VERSION, now=utc_now())
    if step is not None:
        logging.getLogger("app").info("first start after the update from %s to %s", step.before, step.after)
    window = MainWindow(workplace)
    catch_everything(
        reports, lambda error: window.session.message.emit(sentence_of(error)), QApplication.quit
    )
    if left is not None:
        told = f"Centromere ended unexpectedly last time; see {left}"
        QTimer.singleShot(0, lambda: window.session.message.emit(told))
    window.appear()
    QTimer.singleShot(400, warm_up_canvas)
    wanted = [SAMPLE] if arguments.sample else list(getattr(arguments, "paths", []))
    if wanted:
        QTimer.singleShot(0, lambda: window.take(wanted))
    else:
        QTimer.singleShot(0, window.comfort.offer_tour)
    status = application.exec()
    workplace.close()
    lock.unlock()
    reports.end()
    return status


def make_application() -> QApplication:
    """Make the application, or return the one there is."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    # Without it the second window with a canvas ends in GLError 1281.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    application = QApplication([sys.argv[0]])
    application.setApplicationName("Centromere")
    application.setApplicationDisplayName("Centromere")
    application.setOrganizationName("Centromere")
    return application


def load_analyst() -> Analyst:
    """Build the models; imported here, because the worklist need not wait for onnxruntime."""
    from models.inference.analyst import load_answering

    analyst, warning = load_answering(folders().weights)
    if warning:
        logging.getLogger("app").warning(warning)
    return analyst


def warm_up_canvas() -> None:
    """Import what the first Case needs while the person looks at the worklist."""
    from app.canvas.warm_up import warm_up

    warm_up()


def _no_screen() -> bool:
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return sys.platform == "linux" and not named


def _already_open(lock: QLockFile, places: Folders) -> StorageError:
    process, host, *_ = lock.getLockInfo()
    by = f" by process {process} on {host}" if process else ""
    return StorageError(
        f"the cases in {places.home} are already open in another window{by}",
        "go on in that window, or set the address of a PostgreSQL server in its settings for several seats",
    )


def _write_to_terminal(error: BaseException) -> None:
    sys.stderr.write(f"Centromere cannot start: {sentence_of(error)}\n")


def _refuse(error: CentromereError) -> int:
    # Whoever started it from a terminal may not look at the screen.
    sys.stderr.write(f"Centromere cannot start: {sentence_of(error)}\n")
    sys.stderr.flush()
    box = QMessageBox(QMessageBox.Icon.Warning, "Centromere cannot start", "Centromere cannot start")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(sentence_of(error))
    box.exec()
    return 1
