"""A sentence in both languages, side by side, so that neither can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Words in Chinese and in English; what stands in braces is filled in."""

    zh: str
    en: str

    def to(self, language: str, **values: str) -> str:
        """Return it for a reader of a language."""
        text = self.zh if language == "zh" else self.en
        return text.format(**values) if values else text
