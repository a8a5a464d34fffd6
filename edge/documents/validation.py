"""A document against a pydantic model: an object, or faults with the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from edge.documents.yaml import Document, Path_
from edge.errors import Fault

Model = TypeVar("Model", bound=BaseModel)

_SECRET_KEYS = frozenset({"password", "token"})
_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")
_MAX_SHOWN = 60


def validate(model: type[Model], document: Document) -> tuple[Model | None, list[Fault]]:
    """Return the object that a document describes, None when it does not, and everything that is wrong.

    Relative paths in the document start at its folder.
    """
    faults = list(document.faults)
    context = {"directory": document.file.parent}
    try:
        return model.model_validate(document.data, context=context), faults
    except ValidationError as error:
        known = sorted(set(_keys(model.model_json_schema())))
        broken = {fault.key for fault in faults}
        found = (_fault(document, details, known) for details in error.errors(include_url=False))
        faults.extend(fault for fault in found if fault.key not in broken)
        return None, faults


def given(value: object) -> str:
    """Return a value as a fault shows it."""
    match value:
        case None:
            return "nothing"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return f"a list of {len(value)}"
        case bool():
            return str(value).lower()
    text = " ".join(str(value).split())
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _fault(document: Document, details: ErrorDetails, known: Iterable[str]) -> Fault:
    kind = details["type"]
    path = _path(document, details["loc"], missing=kind == "missing")
    if kind == "missing":
        return document.fault(path, "is missing")
    if kind == "extra_forbidden":
        close = get_close_matches(str(path[-1]), known, n=1)
        hint = f", did you mean {close[0]}?" if close else ""
        return document.fault(path, f"unknown key{hint}", at_key=True)
    message = _message(details)
    if _SECRET_KEYS.isdisjoint(path) and not isinstance(details["input"], BaseModel):
        message = f"{message} (given: {given(details['input'])})"
    return document.fault(path, _PASSWORD_IN_URL.sub(r"\1***@", message))


def _message(details: ErrorDetails) -> str:
    """Return pydantic's words, or ours where a validator of ours spoke."""
    reason = (details.get("ctx") or {}).get("error")
    if isinstance(reason, ValueError):
        return str(reason)
    message = details["msg"].removeprefix("Input ")
    if details["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return "should be a mapping"
    return message[:1].lower() + message[1:]


def _path(document: Document, loc: tuple[str | int, ...], *, missing: bool) -> Path_:
    """Return pydantic's location without what is not in the document, such as the name of a union's branch."""
    path: Path_ = ()
    for place, part in enumerate(loc):
        if (*path, part) in document.values or (missing and place == len(loc) - 1):
            path = (*path, part)
    return path


def _keys(schema: Any) -> Iterator[str]:
    """Yield every key that a JSON schema knows, at any depth."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for part in schema.values():
            yield from _keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _keys(part)
