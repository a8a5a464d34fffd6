"""The table of words: each in both languages, each used, none twice under one title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from dashboards import words
from dashboards.text import Caption, Json, Language, Text, both, render

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BRACES = re.compile(r"\{+[\w.$ ]+\}+")
SAME_IN_BOTH = {"pH", "MTBF", "MTTR"}
MODULES = [name for _, name, _ in iter_modules(words.__path__)]
SOURCES = "".join(file.read_text(encoding="utf-8") for file in Path(words.__path__[0]).parent.glob("**/*.py"))


def texts(module: str) -> Iterator[tuple[str, Text]]:
    """Yield every text of a module, by the name under which it stands."""
    for name, value in vars(import_module(f"dashboards.words.{module}")).items():
        match value:
            case Text():
                yield name, value
            case Caption():
                yield name, value.title
                yield name, value.about
            case dict():
                yield from ((name, each) for each in value.values() if isinstance(each, Text))


@pytest.mark.parametrize("module", MODULES)
def test_each_word_is_there_in_both_languages(module: str) -> None:
    """Chinese with Chinese in it, English without, and the same names to be filled in."""
    found = list(texts(module))
    assert found
    for name, text in found:
        assert CHINESE.search(text.zh) or text.zh in SAME_IN_BOTH, name
        assert text.en, name
        assert not CHINESE.search(text.en), name
        assert sorted(BRACES.findall(text.zh)) == sorted(BRACES.findall(text.en)), name


@pytest.mark.parametrize("module", MODULES)
def test_no_word_is_left_over(module: str) -> None:
    """What nobody reads is not in the table."""
    for name, _ in texts(module):
        # Once where it stands, and once where it is used.
        assert len(re.findall(rf"\b{name}\b", SOURCES)) > 1, name


def test_no_two_panels_of_a_dashboard_have_one_title() -> None:
    """In either language."""
    for module in MODULES:
        captions = [
            value
            for value in vars(import_module(f"dashboards.words.{module}")).values()
            if isinstance(value, Caption)
        ]
        for language in Language:
            titles = [caption.title.said(language) for caption in captions]
            assert len(set(titles)) == len(titles), module


def test_rendering_leaves_nothing_but_json() -> None:
    """Texts at any depth are said in the language; everything else stays."""
    document: Json = {
        "a": Text("甲", "one"),
        "b": [both("x"), 1, None, {"c": Text("丙", "three")}],
        "d": True,
    }

    assert render(document, Language.ZH) == {"a": "甲", "b": ["x", 1, None, {"c": "丙"}], "d": True}
    assert render(document, Language.EN) == {"a": "one", "b": ["x", 1, None, {"c": "three"}], "d": True}
