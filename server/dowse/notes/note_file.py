"""A new note: its file, and what stands in it."""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import date
from itertools import count
from pathlib import Path

from dowse.notes.links import Anchor, link_text

_LONGEST_TITLE = 80
"""Characters; a longer first line is no title but the note itself, and its beginning serves as one."""
_LONGEST_STEM = 50
"""Characters of a file's name without the day: file systems count bytes, of which one letter can have four."""

_WORD = re.compile(r"[^\W_]+")
_HEADING = re.compile(r"#{1,6}\s+")


def title_and_body(text: str) -> tuple[str, str]:
    """Return a note's title, one line, and what else it says; ``ValueError`` for a text that says nothing."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    first, _, rest = text.partition("\n")
    first = " ".join(_HEADING.sub("", first, count=1).split())
    if not first.strip("# "):
        raise ValueError("A note says something; this text is empty.")
    if len(first) <= _LONGEST_TITLE:
        return first, rest.strip()
    cut = first[:_LONGEST_TITLE]
    return f"{cut.rpartition(' ')[0] or cut}…", text


def file_name(title: str, day: date, number: int) -> str:
    """Return a note's file name: the day and the title's words; ``number`` tells it from others, from 1."""
    stem = "-".join(_WORD.findall(unicodedata.normalize("NFC", title).lower()))
    if len(stem) > _LONGEST_STEM:
        stem = stem[:_LONGEST_STEM].rpartition("-")[0] or stem[:_LONGEST_STEM]
    return f"{day.isoformat()}-{stem or 'note'}{'' if number == 1 else f'-{number}'}.md"


def note_text(title: str, body: str, day: date, path: str, anchor: Anchor | None) -> str:
    """Return what stands in the note at ``path`` in its workspace folder: title, day, link, text."""
    about = "" if anchor is None else f" · {link_text(path, anchor)}"
    return f"# {title}\n\n{day.isoformat()}{about}\n" + (f"\n{body}\n" if body else "")


def write_note(root: Path, folder: str, text: str, anchor: Anchor | None, day: date) -> Path:
    """Write a new note into ``folder`` of the workspace folder ``root``, a real path, and return its path.

    Raises ``ValueError`` for an empty text, and where a link would lead the note out of ``root``; ``OSError``.
    """
    title, body = title_and_body(text)
    directory = root
    for part in folder.rstrip("/").split("/"):
        directory /= part
        directory.mkdir(exist_ok=True)
        if os.path.realpath(directory) != str(directory):
            raise ValueError(f"{directory} is a link. Notes are kept in a folder of the workspace itself.")
    for number in count(1):
        file = directory / file_name(title, day, number)
        content = note_text(title, body, day, file.relative_to(root).as_posix(), anchor)
        try:
            with file.open("x", encoding="utf-8", errors="replace", newline="\n") as new:
                new.write(content)
        except FileExistsError:
            continue
        except OSError:
            file.unlink(missing_ok=True)  # a part of a note, on a disk that is full
            raise
        return file
    raise AssertionError("unreachable")
