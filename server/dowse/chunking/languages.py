"""Which files are indexed, in which language, in which space.

What is indexed and what is not:

* Source code in every language below, build files, container files, schemas, infrastructure and configuration written
  by people (YAML, TOML, INI, Make, CMake, Terraform, Protobuf, GraphQL …) is code.
* Markdown, reStructuredText, AsciiDoc, Org and plain text are prose, as are ``README``, ``CHANGELOG`` and their like
  without a suffix. A ``.txt`` file of more than :data:`MAX_PLAIN_TEXT` characters is data (a word list, a dump).
* Data is left out: JSON, CSV, XML, SVG, translation catalogues, lock files, logs. The JSON and XML files that people
  write and look for by meaning (``package.json``, ``tsconfig.json``, ``pom.xml``, project files) are indexed as code.
* Licence texts are left out: every vendored package brings the same ones, and nobody searches them by meaning.
"""

import re
from dataclasses import dataclass
from functools import cache

from dowse.chunking.chunk import SpaceName
from dowse.chunking.language_table import LANGUAGES, Language

MAX_PLAIN_TEXT = 256_000

_LEFT_OUT_NAMES = re.compile(
    r"(?:un)?licen[cs]e|copying|notice|copyright|patents|third[-_]party[-_]\w+|package-lock|npm-shrinkwrap|pnpm-lock",
    re.IGNORECASE,
)
_TEMPLATE_SUFFIXES = {"in", "tmpl", "tpl", "template", "j2", "jinja", "jinja2", "erb", "ejs", "mustache", "hbs", "dist"}
_SHEBANG = re.compile(r"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*/)?([A-Za-z+]+)[\d.]*")
_MODELINE = re.compile(
    r"-\*-\s*(?:.*\bmode:\s*)?([\w+-]+)\s*(?:;.*)?-\*-|\bvim?:.*\b(?:ft|filetype|syntax)=(\w+)", re.I
)

_CPP_HEADER = re.compile(
    r"^\s*(?:class|namespace|template\s*<|using\s|public:|private:|protected:|constexpr\b|enum\s+class\b)"
    r"|^\s*#\s*include\s*<\w+>|\bstd::|\bvirtual\b|\bnullptr\b|\boperator\s*[=+<(\[]",
    re.MULTILINE,
)
_OBJC = re.compile(r"^\s*(?:@(?:interface|protocol|implementation|class|import|property)\b|#\s*import\b)", re.MULTILINE)
_MATLAB = re.compile(r"^\s*(?:function\b|classdef\b|%|clear\b|close all)", re.MULTILINE)
_PROLOG = re.compile(r"^\s*:-|^[a-z]\w*\(.*\)\s*:-", re.MULTILINE)
_MAKE_DEPENDENCIES = re.compile(r"\s*[^\s:]+\.l?o\s*:")


@dataclass(frozen=True, slots=True)
class _Tables:
    by_id: dict[str, Language]
    by_suffix: dict[str, str]
    by_name: dict[str, str]
    by_interpreter: dict[str, str]


@cache
def _tables() -> _Tables:
    tables = _Tables({}, {}, {}, {})
    for language in LANGUAGES:
        tables.by_id[language.id] = language
        tables.by_suffix.update(dict.fromkeys(language.suffixes.split(), language.id))
        tables.by_name.update(dict.fromkeys(language.names.lower().split(), language.id))
        tables.by_interpreter.update(dict.fromkeys([language.id, *language.interpreters.split()], language.id))
    return tables


def language_of(path: str, text: str = "") -> str | None:
    """Return the language of a file, by its name, its suffix, and where these leave it open its text.

    None means that the file is not indexed. ``text`` may be empty where it is not known yet; a file without a suffix
    is then only recognised by its name.
    """
    tables = _tables()
    name = path.rpartition("/")[2].lower()
    if name in tables.by_name:
        return tables.by_name[name]
    stem, dot, suffix = name.rpartition(".")
    if _LEFT_OUT_NAMES.match(name) and suffix in {name, "txt", "md", "rst", "json", "yaml", "html"}:
        return None
    if dot and stem and suffix in _TEMPLATE_SUFFIXES and (stem in tables.by_name or "." in stem.lstrip(".")):
        return language_of(stem, text)
    if not dot or not stem:
        return _by_first_lines(text)
    if stem in _FAMILIES:  # Dockerfile.dev, Makefile.am
        return _FAMILIES[stem]
    return _checked(suffix, name, tables.by_suffix.get(suffix), text)


_FAMILIES = {"dockerfile": "dockerfile", "containerfile": "dockerfile", "makefile": "makefile", "jenkinsfile": "groovy"}


def language_named(language: str) -> Language | None:
    """Return the table's entry for an id as LSP names it."""
    return _tables().by_id.get(language)


def space_of(language: str) -> SpaceName:
    """Return the space whose model embeds a language; what the table does not know is code."""
    known = language_named(language)
    return known.space if known else SpaceName.CODE


def _by_first_lines(text: str) -> str | None:
    tables = _tables()
    shebang = _SHEBANG.match(text)
    if shebang:
        return tables.by_interpreter.get(shebang[1].lower())
    modeline = _MODELINE.search(text[:300])
    if modeline:
        return tables.by_interpreter.get((modeline[1] or modeline[2]).lower())
    return None


def _checked(suffix: str, name: str, language: str | None, text: str) -> str | None:
    """Settle suffixes that more than one language uses."""
    head = text[:20_000]
    if language is None or not head:
        return language
    if suffix == "h":
        return "objective-c" if _OBJC.search(head) else "cpp" if _CPP_HEADER.search(head) else "c"
    if suffix == "m" and not _OBJC.search(head) and _MATLAB.search(head):
        return "matlab"
    if suffix in {"pl", "pm"} and _PROLOG.search(head) and not head.startswith("#!"):
        return None
    if suffix == "ts" and head.lstrip("\ufeff \n\r").startswith("<?xml"):  # Qt's translations
        return None
    if suffix == "d" and _MAKE_DEPENDENCIES.match(head):
        return None
    if suffix in {"txt", "text"}:
        if re.match(r"(?:dev-|test-)?(?:requirements|constraints)", name):
            return "pip-requirements"
        return None if len(text) > MAX_PLAIN_TEXT else language
    return language
