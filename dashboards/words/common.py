"""Words that several dashboards use: variables, headings, states, units."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.text import Text
from edge.model.packml import Category

DATASOURCE = Text("数据源", "Data source")
SITE = Text("工厂", "Site")
LINE = Text("产线", "Line")
DEVICE = Text("设备", "Device")
NODE = Text("边缘节点", "Node")
SHIFT = Text("班次", "Shift")
VESSEL = Text("罐/池", "Vessel")
POINT = Text("测点", "Point")
TEAM = Text("班组", "Team")
KIND = Text("用工", "Employment")
TODAY = Text("本生产日", "This production day")
NO_DATA = Text("无数据", "No data")
FOLDER = Text("酸椒产线", "Chili line")

TIME = Text("时间", "Time")
STATE = Text("状态", "State")
REASON = Text("原因码", "Reason")
CAUSE = Text("在等", "Waits for")
PRODUCT = Text("产品", "Product")
SPEED = Text("速度", "Speed")
GOOD = Text("合格", "Good")
REJECT = Text("次品", "Rejects")
PIECES = Text("件数", "Pieces")
JIN_HEADING = Text("斤", "Jin")
PLANNED = Text("应到", "Planned")
PRESENT = Text("实到", "Present")
LATE = Text("迟到", "Late")
ABSENT = Text("缺勤", "Absent")
LEAVE = Text("请假", "On leave")
HOURS = Text("工时", "Hours")
COST = Text("人工费", "Labour cost")
LOST = Text("损失", "Lost")
STOPS = Text("停机次数", "Stops")
MICRO = Text("其中短停", "Of these short")
CATEGORY = Text("类别", "Category")
ACTUAL = Text("实际", "Actual")
PLAN = Text("计划", "Plan")
TARGET = Text("目标", "Target")
VALUE = Text("数值", "Value")
AVAILABILITY = Text("可用率", "Availability")
EFFECTIVENESS = Text("性能率", "Effectiveness")
QUALITY = Text("合格率", "Quality ratio")
OEE = Text("设备综合效率", "OEE")

JIN = Text("suffix: 斤", "suffix: jin")
WAN_JIN = Text("suffix: 万斤", "suffix: ×10k jin")
PIECE = Text("suffix: 件", "suffix: pcs")
PER_MINUTE = Text("suffix: 件/分", "suffix: pcs/min")
HEADS = Text("suffix: 人", "suffix: people")
YUAN = Text("suffix: 元", "suffix: yuan")
WAN_YUAN = Text("suffix: 万元", "suffix: ×10k yuan")
TIMES = Text("suffix: 次", "suffix: times")
POINTS = Text("suffix: 点", "suffix: points")
HOUR = Text("suffix: 小时", "suffix: h")

DETAILS_OF_DEVICE = Text("此设备的效率与损失", "OEE and losses of this device")
HEALTH_OF_NODE = Text("此节点的健康", "Health of this node")
LINE_OF_SITE = Text("打开产线总览", "Open its line overview")
TANKS = Text("打开工艺数据", "Open process values")
PEOPLE = Text("打开出勤", "Open attendance")
CURVE = Text("打开年度曲线", "Open the year's curve")
LOSSES = Text("打开效率与损失", "Open OEE and losses")

CATEGORIES: Mapping[Category, Text] = {
    Category.RUNNING: Text("运行", "Running"),
    Category.WAITING: Text("等待", "Waiting"),
    Category.HELD: Text("保持", "Held"),
    Category.SETUP: Text("准备", "Setup"),
    Category.IDLE: Text("空闲", "Idle"),
    Category.DOWN: Text("停机", "Down"),
    Category.PLANNED: Text("计划停", "Planned stop"),
    Category.ONLINE: Text("在线", "Online"),
    Category.OFFLINE: Text("离线", "Offline"),
}
"""Each time class, as people call it."""
