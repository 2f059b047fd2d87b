"""`main.py iscn` as the contract describes it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from app.command_line.iscn import add_arguments, run


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(list(words)))


def test_that_one_line_is_printed_for_each_string(capsys: pytest.CaptureFixture[str]) -> None:
    status = _run("46,XX[20]", "46,XY,inv(9)(p12q13)", "46,XX,+21")
    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert lines[0] == "ok"
    assert lines[1].startswith("note: ")
    assert lines[2] == "error at 1: the count says 46, the changes make 47, did you mean 47,XX,+21"


def test_that_notes_leave_the_status_at_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("46,XX", "46,XX,16qh+") == 0
    assert capsys.readouterr().out.splitlines()[0] == "ok"


def test_that_context_and_edition_change_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("46,XX", "--context", "neoplastic") == 1
    assert _run("46,XX,16qh+", "--edition", "2020") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("error at 6: ")
    assert lines[1] == "ok"


def test_that_an_explanation_follows_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("46,XX,t(9;22)(q34;q11.2)", "--explain") == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "ok"
    assert "translocation between chromosomes 9 and 22" in out


def test_that_a_picture_of_the_karyotype_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("46,XX,t(9;22)(q34;q11.2)", "--picture", str(tmp_path / "t.svg"), "--level", "850") == 0
    assert "der(22)" in (tmp_path / "t.svg").read_text(encoding="utf-8")
    assert capsys.readouterr().out.splitlines() == ["ok"]
    assert _run("46,XX", "--picture", str(tmp_path / "t.gif")) == 2
    assert _run("46,XX", "47,XXX", "--picture", str(tmp_path / "two.svg")) == 2
    assert _run("46,XX,t(9", "--picture", str(tmp_path / "bad.svg")) == 2
    assert not (tmp_path / "two.svg").exists()
    assert not (tmp_path / "bad.svg").exists()
