"""Suffixes that more than one language uses, told apart by what stands in the file."""

import re
from dataclasses import dataclass

_HEAD = 20_000


@dataclass(frozen=True, slots=True)
class _Sign:
    language: str | None
    """None for what is data."""
    pattern: re.Pattern[str]


def _signs(*rows: tuple[str | None, str]) -> tuple[_Sign, ...]:
    return tuple(_Sign(language, re.compile(pattern, re.MULTILINE)) for language, pattern in rows)


_OBJC = r"^\s*(?:@(?:interface|protocol|implementation|class|import|property|end)\b|#\s*import\b)"
_CPP = (
    r"^\s*(?:class|namespace|template\s*<|using\s|public:|private:|protected:|constexpr\b|enum\s+class\b)"
    r"|^\s*#\s*include\s*<\w+>|\bstd::|\bvirtual\b|\bnullptr\b|\boperator\s*[=+<(\[]"
)
_C = r"^\s*#\s*(?:include|define|if|ifdef|ifndef|pragma)\b|^\s*(?:static|extern|typedef|struct)\b"
_GLSL = (
    r"^\s*#version\b|\bvoid\s+main\s*\(|\bgl_(?:Position|Frag\w+)"
    r"|^(?:uniform|varying|attribute|precision)\s+\w+\s+\w+.*;"
)
_BITBAKE = r"^(?:SUMMARY|DESCRIPTION|LICENSE|HOMEPAGE|SRC_URI|DEPENDS|inherit|require|FILESEXTRAPATHS|PV|PR|S)\b.*"

_BY_CONTENT: dict[str, tuple[_Sign, ...]] = {
    "h": _signs(("objective-c", _OBJC), ("cpp", _CPP), ("c", r"")),
    "m": _signs(
        ("objective-c", _OBJC + r"|^\s*#\s*(?:include|define|pragma)\b|^[-+]\s*\(\w"),
        ("matlab", r"^\s*(?:function\b|classdef\b|%|clear\b|close all|end\s*;?\s*$)|;\s*$|^\s*\w+\s*=[^=]|\.\.\.\s*$"),
        ("objective-c", r""),
    ),
    "v": _signs(
        ("coq", r"^\s*(?:Require\s|From\s\S+\sRequire|Theorem\s|Lemma\s|Definition\s|Fixpoint\s|Inductive\s|Proof\.)"),
        ("v", r"^\s*(?:module\s+\w+\s*$|(?:pub\s+)?(?:fn|struct|enum|interface)\s+[\w(].*\{|import\s+[\w.]+\s*$)"),
        ("verilog", r""),
    ),
    "pp": _signs(
        ("pascal", r"(?i:^\s*(?:unit|program|library)\s+\w+\s*;|^\s*(?:interface|implementation|uses)\b)"),
        ("puppet", r"^\s*(?:class|define|node|type|function)\s+['\w:/.]+|=>|^\s*\$\w+\s*=|^\s*(?:include|contain)\s"),
        ("pascal", r"(?i:\bbegin\b)"),
        ("puppet", r""),
    ),
    "cl": _signs(("opencl", r"\b__?kernel\b|\b__global\b|\bkernel\s+void\b|get_global_id"), ("lisp", r"")),
    "fs": _signs(
        ("glsl", _GLSL),
        ("unknown", r"^:\s+\S+(?:\s+\([^)]*\))?.*;\s*$|^\\ "),  # Forth
        ("fsharp", r""),
    ),
    "vs": _signs(("glsl", _GLSL), ("unknown", r"")),
    "inc": _signs(
        ("php", r"<\?(?:php\b|=)"),
        ("asm", r"^\s*%(?:macro|define|include)\b|^\s*\.(?:macro|globl|section|text|equ)\b|^\s*(?:section|global)\s"),
        ("cpp", _CPP),
        ("c", _C + r"|^\s*(?://|/\*)|\{\s*$|^\w+\([^()]*\),?\s*$"),
        ("pascal", r"(?i:^\s*(?:procedure|function|const|var|begin)\b|^\{\$)"),
        ("bitbake", _BITBAKE),
        ("html", r"^\s*<\w"),
        ("unknown", r""),
    ),
    "bb": _signs(
        ("bitbake", _BITBAKE + r"|^(?:do_\w+|python)\s*\(|^\w+(?::\w+)*\s*[?:+.]?=\s*[\"']"), ("clojure", r"")
    ),
    "cls": _signs(
        ("latex", r"\\(?:NeedsTeXFormat|ProvidesClass|LoadClass|newcommand|documentclass|DeclareOption)"),
        ("vb", r"^VERSION\s+\d|^Attribute\s+VB_|^\s*(?:Public|Private)\s+(?:Sub|Function)\b"),
        ("apex", r"(?i:\b(?:class|interface|enum)\s+\w+)"),
        ("unknown", r""),
    ),
    "d": _signs((None, r"\A\s*[^\s:]+\.l?o\s*:"), ("d", r"")),
    "pl": _signs(
        ("perl", r"\A#!|^\s*(?:use|package|my|sub)\s"), ("prolog", r"^\s*:-|^[a-z]\w*\(.*\)\s*:-"), ("perl", r"")
    ),
    "pm": _signs(("perl", r"\A#!|^\s*(?:use|package|my|sub)\s"), ("prolog", r"^\s*:-"), ("perl", r"")),
    "pro": _signs(("prolog", r"^\s*:-|^[a-z]\w*\(.*\)\s*(?::-|\.)"), ("unknown", r"")),
    "ts": _signs((None, r"\A[\ufeff\s]*<\?xml"), ("typescript", r"")),
    "hh": _signs(("hack", r"\A\s*<\?hh"), ("cpp", r"")),
    "php": _signs(("hack", r"\A(?:#!.*\n)?\s*<\?hh"), ("php", r"")),
    "as": _signs(("asm", r"^\s*(?:\.(?:globl|text|section)|section\s)"), ("actionscript", r"")),
    "re": _signs(("cpp", r"/\*!re2c|^\s*#include"), ("reason", r"")),
    "tag": _signs(("jsp", r"<%@"), ("unknown", r"")),
    "l": _signs(("lisp", r"\A\s*(?:;|\()"), ("lex", r"")),
    "asc": _signs((None, r"-----BEGIN PGP"), ("asciidoc", r"")),
}

_REQUIREMENTS = re.compile(r"(?:dev-|test-)?(?:requirements|constraints)")


def language_by_content(suffix: str, name: str, text: str, known: str | None) -> str | None:
    """Return the language of a file with this suffix and text, ``known`` where only one language uses the suffix.

    None where the text says that the file is data, or where nobody knows the suffix.
    """
    if suffix in ("txt", "text") and _REQUIREMENTS.match(name):
        return "pip-requirements"
    signs = _BY_CONTENT.get(suffix)
    if signs is None:
        return known
    head = text[:_HEAD]
    return next((sign.language for sign in signs if sign.pattern.search(head)), known)
