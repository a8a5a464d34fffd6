"""Time series in InfluxDB 1.x, 2.x or 3, or in whatever takes its line protocol; the only file that knows its client.

Neither the client's batching nor its retries are used: it drops what it gives up, and ingest must know.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Self, TypeVar
from urllib.parse import urlencode

import urllib3
from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService

from edge.errors import EdgeError, TransientError
from edge.historian import influxql
from edge.historian.base import Query, Row, Table, TableRow, rows_of
from edge.historian.http_status import (
    DatabaseMissingError,
    TooLargeError,
    check_stored,
    error_of,
    major_version,
    speaks_v2,
)
from edge.historian.options import InfluxOptions
from edge.historian.queries import as_table, checked, checked_table
from edge.historian.splitting import join, split
from edge.messages import line_protocol

_OK = range(200, 300)
_2, _3 = 2, 3
_READERS = 4
"""A server works at one SELECT with one core: so many keep it busy while answers travel."""
_WIDE = 2
"""A table with so many columns is asked for in as many parts as there are readers."""
_FEW = 50
"""More tables than these keep the readers busy as they are."""
_STATEMENTS = 200
"""In one request, at most."""
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_T = TypeVar("_T")


class InfluxHistorian:
    """A historian in a database server; one that is away at the start is found when it comes."""

    def __init__(self, options: InfluxOptions) -> None:
        self._server = _Server(options)
        self._writing = ThreadPoolExecutor(options.writers, "historian-write")
        self._reading = ThreadPoolExecutor(_READERS, "historian-read")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        # What runs ends by its own timeout; nothing is waited for, since its outcome no longer matters.
        for thread in (self._writing, self._reading):
            thread.shutdown(wait=False, cancel_futures=True)
        self._server.close()

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:
        """Send lines in one request, once the schema has found nothing wrong with them."""
        await _in(self._writing, partial(self._server.write, lines, checked=checked))

    async def query(self, query: Query) -> list[Row]:
        """Ask in InfluxQL."""
        asked = checked(query)
        table = as_table(asked)
        if table is None:
            return await _in(self._reading, partial(self._server.query, asked))
        return rows_of((await self._tables([table]))[0])

    async def table(self, table: Table) -> list[TableRow]:
        """Ask in InfluxQL, by one SELECT for each part of the columns."""
        return (await self.tables([table]))[0]

    async def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        """Ask in InfluxQL, by many SELECTs in one request."""
        asked = [checked_table(table) for table in tables]
        if len(asked) > _FEW or any(len(table.columns) < _WIDE for table in asked):
            return await self._tables(asked)
        count = min([_READERS, *(len(table.columns) for table in asked)])
        parts = [self._tables(part) for part in zip(*(split(table, count) for table in asked), strict=True)]
        answers = await asyncio.gather(*parts)
        return [join(table, rows) for table, rows in zip(asked, zip(*answers, strict=True), strict=True)]

    async def _tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        parts = [tables[at : at + _STATEMENTS] for at in range(0, len(tables), _STATEMENTS)]
        answers = await asyncio.gather(
            *(_in(self._reading, partial(self._server.tables, part)) for part in parts)
        )
        return [rows for answer in answers for rows in answer]


async def _in(thread: ThreadPoolExecutor, call: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)


class _Server:
    """The blocking side: HTTP calls that raise only errors of ours."""

    def __init__(self, options: InfluxOptions) -> None:
        self._options = options
        self._too_large = sys.maxsize
        self._chosen = None if options.api == "auto" else options.api == "v2"
        self._v2 = self._chosen
        self._http = urllib3.PoolManager(
            retries=False,
            timeout=urllib3.Timeout(total=options.timeout_s),
            headers=_authorization(options),
            maxsize=options.writers + _READERS,
            ca_certs=str(options.ca) if options.ca else None,
        )
        self._client = InfluxDBClient(
            url=options.url,
            token=_token(options),
            org=options.org,
            timeout=round(options.timeout_s * 1000),
            enable_gzip=options.compresses,
            connection_pool_maxsize=options.writers + 1,
            ssl_ca_cert=str(options.ca) if options.ca else None,
        )
        # Not the client's WriteApi: it keeps the status to itself.
        self._writes = WriteService(self._client.api_client)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call]
        self._http.clear()

    def write(self, lines: Sequence[str], *, checked: bool) -> None:
        # The database would take any name, and the first type of a field is its type for life.
        for line in () if checked else lines:
            line_protocol.check(line)
        if lines:
            self._write(lines, "\n".join(lines).encode())

    def _write(self, lines: Sequence[str], body: bytes) -> None:
        """Write lines in one request, or in halves when that is more than the server takes."""
        if len(body) < self._too_large or len(lines) == 1:
            try:
                write = self._write_v2 if self._speaks_v2() else self._write_v1
                self._with_database(partial(write, body))
            except TooLargeError:
                if len(lines) == 1:
                    raise
                self._too_large = min(self._too_large, len(body))
            except TransientError:
                # It may be another server by the next time, or was none when it was asked what it is.
                self._v2 = self._chosen
                raise
            else:
                return
        middle = len(lines) // 2
        for half in (lines[:middle], lines[middle:]):
            self._write(half, "\n".join(half).encode())

    def query(self, query: Query) -> list[Row]:
        statement = influxql.statement(query)
        return self._with_database(lambda: influxql.rows(query, self._ask(statement)))

    def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        statements = "; ".join(map(influxql.table_statement, tables))
        return self._with_database(lambda: influxql.tables_rows(tables, self._ask(statements)))

    def _speaks_v2(self) -> bool:
        if self._v2 is None:
            self._v2 = speaks_v2(self._version())
        return self._v2

    def _version(self) -> str:
        return str(self._request("GET", "/ping").headers.get("X-Influxdb-Version", ""))

    def _write_v2(self, body: bytes) -> None:
        with _errors():
            _, status, headers = self._writes.post_write_with_http_info(  # type: ignore[no-untyped-call]
                org=self._options.org,
                bucket=self._options.database,
                body=body,
                precision=WritePrecision.NS,
                content_type="text/plain; charset=utf-8",
            )
        check_stored(status, headers)

    def _write_v1(self, body: bytes) -> None:
        parameters = {"db": self._options.database, "precision": "ns"}
        if self._options.compresses:
            packed, headers = gzip.compress(body, compresslevel=1), {"Content-Encoding": "gzip"}
            response = self._request("POST", "/write", packed, parameters, headers)
        else:
            response = self._request("POST", "/write", body, parameters)
        check_stored(response.status, response.headers)

    def _ask(self, statement: str) -> bytes:
        fields = {"db": self._options.database, "epoch": "ns", "q": statement}
        return self._request("POST", "/query", _form(fields), None, _FORM).data

    def _with_database(self, call: Callable[[], _T]) -> _T:
        """Call; when the database is missing, make it if we may and call once more."""
        try:
            return call()
        except DatabaseMissingError as missing:
            if not self._options.create:
                raise
            try:
                self._create()
            except (EdgeError, ValueError, LookupError, TypeError) as error:
                raise TransientError(f"{missing}; and it cannot be made: {error}") from error
            return call()

    def _create(self) -> None:
        name, version = self._options.database, major_version(self._version())
        if version == _2:
            found = json.loads(self._request("GET", "/api/v2/orgs", None, {"org": self._options.org}).data)
            bucket = {"orgID": found["orgs"][0]["id"], "name": name, "retentionRules": []}
            self._request("POST", "/api/v2/buckets", json.dumps(bucket).encode(), None, _JSON)
        elif version == _3:
            body = json.dumps({"db": name}).encode()
            self._request("POST", "/api/v3/configure/database", body, None, _JSON)
        else:
            self._ask(influxql.create_database(name))

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        url = self._options.url + path + (f"?{_form(parameters).decode()}" if parameters else "")
        with _errors():
            response = self._http.request(
                method, url, body=body, headers={**self._http.headers, **(headers or {})}
            )
        if response.status in _OK:
            return response
        raise error_of(response.status, response.headers, response.data.decode(errors="replace"))


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what the client and urllib3 raise into errors of ours; an unknown outcome may be tried again."""
    try:
        yield
    except ApiException as error:
        if not error.status:
            raise TransientError(f"the database cannot be reached: {error.reason}") from error
        body = error.body.decode(errors="replace") if isinstance(error.body, bytes) else str(error.body)
        raise error_of(
            error.status, error.headers or {}, body if error.body else str(error.reason)
        ) from error
    except (urllib3.exceptions.HTTPError, InfluxDBError, OSError) as error:
        raise TransientError(f"the database cannot be reached: {error}") from error


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
