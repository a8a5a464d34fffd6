"""Pictures: only numbers, all of them, and in words for who cannot see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from edge.reports.compose import compose
from edge.reports.document import Chart, Picture, Series
from edge.reports.report import Report
from edge.reports.style import Style
from tests.unit.reports import samples
from tests.unit.reports.sample_bookings import DAY


def picture(report: Report, chart: Chart, style: Style = Style()) -> Picture:  # noqa: B008 - frozen
    """Return a chart of a report."""
    return next(one for one in compose(report, style).pictures if one.chart is chart)


def series(found: Picture, role: str) -> Series:
    """Return a series of a chart."""
    return next(one for one in found.series if one.role == role)


def test_a_day_has_every_picture() -> None:
    """All seven, in the order of reading."""
    assert [one.chart for one in compose(samples.day(), Style()).pictures] == list(Chart)


def test_the_year_goes_on_from_where_it_is() -> None:
    """The forecast begins at what was made, ends at its quantiles, and goes as the plan goes."""
    report = samples.day()
    found = picture(report, Chart.YEAR_CURVE)
    today = (DAY - date(2026, 1, 1)).days
    made, middle = series(found, "made").values, series(found, "p50").values
    assert made[today] == middle[today]
    assert made[today + 1] is None
    assert middle[today - 1] is None
    outlook = report.outlook
    assert outlook is not None
    for role, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        end = series(found, role).values[-1]
        assert end == pytest.approx(outlook.mass.outlook.quantile(share) / 5_000_000, abs=1e-6)
    assert set(series(found, "target").values) == {1_000.0}
    assert "预计年底 1,018.08万斤，P10–P90：1,008.03万斤–1,028.28万斤。" in found.alternative


def test_bars_have_their_plan() -> None:
    """Days against plan; of many the extremes are told, and how many reached it."""
    found = picture(samples.month(), Chart.OUTPUT_BARS, Style("en", "t"))
    assert found.unit == "t"
    assert len(found.places) == 30
    assert sum(value or 0 for value in series(found, "made").values) == pytest.approx(625.708, abs=0.001)
    assert found.alternative.endswith("18 of 26 with a plan reached it.")


def test_a_strip_covers_its_day() -> None:
    """Bands from one side to the other, hours along it, and each colour has a name."""
    found = picture(samples.day(), Chart.STATE_STRIP)
    assert found.places[0] == "07"
    assert len(found.places) == 24
    _, bands = found.rows[0]
    assert (bands[0].begin, bands[-1].end) == (0.0, 1.0)
    assert all(before.end == after.begin for before, after in pairwise(bands))
    assert {band.role for _, every in found.rows for band in every} == {role for role, _ in found.legend}
    assert "桶装线：无数据 24.0小时" in found.alternative


def test_losses_cumulate_to_all() -> None:
    """The line over the bars ends at 100 %."""
    found = picture(samples.day(), Chart.LOSS_PARETO)
    assert series(found, "cumulative").values[-1] == 100.0
    assert "袋装线 A 横封温度低" in found.alternative


def test_oee_of_machines_that_were_heard_of() -> None:
    """In percent, each part of it; the one without data has no bars."""
    found = picture(samples.day(), Chart.OEE_BARS)
    assert found.places == ("罐装线", "袋装线 A", "袋装线 B", "大包装线")
    assert series(found, "oee").values[0] == pytest.approx(58.0, abs=0.05)
    assert [one.role for one in found.series] == ["availability", "effectiveness", "quality", "oee"]


def test_people_beside_output() -> None:
    """Two axes: what was made, and the heads that made it."""
    found = picture(samples.day(), Chart.ATTENDANCE)
    assert series(found, "heads").values == (55.0, 48.0, 8.0)
    assert (found.unit, found.unit2) == ("斤", "人次")


def test_giveaway_of_what_was_weighed() -> None:
    """In percent of the nominal weight, by product."""
    found = picture(samples.day(), Chart.GIVEAWAY)
    assert found.places == ("酸椒 280g", "酸椒 200g")
    assert series(found, "made").values == (1.114286, 0.74)


def test_what_is_not_known_is_not_drawn() -> None:
    """Nothing to see is no picture, and a day that is not known is a hole, not a zero."""
    assert compose(samples.unwatched(), Style()).pictures == ()
    made = series(picture(samples.year(), Chart.OUTPUT_BARS), "made").values
    assert made[9:] == (None, None, None)
    bare = replace(samples.day(), curve=(), strips=(), losses=(), weights=())
    assert len(compose(bare, Style()).pictures) == 3
