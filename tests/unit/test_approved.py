"""The comparison itself: what an eye would see is found, what it would not is let pass."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from tests.approved import difference


def page(left: float, *, words: bool = True) -> bytes:
    """Return a page with a bar and, perhaps, a few words."""
    image = Image.new("RGB", (300, 200), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((left, 40, left + 60, 160), fill="#1d5a94")
    if words:
        pen.text((180, 20), "1,018.08", fill="black")
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


def test_same_picture_has_no_difference() -> None:
    """A picture is like itself."""
    assert not difference(page(20), page(20))


def test_moved_bar_is_seen() -> None:
    """A bar a little further to the right is another picture."""
    assert difference(page(20), page(26))


def test_missing_words_are_seen() -> None:
    """Eight characters that are gone are seen, though little of the page has changed."""
    assert difference(page(20), page(20, words=False))
