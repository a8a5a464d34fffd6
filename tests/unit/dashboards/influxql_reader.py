"""Reads the InfluxQL that dashboards ask: a parser of the portable subset, which refuses whatever is beyond it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<macro>\$timeFilter|\$__interval(?:_ms)?)
    | (?P<identifier>"[^"]+")
    | (?P<string>'[^']*')
    | (?P<regex>(?<==~\s)/(?:[^/\\]|\\.)*/)
    | (?P<duration>\d+(?:ms|s|m|h|d)\b)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>[A-Za-z_]+)
    | (?P<sign>!=|=~|::|[=<>(),*/+-])
    )""",
    re.VERBOSE,
)
FUNCTIONS = frozenset(
    [
        "mean",
        "max",
        "min",
        "sum",
        "count",
        "first",
        "last",
        "spread",
        "stddev",
        "median",
        "mode",
        "percentile",
        "derivative",
        "non_negative_derivative",
        "non_negative_difference",
        "difference",
        "elapsed",
        "moving_average",
        "cumulative_sum",
        "top",
        "bottom",
    ]
)
"""What InfluxDB 1.x, 2.x and 3 all have."""
FORBIDDEN = frozenset(
    [
        "INTO",
        "SAMPLE",
        "HOLT_WINTERS",
        "SLIMIT",
        "SOFFSET",
        "OFFSET",
        "INTEGRAL",
        "CREATE",
        "DROP",
        "DELETE",
        "ALTER",
        "TZ",
        "SERIES",
        "DATABASES",
        "CARDINALITY",
    ]
)
"""Words that at least one of them refuses, or that would change something."""
FILLS = ("null", "none", "0")
"""`previous` and `linear` draw on what is not known."""
CASTS = ("integer", "float")


class NotPortableError(ValueError):
    """A query is not in the subset."""


@dataclass(slots=True)
class Select:
    """A SELECT, as far as rules look at it.

    Attributes:
        measurement: its name; None where it selects from `inner`.
        names: fields, tags and columns that it reads, wherever they stand.
        columns: names that its own columns have.
        tags: what it groups by.
        is_bounded: the time that is shown limits it.
        every: the window of GROUP BY time; empty for none.
    """

    measurement: str | None = None
    inner: Select | None = None
    names: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    is_bounded: bool = False
    every: str = ""
    fill: str = ""


@dataclass(frozen=True, slots=True)
class ShowTagValues:
    """A query of a variable."""

    measurement: str
    key: str
    names: frozenset[str]


def read(query: str) -> Select | ShowTagValues:
    """Return what a query asks.

    Raises:
        NotPortableError: it is not in the subset.
    """
    reader = _Reader(re.sub(r"\$\{?\w+(?::regex)?\}?", _placeholder, query))
    found = reader.show() if reader.sees("SHOW") else reader.select()
    reader.end()
    return found


def _placeholder(found: re.Match[str]) -> str:
    return found[0] if found[0] in ("$timeFilter", "$__interval") else "VARIABLE"


