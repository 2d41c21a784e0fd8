"""The HTTP side of the workspace: /api/METHOD, response URLs, Socket Mode's WebSocket, private files."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from bot.sandbox.answers import respond
from bot.sandbox.arguments import SPECS, check
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.methods import METHODS
from bot.sandbox.records import JSON, Call

_APP_TOKEN_METHODS = frozenset({"apps.connections.open"})
_NO_TOKEN_METHODS = frozenset({"api.test"})


class Server:
    """Serves one workspace on a loopback port that the system picks."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    async def start(self) -> str:
        """Start to listen; the address, with a slash at its end."""
        app = web.Application(client_max_size=8 << 20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{key}", self._response)
        app.router.add_get("/link/", self._core.sockets.handle)
        app.router.add_get("/files/{file}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}/"

    async def stop(self) -> None:
        """Let go of held connections and stop."""
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()

    # The Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        headers: dict[str, str] = {}
        args: JSON = {}
        fault: Fault | None = None
        status = 200
        answer: JSON | None
        try:
            args = await _arguments(request)
            token = _token(request, args)
            fault = self._core.faults.pick(method, _channel(args))
            if fault and fault.kind in ("never", "dropped", "500", "429", "error"):
                return await self._refuse(request, method, args, fault)
            answer = self._run(method, token, args)
        except ApiError as error:
            answer = error.to_json()
            if error.error == "ratelimited":
                status = 429
                headers["Retry-After"] = str(answer.pop("retry_after"))
        if fault and fault.kind == "late":
            await self._pause(fault.delay)
        lost = fault is not None and fault.kind == "lost"
        self._log(method, args, None if lost else answer, None if lost else status)
        if lost:
            return _break(request)
        headers["X-OAuth-Scopes"] = ",".join(sorted(self._core.manifest.scopes))
        if method in SPECS:
            headers["X-Accepted-OAuth-Scopes"] = SPECS[method].scope
        return web.json_response(answer, status=status, headers=headers)

    def _run(self, method: str, token: str | None, args: JSON) -> JSON:
        core = self._core
        if method not in METHODS:
            raise ApiError("unknown_method", req_method=method)
        if method not in _NO_TOKEN_METHODS:
            self._authorize(method, token)
        spec = SPECS[method]
        if spec.scope and not spec.scope.startswith("*"):
            core.need(spec.scope)
        values = check(spec, args)
        if core.strict_rates and method == "chat.postMessage" and (wait := core.pace.take(values["channel"])):
            raise ApiError("ratelimited", retry_after=wait)
        return {"ok": True, **METHODS[method](core, values)}

    def _authorize(self, method: str, token: str | None) -> None:
        core = self._core
        if not token:
            raise ApiError("not_authed")
        if token in core.revoked:
            raise ApiError("token_revoked")
        if token not in (core.bot_token, core.app_token):
            raise ApiError("invalid_auth")
        if (token == core.app_token) != (method in _APP_TOKEN_METHODS):
            raise ApiError("not_allowed_token_type")

    async def _refuse(self, request: web.Request, method: str, args: JSON, fault: Fault) -> web.StreamResponse:
        if fault.kind == "429":
            body = {"ok": False, "error": "ratelimited"}
            self._log(method, args, body, 429)
            return web.json_response(body, status=429, headers={"Retry-After": f"{fault.retry_after:g}"})
        if fault.kind == "500":
            self._log(method, args, None, 500)
            return web.Response(status=500, text="<html><body>Server Error</body></html>", content_type="text/html")
        if fault.kind == "error":
            body = {"ok": False, "error": fault.error}
            self._log(method, args, body, 200)
            return web.json_response(body)
        self._log(method, args, None, None)
        if fault.kind == "never":
            while request.transport is not None and not self._closing.is_set():
                await self._pause(0.1)
        return _break(request)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    def _log(self, method: str, args: JSON, answer: JSON | None, status: int | None) -> None:
        self._core.calls.append(Call(method, args, time.time(), answer, status))
        self._core.state.stir()

    # Everything else

    async def _response(self, request: web.Request) -> web.StreamResponse:
        fault = self._core.faults.pick("response_url", None)
        if fault and fault.kind in ("never", "dropped", "500", "429", "error"):
            return await self._refuse(request, "response_url", {}, fault)
        args: JSON = {}
        answer: JSON
        try:
            args = _json_object(await request.text())
            url = self._core.response_urls.use(request.match_info["key"])
            respond(self._core, url, args)
            answer, status = {"ok": True}, 200
        except ApiError as error:
            answer = error.to_json()
            status = 404 if error.error in ("used_url", "expired_url", "invalid_url") else 400
        if fault and fault.kind == "late":
            await self._pause(fault.delay)
        if fault and fault.kind == "lost":
            self._log("response_url", args, None, None)
            return _break(request)
        self._log("response_url", args, answer, status)
        if status == 200:
            return web.Response(text="ok")
        return web.json_response(answer, status=status)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._core.state.files.get(request.match_info["file"])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != self._core.bot_token or not self._core.has("files:read"):
            # Slack sends the sign-in page instead of an error.
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file["content"], content_type=file["mimetype"])


def _break(request: web.Request) -> web.Response:
    """Cut the connection, so that the caller sees no answer at all."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _arguments(request: web.Request) -> JSON:
    """The arguments from query string and body, form or JSON."""
    # Slack takes no token from the query, where logs would keep it.
    args: JSON = {key: value for key, value in request.query.items() if key != "token"}
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            args |= _json_object(await request.text())
        elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        else:
            raise ApiError("invalid_post_type")
    return args


def _json_object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        raise ApiError("invalid_json") from None
    if not isinstance(body, dict):
        raise ApiError("json_not_object")
    return body


def _token(request: web.Request, args: JSON) -> str | None:
    header = request.headers.get("Authorization", "")
    given = args.pop("token", None)
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else given


def _channel(args: JSON) -> str | None:
    channel = args.get("channel")
    return channel if isinstance(channel, str) else None
