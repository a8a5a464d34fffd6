"""The year's standing and the back-test as lines of text, Chinese or English. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction

from edge.model.work_days import DayKind, Origin, WorkDays
from edge.target.backtest import Score, Trial
from edge.target.standing import Pace, Standing, Year

_WAN_JIN_G = 5_000_000
_WAN = 10_000
_ZH = {
    "head": "{year} 年，截至 {day} 开始前",
    "mass": "产量",
    "value": "产值",
    "unit_mass": "万斤",
    "unit_value": "万元",
    "made": "{what} {made} {unit}，完成 {completion}（目标 {goal}），计划 {plan}，进度指数 {index}，差额 {gap}",
    "baseline": "  按最初计划应为 {baseline}",
    "left": "  剩余 {days} 个生产日，每日需 {required}（为计划的 {pressure}）：{pace}",
    "end": "  预计全年 P10 {p10}，P50 {p50}，P90 {p90}；达标概率 {probability}",
    "cap": "原料上限：全年至多 {cap} 万斤；现有原料约可用 {days} 天",
    "unpriced": "未计价 {mass} 万斤：产品未知或没有价格",
    "provisional": "{year} 年放假安排尚未公布：生产日按法定节假日推算，为暂定",
    Pace.GREEN: "正常",
    Pace.AMBER: "偏紧",
    Pace.RED: "难以完成",
    "months": "月末预测（每月过 1、2、3 周时）",
    "years": "年末预测（每月末）",
    "none": "还没有完结的月份可供检验",
    "score": "{what}：{trials} 次，WAPE {wape}（直线外推 {straight}，按生产日外推 {rate}），P10–P90 覆盖 {coverage}",
    "trial": "  {day}  P10 {p10}  P50 {p50}  P90 {p90}  实际 {actual}  {hit}",
    "hit": "在区间内",
    "miss": "在区间外",
}
_EN = {
    "head": "{year}, before the start of {day}",
    "mass": "output",
    "value": "value",
    "unit_mass": "万 jin",
    "unit_value": "万 yuan",
    "made": "{what} {made} {unit}, {completion} of the target {goal}; plan {plan}, schedule index {index}, gap {gap}",
    "baseline": "  the plan before its revisions: {baseline}",
    "left": "  {days} production days are left, {required} needed on each ({pressure} of the plan): {pace}",
    "end": "  expected year P10 {p10}, P50 {p50}, P90 {p90}; probability of the target {probability}",
    "cap": "raw stock allows {cap} 万 jin in the year at most; it lasts about {days} days",
    "unpriced": "{mass} 万 jin are in no value: unknown product, or no price",
    "provisional": "the holidays of {year} are not published: production days go by the law alone and are provisional",
    Pace.GREEN: "as planned",
    Pace.AMBER: "tight",
    Pace.RED: "hardly possible",
    "months": "month's end (asked after 1, 2 and 3 weeks)",
    "years": "year's end (asked at each month's end)",
    "none": "no month is over that could be looked at",
    "score": "{what}: {trials} forecasts, WAPE {wape} (straight line {straight}, by production days {rate}),"
    " P10–P90 covers {coverage}",
    "trial": "  {day}  P10 {p10}  P50 {p50}  P90 {p90}  actual {actual}  {hit}",
    "hit": "covered",
    "miss": "not covered",
}
WORDS: dict[str, dict[str, str]] = {"zh": _ZH, "en": _EN}
"""The sentences by language; braces are filled with numbers that are text already."""
KINDS: dict[str, dict[str, str]] = {
    "zh": {
        DayKind.WORK: "上班",
        DayKind.REST: "休息",
        DayKind.STATUTORY: "法定节假日",
        Origin.OWN: "本厂",
        Origin.PUBLISHED: "国务院",
        Origin.RULE: "推算，暂定",
        "days": "{year} 年 {days} 个生产日，各月：{months}",
        **{f"day_{number}": f"周{name}" for number, name in enumerate("一二三四五六日")},
    },
    "en": {
        DayKind.WORK: "work",
        DayKind.REST: "rest",
        DayKind.STATUTORY: "statutory holiday",
        Origin.OWN: "our own",
        Origin.PUBLISHED: "published",
        Origin.RULE: "by rule, provisional",
        "days": "{year}: {days} production days, by month: {months}",
        **{
            f"day_{number}": name
            for number, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
        },
    },
}
"""What days are and who says so, by language."""


def year_lines(year: Year, goal_year: int, language: str) -> Iterator[str]:
    """Yield the lines that say how a year stands."""
    words = WORDS[language]
    yield words["head"].format(year=goal_year, day=year.day)
    yield from _standing_lines(year.mass, "mass", _WAN_JIN_G, words)
    if year.value is not None:
        yield from _standing_lines(year.value, "value", _WAN, words)
    if year.cap is not None:
        days = "—" if year.stock_days is None else str(year.stock_days)
        yield words["cap"].format(cap=_amount(year.cap, _WAN_JIN_G), days=days)
    if year.unpriced:
        yield words["unpriced"].format(mass=_amount(year.unpriced, _WAN_JIN_G))
    if year.provisional:
        yield words["provisional"].format(year=goal_year)


def _standing_lines(standing: Standing, what: str, size: int, words: dict[str, str]) -> Iterator[str]:
    yield words["made"].format(
        what=words[what],
        unit=words[f"unit_{what}"],
        made=_amount(standing.made, size),
        completion=_percent(standing.completion),
        goal=_amount(standing.goal, size),
        plan=_amount(standing.plan, size),
        index=_ratio(standing.schedule_index),
        gap=f"{float((standing.made - standing.plan) / size):+,.2f}",
    )
    if standing.baseline != standing.plan:
        yield words["baseline"].format(baseline=_amount(standing.baseline, size))
    if standing.required is not None:
        yield words["left"].format(
            days=standing.days_left,
            required=_amount(standing.required, size),
            pressure=_percent(standing.pressure),
            pace=words[standing.pace],
        )
    yield words["end"].format(
        **{f"p{share}": _amount(standing.outlook.quantile(share / 100), size) for share in (10, 50, 90)},
        probability=_percent(standing.probability),
    )


def score_lines(what: str, trials: Sequence[Trial], score: Score | None, language: str) -> Iterator[str]:
    """Yield each forecast of the past with what came of it, and what they come to."""
    words = WORDS[language]
    if score is None:
        return
    yield words["score"].format(
        what=words[what],
        trials=score.trials,
        wape=_percent(score.wape),
        straight=_percent(score.straight_wape),
        rate=_percent(score.rate_wape),
        coverage=_percent(score.coverage),
    )
    for trial in trials:
        amounts = {
            name: _amount(getattr(trial, name), _WAN_JIN_G) for name in ("p10", "p50", "p90", "actual")
        }
        hit = words["hit" if trial.is_covered else "miss"]
        yield words["trial"].format(day=trial.day, hit=hit, **amounts)


def calendar_lines(work_days: WorkDays, year: int, language: str) -> Iterator[str]:
    """Yield the working days of a year by month, and each day that is not as its weekday."""
    kinds = KINDS[language]
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    months = [sum(work_days.works(day) for day in days if day.month == month) for month in range(1, 13)]
    yield kinds["days"].format(year=year, days=sum(months), months=" ".join(map(str, months)))
    if work_days.is_provisional(year):
        yield WORDS[language]["provisional"].format(year=year)
    for day in days:
        known = work_days.day(day)
        if known.origin is not Origin.WEEK:
            yield f"{day} {kinds[f'day_{day.weekday()}']}  {kinds[known.kind]}  {known.name}  ({kinds[known.origin]})"


def _amount(amount: Fraction | int, size: int) -> str:
    return f"{float(Fraction(amount) / size):,.2f}"


def _ratio(ratio: Fraction | None) -> str:
    return "—" if ratio is None else f"{float(ratio):.3f}"


def _percent(ratio: Fraction | float | None) -> str:
    return "—" if ratio is None else f"{float(ratio) * 100:.1f}%"
