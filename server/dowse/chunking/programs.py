"""The programs that a script's first lines name: ``#!`` lines as people write them."""

import re

_LINE = re.compile(r"\ufeff?#!\s*([^\r\n]*)")
_NIX_SHELL = re.compile(r"^#!\s*nix-shell\b.*?\s-i\s+(\S+)|^#!\s*nix\s.*?(?:--command|-c)\s+(\S+)", re.MULTILINE)
_HANDED_OVER = re.compile(
    r"^(?:['\":]*[;\s]*|//.*?)exec\s+(?:env\s+)?(?:\S*/)?(\w+)\b.*\"?\$\{?(?:0|BASH_SOURCE)", re.M
)
_ASSIGNMENT = re.compile(r"\w+=")
_VERSION = re.compile(r"[\d.]+$")
_HEAD = 1_000

_RUNNERS = {
    **dict.fromkeys(("uv", "poetry", "pipenv", "pdm", "hatch", "rye", "pipx", "conda", "micromamba", "pixi"), "python"),
    **dict.fromkeys(("npx", "pnpx", "bunx", "pnpm", "yarn", "npm"), "node"),
    "bundle": "ruby",
    "dotnet": "dotnet-script",
    "cargo": "cargo",
    "go": "gorun",
}
"""Programs that start another, and what they run where none is named."""
_WRAPPERS = frozenset("env sudo nice time exec busybox nohup stdbuf setsid unbuffer".split())
_SHELLS = frozenset("sh bash dash ksh zsh ash".split())


def programs_of(text: str) -> tuple[str, ...]:
    """Return the interpreters that a text's ``#!`` line may lead to, without folder and version, the likeliest first.

    Where one program starts another (``uv run``), an option's value may look like a program, so that several are
    named. None without such a line.
    """
    line = _LINE.match(text)
    if line is None:
        return ()
    head = text[:_HEAD]
    nix = _NIX_SHELL.search(head)
    if nix is not None:
        return (_plain(nix[1] or nix[2]),)
    found = _programs(line[1].split())
    if found and found[0] in _SHELLS:
        handed = _HANDED_OVER.search(head)
        if handed is not None:
            return (_plain(handed[1]), *found)
    return found or ("",)


def _programs(words: list[str]) -> tuple[str, ...]:
    runner = ""
    found: list[str] = []
    for word in words:
        # Options and assignments are no programs.
        if word.startswith(("-", "+")) or _ASSIGNMENT.match(word):
            continue
        name = _plain(word)
        if runner:
            found.append(name)
        elif name in _RUNNERS:
            runner = name
        elif name not in _WRAPPERS:
            return (name,)
    return (*found, _RUNNERS[runner]) if runner else ()


def _plain(word: str) -> str:
    name = re.split(r"[\\/]", word.strip("\"'"))[-1].lower().removesuffix(".exe")
    return _VERSION.sub("", name) or name
