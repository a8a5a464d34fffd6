"""One session with one OPC UA server. The only package that knows asyncua.

Nothing of the library that reconnects, recreates or watches by itself is used: whether a session is still good is decided
by the driver alone, and the next one gets a fresh client.
"""

from edge.drivers.opcua.client.answers import (
    Agreement,
    Child,
    Past,
    Publication,
    Variable,
    Watched,
)
from edge.drivers.opcua.client.browsing import children, exists, units, variables
from edge.drivers.opcua.client.connection import HISTORY_VALUES, Connection
from edge.drivers.opcua.client.messages import Answer, Node, status_name
from edge.drivers.opcua.client.session import Leftover, connect

__all__ = [
    "HISTORY_VALUES",
    "Agreement",
    "Answer",
    "Child",
    "Connection",
    "Leftover",
    "Node",
    "Past",
    "Publication",
    "Variable",
    "Watched",
    "children",
    "connect",
    "exists",
    "status_name",
    "units",
    "variables",
]
