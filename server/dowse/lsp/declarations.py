"""What the files of ``requests/`` and ``notifications/`` declare: each message, who handles it and how.

A file declares its messages as module constants, beside their handlers, and ``discovery`` finds them. The methods that
``initialize`` announces, the table of ``workspace/executeCommand``, the tables of ``docs/protocol.md`` and the client's
TypeScript derive from them. The constant's name is the message's name in TypeScript.
"""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, get_type_hints

import attrs
from lsprotocol import types

from dowse.lsp import protocol
from dowse.lsp.client import Client
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import OnStatus, RequestContext, Session
from dowse.settings import Settings

Params = Any
"""A handler's parameters and result are of the classes that its annotations name."""


@dataclass(frozen=True)
class _AnsweredMessage:
    """What all messages have that are answered."""

    name: str
    answer: Callable[..., Any]

    @property
    def params(self) -> type | None:
        """The class of the parameters; None where there are none."""
        return _annotated(self.answer, "params")

    @property
    def result(self) -> type | None:
        """The class of the result; None for null."""
        return _annotated(self.answer, "return")


@dataclass(frozen=True)
class Request(_AnsweredMessage):
    """A request that is answered from the engine, on a thread of its ``schedule``.

    ``answer`` is called once all changes that came before have been taken in. It may block, and read the disk. Its
    ``ValueError`` is an answer of invalid parameters, its ``LookupError`` and ``OSError`` one of a failed request.
    """

    answer: Callable[[RequestContext, Params], Any]
    schedule: Schedule
    supersede_key: Callable[[Params], Hashable] | None = None
    """A newer request with the same key cancels the one that still runs: what is typed in one box has one answer."""
    is_enabled: Callable[[Settings, Client, Params], bool] = lambda settings, client, params: True
    """Whether the settings and the client want an answer; called on the event loop, before anything is waited for."""
    deadline: float | None = None
    """Seconds after which the answer is ``without_engine(params)``, as it is where there is no engine to ask."""
    otherwise: Callable[[Params], Any] = lambda params: None
    """The answer of a request that is not enabled."""
    without_engine: Callable[[Params], Any] | None = None
    """The answer of a request that comes too late; None for that of one that is not enabled."""
    title: str = "Searching"
    """Shown beside the progress of a request with a token for it."""


@dataclass(frozen=True)
class ProtocolRequest(_AnsweredMessage):
    """A request about the session itself, which is answered on the event loop: ``answer`` must not block."""

    answer: Callable[[Session, Params], Any]


@dataclass(frozen=True)
class Command(_AnsweredMessage):
    """A ``workspace/executeCommand`` that is answered as a :class:`Request` is; it takes one argument or none.

    ``present`` is called on the event loop with what was answered, to show it, and returns the result.
    """

    answer: Callable[[RequestContext, Params], Any]
    schedule: Schedule
    supersede_key: Callable[[Params], Hashable] | None = None
    title: str = "Searching"
    typed_field: str | None = None
    """The field of the argument that words stand for which are not JSON."""
    present: Callable[[Session, Any], Awaitable[Any]] | None = None

    @property
    def result(self) -> type | None:
        """The class of the result; None for null."""
        return _annotated(self.present or self.answer, "return")


@dataclass(frozen=True)
class EngineCommand:
    """A ``workspace/executeCommand`` without argument and result that tells the engine to do something, in order."""

    name: str
    change: Callable[[Any], None]
    params: None = None
    result: None = None


@dataclass(frozen=True)
class Notification:
    """A notification that changes what is searched.

    ``handle`` is called on the engine's thread, after all that came before: it may read the disk, but waits for nothing
    else. It takes the session, the engine and the parameters.
    """

    name: str
    handle: Callable[[Session, Any, Params], None]
    result: None = None

    @property
    def params(self) -> type | None:
        """The class of the parameters."""
        return _annotated(self.handle, "params")


@dataclass(frozen=True)
class ProtocolNotification:
    """A notification about the session itself, handled on the event loop: ``handle`` must not block."""

    name: str
    handle: Callable[[Session, Params], Any]
    result: None = None

    @property
    def params(self) -> type | None:
        """The class of the parameters."""
        return _annotated(self.handle, "params")


@dataclass(frozen=True)
class OutgoingNotification:
    """A notification of Dowse's own that the server sends."""

    name: str
    params: type
    result: None = None


@dataclass(frozen=True)
class StatusListener:
    """Makes, for a session, what is told of every state of the index, on the event loop."""

    make: Callable[[Session], OnStatus]


Incoming = Request | ProtocolRequest | Notification | ProtocolNotification
AnyCommand = Command | EngineCommand
Message = Incoming | OutgoingNotification


class Declarations:
    """All that some modules declare, by name."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._modules = tuple(modules)

    @cached_property
    def constants(self) -> dict[str, Any]:
        """Each declaration under the name of its constant."""
        kinds = (*_KINDS, Command, EngineCommand)
        found = {
            name: value for module in self._modules for name, value in vars(module).items() if isinstance(value, kinds)
        }
        return dict(sorted(found.items(), key=lambda item: item[1].name))

    @cached_property
    def incoming(self) -> Mapping[str, Incoming]:
        """What the client sends."""
        return {each.name: each for each in self.constants.values() if isinstance(each, Incoming)}

    @cached_property
    def commands(self) -> Mapping[str, AnyCommand]:
        """What ``workspace/executeCommand`` takes."""
        return {each.name: each for each in self.constants.values() if isinstance(each, AnyCommand)}

    @cached_property
    def messages(self) -> Mapping[str, Message]:
        """The messages in both directions."""
        return {each.name: each for each in self.constants.values() if isinstance(each, Message)}

    @cached_property
    def own_messages(self) -> Mapping[str, Message]:
        """Those that the protocol does not define."""
        return {name: each for name, each in self.messages.items() if name not in types.METHOD_TO_TYPES}

    @cached_property
    def status_listeners(self) -> tuple[StatusListener, ...]:
        """What follows the state of the index."""
        values = [value for module in self._modules for value in vars(module).values()]
        return tuple(value for value in values if isinstance(value, StatusListener))

    @cached_property
    def wire_types(self) -> dict[str, type]:
        """The classes of Dowse's own parameters and results, by name; those first that several messages share."""
        return {
            name: value
            for module in (protocol, *self._modules)
            for name, value in vars(module).items()
            if isinstance(value, type) and attrs.has(value) and value.__module__ == module.__name__
        }


_KINDS = (Request, ProtocolRequest, Notification, ProtocolNotification, OutgoingNotification)


def _annotated(handler: Callable[..., Any], name: str) -> type | None:
    # The engine is imported for type checkers alone, since it takes time.
    hint = get_type_hints(handler, localns={"Engine": object}, include_extras=True).get(name)
    return None if hint is type(None) else hint
