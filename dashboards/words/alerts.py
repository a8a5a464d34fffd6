"""Words of the alert rules: what is the matter, and what to do first. `{{ }}` is filled in by Grafana."""

from __future__ import annotations

from dashboards.text import Text, caption

GROUP = Text("酸椒产线告警", "Chili line alerts")
STOPPED = caption(
    "灌装停机超过十分钟",
    "Filler stopped for ten minutes",
    "{{ $labels.line }} 的 {{ $labels.device }} 在计划时间内已停超过十分钟。请看“产线总览”的原因与等待设备。",
    "{{ $labels.device }} of {{ $labels.line }} has stood for ten minutes of planned time. See the line overview for the reason.",
)
NO_DATA = caption(
    "没有数据",
    "No data",
    "节点 {{ $labels.node }} 已超过五分钟没有心跳：查看电源、网络与 chili-edge doctor。",
    "Node {{ $labels.node }} has said nothing for five minutes: look at power, network and chili-edge doctor.",
)
OFFLINE = caption(
    "设备不应答",
    "A device does not answer",
    "{{ $labels.device }} 已离线十分钟：查看 PLC 电源与网线。",
    "{{ $labels.device }} has been offline for ten minutes: look at the PLC's power and cable.",
)
BEHIND = caption(
    "落后于计划",
    "Behind plan",
    "{{ $labels.site }} 最近一个班（八小时）的产量不足计划时间应产的 {percent} %。",
    "{{ $labels.site }} made less in the last shift's length (8 h) than {percent} % of what its planned time asks for.",
)
AGEING = caption(
    "发件箱积压",
    "The outbox ages",
    "节点 {{ $labels.node }} 的最老数据已等了 15 分钟以上：主机或网络断开。数据仍在节点上，没有丢。",
    "Data of node {{ $labels.node }} have waited for 15 minutes: the host or the network is away. They are safe on the node.",
)
FILLING = caption(
    "发件箱快满",
    "The outbox fills up",
    "节点 {{ $labels.node }} 只能再离线不到 24 小时。",
    "Node {{ $labels.node }} has room for less than 24 hours of outage.",
)
HOLD = caption(
    "杀菌温度低于限值（CCP 4）",
    "Pasteurisation below its limit (CCP 4)",
    "{{ $labels.device }} 运行中而保温区连续三分钟低于 {limit} °C：停止进料，扣留上次合格以来的产品。",
    "{{ $labels.device }} runs and its hold zone has been below {limit} °C for three minutes: stop feeding, hold packs since last good.",
)
CORE = caption(
    "中心温度低于限值（CCP 4）",
    "Core temperature below its limit (CCP 4)",
    "{{ $labels.device }} 运行中而中心温度连续三分钟低于 {limit} °C：停止进料，扣留上次合格以来的产品。",
    "{{ $labels.device }} runs and the core has been below {limit} °C for three minutes: stop feeding, hold packs since last good.",
)
