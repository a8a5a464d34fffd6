"""Words of the year to ten million jin."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "一年一千万斤",
    "Year to ten million jin",
    "全年累计、计划曲线与年终预测：会不会达到目标，有多大把握。",
    "Made so far, the plan's curve, and how the year will end: is the target reached, and how certain is it.",
)
ACTUAL = caption("全年累计", "Made this year", "本生产年的合格品。", "Good product of the production year.")
SHARE = caption("完成率", "Target done", "全年累计 ÷ 全年目标。", "Made this year ÷ the target.")
AHEAD = caption(
    "比计划",
    "Against plan",
    "全年累计减去到此刻的计划。",
    "Made this year less what the plan asks for by now.",
)
PROBABILITY = caption(
    "达到目标的概率",
    "Chance of the target",
    "由主机每个生产日计算一次；没有主机时为空。",
    "The host's, once each production day; empty without a host.",
)
P10 = caption(
    "年终 P10", "Year's end, P10", "只有 10 % 的可能低于此数。", "One chance in ten that it is less."
)
P50 = caption("年终 P50", "Year's end, P50", "一半可能高、一半可能低。", "As likely more as less.")
P90 = caption(
    "年终 P90", "Year's end, P90", "只有 10 % 的可能高于此数。", "One chance in ten that it is more."
)
REQUIRED = caption(
    "每天还需",
    "Required each day",
    "其余计划日平均每天要完成的量。",
    "What each planned day to come must bring.",
)
VALUE = caption("全年产值", "Value this year", "到本生产日开始。", "Up to the start of this production day.")
VALUE_P50 = caption(
    "年终产值 P50", "Value at year's end, P50", "产值的年终预测。", "How the year will end, in yuan."
)
VALUE_CHANCE = caption(
    "产值达标概率", "Chance of the value", "产值达到目标的概率。", "Of reaching the year's value."
)
PROVISIONAL = caption(
    "日历是否暂定",
    "Calendar provisional",
    "当年节假日安排尚未公布时为“暂定”。",
    "Whether the year's holidays are not published yet.",
)
CURVE = caption(
    "累计与计划",
    "Made and planned",
    "每个生产日末的累计与计划，以及全年目标。未来的计划不在数据库里，曲线到今天为止。",
    "Made and planned by the end of each production day, and the target. The plan to come is not in the database: it ends today.",
)
FORECAST = caption(
    "年终预测的变化",
    "The forecast, day by day",
    "每个生产日所作的年终预测 P10、P50、P90 与目标：带越窄，越有把握。",
    "How each day saw the end of the year: the narrower, the more certain.",
)
DAILY = caption(
    "每日产量与计划",
    "Each day against its plan",
    "每个生产日的合格品与当日计划。",
    "Good product of each production day, and its plan.",
)
PRODUCTS = caption(
    "各产品",
    "By product",
    "所选时间内每种产品的合格品重量，含手工更正。",
    "Weight of good product in the time shown, corrections included.",
)
YES = Text("暂定", "Provisional")
NO = Text("已公布", "Published")
