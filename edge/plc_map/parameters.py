"""Parameters of a map: what differs between machines of one type, as in `D${first + 4}`. Pure."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from edge.documents.validation import given
from edge.documents.yaml import Document, Location
from edge.errors import Fault

Value = int | float | str
Values = Mapping[str, Value]
_Known = Mapping[str, Value | None]

BLOCK = "parameters"
PATTERN = r"\$\{(?P<term>[^{}:]*)(?::0?(?P<width>\d))?\}"
_PLACE = re.compile(PATTERN)
_LONGEST = 200
_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def declared(document: Document) -> dict[str, Value | None]:
    """Return the parameters of a map with what they are when a device does not say; None where it must."""
    block = document.data.get(BLOCK) if isinstance(document.data, dict) else None
    if not isinstance(block, dict):
        return {}
    return {name: value for name, value in block.items() if value is None or _is_value(value)}


def filled(document: Document, values: Values) -> Document:
    """Return a map with its parameters in their places; what cannot be worked out is among its faults.

    A text that is one `${…}` and nothing else becomes what that is, number or text; within a text it is written out,
    with leading zeros where a width is given: `${tank:02}`.
    """
    known = {**declared(document), **values}
    if not isinstance(document.data, dict):
        return document
    faults: list[Fault] = []
    data = {
        key: value if key == BLOCK else _filled(value, (key,), known, document, faults)
        for key, value in document.data.items()
    }
    return replace(document, data=data, faults=(*document.faults, *faults))


def faults(document: Document, path: Location, values: object, template: Document) -> Iterator[Fault]:
    """Yield what is wrong with the values that a device gives to the parameters of its map.

    Args:
        document: edge.yaml.
        path: of the device.
        values: what it gives; anything, as it stands in the file.
        template: its map.
    """
    names, values = declared(template), values if isinstance(values, dict) else {}
    for name in values:
        if name not in names:
            known = f"it has {', '.join(names)}" if names else "it has none"
            yield document.fault(
                (*path, BLOCK, name), f"{template.file.name} has no such parameter: {known}", at_key=True
            )
    for name, default in names.items():
        if default is None and values.get(name) is None:
            yield document.fault(
                (*path, BLOCK), f"{template.file.name} asks for {name}: give it, as in {BLOCK}: {{{name}: …}}"
            )


def _is_value(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _filled(node: Any, path: Location, known: _Known, document: Document, faults: list[Fault]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, (*path, key), known, document, faults) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, (*path, place), known, document, faults) for place, value in enumerate(node)]
    if not isinstance(node, str) or "${" not in node:
        return node
    try:
        return _text(node, known)
    except ValueError as error:
        faults.append(document.fault(path, f"{error} (given: {given(node)})"))
        return node


def _text(text: str, known: _Known) -> Value:
    whole = _PLACE.fullmatch(text)
    if whole is not None and whole["width"] is None:
        return _worked_out(whole["term"], known)
    filled = _PLACE.sub(lambda match: _written(match, known), text)
    if "${" in filled:
        raise ValueError("a parameter is written ${name}, ${name + 4} or ${name:02}")
    return filled


def _written(match: re.Match[str], known: _Known) -> str:
    value, width = _worked_out(match["term"], known), int(match["width"] or 0)
    if width and not isinstance(value, int):
        raise ValueError(f"only a whole number has leading zeros, not {given(value)}")
    return f"{value:0{width}}" if width else str(value)


def _worked_out(term: str, known: _Known) -> Value:
    """Return what a term is: names, numbers, + - * / and brackets.

    Raises:
        ValueError: it is none, or names what is not there.
    """
    term = term.strip()
    try:
        if len(term) > _LONGEST:
            raise SyntaxError
        value = _value(ast.parse(term, mode="eval").body, known)
    except SyntaxError:
        raise ValueError(f"{given(term or None)} is no sum of parameters and numbers") from None
    except (TypeError, ZeroDivisionError, OverflowError):
        raise ValueError(f"{term} cannot be worked out") from None
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise ValueError(f"{term} is too large")
    # 1200 / 60 is meant to be 20, as an address is.
    return int(value) if value.is_integer() else value


def _value(tree: ast.expr, known: _Known) -> Value:
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name):
            return _parameter(name, known)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _number(-_number(_value(inner, known)))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATIONS:
            calculate = _OPERATIONS[type(sign)]
            return _number(calculate(_number(_value(left, known)), _number(_value(right, known))))
    raise SyntaxError


def _parameter(name: str, known: _Known) -> Value:
    if name not in known:
        raise ValueError(f"there is no parameter {name}; there are {', '.join(known) or 'none'}")
    value = known[name]
    if value is None:
        raise ValueError(f"{name} has no value: a device gives it, as in {BLOCK}: {{{name}: …}}")
    return value


def _number(value: object) -> int | float:
    if isinstance(value, int | float):
        return value
    raise TypeError
