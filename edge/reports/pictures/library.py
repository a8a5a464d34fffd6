"""matplotlib, loaded once, late, and alone: no file of the user's is read or written, and no font but ours is known."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.reports.fonts import FAMILY, FILES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FONT_LIST_VERSION = "3.11.0"
"""Of matplotlib's list of fonts; with another it looks through the machine's fonts itself, which only takes longer."""
_HOME = "MPLCONFIGDIR"
_EMPTY_LIST: dict[str, Any] = {
    "__class__": "FontManager",
    "_version": FONT_LIST_VERSION,
    "_FontManager__default_weight": "normal",
    "default_size": None,
    "defaultFamily": {"ttf": FAMILY, "afm": FAMILY},
    "afmlist": [],
    "ttflist": [],
}
_LOOK: dict[str, Any] = {
    "font.family": [FAMILY],
    "font.size": 7.5,
    "axes.unicode_minus": False,
    "svg.fonttype": "none",
    "hatch.linewidth": 0.6,
    "path.simplify": False,
    "text.parse_math": False,
}


@cache
def _load() -> None:
    before = os.environ.get(_HOME)
    with tempfile.TemporaryDirectory(prefix="chili-edge-") as home:
        (Path(home) / f"fontlist-v{FONT_LIST_VERSION}.json").write_text(json.dumps(_EMPTY_LIST))
        os.environ[_HOME] = home
        try:
            from matplotlib import font_manager
        finally:
            if before is None:
                del os.environ[_HOME]
            else:
                os.environ[_HOME] = before
    for file in FILES:
        font_manager.fontManager.addfont(file)


def figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches."""
    _load()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def look(salt: str) -> AbstractContextManager[None]:
    """Return the time in which matplotlib's settings are ours; `salt` sets the ids of one drawing apart from another's."""
    _load()
    import matplotlib as mpl

    # Neither a matplotlibrc of the user's nor one of the working directory counts.
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_LOOK, "svg.hashsalt": salt}
    settings.pop("backend", None)
    return mpl.rc_context(settings)
