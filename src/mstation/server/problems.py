"""Errors in, RFC 9457 problems out: the one table from the core's errors to HTTP's numbers."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Literal

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from mstation.errors import (
    Conflict,
    Faulty,
    Forbidden,
    InvalidInput,
    MStationError,
    NotFound,
    NotSignedIn,
    Stale,
    StoreFailed,
    TooOften,
    Unsupported,
)

STATUS: dict[type[MStationError], int] = {
    Unsupported: 415,
    InvalidInput: 422,
    NotFound: 404,
    Stale: 412,
    Conflict: 409,
    NotSignedIn: 401,
    Forbidden: 403,
    TooOften: 429,
    StoreFailed: 503,
}
_TITLES = {each.value: each.phrase for each in HTTPStatus}
_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong, where, and what to do. Source: RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    faults: list[str] = []


RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "What went wrong",
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
}


def tell_problems(app: FastAPI) -> None:
    """Let an app answer every error with a problem."""
    app.add_exception_handler(MStationError, _of_the_core)
    app.add_exception_handler(RequestValidationError, _of_the_request)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _unexpected)


def language_of(request: Request) -> Literal["en", "zh"]:
    """Return the language in which a person is told, by `Accept-Language`."""
    wanted = request.headers.get("accept-language", "").strip().casefold()
    return "zh" if wanted.startswith("zh") else "en"


def problem(
    status: int,
    detail: str,
    *,
    type_: str = "about:blank",
    faults: list[str] | None = None,
    wait_s: int | None = None,
) -> Response:
    """Return a problem as a response."""
    body = Problem(type=type_, title=_TITLES.get(status, "Error"), status=status, detail=detail)
    headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="mstation"'
    content = orjson.dumps(
        {**body.model_dump(), "detail": _sayable(detail), "faults": [*map(_sayable, faults or [])]}
    )
    return Response(content, status, headers, media_type="application/problem+json")


def _sayable(told: str) -> str:
    """Return a text that UTF-8 can hold: what is quoted of a request may be half a sign."""
    return told.encode("utf-8", "replace").decode()


def _of_the_core(request: Request, error: Exception) -> Response:
    assert isinstance(error, MStationError)
    kinds = (kind for kind in type(error).__mro__ if kind in STATUS)
    status = STATUS.get(next(kinds, MStationError), 500)
    wait_s = error.wait_s if isinstance(error, TooOften) else None
    needs = error.needs if isinstance(error, NotSignedIn) else None
    type_ = "about:blank" if needs is None else f"urn:mstation:needs-{needs}"
    language = language_of(request)
    faults = error.faults_told(language) if isinstance(error, Faulty) else None
    told = error.told(language)
    return problem(status, told, type_=type_, faults=faults, wait_s=wait_s)


def _of_the_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    ]
    detail = "the request is not what this address takes"
    if language_of(request) == "zh":
        detail = "请求内容不符合要求"
    return problem(422, detail, faults=faults)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    detail = "the station failed; its log says where"
    if language_of(request) == "zh":
        detail = "服务器内部出错，详情见其日志"
    return problem(500, detail)
