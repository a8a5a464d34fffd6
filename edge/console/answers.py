"""Answers as JSON, and every refusal with its status and a sentence in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

NEVER = "no-store"
"""What is kept of an answer with figures, by anybody on its way."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: of HTTP.
        error: a key that pages may have their own words for.
        message: for people.
        retry_after: s; 0 = nothing to say.
    """

    status: int
    error: str
    message: str
    retry_after: int = 0


LOG_IN = Refusal(401, "login", "请先登录。Please log in.")
NOT_YOURS = Refusal(403, "role", "您没有这个权限。Your role does not allow this.")
FOREIGN = Refusal(
    403,
    "origin",
    "请求不是来自本页面,未执行。The request did not come from this console's own page; nothing was done.",
)
STALE_PAGE = Refusal(
    403, "csrf", "页面已过期,请刷新后重试。The page is out of date; reload it and try again."
)
WRONG_LOGIN = Refusal(401, "password", "用户名或密码不对。The name or the password is wrong.")
BUSY = Refusal(503, "busy", "系统正忙,请稍后再试。Busy; please try again in a moment.", 2)
NOT_FOUND = Refusal(404, "unknown", "没有这个页面。There is no such page.")
NOT_SO = Refusal(405, "method", "不能这样请求。This cannot be asked like that.")
TOO_LARGE = Refusal(413, "large", "内容太大。That is too much at once.")
NOT_JSON = Refusal(415, "json", "只接受 JSON。Only JSON is taken.")
WRONG_NAME = Refusal(
    400,
    "host",
    "不能用这个地址打开:见 edge.yaml 的 console.hosts。Not by this name: see console.hosts in edge.yaml.",
)
MALFORMED = Refusal(400, "request", "请求有误。The request is malformed.")
SLOW = Refusal(503, "slow", "太久没有回答,请稍后再试。The answer takes too long; please try again.", 5)
AWAY = Refusal(
    503, "away", "现在读写不了数据,请稍后再试。The data cannot be read or written now; please try again.", 5
)
UNSURE = Refusal(
    503,
    "unsure",
    "不能确定是否已保存,请先查看,再决定是否重做。It may or may not have been saved: look before you do it again.",
)
NOT_TAKEN = Refusal(
    409, "refused", "历史库不接受,没有保存。The historian does not take it; nothing was saved."
)
FAULT = Refusal(500, "fault", "程序出错,已记入日志。Something went wrong in the program; the log has it.")


def too_many(seconds: float) -> Refusal:
    """Return the refusal of somebody who has tried too often."""
    wait = max(1, round(seconds + 0.5))
    return Refusal(429, "wait", f"尝试太多,请等 {wait} 秒。Too many tries; please wait {wait} seconds.", wait)


def bad(message: str) -> Refusal:
    """Return the refusal of what cannot be asked, or done, as it was."""
    return Refusal(400, "bad", message)


def answer(document: Mapping[str, Any]) -> Response:
    """Return a document as an answer that nobody keeps."""
    return Response(_text(document), media_type="application/json", headers={"cache-control": NEVER})


def refuse(why: Refusal) -> Response:
    """Return a refusal as an answer."""
    headers = {"cache-control": NEVER, **({"retry-after": str(why.retry_after)} if why.retry_after else {})}
    text = _text({"error": why.error, "message": why.message})
    return Response(text, why.status, headers, media_type="application/json")


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
