"""Which files are indexed, and as what."""

import pytest

from dowse.chunking.chunk import SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.chunking.language_table import LANGUAGES
from dowse.chunking.languages import family_of, language_called, language_of, space_of


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
        *[
            "image.svg",
            "package-lock.json",
            ".hidden",
            "/",
            "LICENSE-MIT",
            "licence.md",
            "COPYING.LESSER",
            "server.key",
        ],
        *["THIRD-PARTY-NOTICES.txt", "third_party_licenses.txt", "NOTICE"],
    ],
)
def test_data_secrets_and_licences_are_not_indexed(path):
    assert language_of(path, "some words\n") is None


@pytest.mark.parametrize(
    "path",
    [
        *["LicenseKeys.md", "third_party_login.html", "CopyingFiles.md", "notices_page.md", "license_check.yaml"],
        *["patents-search.html", "licensing.rst", "copying_files.py"],
    ],
)
def test_a_name_that_only_begins_like_a_licence_is_indexed(path):
    assert language_of(path, "some words\n") is not None


def test_text_in_no_known_language_is_searched_in_windows_of_lines():
    text = "".join(f"WHEN weight {i} IS MORE THAN {i}\n" + ("\n" if i % 9 == 0 else "") for i in range(200))
    assert language_of("rules.zork", text) == language_of("rules", text) == "unknown"
    chunks = chunk_text("rules.zork", text)
    assert len(chunks) > 2
    assert {chunk.space for chunk in chunks} == {SpaceName.CODE}
    assert {chunk.name for chunk in chunks} == {"rules"}


