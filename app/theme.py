"""Colours and the style sheet. Colour means something and never stands alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from core.domain.bands import GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours of the window."""

    name: str
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    good: str
    on_good: str
    doubt: str
    contradiction: str


DARK: Final = Theme(
    name="dark", ground="#14171b", panel="#1a1e23", raised="#232931", line="#303843", text="#d9dee5",
    quiet="#8d98a7", accent="#4c9fe8", on_accent="#0c1117", good="#63b785", on_good="#0c1117",
    doubt="#dfa640", contradiction="#ec6a5e",
)  # fmt: skip
LIGHT: Final = Theme(
    name="light", ground="#e9ebee", panel="#f6f7f8", raised="#ffffff", line="#c9ced6", text="#1d232b",
    quiet="#566170", accent="#1b66ab", on_accent="#ffffff", good="#23693f", on_good="#ffffff",
    doubt="#7f5700", contradiction="#ae2d25",
)  # fmt: skip
THEMES: Final = {"dark": DARK, "light": LIGHT}

#: Good, doubt and contradiction that stay apart without red and green, or without blue and yellow.
_SAFE_MEANINGS: Final = {
    "dark": {"good": "#5aa9ff", "doubt": "#ffef7a", "contradiction": "#f0654f"},
    "light": {"good": "#0a4fa8", "doubt": "#766400", "contradiction": "#5c0a1e"},
}

GROUP_COLOURS: Final = {
    "standard": {
        "A": "#d0384f", "B": "#d9771a", "C": "#2476cf", "D": "#8250c4", "E": "#0f8f7b", "F": "#a3790f",
        "G": "#c03c93",
    },
    # Found by search: any two, and the grey of unknown, differ by more than 18 (CIEDE2000) for normal sight
    # and for protanopia, deuteranopia and tritanopia as simulated by Machado, Oliveira and Fernandes (2009);
    # each stands out 3:1 from the white of a picture.
    "safe": {
        "A": "#6600ee", "B": "#3399ee", "C": "#330066", "D": "#666600", "E": "#999944", "F": "#442200",
        "G": "#224444",
    },
}  # fmt: skip
_UNKNOWN_COLOURS: Final = {"standard": "#68727f", "safe": "#667777"}
_GROUP_OF: Final = {name: group for group, names in GROUPS.items() for name in names}
UNKNOWN_COLOUR: Final = _UNKNOWN_COLOURS["standard"]

SMALLEST, LARGEST = 80, 200
"""Limits of the size of text in per cent."""
_POINTS: Final = 9.5
_ICONS: Final = (Path(__file__).resolve().parents[1] / "resources" / "icons").as_posix()
_CURSOR_FLASH_MS: Final = 1000

_current = DARK
_scale = 1.0
_colours = "standard"


class _News(QObject):
    """Tells widgets that draw by themselves, or have sizes of their own, to look again."""

    changed = Signal()


news: Final = _News()


def current() -> Theme:
    """Return the theme in use."""
    return _current


def scale() -> float:
    """Size of text in use; 1 is the first size."""
    return _scale


def px(pixels: float) -> int:
    """Pixels for something that holds text, at the size of text in use."""
    return round(pixels * _scale)


def group_of(chromosome_class: str) -> str:
    """Denver group A-G of a class; empty for unknown."""
    return _GROUP_OF.get(chromosome_class, "")


def group_colour(chromosome_class: str) -> QColor:
    """Colour of the class group; readable on the white ground of a picture in both themes."""
    return QColor(GROUP_COLOURS[_colours].get(group_of(chromosome_class), _UNKNOWN_COLOURS[_colours]))


def theme_of(name: str, colours: str = "standard") -> Theme:
    """Return a theme, with meanings that stay apart for every eye when `colours` is "safe"."""
    theme = THEMES.get(name, DARK)
    return replace(theme, **_SAFE_MEANINGS[theme.name]) if colours == "safe" else theme


