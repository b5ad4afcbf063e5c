"""Between JSON and the protocol's classes."""

import json
import re
from functools import cache
from typing import Any, TypeAlias

import attrs
import cattrs
import msgspec
from lsprotocol import converters, types

Json: TypeAlias = Any
"""A value as ``json`` reads it, or an object of the protocol's classes."""

_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")
_QUOTED = re.compile(r"`[^`]*`")


class InvalidParams(ValueError):
    """Parameters that do not fit their method; the message names the fault and its place."""


@cache
def converter() -> cattrs.Converter:
    """Return the converter of everything that the protocol defines. Its methods are safe on any thread."""
    return converters.get_converter()


def structure(value: Json, kind: type | None) -> Json:
    """Return ``value``, plain JSON, as a ``kind`` (None: there is nothing to read); raises :class:`InvalidParams`.

    Dowse's own parameters are read strictly: cattrs would take ``5`` for a string and ``"*.py"`` for four globs.
    Standard ones are not: editors in the field send sloppy values, and to refuse those helps nobody.
    """
    if kind is None:
        return None
    try:
        if kind.__module__ != types.__name__:
            return msgspec.convert(_in_snake_case(value), kind)
        if value is None and attrs.has(kind):
            value = {}  # some clients send ``initialized`` so; where something is needed, that is named
        if attrs.has(kind) and not isinstance(value, dict):
            raise InvalidParams("expected an object")
        return converter().structure(value, kind)
    except msgspec.ValidationError as error:
        raise InvalidParams(_QUOTED.sub(lambda quoted: _in_camel_case(quoted[0]), str(error))) from None
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        faults = cattrs.transform_error(error, path="params")
        raise InvalidParams("; ".join(fault.partition("(")[0] for fault in faults)) from None


def unstructure(value: Json) -> Json:
    """Return what ``json`` can write of a value made of the protocol's classes. Safe on any thread."""
    return converter().unstructure(value)


def encode(value: Json) -> bytes:
    """Return plain JSON as it is sent."""
    try:
        return msgspec.json.encode(value)  # ``json`` took a third of what the event loop does for an answer
    except UnicodeEncodeError:  # half a character, which only ``json`` can spell
        return json.dumps(value).encode()


def _in_snake_case(value: Json) -> Json:
    """Rename the keys as the classes spell them; null is the same as absent."""
    if isinstance(value, dict):
        return {
            _CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", key): _in_snake_case(item)
            for key, item in value.items()
            if item is not None
        }
    return [_in_snake_case(item) for item in value] if isinstance(value, list) else value


def _in_camel_case(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)
