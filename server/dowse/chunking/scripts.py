"""Letters of all scripts: one spelling for what is written in several ways, and words where no space parts them.

Text is brought to one form first: compatibility forms (full-width Latin, half-width kana, ligatures, Arabic
presentation forms) by Unicode's NFKC, then what people type with or without: accents of Latin and Greek, vowel points
of Hebrew and Arabic, and a few letters that have no decomposition, as Lucene's ASCIIFoldingFilter and
ArabicNormalizer fold them. Scripts in which a mark is part of a letter (Cyrillic, Indic, Thai) keep it.

Han, kana, Hangul and the scripts of South-East Asia become overlapping pairs: of characters, or of syllables where
marks join a character. That needs no dictionary, finds parts of compounds, and is as good as segmentation for
retrieval (Nie and Ren, "Chinese information retrieval: using characters or words?", 1999; Lucene's CJKBigramFilter).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_SYLLABIC = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Myanmar, Khmer."""
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL = "\uac00-\ud7af"
_KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_UNSPACED = _SYLLABIC + _KANA + _IDEOGRAPHS + _HANGUL

_MARKED = (range(0x0300, 0x1E00), range(0x20D0, 0x2100), range(0x2DE0, 0x2E00), range(0x3099, 0x309B))
"""Where the marks of living scripts stand; Python's ``\\w`` leaves marks out and would cut words at them."""


def _ranges(codes: Iterable[int]) -> str:
    """Return ascending code points as they stand in a character class."""
    ends: list[list[int]] = []
    for code in codes:
        if ends and ends[-1][1] == code - 1:
            ends[-1][1] = code
        else:
            ends.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ends)


_MARKS = _ranges(code for block in _MARKED for code in block if unicodedata.category(chr(code)).startswith("M"))

TOKEN = re.compile(rf"\w[\w{_MARKS}]*")
"""A run of letters, digits and underscores, with their marks."""

RUN = re.compile(rf"[{_UNSPACED}][{_UNSPACED}{_MARKS}]*|[^{_UNSPACED}]+")
"""A part of a token in which words are parted by spaces, or in which none are."""

_BEGINS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# A vowel that is written before its consonant belongs to it, as do the marks after, and what a coeng or a virama joins.
_SYLLABLE = re.compile(rf"[\u0e40-\u0e44\u0ec0-\u0ec4]?.(?:[\u1039\u17d2].|[{_MARKS}\u0e33\u0eb3])*", re.DOTALL)
_STANDS_ALONE = re.compile(f"[{_IDEOGRAPHS}{_HANGUL}]")
_PAIR = re.compile(f"[{_IDEOGRAPHS}{_HANGUL}]{{2}}")

_FOLDED_BLOCKS = (range(0x00C0, 0x0250), range(0x0370, 0x0400), range(0x1E00, 0x2000))
"""Latin and Greek."""
_DROPPED = (
    *range(0x0300, 0x0370),  # marks that no composed letter has
    *range(0x0591, 0x05C8),  # Hebrew points
    *range(0x0610, 0x061B),
    *range(0x064B, 0x0660),  # Arabic vowel signs
    *(0x00AD, 0x0640, 0x0670, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F),
)
_LETTERS = (
    "æ:ae Æ:Ae œ:oe Œ:Oe ø:o Ø:O ł:l Ł:L đ:d Đ:D ð:d Ð:D þ:th Þ:Th ß:ss ẞ:SS ı:i ς:σ ё:е Ё:Е "
    "أ:ا إ:ا آ:ا ى:ي ة:ه ک:ك ی:ي"
)
"""Latin, Greek, Cyrillic; Arabic, where spelling varies, and the forms that Persian has of two letters."""


def _folding() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_DROPPED)
    for block in _FOLDED_BLOCKS:
        for letter in map(chr, block):
            base = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
            if base != letter and base.isalpha():
                table[ord(letter)] = base
    return table | {ord(letter): base for letter, _, base in (each.partition(":") for each in _LETTERS.split())}


_FOLDED = _folding()


def folded(text: str) -> str:
    """Return ``text`` in the one form in which words are compared; the case stays."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_FOLDED)


def is_unspaced(run: str) -> bool:
    """Whether a run is of a script that puts no space between words."""
    return _BEGINS_UNSPACED.match(run) is not None


def pairs(run: str) -> Iterator[str]:
    """Yield the overlapping pairs of an unspaced run, and each Han character and Hangul syllable alone.

    One that is asked for alone (税, 값) is a word.
    """
    units = _SYLLABLE.findall(run)
    for position, unit in enumerate(units):
        if len(units) == 1 or _STANDS_ALONE.match(unit):
            yield unit
        if position:
            yield units[position - 1] + unit


def asked_for(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a question, each once, without the single characters of which a pair says more."""
    distinct = tuple(dict.fromkeys(words))
    paired = {unit for word in distinct if _PAIR.fullmatch(word) for unit in word}
    return tuple(word for word in distinct if word not in paired)
