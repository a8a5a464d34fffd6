"""What people read, in both languages at once: a dashboard is built of it and rendered in one of them at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Language(StrEnum):
    """The languages of the generated dashboards, and the names of their folders."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and in English."""

    zh: str
    en: str

    def format(self, **values: str | float) -> Text:
        """Return the text with its `{names}` filled in, the same in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))

    def said(self, language: Language) -> str:
        """Return it in one language."""
        return self.zh if language is Language.ZH else self.en


@dataclass(frozen=True, slots=True)
class Caption:
    """Title of a panel or dashboard, and what it shows, where its figures come from and when they are empty."""

    title: Text
    about: Text


Json: TypeAlias = bool | int | float | str | Text | Sequence["Json"] | Mapping[str, "Json"] | None
"""Grafana's JSON model, before it is rendered in a language."""


def both(text: str) -> Text:
    """Return what is the same in both languages."""
    return Text(text, text)


def caption(title_zh: str, title_en: str, about_zh: str, about_en: str) -> Caption:
    """Return a caption; the words of a dashboard are a list of these."""
    return Caption(Text(title_zh, title_en), Text(about_zh, about_en))


def render(value: Json, language: Language) -> Json:
    """Return plain JSON: each text in one language."""
    if isinstance(value, Text):
        return value.said(language)
    if isinstance(value, Mapping):
        return {key: render(each, language) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [render(each, language) for each in value]
    return value
