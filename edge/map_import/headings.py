"""The words of headings, Chinese and English → what a column holds. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from edge.documents.sheet import plain


class Column(StrEnum):
    """What a column holds; the text is how people are told of it."""

    NAME = "name"
    DESCRIPTION = "description"
    ADDRESS = "address"
    TYPE = "type"
    TABLE = "table"
    BIT = "bit"
    LENGTH = "length"
    SCALE = "scale"
    DIVISOR = "divisor"
    DECIMALS = "decimals"
    OFFSET = "offset"
    UNIT = "unit"
    ORDER = "order"
    RANGE = "range"
    LOW = "lowest"
    HIGH = "highest"
    ACCESS = "read/write"
    PERIOD = "period"
    CODE = "code"
    OTHER = "not used"


_WORDS = {
    Column.NAME: (
        "变量名|变量名称|名称|标签|标签名|标签名称|点名|点位名称|信号名称|信号名|参数名称|参数名|寄存器名称|数据名称|变量|符号|符号名|参数"
        "|name|tag|tag name|tagname|variable|variable name|symbol|symbol name|signal|signal name|point name"
        "|parameter|parameter name|register name|data name|label|quantity|measurement"
    ),
    Column.DESCRIPTION: (
        "注释|描述|说明|备注|含义|内容|定义|功能描述|功能说明|中文名称|中文名|中文描述|用途|变量描述|变量注释|软元件注释"
        "|description|comment|comments|remark|remarks|note|notes|meaning|content|details|chinese name"
    ),
    Column.ADDRESS: (
        "地址|寄存器地址|plc地址|modbus地址|变量地址|通讯地址|通信地址|起始地址|首地址|数据地址|软元件|软元件地址|寄存器|寄存器号|绝对地址|参数地址"
        "|十六进制地址|十进制地址|address|addr|register address|modbus address|plc address|register|register number|register no"
        "|reg|start address|start register|wire address|logical address|plc tag address|start address hex"
    ),
    Column.TYPE: (
        "数据类型|类型|变量类型|数据格式|格式|数值类型|参数类型|data type|datatype|type|format|data format|variable type|value type"
    ),
    Column.TABLE: (
        "功能码|寄存器类型|地址类型|寄存器区|存储区|区域|数据区|读功能码|modbus功能码|modbus类型|地址区"
        "|function code|function|fc|func code|modbus function|register type|address type|table|area|memory area|object type"
    ),
    Column.BIT: "位|位号|位地址|比特|bit|bit no|bit number|bit offset",
    Column.LENGTH: (
        "长度|数据长度|字长|字数|字节数|字节长度|寄存器数|寄存器数量|寄存器个数|数量|位数|字符串长度|占用寄存器"
        "|length|len|size|words|registers|number of registers|no of registers|register count|qty|byte count|bytes|bits|count|word count"
    ),
    Column.SCALE: (
        "倍率|系数|比例|比例系数|缩放|缩放系数|缩放比例|换算系数|变比|乘数|最小单位|分辨率|精度|量纲|斜率"
        "|scale|scaling|factor|scale factor|scaling factor|multiplier|resolution|coefficient|ratio|precision|slope|conversion"
    ),
    Column.DIVISOR: "增益|除数|放大倍数|gain|divisor|divider",
    Column.DECIMALS: "小数位数|小数位|小数点|小数点位数|小数|decimals|decimal|decimal places|decimal digits|decimal point|dec places",
    Column.OFFSET: "偏移|偏移量|偏置|零点|截距|offset|bias|zero offset",
    Column.UNIT: "单位|工程单位|物理单位|unit|units|eng unit|engineering unit|engineering units|uom",
    Column.ORDER: "字节序|字序|字节顺序|字顺序|高低字|高低位|byte order|word order|endian|endianness|order|swap",
    Column.RANGE: "范围|量程|取值范围|数值范围|数据范围|有效范围|设定范围|测量范围|range|value range|valid range|limits",
    Column.LOW: "最小值|下限|量程下限|范围下限|工程下限|最小|min|minimum|low limit|low|lower limit|eng low|min value",
    Column.HIGH: "最大值|上限|量程上限|范围上限|工程上限|最大|max|maximum|high limit|high|upper limit|eng high|max value",
    Column.ACCESS: "读写|读写属性|读写权限|访问|访问权限|权限|属性|操作|access|access type|access mode|rw|r w|read write|permission|attribute|mode",
    Column.PERIOD: (
        "周期|采集周期|扫描周期|刷新周期|采样周期|轮询周期|更新周期|采集间隔|采集频率"
        "|period|scan|scan rate|scan time|poll|poll interval|polling interval|interval|cycle|acquisition cycle|update rate|sampling period"
    ),
    Column.CODE: "参数号|参数代码|代码|编码|参数编号|功能代码|code|parameter no|parameter number|parameter code|par no|id code",
    Column.OTHER: (
        "序号|编号|no|index|id|#|item|设备|设备名称|设备名|device|device name|connection|连接|组|分组|group|初始值|默认值|出厂值|缺省值"
        "|start value|default|default value|initial value|报警|报警上限|报警下限|alarm|hi byte|lo byte|high byte|low byte|值|当前值|value|更改|修改"
        "|plc name|monitor value|版本|version|结束地址|end address|备份|retain|保持|从站地址|站号|slave|slave address|unit id|设备地址|站地址"
    ),
}
_KINDS = {word: column for column, words in _WORDS.items() for word in words.split("|")}
_EXACT_ONLY = {
    *_WORDS[Column.LOW].split("|"), *_WORDS[Column.HIGH].split("|"), *_WORDS[Column.BIT].split("|"),
    "no", "id", "#", "值", "组", "保持", "value", "操作", "mode", "order", "reg", "low", "high", "参数", "寄存器", "register",
    "parameter", "count", "size", "function", "content", "ratio", "table", "area", "bits", "字数", "位数", "内容", "变量", "符号",
}  # fmt: skip
_MAX_LETTERS = 40
_LEAST_CHINESE = 2


def of(text: str) -> tuple[Column, bool] | None:
    """Return what a heading says its column holds, and whether it says exactly that and nothing else."""
    heading = plain(text).lower()
    if not heading or len(heading) > _MAX_LETTERS:
        return None
    bare = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", " ", heading)
    english = " ".join(re.findall(r"[a-z]+|#", bare))
    chinese = "".join(re.findall(r"[\u4e00-\u9fff]+", bare))
    whole = re.sub(r"[\s_*:：.]+", "", bare)
    for exact in (whole, *([english] if not chinese else []), *([chinese] if not english else [])):
        if exact in _KINDS:
            return _KINDS[exact], True
    both = [_KINDS[part] for part in (english, chinese) if part in _KINDS]
    if both:
        return both[0], True
    return _contained(english, f"{whole}")


def _contained(english: str, whole: str) -> tuple[Column, bool] | None:
    """Return what the longest known word within a heading says."""
    words = f" {english} "
    found = [
        word
        for word in _KINDS
        if word not in _EXACT_ONLY
        and (f" {word} " in words if word.isascii() else len(word) >= _LEAST_CHINESE and word in whole)
    ]
    return (_KINDS[max(found, key=len)], False) if found else None


def unit_of(text: str) -> str:
    """Return what stands in brackets or behind a stroke in a heading: `周期(ms)`, `周期/ms` → `ms`."""
    match = re.search(r"[(\[【/]\s*([^()\[\]【】/]{1,8}?)\s*(?:[)\]】]|$)", plain(text))
    return match[1].lower() if match else ""
