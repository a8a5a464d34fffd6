"""What changes something: logging in and out, and actions. Only from a page of ours, as JSON, of a small size."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from pydantic import BaseModel, Field, SecretStr, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from edge.console import answers
from edge.console.access.access import Access
from edge.console.access.audit import Outcome
from edge.console.access.visitor import Visitor
from edge.console.actions.action import Action, Form
from edge.console.answers import Refusal, answer, bad, refuse
from edge.console.headers import log_fault
from edge.console.question import BadQuestionError
from edge.errors import RejectedError, TransientError

log = structlog.get_logger(__name__)

MOST_BYTES = 65_536
CSRF = "x-csrf-token"
BODY_PATIENCE_S = 10.0
PATIENCE_S = 60.0
"""An action that takes longer goes on, but is not waited for."""


class Login(BaseModel):
    """Who wants to log in."""

    model_config = {"extra": "forbid", "hide_input_in_errors": True}

    user: str = Field(min_length=1, max_length=64)
    password: SecretStr = Field(min_length=1, max_length=1024)


class Nothing(BaseModel):
    """What logging out takes."""

    model_config = {"extra": "forbid"}


class Posts:
    """The routes that change something.

    Args:
        access: who may what.
        actions: what can be done.
        tasks: that actions belong to: whoever closes the page meanwhile does not stop one half-way.
    """

    def __init__(self, access: Access, actions: Sequence[Action[Any]], tasks: asyncio.TaskGroup) -> None:
        self._access = access
        self._actions = actions
        self._tasks = tasks

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            self._route("/api/login", self._log_in),
            self._route("/api/logout", self._log_out),
            *(self._route(f"/api/actions/{one.name}", self._acting(one)) for one in self._actions),
        ]

    def _route(self, path: str, reply: Callable[[Request, bytes], Awaitable[Response]]) -> Route:
        async def posted(request: Request) -> Response:
            body = await self._body(request)
            if isinstance(body, Refusal):
                return refuse(body)
            try:
                return await reply(request, body)
            except TransientError:
                return refuse(answers.AWAY)

        return Route(path, posted, methods=["POST"])

    async def _body(self, request: Request) -> bytes | Refusal:
        """Return what was sent, or why it is not looked at."""
        if not self._access.is_own_page(request):
            return answers.FOREIGN
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return answers.NOT_JSON
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_PATIENCE_S):
                async for part in request.stream():
                    body += part
                    if len(body) > MOST_BYTES:
                        return answers.TOO_LARGE
        except (TimeoutError, ClientDisconnect):
            return answers.MALFORMED
        return bytes(body)

    async def _log_in(self, request: Request, body: bytes) -> Response:
        try:
            login = Login.model_validate_json(body)
        except ValidationError:
            # Its text has what was typed in it.
            return refuse(answers.MALFORMED)
        found = await self._access.log_in(request, login.user, login.password.get_secret_value())
        if isinstance(found, Refusal):
            return refuse(found)
        response = answer(self._access.about(found.visitor))
        response.set_cookie(
            self._access.cookie,
            found.secret,
            max_age=self._access.longest_s,
            path="/",
            secure=self._access.is_secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def _log_out(self, request: Request, body: bytes) -> Response:
        visitor = await self._with_token(request)
        if isinstance(visitor, Refusal):
            return refuse(visitor)
        try:
            Nothing.model_validate_json(body)
        except ValidationError:
            return refuse(answers.MALFORMED)
        await self._access.log_out(visitor)
        response = answer({})
        response.delete_cookie(
            self._access.cookie, path="/", secure=self._access.is_secure, httponly=True, samesite="strict"
        )
        return response

    async def _with_token(self, request: Request) -> Visitor | Refusal:
        """Return who asks, with a session and its token, or why they may not."""
        visitor = await self._access.visitor(request)
        if not visitor.session:
            return answers.LOG_IN
        given = request.headers.get(CSRF, "").encode("utf-8", "replace")
        return visitor if self._access.is_token(visitor, given) else answers.STALE_PAGE

    def _acting(self, action: Action[Any]) -> Callable[[Request, bytes], Awaitable[Response]]:
        async def act(request: Request, body: bytes) -> Response:
            visitor = await self._with_token(request)
            if isinstance(visitor, Refusal):
                return refuse(visitor)
            if visitor.role < action.role:
                await self._note(visitor, action.name, "role", Outcome.REFUSED)
                return refuse(answers.NOT_YOURS)
            try:
                form = action.form.model_validate_json(body)
            except ValidationError as error:
                return refuse(bad(_sentence(error)))
            doing = self._perform_in_order(action, form, visitor)
            task = self._tasks.create_task(doing, name=f"console-{action.name}")
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await asyncio.shield(task)
            except TimeoutError:
                return refuse(answers.UNSURE)

        return act

    async def _perform_in_order(self, action: Action[Any], form: Form, visitor: Visitor) -> Response:
        """Do it; neither the historian's absence nor a fault of ours ends the other tasks."""
        try:
            return await self._perform(action, form, visitor)
        except TransientError:
            return refuse(answers.UNSURE)
        except Exception as error:
            log_fault(error)
            return refuse(answers.FAULT)

    async def _perform(self, action: Action[Any], form: Form, visitor: Visitor) -> Response:
        """Do it, with a row of the audit before it and one after."""
        await self._note(visitor, action.name, "", Outcome.BEGUN)
        try:
            done = await action.perform(form, visitor.user)
        except BadQuestionError as error:
            await self._note(visitor, action.name, "", Outcome.REFUSED)
            return refuse(bad(str(error)))
        except (TransientError, RejectedError) as error:
            await self._note(visitor, action.name, type(error).__name__, Outcome.FAILED)
            log.warning("an action failed", action=action.name, reason=str(error))
            return refuse(answers.UNSURE if isinstance(error, TransientError) else answers.NOT_TAKEN)
        await self._access.note(
            self._access.entry(visitor, action.name, done.about, Outcome.DONE, done.before, done.after)
        )
        return answer({"before": done.before, "after": done.after, **done.told})

    async def _note(self, visitor: Visitor, what: str, about: str, outcome: Outcome) -> None:
        await self._access.note(self._access.entry(visitor, what, about, outcome))


def _sentence(error: ValidationError) -> str:
    """Return the first fault of a form as a sentence, without what was typed."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "form"
    return f"{where}: {first['msg']}"
