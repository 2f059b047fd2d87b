"""What no module may do: unpickle, paste text into SQL, ask a shell, write a table past the one writer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("core", "models", "app", "installers")

#: Names of tables and schemas cannot be parameters of SQL; these come from the program itself.
SQL_CALLS = ("text", "execute", "executescript", "exec_driver_sql", "executemany")
SQL_WITH_OWN_NAMES = {"core/store/migrate.py": 4, "core/store/engine.py": 1}


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    paths = [ROOT / "main.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(paths)
        if "__pycache__" not in path.parts
    }


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def is_true(value: ast.expr | None) -> bool:
    return value is not None and not (isinstance(value, ast.Constant) and value.value is False)


def test_that_the_search_finds_what_it_looks_for() -> None:
    tree = ast.parse("np.load(p, allow_pickle=True); subprocess.run('a', shell=True); text(f'SELECT {x}')")
    found = dict(calls(tree))
    assert set(found) == {"np.load", "subprocess.run", "text"}
    assert is_true(keyword(found["np.load"], "allow_pickle"))
    assert len(modules()) > 300


def test_that_nothing_is_unpickled() -> None:
    wrong = []
    for name, tree in modules().items():
        pickles = imported(tree) & {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
        wrong += [f"{name}: imports {pickle}" for pickle in pickles]
        for called, call in calls(tree):
            last = called.rsplit(".", 1)[-1]
            if is_true(keyword(call, "allow_pickle")):
                wrong.append(f"{name}:{call.lineno}: allow_pickle")
            if called == "torch.load" and ast.unparse(keyword(call, "weights_only") or call.func) != "True":
                wrong.append(f"{name}:{call.lineno}: torch.load without weights_only=True")
            if last in ("read_pickle", "to_pickle") or called in ("yaml.load", "eval", "exec", "compile"):
                wrong.append(f"{name}:{call.lineno}: {called}")
    assert wrong == []


def test_that_no_process_is_started_through_a_shell() -> None:
    wrong = []
    for name, tree in modules().items():
        for called, call in calls(tree):
            first_is_text = bool(call.args) and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
            if re.fullmatch(r"subprocess\.\w+", called) and (
                is_true(keyword(call, "shell")) or first_is_text
            ):
                wrong.append(f"{name}:{call.lineno}: {called} with a line instead of a list")
            if called in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"):
                wrong.append(f"{name}:{call.lineno}: {called}")
            if called.endswith((".startDetached", "create_subprocess_shell")):
                wrong.append(f"{name}:{call.lineno}: {called}")
    assert wrong == []


def test_that_sql_has_parameters_and_no_pasted_text() -> None:
    pasted: dict[str, int] = {}
    for name, tree in modules().items():
        if "sqlalchemy" not in imported(tree) and "sqlite3" not in imported(tree):
            continue
        for called, call in calls(tree):
            last = called.rsplit(".", 1)[-1]
            if last not in SQL_CALLS or not call.args:
                continue
            asked = call.args[0]
            built = isinstance(asked, ast.JoinedStr | ast.BinOp) or (
                isinstance(asked, ast.Call) and ast.unparse(asked.func).endswith((".format", ".join"))
            )
            if built:
                pasted[name] = pasted.get(name, 0) + 1
    assert pasted.keys() <= SQL_WITH_OWN_NAMES.keys(), pasted
    assert all(count <= SQL_WITH_OWN_NAMES[name] for name, count in pasted.items()), pasted


def test_that_every_table_goes_through_the_writer_that_knows_formulas() -> None:
    wrong = [
        f"{name}:{call.lineno}: {called}"
        for name, tree in modules().items()
        if name != "core/spreadsheet.py"
        for called, call in calls(tree)
        if called in ("csv.writer", "csv.DictWriter") or called.endswith(".to_csv")
    ]
    assert wrong == []


def test_that_words_in_a_pdf_are_escaped() -> None:
    wrong = [
        f"{name}:{call.lineno}"
        for name, tree in modules().items()
        if name != "core/report/typography.py"
        for called, call in calls(tree)
        if called.rsplit(".", 1)[-1] in ("Paragraph", "XPreformatted")
    ]
    assert wrong == [], "use core.report.typography.words, which escapes"


@pytest.mark.parametrize("weights", sorted((ROOT / "resources" / "weights").rglob("model.*")), ids=str)
def test_that_weights_are_no_pickles(weights: Path) -> None:
    assert weights.suffix == ".onnx"
    assert not re.match(rb"\x80[\x02-\x05]|PK\x03\x04", weights.read_bytes()[:4])
