"""The words of the short line for the phone."""

from __future__ import annotations

from edge.reports.compose.say import Say

COMMA = Say("，", ", ")
OUTPUT = Say("产量{made}", "output {made}")
PLAN = Say("（计划{plan}，{share}）", " (plan {plan}, {share})")
PLAN_ONLY = Say("（计划{plan}）", " (plan {plan})")
YEAR = Say("年累计{made}", "year {made}")
YEAR_PLAN = Say("完成{share}（计划{plan}）", "{share} done (planned {plan})")
HEADS = Say("出勤{present}/{planned}", "present {present}/{planned}")
VALUE = Say("产值{value}", "value {value}")
OEE = Say("OEE {oee}", "OEE {oee}")
OUTLOOK = Say(
    "预计全年{expected}（{low}–{high}），达标概率{probability}",
    "expected year {expected} ({low}–{high}), probability of the target {probability}",
)
INCOMPLETE = Say("⚠ {what}", "⚠ {what}")
FUTURE = Say("尚未开始", "not begun")
NOT_OVER = Say("未结束，截至{time}", "not over, until {time}")
CUT_OFF = Say("数据只到{time}", "data end at {time}")
HEARD = Say("数据完整率{share}", "data {share} complete")
GAPS = Say("断线补记{mass}", "{mass} booked after gaps")
MARKS = Say("存疑{count}条", "doubtful bookings: {count}")
UNKNOWN = Say("产品未知{pieces}", "{pieces} of unknown product")
QUESTIONS = Say("出勤待确认{count}处", "open questions of attendance: {count}")
CHANGED = Say("更正{count}处", "corrections: {count}")
