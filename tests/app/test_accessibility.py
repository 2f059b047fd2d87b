from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QSizePolicy, QToolButton, QWidget

from app.accessible import controls, spoken_name
from app.comfort import dress
from app.dialogs.about import AboutDialog
from app.dialogs.case_details import CaseDialog
from app.dialogs.export_karyogram import ExportKaryogramDialog
from app.dialogs.keys import KeysDialog
from app.dialogs.palette import PaletteDialog
from app.dialogs.person import PersonDialog
from app.keymap import KeyMap
from app.main_window import MainWindow
from app.palette_entries import entries
from app.settings import SettingsFile
from app.workplace import Workplace
from core.domain.case import Case
from core.paths import Folders
from tests.app.simulated import TECHNICIAN, fill_case, no_models

pytestmark = pytest.mark.display


def settle(application: QApplication, seconds: float = 0.3) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)


@pytest.fixture(scope="module")
def window(qapp, tmp_path_factory) -> MainWindow:
    """One window with an open case for all tests here: opening it takes longer than looking through it."""
    folders = Folders(home=tmp_path_factory.mktemp("home")).made()
    settings = SettingsFile(folders.settings)
    settings.current.person = TECHNICIAN
    settings.current.analyse_on_import = False
    workplace = Workplace(folders, settings, no_models)
    window = MainWindow(workplace)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    window.open_case(fill_case(workplace, cells=2))
    end = time.monotonic() + 90
    while window.session.picture is None:
        assert time.monotonic() < end
        settle(qapp, 0.01)
    settle(qapp, 1)
    yield window
    window.close()
    window.deleteLater()
    workplace.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def looks(window, qapp):
    yield window.comfort.use_looks
    window.comfort.use_looks(text_percent=100, theme="dark", colours="standard", calm=False)
    window.resize(1280, 800)
    settle(qapp)


def dialogs(window: MainWindow) -> list[QWidget]:
    return [
        AboutDialog(window), PersonDialog(window), ExportKaryogramDialog(window, "SIM-0001 001"),
        CaseDialog(window, Case(id="x", name="SIM"), is_new=True),
        KeysDialog(window, KeyMap(), lambda keymap: None),
        PaletteDialog(window, entries(window), (), lambda text, found: None, lambda key: None),
    ]  # fmt: skip


def pages(window: MainWindow):
    for name in window.pages_by_name:
        window.show_page(name)
        settle(QApplication.instance())
        yield name


def described(widget: QWidget) -> str:
    names = []
    at: QWidget | None = widget
    while at is not None:
        names.append(at.objectName() or type(at).__name__)
        at = at.parentWidget()
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return f"{type(widget).__module__}: {' < '.join(names[:5])} {text!r}"


def test_that_every_control_of_the_window_has_a_name_for_a_screen_reader(window):
    nameless = {described(widget) for widget in controls(window) if not spoken_name(widget)}
    assert nameless == set()


def test_that_every_control_of_every_dialog_has_a_name_for_a_screen_reader(window):
    nameless = set()
    for dialog in dialogs(window):
        nameless |= {described(widget) for widget in controls(dialog) if not spoken_name(widget)}
        dialog.deleteLater()
    assert nameless == set()


def test_that_whatever_takes_the_keys_has_a_name(window):
    nameless = {
        described(widget)
        for name in pages(window)
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and not spoken_name(widget)
    }
    assert nameless == set()


def test_that_every_button_has_a_tooltip_with_its_keys(window):
    poor = set()
    for root in (window, *dialogs(window)):
        for button in controls(root):
            if not isinstance(button, QAbstractButton):
                continue
            if not button.toolTip():
                poor.add(f"no tooltip: {described(button)}")
            action = button.defaultAction() if isinstance(button, QToolButton) else None
            if action is not None and action.objectName() in window.actions_:
                keys = window.actions_.key_words(action.objectName())
                if keys and keys.split(" or ")[0] not in button.toolTip().replace("&amp;", "&"):
                    poor.add(f"no key: {described(button)}")
    assert poor == set()


def cut_off(root: QWidget) -> set[str]:
    """Texts that do not fit into their widget, of those not meant to wrap or shorten."""
    found = set()
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton):
            continue
        text = widget.text().replace("&", "")
        owner = widget.parentWidget()
        if owner is not None and owner.objectName() == "statusRow":
            continue  # what runs is told in the room that is left
        if not text or "<" in text or "\n" in text:
            continue
        if isinstance(widget, QLabel) and (
            widget.wordWrap() or widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
        ):
            continue
        if (
            isinstance(widget, QToolButton)
            and widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        ):
            continue
        metrics = widget.fontMetrics()
        if widget.width() + 1 < metrics.horizontalAdvance(text) or widget.height() + 1 < metrics.height():
            found.add(f"{described(widget)} {widget.width()}x{widget.height()}")
    return found


@pytest.mark.parametrize(
    ("percent", "size"), [(100, (1280, 800)), (150, (1800, 1000)), (200, (1900, 1050)), (80, (1280, 800))]
)
def test_that_nothing_is_cut_off_at_any_size_of_text(window, looks, qapp, percent, size):
    window.resize(*size)
    looks(text_percent=percent)
    settle(qapp, 0.5)
    end = time.monotonic() + 90
    while window.workplace.lanes.busy and time.monotonic() < end:
        settle(qapp, 0.05)
    found = {f"{name}: {text}" for name in pages(window) for text in cut_off(window)}
    assert found == set()


def test_that_the_size_of_text_and_the_colours_are_kept(window, looks):
    looks(text_percent=150, colours="safe", theme="light")
    application = QApplication.instance()
    assert application.font().pointSizeF() == pytest.approx(9.5 * 1.5)
    again = SettingsFile(Path(window.workplace.folders.settings)).current
    assert (again.text_percent, again.colours, again.theme) == (150, "safe", "light")
    dress(application, again)


def test_that_tab_walks_through_the_settings_and_always_shows_where_it_is(window, qapp):
    window.show_page("settings")
    window.activateWindow()
    page = window.pages_by_name["settings"]
    page.setFocus()
    seen = []
    for _ in range(40):
        page.focusNextChild()
        now = QApplication.focusWidget()
        if now is None or now in seen:
            break
        seen.append(now)
    wanted = [w for w in controls(page) if w.isVisibleTo(page) and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert set(wanted) <= set(seen)
    places = [w.mapTo(window, w.rect().topLeft()).y() for w in seen if w in wanted]
    assert places == sorted(places)
