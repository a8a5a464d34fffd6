"""Words of the line overview."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "产线总览",
    "Line overview",
    "挂墙大屏：产线是否在运行、停在哪台设备、当日与本班是否达到计划、谁没有到岗。由 python -m dashboards 生成，请勿手改。",
    "Wall screen: does the line run, what stopped it, are day and shift on plan, who is missing. Written by python -m dashboards.",
)
ROUTES = caption(
    "产线现在",
    "The line now",
    "每条路线以其瓶颈设备为准。只看最近两分钟：没有消息就是灰色，不会把旧状态当作现在。",
    "Each route by its bottleneck, of the last two minutes only: without news it is grey, and nothing old is shown as now.",
)
TODAY = caption(
    "今日产量",
    "Made today",
    "本生产日（默认 07:00 起）的合格品，由边缘节点按计数器累计，凌晨三点看也属于前一天的生产日。",
    "Good product of the production day (from 07:00), as the node counts it; at three in the morning it is still the day before.",
)
TODAY_SHARE = caption(
    "今日完成",
    "Day's plan done",
    "今日产量 ÷ 全天计划。100 % 表示完成全天计划。",
    "Made today ÷ the plan of the whole day; 100 % is all of it.",
)
SHIFTS = caption(
    "各班进度",
    "Shifts against plan",
    "每班合格品 ÷ 已过去的计划时间应产的量；100 % 为按计划。尚未开始的班没有数值。更新间隔约五分钟。",
    "Good product of each shift ÷ what its planned time so far asks for; 100 % is on plan. Shifts to come have none. Told each five minutes.",
)
AHEAD = caption(
    "全年比计划",
    "Year against plan",
    "全年累计减去到此刻的计划：正数超前，负数落后。",
    "Made this year less what the plan asks for by now: positive is ahead.",
)
YEAR = caption(
    "全年累计",
    "Made this year",
    "本生产年的合格品；目标以配置为准。",
    "Good product of the production year; the target is the configuration's.",
)
YEAR_SHARE = caption(
    "全年完成率", "Year's target done", "全年累计 ÷ 全年目标。", "Made this year ÷ the year's target."
)
PEOPLE = caption(
    "在岗",
    "People present",
    "各班次最近十分钟报告的实到人数与应到人数；不含任何个人信息。",
    "Heads present and planned, as told in the last ten minutes; never a person.",
)
LAST_WORD = caption(
    "最近一次数据",
    "Last word",
    "边缘节点最近一次说话的时间。很久以前就是断线：其余面板此时为灰色。",
    "When the node last said anything. Long ago means that it is cut off: the other panels are grey then.",
)
STATES = caption(
    "设备状态",
    "States of the machines",
    "每台设备的状态；空白表示没有数据，不是上一个状态的延续。点开可看此设备的损失。",
    "Each machine's state; empty is no data, and not the state before drawn on. A click leads to its losses.",
)
NOW = caption(
    "现在停在哪里",
    "What stands, and why",
    "最近两分钟内每台设备的状态、PLC 停机原因码，以及缺料/堵料时它在等哪一台。",
    "Each machine in the last two minutes: its state, the PLC's stop reason, and which machine it waits for.",
)
STOPS = caption(
    "停机清单",
    "Stops",
    "所选时间内的每次停机：从何时起、多久、为什么、在等哪一台；仍在停的为红色。新的在前。",
    "Each stop in the time shown: since when, for how long, why, and what it waited for; red while it is on. The newest first.",
)
SPEED = caption(
    "速度",
    "Speed",
    "设备自报的速度；离线时没有曲线。",
    "As the machines tell it; none while they are offline.",
)
PIECES = caption(
    "每小时合格与次品",
    "Good and rejects each hour",
    "按小时累计的件数。断线后补记的件数记在恢复的那一小时，见“断线补记”。",
    "Pieces of each hour. What was made while nobody read is booked to the hour in which reading resumed.",
)
TEMPERATURES = caption(
    "杀菌温度（关键限值）",
    "Pasteurisation (critical limits)",
    "各温区与中心温度；虚线为限值。读数不良的时段没有曲线。",
    "Zones and core; the dashed line is the limit. Bad readings are a gap.",
)
MISSING = caption(
    "谁没有到岗",
    "Who is missing",
    "每个班次与班组最近一次统计的应到、实到、缺勤人数；三人以上的组，不含任何个人信息。",
    "Planned, present and absent of each shift and team by their newest count; groups of three and more, never a person.",
)
GAPS = caption(
    "断线补记",
    "Booked across gaps",
    "断线后一次记入的合格品：数量准确，但产出时刻不明。",
    "Good product booked at once after a gap: how much is certain, when is not.",
)
RESUMED = Text("恢复时间", "Read again")
LENGTH = Text("断线时长", "Gap")
BEGAN = Text("停于", "Stopped at")
TOOK = Text("时长", "Took")
STILL = Text("仍在停", "Still on")
