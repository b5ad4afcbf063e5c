"""How to add a package that is missing: the commands that messages give.

They name packages and no extra of Dowse, which may have come from a clone or a wheel, where pip would not look again.
They name the interpreter that runs, since the ``pip`` of a shell is often another's.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from importlib.util import find_spec

DISTRIBUTION = "dowse-lsp"
"""What pip calls Dowse; ``dowse`` on PyPI is another project's."""


def install_command(*wanted: str) -> str:
    """Return the command that installs these packages, with options of pip, into the running environment."""
    if find_spec("pip") is not None:
        return shlex.join((sys.executable, "-m", "pip", "install", *wanted))
    return shlex.join(("uv", "pip", "install", "--python", sys.executable, *wanted))  # what uv made has no pip


def extra_command(extra: str) -> str:
    """Return the command that installs what an extra of Dowse consists of."""
    return install_command(*dict.fromkeys(_packages(extra)))


def _packages(extra: str) -> Iterator[str]:
    from packaging.requirements import Requirement

    for line in requires(DISTRIBUTION) or ():
        requirement = Requirement(line)
        if requirement.marker is None or not requirement.marker.evaluate({"extra": extra}):
            continue
        if requirement.name == DISTRIBUTION:  # an extra that holds another one
            for other in requirement.extras:
                yield from _packages(other)
        else:
            yield f"{requirement.name}{requirement.specifier}"
