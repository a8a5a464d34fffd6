"""The fermentation hall's OPC UA server, as a Siemens S7-1215C would show it; the only place that imports asyncua."""

from simulators.servers.opcua.address_space import NAMESPACE
from simulators.servers.opcua.security import Security
from simulators.servers.opcua.server import TankServer

__all__ = ["NAMESPACE", "Security", "TankServer"]
