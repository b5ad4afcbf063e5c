"""The packages that a built-in model is trained on: registry, name, version and licence, one on each line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from dowse_dev.training.exclusions import is_left_out_package
from dowse_dev.training.plans import Space
from dowse_dev.training.registries import Package, Registry

MANIFESTS: dict[Space, Path] = {
    "code": Path(__file__).parent / "packages-code.tsv",
    "prose": Path(__file__).parent / "packages-prose.tsv",
}
"""What each model that comes with Dowse was trained on."""

_HEADER = "registry\tname\tversion\tlicence"


def read_manifest(file: Path) -> list[Package]:
    """Read a manifest. Version and licence may be missing: the newest version is meant, and its licence is read.

    Raises ``ValueError`` for a line that names no package, or one that must not be trained on.
    """
    packages = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line == _HEADER:
            continue
        registry, name, version, licence = [*line.split("\t"), "", "", ""][:4]
        if registry not in get_args(Registry) or not name:
            raise ValueError(f"{file.name}, line {number}: {line[:80]!r} names no package")
        if is_left_out_package(name):
            raise ValueError(f"{file.name}, line {number}: {name} is evaluated on and cannot be trained on")
        packages.append(Package(registry, name, version, licence))  # type: ignore[arg-type]
    return packages


def write_manifest(file: Path, packages: Iterable[Package]) -> None:
    """Write packages in the order of registry and name."""
    ordered = sorted(packages, key=lambda p: (p.registry, p.name))
    lines = [_HEADER, *("\t".join((p.registry, p.name, p.version, p.licence)) for p in ordered)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
