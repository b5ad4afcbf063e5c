"""Requests to one endpoint: pooled, bounded in time and size, tried again, and ended at once when asked to.

The requests of a call run on an event loop of the calling thread, because a coroutine can be cancelled wherever it
waits and a thread cannot.

Retrying is our own: the libraries for it (tenacity, stamina) know neither a deadline that all attempts of all requests
of a call share, nor an endpoint's wish that holds for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

import dowse
from dowse.embedding.model import ModelError, ModelUnavailable
from dowse.embedding.remote import failures
from dowse.embedding.remote.failures import Retryable

if TYPE_CHECKING:
    import httpx2

    from dowse.embedding.remote.address import Address
    from dowse.embedding.remote.keys import Key

T = TypeVar("T")

IN_FLIGHT = 4
"""Requests that an endpoint gets at a time, until it says that this is too many."""

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 60.0
"""For one attempt: a model that an endpoint has to load first takes so long."""
_LARGEST_ANSWER = 64_000_000
"""Bytes; 2,048 vectors of 3,072 numbers in JSON take about as much."""
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 15.0


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """How long a call may take, all attempts and waits included, and how often each request is tried."""

    seconds: float
    attempts: int


class Endpoint:
    """An endpoint and the connections to it. Used by one thread, but for :meth:`interrupt`."""

    def __init__(self, address: Address, key: Key | None, requests_per_minute: int, remedy: str = "") -> None:
        """``remedy`` is what may help where nothing listens."""
        self.address = address
        self._remedy = remedy
        self._key = key
        self._interval = 0.0 if address.is_loopback else 60 / requests_per_minute
        self._runner: asyncio.Runner | None = None
        self._client: httpx2.AsyncClient | None = None
        self._turns: asyncio.Semaphore
        self._next_turn = 0.0
        self._patience = RetryBudget(0, 0)
        self._deadline = 0.0
        self._lock = threading.Lock()
        # The following belong to whoever holds the lock.
        self._interrupted = False
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None

    def call(self, work: Callable[[], Coroutine[Any, Any, T]], patience: RetryBudget) -> T:
        """Run ``work``, which makes requests, to its end. Raises ModelError; nothing is under way afterwards."""
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            return self._runner.run(self._bounded(work, patience))
        except asyncio.CancelledError:
            raise ModelError(f"the request to {self.address.host} was broken off") from None
        except TimeoutError:
            raise ModelUnavailable(
                f"{self.address.host} has not answered within {patience.seconds:.0f} seconds"
            ) from None

    def interrupt(self) -> None:
        """End the call under way and every later one; from any thread."""
        with self._lock:
            self._interrupted = True
            if self._running is not None:
                loop, task = self._running
                loop.call_soon_threadsafe(task.cancel)

    def close(self) -> None:
        """Close the connections."""
        if self._runner is None:
            return
        if self._client is not None:
            self._runner.run(self._client.aclose())
        self._runner.close()
        self._runner = self._client = None

    async def post(self, url: str, body: Mapping[str, Any], read: Callable[[bytes], T]) -> T:
        """Send ``body`` as JSON and return what ``read`` makes of the answer.

        ``read`` raises ``ValueError`` for what is no answer. Raises InputTooLong when the endpoint says that it was
        sent too much at once, ModelError for all else that is in the way.
        """
        return await self._tried("POST", url, msgspec.json.encode(body), read)

    async def get(self, url: str, read: Callable[[bytes], T]) -> T:
        """Return what ``read`` makes of what stands under ``url``; see :meth:`post`."""
        return await self._tried("GET", url, b"", read)

    async def _bounded(self, work: Callable[[], Coroutine[Any, Any, T]], patience: RetryBudget) -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None, "a coroutine of a runner is a task"
        with self._lock:
            if self._interrupted:
                raise asyncio.CancelledError
            self._running = loop, task
        try:
            if self._client is None:
                self._client = self._connected()
                self._turns = asyncio.Semaphore(IN_FLIGHT)
            self._patience, self._deadline = patience, loop.time() + patience.seconds
            async with asyncio.timeout(patience.seconds):
                return await work()
        finally:
            with self._lock:
                self._running = None

    async def _tried(self, method: str, url: str, content: bytes, read: Callable[[bytes], T]) -> T:
        loop = asyncio.get_running_loop()
        for attempt in range(1, self._patience.attempts + 1):
            try:
                async with self._turns:
                    await self._turn()
                    return read(await self._sent(method, url, content))
            except Retryable as error:
                failure = error
            except ValueError:  # msgspec's errors are among them; they can quote the answer and are not passed on
                failure = Retryable(f"{self.address.host} sent something that is not an answer")
            wait = _backoff(attempt) if failure.after is None else failure.after
            if attempt == self._patience.attempts or loop.time() + wait >= self._deadline:
                break
            if failure.after is not None:  # all requests are meant, not this one alone
                self._next_turn = max(self._next_turn, loop.time() + wait)
            await asyncio.sleep(wait)
        asks = f" and asks for {failure.after:.0f} seconds of rest" if failure.after else ""
        raise ModelUnavailable(f"{failure}{asks}")

    async def _turn(self) -> None:
        """Wait until the endpoint may get another request."""
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next_turn)
        self._next_turn = turn + self._interval
        await asyncio.sleep(turn - now)

    async def _sent(self, method: str, url: str, content: bytes) -> bytes:
        """Send one request and return the body of its answer, if it is one."""
        import httpx2

        assert self._client is not None, "made before the first request"
        headers = {"Content-Type": "application/json"} if content else {}
        received = bytearray()
        try:
            async with self._client.stream(method, url, content=content, headers=headers) as response:
                async for part in response.aiter_bytes():
                    received += part
                    if len(received) > _LARGEST_ANSWER:
                        raise ModelError(f"{self.address.host} sends an answer without end")
        except httpx2.TimeoutException:
            raise Retryable(f"{self.address.host} does not answer in time") from None
        except httpx2.ConnectError as error:
            raise Retryable(
                f"{self.address.host} cannot be reached: {failures.first_line(error)}{self._remedy}"
            ) from None
        except httpx2.RequestError as error:
            raise Retryable(f"{self.address.host} did not answer as it should ({type(error).__name__})") from None
        except httpx2.InvalidURL:
            raise ModelError(f"{self.address.url[:200]} is no address") from None
        if response.status_code != HTTPStatus.OK:
            raise failures.of_answer(
                self.address, response.status_code, response.headers, bytes(received), has_key=self._key is not None
            )
        return bytes(received)

    def _connected(self) -> httpx2.AsyncClient:
        import httpx2

        for library in ("httpx2", "httpcore2"):  # they log addresses and what an endpoint answers, at debug level
            logging.getLogger(library).setLevel(logging.WARNING)
        headers = {"User-Agent": f"dowse/{dowse.__version__}", "Accept": "application/json"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key.reveal()}"
        return httpx2.AsyncClient(
            headers=headers,
            timeout=httpx2.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            limits=httpx2.Limits(max_connections=IN_FLIGHT),
            # A proxy that the environment names must not see what is meant to stay on this machine.
            trust_env=not self.address.is_loopback,
            follow_redirects=False,  # where to, the endpoint would decide, and the user has not named it
        )


def _backoff(attempt: int) -> float:
    """Return seconds to wait after a failed attempt: twice as long each time, at random, so that clients spread."""
    return random.uniform(0.5, 1) * min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempt - 1))
