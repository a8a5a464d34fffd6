"""Words of the node's health."""

from __future__ import annotations

from dashboards.text import Text, caption

BOARD = caption(
    "边缘健康",
    "Edge health",
    "数据是否还在来：轮询滞后、发件箱、积压、丢弃与设备应答。",
    "Whether data still come: poll lag, outbox, backlog, what was dropped, and which devices answer.",
)
LAST_WORD = caption(
    "最近一次心跳",
    "Last heartbeat",
    "每个节点最近一次报告自身健康的时间（正常每十秒一次）。",
    "When each node last told its health (each ten seconds).",
)
LAG = caption(
    "轮询滞后",
    "Poll lag",
    "最近两分钟内，读取开始得比计划晚了多久（最大值）。",
    "How late a reading began at most, in the last two minutes.",
)
OLDEST = caption(
    "最老的积压",
    "Oldest that waits",
    "发件箱中最老一批等了多久。持续增长说明主机或网络断开。",
    "Age of the oldest batch in the outbox. One that grows says that the host or the network is away.",
)
HOURS_LEFT = caption(
    "还能离线",
    "Outage it can bear",
    "按现在的速度，发件箱还能存多少小时。",
    "Hours for which the outbox has room at the pace of now.",
)
PERCENT = caption("发件箱占用", "Outbox used", "已用 ÷ 允许的空间。", "Used ÷ allowed.")
DROPPED = caption(
    "丢弃的点",
    "Points dropped",
    "自发件箱建立以来丢弃的点；只有趋势点会被丢弃，计数从不丢弃。",
    "Since the outbox began. Only raw trends are ever dropped; what is counted never is.",
)
UNACCOUNTED = caption(
    "去向不明的点",
    "Points unaccounted for",
    "应始终为 0：取得 = 已确认 + 丢弃 + 等待。",
    "Always 0: acquired = acknowledged + dropped + waiting.",
)
LAG_OVER_TIME = caption(
    "轮询滞后曲线",
    "Poll lag over time",
    "每个节点；空白表示节点没有说话。",
    "Each node; empty where it said nothing.",
)
PENDING = caption(
    "等待确认的点", "Points that wait", "尚未被主机确认存储的点。", "Not acknowledged as stored yet."
)
FLOW = caption(
    "取得与确认",
    "Acquired and acknowledged",
    "每秒取得与被确认的点；两线应当重合。",
    "Points each second; the two lines should be one.",
)
FAULTS = caption(
    "读取故障",
    "Faults of reading",
    "跳过的读取、没有应答的提问、不成应答的应答（每分钟新增）。",
    "Readings skipped, questions without an answer, answers that were none: new ones each minute.",
)
BAD = caption(
    "坏值",
    "Bad values",
    "每分钟新增的质量不良的值。",
    "Values of bad quality, new ones each minute.",
)
DEVICES = caption(
    "设备应答",
    "Devices that answer",
    "每台设备的状态；灰色为离线（PLC 不应答），空白为没有数据。",
    "Each device's state; grey is offline (its PLC does not answer), empty is no data.",
)
OFFLINE = caption(
    "离线次数",
    "Times offline",
    "所选时间内每台设备报告离线的次数（每十秒一次）。没有柱子就是没有离线过。",
    "How often each device was told offline, each ten seconds, in the time shown. No bar is never.",
)
ELSEWHERE = caption(
    "死信与主机指标",
    "Dead letters, and the host's own figures",
    """数据库里没有的、由主机和节点的 Prometheus 端口（`health:`）提供：

| 指标 | 含义 |
|---|---|
| `chili_edge_dead_letters` | 没人肯存的行；`chili-edge dead-letters list` 可逐条查看、重放 |
| `chili_edge_points_dropped_total{reason}` | 按原因的丢弃；`chili-edge outbox status` |
| `chili_edge_commit_retries_total` | 数据库不可用的次数 |""",
    """What is not in the database, the Prometheus ports of host and node (`health:`) tell:

| metric | meaning |
|---|---|
| `chili_edge_dead_letters` | lines that nobody stores; `chili-edge dead-letters list` shows and replays them |
| `chili_edge_points_dropped_total{reason}` | what was dropped, by reason; `chili-edge outbox status` |
| `chili_edge_commit_retries_total` | times that the database was away |""",
)
ACQUIRED = Text("取得", "Acquired")
ACKNOWLEDGED = Text("已确认", "Acknowledged")
MISSED = Text("跳过", "Skipped")
TIMEOUTS = Text("超时", "Timeouts")
STRAYS = Text("错答", "Strays")
