"""Whether a database can be used, said in one sentence."""

from __future__ import annotations

from app.errors import sentence_of
from core.errors import CentromereError
from core.store.engine import engine_of, url_of
from core.store.failures import failures_explained
from core.store.migrate import check_not_newer, revision_of


def answer_of(address: str) -> str:
    """Connect to a database without changing it, and say what came of it."""
    if not address:
        return "Empty: the file on this computer is used."
    try:
        url = url_of(address)
        where = url.render_as_string(hide_password=True)
        engine = engine_of(url, patience_s=2.0)
        try:
            with failures_explained(where), engine.connect() as connection:
                revision = revision_of(connection)
            check_not_newer(revision, where)
        finally:
            engine.dispose()
    except (CentromereError, ValueError) as error:
        return sentence_of(error)
    return "The database answers and has no cases yet." if revision is None else "The database answers."
