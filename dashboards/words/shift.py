"""Words of the shift."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "班次",
    "Shift",
    "本生产日每个班的产量、进度、效率与损失。右上角的班次链接把时间跳到该班最近一次，任何时刻都正确。",
    "Output, progress, OEE and losses of each shift of the production day. The links at the top jump to a shift's newest span.",
)
MADE = caption(
    "{shift}：产量",
    "{shift}: made",
    "此班的合格品，按节点五分钟一次的班次汇总；手工更正不在其中。",
    "Good product of the shift by the node's sums of five minutes; corrections by hand are not in them.",
)
EXPECTED = caption(
    "{shift}：此刻应产",
    "{shift}: due by now",
    "全天计划按计划时间均摊，乘以此班已过去的计划时间。",
    "The day's plan, spread evenly over its planned time, for the planned time of the shift that has passed.",
)
PACE = caption(
    "{shift}：进度",
    "{shift}: pace",
    "产量 ÷ 此刻应产；100 % 为按计划。",
    "Made ÷ due by now; 100 % is on plan.",
)
OEE = caption(
    "{shift}：设备综合效率",
    "{shift}: OEE",
    "灌装设备合计的 ISO 22400 OEE，由时间与件数之和算出，不是平均值。",
    "ISO 22400 OEE of all fillers together, from sums of times and pieces, never an average.",
)
HEADS = caption(
    "{shift}：出勤",
    "{shift}: people",
    "此班最近一次统计的实到与应到人数。",
    "Heads present and planned by the newest count of the shift.",
)
STATES = caption(
    "设备状态",
    "States of the machines",
    "空白表示没有数据。",
    "Empty is no data.",
)
LOSSES = caption(
    "停在什么上",
    "What time was lost to",
    "所选班次内损失的计划时间，按类别、原因码与等待的设备；多的在前。",
    "Planned time lost in the shifts chosen, by category, reason and the machine waited for; the most first.",
)
OUTPUT = caption(
    "每小时产量",
    "Output each hour",
    "按小时累计的合格品重量，按产品分色。产品未知的件数没有重量。",
    "Weight of good product each hour, by product. Pieces of an unknown product have no weight.",
)
QUALITY = caption(
    "次品",
    "Rejects",
    "每台设备在所选班次内剔除的件数。",
    "Pieces that each machine rejected in the shifts chosen.",
)
DOUBT = caption(
    "存疑与更正",
    "In doubt, and corrections",
    "带标记的入账：清零、跳变、换品、更正等；何人何故。",
    "Marked entries: resets, jumps, changes of product, corrections; who and why.",
)
MARK = Text("标记", "Mark")
COUNTER = Text("计数器", "Counter")
WHO = Text("何人", "Who")
WHY = Text("何故", "Why")
