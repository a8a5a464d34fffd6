"""Pictures as native charts over the numbers that they show, which are a sheet of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from edge.reports.document import Chart, Document, Picture, Series
from edge.reports.forms.workbook.looks import SOFT, Looks, Sheet, as_text, on_paper, width
from edge.reports.pictures import palette

MakeChart = Callable[[dict[str, str]], Any]
"""A workbook's own maker of charts."""
WIDTH, HEIGHT = 700, 350
"""Of a chart, in pixels; `_HIGH` and `_WIDE` are its cells."""
_HIGH, _WIDE = 19, 11
_TOP = 3
_MANY = 40
"""Places of which not every one is named."""
_NAMED = 12
BAND = "P10–P90"
_FAN = {"p10": 0, "band": 1}
_BARS = frozenset({"made", "oee"})
_SECOND = frozenset({"heads", "cumulative"})
_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "made": palette.MADE,
        "oee": palette.MADE,
        "plan": palette.QUIET,
        "target": palette.TARGET,
        "cumulative": palette.TARGET,
        "heads": palette.INK,
        "p50": palette.MADE,
        "availability": "#1f7a57",
        "effectiveness": "#7b5ea7",
        "quality": "#b07408",
    }
)
_MARKERS: Mapping[str, str] = MappingProxyType(
    {"plan": "long_dash", "availability": "triangle", "effectiveness": "square", "quality": "circle"}
)
_DASHES: Mapping[str, str] = MappingProxyType({"plan": "dash", "target": "long_dash_dot", "p50": "round_dot"})


@dataclass(frozen=True, slots=True)
class Block:
    """Where the numbers of a picture stand: headings in `top`, places in the first column, series in `columns`."""

    sheet: str
    top: int
    bottom: int
    columns: Mapping[str, int]

    def series(self, key: str) -> dict[str, Any]:
        """Return how a chart refers to a series; its name is a cell, since a name in the chart itself may run."""
        at = self.columns[key]
        return {
            "name": [self.sheet, self.top, at],
            "categories": [self.sheet, self.top + 1, 0, self.bottom, 0],
            "values": [self.sheet, self.top + 1, at, self.bottom, at],
        }


def numbers(
    sheet: Sheet, looks: Looks, document: Document, pictures: list[Picture], name: str
) -> list[Block]:
    """Write the numbers of all pictures one below the other; what nobody knows is an empty cell, which no chart draws as 0."""
    looks.write(sheet, 0, 0, document.words.get("alternative", ""), bold=True, font_size=14)
    looks.write(sheet, 1, 0, f"{document.title} · {document.subtitle}", font_color=palette.QUIET)
    row, blocks = _TOP, []
    for picture in pictures:
        blocks.append(_numbers(sheet, looks, picture, row, name))
        row = blocks[-1].bottom + 2
    widest = max((width(one) for picture in pictures for one in picture.places), default=0)
    sheet.set_column(0, 0, min(max(widest, 12), 40) + 2)
    sheet.set_column(1, 8, 14)
    sheet.freeze_panes(2, 1)
    on_paper(sheet, f"{document.title} · {document.subtitle}")
    return blocks


def _numbers(sheet: Sheet, looks: Looks, picture: Picture, row: int, name: str) -> Block:
    looks.write(sheet, row, 0, picture.title, bold=True)
    top = row + 1
    every = {_key(series, at): series for at, series in enumerate(picture.series)}
    if {"p10", "p90"} <= every.keys():
        every["band"] = Series("band", BAND, _between(every["p10"], every["p90"]))
    columns = {key: at for at, key in enumerate(every, 1)}
    head = {"bold": True, "bg_color": SOFT, "text_wrap": True}
    looks.write(sheet, top, 0, "", **head)
    for key, series in every.items():
        unit = picture.unit2 if series.role in _SECOND else picture.unit
        label = f"{series.label} ({unit})" if unit else series.label
        looks.write(sheet, top, columns[key], label, align="right", **head)
    look = looks.get(num_format="#,##0.00", align="right")
    for at, place in enumerate(picture.places, top + 1):
        looks.write(sheet, at, 0, place)
        for key, series in every.items():
            value = series.values[at - top - 1]
            if value is not None:
                sheet.write_number(at, columns[key], value, look)
    return Block(name, top, top + max(len(picture.places), 1), columns)


def _key(series: Series, at: int) -> str:
    """Return the role of a series; a state's category says nothing more than that it is the first."""
    return series.role if series.role in _COLOURS or series.role in {"p10", "p90"} else f"{series.role}{at}"


