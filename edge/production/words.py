"""The words of the tables in Chinese, by the English ones."""

from __future__ import annotations

_CHINESE = {
    "nothing": "无",
    "device": "设备",
    "shift": "班次",
    "sku": "产品",
    "product": "产品",
    "day": "生产日",
    "hour": "小时",
    "minute": "分钟",
    "batch": "批次",
    "avail.": "可用率",
    "effect.": "性能率",
    "quality": "合格率",
    "pieces": "件数",
    "planned h": "计划 h",
    "unknown h": "未知 h",
    "good": "合格",
    "jin": "斤",
    "pcs/min": "件/分",
    "jin/min": "斤/分",
    "lost to": "损失类别",
    "reason": "原因",
    "waits for": "等待",
    "h": "h",
    "stops": "停机次数",
    "micro": "短停次数",
    "infeed": "进料",
    "total": "总数",
    "reject": "剔除",
    "missing": "差额",
    "yield": "得率",
    "booked to": "记账时间",
    "counter": "计数器",
    "mark": "标记",
    "gap": "间隔",
    "who and why": "何人何故",
    "held": "停机",
    "down": "故障",
    "setup": "换产",
    "waiting": "等待",
    "idle": "待机",
    "planned": "计划停机",
    "offline": "离线",
    "online": "在线",
    "reset": "清零",
    "jump": "跳变",
    "ambiguous": "存疑",
    "backwards": "倒退",
    "clock": "时钟",
    "sku_change": "换品",
    "correction": "更正",
    "route {route}: {pieces:,} pieces, {jin:,.1f} jin": "路线 {route}：{pieces:,} 件，{jin:,.1f} 斤",
    "energy of these: {kwh:,.1f} kWh/t of good product": "合计能耗：每吨合格品 {kwh:,.1f} kWh",
    "{feeders} → {machine}: {given:,} given, {taken:,} taken, {between:+,} between": (
        "{feeders} → {machine}：交出 {given:,}，接收 {taken:,}，其间 {between:+,}"
    ),
    "{whose}: {ratio} is above 100 %: a rated speed, a counter or a clock is wrong": (
        "{whose}：{ratio}超过 100 %：额定速度、计数器或时钟有误"
    ),
    "effectiveness": "性能率",
    "availability": "可用率",
}


def said(text: str, language: str, **values: object) -> str:
    """Return a word or a sentence in a language, with its values; one that has no Chinese stays as it is."""
    found = _CHINESE.get(text, text) if language == "zh" else text
    return found.format(**values) if values else found
