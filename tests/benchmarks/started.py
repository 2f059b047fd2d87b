"""One start of the program that tells when the Worklist and the first Case were on the screen.

`python -m tests.benchmarks.started fill` writes a case into the home folder of the environment variable
`CENTROMERE_HOME`; `... look` starts the window on it as `main.py` does, opens the case, prints and ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def fill() -> None:
    """Write a case of three cells."""
    from tests.benchmarks.bench_window import fill_case, make_application, open_workplace

    make_application()
    workplace = open_workplace(Path(os.environ["CENTROMERE_HOME"]))
    fill_case(workplace, "SIM-0001", cells=3, karyotype="47,XX,+21")
    workplace.close()


def look() -> int:
    """Start the window, open the first case, print both moments, end."""
    from PySide6.QtCore import QTimer

    from app.bootstrap import make_application

    application = make_application()
    stamps: dict[str, tuple[float, float]] = {}
    timer = QTimer()

    def watch() -> None:
        window = next((w for w in application.topLevelWidgets() if hasattr(w, "worklist_page")), None)
        if window is None or window.windowHandle() is None or not window.windowHandle().isExposed():
            return
        table = window.worklist_page._table
        row = table.model().row_of(table.model().index(0, 0)) if table.model().rowCount() else None
        if row is None:
            return
        if "asked" not in stamps:
            application.processEvents()
            stamps["worklist"] = stamps["asked"] = (time.time(), time.process_time())
            window.open_case(row.id)
            return
        board = window.case_page.pane("board")
        cell = window.session.cell
        if cell is None or window.session.picture is None or len(board.view.board.middles) < cell.count:
            return
        timer.stop()
        application.processEvents()
        stamps["case"] = (time.time(), time.process_time())
        print(json.dumps(stamps), flush=True)
        window.close()
        application.quit()

    timer.timeout.connect(watch)
    timer.start(4)
    import argparse

    from app.bootstrap import run

    return run(argparse.Namespace(sample=False, paths=[]))


if __name__ == "__main__":
    if sys.argv[1:] == ["fill"]:
        fill()
    else:
        sys.exit(look())
