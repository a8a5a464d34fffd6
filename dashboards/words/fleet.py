"""Words of the fleet."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "多线多厂",
    "Fleet",
    "所有工厂与产线一屏：谁在运行、谁落后、哪个节点失联。",
    "All sites and lines on one screen: which run, which are behind, which node is cut off.",
)
ROUTES = caption(
    "各线现在",
    "Lines now",
    "每条路线的状态，最近两分钟；没有消息就是灰色。",
    "Each route's state in the last two minutes; grey without news.",
)
TODAY = caption(
    "各厂今日",
    "Sites today",
    "每个工厂本生产日的完成率：产量 ÷ 全天计划。",
    "Each site's production day: made ÷ the plan of the whole day.",
)
YEAR = caption("各厂全年", "Sites this year", "全年累计 ÷ 全年目标。", "Made this year ÷ the target.")
NODES = caption(
    "各节点",
    "Nodes",
    "所选时间内每个节点最近一次心跳、滞后、积压与还能离线的小时数。",
    "Last heartbeat of each node in the time shown, its lag, what waits, and the outage that it can bear.",
)
SEEN = caption(
    "各节点最近一次心跳",
    "Last heartbeat of each node",
    "很久以前就是断线。",
    "Long ago is cut off.",
)
OUTPUT = caption(
    "各线每小时产量",
    "Output of the lines each hour",
    "每条产线每小时的合格品重量。",
    "Good product of each line, by the hour.",
)
OEE = caption(
    "各线效率",
    "OEE of the lines",
    "每条产线全部灌装设备合计的 ISO 22400 OEE。",
    "ISO 22400 OEE of all fillers of each line together.",
)
STATES = caption(
    "各路线状态",
    "States of the routes",
    "空白表示没有数据。",
    "Empty is no data.",
)
LAG = caption("轮询滞后", "Poll lag", "每个节点；空白为没有数据。", "Each node; empty is no data.")
LAG_HEADING = Text("滞后", "Lag")
PENDING = Text("等待", "Waiting")
OLDEST = Text("最老", "Oldest")
LEFT = Text("还能离线", "Outage left")
