"""Which packages and which of their files are trained on."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from dowse.training.texts import without_heading
from dowse_dev.training.exclusions import is_left_out_package, is_left_out_path
from dowse_dev.training.licences import permissive, permissive_classifiers, permissive_copyright
from dowse_dev.training.manifest import MANIFESTS, read_manifest, write_manifest
from dowse_dev.training.mining import mine, read_pairs
from dowse_dev.training.registries import Package

FUNCTION = '''
def wait_longer(attempt, first=0.1):
    """Return how many seconds to wait before an attempt is made again.

    :param attempt: counted from 0
    """
    return first * 2**attempt
'''


@pytest.mark.parametrize(
    ("expression", "licence"),
    [
        ("MIT", "MIT"),
        ("Expat", "MIT"),
        ("MIT OR GPL-2.0-only", "MIT"),
        ("(GPL-3.0 OR Apache-2.0)", "Apache-2.0"),
        ("MIT AND BSD-3-Clause", "BSD-3-Clause AND MIT"),
        ("MIT AND GPL-3.0-only", None),
        ("GPL-3.0-or-later", None),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("SEE LICENSE IN LICENSE.md", None),
        ("", None),
    ],
)
def test_only_what_is_known_to_be_permissive_is_permissive(expression: str, licence: str | None) -> None:
    assert permissive(expression) == licence


def test_every_classifier_must_be_permissive() -> None:
    mit = "License :: OSI Approved :: MIT License"

    assert permissive_classifiers([mit, "Topic :: Software Development"]) == "MIT"
    assert permissive_classifiers([mit, "License :: OSI Approved :: GNU General Public License (GPL)"]) is None
    assert permissive_classifiers([]) is None


def test_a_debian_copyright_file_speaks_of_the_upstream_files() -> None:
    head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    expat = "Files: *\nCopyright: somebody\nLicense: Expat\n\n"

    assert permissive_copyright(f"{head}{expat}Files: debian/*\nLicense: GPL-3+\n") == "MIT"
    assert permissive_copyright(f"{head}{expat}Files: src/a.c\nLicense: GPL-2+\n") is None
    assert permissive_copyright("This package is free software under the MIT licence.") is None


@pytest.mark.parametrize(
    "name",
    ["requests", "flask-login", "golang-github-go-chi-chi", "rust-axum-core", "ruby-rails", "@trpc/server", "zod"],
)
def test_packages_of_projects_that_relevance_is_judged_on_are_left_out(name: str) -> None:
    assert is_left_out_package(name)


@pytest.mark.parametrize("name", ["attrs", "golang-github-google-btree", "chalk", "rust-clap", "left-pad"])
def test_other_packages_are_not(name: str) -> None:
    assert not is_left_out_package(name)


def test_vendored_copies_are_left_out_by_their_folder() -> None:
    assert is_left_out_path("pip/_vendor/requests/api.py")
    assert is_left_out_path("third_party/fmt-9.1.0/format.cc")
    assert not is_left_out_path("pip/_internal/network/session.py")


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=list(MANIFESTS))
def test_a_kept_manifest_names_packages_with_version_and_permissive_licence(manifest: Path) -> None:
    packages = read_manifest(manifest)

    assert len({package.key for package in packages}) == len(packages) > 1000
    for package in packages:
        assert package.version, package.key
        assert all(permissive(part) for part in package.licence.split(" AND ")), package


def test_a_manifest_is_read_as_it_was_written_and_refuses_what_must_not_be_trained_on(tmp_path: Path) -> None:
    file = tmp_path / "packages.tsv"
    write_manifest(file, [Package("npm", "b", "1.0", "MIT"), Package("npm", "a", "2.0", "ISC")])
    assert [package.name for package in read_manifest(file)] == ["a", "b"]

    for line in ("npm\tzod\t1\tMIT", "cargo\tregex\t1\tMIT", "npm"):
        file.write_text(line)
        with pytest.raises(ValueError, match="line 1"):
            read_manifest(file)


def wheel(downloads: Path, name: str, files: dict[str, str], licence: str = "MIT") -> Package:
    place = downloads / "pypi" / name
    place.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\nLicense-Expression: {licence}\n\n# {name}\n"
    with zipfile.ZipFile(place / f"{name}-1.2-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.2.dist-info/METADATA", metadata)
        for path, text in files.items():
            archive.writestr(path, text)
    return Package("pypi", name)


def npm_package(downloads: Path, name: str, files: dict[str, str]) -> Package:
    place = downloads / "npm" / name
    place.mkdir(parents=True)
    with tarfile.open(place / f"{name}-3.0.0.tgz", "w:gz") as archive:
        about = {"package/package.json": json.dumps({"name": name, "version": "3.0.0", "license": "ISC"})}
        for path, text in {**about, **files}.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return Package("npm", name)


def test_pairs_are_a_documentation_s_first_sentence_and_the_code_without_it(tmp_path: Path) -> None:
    package = wheel(
        tmp_path, "waiting", {"waiting/times.py": FUNCTION, "waiting/_vendor/requests/api.py": FUNCTION + "#"}
    )

    found = mine([package], tmp_path, tmp_path / "pairs", processes=1)

    assert found == [Package("pypi", "waiting", "1.2", "MIT")]
    [pair] = read_pairs(tmp_path / "pairs", package)
    assert pair.text == "Return how many seconds to wait before an attempt is made again"
    assert pair.name == "wait_longer"
    assert "seconds" not in pair.body
    assert "counted from 0" not in pair.body
    assert "first * 2**attempt" in pair.body


def test_headings_and_their_sections_are_pairs_of_prose(tmp_path: Path) -> None:
    section = "The client waits twice as long after each attempt, ten seconds at most, and then gives up with an error."
    package = npm_package(
        tmp_path, "waits", {"package/README.md": f"# Waits\n\n## When a request fails\n\n{section}\n"}
    )

    mine([package], tmp_path, tmp_path / "pairs", processes=1)

    [pair] = read_pairs(tmp_path / "pairs", package)
    assert (pair.kind, pair.text) == ("heading", "Waits When a request fails")
    assert without_heading(pair.body, pair.text) == section


def test_packages_without_a_permissive_licence_and_damaged_ones_give_nothing(tmp_path: Path) -> None:
    copyleft = wheel(tmp_path, "copyleft", {"a.py": FUNCTION}, licence="GPL-3.0-only")
    damaged = wheel(tmp_path, "damaged", {"a.py": FUNCTION})
    [file] = (tmp_path / "pypi" / "damaged").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    missing = Package("npm", "missing")

    assert mine([copyleft, damaged, missing], tmp_path, tmp_path / "pairs", processes=1) == []
