"""What a report says in sentences: facts, warnings, details of key figures, remarks, and what pictures show."""

from __future__ import annotations

from edge.reports.compose.say import Say

UNTIL = Say("数据截至 {time}", "Data until {time}")
SPAN = Say("统计时段 {start} 至 {stop}", "From {start} to {stop}")
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
PART_OF_PLAN = Say("整期计划 {plan}，已完成 {share}", "plan of the whole period {plan}, {share} done so far")
YEAR_SO_FAR = Say(
    "年目标 {goal}，完成 {share}；到 {day} 为止计划 {plan}，{difference}",
    "target {goal}, {share} done; by the end of {day} {plan} were planned, {difference}",
)
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
ATTENDANCE_DETAIL = Say("出勤率 {rate}，{hours}，{each}", "{rate} present, {hours}, {each}")
COMPARED = Say("{then} → {now}", "{then} → {now}")

LIST_AND = Say("、", ", ")
NEXT_SENTENCE = Say("", " ")
SENTENCE_END = Say("；", "; ")

GAPS = Say(
    "断线补记 {count} 次：合格品 {pieces}（{mass}，占产量 {share}），数量准确但产出时刻不明；断线最长 {longest}，合计 {length}。",
    "Bookings after gaps: {count}, {pieces} good ({mass}, {share} of the output); the number is right, the hour is not known. The longest gap was {longest}, together {length}.",
)
MARKED = Say("存疑记录 {count} 次：{mark}。", "Doubtful bookings: {count} × {mark}.")
MORE_DOUBTS = Say(
    "未列出的存疑记录 {count} 条，以上件数与重量不含这些。",
    "Doubtful bookings that are not listed, and in no number above: {count}.",
)
UNWEIGHED = Say(
    "产品未知 {pieces}，未计入重量和产值。", "Of unknown product, and in no mass and no value: {pieces}."
)
UNPRICED = Say("没有价格的产品 {mass}，未计入产值。", "Without a price, and in no value: {mass}.")
UNCOUNTED = Say(
    "计数账与统计合计相差 {mass}，以计数账为准。", "Ledger and sums differ by {mass}; the ledger is right."
)
NOT_COMPARED = Say("计数账与统计合计未作核对。", "Ledger and sums were not compared.")
QUESTIONS = Say(
    "打卡缺失未确认 {count} 处，人数与工时可能变动。",
    "Missing punches that are not settled: {count}; heads and hours may change.",
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
    "自上一版以来更正 {count} 处：{list}。", "Corrections since the edition before: {count}: {list}."
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
    "没有额定速度的产出 {pieces}，性能效率与 OEE 偏低。",
    "Without a rated speed: {pieces}; effectiveness and OEE are too low.",
)
UNKNOWN_TIME = Say(
    "计划时间中状态不明 {hours}，未计入时间开动率。",
    "Planned time in which the state is not known: {hours}; it is in no availability.",
)
NO_YEAR_PLAN = Say(
    "本年度没有计划，完成率与预测从缺。", "There is no plan for this year: no completion, no forecast."
)
NO_STATES = Say("没有设备时间统计，OEE 从缺。", "Machines' times were not measured: no OEE.")
UNPRICED_YEAR = Say(
    "当年没有价格的产品 {mass}，未计入累计产值。", "Of the year without a price, and in no value: {mass}."
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
    "预计年底 {expected}，P10–P90：{low}–{high}。",
    "Expected end {expected}, P10–P90: {low}–{high}.",
)
LIST = Say("{items}。", "{items}.")
BAR_OF_PLAN = Say("{name} {made}（计划 {plan}）", "{name} {made} (plan {plan})")
BAR = Say("{name} {made}", "{name} {made}")
MANY_BARS = Say(
    "{count} 个时段，共 {made}；最多 {most_name} {most}，最少 {least_name} {least}。",
    "{count} periods, {made} together; most on {most_name}: {most}, least on {least_name}: {least}.",
)
MANY_BARS_PLAN = Say(
    "有计划的 {planned} 个时段中，{reached} 个达到计划。", "{reached} of {planned} with a plan reached it."
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
ATTENDANCE_MANY = Say("出勤 {heads}，{hours}，{each}。", "{heads} in all, {hours}, {each}.")
GIVEAWAY_ROW = Say("{name} {share}（每件 {each}）", "{name} {share} ({each} a pack)")
NOT_KNOWN = Say("不明", "not known")
