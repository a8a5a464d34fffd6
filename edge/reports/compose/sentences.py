"""What a report says in sentences: facts, warnings, details of key figures, remarks, and what pictures show."""

from __future__ import annotations

from edge.reports.compose.say import Say

UNTIL = Say("数据截至 {time}", "Data until {time}")
SPAN = Say("统计时段 {days}", "From {days}")
EDITION = Say("第 {edition} 版", "Edition {edition}")
UNITS = Say("单位：{mass}、{money}", "Units: {mass}, {money}")
ROUNDING = Say(
    "数字按四舍五入显示，计算一律用精确值；各行显示值之和可与合计相差末位。",
    "Figures are rounded half up when shown and exact when added: rows may differ from their total by the last digit.",
)
ABOUT = Say("{part}：{name}", "{part}: {name}")

IS_FUTURE = Say(
    "该期间尚未开始：只有计划，没有数据。", "This period has not begun: there is a plan at most, and no data."
)
NO_DATA = Say(
    "该期间没有数据：采集程序未运行、数据尚未送达，或日期在将来。没有记录不代表没有生产。",
    "No data for this period: nothing was collected, it has not arrived yet, or the date is to come. That does not mean that nothing was made.",
)
NOT_OVER = Say("该期间尚未结束：数据截至 {time}。", "This period is not over: data until {time}.")
ENDS_EARLY = Say(
    "数据只到 {time}，之后没有收到任何数据。", "Data end at {time}; nothing was heard after that."
)
NOTHING_MADE = Say(
    "该期间有采集，但没有合格品产出。", "The line was watched, but no good product was counted."
)

AGAINST_PLAN = Say("计划 {plan}，完成 {share}，{difference}", "plan {plan}, {share} done, {difference}")
AHEAD = Say("超前 {mass}", "{mass} ahead")
BEHIND = Say("落后 {mass}", "{mass} behind")
ON_PLAN = Say("与计划持平", "on plan")
REST_DAY = Say("非计划生产日", "no production was planned")
NO_PLAN = Say("没有计划", "no plan")
YEAR_DETAIL = Say(
    "年目标 {goal}，完成 {share}，计划 {plan}，{difference}",
    "target {goal}, {share} done, planned {plan}, {difference}",
)
OUTLOOK_DETAIL = Say(
    "P10–P90：{low}–{high}，达标概率 {probability}",
    "P10–P90: {low}–{high}, probability of the target {probability}",
)
REQUIRED_DETAIL = Say(
    "剩余 {days} 个生产日，为计划的 {pressure}", "{days} production days left, {pressure} of the plan"
)
NO_DAY_LEFT = Say("没有剩余生产日", "no production day is left")
VALUE_YEAR = Say("当年累计 {value}", "year so far {value}")
VALUE_DETAIL = Say("当年 {made}，目标 {goal}，完成 {share}", "year {made}, target {goal}, {share} done")
OEE_DETAIL = Say(
    "时间开动率 {availability} × 性能效率 {effectiveness} × 合格率 {quality}",
    "availability {availability} × effectiveness {effectiveness} × quality {quality}",
)
QUALITY_DETAIL = Say("合格 {good}，不良 {reject}", "{good} good, {reject} rejected")
ATTENDANCE_DETAIL = Say("出勤率 {rate}，{hours} 工时，{each}", "{rate} present, {hours} hours, {each}")
COMPARED = Say("{then} → {now}", "{then} → {now}")

LIST_AND = Say("、", ", ")
SENTENCE_END = Say("；", "; ")

GAPS = Say(
    "断线补记 {count} 次：合格品 {pieces}（{mass}，占产量 {share}），数量准确但产出时刻不明；断线最长 {longest}，合计 {length}。",
    "{count} bookings after gaps: {pieces} good ({mass}, {share} of the output); the number is right, the hour is not known. The longest gap was {longest}, together {length}.",
)
MARKED = Say("存疑记录 {count} 次：{mark}。", "Doubtful bookings: {count} × {mark}.")
MORE_DOUBTS = Say("另有 {count} 条存疑记录未列出。", "{count} more doubtful bookings are not listed.")
UNWEIGHED = Say(
    "{pieces} 的产品未知，未计入重量和产值。", "{pieces} of unknown product are in no mass and in no value."
)
UNPRICED = Say("{mass} 没有价格，未计入产值。", "{mass} have no price and are in no value.")
UNCOUNTED = Say(
    "计数账与统计合计相差 {mass}，以计数账为准。", "Ledger and sums differ by {mass}; the ledger is right."
)
NOT_COMPARED = Say("计数账与统计合计未作核对。", "Ledger and sums were not compared.")
QUESTIONS = Say(
    "出勤有 {count} 处打卡缺失未确认，人数与工时可能变动。",
    "{count} missing punches are not settled: heads and hours may change.",
)
NOBODY_COUNTED = Say("没有出勤统计。", "Nobody counted attendance.")
PROVISIONAL = Say(
    "{year} 年放假安排尚未公布，生产日按规则推算，计划与预测为暂定。",
    "The holidays of {year} are not published: production days go by rule, so plan and forecast are provisional.",
)
INCOMPLETE = Say("数据完整率低于 99%：{devices}。", "Data below 99 % complete: {devices}.")
UNTOLD = Say("没有在线时间记录：{devices}。", "It is not told how much was heard of: {devices}.")
FORMER = Say("已不在配置中的设备：{devices}。", "Machines that are no longer configured: {devices}.")
CHANGED = Say(
    "自上一版以来更正 {count} 处：{list}。", "{count} corrections since the edition before: {list}."
)
CHANGED_ONE = Say(
    "{time} {machine} {counter} {pieces}（{who}：{why}）",
    "{time} {machine} {counter} {pieces} ({who}: {why})",
)
CORRECTED_EDITION = Say(
    "本版为第 {edition} 版，取代之前各版。", "This is edition {edition}; it replaces the ones before."
)
UNEVEN = Say(
    "{part}各行之和与总产量相差 {mass}。", "The rows “{part}” and the whole output differ by {mass}."
)
UNRATED = Say(
    "{pieces} 没有额定速度，性能效率与 OEE 偏低。",
    "{pieces} have no rated speed: effectiveness and OEE are too low.",
)
UNKNOWN_TIME = Say(
    "计划时间中有 {hours} 状态不明，未计入时间开动率。",
    "Of {hours} of the planned time the state is not known; they are in no availability.",
)
NO_YEAR_PLAN = Say(
    "本年度没有计划，完成率与预测从缺。", "There is no plan for this year: no completion, no forecast."
)
NO_STATES = Say("没有设备时间统计，OEE 从缺。", "Machines' times were not measured: no OEE.")
UNPRICED_YEAR = Say(
    "当年 {mass} 没有价格，未计入累计产值。", "{mass} of the year have no price and are in no value."
)
CAP = Say(
    "按库存原料，全年最多 {cap}；库存可用 {days}。",
    "Raw product in stock allows {cap} in the year; it lasts {days}.",
)
DAYS = Say("{days} 天", "{days} days")