def test_what_holds_no_words_or_is_a_dump_is_no_text_to_search():
    assert language_of("numbers.zork", "1 2 3\n4 5 6\n") is None
    assert language_of("dump.zork", "word " * 100_000) is None
    assert language_of("a.zork", "") is None


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("run", "#!/usr/bin/env python3\n", "python"),
        ("run", "#!/bin/sh\n", "shellscript"),
        ("run", "#!/usr/bin/env -S node --harmony\n", "javascript"),
        ("run", "#!/opt/strange/thing\nstart all\n", "unknown"),
        ("config", "# -*- mode: ruby -*-\n", "ruby"),
        ("config", "# vim: set ft=python:\n", "python"),
        ("a.h", "int f(void);\n", "c"),
        ("a.h", "namespace a { class B; }\n", "cpp"),
        ("a.h", "#import <Foundation/Foundation.h>\n@interface A\n@end\n", "objective-c"),
        ("a.m", "function y = f(x)\n", "matlab"),
        ("a.m", "#import \"A.h\"\n@implementation A\n@end\n", "objective-c"),
        ("a.ts", "<?xml version='1.0'?><TS/>", None),
        ("a.d", "build/a.o: a.c a.h\n", None),
        ("a.pl", ":- module(a, []).\n", "prolog"),
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


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("#!/usr/bin/env -S uv run --script", "python"),
        ("#!/usr/bin/env -S uv run --quiet --with httpx python", "python"),
        ("#!/usr/bin/env -S pipenv run python3.12 -u", "python"),
        ("#!/usr/bin/env -S LC_ALL=C DEBUG=1 perl -w", "perl"),
        ("#!/usr/bin/env -i PATH=/bin bash", "shellscript"),
        ("#!/usr/bin/env -S npx --yes tsx", "typescript"),
        ("#!/usr/bin/env -S pnpm exec ts-node", "typescript"),
        ("#!/usr/bin/env -S deno run --allow-net", "javascript"),
        ("#!/usr/bin/env -S bundle exec ruby", "ruby"),
        ("#!/usr/bin/gawk -f", "awk"),
        ("#!/sbin/openrc-run", "shellscript"),
        ("#!/usr/bin/env -S cargo +nightly -Zscript", "rust"),
        ("#!/usr/bin/env -S scala-cli shebang", "scala"),
        ("#!/usr/local/bin/python3.11", "python"),
        ("#! /bin/busybox sh", "shellscript"),
        ("#!/usr/bin/env nix-shell\n#! nix-shell -i ruby -p ruby", "ruby"),
        ("#!/usr/bin/env nix-shell\n#! nix-shell --pure -p python3 -i python3", "python"),
        ('#!/bin/sh\n# the next line is read by the shell\nexec tclsh "$0" "$@"', "tcl"),
        ("#!/usr/bin/make -f", "makefile"),
    ],
)
def test_a_script_s_first_line_tells_what_runs_it(line, language):
    assert language_of("tool", f"{line}\n") == language


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("chart/_names.tpl", '{{- define "x" -}}\n{{- end -}}\n', "gotmpl"),
        ("page.tmpl", "<html>\n<body>words</body>\n</html>\n", "html"),
        ("unit.j2", "listen = {{ port }}\n", "jinja"),
        ("nginx.conf.j2", "server {}\n", "nginx"),
        ("run.sh.tmpl", "echo {{ .Name }}\n", "shellscript"),
        ("model.rb.tt", "class <%= name %>\nend\n", "ruby"),
        ("row.hbs", "{{#each rows}}<li/>{{/each}}\n", "handlebars"),
        ("mail.erb", "<% def hello %>hi<% end %>\n", "erb"),
        ("bill.ejs", "<% let sum = 1 %>\n", "ejs"),
        ("start.template", "#!/bin/bash\necho {{x}}\n", "shellscript"),
        ("config.dist", "some words\n", "unknown"),
    ],
)  # fmt: skip
def test_a_template_is_told_by_what_stands_before_its_suffix_or_in_it(path, text, language):
    assert language_of(path, text) == language


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("site.pp", "class ntp {\n  package { 'ntp': ensure => present }\n}\n", "puppet"),
        ("site.pp", "unit Site;\ninterface\nimplementation\nend.\n", "pascal"),
        ("sort.v", "From Coq Require Import List.\nLemma a : True.\n", "coq"),
        ("sort.v", "pub fn sort(a []int) []int {\n}\n", "v"),
        ("sort.v", "module sort(input a);\nendmodule\n", "verilog"),
        ("tool_2.bb", 'SRC_URI = "git://x"\ninherit cmake\n', "bitbake"),
        ("tool.bb", "(ns tool)\n(defn f [] 1)\n", "clojure"),
        ("mul.cl", "kernel void mul(global float *a) {}\n", "opencl"),
        ("mul.cl", "(defun mul (a b) (* a b))\n", "lisp"),
        ("blur.fs", "#version 450\nvoid main() {}\n", "glsl"),
        ("blur.fs", "module Blur\nlet f x = x\n", "fsharp"),
        ("head.inc", "<?php function f() {}\n", "php"),
        ("head.inc", "#define X(a) a\n", "c"),
        ("head.inc", "%macro save 0\n  push rax\n%endmacro\n", "asm"),
        ("wave.m", "t = 0:0.1:1;\nplot(t);\n", "matlab"),
        ("wave.m", "@implementation Wave\n@end\n", "objective-c"),
        ("Line.cls", "public with sharing class Line {\n}\n", "apex"),
        ("thesis.cls", "\\ProvidesClass{thesis}\n", "latex"),
        ("a.hh", "<?hh\nfunction f(): void {}\n", "hack"),
        ("a.hh", "#pragma once\n", "cpp"),
        ("a.ts", "export const a = 1\n", "typescript"),
        ("facts.pro", "parent(a, b).\n", "prolog"),
    ],
)  # fmt: skip
def test_a_suffix_of_two_languages_is_told_by_what_stands_in_the_file(path, text, language):
    assert language_of(path, text) == language


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("dockerfile.go", "go"),
        ("makefile.py", "python"),
        ("Makefile.am", "makefile"),
        ("Dockerfile.prod", "dockerfile"),
        ("Kconfig.debug", "kconfig"),
        ("appsettings.Production.json", "json"),
        ("Views/Row.cshtml", "razor"),
        ("row.html.heex", "heex"),
        ("Rules.lean", "lean"),
        ("start.bat", "bat"),
        ("login.feature", "feature"),
    ],
)
def test_more_names(path, language):
    assert language_of(path, "some words\n") == language


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("py", "python"),
        ("ts", "typescript"),
        ("bash", "shellscript"),
        ("C++", "cpp"),
        (".rs", "rust"),
        ("c#", "csharp"),
    ],
)
def test_people_s_names_of_languages_are_known(name, language):
    found = language_called(name)
    assert found is not None
    assert found.id == language


def test_languages_that_are_written_alike_are_one_family():
    assert family_of("typescriptreact") == family_of("vue") == "javascript"
    assert family_of("python") == "python"
    assert family_of("a language nobody knows") == "a language nobody knows"
