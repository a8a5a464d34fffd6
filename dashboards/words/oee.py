"""Words of OEE and losses."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "设备综合效率与损失",
    "OEE and losses",
    "ISO 22400-2 的可用率、性能率、合格率与 OEE，以及计划时间损失在什么上。都由时间与件数之和算出。",
    "Availability, effectiveness, quality ratio and OEE of ISO 22400-2, and what planned time was lost to. All from sums.",
)
OEE = caption(
    "设备综合效率",
    "OEE",
    "可用率 × 性能率 × 合格率；所选设备、班次与时间的合计，不是平均值。",
    "Availability × effectiveness × quality of the machines, shifts and time chosen together, never an average.",
)
AVAILABILITY = caption(
    "可用率",
    "Availability",
    "实际生产时间 ÷ 状态已知的计划时间。",
    "Production time ÷ planned busy time in which the state is known.",
)
EFFECTIVENESS = caption(
    "性能率",
    "Effectiveness",
    "额定速度下应需时间 ÷ 实际生产时间。大于 100 % 说明额定速度、计数器或时钟有误，从不截断。",
    "Time at the rated speed ÷ production time. Above 100 % a rated speed, a counter or a clock is wrong; it is never cut.",
)
QUALITY = caption("合格率", "Quality ratio", "合格件数 ÷ 总件数。", "Good pieces ÷ all pieces.")
NEE = caption(
    "净效率",
    "Net effectiveness",
    "不惩罚换产时间的 OEE。",
    "OEE that does not punish setup.",
)
UNKNOWN = caption(
    "状态未知",
    "State unknown",
    "计划时间中无人知道设备在做什么的部分；其余比率不含这段时间。",
    "The part of the planned time in which nobody knows what the machine did; the other ratios leave it out.",
)
MACHINES = caption(
    "各设备",
    "Machine by machine",
    "每台设备的比率与可靠性。MTBF、MTTR 按失效次数算；没有失效就没有数值。",
    "Ratios and reliability of each machine. MTBF and MTTR by failures; none without one.",
)
HOURLY = caption(
    "每小时 OEE",
    "OEE each hour",
    "没有计划时间的小时没有数值。",
    "An hour without planned time has none.",
)
DAILY = caption(
    "每生产日 OEE",
    "OEE each production day",
    "从生产日开始时刻起算的一天。",
    "Days that begin when the production day does.",
)
PARETO = caption(
    "损失类别",
    "Losses by category",
    "所选时间内损失的计划时间，每种类别合计。",
    "Planned time lost in the time shown, by category.",
)
TOP = caption(
    "损失清单",
    "Losses in full",
    "设备、类别、原因码、等待的设备；停机次数与其中的短停。人工改过的原因已计入。",
    "By machine, category, reason and the machine waited for; stops, and the short ones of them. Reasons that people corrected are in.",
)
OVER_TIME = caption(
    "每小时损失",
    "Losses each hour",
    "各类别损失的计划时间。",
    "Planned time lost, by category.",
)
ENERGY = caption(
    "能耗",
    "Energy",
    "电表设备在所选时间内的用电量。",
    "Electricity by the meters, in the time shown.",
)
MTBF = Text("MTBF", "MTBF")
MTTR = Text("MTTR", "MTTR")
FAILURES = Text("失效次数", "Failures")
