"""The demo's folder: an edge.yaml like a plant's, with the maps of `plc_maps/` and a roster."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.config.samples import maps_directory
from edge.model.calendar import local_time

MACHINES = {
    "intake": ("intake", "原料清洗", "intake", 1),
    "prep": ("prep", "脱盐切配", "prep", 1),
    "pouch_a": ("pouch_a", "袋装线 500g", "pouch_a", 1),
    "pouch_line": ("pouch_line", "袋装线 200g", "pouch_line", 1),
    "bulk_line": ("bulk_line", "大包装线", "bulk_line", 1),
    "jar_line": ("jar_line", "罐装线", "jar_line", 1),
    "pasteurizer": ("pasteurizer", "杀菌机", "pasteurizer", 1),
    "bath": ("pasteurizer", "水浴杀菌", "bath", 1),
    "inspection": ("inspection", "检测装箱", "inspection", 1),
    "tanks": ("fermentation", "发酵罐", "tanks", 0),
    "pits": ("fermentation_pits", "盐渍池", "tanks", 0),
    "meter_packing": ("sdm630", "包装电表", "meters", 11),
    "meter_prep": ("sdm630", "切配电表", "meters", 12),
    "meter_intake": ("sdm630", "原料电表", "meters", 13),
    "meter_thermal": ("sdm630", "杀菌电表", "meters", 14),
    "meter_compressors": ("pm5110", "空压机电表", "meters", 15),
    "meter_main": ("pm5110", "总电表", "meters", 16),
    "sorting_belt": ("md500", "分选带变频器", "drives", 21),
    "destemmer_1": ("md500", "去把机变频器 1", "drives", 22),
    "destemmer_2": ("md500", "去把机变频器 2", "drives", 23),
    "washer_pump": ("md500", "清洗泵变频器", "drives", 24),
    "desalter_pump": ("md500", "脱盐泵变频器", "drives", 25),
    "chopper": ("md500", "切碎机变频器", "drives", 26),
    "mixer_1": ("md500", "拌料机变频器 1", "drives", 27),
    "mixer_2": ("md500", "拌料机变频器 2", "drives", 28),
    "brine_pump": ("md500", "盐水泵变频器", "drives", 29),
    "tunnel_belt": ("md500", "杀菌机输送变频器", "drives", 30),
    "bath_belt": ("md500", "水浴输送变频器", "drives", 31),
    "case_conveyor": ("md500", "箱输送变频器", "drives", 32),
}
"""Device key → map, name, the simulators' name for its port, and its unit id."""
MAIN_METER = "meter_main"
_SCHEMES = {"tanks": "opc.tcp", "meters": "modbus-rtu-tcp", "drives": "modbus-rtu-tcp"}
"""By the simulators' name; all others speak Modbus TCP."""
ZONE = ZoneInfo("Asia/Shanghai")
_RATE = re.compile(r"(max_per_s:\s*)(\d+(?:\.\d+)?)")

_EDGE_YAML = """\
site: {{enterprise: tianjiao, site: aikou, line: suanjiao-1, timezone: Asia/Shanghai}}
node: {{id: aikou-1, data_dir: data}}
devices:
{devices}
mqtt: {{url: "mqtt://127.0.0.1:{broker}", ack_timeout_s: 5}}
historian: {historian}
console: {{listen: "127.0.0.1:{console}"}}
products:
  jar_280: {{name: 酸椒 280g, sku: 1, net_weight_g: 280, price_yuan_per_jin: 6.0}}
  pouch_200: {{name: 酸椒 200g, sku: 2, net_weight_g: 200, price_yuan_per_jin: 6.0}}
  jar_500: {{name: 酸椒 500g, sku: 3, net_weight_g: 500, price_yuan_per_jin: 6.0}}
  pouch_500: {{name: 酸椒袋装 500g, sku: 4, net_weight_g: 500, price_yuan_per_jin: 6.0}}
  bag_5000: {{name: 酸椒 5kg, sku: 5, net_weight_g: 5000, price_yuan_per_jin: 5.2}}
target: {{year: {year}, mass: 1000万斤, value: 6000万元, monthly_share: [8.5, 4, 7, 7, 7, 7, 8, 11, 12, 11, 9, 8.5]}}
shifts:
  A: {{name: 早班, start: 07:00, end: 15:00}}
  B: {{name: 中班, start: 15:00, end: 23:00}}
  C: {{name: 夜班, start: 23:00, end: 07:00}}
routes:
  jars: {{machines: [prep, jar_line, pasteurizer, inspection], bottleneck: jar_line}}
  pouches_200: {{machines: [prep, pouch_line, bath], bottleneck: pouch_line}}
  pouches_500: {{machines: [prep, pouch_a, bath], bottleneck: pouch_a}}
  bags: {{machines: [prep, bulk_line], bottleneck: bulk_line}}
people:
  roster: people.csv
  terminals: {{listen: "127.0.0.1:{terminals}", serials: [{serials}]}}
"""


def write_configuration(
    directory: Path,
    ports: Mapping[str, int],
    serials: Sequence[str],
    speed: float,
    now: int,
    influxdb: str | None,
) -> Path:
    """Write edge.yaml and its maps; return its path.

    Args:
        directory: an existing folder; `people.csv` stands there already.
        ports: of the simulators by their names, and of `broker`, `console`, `terminals`.
        serials: of the attendance terminals.
        speed: how much faster than real the plant runs, and so its counters may.
        now: ns UTC; the plan is for its year.
        influxdb: url of the database to store into; the embedded historian when None.
    """
    maps = directory / "plc_maps"
    maps.mkdir()
    devices = []
    for key, (name, title, simulator, unit) in MACHINES.items():
        text = (maps_directory() / f"{name}.yaml").read_text(encoding="utf-8")
        faster = _RATE.sub(lambda rate: f"{rate[1]}{float(rate[2]) * speed:g}", text)
        (maps / f"{name}.yaml").write_text(faster, encoding="utf-8")
        scheme, query = _SCHEMES.get(simulator, "modbus-tcp"), f"?unit={unit}" if unit else ""
        endpoint = f"{scheme}://127.0.0.1:{ports[simulator]}{query}"
        security = ", security: {policy: None}" if scheme == "opc.tcp" else ""
        within = f", within: {MAIN_METER}" if simulator == "meters" and key != MAIN_METER else ""
        devices.append(
            f'  {key}: {{map: plc_maps/{name}.yaml, name: {title}, endpoint: "{endpoint}"{security}{within}}}'
        )
    historian = f"{{kind: influxdb, url: {influxdb}, database: chili}}" if influxdb else "{kind: embedded}"
    configuration = directory / "edge.yaml"
    configuration.write_text(
        _EDGE_YAML.format(
            devices="\n".join(devices),
            historian=historian,
            serials=", ".join(serials),
            year=local_time(now, ZONE).year,
            **_servers(ports),
        ),
        encoding="utf-8",
    )
    return configuration


def _servers(ports: Mapping[str, int]) -> dict[str, int]:
    return {name: ports[name] for name in ("broker", "console", "terminals")}
