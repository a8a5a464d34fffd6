"""Why a figure is not known, or not as sure as it looks: the footnotes."""

from __future__ import annotations

from edge.reports.compose.say import Say

NO_DATA = Say(
    "该项没有数据：无人采集，或数据尚未送达，不代表没有生产。",
    "No data: nothing was collected, or it has not arrived. That does not mean that nothing was made.",
)
REST_DAY = Say("非计划生产日，没有出勤统计。", "No production was planned, and nobody counted.")
WHOLE_PLAN = Say(
    "该期间尚未结束，计划为整个期间的计划。", "This period is not over; the plan is that of all of it."
)
NO_NOMINAL = Say("没有标称净含量。", "There is no nominal weight.")
NO_STATES = Say("没有设备时间与数量的统计。", "Nobody measured times and quantities of machines.")
NOT_ASKED = Say(
    "长期累计仅统计产量，未统计该项。", "Of a long time beside this report only the output is added up."
)
NO_PLAN = Say("该项没有计划。", "There is no plan for this.")
ZERO_PLAN = Say("计划为零（非生产日），完成率无从计算。", "Nothing was planned, so there is no completion.")
NOTHING_MADE = Say("没有产出，比率无从计算。", "Nothing was made, so there is no ratio.")
NO_MASS = Say("产品未知，无法计算重量。", "The product is not known, and so is its mass.")
UNWEIGHED = Say("不含产品未知、无法计重的件数。", "Without the mass of pieces whose product is not known.")
NO_PRICE = Say("未配置价格。", "No price is configured.")
PARTLY_PRICED = Say("不含没有价格或产品未知的部分。", "Without product that has no price or is not known.")
NOT_COUNTED = Say("无人统计出勤。", "Nobody counted attendance.")
NOBODY_PLANNED = Say("应出勤为零，出勤率无从计算。", "Nobody was planned, so there is no rate.")
NOBODY_PRESENT = Say("没有出勤人数或工时，无从计算。", "There are no heads or hours to divide by.")
OPEN_QUESTIONS = Say(
    "含未确认的打卡缺失，人数和工时可能变动。",
    "Some punches are missing and not settled: heads and hours may change.",
)
NO_WAGES = Say("未配置工资，人工成本不明。", "Wages are not configured.")
NO_BUSY_TIME = Say(
    "没有计划生产时间，或全部时间状态不明。", "No planned busy time in which the state is known."
)
UNKNOWN_TIME = Say("不含状态不明的时间。", "Without the time in which the state is not known.")
NO_SPEED = Say("未配置额定速度。", "No rated speed is configured.")
PARTLY_RATED = Say(
    "部分件数没有额定速度，未计入理论时间，结果偏低。",
    "Some pieces have no rated speed and are in no ideal time: the figure is too low.",
)
NOT_RUN = Say("没有运行时间，无从计算。", "The machine did not run.")
ABOVE_ONE = Say(
    "超过 100%：额定速度、计数器或时钟有误，未作截断。",
    "Above 100 %: rated speed, counter or clock is wrong; it is not cut.",
)
NO_FAILURE = Say("没有故障，无从计算。", "Nothing broke, so there is no mean.")
NOT_WATCHED = Say("没有在线时间的记录。", "It is not told how much was heard of it.")
NOT_PASSED = Say("尚未开始。", "This time has not come yet.")
OF_MAKERS = Say("只含计产量的设备。", "Of the machines that count output alone.")
PARTIAL = Say("合计不含未知（—）的部分。", "The total is without what is not known (—).")
NO_HISTORY = Say("没有可比期间的数据。", "There is nothing of that period to compare with.")
NOTHING_BEFORE = Say("可比期间为零，增减无从计算。", "It was zero then, so there is no change in percent.")
NOT_METERED = Say("无表计。", "Nobody measured it.")
NO_OUTPUT = Say("没有合格品重量，单耗无从计算。", "There is no mass of good product to divide by.")
NO_INFEED = Say("没有投料量，出品率无从计算。", "There is no mass of raw product to divide by.")
NOT_WEIGHED = Say("没有称重数据。", "Nothing was weighed.")
NO_LOSS = Say("没有损失时间，占比无从计算。", "No time was lost, so there is no share.")
NO_SHARE = Say("合计为零或未知，占比无从计算。", "The total is zero or not known, so there is no share.")
NO_WEIGHT_OF_COUNTER = Say("该计数没有重量。", "This booking has no mass.")
NOT_TOLD = Say("没有录入时间的记录。", "It is not told when it was entered.")
