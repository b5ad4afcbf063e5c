"""What the parser is not shown: words that are no part of the language's grammar, blanked where they stand.

A macro of C++ before a class's name, or alone on a line, takes whole classes and namespaces apart, because the grammar
cannot know what it stands for. Each mask returns the text with such words as spaces, each byte in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

_TEXT = rb"\"(?:[^\"\\\n]|\\.)*+\""
_CAPITALS = rb"[A-Z][A-Z0-9_]{2,}"
_ARGUMENTS = rb"\((?:[^()\n]|\([^()\n]*\))*\)"
_MACRO_BEFORE_NAME = re.compile(
    rb"\b(?:class|struct|union|enum)\s+(?:class\s+|struct\s+)?"
    rb"((?:(?!class\b|struct\b|final\b|alignas\b)[A-Za-z_]\w*(?:" + _ARGUMENTS + rb")?\s+)+)"
    rb"(?!final\b)(?=[A-Za-z_][\w:]*\s*(?:<[^;{}()]*>\s*)?(?:final\s*)?(?::[^:]|\{))"
)
_MACRO_LINE = re.compile(
    rb"^[ \t]*("
    + _CAPITALS
    + rb"(?:[ \t]*"
    + _ARGUMENTS
    + rb")?)[ \t]*(?://[^\n]*)?\r?\n(?!\s*(?:\{|:|,|\)|=|\+|\||&|\.))",
    re.M,
)
_MACRO_CALL = re.compile(
    rb"^("
    + _CAPITALS
    + rb"[ \t]?\((?:[^()\"]|"
    + _TEXT
    + rb"|\((?:[^()\"]|"
    + _TEXT
    + rb"|\([^()]*+\)){0,2000}+\)){0,4000}+\)[ \t]*;?)"
    rb"[ \t]*(?://[^\n]*)?\r?\n(?!\s*\{)",
    re.M,
)
_MACRO_BEFORE_BLOCK = re.compile(rb"^[ \t]*(?:\}[ \t]*)?(" + _CAPITALS + rb")[ \t]*(?=\{)", re.M)
_MACRO_AFTER_POINTER = re.compile(rb"[*&]\s*(" + _CAPITALS + rb"[ \t]+)(?=[A-Za-z_~])")
_MACRO_BEFORE_TYPE = re.compile(
    rb"^[ \t]*(?:(?:static|inline|extern|virtual|constexpr|explicit|friend)[ \t]+)*"
    rb"(" + _CAPITALS + rb"(?:" + _ARGUMENTS + rb")?[ \t]+)"
    rb"(?=(?:(?:static|inline|const|constexpr|virtual|explicit)\s+)*[A-Za-z_][\w:]*(?:<[^;{}()\n]*>)?[\s*&]+~?[A-Za-z_][\w:]*\s*\()",
    re.M,
)
_MACRO_AFTER_PARAMETERS = re.compile(
    rb"\)\s*(?:(?:const|noexcept|override|final)\s+)*("
    + _CAPITALS
    + rb"(?:"
    + _ARGUMENTS
    + rb")?\s*)(?=[{;]|->|(?:const|override|noexcept)\b)"
)


_CPP_MACROS = (
    *(_MACRO_BEFORE_NAME, _MACRO_AFTER_POINTER, _MACRO_BEFORE_TYPE, _MACRO_AFTER_PARAMETERS, _MACRO_LINE),
    *(_MACRO_CALL, _MACRO_BEFORE_BLOCK),
)


def cpp_macros(data: bytes) -> bytes:
    """Blank macros for visibility, attributes and nullability, and those that stand for whole statements."""
    for pattern in _CPP_MACROS:
        data = _blanked(data, pattern)
    return data


_CONDITIONAL = re.compile(
    rb"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b((?:[^\n\\]|\\\r?\n|\\.)*)", re.M
)
_STRING_OR_COMMENT = re.compile(rb"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|//[^\n]*|/\*.*?\*/", re.S)
_NEVER = re.compile(rb"\s*0\s*(?://.*|/\*.*)?")


def c_conditionals(data: bytes) -> bytes:
    """Blank the preprocessor's conditions, and of branches that are no whole statements all but the first.

    ``#ifdef A`` / ``void f(int a) {`` / ``#else`` / ``void f(long a) {`` / ``#endif`` opens two bodies of which one
    ends, and takes the rest of the file apart.
    """
    if b"#" not in data:
        return data
    text = bytearray(data)
    open_groups: list[list[re.Match[bytes]]] = []
    for directive in _CONDITIONAL.finditer(data):
        word = directive[1]
        if word.startswith(b"if"):
            open_groups.append([directive])
        elif open_groups:
            open_groups[-1].append(directive)
            if word == b"endif":
                _blank_branches(data, text, open_groups.pop())
    return bytes(text)


def _blank_branches(data: bytes, text: bytearray, group: list[re.Match[bytes]]) -> None:
    branches = [(one.end(), following.start()) for one, following in pairwise(group)]
    for directive in group:
        text[directive.start() : directive.end()] = _spaces(directive[0])
    if len(branches) < 2:
        return
    never = group[0][1] == b"if" and _NEVER.fullmatch(group[0][2]) is not None
    if never or not all(_is_whole(data[start:end]) for start, end in branches):
        kept = 1 if never else 0
        for number, (start, end) in enumerate(branches):
            if number != kept:
                text[start:end] = _spaces(data[start:end])


def _is_whole(branch: bytes) -> bool:
    """Whether it ends with a statement and closes what it opens."""
    code = _STRING_OR_COMMENT.sub(b"", branch)
    code = _CONDITIONAL.sub(b"", code).rstrip()
    balanced = code.count(b"{") == code.count(b"}") and code.count(b"(") == code.count(b")")
    last = code.rpartition(b"\n")[2].lstrip()
    return balanced and (not code or code[-1:] in b";},:" or last.startswith(b"#"))


_OBJC_LINE = re.compile(rb"^[ \t]*((?:NS|CF|UI|FB|API)_[A-Z_]+(?:" + _ARGUMENTS + rb")?)[ \t]*$", re.M)
_OBJC_WORD = re.compile(
    rb"\b((?:NS|CF|UI|API|FOUNDATION|CG)_(?!ENUM|OPTIONS|CLOSED|TYPED|ERROR|STRING)[A-Z_]+(?:"
    + _ARGUMENTS
    + rb")?|__attribute__"
    rb"\(\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*\)\))[ \t]*(?=[;{]|@|$)",
    re.M,
)


def objc_macros(data: bytes) -> bytes:
    """Blank annotations of Apple's frameworks, alone on a line or before an end."""
    return _blanked(_blanked(data, _OBJC_LINE), _OBJC_WORD)


