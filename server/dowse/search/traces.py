"""Stack traces pasted as queries: what went wrong, in which functions and files."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FEWEST_FRAMES = 2
"""One line that looks like a frame may be a sentence that names a place."""

_FRAMES_LOOKED_AT = 6
"""The innermost frames tell where it happened; those further out tell how the program was started."""

_PYTHON = re.compile(r'^\s*File "(?P<path>[^"\n]+)", line \d+(?:, in (?P<name>[\w.<>]+))?\s*$')
_AT = re.compile(
    # JavaScript, Java, C#: "at name (path:1:2)", "at name(Path.java:1)", "at path:1:2", "at Name() in path:line 1"
    r"^\s*at\s+(?:(?:async |new )?(?P<name>[\w.$<>]+)(?:\([^()]*\) in | ?\())?"
    r"(?P<path>[^\s()]+?):(?:line )?\d+(?::\d+)?\)?\s*$"
)
_RUST = re.compile(r"^\s*(?:\d+:\s+(?P<name>[\w:<>]+)|at (?P<path>\S+):\d+(?::\d+)?)\s*$")
_PLACE = re.compile(
    # Go, Ruby, PHP, compilers: "path:12", "path:12:5: error", "from path:12:in 'name'", "#0 path(12): name()"
    r"^\s*(?:from |#\d+ )?(?P<path>[\w./\\~@-]+\.\w{1,5})[:(]\d+\)?(?::\d+)?"
    r"(?::in [`'](?P<name>[^']+)'|: (?P<call>[\w\\>:-]+)\()?"
)
_HEADING = re.compile(
    r"^\s*(?:Traceback \(most recent call last\)|goroutine \d+|stack backtrace|Stack trace).*$", re.IGNORECASE
)
_GO_CALL = re.compile(r"^(?P<name>[\w./*()-]+)\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Trace:
    """What a stack trace tells, the innermost frame first."""

    message: str
    functions: tuple[str, ...]
    paths: tuple[str, ...]
    """With ``/``, as long as they were given."""


def read_trace(text: str) -> Trace | None:
    """Read a stack trace of Python, JavaScript, Java, C#, Go, Rust, Ruby or PHP, or a compiler's list of places.

    None for text that holds fewer than two frames, however it looks otherwise.
    """
    lines = text.splitlines()
    if len(lines) < _FEWEST_FRAMES:
        return None
    frames: list[tuple[str, str]] = []
    message: list[str] = []
    source_follows = is_python = False
    for line in lines:
        frame = _PYTHON.match(line) or _AT.match(line) or _RUST.match(line) or _PLACE.match(line)
        if frame is not None:
            found = frame.groupdict()
            frames.append((found.get("name") or found.get("call") or "", found.get("path") or ""))
            source_follows = is_python = frame.re is _PYTHON
            if frame.re is _PLACE:
                message.append(line[frame.end() :].lstrip(": "))
        elif (call := _GO_CALL.match(line)) is not None:
            frames.append((call["name"], ""))
        elif source_follows and line.startswith("    "):
            continue
        elif not _HEADING.match(line):
            source_follows = False
            message.append(line)
    if sum(bool(path) for _, path in frames) < _FEWEST_FRAMES:
        return None
    inner = frames[::-1] if is_python else frames
    functions = (_plain(name) for name, _ in inner if name)
    paths = (path.replace("\\", "/").strip("/") for _, path in inner if path)
    return Trace(
        "\n".join(line.strip() for line in message if line.strip()),
        tuple(dict.fromkeys(name for name in functions if name))[:_FRAMES_LOOKED_AT],
        tuple(dict.fromkeys(paths))[:_FRAMES_LOOKED_AT],
    )


def _plain(name: str) -> str:
    """Return a frame's function without what runtimes add: ``<module>``, ``(*T)``, hashes, the package's folders."""
    name = re.sub(r"<[^<>]*>|\(\*?(\w+)\)", r"\1", name.rpartition("/")[2])
    name = re.sub(r"::h[0-9a-f]{16}$", "", name)
    return re.sub(r"[.:]*$", "", name.replace("->", ".").replace("\\", "."))
