"""Compare our verdicts on the corpus with those of another checker, and say why they differ.

    pip install iscn-authenticator
    python -m tests.benchmarks.iscn_second_opinion [differences.tsv]

The other checker is `iscn-authenticator` (MIT), used here alone and never shipped. Where it is not installed
the script says so and ends with 0.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.iscn.check import judge

_CORPUS: Final = Path(__file__).parents[1] / "core" / "iscn" / "corpus.tsv"

# What we accept and the other does not, by what the string holds; the first that fits counts.
_TOO_NARROW: Final[tuple[tuple[str, str], ...]] = (
    ("another technique (ish, nuc ish, arr, seq, ogm, rsa)", r"\b(ish|arr|seq|ogm|rsa)\b"),
    ("mos or chi", r"^(mos|chi) "),
    ("recipient // donor", r"//"),
    ("idem, sl, sdl", r"idem|sl|sdl"),
    ("level of ploidy, or more than 92", r"<\dn>|^93"),
    ("constitutional c in a tumour, inh, dmat", r"[XY]\??c|\)\??c|\dc\b|inh|dmat"),
    ("copies (x2)", r"[x×]\d"),
    ("doubt (?, ~, or)", r"[?~]| or "),
    ("long form", r"->|→"),
    ("changed X in a cell without another X, or t(X;Y)", r"^\d\d,(Y|t\(X;Y|-X)"),
    ("ring of unknown breakpoints or several chromosomes", r"r\((X|22|1;3)\)"),
    ("cells behind one line or a change", r"\[\d+\]"),
    ("several breaks, break at the end of a chromosome", r"t\(5;14;9\)|ter"),
    ("duplication over the centromere, which we only note", r"dup\(1\)\(p22q25\)"),
    ("23,Y (a haploid cell)", r"^23,Y"),
)
# What we reject and the other accepts, by what we say.
_TOO_WIDE: Final[tuple[tuple[str, str], ...]] = (
    ("not looked at: the count against the changes", r"the count says|to lose|is left|letters|gains listed"),
    ("not looked at: bands that do not exist", r"there is no band|whole arm"),
    ("not looked at: chromosomes that do not exist", r"there is no chromosome"),
    (
        "not looked at: order of changes, lines and arms",
        r"(stands?|written) before|comes first|normal line",
    ),
    ("not looked at: unknown words are let through", r"there is no kind|expected|does not belong|no space"),
    ("not looked at: where a change may break", r"breaks|break|arm|joins|one breakpoint|acrocentric"),
    ("not looked at: numbers of chromosomes and breakpoints", r"chromosomes?, got|breakpoints?|groups? of"),
    (
        "not looked at: impossible combinations",
        r"both gained|homologs|centromere|live|inserted into|end of",
    ),
    ("not looked at: numbers of cells", r"number of cells|cells|numbers|composite|range"),
    ("not looked at: signs of markers, dmin, translocations", r"additional|sign|gained"),
    ("not looked at: lines that are the same, or refer to nothing", r"line|idem|sl|several|stand once"),
    ("not looked at: what a derivative is made of", r"der|no part|psu|dir|inv|hsr|rec|made of"),
    ("not looked at: other", r"."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One string on which the two disagree."""

    text: str
    ours: str
    others: bool
    why: str
    said: str


def other_checker() -> Callable[[str], tuple[bool, str]] | None:
    """The other checker as text to (valid, first error); None where it is not installed."""
    try:
        module = importlib.import_module("iscn_authenticator")
    except ImportError:
        return None

    def check(text: str) -> tuple[bool, str]:
        result = module.validate_karyotype(text)
        return bool(result.valid), str(result.errors[0]) if result.errors else ""

    return check


def compare(check: Callable[[str], tuple[bool, str]]) -> tuple[Counter[tuple[bool, bool]], list[Difference]]:
    """Table of (ours accepts, the other accepts), and every difference with its reason."""
    table: Counter[tuple[bool, bool]] = Counter()
    found: list[Difference] = []
    for line in _CORPUS.read_text(encoding="utf-8").split("\n"):
        fields = line.split("\t")
        # The other knows neither contexts nor editions.
        if len(fields) < 4 or fields[1] != "-" or fields[2] != "2024":
            continue
        text = fields[3]
        verdict = judge(text)
        valid, said = check(text)
        ours = verdict.kind != "error"
        table[(ours, valid)] += 1
        if ours != valid:
            mine = next((remark.what for remark in verdict.remarks if remark.severity == "error"), "")
            reasons, shown = (_TOO_NARROW, text) if ours else (_TOO_WIDE, mine)
            why = next((name for name, pattern in reasons if re.search(pattern, shown)), "not explained")
            found.append(Difference(text=text, ours=verdict.kind, others=valid, why=why, said=mine or said))
    return table, found


def main(arguments: list[str]) -> int:
    """Print the table; write every difference to the file that is named."""
    check = other_checker()
    if check is None:
        print("skipped: iscn-authenticator is not installed (pip install iscn-authenticator)")
        return 0
    table, found = compare(check)
    both = table[(True, True)] + table[(False, False)]
    print(
        f"{sum(table.values())} karyotypes: {both} alike, {table[(False, True)]} accepted by the other alone,"
    )
    print(f"{table[(True, False)]} accepted by us alone")
    for (others, why), number in Counter((one.others, one.why) for one in found).most_common():
        print(f"{number:5}  {'the other accepts' if others else 'the other rejects'}  {why}")
    if arguments:
        rows = [f"{one.ours}\t{one.others}\t{one.text}\t{one.why}\t{one.said}" for one in found]
        Path(arguments[0]).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return 1 if any(one.why == "not explained" for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
