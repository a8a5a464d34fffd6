"""The numbers of a picture for who cannot see it."""

from __future__ import annotations

from edge.reports.document import Band, Chart, Picture, Series
from edge.reports.forms.picture_table import picture_table


def test_a_line_for_each_place() -> None:
    """Units stand in headings; what nobody knows is a dash; small numbers have decimals."""
    series = (
        Series("made", "实际", (1234.5, None)),
        Series("heads", "人数", (3.0, 0.0)),
        Series("p50", "x", (0.5, 2.0)),
    )
    found = picture_table(Picture(Chart.ATTENDANCE, "t", "a", ("一", "二"), "斤", series, "人"))
    assert found.headings == ("", "实际 (斤)", "人数 (人)", "x (斤)")
    assert found.rows == (("一", "1,235", "3", "0.50"), ("二", "—", "0", "2.00"))


def test_a_strip_says_how_long_each_state_was() -> None:
    """As a part of the whole time, by machine."""
    rows = (("罐装线", (Band(0, 0.25, "running"), Band(0.25, 0.5, ""), Band(0.5, 1, "running"))),)
    legend = (("running", "运行"), ("", "无数据"))
    found = picture_table(Picture(Chart.STATE_STRIP, "t", "a", ("07",), "", rows=rows, legend=legend))
    assert found.headings == ("", "运行", "无数据")
    assert found.rows == (("罐装线", "75.0%", "25.0%"),)
