"""Time series in InfluxDB 1.x, 2.x or 3, or in whatever takes its line protocol; the only file that knows its client.

Neither the client's batching nor its retries are used: it drops what it gives up, and ingest must know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Self, TypeVar
from urllib.parse import urlencode

import urllib3
from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException

from edge.errors import EdgeError, TransientError
from edge.historian import influxql
from edge.historian.base import Query, Row
from edge.historian.http_status import error_of, speaks_v2
from edge.historian.influxql import DatabaseMissingError
from edge.historian.options import InfluxOptions
from edge.historian.queries import checked
from edge.messages import line_protocol

_OK = range(200, 300)
_NOT_FOUND = 404
_T = TypeVar("_T")


class InfluxHistorian:
    """A historian in a database server; one that is away at the start is found when it comes."""

    def __init__(self, options: InfluxOptions) -> None:
        self._server = _Server(options)
        self._writing = ThreadPoolExecutor(1, "historian-write")
        self._reading = ThreadPoolExecutor(1, "historian-read")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        # What runs ends by its own timeout; nothing is waited for, since its outcome no longer matters.
        for thread in (self._writing, self._reading):
            thread.shutdown(wait=False, cancel_futures=True)
        self._server.close()

    async def write(self, lines: Sequence[str]) -> None:
        """Send lines in one request, once the schema has found nothing wrong with them."""
        await _in(self._writing, partial(self._server.write, lines))

    async def query(self, query: Query) -> list[Row]:
        """Ask in InfluxQL."""
        return await _in(self._reading, partial(self._server.query, checked(query)))


async def _in(thread: ThreadPoolExecutor, call: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)


class _Server:
    """The blocking side: HTTP calls that raise only errors of ours."""

    def __init__(self, options: InfluxOptions) -> None:
        self._options = options
        self._v2 = None if options.api == "auto" else options.api == "v2"
        self._http = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(total=options.timeout_s), headers=_authorization(options)
        )
        self._client = InfluxDBClient(
            url=options.url, token=_token(options), org=options.org, timeout=round(options.timeout_s * 1000)
        )
        self._write_api = self._client.write_api(write_options=SYNCHRONOUS)

    def close(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call]
        self._http.clear()

    def write(self, lines: Sequence[str]) -> None:
        # The database would take any name, and the first type of a field is its type for life.
        for line in lines:
            line_protocol.parse(line)
        if lines:
            body = "\n".join(lines).encode()
            write = self._write_v2 if self._speaks_v2() else self._write_v1
            self._with_database(partial(write, body))

    def query(self, query: Query) -> list[Row]:
        statement = influxql.statement(query)
        return self._with_database(lambda: influxql.rows(query, self._ask(statement)))

    def _speaks_v2(self) -> bool:
        if self._v2 is None:
            response = self._request("GET", "/ping")
            self._v2 = speaks_v2(response.headers.get("X-Influxdb-Version", ""))
        return self._v2

    def _write_v2(self, body: bytes) -> None:
        with _errors():
            self._write_api.write(
                bucket=self._options.database,
                record=body,
                write_precision=WritePrecision.NS,  # type: ignore[arg-type]  # a class of strings, no enum
            )

    def _write_v1(self, body: bytes) -> None:
        database = self._options.database
        self._request("POST", "/write", body, {"db": database, "precision": "ns"})

    def _ask(self, statement: str) -> bytes:
        fields = {"db": self._options.database, "epoch": "ns", "q": statement}
        return self._request("POST", "/query", _form(fields)).data

    def _with_database(self, call: Callable[[], _T]) -> _T:
        """Call; when the database is missing, make it and call once more. Only 1.x lets a client do so."""
        try:
            return call()
        except DatabaseMissingError as missing:
            try:
                self._ask(influxql.create_database(self._options.database))
            except EdgeError:
                raise missing from None
            return call()

    def _request(
        self, method: str, path: str, body: bytes | None = None, parameters: Mapping[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        url = self._options.url + path + (f"?{_form(parameters).decode()}" if parameters else "")
        headers = dict(self._http.headers)
        if path == "/query":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with _errors():
            response = self._http.request(method, url, body=body, headers=headers)
        if response.status in _OK:
            return response
        raise _error_of(response.status, response.headers, response.data.decode(errors="replace"))


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what the client and urllib3 raise into errors of ours; an unknown outcome may be tried again."""
    try:
        yield
    except ApiException as error:
        if not error.status:
            raise TransientError(f"the database cannot be reached: {error.reason}") from error
        raise _error_of(error.status, error.headers or {}, str(error.body or error.reason)) from error
    except (urllib3.exceptions.HTTPError, InfluxDBError, OSError) as error:
        raise TransientError(f"the database cannot be reached: {error}") from error


def _error_of(status: int, headers: Mapping[str, str], body: str) -> EdgeError:
    if status == _NOT_FOUND and "database not found" in body:
        return DatabaseMissingError(body.strip())
    return error_of(status, headers, body)


def _token(options: InfluxOptions) -> str:
    """Return the v2 token; InfluxDB 1.8 takes user and password in this form."""
    if options.token is None and options.user is not None:
        return f"{options.user}:{options.secret('password')}"
    return options.secret("token")


def _authorization(options: InfluxOptions) -> dict[str, str]:
    if options.token is not None:
        return {"Authorization": f"Token {options.secret('token')}"}
    if options.user is not None:
        return urllib3.make_headers(basic_auth=f"{options.user}:{options.secret('password')}")
    return {}


def _form(fields: Mapping[str, str]) -> bytes:
    return urlencode(fields).encode()
