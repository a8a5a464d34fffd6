"""A thing that somebody does from a page, as plain data: what it takes, who may, and what does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from edge.console.access.roles import Role


class Form(BaseModel):
    """What a page sends with an action: unknown keys are refused, and text has no space around it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


FormT = TypeVar("FormT", bound=Form)


@dataclass(frozen=True, slots=True)
class Done:
    """What an action changed, for the page and for the audit.

    Attributes:
        about: what it was about, in few words and without names of workers.
        before, after: how it stood, and stands, as JSON; the same rule holds.
        told: what only the page is told, beside `before` and `after`.
    """

    about: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action(Generic[FormT]):
    """What `POST /api/actions/<name>` does.

    Attributes:
        name: in the address.
        role: whoever has less is refused.
        form: what is sent, as JSON.
        perform: takes the form and who does it (the user's name); BadQuestionError refuses it with a sentence.
    """

    name: str
    role: Role
    form: type[FormT]
    perform: Callable[[FormT, str], Awaitable[Done]]
