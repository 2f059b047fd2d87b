"""Judge a karyotype string: ok, note or error, with the place and the likely meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.iscn.parser import IscnSyntaxError, parse
from core.iscn.rules import RULES, Remark, Setting
from core.iscn.rules.count import count_fits
from core.iscn.suggest import suggestion_for
from core.iscn.tree import Karyotype


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be said about a string; `karyotype` is None when it cannot be read at all.

    `remarks` are in the order of their places, errors before notes. `suggestion` is a string without
    errors that was probably meant.
    """

    text: str
    karyotype: Karyotype | None
    remarks: tuple[Remark, ...]
    suggestion: str | None = None

    @property
    def kind(self) -> Literal["ok", "note", "error"]:
        """The worst remark."""
        severities = {remark.severity for remark in self.remarks}
        if "error" in severities:
            return "error"
        return "note" if severities else "ok"


def check(karyotype: Karyotype, setting: Setting | None = None) -> tuple[Remark, ...]:
    """Apply every rule to a tree; errors first, then notes, each by place."""
    chosen = setting or Setting()
    found = {remark: rule is count_fits for rule in RULES for remark in rule(karyotype, chosen)}
    # A count that does not fit is often the consequence of another error, so it comes last of them.
    return tuple(
        sorted(found, key=lambda remark: (remark.severity != "error", found[remark], remark.at, remark.what))
    )


def is_wrong(karyotype: Karyotype, setting: Setting | None = None) -> bool:
    """Whether a tree has an error; stops at the first one."""
    chosen = setting or Setting()
    return any(remark.severity == "error" for rule in RULES for remark in rule(karyotype, chosen))


def judge(text: str, setting: Setting | None = None, *, suggest: bool = True) -> Verdict:
    """Read and check a string.

    Parameters
    ----------
    text
        Karyotype as written.
    setting
        Context and edition; ISCN 2024 in either context when None.
    suggest
        Also look for what was probably meant when the string is wrong.
    """
    chosen = setting or Setting()
    karyotype: Karyotype | None = None
    try:
        karyotype = parse(text)
        remarks = check(karyotype, chosen)
    except IscnSyntaxError as error:
        remarks = (Remark(severity="error", at=error.position, what=error.what),)
    verdict = Verdict(text=text, karyotype=karyotype, remarks=remarks)
    if not suggest or verdict.kind != "error":
        return verdict

    better = suggestion_for(text, karyotype, lambda tree: not is_wrong(tree, chosen))
    return Verdict(text=text, karyotype=karyotype, remarks=remarks, suggestion=better)
