"""The page served on this machine, to the one who was given its address.

Whoever can open a page in a browser on this machine must not be able to read a corpus or decide about it. So the
address holds a random token; a request with another Host (DNS rebinding), from another origin, or without the token is
refused.
"""

from __future__ import annotations

import secrets
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

from cleaner.problem import CleanerError, Problem
from cleaner.review.page import policy, render, script_json
from cleaner.review.session import Session
from cleaner.review.shown import chosen

try:
    import jinja2  # noqa: F401  the page needs it when it is asked for
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
except ImportError as error:  # pragma: no cover  an installation without the extra
    raise CleanerError(
        Problem("the review page needs packages that are not installed", hint="pip install 'article-cleaner[review]'")
    ) from error

ADDRESS: Final = "127.0.0.1"

LARGEST: Final = 100_000
"""Bytes of a request's body; a decision has some hundred."""

MOST_ROWS: Final = 500
"""Rows that one answer may hold."""

VIEWS: Final = 16
"""Lists that are remembered, so that one does not shift while it is scrolled and decided on."""

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Answer = Callable[[Request], Awaitable[Any]]


def refusal(method: str, headers: Any, host: str) -> str:
    """Why a request is refused, or ''. ``host`` is what the server is reached by, such as ``127.0.0.1:8000``."""
    hosts = {host, host.replace(ADDRESS, "localhost")}
    said = headers.get("host", "")
    if said not in hosts:
        return "this Host is not served here"
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{said}":
        return "requests of other origins are refused"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "requests of other sites are refused"
    if method not in ("GET", "HEAD"):
        if origin is None:
            return "a request that changes something must say its Origin"
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return "expected JSON"
    return ""


class Guard:
    """Lets through what may come in, and gives every answer its headers. Plain ASGI."""

    def __init__(self, app: Any, token: str, host: str) -> None:
        self.app, self.token, self.host = app, token.encode(), host
        live = policy(live=True) + "; frame-ancestors 'none'"
        self.headers = {**_HEADERS, "Content-Security-Policy": live}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        first, _, rest = scope["path"].removeprefix("/").partition("/")
        why = refusal(scope["method"], headers, self.host)
        if not why and not secrets.compare_digest(first.encode("utf-8", "replace"), self.token):
            why = "open the whole address that `cleaner review` printed"
        if why:
            await Response(f"refused: {why}\n", 403, self.headers, "text/plain")(scope, receive, send)
            return
        inner = {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode(), "root_path": ""}

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        await self.app(inner, receive, with_headers)


