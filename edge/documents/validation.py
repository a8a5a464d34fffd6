"""A document against a pydantic model: an object, or faults with the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from edge.documents.yaml import Document, Location, one_line
from edge.errors import Fault

Model = TypeVar("Model", bound=BaseModel)

_SECRET_KEYS = frozenset({"password", "token"})
_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")
_MAX_SHOWN = 60
_WORDS = {
    "value_error": "{error}",
    "model_type": "should be a mapping",
    "dict_type": "should be a mapping",
    "union_tag_invalid": "should be one of {expected_tags}",
    "union_tag_not_found": "is missing",
    "too_short": "has too few entries, at least {min_length}",
    "too_long": "has too many entries, at most {max_length}",
}


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
            return f"a list of {len(value)}" if value else "an empty list"
        case bool():
            return str(value).lower()
    text = one_line(str(value))
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
    message, value = _message(details), details["input"]
    if kind.startswith("union_tag"):
        # The fault is of the key that tells the branches apart.
        path = (*path, (details.get("ctx") or {})["discriminator"].strip("'"))
        value = value.get(path[-1]) if isinstance(value, Mapping) else None
    if kind != "union_tag_not_found" and _SECRET_KEYS.isdisjoint(path) and not _is_long(value):
        message = f"{message} (given: {given(value)})"
    return document.fault(path, _PASSWORD_IN_URL.sub(r"\1***@", message))


def _is_long(value: object) -> bool:
    """Return whether showing a value would say nothing: its faults are told by what stands in it."""
    return isinstance(value, Mapping | BaseModel)


def _message(details: ErrorDetails) -> str:
    """Return what is wrong in our words where pydantic's speak of Python, else in pydantic's."""
    words = _WORDS.get(details["type"])
    if words is not None:
        return words.format_map(details.get("ctx") or {})
    message = details["msg"].removeprefix("Input ")
    return message[:1].lower() + message[1:]


def _path(document: Document, loc: tuple[str | int, ...], *, missing: bool) -> Location:
    """Return pydantic's location without what is not in the document, such as the name of a union's branch."""
    path: Location = ()
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