class _Reader:
    def __init__(self, query: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place = 0
        while query[place:].strip():
            found = _TOKEN.match(query, place)
            if found is None:
                raise NotPortableError(f"unexpected {query[place:][:20]!r}")
            kind = str(found.lastgroup)
            word = found[kind]
            if kind == "word" and word.upper() in FORBIDDEN:
                raise NotPortableError(f"forbidden word {word}")
            self._tokens.append((kind, word))
            place = found.end()
        self._place = 0

    def sees(self, *words: str) -> bool:
        """Take words if they come next."""
        coming = [text.upper() for _, text in self._tokens[self._place : self._place + len(words)]]
        if coming != [word.upper() for word in words]:
            return False
        self._place += len(words)
        return True

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise NotPortableError(f"unexpected {self._tokens[self._place][1]!r}")

    def show(self) -> ShowTagValues:
        self._need("TAG", "VALUES", "FROM")
        measurement = self._name()
        self._need("WITH", "KEY", "=")
        key, names = self._name(), Select()
        if self.sees("WHERE"):
            self._condition(names)
        return ShowTagValues(measurement, key, frozenset(names.names))

    def select(self) -> Select:
        found = Select()
        self._need("SELECT")
        self._column(found)
        while self.sees(","):
            self._column(found)
        self._need("FROM")
        if self.sees("("):
            found.inner = self.select_in_brackets()
        else:
            found.measurement = self._name()
        if self.sees("WHERE"):
            self._condition(found)
        if self.sees("GROUP", "BY"):
            self._group(found)
            while self.sees(","):
                self._group(found)
        if self.sees("fill", "("):
            found.fill = self._take("word", "number")
            self._need(")")
            if found.fill not in FILLS:
                raise NotPortableError(f"fill({found.fill})")
        if self.sees("ORDER", "BY", "time"):
            self._need("DESC")
        if self.sees("LIMIT"):
            self._take("number")
        return found

    def select_in_brackets(self) -> Select:
        inner = self.select()
        self._need(")")
        return inner

    def _column(self, found: Select) -> None:
        function = self._expression(found)
        found.columns.add(self._name() if self.sees("AS") else function)

    def _expression(self, found: Select) -> str:
        """Take terms and the signs between them; return the name that the column has without AS."""
        name = self._term(found)
        while self._kind() == "sign" and self._tokens[self._place][1] in "*/+-":
            self._place += 1
            self._term(found)
        return name

    def _term(self, found: Select) -> str:
        if self.sees("("):
            name = self._expression(found)
            self._need(")")
            return name
        kind = self._kind()
        if kind == "number":
            return self._take("number")
        if kind == "identifier":
            name = self._name()
            found.names.add(name)
            if self.sees("::") and self._take("word") not in CASTS:
                raise NotPortableError("a cast to no number")
            return name
        function = self._take("word")
        if function not in FUNCTIONS:
            raise NotPortableError(f"function {function}")
        found.functions.add(function)
        self._need("(")
        self._expression(found)
        while self.sees(","):
            self._take("number", "duration")
        self._need(")")
        return function

    def _condition(self, found: Select) -> None:
        while True:
            if self._kind() == "macro":
                if self._take("macro") != "$timeFilter":
                    raise NotPortableError("a condition that is no condition")
                found.is_bounded = True
            else:
                found.names.add(self._name())
                sign = self._take("sign")
                if sign not in ("=", "!=", "=~", ">", "<"):
                    raise NotPortableError(f"comparison {sign}")
                self._take("regex") if sign == "=~" else self._take("string", "number")
            if not self.sees("AND"):
                return

    def _group(self, found: Select) -> None:
        if self.sees("time", "("):
            found.every = self._take("macro", "duration")
            if self.sees(","):
                self._take("duration")
            self._need(")")
        else:
            found.tags.add(self._name())

    def _kind(self) -> str:
        return self._tokens[self._place][0] if self._place < len(self._tokens) else ""

    def _take(self, *kinds: str) -> str:
        if self._kind() not in kinds:
            rest = " ".join(text for _, text in self._tokens[self._place : self._place + 3])
            raise NotPortableError(f"expected {' or '.join(kinds)} at {rest!r}")
        self._place += 1
        return self._tokens[self._place - 1][1]

    def _name(self) -> str:
        return self._take("identifier")[1:-1]

    def _need(self, *words: str) -> None:
        if not self.sees(*words):
            rest = " ".join(text for _, text in self._tokens[self._place : self._place + 3])
            raise NotPortableError(f"expected {' '.join(words)} at {rest!r}")


def unknown_names(query: Select | ShowTagValues, schema: Mapping[str, set[str]]) -> set[str]:
    """Return what a query names and no measurement, or no SELECT within it, has."""
    if isinstance(query, ShowTagValues):
        known = schema.get(query.measurement, set())
        return ({query.measurement} - schema.keys()) | (({query.key} | query.names) - known)
    if query.inner is not None:
        reachable = query.inner.columns | query.inner.tags
        return unknown_names(query.inner, schema) | ((query.names | query.tags) - reachable)
    measurement = str(query.measurement)
    return ({measurement} - schema.keys()) | ((query.names | query.tags) - schema.get(measurement, set()))


def innermost(query: Select) -> Select:
    """Return the SELECT that reads a measurement."""
    return query if query.inner is None else innermost(query.inner)
