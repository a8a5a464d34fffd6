"""matplotlib as it is loaded: nothing of the machine's gets in, nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import os, sys
before = dict(os.environ)
from edge.reports.pictures import draw
assert "matplotlib" not in sys.modules
from edge.reports.document import Chart, Picture
draw(Picture(Chart.OUTPUT_BARS, "t", "a", ("x",), "kg"))
from matplotlib import font_manager
assert dict(os.environ) == before
assert "matplotlib.pyplot" not in sys.modules
print(*sorted(one.name for one in font_manager.fontManager.ttflist), sep="|")
print(font_manager.FontManager.__version__)
"""


def test_only_our_fonts_are_known_and_home_stays_empty(tmp_path: Path) -> None:
    """No search through the machine's fonts, no cache in the user's home, and matplotlib only once something is drawn."""
    from edge.reports.pictures.library import FONT_LIST_VERSION

    (tmp_path / "matplotlibrc").write_text("font.size: 40\n")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[4])},
    )
    assert done.stdout.split("\n")[:2] == ["Noto Sans CJK SC|Noto Sans CJK SC", FONT_LIST_VERSION]
    assert [one.name for one in tmp_path.iterdir()] == ["matplotlibrc"]