class Api:
    """What the page asks. One request after another, for all of them run in one thread and none waits within."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._views: dict[tuple[str, ...], list[int]] = {}

    async def page(self, _: Request) -> str:
        """The page, without data of the corpus."""
        known = self.session.review.summary
        data = {"live": True, "run": known.id or self.session.review.folder.name, "drafts": self.session.journal.drafts}
        return render(data, "cleaner review", live=True)

    async def summary(self, _: Request) -> dict[str, Any]:
        """The overview."""
        return self.session.show.summary()

    def _view(self, request: Request) -> list[int]:
        names = ("view", "order", "rule", "category", "state", "words")
        values = {name: request.query_params.get(name, "") for name in names}
        key = tuple(values.values())
        if key not in self._views:
            while len(self._views) >= VIEWS:
                del self._views[next(iter(self._views))]
            self._views[key] = chosen(
                self.session.review, self.session.show.standing, {**values, "state": values["state"] or "all"}
            )
        return self._views[key]

    async def cuts(self, request: Request) -> dict[str, Any]:
        """Rows of a list of cuts."""
        found = self._view(request)
        start, end = _range(request)
        return {"total": len(found), "rows": [self.session.show.row(number) for number in found[start:end]]}

    async def next(self, request: Request) -> dict[str, Any]:
        """Where in a list the next open cut stands, from behind a place on and then from the beginning."""
        found, after = self._view(request), _number(request, "after")
        state = self.session.show.standing.state
        places = (*range(after + 1, len(found)), *range(min(after + 1, len(found))))
        return {"at": next((at for at in places if state(found[at]) == "open"), None)}

    async def cut(self, request: Request) -> dict[str, Any]:
        """One cut."""
        place = request.query_params.get("place")
        return self.session.show.cut(request.query_params["key"], None if place is None else int(place))

    async def documents(self, request: Request) -> dict[str, Any]:
        """Rows of the list of documents."""
        words = request.query_params.get("words", "").casefold()
        rows = self.session.review.documents
        found = (
            [number for number, row in enumerate(rows) if words in row.name.casefold()] if words else range(len(rows))
        )
        start, end = _range(request)
        listed = [
            {"number": number, "name": rows[number].name, "cuts": rows[number].cuts} for number in found[start:end]
        ]
        return {"total": len(found), "rows": listed}

    async def document(self, request: Request) -> dict[str, Any]:
        """One whole document."""
        return self.session.show.document(_number(request, "number"))

    async def plan(self, _: Request) -> dict[str, Any]:
        """What would be written."""
        return self.session.planned()

    async def decide(self, request: Request) -> dict[str, Any]:
        """Take a decision. It is on the disk when this answers."""
        asked = await _body(request)
        return self.session.decide(str(asked.get("kind")), str(asked["key"]), int(asked.get("place") or 0))

    async def undo(self, request: Request) -> dict[str, Any]:
        """Take one back."""
        number = (await _body(request)).get("number")
        return self.session.undo(None if number is None else int(number))

    async def save(self, request: Request) -> dict[str, Any]:
        """Write the plan that was shown. The files are on the disk when this answers."""
        return self.session.save(str((await _body(request)).get("digest")))


def _number(request: Request, name: str) -> int:
    return int(request.query_params[name])


def _range(request: Request) -> tuple[int, int]:
    start = max(0, int(request.query_params.get("start", "0")))
    return start, start + min(MOST_ROWS, max(0, int(request.query_params.get("count", "100"))))


async def _body(request: Request) -> dict[str, Any]:
    import json

    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise ValueError("the request is too large")
    asked = json.loads(raw)
    if not isinstance(asked, dict):
        raise ValueError("expected an object")
    return asked


def make_app(session: Session, token: str, host: str) -> Any:
    """The whole application, guarded."""
    api = Api(session)

    def answering(answer: Answer) -> Answer:
        async def respond(request: Request) -> Response:
            try:
                found = await answer(request)
            except CleanerError as error:
                return _json({"error": "\n".join(map(str, error.problems))}, 409)
            except (KeyError, IndexError):
                return _json({"error": "there is nothing of this name"}, 404)
            except ValueError as error:
                return _json({"error": f"not understood: {error}"}, 400)
            return Response(found, media_type="text/html") if isinstance(found, str) else _json(found, 200)

        return respond

    asked = ("summary", "cuts", "next", "cut", "documents", "document", "plan")
    done = ("decide", "undo", "save")
    routes = [
        Route("/", answering(api.page)),
        *(Route(f"/api/{name}", answering(getattr(api, name)), methods=["GET"]) for name in asked),
        *(Route(f"/api/{name}", answering(getattr(api, name)), methods=["POST"]) for name in done),
    ]
    return Guard(Starlette(routes=routes), token, host)


def _json(value: Any, status: int) -> Response:
    return Response(script_json(value), status, media_type="application/json")


def serve(session: Session, port: int, opened: Callable[[str], None]) -> None:
    """Serve until the process is interrupted. ``port`` 0 is any free one; ``opened`` is given the address once the
    server listens. Raises `CleanerError` where the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
    except (OSError, OverflowError) as error:
        listening.close()
        hint = "name another one with --port, or none for any"
        why = getattr(error, "strerror", None) or "ports go up to 65535"
        raise CleanerError(Problem(f"cannot listen on port {port}: {why}", hint=hint)) from error
    listening.listen(128)
    host = f"{ADDRESS}:{listening.getsockname()[1]}"
    token = secrets.token_urlsafe(24)
    app = make_app(session, token, host)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=2
    )
    opened(f"http://{host}/{token}/")
    uvicorn.Server(config).run(sockets=[listening])
