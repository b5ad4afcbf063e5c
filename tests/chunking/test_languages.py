"""Which files are indexed, and as what."""

import pytest

from dowse.chunking.chunk import SpaceName
from dowse.chunking.language_table import LANGUAGES
from dowse.chunking.languages import language_of, space_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/app.py", "python"),
        ("src/App.TSX", "typescriptreact"),
        ("a/b/Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("lib/CMakeLists.txt", "cmake"),
        ("config.h.in", "c"),
        ("mail.html.erb", "html"),
        ("README", "plaintext"),
        ("README.md", "markdown"),
        ("package.json", "json"),
        ("main.tf", "terraform"),
        ("requirements.txt", "pip-requirements"),
    ],
)
def test_a_name_tells_the_language(path, language):
    assert language_of(path, "x\n") == language


@pytest.mark.parametrize(
    "path",
    [
        *["data.json", "table.csv", "logo.svg", "messages.po", "LICENSE", "COPYING.txt", "poetry.lock", "app.log"],
        *["image.png", "package-lock.json", "noext", ".hidden", "", "/", "a."],
    ],
)
def test_data_licences_and_unknown_files_are_not_indexed(path):
    assert language_of(path, "x\n") is None


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("run", "#!/usr/bin/env python3\n", "python"),
        ("run", "#!/bin/sh\n", "shellscript"),
        ("run", "#!/usr/bin/env -S node --harmony\n", "javascript"),
        ("run", "#!/opt/unknown/thing\n", None),
        ("config", "# -*- mode: ruby -*-\n", "ruby"),
        ("config", "# vim: set ft=python:\n", "python"),
        ("a.h", "int f(void);\n", "c"),
        ("a.h", "namespace a { class B; }\n", "cpp"),
        ("a.h", "#import <Foundation/Foundation.h>\n@interface A\n@end\n", "objective-c"),
        ("a.m", "function y = f(x)\n", "matlab"),
        ("a.m", "#import \"A.h\"\n@implementation A\n@end\n", "objective-c"),
        ("a.ts", "<?xml version='1.0'?><TS/>", None),
        ("a.d", "build/a.o: a.c a.h\n", None),
        ("a.pl", ":- module(a, []).\n", None),
        ("words.txt", "word\n" * 100_000, None),
    ],
)  # fmt: skip
def test_the_text_settles_what_the_name_leaves_open(path, text, language):
    assert language_of(path, text) == language


def test_prose_and_code_go_to_their_spaces():
    assert space_of("markdown") is SpaceName.PROSE
    assert space_of("python") is SpaceName.CODE
    assert space_of("a language nobody knows") is SpaceName.CODE


def test_no_suffix_or_name_belongs_to_two_languages():
    suffixes = [suffix for language in LANGUAGES for suffix in language.suffixes.split()]
    names = [name.lower() for language in LANGUAGES for name in language.names.split()]
    assert len(suffixes) == len(set(suffixes))
    assert len(names) == len(set(names))