_VERILOG_MACRO = re.compile(
    rb"^[ \t]*(`[A-Za-z_]\w*[ \t]*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?[ \t]*;?)[ \t]*(?://[^\n]*)?$", re.M
)
_VERILOG_DIRECTIVE = re.compile(
    rb"`(?:define|undef|ifdef|ifndef|else|elsif|endif|include|timescale|default_nettype|resetall|pragma|line|celldefine)\b"
)


def verilog_macros(data: bytes) -> bytes:
    """Blank lines that are one call of a macro; the compiler's own directives stay."""
    return _VERILOG_MACRO.sub(lambda found: found[0] if _VERILOG_DIRECTIVE.match(found[1]) else _spaces(found[0]), data)


_CSHARP_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(?:region|endregion|pragma|nullable|warning|error|line)\b[^\n]*", re.M)


def csharp_directives(data: bytes) -> bytes:
    """Blank the preprocessor's lines, which take a class apart where they stand between its members."""
    if b"#" not in data:
        return data
    return _CSHARP_DIRECTIVE.sub(lambda found: _spaces(found[0]), c_conditionals(data))


_FREE_FORM = re.compile(rb"&[ \t]*(?:![^\n]*)?\r?$|^(?:module|program|subroutine|function|contains|use)\b", re.M | re.I)
_FIXED_FORM = re.compile(rb"^(?:[cC*](?!\w+[ \t]*[=(,])|      [ \t]*[a-zA-Z]|     [^\s0])", re.M)
_FIXED_COMMENT = re.compile(rb"^[cCdD*](?=[^\n]*$)", re.M)
_CONTINUES = re.compile(rb"     [^\s0]")


def fortran_columns(data: bytes) -> bytes:
    """Write fixed form as free form: ``!`` for a comment in column 1; lines that go on by column 6 are blanked.

    What is lost is the end of long statements; a definition's first line keeps its name and balanced parentheses.
    """
    if _FREE_FORM.search(data) or not _FIXED_FORM.search(data):
        return data
    lines = _FIXED_COMMENT.sub(b"!", data).split(b"\n")
    begun = 0
    for row, line in enumerate(lines):
        if row and _CONTINUES.match(line):
            lines[row] = _spaces(line)
            lines[begun] = _closed(lines[begun])
        elif line.strip() and line[:1] != b"!":
            begun = row
    return b"\n".join(lines)


def _closed(line: bytes) -> bytes:
    """Return a line that ends where it stands: with the parenthesis that it lacks, or without a last operator."""
    text = line.rstrip()
    if text.count(b"(") > text.count(b")"):
        last = b")" if text[-1:] != b"(" else b"("
    else:
        last = b" " if text[-1:] in b"+-*/,=." else text[-1:]
    return text[:-1] + last + line[len(text) :]


MASKS: dict[str, Callable[[bytes], bytes]] = {
    "c_conditionals": c_conditionals,
    "cpp_macros": cpp_macros,
    "objc_macros": objc_macros,
    "verilog_macros": verilog_macros,
    "csharp_directives": csharp_directives,
    "fortran_columns": fortran_columns,
}
"""By the names that the table of languages uses. None of them moves a byte or a line's end."""


def only_embedded(data: bytes, pattern: re.Pattern[bytes]) -> bytes:
    """Return ``data`` with everything but the embedded code blanked; a match has it as its last group."""
    kept: list[bytes] = []
    end = 0
    for found in pattern.finditer(data):
        group = found.lastindex
        if group is None:
            continue
        kept += [_spaces(data[end : found.start(group)]), data[found.start(group) : found.end(group)]]
        end = found.end(group)
    return b"".join([*kept, _spaces(data[end:])])


_NOT_A_LINE_END = re.compile(rb"[^\r\n]")


def _spaces(data: bytes) -> bytes:
    return _NOT_A_LINE_END.sub(b" ", data)


def _blanked(data: bytes, pattern: re.Pattern[bytes]) -> bytes:
    """Blank the first group of every match."""
    kept: list[bytes] = []
    end = 0
    for found in pattern.finditer(data):
        kept += [data[end : found.start(1)], _spaces(found[1])]
        end = found.end(1)
    return b"".join([*kept, data[end:]])
