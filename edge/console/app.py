"""The console's routes: pages without figures for everybody, figures for whom their role allows it, actions beyond that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from edge.console import answers
from edge.console.access.access import Access
from edge.console.access.roles import Role
from edge.console.access.visitor import Visitor
from edge.console.actions.action import Action
from edge.console.answers import NEVER, answer, refuse
from edge.console.headers import HSTS, SECURITY, Headers, HostCheck
from edge.console.live import Live
from edge.console.posts import Posts
from edge.console.question import BadQuestionError, Download, PersonalQuestion, Question
from edge.errors import TransientError

STATIC = Path(__file__).with_name("static")
PAGES = ("/", "/line", "/production", "/people", "/process", "/events", "/reports", "/system")
"""Each is the same shell; its script draws what the address says."""
RETRY_MS = 2000
PATIENCE_S = 20.0
"""An answer that takes longer is refused, so that slow ones do not gather."""
Answer = Callable[[Request], Awaitable[Response]]


def app(
    live: Live,
    access: Access,
    tasks: asyncio.TaskGroup,
    questions: Sequence[Question | PersonalQuestion] = (),
    downloads: Sequence[Download] = (),
    actions: Sequence[Action[Any]] = (),
    patience_s: float = PATIENCE_S,
) -> Starlette:
    """Return the console as an ASGI application; somebody must run `live` meanwhile.

    Args:
        live: what each page is told by itself.
        access: who may what.
        tasks: that actions under way belong to.
        questions: that pages ask.
        downloads: that pages offer.
        actions: that pages do.
        patience_s: seconds that an answer may take.
    """
    posts = Posts(access, actions, tasks)

    async def snapshot(_request: Request, _visitor: Visitor) -> Response:
        _, text = await live.after(0)
        return Response(text, media_type="application/json", headers={"cache-control": NEVER})

    async def events(_request: Request, visitor: Visitor) -> Response:
        return StreamingResponse(
            _events(live, access, visitor),
            media_type="text/event-stream",
            headers={"cache-control": NEVER, "x-accel-buffering": "no"},
        )

    async def me(_request: Request, visitor: Visitor) -> Response:
        return answer(access.about(visitor))

    def guarded(role: Role, reply: Callable[[Request, Visitor], Awaitable[Response]]) -> Answer:
        return _guarded(access, role, reply, patience_s)

    made = Starlette(
        routes=[
            *(Route(path, _page) for path in PAGES),
            Route("/api/me", guarded(Role.NOBODY, me)),
            Route("/api/snapshot", guarded(Role.VIEWER, snapshot)),
            Route("/api/live", guarded(Role.VIEWER, events)),
            *(Route(f"/api/{one.name}", guarded(one.role, _asked(one))) for one in questions),
            *(
                Route(f"/files/{one.name}", _guarded(access, one.role, _loaded(one), one.patience_s))
                for one in downloads
            ),
            *posts.routes(),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(Headers, headers={**SECURITY, **(HSTS if access.is_secure else {})}),
            Middleware(HostCheck, is_known=access.is_known_host),
        ],
        exception_handlers={HTTPException: _refused},
    )
    # A path is known or it is not: nobody is sent elsewhere.
    made.router.redirect_slashes = False
    return made


def _guarded(
    access: Access,
    role: Role,
    reply: Callable[[Request, Visitor], Awaitable[Response]],
    patience_s: float,
) -> Answer:
    """Return what answers a request of whoever has a role, and refuses all others."""

    async def reply_to(request: Request) -> Response:
        try:
            async with asyncio.timeout(patience_s):
                visitor = await access.visitor(request)
                if visitor.role < role:
                    return refuse(answers.NOT_YOURS if visitor.user else answers.LOG_IN)
                return await reply(request, visitor)
        except BadQuestionError as error:
            return refuse(answers.bad(str(error)))
        except TransientError:
            return refuse(answers.AWAY)
        except TimeoutError:
            return refuse(answers.SLOW)

    return reply_to


def _asked(question: Question | PersonalQuestion) -> Callable[[Request, Visitor], Awaitable[Response]]:
    async def reply(request: Request, visitor: Visitor) -> Response:
        parameters = dict(request.query_params)
        if isinstance(question, PersonalQuestion):
            return answer(await question.answer(parameters, visitor))
        return answer(await question.answer(parameters))

    return reply


def _loaded(download: Download) -> Callable[[Request, Visitor], Awaitable[Response]]:
    async def reply(request: Request, _visitor: Visitor) -> Response:
        file = await download.answer(dict(request.query_params))
        headers = {
            "cache-control": NEVER,
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        }
        return Response(file.content, media_type=file.media_type, headers=headers)

    return reply


async def _page(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html")


async def _events(live: Live, access: Access, visitor: Visitor) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    number = 0
    while True:
        # Whoever reads slowly misses updates; none of them waits in a queue.
        number, text = await live.after(number)
        if not await access.still(visitor):
            return
        yield f"data: {text}\n\n"


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 0
    known: Iterable[answers.Refusal] = (answers.NOT_FOUND, answers.NOT_SO)
    return refuse(next((one for one in known if one.status == status), answers.MALFORMED))
