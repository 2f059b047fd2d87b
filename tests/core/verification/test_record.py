"""The record of a verification: its hash, its signature, its PDF."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import MediaError
from core.report.pdf_reading import text_of
from core.report.verification_sheet import signed_record_of, verification_bytes, write_verification
from core.verification.record import Fault, Look, Outcome, Part, Record

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
GOOD = Look(part=Part.INSTALLATION, title="Files", outcome=Outcome.GOOD, said="3 files")
BLIND = Look(part=Part.OPERATION, title="Graphics", outcome=Outcome.NOT_LOOKED, said="no display")
WRONG = Look(
    part=Part.INSTALLATION,
    title="Weights",
    outcome=Outcome.FAULT,
    said="",
    faults=tuple(Fault(file=f"weights/<b>{n}</b>.onnx", said="is not as it was shipped") for n in range(150)),
)


def record(*looks: Look) -> Record:
    return Record(
        version="1",
        place="/opt/<i>x</i>",
        machine="here",
        began=NOON,
        ended=NOON + timedelta(minutes=1),
        looks=looks,
    )


def test_that_only_a_fault_fails_and_what_was_not_looked_at_is_said() -> None:
    assert record(GOOD, BLIND).passed
    assert record(GOOD, BLIND).summary == "No fault found; not looked at: graphics."
    assert not record(GOOD, WRONG).passed
    assert record(WRONG).summary == "150 faults found."


def test_that_any_change_of_a_record_changes_its_hash() -> None:
    one = record(GOOD, WRONG)
    assert one.sha256 == record(GOOD, WRONG).sha256
    others = (record(GOOD), replace(one, place="/opt/y"), replace(one, ended=NOON + timedelta(seconds=61)))
    assert len({one.sha256, *(other.sha256 for other in others)}) == 4


def test_that_the_pdf_names_every_fault_the_signature_and_the_record(tmp_path: Path) -> None:
    one = record(GOOD, WRONG, BLIND)
    signature = one.signed_by("Anna Muster", "Medical technologist", NOON)
    write_verification(tmp_path / "v.pdf", one, signature)
    pdf = (tmp_path / "v.pdf").read_bytes()
    pages = text_of(pdf)
    whole = "\n".join(pages)
    assert len(pages) > 1
    for words in ("Not passed", "Anna Muster", "Medical technologist", "no display", "/opt/<i>x</i>"):
        assert words in whole, words
    assert all(f"weights/<b>{n}</b>.onnx is not as it was shipped" in whole for n in range(150))
    assert all(one.sha256 in page for page in pages)
    kept, signed = signed_record_of(pdf)
    assert hashlib.sha256(kept.encode()).hexdigest() == signed == one.sha256


def test_that_a_signature_of_another_record_is_refused() -> None:
    with pytest.raises(ValueError, match="another"):
        verification_bytes(record(GOOD), record(WRONG).signed_by("Anna", "", NOON))


def test_that_a_record_without_signature_says_so() -> None:
    pdf = verification_bytes(record(GOOD), None)
    assert "Nobody signed this record." in text_of(pdf)[0]
    assert signed_record_of(pdf) == (record(GOOD).as_json(), None)
    with pytest.raises(MediaError):
        signed_record_of(b"no pdf")
