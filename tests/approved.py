"""Pictures that somebody looked at and approved, and how near to them a new one must come.

`APPROVE=1` in the environment approves what is drawn now: look at each picture before it is committed.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageStat

CASES = Path(__file__).parent / "cases" / "reports"
SWITCH = "APPROVE"
MEAN = 1.0
"""Of 255: mean difference of luminance after blurring."""
MOST = 60
"""Of 255: the largest one anywhere."""
_HALF = 2


def check(name: str, png: bytes) -> None:
    """Compare a picture with the approved one of that name; one that differs is written beside it as `*.new.png`."""
    approved = CASES / f"{name}.png"
    beside = approved.with_suffix(".new.png")
    if os.environ.get(SWITCH) == "1":
        approved.parent.mkdir(parents=True, exist_ok=True)
        small(png).save(approved, optimize=True)
        beside.unlink(missing_ok=True)
        return
    problem = difference(approved.read_bytes(), png) if approved.exists() else "nothing was approved yet"
    if problem:
        beside.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(png)
        raise AssertionError(f"{approved.name}: {problem}; look at {beside}, and approve it with {SWITCH}=1")


def small(png: bytes) -> Image.Image:
    """Return a picture with few colours, as it is kept."""
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB").quantize(32)


def difference(approved: bytes, drawn: bytes) -> str:
    """Return in what two pictures differ for an eye, `""` when they do not."""
    old, new = _seen(approved), _seen(drawn)
    if old.size != new.size:
        return f"its size is {new.size} rather than {old.size}"
    apart = ImageChops.difference(old, new)
    statistics = ImageStat.Stat(apart)
    mean, most = statistics.mean[0], statistics.extrema[0][1]
    return f"it differs by {mean:.2f} in the mean and {most} at most" if mean > MEAN or most > MOST else ""


def _seen(png: bytes) -> Image.Image:
    """Return a picture as grey that is half as large and blurred: edges may move by a part of a pixel."""
    with Image.open(io.BytesIO(png)) as image:
        grey = image.convert("L")
    return grey.resize((grey.width // _HALF, grey.height // _HALF)).filter(ImageFilter.GaussianBlur(1.0))
