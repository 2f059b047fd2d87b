from __future__ import annotations

import os
import subprocess
import sys

_WORK = """
import sys
sys.path.insert(0, {root!r})
from app.bootstrap import make_application
from app.settings import SettingsFile
from app.workplace import Workplace
from core.editing.operations import Turn
from core.paths import folders
from tests.app.simulated import fill_case, no_models

application = make_application()
places = folders().made()
workplace = Workplace(places, SettingsFile(places.settings), no_models)
workplace.analyses.work_by_itself(False)
session = workplace.session
session.open_case(fill_case(workplace, cells=1))
while session.cell is None:
    application.processEvents()
turned = 0
def shown(cell, change):
    global turned
    turned += 1
    print(turned, flush=True)
    session.do(Turn(ids=(session.cell.chromosomes[turned % 47].id,)))
session.cell_changed.connect(shown)
session.do(Turn(ids=(session.cell.chromosomes[0].id,)))
application.exec()
"""


def test_that_a_window_killed_in_the_middle_of_work_loses_nothing_that_was_shown(
    pytestconfig, private_home, new_workplace, until
):
    program = _WORK.format(root=str(pytestconfig.rootpath))
    environment = {**os.environ, "CENTROMERE_HOME": str(private_home), "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    shown = 0
    while shown < 12:
        line = window.stdout.readline()
        assert line, "the window ended by itself"
        shown = int(line)
    window.kill()
    rest = window.communicate()[0].split()
    shown = int(rest[-1]) if rest else shown

    session = new_workplace().session
    session.open_case(session.store.list_cases()[0].id)
    until(lambda: session.cell is not None)
    written = session.store.load_cell(session.cell.id).history.done[1:]
    # What was shown is there; the step that was being written may be.
    assert len(written) in (shown, shown + 1)
    assert session.undo_label == "Turn chromosome"
    session.undo()
    until(lambda: session.redo_label == "Turn chromosome")