def apply_theme(
    application: QApplication, name: str, *, percent: int = 100, colours: str = "standard", calm: bool = False
) -> Theme:
    """Dress the whole application.

    Parameters
    ----------
    name
        "dark" or "light".
    percent
        Size of text, 80 to 200.
    colours
        "standard" or "safe", of class groups and of good, doubt and contradiction.
    calm
        Nothing fades, slides or blinks.
    """
    global _current, _scale, _colours
    _current = theme = theme_of(name, colours)
    _scale = min(max(percent, SMALLEST), LARGEST) / 100
    _colours = colours
    application.setStyle("Fusion")
    application.setPalette(_palette(theme))
    font = QFont(application.font())
    font.setPointSizeF(_POINTS * _scale)
    application.setFont(font)
    application.setStyleSheet(_style_sheet(theme, _scale))
    for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo,
                   Qt.UIEffect.UI_AnimateTooltip, Qt.UIEffect.UI_FadeTooltip):  # fmt: skip
        application.setEffectEnabled(effect, False)
    application.setCursorFlashTime(0 if calm else _CURSOR_FLASH_MS)
    news.changed.emit()
    return theme


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.panel), (roles.Base, theme.ground), (roles.AlternateBase, theme.panel),
        (roles.Button, theme.raised), (roles.ToolTipBase, theme.raised), (roles.WindowText, theme.text),
        (roles.Text, theme.text), (roles.ButtonText, theme.text), (roles.ToolTipText, theme.text),
        (roles.BrightText, theme.contradiction), (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent), (roles.Link, theme.accent),
        (roles.PlaceholderText, theme.quiet), (roles.Mid, theme.line), (roles.Dark, theme.ground),
        (roles.Light, theme.raised), (roles.Midlight, theme.raised),
    ):  # fmt: skip
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.quiet).darker(130))
    return palette


