"""Projects that are never trained on, because relevance is judged on them, and how their code is recognised."""

from __future__ import annotations

import re

_PROJECTS = frozenset(
    """
    abseil abseil-cpp aeson aiohttp alamofire axios axum bash-it bats bats-core cats chi circe click cobra commons-lang
    commons-lang3 curl dapper ecto exposed express fastapi flask fmt fmtlib gin gson guzzle guzzlehttp http4s httpx
    jackson-databind kotlinx-coroutines kotlin-coroutines ktor laravel laravel-framework illuminate lazy.nvim libuv
    libuv1 messagepack-csharp mini.nvim model2vec monolog newtonsoft newtonsoft-json newtonsoft.json nlohmann
    nlohmann-json nlohmann-json3 nvm pandoc phoenix plug pydantic rack rails redis redux requests serde sinatra snapkit
    starlette telescope.nvim thealgorithms rosetta rosetta-code tokio trpc vapor vitest xmonad zig ziglang zig-clap zls
    zod
    actioncable actionmailbox actionmailer actionpack actiontext actionview activejob activemodel activerecord
    activestorage activesupport railties
    """.split()
)
"""The projects, and other names that their parts and packages go by."""

_DECORATION = re.compile(
    r"^(?:golang-(?:github|gopkg|golang|google|k8s|go)-(?:[a-z0-9]+-)?|golang-|rust-|librust-|ruby-|haskell-|php-|lib|node-"
    r"|python-|python3-|lua-|@[^/]+/|erlang-|elixir-|ocaml-|r-cran-)"
)
_SUFFIX = re.compile(r"(?:-(?:java|perl|php|dev|src|core|js|rs|go|py|cpp|lua|macros|derive|json|util|test|macro))+$")
_VERSION = re.compile(r"[-_.]?v?[0-9][0-9.]*$")


def is_left_out_package(name: str) -> bool:
    """Whether a package is one of the projects, a part of it, or made for it (``flask-login``, ``@trpc/server``)."""
    name = name.lower().replace("_", "-")
    scope, _, rest = name.partition("/")
    bare = _DECORATION.sub("", name)
    candidates = {name, scope.lstrip("@"), rest, bare, _SUFFIX.sub("", bare), _VERSION.sub("", bare)}
    candidates |= {candidate.split("-")[0] for candidate in (name, bare, rest)}
    candidates |= {part for candidate in (bare, rest) for part in candidate.split("-")[-1:]}
    return bool(candidates & _PROJECTS)


def is_left_out_path(path: str) -> bool:
    """Whether a file lies in a copy of one of the projects, as vendored code does: ``_vendor/requests/api.py``."""
    for part in path.lower().replace("_", "-").split("/"):
        stem = _VERSION.sub("", part.partition(".")[0]) if "." in part else _VERSION.sub("", part)
        if part in _PROJECTS or stem in _PROJECTS:
            return True
    return False
