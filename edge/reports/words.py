"""The words of the report, in Chinese and in English; the same sentences in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a report says besides names and numbers; braces are filled with numbers that are text already.

    Attributes:
        lang: as HTML names the language.
        counts_in_wan: large amounts are in 万 (10,000).
    """

    lang: str
    counts_in_wan: bool
    title: str
    day: str
    until: str
    no_data: str
    nothing_made: str
    output: str
    year: str
    value: str
    quality: str
    by_product: str
    by_machine: str
    by_shift: str
    doubts: str
    product: str
    machine: str
    shift: str
    hours: str
    good: str
    reject: str
    pieces: str
    ratio: str
    jin: str
    tonnes: str
    yuan: str
    planned: str
    present: str
    missing: str
    gaps: str
    gap_pieces: str
    gap_length: str
    total: str
    unknown_product: str
    no_plan: str
    item: str
    unit_jin: str
    unit_tonne: str
    unit_yuan: str
    unit_second: str
    day_plan: str
    year_plan: str
    year_target: str
    ahead: str
    behind: str
    day_against_plan: str
    year_against_target: str
    outlook: str
    required: str
    probability: str
    value_so_far: str
    outlook_say: str
    value_say: str
    required_say: str
    provisional_say: str
    rest_day: str
    not_counted: str
    not_seen: str
    gaps_say: str
    no_gaps: str
    unweighed_say: str
    unpriced_say: str
    marks_say: str
    mark_reset: str
    mark_jump: str
    mark_ambiguous: str
    rounding: str
    line_output: str
    line_plan: str
    line_year: str
    line_year_share: str
    line_value: str
    line_shifts: str
    separator: str
    duration: str
    minutes: str
    seconds: str

    def mark(self, mark: str) -> str:
        """Return the ledger's reason for a doubt in words; one that is new here as it is."""
        known = {"reset": self.mark_reset, "jump": self.mark_jump, "ambiguous": self.mark_ambiguous}
        return known.get(mark, mark)


ZH = Words(
    lang="zh-CN",
    counts_in_wan=True,
    title="生产日报",
    day="生产日",
    until="数据截至 {time}",
    no_data="当日没有数据：采集程序未运行，或数据尚未送达。没有记录不代表没有生产。",
    nothing_made="当日有采集，但没有合格品产出。",
    output="当日产量",
    year="全年累计",
    value="产值",
    quality="合格率",
    by_product="按产品",
    by_machine="按设备",
    by_shift="出勤",
    doubts="数据说明",
    product="产品",
    machine="设备",
    shift="班次",
    hours="时间",
    good="合格（件）",
    reject="次品（件）",
    pieces="总数（件）",
    ratio="合格率",
    jin="斤",
    tonnes="吨",
    yuan="产值（元）",
    planned="应到",
    present="实到",
    missing="未到",
    gaps="断线（次）",
    gap_pieces="断线补记（件）",
    gap_length="断线时长",
    total="合计",
    unknown_product="未知产品",
    no_plan="本年度没有计划",
    item="项目",
    unit_jin="斤",
    unit_tonne="吨",
    unit_yuan="元",
    unit_second="秒",
    day_plan="当日计划",
    year_plan="累计计划（至当日末）",
    year_target="全年目标",
    ahead="超前 {jin}",
    behind="落后 {jin}",
    day_against_plan="计划 {plan} 斤，完成 {share}",
    year_against_target="目标 {target}，完成 {share}，比计划{difference}",
    outlook="预计全年",
    required="剩余每个生产日需完成",
    probability="达标概率",
    value_so_far="全年累计产值（元）",
    value_say="全年 {made}，目标 {goal}，完成 {share}；预计 {p50}（{p10}–{p90}），达标概率 {probability}",
    outlook_say="预计全年 {p50}（{p10}–{p90}），达标概率 {probability}",
    required_say="剩余 {days} 个生产日，每日需 {jin}（计划的 {pressure}）",
    provisional_say="{year} 年放假安排尚未公布，生产日按法定节假日推算，计划与预测为暂定。",
    rest_day="当日不在计划生产日内",
    not_counted="未统计",
    not_seen="无数据",
    gaps_say="{pieces} 件（{jin} 斤，占产量 {share}）在断线后补记：数量准确，但产出时刻不明。断线 {count} 次，各设备合计 {length}，最长 {longest}。",
    no_gaps="没有断线补记。",
    unweighed_say="{pieces} 件的产品未知，未计入重量和产值。",
    unpriced_say="{products}：没有价格，未计入产值。",
    marks_say="{count} 次计数存疑：{reason}。",
    mark_reset="计数器清零，清零前的少量产出可能未计入",
    mark_jump="计数器跳变，跳变期间的产出未知",
    mark_ambiguous="断线太久，计数器可能已多转一圈，按最少计",
    rounding="数字按四舍五入显示，计算一律用整数克；合计由未舍入的数相加。合格率 = 合格件数 ÷ 总件数。",
    line_output="当日 {jin} 斤（{tonnes} 吨）",
    line_plan="，计划 {plan} 斤，完成 {share}",
    line_year="全年 {year}",
    line_year_share="，目标 {target}，完成 {share}，比计划{difference}",
    line_value="产值 {value}，合格率 {quality}，次品 {reject} 件",
    line_shifts="出勤 {shifts}",
    separator="，",
    duration="{hours} 小时 {minutes} 分",
    minutes="{minutes} 分",
    seconds="{seconds} 秒",
)

