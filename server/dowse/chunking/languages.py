"""Which files are indexed, in which language, in which space.

What is indexed and what is not:

* Whatever is text is indexed. What the table has no language for is cut at blank lines and indentation, as ``unknown``.
* Source code, build files, schemas, infrastructure and configuration written by people are code.
* Markdown, reStructuredText, AsciiDoc, Org and plain text are prose, as are ``README``, ``CHANGELOG`` and their like
  without a suffix.
* Data is left out: JSON, CSV, XML, SVG, translation catalogues, lock files, logs, keys and certificates
  (:data:`_DATA`), and any ``.txt`` or unknown file of more than :data:`MAX_PLAIN_TEXT` characters (a word list).
  The JSON and XML files that people write and look for by meaning (``package.json``, ``pom.xml`` …) are code.
* Hidden files without a suffix are left out, but for those that the table names: they often hold passwords.
* Licence texts are left out: every vendored package brings the same ones, and nobody searches them by meaning.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from dowse.chunking.chunk import SpaceName
from dowse.chunking.language_table import LANGUAGES, Language
from dowse.chunking.programs import programs_of
from dowse.chunking.suffixes import language_by_content

MAX_PLAIN_TEXT = 256_000
UNKNOWN = "unknown"
"""The id of a text in no language of the table."""

_LEFT_OUT_NAMES = re.compile(
    r"(?:un)?licen[cs]es?(?:[-_.](?:\w+[-_.]?\d[\w.-]*|mit|apache|bsd|gpl|lgpl|agpl|mpl|isc|cc0|zlib|ofl|third[-_]party))?"
    r"|(?:mit|apache|bsd|gpl|lgpl|agpl|mpl)[-_]licen[cs]e|copying(?:[-_.](?:lib|lesser|\w*gpl\w*|v?\d))?|notices?"
    r"|copyrights?|patents|third[-_]?party[-_]?(?:notices?|licen[cs]es?)(?:[-_]?text)?"
    r"|package-lock|npm-shrinkwrap|pnpm-lock",
    re.IGNORECASE,
)
_LEFT_OUT_SUFFIXES = frozenset({"txt", "md", "rst", "json", "yaml", "html"})
_TEMPLATE_SUFFIXES = frozenset(
    "in tmpl tpl template j2 jinja jinja2 erb ejs mustache hbs dist tt gotmpl njk liquid example sample".split()
)
_DATA = frozenset(
    (
        "json geojson ndjson jsonl csv tsv psv xml svg plist po pot mo xlf xliff resx strings arb lock log out "
        "patch diff rej orig bak snap pem crt cer key pub csr gpg pgp sig sha1 sha256 sha512 md5 sum ics vcf eml "
        "mbox obj mtl stl ply off gltf fasta fastq fa fq sam bed dat data hex srt vtt sub bib ris pgn wkt eps ps "
        "ai ttx fnt tmx unity prefab asset meta mat anim sln pbxproj xib storyboard dsp vcproj filters user suo "
        "iml gpx kml tfstate har cast dump map ipr iws kicad_pcb kicad_sch kicad_mod lib sch brd gbr drl ovpn "
        "keystore cassette golden approved received min snapshot rdf ttl nt owl nq trig cdx spdx hprof trace "
        "stdout stderr actual expected"
    ).split()
)
"""Suffixes of what programs write, of what is not read, and of what should stay secret."""
_MODELINE = re.compile(
    r"-\*-\s*(?:.*\bmode:\s*)?([\w+-]+)\s*(?:;.*)?-\*-|\bvim?:.*\b(?:ft|filetype|syntax)=(\w+)", re.I
)
_GO_TEMPLATE = re.compile(r"\{\{-?\s*(?:define|template|include|range|if|with|block|/\*|\.)")
_LETTERS = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class _Tables:
    by_id: dict[str, Language] = field(default_factory=dict)
    by_suffix: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_stem: dict[str, str] = field(default_factory=dict)
    by_program: dict[str, str] = field(default_factory=dict)
    by_alias: dict[str, str] = field(default_factory=dict)


@cache
def _tables() -> _Tables:
    tables = _Tables()
    for language in LANGUAGES:
        stems = language.stems.split()
        tables.by_id[language.id] = language
        tables.by_suffix.update(dict.fromkeys(language.suffixes.split(), language.id))
        tables.by_name.update(dict.fromkeys([*language.names.lower().split(), *stems], language.id))
        tables.by_stem.update(dict.fromkeys(stems, language.id))
        tables.by_program.update(dict.fromkeys([language.id, *language.interpreters.split()], language.id))
    for language in LANGUAGES:
        for alias in (*language.aliases.split(), *language.interpreters.split(), *language.suffixes.split()):
            tables.by_alias.setdefault(alias, language.id)
    return tables


def language_of(path: str, text: str = "") -> str | None:
    """Return the language of a file, by its name, its suffix, and where these leave it open its text.

    None means that the file is not indexed. ``text`` may be empty where it is not known yet; a file whose name says
    nothing then has no language.
    """
    tables = _tables()
    name = path.rpartition("/")[2].lower()
    if name in tables.by_name:
        return tables.by_name[name]
    if not name:
        return None
    stem, dot, suffix = name.rpartition(".")
    if _is_licence(name, stem, suffix):
        return None
    if not dot or not stem:
        return _by_first_lines(text) or (_if_it_is_text(text) if not dot else None)
    if suffix in _TEMPLATE_SUFFIXES:
        return _of_template(stem, suffix, text)
    known = tables.by_suffix.get(suffix)
    first = stem.partition(".")[0]
    if known is None and first in tables.by_stem:  # Dockerfile.dev
        return tables.by_stem[first]
    settled = language_by_content(suffix, name, text, known) if text else known
    if settled == "plaintext" and len(text) > MAX_PLAIN_TEXT:
        return None
    if settled is not None or known is not None or suffix in _DATA or suffix in tables.by_suffix:
        return settled
    return _by_first_lines(text) or _if_it_is_text(text)


def language_named(language: str) -> Language | None:
    """Return the table's entry for an id as LSP names it."""
    return _tables().by_id.get(language)


