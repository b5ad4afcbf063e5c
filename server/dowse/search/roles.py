"""What part a file plays in its project, told from its path."""

import re
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """A file's part; all but ``SOURCE`` stand behind what they serve, unless the query asks for them."""

    SOURCE = "source"
    TEST = "test"
    EXAMPLE = "example"
    VENDORED = "vendored"
    DECLARATION = "declaration"
    PROJECT = "project"
    """Changes, licence, authors: about the project rather than about what it does."""
    TRANSLATION = "translation"
    """Texts of the interface in one language, which repeat words of the code."""
    AUTOMATION = "automation"
    """What builds, checks and publishes the project."""


_DIRECTORY = r"(?:^|/)(?:{names})/"
_PATTERNS = {
    Role.VENDORED: re.compile(
        _DIRECTORY.format(names="vendor|vendored|third[_-]?party|3rdparty|external|_vendor"), re.IGNORECASE
    ),
    Role.TEST: re.compile(
        _DIRECTORY.format(names=r"tests?|specs?|__tests__|testing|test[_-]?data|e2e|mocks?|__mocks__|fixtures?")
        + r"|(?:^|/)(?:test_[^/]*|conftest\.py)$"
        + r"|[._-](?:tests?|specs?|cy)\.[A-Za-z]+$",
        re.IGNORECASE,
    ),
    Role.EXAMPLE: re.compile(
        _DIRECTORY.format(names="_?examples?|samples?|demos?|benchmarks?|benches|bench|playground|tutorials?"),
        re.IGNORECASE,
    ),
    Role.DECLARATION: re.compile(r"\.d\.[cm]?ts$|\.pyi$"),
    Role.PROJECT: re.compile(
        r"(?:^|/)(?:change(?:s|log)|history|news|release[_-]?notes?|authors|contributors|contributing|licen[sc]e|copying"
        r"|code_of_conduct|security|migrat\w*|upgrad\w*)[^/]*\.(?:md|markdown|rst|txt|adoc|org)$"
        r"|(?:^|/)(?:changes|changelog|history|news|authors|licen[sc]e|copying)$",
        re.IGNORECASE,
    ),
    Role.TRANSLATION: re.compile(
        _DIRECTORY.format(names="locales?|i18n|l10n|translations?")
        + r"|(?:^|/)langs?/.*\.(?:json|ya?ml|po|properties|php|xml|ftl|strings|arb|resx)$",
        re.IGNORECASE,
    ),
    Role.AUTOMATION: re.compile(
        r"(?:^|/)\.(?:github|gitlab|circleci|husky|changeset|vscode|devcontainer)/"
        r"|(?:^|/)(?:Makefile|Dockerfile|Jenkinsfile|docker-compose[^/]*|\.[^/]*\.ya?ml|package\.json|setup\.cfg)$",
        re.IGNORECASE,
    ),
}
_CAMEL_TEST = re.compile(r"[a-z0-9](?:Tests?|Specs?)\.[A-Za-z]+$")

_ASKS_FOR_TESTS = re.compile(
    r"""
    (?i:\b(?:tests?|specs?|mocks?|fixtures?)(?:\ (?:cases?|suites?|files?|functions?))?
        \ (?:for|of|that|covering|whether)\b
    | \b(?:unit|integration|regression|acceptance|e2e|end[- ]to[- ]end|smoke)[- ]tests?\b
    | \b(?:that|what)\ tests\ (?:the|a|an|that|whether|if|how)\b
    | \b(?:is|are|was|were|be|been)\b.*\b(?:tested|mocked)\b
    | \b(?:tested|mocked)\ (?:by|in|with)\b)
    | \b(?i:test)_\w | \w_(?i:tests?|specs?)\b | \bTest[A-Z]\w | [a-z0-9](?:Tests?|Specs?)\b   # the name of one
    | (?:^|[\s/])(?:tests?|specs?|__tests__|fixtures|mocks)/ | \.(?:test|spec)\.\w                # the path of one
    """,
    re.VERBOSE,
)
"""What asks for tests. The word alone does not: "how are failing tests retried" asks for what runs them."""

_ASKED_BY = {
    Role.EXAMPLE: frozenset("example examples sample samples demo demos benchmark benchmarks bench tutorial".split()),
    Role.VENDORED: frozenset("vendor vendored thirdparty third".split()),
    Role.DECLARATION: frozenset("declaration declarations stub stubs typing typings types".split()),
    Role.PROJECT: frozenset(
        "changelog release releases licence license contribute contributing upgrade upgrading migrate migrating".split()
    ),
    Role.TRANSLATION: frozenset("translation translations translated locale locales i18n l10n".split()),
    Role.AUTOMATION: frozenset("ci workflow workflows pipeline docker dockerfile makefile lint linter".split()),
}


@lru_cache(maxsize=1 << 14)
def role_of(path: str) -> Role:
    """Return the part that the file at ``path``, relative to its folder, plays."""
    for role, pattern in _PATTERNS.items():
        if pattern.search(path):
            return role
    return Role.TEST if _CAMEL_TEST.search(path) else Role.SOURCE


def holds_tests(path: str) -> bool:
    """Whether a file belongs to tests, also to those of vendored code."""
    return _PATTERNS[Role.TEST].search(path) is not None or _CAMEL_TEST.search(path) is not None


def asks_for(text: str, terms: Collection[str], role: Role) -> bool:
    """Whether a query, which has these words, wants files of this role."""
    if role is Role.TEST:
        return _ASKS_FOR_TESTS.search(text) is not None
    return role is Role.SOURCE or not _ASKED_BY[role].isdisjoint(terms)
