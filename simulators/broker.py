"""The broker of the demo where mosquitto is missing: in memory, MQTT 3.1.1, loopback only; the only amqtt import."""

from __future__ import annotations

import contextlib
import json
import logging

from amqtt.broker import Broker  # type: ignore[import-untyped]
from amqtt.contexts import BrokerConfig, ListenerConfig  # type: ignore[import-untyped]
from amqtt.errors import BrokerError  # type: ignore[import-untyped]

from simulators.commands import Commands

_ANONYMOUS = "amqtt.plugins.authentication.AnonymousAuthPlugin"


async def serve(port: int, commands: Commands) -> None:
    """Be a broker on 127.0.0.1 until `quit` or the end of the commands.

    Args:
        port: 0 = any free one; the real one is on the ready line.
        commands: where `quit` comes from.

    Raises:
        OSError: the port is taken.
    """
    # It logs a traceback per client that it refuses and per message of a client that has gone.
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    config = BrokerConfig(
        listeners={"default": ListenerConfig(bind=f"127.0.0.1:{port}")},
        plugins={_ANONYMOUS: {"allow_anonymous": True}},
    )
    broker = Broker(config)
    try:
        await broker.start()
    except BrokerError as error:
        cause = error.__cause__
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error
    listener = broker._servers["default"].instance  # noqa: SLF001 - the only way to learn an ephemeral port
    print(json.dumps({"ready": True, "ports": {"mqtt": listener.sockets[0].getsockname()[1]}}), flush=True)
    async for command in commands:
        if command == "quit":
            break
    with contextlib.suppress(TimeoutError):
        await broker.shutdown()