YEAR_CURVE = Say(
    "截至 {day}，全年累计 {made}，计划 {plan}；年目标 {goal}。",
    "By {day} {made} were made of the year, {plan} were planned; the target is {goal}.",
)
YEAR_CURVE_END = Say(
    "预计年底 {expected}，八成把握在 {low} 至 {high} 之间。",
    "Expected end {expected}, four times in five from {low} to {high}.",
)
LIST = Say("{items}。", "{items}.")
BAR_OF_PLAN = Say("{name} {made}（计划 {plan}）", "{name} {made} (plan {plan})")
BAR = Say("{name} {made}", "{name} {made}")
MANY_BARS = Say(
    "{count} 个时段，共 {made}；最多 {most_name} {most}，最少 {least_name} {least}。",
    "{count} periods, {made} together; most on {most_name}: {most}, least on {least_name}: {least}.",
)
MANY_BARS_PLAN = Say(
    "{planned} 个有计划的时段中 {reached} 个达到计划。", "{reached} of {planned} with a plan reached it."
)
STRIP_ROW = Say("{name}：{states}", "{name}: {states}")
STATE_HOURS = Say("{state} {hours}", "{state} {hours}")
PARETO = Say(
    "损失共 {lost}；最长的是{name}，{longest}，占 {share}；前 {count} 项占 {most}。",
    "{lost} were lost; the longest to {name}, {longest}, {share}; the first {count} are {most}.",
)
OEE_ROW = Say(
    "{name} OEE {oee}（{availability} × {effectiveness} × {quality}）",
    "{name} OEE {oee} ({availability} × {effectiveness} × {quality})",
)
ATTENDANCE_ROW = Say("{name} {heads}，{made}", "{name} {heads}, {made}")
ATTENDANCE_MANY = Say("共 {heads} 次出勤，{hours}，每工时 {each}。", "{heads} in all, {hours}, {each}.")
GIVEAWAY_ROW = Say("{name} {share}（每件 {each}）", "{name} {share} ({each} a pack)")
NOT_KNOWN = Say("不明", "not known")

LINE_OUTPUT = Say("{date} 产量{made}", "{date}: output {made}")
LINE_PLAN = Say("（计划{plan}，{share}）", " (plan {plan}, {share})")
LINE_YEAR = Say("年累计{made}", "year {made}")
LINE_YEAR_PLAN = Say("完成{share}（计划{plan}）", "{share} done (planned {plan})")
LINE_HEADS = Say("出勤{present}/{planned}", "present {present}/{planned}")
LINE_VALUE = Say("产值{value}", "value {value}")
LINE_OEE = Say("OEE {oee}", "OEE {oee}")
LINE_OUTLOOK = Say(
    "预计全年{expected}（{low}–{high}），达标概率{probability}",
    "expected year {expected} ({low}–{high}), probability of the target {probability}",
)
LINE_INCOMPLETE = Say("⚠ {what}", "⚠ {what}")
LINE_COMMA = Say("，", ", ")
LINE_SHARE_HEARD = Say("数据完整率{share}", "data {share} complete")
LINE_GAPS = Say("断线补记{mass}", "{mass} booked after gaps")
LINE_MARKS = Say("存疑{count}条", "{count} doubtful bookings")
LINE_UNKNOWN = Say("{pieces}产品未知", "{pieces} of unknown product")
LINE_QUESTIONS = Say("出勤待确认{count}处", "{count} open questions of attendance")
LINE_NOT_OVER = Say("未结束，截至{time}", "not over, until {time}")
LINE_NO_DATA = Say("没有数据", "no data")
LINE_FUTURE = Say("尚未开始", "not begun")
LINE_EDITION = Say("第{edition}版", "edition {edition}")
LINE_NEW = Say("更正{count}处", "{count} corrections")
