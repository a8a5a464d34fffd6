"""Any report that the types allow, within what a historian can hold."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from edge.model.oee import FIELDS, Sums
from edge.model.packml import Category
from edge.reports.report import (
    Amount,
    Cell,
    CurveDay,
    Doubt,
    Goal,
    Heads,
    Kind,
    Loss,
    Part,
    Report,
    Row,
    Source,
    Span,
    Strip,
    Subject,
    Utility,
    Weight,
)
from edge.target.forecast import Outlook
from edge.target.standing import Standing, Year

LONG = st.integers(-(2**63), 2**63 - 1)
"""What a field of the historian can be; corrections and moved time are negative."""
COUNT = st.integers(0, 10**9)
TIMES = st.integers(0, 9 * 10**18)
"""ns, from 1970 to 2255."""
YUAN = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2)
DAYS = st.dates(date(1970, 1, 2), date(2254, 12, 30))
TEXT = st.text(max_size=6)
KEYS = st.one_of(TEXT, DAYS.map(str), DAYS.map(lambda day: f"{day:%Y-%m}"))
PLANS = st.none() | st.fractions(0, 10**12, max_denominator=999)

amounts = st.builds(Amount, LONG, LONG, COUNT, YUAN, COUNT)
heads = st.builds(
    Heads, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, st.decimals(0, 10**9, places=2), COUNT, st.none() | YUAN
)
sums = st.builds(Sums, *(LONG for _ in FIELDS)) | st.builds(Sums, *(st.integers(0, 9) for _ in FIELDS))
rows = st.builds(
    Row,
    KEYS,
    TEXT,
    st.none() | amounts,
    st.none() | sums,
    PLANS,
    st.none() | heads,
    st.none() | st.tuples(COUNT, COUNT),
    COUNT,
)
doubts = st.builds(
    Doubt,
    TIMES,
    TEXT,
    TEXT,
    st.sampled_from(["good", "reject", "other"]),
    st.sampled_from(["gap", "reset", "correction", "new"]),
    LONG,
    st.none() | LONG,
    st.none() | COUNT,
    TEXT,
    TEXT,
    st.none() | TIMES,
)
losses = st.builds(Loss, TEXT, TEXT, st.sampled_from(Category), LONG, TEXT, TEXT, LONG, LONG, LONG)
cells = st.builds(Cell, TIMES, TIMES, st.none() | st.sampled_from(Category))
ends = st.lists(st.floats(0, 1e15), min_size=1, max_size=5).map(lambda found: Outlook(tuple(sorted(found))))
standings = st.builds(
    Standing,
    st.integers(1, 10**15),
    st.fractions(0, 10**15, max_denominator=99),
    st.fractions(0, 10**15, max_denominator=99),
    st.fractions(0, 10**15, max_denominator=99),
    st.integers(0, 366),
    st.none() | st.fractions(0, 2, max_denominator=99),
    ends,
)
years = st.builds(
    Year,
    DAYS,
    standings,
    st.none() | standings,
    COUNT,
    st.none() | COUNT,
    st.none() | COUNT,
    st.booleans(),
)
curve_days = st.builds(CurveDay, DAYS, st.fractions(0, 10**15, max_denominator=99), st.none() | LONG)


def several(one: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    """Return a few of something, the same one twice too."""
    return st.lists(one, max_size=most).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Return a span of any kind; its days are in order."""
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return Span(draw(st.sampled_from(Kind)), first, last)


reports = st.builds(
    Report,
    TEXT,
    TEXT,
    TEXT,
    st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")]),
    spans(),
    TIMES,
    TIMES,
    st.none() | TIMES,
    rows,
    subject=st.none() | st.builds(Subject, st.sampled_from(Part), TEXT, TEXT),
    parts=st.dictionaries(st.sampled_from(Part), several(rows), max_size=5),
    month=st.none() | rows,
    year=st.none() | rows,
    before=st.none() | rows,
    last_year=st.none() | rows,
    goal=st.none() | st.builds(Goal, COUNT, COUNT, st.fractions(0, 10**12, max_denominator=99)),
    outlook=st.none() | years,
    losses=several(losses, 12),
    strips=several(st.builds(Strip, TEXT, TEXT, several(cells))),
    curve=several(curve_days),
    weights=several(st.builds(Weight, TEXT, TEXT, COUNT, COUNT, COUNT)),
    utilities=several(
        st.builds(
            Utility, st.sampled_from(["electricity", "steam", "water", "infeed", "air"]), st.none() | LONG
        )
    ),
    sources=several(st.builds(Source, TEXT, TEXT, st.none() | COUNT, COUNT)),
    doubts=several(doubts),
    more_doubts=COUNT,
    uncounted=st.none() | LONG,
    questions=st.none() | COUNT,
    provisional=st.booleans(),
    edition=st.none() | st.integers(1, 99),
    changed=several(doubts),
)
