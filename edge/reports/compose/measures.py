"""What can be told of a row: each figure made of its sums, or why there is none. Pure.

Ratios are ISO 22400-2's, of exact sums. What is above 1 stays so and is noted.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from edge.model.oee import Sums
from edge.reports.compose import reasons
from edge.reports.compose.figure import Figure, share, unknown
from edge.reports.compose.say import Say
from edge.reports.document import Number
from edge.reports.report import Amount, Heads, Row


def _of_good(read: Callable[[Amount], Figure]) -> Callable[[Row], Figure]:
    return lambda row: unknown(no_data(row)) if row.good is None else read(row.good)


def _of_sums(read: Callable[[Sums], Figure]) -> Callable[[Row], Figure]:
    def figure(row: Row) -> Figure:
        if row.sums is None:
            return unknown(_not_summed(row))
        return read(row.sums)

    return figure


def _not_summed(row: Row) -> Say:
    if row.good is None:
        return no_data(row)
    return reasons.NOT_ASKED if row.is_brief else reasons.NO_STATES


def _of_heads(read: Callable[[Heads], Figure]) -> Callable[[Row], Figure]:
    return lambda row: unknown(_nobody_counted(row)) if row.heads is None else read(row.heads)


def no_data(row: Row) -> Say:
    """Return why nothing is known of a row: it is to come, or nobody measured."""
    return reasons.NOT_PASSED if row.watched is not None and not row.watched[1] else reasons.NO_DATA


def _nobody_counted(row: Row) -> Say:
    if no_data(row) is reasons.NOT_PASSED:
        return reasons.NOT_PASSED
    if row.is_brief:
        return reasons.NOT_ASKED
    return reasons.NOT_COUNTED if row.plan is None or row.plan else reasons.REST_DAY


def _heads(read: Callable[[Heads], Number]) -> Callable[[Row], Figure]:
    return _of_heads(lambda heads: Figure(read(heads), _questions(heads)))


def _questions(heads: Heads) -> tuple[Say, ...]:
    return (reasons.OPEN_QUESTIONS,) if heads.questions else ()


def _has_no_mass(good: Amount) -> bool:
    return good.pieces == good.unweighed != 0 and not good.grams


def _mass(good: Amount) -> Figure:
    if _has_no_mass(good):
        return unknown(reasons.NO_MASS)
    return Figure(good.grams, (reasons.UNWEIGHED,) if good.unweighed else ())


def _value(good: Amount) -> Figure:
    if not good.yuan and _has_no_mass(good):
        return unknown(reasons.NO_MASS)
    if not good.yuan and good.grams == good.unpriced != 0:
        return unknown(reasons.NO_PRICE)
    return Figure(good.yuan, (reasons.PARTLY_PRICED,) if good.unpriced or good.unweighed else ())


def _ratio(part: int, whole: int, zero: Say, *why: Say) -> Figure:
    """Return a ratio that should not be above 1, and is told to be when it is."""
    if whole <= 0:
        return unknown(zero)
    found = Figure(Fraction(part, whole), why)
    return found.noted(reasons.ABOVE_ONE) if part > whole else found


def _known_time(sums: Sums) -> tuple[Say, ...]:
    return (reasons.UNKNOWN_TIME,) if sums.unknown else ()


def _quality(sums: Sums) -> Figure:
    return _ratio(sums.gq, sums.pq, reasons.NOTHING_MADE)


def _availability(sums: Sums) -> Figure:
    return _ratio(sums.apt, sums.pbt - sums.unknown, reasons.NO_BUSY_TIME, *_known_time(sums))


def _effectiveness(sums: Sums) -> Figure:
    if not sums.ideal and sums.unrated > 0:
        return unknown(reasons.NO_SPEED)
    return _ratio(
        sums.ideal, sums.apt, reasons.NOT_RUN, *((reasons.PARTLY_RATED,) if sums.unrated > 0 else ())
    )


def _oee(sums: Sums) -> Figure:
    """Return availability x effectiveness x quality, in which the production time cancels out."""
    if not sums.ideal and sums.unrated > 0:
        return unknown(reasons.NO_SPEED)
    busy = sums.pbt - sums.unknown
    if busy <= 0:
        return unknown(reasons.NO_BUSY_TIME)
    if sums.pq <= 0:
        return unknown(reasons.NOTHING_MADE)
    why = (*_known_time(sums), *((reasons.PARTLY_RATED,) if sums.unrated > 0 else ()))
    found = Figure(Fraction(sums.ideal, busy) * Fraction(sums.gq, sums.pq), why)
    return found.noted(reasons.ABOVE_ONE) if sums.faults else found


def _mean(part: int, times: int) -> Figure:
    return Figure(Fraction(part, times)) if times > 0 else unknown(reasons.NO_FAILURE)


def _cost(heads: Heads) -> Figure:
    return unknown(reasons.NO_WAGES) if heads.cost is None else Figure(heads.cost, _questions(heads))


def plan(row: Row) -> Figure:
    """Return the plan, g."""
    return unknown(reasons.NO_PLAN) if row.plan is None else Figure(row.plan)


def completion(row: Row) -> Figure:
    """Return output of the plan."""
    return share(output(row), plan(row), reasons.ZERO_PLAN)


def ahead(row: Row) -> Figure:
    """Return how much more was made than planned, g."""
    made, planned = output(row), plan(row)
    if made.exact is None or planned.exact is None:
        return unknown(*(made.why if made.exact is None else planned.why))
    return Figure(made.exact - planned.exact, made.why)


def completeness(row: Row) -> Figure:
    """Return how much of the time that has passed was heard of."""
    if row.watched is None:
        return unknown(reasons.NOT_WATCHED)
    return _ratio(*row.watched, reasons.NOT_PASSED)


def per_head(row: Row) -> Figure:
    """Return output by heads present, g."""
    return share(output(row), present(row), reasons.NOBODY_PRESENT)


def per_hour(row: Row) -> Figure:
    """Return output by hours worked, g."""
    return share(output(row), hours(row), reasons.NOBODY_PRESENT)


def cost_per_mass(row: Row) -> Figure:
    """Return labour cost of output, yuan in a g."""
    return share(cost(row), output(row), reasons.NO_OUTPUT)


output = _of_good(_mass)
"""g."""
value = _of_good(_value)
"""Yuan."""
pieces = _of_good(lambda good: Figure(good.pieces))
reject = _of_sums(lambda sums: Figure(sums.sq))
quality = _of_sums(_quality)
availability = _of_sums(_availability)
effectiveness = _of_sums(_effectiveness)
oee = _of_sums(_oee)
busy_time = _of_sums(lambda sums: Figure(sums.pbt))
"""ms."""
run_time = _of_sums(lambda sums: Figure(sums.apt))
"""ms."""
down_time = _of_sums(lambda sums: Figure(sums.adot))
"""ms."""
stops = _of_sums(lambda sums: Figure(sums.stops))
mtbf = _of_sums(lambda sums: _mean(sums.apt, sums.failures))
"""ms of production by failures; the standard divides by one more."""
mttr = _of_sums(lambda sums: _mean(sums.adot, sums.failures))
"""ms of down time by failures."""
planned_heads = _heads(lambda heads: heads.planned)
present = _heads(lambda heads: heads.present)
late = _heads(lambda heads: heads.late)
absent = _heads(lambda heads: heads.absent)
leave = _heads(lambda heads: heads.leave)
hours = _heads(lambda heads: heads.hours)
cost = _of_heads(_cost)
attendance_rate = _of_heads(
    lambda heads: share(
        Figure(heads.present, _questions(heads)), Figure(heads.planned), reasons.NOBODY_PLANNED
    )
)


def change(now: Figure, then: Figure) -> Figure:
    """Return by what part of what it was then something is more now."""
    before = then.exact
    if now.exact is None or before is None:
        return unknown(*(then.why if before is None else now.why))
    if before <= 0:
        return unknown(reasons.NOTHING_BEFORE)
    return Figure((now.exact - before) / before, then.why).noted(*now.why)


def doubtful(row: Row) -> Figure:
    """Return how many bookings are doubtful."""
    return unknown(reasons.NOT_ASKED) if row.doubtful is None else Figure(row.doubtful)
