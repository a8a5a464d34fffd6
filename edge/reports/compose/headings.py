"""What tables, columns, figures and pictures are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from edge.model.packml import Category
from edge.reports.compose.say import Say
from edge.reports.report import Kind, Part

TITLES: Mapping[Kind, Say] = MappingProxyType(
    {
        Kind.DAY: Say("生产日报", "Daily production report"),
        Kind.WEEK: Say("生产周报", "Weekly production report"),
        Kind.MONTH: Say("生产月报", "Monthly production report"),
        Kind.SEASON: Say("生产季报", "Quarterly production report"),
        Kind.YEAR: Say("生产年报", "Annual production report"),
        Kind.RANGE: Say("生产报表", "Production report"),
    }
)
THIS: Mapping[Kind, Say] = MappingProxyType(
    {
        Kind.DAY: Say("当日", "Day"),
        Kind.WEEK: Say("本周", "Week"),
        Kind.MONTH: Say("本月", "Month"),
        Kind.SEASON: Say("本季", "Quarter"),
        Kind.YEAR: Say("本年", "Year"),
        Kind.RANGE: Say("本期", "Period"),
    }
)
OUTPUTS: Mapping[Kind, Say] = MappingProxyType(
    {
        Kind.DAY: Say("当日产量", "Output of the day"),
        Kind.WEEK: Say("本周产量", "Output of the week"),
        Kind.MONTH: Say("本月产量", "Output of the month"),
        Kind.SEASON: Say("本季产量", "Output of the quarter"),
        Kind.YEAR: Say("本年产量", "Output of the year"),
        Kind.RANGE: Say("本期产量", "Output of the period"),
    }
)
BEFORE: Mapping[Kind, Say] = MappingProxyType(
    {
        Kind.DAY: Say("前一日（环比）", "Day before"),
        Kind.WEEK: Say("上周（环比）", "Week before"),
        Kind.MONTH: Say("上月（环比）", "Month before"),
        Kind.SEASON: Say("上季（环比）", "Quarter before"),
        Kind.YEAR: Say("上年（环比）", "Year before"),
        Kind.RANGE: Say("上期（环比）", "Period before"),
    }
)
LAST_YEAR = Say("去年同期（同比）", "Same period last year")
MONTH_SO_FAR = Say("当月累计", "Month so far")
YEAR_SO_FAR = Say("当年累计", "Year so far")
TOTAL = Say("合计", "Total")

PARTS: Mapping[Part, Say] = MappingProxyType(
    {
        Part.PERIOD: Say("时段", "Period"),
        Part.MACHINE: Say("设备", "Machine"),
        Part.PRODUCT: Say("产品", "Product"),
        Part.SHIFT: Say("班次", "Shift"),
        Part.TEAM: Say("班组", "Team"),
    }
)
BY: Mapping[Part, Say] = MappingProxyType(
    {
        Part.PERIOD: Say("分时段", "By period"),
        Part.MACHINE: Say("分设备", "By machine"),
        Part.PRODUCT: Say("分产品", "By product"),
        Part.SHIFT: Say("分班次", "By shift"),
        Part.TEAM: Say("分班组", "By team"),
    }
)
DAY = Say("日期", "Day")
MONTH = Say("月份", "Month")
BY_DAY = Say("逐日", "By day")
BY_MONTH = Say("逐月", "By month")
CUMULATIVE = Say("累计", "Cumulative")
COMPARISON = Say("同比、环比", "Comparison")
LOSSES = Say("停机与损失（前 {top}）", "Losses (top {top})")
UTILITIES = Say("能耗与投料", "Energy, water and raw product")
WEIGHTS = Say("净含量", "Net content")
SOURCES = Say("数据完整率", "Data completeness")
DOUBTS = Say("存疑记录", "Doubtful bookings")
CORRECTIONS = Say("更正", "Corrections")
SUMS = Say("原始合计", "Raw sums")

PLAN = Say("计划", "Plan")
ACTUAL = Say("实际产量", "Output")
COMPLETION = Say("完成率", "Completion")
AHEAD = Say("较计划 ±", "Against plan")
GOOD = Say("合格", "Good")
REJECT = Say("不良", "Reject")
QUALITY = Say("合格率", "Quality")
ATTENDANCE_PLANNED = Say("应出勤", "Planned heads")
ATTENDANCE_PRESENT = Say("实出勤", "Present")
ATTENDANCE_RATE = Say("出勤率", "Attendance")
LATE = Say("迟到", "Late")
ABSENT = Say("缺勤", "Absent")
LEAVE = Say("请假", "On leave")
LABOUR = Say("出勤工时", "Hours worked")
PER_HEAD = Say("人均产量", "Output a head")
PER_HOUR = Say("工时产量", "Output an hour")
COST = Say("人工成本", "Labour cost")
COST_PER_MASS = Say("单位人工成本", "Labour cost per unit")
RUN_TIME = Say("运行时间", "Run time")
STOPS = Say("停机次数", "Stops")
STOP_TIME = Say("停机时长", "Down time")
BUSY_TIME = Say("计划时间", "Planned busy time")
AVAILABILITY = Say("时间开动率", "Availability")
EFFECTIVENESS = Say("性能效率", "Effectiveness")
OEE = Say("OEE", "OEE")
MTBF = Say("MTBF", "MTBF")
MTTR = Say("MTTR", "MTTR")
COMPLETENESS = Say("数据完整率", "Completeness")
DOUBTFUL = Say("存疑", "Doubtful")
VALUE = Say("产值", "Value")
SHARE = Say("占比", "Share")
VALUE_SHARE = Say("产值占比", "Share of value")
RANK = Say("序号", "Rank")
CATEGORY = Say("类别", "Category")
REASON = Say("原因", "Reason")
CAUSE = Say("受制于", "Waited for")
LOST = Say("损失时间", "Lost time")
CUMULATIVE_SHARE = Say("累计占比", "Cumulative")
MICRO = Say("其中短停", "Short ones")
ELECTRICITY = Say("电", "Electricity")
STEAM = Say("汽", "Steam")
WATER = Say("水", "Water")
ELECTRICITY_PER_TONNE = Say("电单耗", "Electricity per t")
STEAM_PER_TONNE = Say("汽单耗", "Steam per t")
WATER_PER_TONNE = Say("水单耗", "Water per t")
INFEED = Say("投料量", "Raw product")
YIELD = Say("出品率", "Yield")
NOMINAL = Say("标称净含量", "Nominal")
WEIGHED = Say("称重数", "Weighed")
MEAN = Say("平均净含量", "Mean")
GIVEAWAY = Say("平均超重", "Giveaway a pack")
GIVEAWAY_SHARE = Say("超重率", "Giveaway")
GIVEN_AWAY = Say("超重合计", "Given away")
WATCHED = Say("在线时间", "Heard of")
PASSED = Say("已过时间", "Time passed")
TIME = Say("时间", "Time")
COUNTER = Say("计数器", "Counter")
MARK = Say("说明", "What")
PIECES = Say("件数", "Pieces")
MASS = Say("重量", "Mass")
GAP = Say("断线时长", "Gap")
WHO = Say("更正人", "By")
WHY = Say("理由", "Why")
ENTERED = Say("录入时间", "Entered")
IS_NEW = Say("本版新增", "New in this edition")
CHANGE = Say("产量增减", "Change of output")
VALUE_CHANGE = Say("产值增减", "Change of value")
LABOUR_CHANGE = Say("工时增减", "Change of hours")

REQUIRED = Say("剩余每日需完成", "Needed a day")
OUTLOOK = Say("预计全年（P50）", "Expected year (P50)")
VALUE_OUTLOOK = Say("预计全年产值（P50）", "Expected value of the year (P50)")
ATTENDANCE = Say("出勤", "Attendance")
TO_BEFORE = Say("环比", "Against the one before")
TO_LAST_YEAR = Say("同比", "Against last year")

YEAR_CURVE = Say("全年进度与预测", "The year and how it will end")
OUTPUT_BARS = Say("产量与计划", "Output against plan")
STATE_STRIP = Say("设备状态（逐时）", "Machine states by the hour")
LOSS_PARETO = Say("损失排列图", "Losses, the longest first")
OEE_BARS = Say("各设备 OEE", "OEE by machine")
ATTENDANCE_CHART = Say("出勤与产量", "Attendance against output")
GIVEAWAY_CHART = Say("各产品超重率", "Giveaway by product")
MADE = Say("实际", "Made")
TARGET = Say("年目标", "Target")
EXPECTED = Say("预测 P50", "Forecast P50")
LOW = Say("预测 P10", "Forecast P10")
HIGH = Say("预测 P90", "Forecast P90")
HEADS = Say("实出勤", "Heads present")

CATEGORIES: Mapping[Category, Say] = MappingProxyType(
    {
        Category.RUNNING: Say("运行", "Running"),
        Category.WAITING: Say("待料/堵料", "Starved or blocked"),
        Category.HELD: Say("等待操作", "Held"),
        Category.SETUP: Say("换产/准备", "Setup"),
        Category.IDLE: Say("空闲", "Idle"),
        Category.DOWN: Say("故障停机", "Down"),
        Category.PLANNED: Say("计划停机", "Planned stop"),
        Category.ONLINE: Say("在线（状态不明）", "Online, state not told"),
        Category.OFFLINE: Say("离线", "Offline"),
    }
)
NOBODY_KNOWS = Say("无数据", "No data")
COUNTERS: Mapping[str, Say] = MappingProxyType(
    {
        "good": Say("合格", "Good"),
        "reject": Say("不良", "Reject"),
        "total": Say("总数", "Total"),
        "infeed": Say("进料", "Infeed"),
    }
)
MARKS: Mapping[str, Say] = MappingProxyType(
    {
        "gap": Say("断线后补记", "Booked after a gap"),
        "reset": Say(
            "计数器清零，清零前的少量产出可能未计入", "Counter reset; a little made before it may be missing"
        ),
        "jump": Say("计数器跳变，其间的产出不明", "Counter jumped; what was made meanwhile is not known"),
        "ambiguous": Say("断线太久，按最少计", "Gap so long that the least is booked"),
        "backwards": Say("计数器小幅倒退", "Counter ran back a little"),
        "clock": Say("时钟被调回，时刻不明", "Clock was set back; the time is not known"),
        "correction": Say("人工更正", "Correction"),
        "start": Say("开始计数", "Counting began"),
        "sku_change": Say("换产，记入前一产品", "Product changed; booked to the former"),
    }
)
UNKNOWN_PRODUCT = Say("未知产品", "Unknown product")
OUTSIDE_SHIFTS = Say("班次以外", "Outside of shifts")
NAMELESS = Say("（未命名）", "(no name)")
OTHER_LOSSES = Say("其余 {count} 项", "{count} others")
REASON_NUMBER = Say("代码 {number}", "No. {number}")
YES = Say("是", "yes")
NO = Say("否", "no")
SIGNATURES = (Say("填报", "Prepared by"), Say("审核", "Checked by"), Say("批准", "Approved by"))
BLANKS = (
    Say("质量异常", "Quality events"),
    Say("安全", "Safety"),
    Say("包材损耗", "Packaging losses"),
    Say("库存（原料/半成品/成品）", "Stock (raw, in process, finished)"),
    Say("备注", "Remarks"),
)
WEEKDAYS = tuple(
    Say(f"周{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FORMS: Mapping[str, Say] = MappingProxyType(
    {
        "page": Say("第 {page} 页", "Page {page}"),
        "of": Say("共 {pages} 页", "of {pages}"),
        "sums": SUMS,
        "none": Say("无", "none"),
        "alternative": Say("图中数字", "The numbers of this chart"),
        "figures": Say("关键指标", "Key figures"),
        "tables": Say("明细", "Tables"),
        "pictures": Say("图表", "Charts"),
        "footnotes": Say("注", "Notes"),
        "remarks": Say("数据说明", "About the data"),
        "blanks": Say("人工填写", "To be filled in by hand"),
        "signatures": Say("签字", "Signatures"),
        "name": Say("姓名", "Name"),
        "date": Say("日期", "Date"),
        "total": TOTAL,
        "unknown": Say("未知", "not known"),
        "contents": Say("目录", "Contents"),
        "report": Say("报表", "Report"),
        "data": Say("数据", "Data"),
        "summary": Say("摘要", "Summary"),
    }
)
"""For forms, by the key in `Document.words`."""
