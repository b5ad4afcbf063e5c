"""Other forms in which code may say a word of the query: plurals, endings, abbreviations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_SHORTEST_STEM = 4
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "ers", "er", "ied", "ies", "ed", "es", "e", "s")
_INFLECTIONS = ("ings", "ing", "ied", "ies", "ed", "es", "e", "s")

_ABBREVIATIONS = """
    addr address; alloc allocate allocation allocator; app application; arg argument; args arguments; async
    asynchronous; attr attribute; attrs attributes; auth authentication authorization authenticate; bg background;
    buf buffer; calc calculate; cert certificate; cfg config configuration configure; char character; cmd command;
    cmp compare; coll collection; cols columns; conf config configuration; conn connection; const constant; coord
    coordinate; ctx context; cur current cursor; db database; decl declaration; def definition; del delete; deps
    dependencies; desc description descriptor; dest destination; dev device development; diff difference; dim
    dimension; dir directory; dirs directories; dist distance distribution; doc documentation document; elem
    element; env environment; err error; eval evaluate evaluation; evt event; exc exception; exec execute execution;
    expr expression; ext extension; fmt format; fn function; fs filesystem; func function; gen generate generator;
    hdr header; idx index; img image; impl implementation implement; info information; init initialize
    initialization; int integer; io input output; iter iterator iterate; lang language; lib library; loc location;
    max maximum; mem memory; mgr manager; min minimum; misc miscellaneous; msg message; mut mutable mutate; num
    number; obj object; op operation operator; opt option optional; opts options; param parameter; params
    parameters; perf performance; perm permission; pkg package; pos position; pref preference; prev previous; priv
    private; proc process; prod production; prop property; props properties; ptr pointer; pub public; pwd password;
    rand random; rec record; ref reference; regex regexp; repo repository; req request; res response result; resp
    response; ret return; sched schedule scheduler; sec second security; sel select selection; sep separator; seq
    sequence; sig signature signal; spec specification; src source; stat status statistic; stmt statement; str
    string; sub subscribe; sync synchronize synchronous; sys system; tbl table; temp temporary; tmp temporary; tok
    token; ts timestamp; txn transaction; ui interface; util utility; utils utilities; val value validate; var
    variable; vec vector; ver version; win window; ws websocket
"""


def _table() -> dict[str, tuple[str, ...]]:
    """Read the abbreviations in both directions; a long form leads to its short ones, not to other long ones."""
    forms: dict[str, list[str]] = {}
    for entry in _ABBREVIATIONS.split(";"):
        short, *long = entry.split()
        forms.setdefault(short, []).extend(long)
        for each in long:
            forms.setdefault(each, []).append(short)
    return {word: tuple(dict.fromkeys(each)) for word, each in forms.items()}


ABBREVIATIONS = _table()


@lru_cache(maxsize=1 << 12)
def forms(word: str) -> tuple[str, ...]:
    """Return other forms of a lower-case word, the likeliest first; those that no text holds cost little."""
    found = list(ABBREVIATIONS.get(word, ()))
    if word.isascii() and word.isalpha() and len(word) >= _SHORTEST_STEM:
        stem = _stem(word)
        found += [f"{stem}{ending}" for ending in ("", "s", "e", "es", "ing", "ed", "er", "ion")]
        if stem.endswith("i"):
            found += [f"{stem[:-1]}y"]
        if stem.endswith("y"):
            found += [f"{stem[:-1]}ies", f"{stem[:-1]}ied"]
        if len(stem) > _SHORTEST_STEM - 1 and stem[-1] == stem[-2]:
            found.append(stem[:-1])
    return tuple(form for form in dict.fromkeys(found) if form != word and len(form) > 1)


@lru_cache(maxsize=1 << 14)
def inflected_stem(word: str) -> str:
    """Return what the inflected forms of a lower-case word share: ``retry``, ``retries`` and ``retrying``."""
    stem, ending = split_ending(word, _INFLECTIONS, _SHORTEST_STEM - 1)
    if ending in ("ied", "ies") or stem.endswith("y"):
        return f"{stem.removesuffix('y')}i"
    return stem[:-1] if len(stem) > _SHORTEST_STEM - 1 and stem[-1] == stem[-2] else stem


def _stem(word: str) -> str:
    stem, ending = split_ending(word, _ENDINGS, _SHORTEST_STEM - 1)
    return f"{stem}i" if ending in ("ied", "ies") else stem


def split_ending(word: str, endings: Sequence[str], shortest: int) -> tuple[str, str]:
    """Split a word before the first of the endings that leaves ``shortest`` letters; before nothing where none does."""
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)], ending
    return word, ""
