"""Source packages from PyPI, npm and Debian: downloaded with the registries' own clients, read without unpacking.

Nothing of a package is run: wheels, npm archives and Debian source archives are only read.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Literal

from dowse_dev.training.licences import permissive, permissive_classifiers, permissive_copyright

log = logging.getLogger(__name__)

Registry = Literal["pypi", "npm", "debian", "debian-source"]
"""``debian`` is a binary package: those of most scripting languages, Go and Rust hold their sources."""

BATCH = 24
"""Packages asked for in one call of a client."""
CLIENTS = 6
"""Calls of a client at a time: they wait for the network most of the time."""
LARGEST_FILE = 200_000
"""Bytes; larger files are generated or data."""
LARGEST_ARCHIVE = 60_000_000

_SOURCES = """\
Types: deb deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package, as the manifest names it."""

    registry: Registry
    name: str
    version: str = ""
    """Empty for the newest one."""
    licence: str = ""
    """Found when the package was read; empty before."""

    @property
    def key(self) -> str:
        """The package's name in all that is kept of it."""
        return f"{self.registry}:{self.name}"


@dataclass(frozen=True, slots=True)
class Archive:
    """A downloaded package; ``licence`` is None where it is not permissive or not recognised."""

    package: Package
    licence: str | None
    paths: tuple[Path, ...]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the content of every regular file that is not too large."""
        for path in self.paths:
            yield from _READERS.get(path.suffix, _tar_files)(path)


def download(packages: Sequence[Package], folder: Path) -> None:
    """Download packages into ``folder``, one folder each; those that are there already are not asked for again.

    A package that the registry does not have is left out, with a warning.
    """
    fetchers: dict[Registry, Callable[[list[Package], Path], None]] = {
        "pypi": _fetch_pypi,
        "npm": _fetch_npm,
        "debian": _fetch_debian,
        "debian-source": _fetch_debian_source,
    }
    batches: list[tuple[Registry, list[Package]]] = []
    for registry in fetchers:
        wanted = [p for p in packages if p.registry == registry and not _place(folder, p).is_dir()]
        batches += [(registry, wanted[start : start + BATCH]) for start in range(0, len(wanted), BATCH)]
    if any(registry in ("debian", "debian-source") for registry, _ in batches):
        _update_debian(folder)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for _ in pool.map(lambda batch: _fetch(fetchers[batch[0]], batch[1], folder), batches):
            pass


def open_archive(package: Package, folder: Path) -> Archive | None:
    """Return what was downloaded of a package, with version and licence as found; None where there is nothing."""
    place = _place(folder, package)
    paths = tuple(sorted(place.iterdir())) if place.is_dir() else ()
    try:
        if package.registry == "pypi" and paths:
            version, licence = _wheel_facts(paths[0])
        elif package.registry == "npm" and paths:
            version, licence = _npm_facts(paths[0])
        elif package.registry == "debian" and paths:
            version, licence = _debian_facts(paths[0])
        elif package.registry == "debian-source" and paths:
            version, licence = _debian_source_facts(paths)
            paths = tuple(p for p in paths if re.search(r"\.tar\.\w+$", p.name) and ".debian.tar" not in p.name)
        else:
            return None
    # What registries serve may be damaged or formed otherwise than expected; one package less is no harm.
    except (OSError, ValueError, KeyError, tarfile.TarError, zipfile.BadZipFile) as error:
        log.warning("%s cannot be read: %s: %s", package.key, type(error).__name__, error)
        return None
    return Archive(Package(package.registry, package.name, version, licence or ""), licence, paths)


def _place(folder: Path, package: Package) -> Path:
    return folder / package.registry / package.name.replace("/", "__")


def _fetch(fetch: Callable[[list[Package], Path], None], packages: list[Package], folder: Path) -> None:
    """Fetch a batch; where the client refuses it, both halves, down to the package that is not to be had."""
    try:
        fetch(packages, folder)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        if len(packages) == 1:
            log.warning("%s cannot be downloaded (%s)", packages[0].key, type(error).__name__)
            return
        half = len(packages) // 2
        _fetch(fetch, packages[:half], folder)
        _fetch(fetch, packages[half:], folder)


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=600, text=True
    )
    return done.stdout


def _staging(folder: Path, packages: list[Package]) -> Path:
    staging = folder / "staging" / f"{packages[0].registry}-{packages[0].name.replace('/', '__')}-{len(packages)}"
    staging.mkdir(parents=True, exist_ok=True)
    return staging


def _keep(folder: Path, package: Package, files: Sequence[Path]) -> None:
    """Move downloaded files to the package's place, which appears whole or not at all."""
    place = _place(folder, package)
    if not files or place.is_dir():
        return
    new = folder / "staging" / f"new-{package.registry}-{package.name.replace('/', '__')}"
    new.mkdir(parents=True, exist_ok=True)
    for file in files:
        file.rename(new / file.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.rename(place)


def _fetch_pypi(packages: list[Package], folder: Path) -> None:
    staging = _staging(folder, packages)
    names = [f"{p.name}=={p.version}" if p.version else p.name for p in packages]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", "."]
    _run([*pip, *names], staging)
    wheels = {_normal(file.name.partition("-")[0]): file for file in staging.glob("*.whl")}
    for package in packages:
        _keep(folder, package, [wheels[_normal(package.name)]] if _normal(package.name) in wheels else [])


def _normal(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def _fetch_npm(packages: list[Package], folder: Path) -> None:
    staging = _staging(folder, packages)
    names = [f"{p.name}@{p.version}" if p.version else p.name for p in packages]
    packed = json.loads(_run(["npm", "pack", "--json", "--ignore-scripts", *names], staging))
    by_name = {entry["name"]: staging / entry["filename"].replace("@", "").replace("/", "-") for entry in packed}
    for package in packages:
        file = by_name.get(package.name)
        _keep(folder, package, [file] if file is not None and file.is_file() else [])


def _debian_options(folder: Path) -> list[str]:
    state = folder / "apt"
    return [
        "-o", f"Dir::Etc::sourcelist={state / 'debian.sources'}", "-o", "Dir::Etc::sourceparts=/dev/null",
        "-o", f"Dir::State::lists={state / 'lists'}", "-o", "APT::Sandbox::User=root",
    ]  # fmt: skip


def _update_debian(folder: Path) -> None:
    """Have the list of source packages, apart from the system's own lists."""
    state = folder.resolve() / "apt"
    (state / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (state / "debian.sources").write_text(_SOURCES)
    _run(["apt-get", "-q", *_debian_options(folder.resolve()), "update"], state)


def _fetch_debian(packages: list[Package], folder: Path) -> None:
    staging = _staging(folder, packages)
    names = [f"{p.name}={p.version}" if p.version else p.name for p in packages]
    _run(["apt-get", "-q", *_debian_options(folder.resolve()), "download", *names], staging)
    for package in packages:
        _keep(folder, package, list(staging.glob(f"{package.name}_*.deb")))


def _fetch_debian_source(packages: list[Package], folder: Path) -> None:
    staging = _staging(folder, packages)
    names = [f"{p.name}={p.version}" if p.version else p.name for p in packages]
    # Mirrors lack many sources. The call then fails, but has fetched what there is.
    with suppress(subprocess.CalledProcessError):
        _run(["apt-get", "-q", *_debian_options(folder.resolve()), "source", "--download-only", *names], staging)
    for description in staging.glob("*.dsc"):
        fields = HeaderParser().parsestr(_without_signature(description.read_text("utf-8", "replace")))
        package = next((p for p in packages if p.name == fields["Source"]), None)
        files = [staging / line.split()[2] for line in (fields["Files"] or "").splitlines() if len(line.split()) == 3]
        if package is not None and all(file.is_file() for file in files):
            _keep(folder, package, [description, *files])
        else:
            log.warning("debian-source:%s is not whole on the mirror", fields["Source"])


def _without_signature(text: str) -> str:
    start = text.find("\n\n") + 2 if text.startswith("-----BEGIN PGP") else 0
    return text[start:]


def _wheel_files(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as wheel:
        for entry in wheel.infolist():
            if not entry.is_dir() and 0 < entry.file_size <= LARGEST_FILE:
                yield entry.filename, wheel.read(entry)


def _tar_files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.stat().st_size > LARGEST_ARCHIVE:
        return
    with tarfile.open(path) as archive:
        for entry in archive:
            if entry.isfile() and 0 < entry.size <= LARGEST_FILE:
                stream = archive.extractfile(entry)
                if stream is not None:
                    yield entry.name.partition("/")[2] or entry.name, stream.read()


def _deb_files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Read a binary package by dpkg, which knows each of its compressions."""
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(path)], stdout=subprocess.PIPE) as dpkg,
        tarfile.open(fileobj=dpkg.stdout, mode="r|") as archive,
    ):
        for entry in archive:
            if entry.isfile() and 0 < entry.size <= LARGEST_FILE:
                stream = archive.extractfile(entry)
                if stream is not None:
                    yield entry.name.removeprefix("./"), stream.read()


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, bytes]]]] = {".whl": _wheel_files, ".deb": _deb_files}


def _wheel_facts(path: Path) -> tuple[str, str | None]:
    with zipfile.ZipFile(path) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(wheel.read(name).decode("utf-8", "replace"))
    classified = permissive_classifiers(fields.get_all("Classifier") or [])
    licence = permissive(fields["License-Expression"] or "") or classified or permissive(fields["License"] or "")
    return str(fields["Version"]), licence


def _npm_facts(path: Path) -> tuple[str, str | None]:
    with tarfile.open(path) as archive:
        for entry in archive:
            if entry.name.count("/") == 1 and entry.name.endswith("/package.json"):
                stream = archive.extractfile(entry)
                facts = json.loads(stream.read()) if stream is not None else {}
                licence = facts.get("license")
                licence = licence.get("type") if isinstance(licence, dict) else licence
                return str(facts["version"]), permissive(licence) if isinstance(licence, str) else None
    raise ValueError("no package.json")


def _debian_facts(path: Path) -> tuple[str, str | None]:
    version = path.name.split("_")[1].replace("%3a", ":")
    for name, content in _deb_files(path):
        if name.startswith("usr/share/doc/") and name.endswith("/copyright"):
            return version, permissive_copyright(content.decode("utf-8", "replace"))
    return version, None


def _debian_source_facts(paths: Sequence[Path]) -> tuple[str, str | None]:
    description = next(path for path in paths if path.suffix == ".dsc")
    fields = HeaderParser().parsestr(_without_signature(description.read_text("utf-8", "replace")))
    packaging = next((path for path in paths if ".debian.tar" in path.name), None)
    if packaging is None:  # a native package carries its packaging among its sources
        packaging = next(path for path in paths if ".tar" in path.name)
    with tarfile.open(packaging) as archive:
        for entry in archive:
            if entry.name.endswith("debian/copyright"):
                stream = archive.extractfile(entry)
                text = stream.read().decode("utf-8", "replace") if stream is not None else ""
                return str(fields["Version"]), permissive_copyright(text)
    return str(fields["Version"]), None
