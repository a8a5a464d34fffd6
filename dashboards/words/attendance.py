"""Words of attendance."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "出勤",
    "Attendance",
    "每班应到、实到、迟到、缺勤、请假与工时，只有三人以上的组；姓名只在边缘节点上。",
    "Planned, present, late, absent, on leave and hours of each shift, groups of three and more only; names stay on the node.",
)
NOW = caption(
    "现在在岗",
    "Present now",
    "最近十分钟报告的各班实到与应到人数。",
    "Heads present and planned of the shifts that are on, told in the last ten minutes.",
)
RATE = caption(
    "出勤率",
    "Attendance rate",
    "所选时间内各班最近一次统计的实到 ÷ 应到。",
    "Present ÷ planned, by the newest count of each shift in the time shown.",
)
ABSENT = caption(
    "缺勤",
    "Absent",
    "应到未到、没有请假的人数，各班合计。",
    "Planned, neither here nor on leave; all shifts.",
)
LATE = caption(
    "迟到", "Late", "超过宽限时间到岗的人数，各班合计。", "Here after the grace was over; all shifts."
)
HOURS = caption("工时", "Hours worked", "各班合计的工作时间。", "Of all shifts together.")
COST = caption(
    "人工费",
    "Labour cost",
    "工时乘以工资；没有配置工资时为空。",
    "Hours by wages; empty where no wages are configured.",
)
GROUPS = caption(
    "各班次、班组",
    "By shift and team",
    "每组最近一次统计。小组并入“other”，所以不能据此认出个人。",
    "The newest count of each group. Small groups are part of “other”, so that nobody can be told apart.",
)
OVER_TIME = caption(
    "在岗人数",
    "Heads over time",
    "每班的实到人数随时间的变化；空白表示没有统计。",
    "Heads present of each shift; empty where nobody counted.",
)
BY_DAY = caption(
    "每日出勤",
    "Attendance by day",
    "每个生产日每班的实到人数（当日最大值之和，按班组统计）。",
    "Heads present on each production day: the most of each group, added up by shift.",
)
TERMINALS = caption(
    "考勤机",
    "Terminals",
    "节点收到的打卡数与不认识的工号数（自启动起）。工号未知的打卡要由主管处理。",
    "Punches that nodes took, and those of unknown numbers, since they started. The supervisor settles the unknown ones.",
)
PUNCHES = Text("打卡", "Punches")
UNKNOWN = Text("未知工号", "Unknown numbers")
