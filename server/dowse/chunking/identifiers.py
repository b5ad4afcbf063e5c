"""Words of source text and prose, as the lexical index and the hashing model see them.

Both indexing and querying go through :func:`words`, so that ``parseHTTPHeader`` in the code and "parse http header" in
the question share words, while the exact identifier still counts as a word of its own.
"""

import re
from functools import cache
from itertools import chain

WORD = re.compile(r"\w+")
"""A token: letters, digits and underscores, in any script."""
# The same for ASCII, where replacing and splitting takes half the time.
_ASCII_TOKENS = "".join(chr(code) if WORD.match(chr(code)) else " " for code in range(128))
# An acronym in the plural (URLs), an acronym before a capitalised word, a word, an acronym, a number.
_ASCII_PART = re.compile(r"[A-Z]{2,}s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST_TOKEN = 256
"""Longer tokens are encoded data, not names: their parts would only fill the index."""
_KNOWN_TOKENS = 100_000
"""Kept with their words, some 20 MB; when there are more, all are forgotten and split anew."""


def split_identifier(name: str) -> list[str]:
    """Return the parts of an identifier, lower-cased: ``HTTPServer2`` gives ``http``, ``server``, ``2``.

    Parts end where the case changes, at underscores and other signs, and between letters and digits.
    """
    if name.isascii():
        return [part.lower() for part in _ASCII_PART.findall(name)]
    return [part for run in WORD.findall(name) for part in _unicode_parts(run)]


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, lower-cased and folded (:mod:`dowse.chunking.scripts`).

    A compound identifier gives the whole identifier and then its parts. Runs of scripts that put no space between
    words give overlapping pairs of characters. Numbers are words.
    """
    tokens = text.translate(_ASCII_TOKENS).split() if text.isascii() else _tokens_of_any_script(text)
    if _token_words.cache_info().currsize > _KNOWN_TOKENS:
        _token_words.cache_clear()
    return list(chain.from_iterable(map(_token_words, tokens)))


def _tokens_of_any_script(text: str) -> list[str]:
    from dowse.chunking import scripts  # whose patterns take long to compile: most processes meet only ASCII

    return scripts.TOKEN.findall(scripts.folded(text))


@cache  # source text repeats itself: nearly every token is answered from here
def _token_words(token: str) -> tuple[str, ...]:
    if len(token) > _LONGEST_TOKEN:
        return ()
    if token.isascii():
        return _compound(token, [part.lower() for part in _ASCII_PART.findall(token)])
    from dowse.chunking import scripts

    found: list[str] = []
    for run in scripts.RUN.findall(token):
        if scripts.is_unspaced(run):
            found += scripts.pairs(run)
        else:
            found += map(str.casefold, _compound(run, _unicode_parts(run)))
    return tuple(found)


def _compound(token: str, parts: list[str]) -> tuple[str, ...]:
    if len(parts) < 2:
        return tuple(parts)
    return (token.strip("_").lower(), *parts)


def _unicode_parts(run: str) -> list[str]:
    """Split as the ASCII pattern does, by the letters' own case; letters without case stay together."""
    parts: list[str] = []
    start = 0
    for i in range(1, len(run) + 1):
        if i < len(run) and not _boundary(run, i):
            continue
        part = run[start:i].strip("_").lower()
        if part:
            parts.append(part)
        start = i
    return parts


def _boundary(run: str, i: int) -> bool:
    before, at = run[i - 1], run[i]
    if before == "_" or at == "_" or before.isnumeric() != at.isnumeric():
        return True
    if not at.isupper():
        return False
    return before.islower() or (before.isupper() and i + 1 < len(run) and run[i + 1].islower())
