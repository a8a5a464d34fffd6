"""`production` and `ledger`: throughput, OEE and losses, the doubtful entries, and people's corrections of them."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_configuration, with_language
from edge.clock import SystemClock
from edge.errors import ConfigurationError

if TYPE_CHECKING:
    from edge.config.settings import Settings
    from edge.historian.base import Historian
    from edge.model.plant import Device

    _Ask = Callable[[Settings, Historian], AsyncIterator[str]]

_WINDOWS = ("minute", "hour", "shift", "day", "sku", "batch")
_CUTS = {"output": _WINDOWS, "oee": ("shift", "sku"), "losses": (), "balance": ()}
"""What may be asked, and what it can be cut by."""


def add_to(commands: Commands) -> None:
    """Add these commands."""
    production = commands.add_parser(
        "production",
        help="throughput, OEE, losses and balance of production days",
        description="Ask the historian what was made, at what rate, and what stopped it.",
    )
    production.add_argument("figure", choices=tuple(_CUTS))
    _with_days(production)
    production.add_argument(
        "--by",
        choices=_WINDOWS,
        help="of output: minute, hour, shift, day, sku, batch (day); of oee: shift, sku",
    )
    production.add_argument("--device", help="this one only; losses need one")
    production.set_defaults(run=_production)
    ledger = commands.add_parser("ledger", help="doubtful entries, and corrections")
    actions = ledger.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    show = actions.add_parser(
        "show", help="list the marked entries of production days, and those across gaps"
    )
    _with_days(show)
    show.add_argument("--device", help="this one only")
    show.set_defaults(run=_show)
    correct = actions.add_parser(
        "correct",
        help="add an entry for what a counter missed or counted too much",
        description="Nothing in the ledger is ever changed: a correction is an entry of its own, with who, when and"
        " why, and every sum follows it.",
    )
    correct.add_argument("device")
    correct.add_argument("counter", choices=["good", "total", "reject", "infeed"])
    correct.add_argument("pieces", type=values.pieces, help="that it missed; negative for too many")
    with_configuration(correct)
    correct.add_argument(
        "--at", type=values.moment, required=True, help="local time that it is of, as in 2026-09-15T14:30"
    )
    correct.add_argument("--sku", help="product (default: what the counter counted last before that time)")
    correct.add_argument("--who", type=values.words, required=True, help="name of the person who says so")
    correct.add_argument("--why", type=values.words, required=True)
    correct.set_defaults(run=_correct)
    explain = actions.add_parser(
        "explain",
        help="say what a stop was, when the PLC did not know",
        description="Moves lost time from one stop reason to another, by entries of their own.",
    )
    explain.add_argument("device")
    explain.add_argument("reason", type=values.number, help="the right one, as in the map")
    with_configuration(explain)
    explain.add_argument("--from", dest="begin", type=values.moment, required=True, help="local time")
    explain.add_argument("--to", dest="end", type=values.moment, required=True, help="local time")
    explain.add_argument("--was", type=values.number, default=0, help="that it was booked to (0: none)")
    explain.add_argument("--who", type=values.words, required=True, help="name of the person who says so")
    explain.add_argument("--why", type=values.words, required=True)
    explain.set_defaults(run=_explain)


def _with_days(parser: argparse.ArgumentParser) -> None:
    with_configuration(parser)
    with_language(parser)
    parser.add_argument(
        "--date", type=values.day, help="first production day, e.g. 2026-09-15 (default: the current one)"
    )
    parser.add_argument("--days", type=values.history_days, default=1, help="how many (1)")


def _production(arguments: argparse.Namespace) -> int:
    async def ask(settings: Settings, historian: Historian) -> AsyncIterator[str]:
        from edge.production import oee, tables, throughput

        if arguments.by not in (None, *_CUTS[arguments.figure]):
            known = ", ".join(_CUTS[arguments.figure]) or "nothing"
            raise ConfigurationError(f"--by: {arguments.figure} goes by {known}, not by {arguments.by}")
        plant, (start, stop) = settings.plant, _span(settings, arguments)
        device = _device(settings, arguments.device) if arguments.device else None
        where = {"device": device.key} if device else {}
        if arguments.figure == "oee":
            by = ("device", arguments.by) if arguments.by else ("device",)
            lines: Iterator[str] = tables.oee_lines(
                await oee.sums(historian, plant, start, stop, by, where), by, arguments.lang
            )
        elif arguments.figure == "losses":
            if device is None:
                raise ConfigurationError("--device: whose losses?")
            names = {number: reason.name for number, reason in device.states.reasons.items()}
            lines = tables.loss_lines(
                await oee.top_losses(historian, plant, start, stop, device.key), names, arguments.lang
            )
        elif arguments.figure == "balance":
            balances = await throughput.balances(historian, plant, start, stop)
            lines = chain(
                tables.balance_lines(balances, arguments.lang),
                tables.link_lines(throughput.links(plant.routes, balances), arguments.lang),
            )
        else:
            head = arguments.by or "day"
            rows = await throughput.table(historian, plant, start, stop, head)
            made = {} if device else await throughput.routes(historian, plant, start, stop)
            shown = [row for row in rows if device is None or row[1] == device.key]
            lines = chain(
                tables.output_lines(shown, head, arguments.lang), tables.route_lines(made, arguments.lang)
            )
        for line in lines:
            yield line

    return _print(arguments, ask)


def _show(arguments: argparse.Namespace) -> int:
    async def ask(settings: Settings, historian: Historian) -> AsyncIterator[str]:
        from edge.production import entries, tables

        start, stop = _span(settings, arguments)
        device = _device(settings, arguments.device).key if arguments.device else None
        found = await entries.doubtful(historian, settings.plant, start, stop, device)
        for line in tables.entry_lines(found, settings.plant.calendar.zone, arguments.lang):
            yield line

    return _print(arguments, ask)


def _correct(arguments: argparse.Namespace) -> int:
    async def ask(settings: Settings, historian: Historian) -> AsyncIterator[str]:
        from edge.inquiry import commit_entries
        from edge.model.tag import CounterRole
        from edge.production import entries

        plant, counter = settings.plant, CounterRole(arguments.counter)
        device, now = _device(settings, arguments.device), SystemClock().now()
        at = _instant(settings, arguments.at)
        if at > now:
            raise ConfigurationError(f"--at: is still to come (given: {arguments.at})")
        sku = arguments.sku
        if sku is None:
            sku = await entries.product_at(historian, plant, device.key, counter, at)
        correction = entries.Correction(
            device, counter, sku, arguments.pieces, at, arguments.who, arguments.why, now
        )
        stamp = await entries.free_stamp(historian, plant, correction)
        await commit_entries(settings, entries.lines(correction, stamp, plant))
        yield f"booked {correction.n:+,} pieces of {sku or 'an unknown product'} to {device.key} {counter} at {arguments.at}"

    return _print(arguments, ask)


def _explain(arguments: argparse.Namespace) -> int:
    async def ask(settings: Settings, historian: Historian) -> AsyncIterator[str]:
        from edge.inquiry import commit_entries
        from edge.production.explanations import Explanation, lines

        device, now = _device(settings, arguments.device), SystemClock().now()
        known = device.states.reasons
        if arguments.reason not in known:
            named = ", ".join(map(str, known)) or "none"
            raise ConfigurationError(
                f"ledger: {device.key} has no reason {arguments.reason}; it has: {named}"
            )
        begin, end = (_instant(settings, moment) for moment in (arguments.begin, arguments.end))
        if not begin < end <= now:
            raise ConfigurationError("--to: comes after --from, and is not still to come")
        said = Explanation(
            device.key, begin, end, arguments.was, arguments.reason, arguments.who, arguments.why, now
        )
        points = await lines(historian, settings.plant, said)
        if points:
            await commit_entries(settings, points)
        moved = "nothing was" if not points else "time was moved from what was"
        yield f"{moved} lost to reason {arguments.was} then"

    return _print(arguments, ask)


def _instant(settings: Settings, moment: datetime) -> int:
    """Return a time as people type it, ns UTC."""
    from edge.model.calendar import to_ns

    return to_ns(moment if moment.tzinfo else moment.replace(tzinfo=settings.plant.calendar.zone))


def _print(arguments: argparse.Namespace, ask: _Ask) -> int:
    from edge.config.settings import load
    from edge.host import open_historian

    async def run() -> None:
        settings = load(arguments.config)
        async with open_historian(settings, read_only=True) as historian:
            async for line in ask(settings, historian):
                print(line)

    asyncio.run(run())
    return DONE


def _span(settings: Settings, arguments: argparse.Namespace) -> tuple[int, int]:
    """Return the production days that were asked for, ns UTC."""
    calendar = settings.plant.calendar
    first = arguments.date or calendar.production_day(SystemClock().now())
    last = first + timedelta(days=arguments.days - 1)
    return calendar.day_span(first)[0], calendar.day_span(last)[1]


def _device(settings: Settings, key: str) -> Device:
    found = {device.key: device for device in settings.plant.devices}
    if key not in found:
        raise ConfigurationError(f"there is no device {key}; there are: {', '.join(found)}")
    return found[key]
