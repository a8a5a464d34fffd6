"""Words of the process values."""

from __future__ import annotations

from dashboards.text import caption

BOARD = caption(
    "工艺数据",
    "Process values",
    "杀菌机与发酵罐的过程值与限值；坏值是缺口，不会连成线。",
    "Pasteurisers and fermentation with their limits; bad readings are gaps and no line crosses them.",
)
HOLD = caption(
    "保温区最低（CCP 4）",
    "Hold zone, lowest (CCP 4)",
    "最近十分钟内保温区（3 区）的最低温度；低于限值为红色。",
    "The lowest of zone 3 in the last ten minutes; red below the limit.",
)
CORE = caption(
    "中心温度",
    "Core temperature",
    "最近十分钟内包装中心温度的最新值。",
    "The newest of the last ten minutes.",
)
STEAM = caption("蒸汽压力", "Steam pressure", "最近十分钟内的最新值。", "The newest of the last ten minutes.")
ACID = caption(
    "酸度超限的罐",
    "Vessels above the pH limit",
    "最近十分钟内 pH 高于内控限值的罐与池：发酵中的罐属正常，但不得出料。",
    "Tanks and pits above the plant's pH limit in the last ten minutes: normal while they ferment, but nothing is drawn from them.",
)
ZONES = caption(
    "杀菌温度",
    "Pasteurisation temperatures",
    "各温区与中心温度；横线为保温区限值。",
    "Zones and core; the line is the hold zone's limit.",
)
BELT = caption(
    "输送带速度",
    "Belt speed",
    "带速决定停留时间。",
    "It decides how long packs stay.",
)
PRESSURE = caption(
    "蒸汽压力曲线", "Steam pressure over time", "杀菌用蒸汽的压力。", "Steam of the pasteurisers."
)
PH = caption(
    "pH",
    "pH",
    "所选罐与池；横线为目标与内控限值（法定 4.6）。",
    "Vessels chosen; the lines are the target and the plant's limit (4.6 by law).",
)
TEMPERATURE = caption("温度", "Temperature", "所选罐与池。", "Vessels chosen.")
SALT = caption(
    "盐度", "Salt", "所选罐与池；横线为工艺范围。", "Vessels chosen; the lines are the recipe's range."
)
TOTAL_ACID = caption(
    "总酸",
    "Total acid",
    "所选罐；池没有酸度测点。横线为放行下限。",
    "Tanks chosen; pits have no such point. The line is the least for release.",
)
LEVEL = caption("液位", "Level", "最近十分钟内的最新值。", "The newest of the last ten minutes.")
POINT = caption(
    "任意测点",
    "Any point",
    "上方选择的设备与测点；量纲见 PLC 对照表。",
    "The device and point chosen above; its unit is in the PLC map.",
)
BAD = caption(
    "坏值",
    "Bad readings",
    "每小时质量不良的读数，按设备。没有柱子就是没有坏值。",
    "Readings of bad quality each hour, by machine. No bar is none.",
)
