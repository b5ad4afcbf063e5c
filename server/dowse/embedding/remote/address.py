"""Where a remote model is and what it is called there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from dowse.embedding.model import ModelError

FORM = "NAME[#DIMENSIONS][@URL]"

_REFERENCE = re.compile(r"(?P<model>[^#\s]+?)(?:#(?P<dimensions>[0-9]{1,5}))?(?:@(?P<url>https?://\S*))?")
_LARGEST_DIMENSIONS = 16_384


@dataclass(frozen=True, slots=True)
class Address:
    """A model at an endpoint."""

    model: str
    url: str
    """Without a slash at the end."""
    dimensions: int | None = None
    """What the user asked for; None is the model's own number."""

    @property
    def host(self) -> str:
        """``name`` or ``name:port``, as the URL has it."""
        return urlsplit(self.url).netloc.lower()

    @property
    def is_loopback(self) -> bool:
        """Whether what is sent there stays on this machine."""
        name = urlsplit(self.url).hostname or ""
        if name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    @property
    def is_encrypted(self) -> bool:
        """Whether it is reached over TLS."""
        return self.url.startswith("https:")


def parse(provider: str, reference: str, default_url: str) -> Address:
    """Read what stands after the provider's colon in a model's name. Raises ModelError."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ModelError(f"{provider}:{reference[:80]} names no model; its form is {provider}:{FORM}")
    dimensions = int(found["dimensions"]) if found["dimensions"] else None
    if dimensions is not None and not 1 <= dimensions <= _LARGEST_DIMENSIONS:
        raise ModelError(f"{provider}:{found['model'][:80]} cannot have {dimensions} dimensions")
    return Address(found["model"], _checked_url(found["url"] or default_url), dimensions)


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise ModelError("the address of a model's endpoint is no URL; its form is https://HOST[:PORT][/PATH]")
    # The address is shown in messages and in the status, so nothing secret may be in it.
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ModelError(
            "the address of a model's endpoint holds no user, key or question mark; a key is kept by 'dowse key set'"
        )
    return url.rstrip("/")