EN = Words(
    lang="en",
    counts_in_wan=False,
    title="Daily production report",
    day="Production day",
    until="data until {time}",
    no_data="No data for this day: nothing was collected, or it has not arrived yet. That does not mean that nothing was made.",
    nothing_made="The line was watched on this day, but no good product was counted.",
    output="Output of the day",
    year="Year so far",
    value="Value",
    quality="Quality ratio",
    by_product="By product",
    by_machine="By machine",
    by_shift="Attendance",
    doubts="About the data",
    product="Product",
    machine="Machine",
    shift="Shift",
    hours="Hours",
    good="Good (pcs)",
    reject="Reject (pcs)",
    pieces="All (pcs)",
    ratio="Quality",
    jin="jin",
    tonnes="t",
    yuan="Value (CNY)",
    planned="Planned",
    present="Present",
    missing="Missing",
    gaps="Gaps",
    gap_pieces="Across gaps (pcs)",
    gap_length="Length of gaps",
    total="Total",
    unknown_product="unknown product",
    no_plan="no plan for this year",
    item="Item",
    unit_jin="jin",
    unit_tonne="t",
    unit_yuan="CNY",
    unit_second="s",
    day_plan="Plan of the day",
    year_plan="Plan to the end of the day",
    year_target="Target of the year",
    ahead="{jin} ahead of plan",
    behind="{jin} behind plan",
    day_against_plan="plan {plan} jin, {share} done",
    year_against_target="target {target}, {share} done, {difference}",
    outlook="Expected year",
    required="Needed on each production day left",
    probability="Probability of the target",
    value_so_far="Value of the year so far (CNY)",
    value_say="Year {made}, target {goal}, {share} done; expected {p50} ({p10}–{p90}), probability of the target {probability}",
    outlook_say="Expected year {p50} ({p10}–{p90}), probability of the target {probability}",
    required_say="{days} production days left, {jin} needed on each ({pressure} of the plan)",
    provisional_say="The holidays of {year} are not published: production days go by the law alone, so plan and forecast are provisional.",
    rest_day="no production was planned for this day",
    not_counted="not counted",
    not_seen="no data",
    gaps_say="{pieces} pcs ({jin} jin, {share} of the output) were booked after a gap: their number is right, the hour they were made is not known. Gaps: {count}, {length} in all machines together, the longest {longest}.",
    no_gaps="Nothing was booked across a gap.",
    unweighed_say="{pieces} pcs of unknown product are in no weight and no value.",
    unpriced_say="{products}: without a price, in no value.",
    marks_say="Doubtful counts: {count} × {reason}.",
    mark_reset="the counter began again from zero, and a little made before that may be missing",
    mark_jump="the counter jumped, and what was made meanwhile is not known",
    mark_ambiguous="the gap was so long that the counter may have gone round once more; the least is booked",
    rounding="Figures are shown rounded half up; all sums are of whole grams, before rounding. Quality = good pieces ÷ all pieces.",
    line_output="Day: {jin} jin ({tonnes} t)",
    line_plan=", plan {plan} jin, {share} done",
    line_year="Year: {year}",
    line_year_share=", target {target}, {share} done, {difference}",
    line_value="Value {value}, quality {quality}, {reject} pcs rejected",
    line_shifts="Present: {shifts}",
    separator=", ",
    duration="{hours} h {minutes} min",
    minutes="{minutes} min",
    seconds="{seconds} s",
)

WORDS: Mapping[str, Words] = MappingProxyType({"zh": ZH, "en": EN})
"""By language."""
