"""The `reports:` block of edge.yaml: which reports are issued when, in which forms, and where they go."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from edge.options import ClockTime, FilePath, Name, Options, Secret

Form = Literal["pdf", "xlsx", "html", "csv", "text"]
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LAST_OF_ALL_MONTHS = 28
_SECURE_PORTS = {"tls": 465, "starttls": 587, "none": 25}


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("a mail address is like office@plant.cn")
    return text


def _on(value: object) -> object:
    is_day = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LAST_OF_ALL_MONTHS
    if not is_day and value not in WEEKDAYS:
        raise ValueError(
            f"a weekday (mon) of a week's report, or a day from 1 to {_LAST_OF_ALL_MONTHS} of longer ones"
        )
    return value


Address = Annotated[str, AfterValidator(_address)]


class MailOptions(Options):
    """A mail server.

    Attributes:
        security: how it is spoken to; `none` only where the server is on this machine or in the plant.
        port: 465, 587 or 25 by the security when it is not given.
        user, password: where it asks who we are.
        sender: the address that mail comes from.
        to: who gets it.
    """

    host: str
    security: Literal["tls", "starttls", "none"] = "starttls"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    user: str | None = None
    password: Secret | None = None
    sender: Annotated[Address, Field(alias="from")]
    to: Annotated[tuple[Address, ...], Field(min_length=1)]

    @property
    def known_port(self) -> int:
        """The port, given or not."""
        return self.port or _SECURE_PORTS[self.security]

    @model_validator(mode="after")
    def _pair(self) -> MailOptions:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password go together")
        return self


class DestinationOptions(Options):
    """Where reports go: exactly one of the three.

    Attributes:
        folder: files are put there.
        mail: and sent as attachments.
        url: any address that Apprise knows, as of a WeCom or DingTalk robot. It holds a token, so it is a secret.
    """

    folder: FilePath | None = None
    mail: MailOptions | None = None
    url: Secret | None = None

    @model_validator(mode="after")
    def _one(self) -> DestinationOptions:
        if sum(way is not None for way in (self.folder, self.mail, self.url)) != 1:
            raise ValueError("a destination is one of folder, mail and url")
        return self

    @property
    def secret_url(self) -> str:
        """The url as text; `""` where there is none."""
        return self.url.get_secret_value() if isinstance(self.url, SecretStr) else ""


def _kinds(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class ScheduleOptions(Options):
    """A report that is issued again and again: of the newest span that is over.

    Attributes:
        report: how long its spans are.
        at: local time; not before the production day that ends the span is over.
        on: weekday of a week's report; day of the month of a month's, and of the first month after a season or a year.
        forms: files that are made; the text of the message is always there.
        to: keys of destinations.
        language, mass, money: as on the command line.
    """

    report: Literal["day", "week", "month", "season", "year"]
    at: ClockTime = time(7, 30)
    on: Annotated[str | int, BeforeValidator(_on)] | None = None
    forms: Annotated[tuple[Form, ...], BeforeValidator(_kinds, json_schema_input_type=list[Form] | Form)] = (
        "pdf",
    )
    to: Annotated[
        tuple[Name, ...], BeforeValidator(_kinds, json_schema_input_type=list[str] | str), Field(min_length=1)
    ]
    lang: Literal["zh", "en"] = "zh"
    mass: Literal["jin", "wan_jin", "kg", "t"] = "jin"
    money: Literal["yuan", "wan_yuan"] = "yuan"

    @model_validator(mode="after")
    def _fits(self) -> ScheduleOptions:
        if self.on is None:
            return self
        if self.report == "day":
            raise ValueError("a day's report is issued each day: leave `on` out")
        if (self.report == "week") != isinstance(self.on, str):
            raise ValueError(
                "`on` is a weekday (mon) of a week's report, and a day of the month (1) of longer ones"
            )
        return self


class ReportOptions(Options):
    """What is issued without anybody asking.

    Attributes:
        look_back: days whose reports are issued anew, as the next edition, when they were corrected; 0 for never.
    """

    destinations: dict[Name, DestinationOptions] = Field(default_factory=dict)
    schedule: dict[Name, ScheduleOptions] = Field(default_factory=dict)
    look_back: Annotated[int, Field(ge=0, le=62)] = 7
