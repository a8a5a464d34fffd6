"""Passwords at rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.console.access.passwords import Cost, hashed, verify, weakness
from tests.unit.console.browser import CHEAP


def test_what_is_stored_says_how_it_was_made() -> None:
    """A hash has the parameters and the salt with it: a later release may take dearer ones, and still know the old."""
    stored = hashed("一二三四五六七八九十", Cost())
    assert stored.startswith("scrypt$n=32768,r=8,p=1$")
    assert verify("一二三四五六七八九十", stored)
    assert not verify("一二三四五六七八九", stored)


def test_the_same_password_is_never_stored_alike() -> None:
    """Each has a salt of its own."""
    assert hashed("the same words", CHEAP) != hashed("the same words", CHEAP)


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_only_the_password_itself_is_right(password: str, other: str) -> None:
    """Any text is right for its own hash, and for no other that a keyboard makes differently."""
    import unicodedata

    stored = hashed(password, CHEAP)
    assert verify(password, stored)
    same = unicodedata.normalize("NFKC", password) == unicodedata.normalize("NFKC", other)
    assert verify(other, stored) is same


@pytest.mark.parametrize(
    "stored", ["", "scrypt", "scrypt$n=1,r=1,p=1$$", "md5$x", "scrypt$n=16,r=1,p=1$AA==$AA=="]
)
def test_what_is_no_hash_lets_nobody_in(stored: str) -> None:
    """A damaged row is no open door."""
    assert not verify("", stored)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 10"),
        ("x" * 129, "at most 128"),
        ("aaaaaaaaaaaa", "again and again"),
        ("ababababababab", "again and again"),
        ("1234567890", "in a row"),
        ("0987654321", "in a row"),
        ("abcdefghijkl", "in a row"),
        ("Wang2026!!hello", "user's name"),
        ("Password123", "everybody knows"),
        ("qwerty12345678", "everybody knows"),
        ("admin_2026_2026", "everybody knows"),
    ],
)
def test_weak_ones_are_refused(password: str, why: str) -> None:
    """What is guessed at once is not taken."""
    assert why in (weakness(password, "wang") or "")


@pytest.mark.parametrize("password", ["泡椒坛子里的秘密 42", "correct horse battery", "k7#Qz!m2Rt"])
def test_others_will_do(password: str) -> None:
    """No rule of one capital and one sign: length is what counts."""
    assert weakness(password, "wang") is None
