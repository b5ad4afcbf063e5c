"""What can be wrong with an answer, and what the user is told of it.

Nothing that an endpoint writes is passed on: it may repeat the key or the text that it was sent.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from dowse.embedding.model import ModelError, ModelUnavailable
from dowse.embedding.remote.address import Address
from dowse.embedding.remote.keys import account_of, how_to_give

_PASSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    529,  # overloaded, as some services say
}
_OF_SIZE = ("token", "length", "too long", "too large", "batch", "maximum", "context")
"""Words of the answers with which OpenAI, vLLM, TEI and LM Studio refuse too long a text or too many of them."""
_NO_MONEY = ("insufficient_quota", "billing_not_active")


class Retryable(Exception):
    """The same request may succeed later. The message is for the user, should it not."""

    def __init__(self, message: str, after: float | None = None) -> None:
        """``after`` is the number of seconds that the endpoint asks to be left alone."""
        super().__init__(message)
        self.after = after


class ModelNotFound(ModelUnavailable):
    """The endpoint knows neither the address that was asked, nor perhaps the model."""


class InputTooLong(ModelError):
    """The endpoint takes fewer texts, or shorter ones, than it was sent."""


def of_answer(
    address: Address, status: int, headers: Mapping[str, str], body: bytes, *, has_key: bool
) -> ModelError | Retryable:
    """Return what an answer other than 200 means."""
    host, account = address.host, account_of(address)
    code = _code(body)
    if code in _NO_MONEY:
        return ModelUnavailable(f"the account at {host} has no quota left or is not active; see its billing page")
    if status in _PASSING:
        return Retryable(f"{host} answers {status}{_phrase(status)}", retry_after(headers))
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        what = "refuses the key" if has_key else "wants a key"
        return ModelUnavailable(f"{host} {what} ({status}): {how_to_give(account)}")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or (
        status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY) and _speaks_of_size(body)
    ):
        return InputTooLong(f"{host} refuses a text as too long ({status})")
    if 300 <= status < 400:
        return ModelUnavailable(
            f"{host} redirects to another address ({status}), which is not followed; name that address in the setting"
        )
    if status == HTTPStatus.NOT_FOUND:
        return ModelNotFound(
            f"{host} has no model {address.model!r}, or {address.url} is not where it is asked for (404); "
            "an address that speaks OpenAI's API usually ends in /v1"
        )
    return ModelUnavailable(
        f"{host} refuses the request ({status}{_phrase(status)}); is {address.model!r} a model that embeds text?"
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a ``Retry-After``, which is a number or a date (RFC 9110, 10.2.3); None without one."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())


def first_line(error: Exception) -> str:
    """Return what the system says of a connection that could not be made."""
    return next(iter(str(error).splitlines()), "")[:200] or type(error).__name__


def _code(body: bytes) -> str:
    """Return OpenAI's name of an error; empty where there is none."""
    try:
        error = json.loads(body)["error"]
        return str(error.get("code") or error.get("type"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""


def _speaks_of_size(body: bytes) -> bool:
    text = body[:2_000].decode("utf-8", "replace").lower()
    return any(word in text for word in _OF_SIZE)


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
