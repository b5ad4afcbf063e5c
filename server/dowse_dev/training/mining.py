"""From downloaded packages to pairs of a text and what it describes, a file of pairs for each package."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import blake2b
from pathlib import Path

import msgspec

from dowse.chunking.languages import language_of
from dowse.training.pairs import Pair, digest, pairs_of
from dowse_dev.training.exclusions import is_left_out_path
from dowse_dev.training.registries import Archive, Package, open_archive

log = logging.getLogger(__name__)

MOST_CHARACTERS = 3_000_000
"""Of one package: a few large ones would outweigh hundreds of others, each with a style of its own."""
LONGEST_LINE = 200
"""Characters, as a mean over a file: longer ones are minified or data."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Pair])


def mine(packages: Iterable[Package], downloads: Path, folder: Path, *, processes: int) -> list[Package]:
    """Write the pairs of each permissively licensed package to ``folder``; return those packages, as found.

    A package that was mined before is not read again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(processes) as pool:
        found = pool.map(partial(_mine_one, downloads=downloads, folder=folder), packages, chunksize=8)
        return [package for package in found if package is not None]


def read_pairs(folder: Path, package: Package) -> list[Pair]:
    """Return what :func:`mine` wrote for a package."""
    return _decoder.decode(zlib.decompress(_file(folder, package).read_bytes()))


def write_pairs(folder: Path, package: Package, pairs: list[Pair]) -> None:
    """Write a package's pairs, all or none."""
    file = _file(folder, package)
    new = file.with_suffix(".new")
    new.write_bytes(zlib.compress(_encoder.encode(pairs), 1))
    new.rename(file)


def _file(folder: Path, package: Package) -> Path:
    return folder / f"{package.registry}--{package.name.replace('/', '__')}.pairs"


def _mine_one(package: Package, downloads: Path, folder: Path) -> Package | None:
    file = _file(folder, package)
    if file.is_file() and package.licence:  # mined before, and its licence is known
        return package
    archive = open_archive(package, downloads)
    if archive is None or archive.licence is None:
        return None
    if not file.is_file():
        try:
            pairs = list(_pairs(archive))
        except (OSError, EOFError, ValueError, zlib.error) as error:  # the archive is damaged somewhere within
            log.warning("%s cannot be read: %s", package.key, type(error).__name__)
            return None
        write_pairs(folder, package, pairs)
    return archive.package


def _pairs(archive: Archive) -> Iterator[Pair]:
    """Yield the pairs of a package, each body once."""
    texts = [(path, content) for path, content in archive.files() if not is_left_out_path(path)]
    # In an order that says nothing, so that what a large package is cut to is a fair sample of it.
    texts.sort(key=lambda each: blake2b(each[0].encode("utf-8", "replace"), digest_size=8).digest())
    left = MOST_CHARACTERS
    seen: set[bytes] = set()
    for path, content in texts:
        text = _decoded(path, content)
        if text is None or len(text) > left:
            continue
        left -= len(text)
        for pair in pairs_of("README.md" if path.endswith("/METADATA") else path, text):
            body = digest(pair.body)
            if body not in seen:
                seen.add(body)
                yield pair


def _decoded(path: str, content: bytes) -> str | None:
    metadata = path.endswith(".dist-info/METADATA")
    if not metadata and language_of(path) is None and "." in path.rpartition("/")[2]:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if metadata:  # the README of a wheel stands behind its fields
        return text.partition("\n\n")[2]
    if len(text) > LONGEST_LINE * (text.count("\n") + 1):
        return None
    return text