def _between(low: Series, high: Series) -> tuple[float | None, ...]:
    return tuple(
        None if one is None or other is None else other - one
        for one, other in zip(low.values, high.values, strict=True)
    )


def draw(
    sheet: Sheet, looks: Looks, document: Document, charts: list[tuple[Picture, Block]], make: MakeChart
) -> None:
    """Draw the charts two beside one another."""
    looks.write(sheet, 0, 0, document.words.get("pictures", ""), bold=True, font_size=14)
    looks.write(sheet, 1, 0, f"{document.title} · {document.subtitle}", font_color=palette.QUIET)
    for at, (picture, block) in enumerate(charts):
        chart = _curve(block, make) if picture.chart is Chart.YEAR_CURVE else _bars(picture, block, make)
        chart.set_title(
            {"name": [block.sheet, block.top - 1, 0], "name_font": {"size": 12}, "overlay": False}
        )
        _axes(chart, picture)
        chart.set_legend({"position": "bottom", **_unnamed(block)})
        chart.set_size({"width": WIDTH, "height": HEIGHT})
        told = as_text(picture.alternative)
        sheet.insert_chart(
            _TOP + at // 2 * _HIGH, at % 2 * _WIDE, chart, {"description": told, "object_position": 2}
        )
    on_paper(sheet, f"{document.title} · {document.subtitle}")


def _unnamed(block: Block) -> dict[str, list[int]]:
    """Return which series the legend leaves out: what the fan stands on."""
    return {"delete_series": [0]} if "band" in block.columns else {}


def _axes(chart: Any, picture: Picture) -> None:
    every = max(1, len(picture.places) // _NAMED) if len(picture.places) > _MANY else 1
    lying = picture.chart is Chart.GIVEAWAY
    places = {
        "num_font": {"size": 8},
        "interval_unit": every,
        "interval_tick": every,
        "label_position": "low",
        "line": {"color": palette.QUIET},
        # The first of what lies is at the top, and the values stay below.
        **({"reverse": True} if lying else {}),
    }
    values = {
        "name": picture.unit,
        "num_format": "#,##0.0" if lying else "#,##0",
        "num_font": {"size": 8},
        "name_font": {"size": 9, "bold": False},
        "major_gridlines": {"visible": True, "line": {"color": palette.GRID}},
        "line": {"none": True},
        # What is given away may be less than nothing.
        **({"label_position": "high"} if lying else {"min": 0}),
    }
    chart.set_x_axis(values if lying else places)
    chart.set_y_axis(places if lying else values)


def _curve(block: Block, make: MakeChart) -> Any:
    lines = make({"type": "line"})
    for key in block.columns:
        if key in _FAN or key == "p90":
            continue
        width_of = 2.25 if key == "made" else 1.25
        line = {"color": _COLOURS.get(key, palette.QUIET), "width": width_of}
        lines.add_series(
            {**block.series(key), "line": line | ({"dash_type": _DASHES[key]} if key in _DASHES else {})}
        )
    if "band" not in block.columns:
        return lines
    fan = make({"type": "area", "subtype": "stacked"})
    for key in _FAN:
        fill = {"color": palette.PALE} if key == "band" else {"none": True}
        fan.add_series({**block.series(key), "fill": fill, "line": {"none": True}})
    fan.combine(lines)
    return fan


def _bars(picture: Picture, block: Block, make: MakeChart) -> Any:
    first = next(iter(block.columns), "")
    bars = make({"type": "bar" if picture.chart is Chart.GIVEAWAY else "column"})
    lines = make({"type": "line"})
    drawn = 0
    for key in block.columns:
        colour = _COLOURS.get(key, palette.MADE)
        if key in _BARS or (key == first and key not in _COLOURS):
            bars.add_series({**block.series(key), "fill": {"color": colour}, "gap": 60})
            continue
        marker = {
            "type": _MARKERS.get(key, "circle"),
            "size": 7,
            "fill": {"color": colour},
            "border": {"color": colour},
        }
        only_marks = key in _MARKERS
        lines.add_series(
            {
                **block.series(key),
                "line": {"none": True} if only_marks else {"color": colour, "width": 1.5},
                "marker": marker,
                "y2_axis": key in _SECOND,
            }
        )
        drawn += 1
    if drawn:
        bars.combine(lines)
        if _SECOND & block.columns.keys():
            lines.set_y2_axis({"min": 0, "num_format": "#,##0", "num_font": {"size": 8}, **_hundred(block)})
    return bars


def _hundred(block: Block) -> dict[str, int]:
    return {"max": 100} if "cumulative" in block.columns else {}
