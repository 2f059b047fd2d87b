"""Karyotypes as laboratories write them, right and wrong, each with the verdict it must get."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from core.iscn.check import Verdict, judge
from core.iscn.explain import explain
from core.iscn.order import canonical
from core.iscn.parser import parse
from core.iscn.rules import Setting
from core.iscn.rules.remark import Context, Edition
from core.iscn.writer import write


class Entry(NamedTuple):
    verdict: str
    context: str
    edition: str
    karyotype: str
    suggestion: str = ""

    @property
    def setting(self) -> Setting:
        context = None if self.context == "-" else cast(Context, self.context)
        return Setting(context=context, edition=cast(Edition, int(self.edition)))


def _corpus() -> list[Entry]:
    lines = Path(__file__).with_name("corpus.tsv").read_text(encoding="utf-8").split("\n")
    return [Entry(*line.split("\t")) for line in lines if line and not line.startswith("#")]


CORPUS = _corpus()
WRONG = [entry for entry in CORPUS if entry.verdict == "error"]
RIGHT = [entry for entry in CORPUS if entry.verdict != "error"]


@cache
def _verdict(entry: Entry) -> Verdict:
    return judge(entry.karyotype, entry.setting)


def _ascii(text: str) -> str:
    return text.replace("−", "-").replace("×", "x").replace("→", "->")


def test_that_the_corpus_holds_at_least_five_hundred_karyotypes() -> None:
    assert len({(entry.karyotype, entry.context, entry.edition) for entry in CORPUS}) == len(CORPUS)
    assert len(RIGHT) > 300
    assert len(WRONG) > 200


@pytest.mark.parametrize(
    "entry", CORPUS, ids=lambda entry: f"{entry.karyotype}@{entry.context}{entry.edition}"
)
def test_that_each_karyotype_gets_its_verdict(entry: Entry) -> None:
    verdict = _verdict(entry)
    assert verdict.kind == entry.verdict, verdict.remarks
    if entry.suggestion:
        assert verdict.suggestion == entry.suggestion
    for remark in verdict.remarks:
        assert 0 <= remark.at <= len(entry.karyotype)
        assert remark.what


@pytest.mark.parametrize("entry", WRONG, ids=lambda entry: entry.karyotype)
def test_that_what_is_suggested_has_no_error(entry: Entry) -> None:
    suggestion = _verdict(entry).suggestion
    if suggestion is not None:
        assert suggestion != entry.karyotype
        assert judge(suggestion, entry.setting).kind != "error"


@pytest.mark.parametrize("entry", RIGHT, ids=lambda entry: entry.karyotype)
def test_that_text_to_tree_to_text_is_identity(entry: Entry) -> None:
    tree = parse(entry.karyotype)
    assert write(tree) == _ascii(entry.karyotype)
    assert parse(write(tree)) == tree
    assert parse(write(tree, typographic=True)) == tree


@pytest.mark.parametrize("entry", RIGHT, ids=lambda entry: entry.karyotype)
def test_that_right_karyotypes_are_in_canonical_order(entry: Entry) -> None:
    tree = parse(entry.karyotype)
    if any("alphabetically" in remark.what for remark in _verdict(entry).remarks):
        assert canonical(tree) != tree
        return
    if tree.prefix != "chi" and "normal line" not in entry.karyotype:
        assert [line.is_normal for line in canonical(tree).lines] == [line.is_normal for line in tree.lines]
    for line, ordered in zip(tree.lines, canonical(tree).lines, strict=True):
        if line.is_normal == ordered.is_normal:
            assert len(line.abnormalities) == len(ordered.abnormalities)


@pytest.mark.parametrize("entry", RIGHT, ids=lambda entry: entry.karyotype)
def test_that_right_karyotypes_are_explained_line_by_line(entry: Entry) -> None:
    tree = parse(entry.karyotype)
    sentences = explain(tree)
    assert len(sentences) >= len(tree.lines)
    assert all(sentence[0].isupper() or sentence[0].isdigit() for sentence in sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