def _style_sheet(theme: Theme, scale: float) -> str:
    t = theme
    title, heading, small = 15 * scale, 11.5 * scale, 8.5 * scale
    box = round(12 * scale)
    arrow = round(10 * scale)
    return f"""
    QWidget {{ color: {t.text}; }}
    QMainWindow, QDialog {{ background: {t.panel}; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
    #palette {{ border: 2px solid {t.accent}; }}
    QMenuBar {{ background: transparent; padding: 0; }}
    QMenuBar::item {{ padding: 5px 9px; background: transparent; border-radius: 3px; }}
    QMenuBar::item:selected {{ background: {t.raised}; }}
    QMenu {{ background: {t.raised}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 3px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QMenu::item:disabled {{ color: {t.quiet}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    QSplitter::handle {{ background: {t.ground}; }}
    QSplitter::handle:horizontal {{ width: 5px; }}
    QSplitter::handle:vertical {{ height: 5px; }}
    QSplitter::handle:hover {{ background: {t.accent}; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit {{
        background: {t.ground}; border: 1px solid {t.line}; border-radius: 4px; padding: 4px 7px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus,
    QDoubleSpinBox:focus, QDateEdit:focus {{ border: 2px solid {t.accent}; padding: 3px 6px; }}
    QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.line}; }}
    QComboBox::drop-down, QDateEdit::drop-down {{ border: none; background: transparent;
        width: {arrow + 8}px; }}
    QComboBox::down-arrow, QDateEdit::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{
        image: url("{_ICONS}/chevron_down.svg"); width: {arrow}px; height: {arrow}px; }}
    QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{_ICONS}/chevron_up.svg");
        width: {arrow}px; height: {arrow}px; }}
    QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
        border: none; background: transparent; width: {arrow + 8}px; }}
    QSpinBox::up-button:hover, QSpinBox::down-button:hover, QDoubleSpinBox::up-button:hover,
    QDoubleSpinBox::down-button:hover {{ background: {t.line}; }}
    QToolButton[popupMode="1"] {{ padding-right: {arrow + 4}px; }}
    QToolButton::menu-button {{ border: none; background: transparent; width: {arrow + 2}px; }}
    QPushButton {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 4px;
        padding: 5px 13px; }}
    QPushButton:hover {{ border-color: {t.accent}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: 4px 12px; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {t.text}; }}
    QPushButton:pressed, QPushButton:checked {{ background: {t.line}; border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.quiet}; border-color: {t.line}; background: transparent; }}
    QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent};
        border-color: {t.accent}; font-weight: 600; }}
    QPushButton[primary="true"]:disabled {{ background: {t.raised}; color: {t.quiet};
        border-color: {t.line}; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }}
    QToolButton:hover {{ background: {t.raised}; border-color: {t.line}; }}
    QToolButton:focus {{ border: 2px solid {t.accent}; padding: 2px 5px; }}
    QCheckBox, QRadioButton {{ border: 1px solid transparent; border-radius: 4px; padding: 1px 3px; }}
    QCheckBox:focus, QRadioButton:focus {{ border-color: {t.accent}; }}
    QCheckBox::indicator:unchecked, QRadioButton::indicator:unchecked {{ border: 1px solid {t.quiet};
        width: {box}px; height: {box}px; border-radius: 3px; }}
    QRadioButton::indicator:unchecked {{ border-radius: {box // 2}px; }}
    QSlider:focus {{ border: 1px solid {t.accent}; border-radius: 4px; }}
    QTabBar::tab:selected:focus {{ border-bottom: 3px solid {t.accent}; background: {t.raised}; }}
    QToolButton:checked {{ background: {t.raised}; border-color: {t.accent}; }}
    QToolButton:disabled {{ color: {t.quiet}; }}
    QAbstractItemView {{ background: {t.ground}; alternate-background-color: {t.panel}; border: none;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; outline: none; }}
    QAbstractItemView:focus {{ border: 2px solid {t.accent}; }}
    QComboBox QAbstractItemView:focus {{ border: 1px solid {t.line}; }}
    QTableView::item {{ padding: 0 5px; border: none; }}
    QListWidget::item, QTreeView::item {{ padding: 4px 6px; }}
    QToolButton[boxed="true"] {{ background: {t.raised}; border: 1px solid {t.line}; }}
    QToolButton[boxed="true"]:hover {{ border-color: {t.accent}; }}
    QToolButton[boxed="true"]:checked {{ background: {t.good}; color: {t.on_good}; border-color: {t.good};
        font-weight: 600; }}
    QListWidget::indicator:unchecked {{ border: 1px solid {t.quiet}; border-radius: 3px;
        width: {box}px; height: {box}px; }}
    QHeaderView {{ background: {t.panel}; }}
    QHeaderView::section {{ background: {t.panel}; color: {t.quiet}; border: none;
        border-bottom: 1px solid {t.line}; padding: 6px 8px; font-weight: 600; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 28px; min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {t.quiet}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0; }}
    QProgressBar {{ background: {t.ground}; border: 1px solid {t.line}; border-radius: 3px;
        height: 8px; text-align: center; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    QGroupBox {{ border: 1px solid {t.line}; border-radius: 5px; margin-top: 10px; padding-top: 8px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 10px; padding: 0 4px; color: {t.quiet}; }}
    QTabBar::tab {{ background: transparent; padding: 6px 8px; color: {t.quiet};
        border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
    QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; }}
    *[role="catcher"] {{ border: 2px solid {t.accent}; border-radius: 4px; padding: 4px 12px;
        background: {t.ground}; }}
    *[role="quiet"] {{ color: {t.quiet}; }}
    *[role="title"] {{ font-size: {title:.1f}pt; font-weight: 600; }}
    *[role="tourTitle"] {{ font-size: {heading:.1f}pt; font-weight: 600; }}
    *[role="heading"] {{ color: {t.quiet}; font-weight: 600; }}
    *[role="doubt"] {{ color: {t.doubt}; }}
    *[role="contradiction"] {{ color: {t.contradiction}; }}
    *[role="good"] {{ color: {t.good}; }}
    #rail {{ background: {t.ground}; }}
    #rail QToolButton {{ border-radius: 0; border: none; border-left: 3px solid transparent;
        padding: 8px 2px 6px 2px; color: {t.quiet}; font-size: {small:.1f}pt; }}
    #rail QToolButton:hover {{ color: {t.text}; background: {t.panel}; }}
    #rail QToolButton:checked {{ color: {t.text}; background: {t.panel}; border-left-color: {t.accent}; }}
    #topRow {{ background: {t.panel}; border-bottom: 1px solid {t.line}; }}
    #statusRow {{ background: {t.panel}; border-top: 1px solid {t.line}; }}
    #pane {{ background: {t.panel}; }}
    #desk {{ background: {t.ground}; }}
    #paneTitle {{ color: {t.quiet}; font-weight: 600; padding: 4px 8px; }}
    """
