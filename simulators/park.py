"""Every server of the plant, and a proxy in front of those whose wire a scenario spoils."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from simulators.faults.catalogue import WIRE
from simulators.faults.kinds import Window
from simulators.faults.target import Target
from simulators.model.electrical import DRIVE_SPEED, DRIVEN, DRIVES, METERS, Drive, Meter
from simulators.model.plant import Plant, plant_totals
from simulators.servers.controllers import PARK, Controller
from simulators.servers.drives import drive_units
from simulators.servers.gateway import Gateway
from simulators.servers.instrument import show
from simulators.servers.meters import meter_units
from simulators.servers.opcua import Security, TankServer
from simulators.wire.framing import Framing
from simulators.wire.proxy import Proxy

TANK_SERVER = "tanks"
NAMES = (*PARK, "meters", "drives", TANK_SERVER)
"""Everything that has a port."""
_DRIVE_BAUD = 19_200


@dataclass(frozen=True, slots=True)
class _Place:
    """A server, and the wire to it: faults of the wire hit the proxy, all others the server."""

    server: Target
    wire: Proxy | None

    async def begin(self, fault: Window) -> None:
        """Let a fault hold."""
        await self._hit(fault).begin(fault)

    async def end(self, fault: Window) -> None:
        """Let it hold no longer."""
        await self._hit(fault).end(fault)

    def _hit(self, fault: Window) -> Target:
        return self.wire if fault.kind in WIRE and self.wire is not None else self.server


class Park:
    """The plant's servers on loopback, while it is entered.

    Attributes:
        ports: where each is reached, through its proxy if it has one; the Siemens has two more, `jar_line_2` and `_3`.
        targets: what faults can hit, by name; a gateway takes those of its units as well.
    """

    def __init__(
        self,
        plant: Plant,
        seed: int,
        *,
        ports: Mapping[str, int],
        spoiled: Collection[str] = (),
        security: Security | None = None,
    ) -> None:
        """Make the park.

        Args:
            plant: whose values are served.
            seed: of everything random.
            ports: wanted ports by name; 0 and absent = any free one.
            spoiled: names that get a proxy.
            security: of the OPC UA server.
        """
        self.ports: dict[str, int] = {}
        self.targets: dict[str, Target] = {}
        self._plant = plant
        self._wanted = ports
        self._spoiled = spoiled
        self._seed = seed
        self._servers = AsyncExitStack()
        self._meters = {name: Meter(name, seed) for name in METERS}
        self._drives = {name: Drive(name, seed, kw) for name, kw in DRIVES.items()}
        self._meter_units = meter_units({name: meter.read() for name, meter in self._meters.items()})
        self._drive_units = drive_units({name: drive.read() for name, drive in self._drives.items()})
        self._controllers = {
            name: Controller(name, spec, [self._port(name), *[0] * (spec.ports - 1)], seed)
            for name, spec in PARK.items()
        }
        self._gateways = {
            "meters": Gateway("meters", self._meter_units, self._port("meters"), seed=seed),
            "drives": Gateway("drives", self._drive_units, self._port("drives"), _DRIVE_BAUD, seed),
        }
        self._tanks = TankServer(
            [tank.name for tank in plant.hall.tanks],
            [pit.name for pit in plant.hall.pits],
            self._port(TANK_SERVER),
            security=security,
            seed=seed,
        )

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as servers:
            for name, controller in self._controllers.items():
                await servers.enter_async_context(controller)
                await self._publish(servers, name, controller, controller.ports[0], "mbap")
                for number, port in enumerate(controller.ports[1:], 2):
                    self.ports[f"{name}_{number}"] = port
            for name, gateway in self._gateways.items():
                await servers.enter_async_context(gateway)
                await self._publish(servers, name, gateway, gateway.port, "chunk")
            await servers.enter_async_context(self._tanks)
            await self._publish(servers, TANK_SERVER, self._tanks, self._tanks.port, "chunk")
            self._servers = servers.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._servers.aclose()

    def step(self, dt: float) -> None:
        """Let meters and drives live through `dt` seconds of what the machines are doing."""
        load = self._plant.utilities.load_kw
        for name, meter in self._meters.items():
            meter.step(dt, load.get(name.removeprefix("meter_"), 0.0))
        for name, drive in self._drives.items():
            drive.step(dt, self._plant.machines[DRIVEN[name]].running, DRIVE_SPEED)

    def show(self, heartbeat: int, clock: datetime) -> None:
        """Let every PLC, meter and drive show what there is now."""
        shown, totals = self._plant.snapshots(), plant_totals(self._plant)
        for controller in self._controllers.values():
            controller.show(shown, totals, heartbeat, clock)
        show(self._meter_units, {name: meter.read() for name, meter in self._meters.items()})
        show(self._drive_units, {name: drive.read() for name, drive in self._drives.items()})

    async def show_tanks(self, heartbeat: int, at: int) -> None:
        """Let the fermentation hall show what there is at a time (ns UTC)."""
        hall = self._plant.hall
        await self._tanks.show(
            heartbeat, [tank.read() for tank in hall.tanks], at, pits=[pit.read() for pit in hall.pits]
        )

    async def _publish(
        self, servers: AsyncExitStack, name: str, server: Target, port: int, framing: Framing
    ) -> None:
        """Publish a server, behind a proxy when its wire is to be spoiled."""
        wire = None
        if name in self._spoiled:
            wire = Proxy(name, port, self._wanted.get(name, 0), self._seed, framing=framing)
            await servers.enter_async_context(wire)
        self.ports[name] = wire.port if wire else port
        self.targets[name] = _Place(server, wire)

    def _port(self, name: str) -> int:
        """Return the wanted port of a server; behind a proxy it takes any, and the proxy takes the wanted one."""
        return 0 if name in self._spoiled else self._wanted.get(name, 0)