def language_called(name: str) -> Language | None:
    """Return the table's entry for an id, a suffix or another name that people use for a language, in any case."""
    tables, lower = _tables(), name.lower().removeprefix(".")
    return tables.by_id.get(lower) or tables.by_id.get(tables.by_alias.get(lower, ""))


def family_of(language: str) -> str:
    """Return the language, or for such as are written alike the one that stands for them."""
    known = language_named(language)
    return known.family or language if known else language


def space_of(language: str) -> SpaceName:
    """Return the space whose model embeds a language; what the table does not know is code."""
    known = language_named(language)
    return known.space if known else SpaceName.CODE


def _is_licence(name: str, stem: str, suffix: str) -> bool:
    if _LEFT_OUT_NAMES.fullmatch(name):
        return True
    return suffix in _LEFT_OUT_SUFFIXES and _LEFT_OUT_NAMES.fullmatch(stem) is not None


def _of_template(stem: str, suffix: str, text: str) -> str | None:
    """Tell a template by the suffix before its own, else by its first lines, else by how its tags are written."""
    tables = _tables()
    inner = language_of(stem, text) if stem in tables.by_name or "." in stem.lstrip(".") else None
    if inner not in (None, UNKNOWN):
        return inner
    if not text:
        return tables.by_suffix.get(suffix)
    found = _by_first_lines(text)
    if found is not None:
        return found
    if suffix in ("tpl", "tmpl", "template", "in", "dist") and not _GO_TEMPLATE.search(text):
        return "html" if text.lstrip("\ufeff \r\n\t")[:1] == "<" else _if_it_is_text(text)
    return tables.by_suffix.get(suffix) or _if_it_is_text(text)


def _if_it_is_text(text: str) -> str | None:
    """Say that it is unknown, unless it is empty, too long for something written by hand, or has no words in it."""
    return UNKNOWN if len(text) <= MAX_PLAIN_TEXT and _LETTERS.search(text) else None


def _by_first_lines(text: str) -> str | None:
    tables = _tables()
    programs = programs_of(text)
    if programs:
        return next((tables.by_program[each] for each in programs if each in tables.by_program), UNKNOWN)
    modeline = _MODELINE.search(text[:300])
    if modeline:
        return tables.by_program.get((modeline[1] or modeline[2]).lower())
    return None
