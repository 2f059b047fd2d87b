"""Words that people typed, made safe for places where Qt would read them as markup."""

from __future__ import annotations

from html import escape


def as_tip(text: str) -> str:
    """A tooltip that shows a text as it is; Qt guesses from the text alone whether it is markup."""
    return f"<qt>{escape(text, quote=False).replace(chr(10), '<br>')}</qt>" if text else ""
