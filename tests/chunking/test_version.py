"""Whoever changes what a text is cut into changes the version that indexes are compared with."""

import hashlib
import re
from pathlib import Path

import dowse.chunking.chunk as module
from dowse.chunking.language_table import LANGUAGES

FILE = Path(module.__file__)


def present_version() -> str:
    """Return the hash of the languages, their queries, and what the samples are cut into."""
    content = hashlib.blake2b(digest_size=8)
    for language in LANGUAGES:
        content.update(repr(language).encode())
    queries = sorted((FILE.parent / "queries").iterdir())
    listings = sorted((Path(__file__).parent / "golden").glob("*/*.chunks"))
    for file in (*queries, *listings):
        content.update(file.name.encode() + b"\0" + file.read_bytes())
    return content.hexdigest()


def test_the_version_is_that_of_the_languages_and_their_queries(update_golden):
    if update_golden:
        text = FILE.read_text("utf-8")
        FILE.write_text(re.sub(r'(?<=^CHUNKING_VERSION = ")\w*', present_version(), text, flags=re.MULTILINE), "utf-8")
    recorded = re.search(r'^CHUNKING_VERSION = "(\w+)"$', FILE.read_text("utf-8"), re.MULTILINE)
    assert recorded is not None
    assert recorded[1] == present_version(), "run `./check --update-golden tests/chunking`"
