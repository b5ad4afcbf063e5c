"""Finding and reading files, among everything that a folder can hold."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from itertools import takewhile
from pathlib import Path
from threading import Thread

import pytest

from dowse.settings import FileSettings
from dowse.workspace.discovery import read, scan
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp, SkippedFile, SkipReason, SourceFile

SETTINGS = FileSettings(max_size=10_000)
linux = pytest.mark.skipif(sys.platform != "linux", reason="as Linux does it")


def write(root, *names, text="x = 1\n"):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(root, **options):
    return [path for path, _ in scan(root, IgnoreRules(root), **options)]


def test_every_file_is_found_once_in_a_fixed_order(tmp_path):
    write(tmp_path, "b.py", "a/z.py", "a/b/c.py", "a.py", "node_modules/x.js", "skip.log", ".gitignore")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert found(tmp_path) == [".gitignore", "a.py", "b.py", "a/z.py", "a/b/c.py"]


def test_a_stamp_is_that_of_the_file_that_is_read(tmp_path):
    write(tmp_path, "a.py")
    [(path, stamp)] = scan(tmp_path, IgnoreRules(tmp_path))
    source = read(tmp_path, path, SETTINGS)
    assert isinstance(source, SourceFile)
    status = (tmp_path / "a.py").stat()
    assert source.stamp == stamp
    assert stamp == FileStamp(status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)


@pytest.mark.parametrize(("age", "is_read_again"), [(0, True), (60, False)])
def test_a_file_that_may_change_within_the_second_is_read_again(tmp_path, age, is_read_again):
    write(tmp_path, "a.py")
    saved = int(time.time()) - age
    os.utime(tmp_path / "a.py", (saved, saved))  # as a file system has it that counts whole seconds
    [(path, stamp)] = scan(tmp_path, IgnoreRules(tmp_path))
    assert (read(tmp_path, path, SETTINGS).stamp != stamp) == is_read_again


def test_one_directory_can_be_scanned_alone(tmp_path):
    write(tmp_path, "a/b/c.py", "a/d.py", "e.py", "node_modules/x/y.js")
    assert found(tmp_path, under="a") == ["a/d.py", "a/b/c.py"]
    assert found(tmp_path, under="node_modules/x") == []
    assert found(tmp_path, under="e.py") == []
    assert found(tmp_path, under="gone") == []


def test_a_scan_sees_rules_that_changed_since_the_last_one(tmp_path):
    write(tmp_path, "a/b.py", "a/c.py")
    rules = IgnoreRules(tmp_path)
    assert len(list(scan(tmp_path, rules))) == 2
    write(tmp_path, "a/.gitignore", text="b.py\n.gitignore\n")
    assert [path for path, _ in scan(tmp_path, rules)] == ["a/c.py"]


def test_workspace_folders_inside_are_left_to_themselves(tmp_path):
    write(tmp_path, "a.py", "packages/one/b.py", "packages/two/c.py")
    nested = [tmp_path / "packages/one", tmp_path, Path("/elsewhere")]
    assert found(tmp_path, nested=nested) == ["a.py", "packages/two/c.py"]


@linux
def test_only_regular_files_are_found_and_links_are_not_followed(tmp_path):
    root = tmp_path / "root"
    write(tmp_path, "outside/secret.py", "root/real/a.py")
    (root / "loop").symlink_to(root)
    (root / "real/up").symlink_to("..")
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "file.py").symlink_to("real/a.py")
    (root / "secret.py").symlink_to(tmp_path / "outside/secret.py")
    (root / "dangling").symlink_to("nowhere")
    os.mkfifo(root / "fifo.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket.py"))
        assert found(root) == ["real/a.py"]
    for path in [
        "file.py",
        "secret.py",
        "away/secret.py",
        "loop/real/a.py",
        "fifo.py",
        "socket.py",
        "real",
        "dangling",
    ]:
        assert read(root, path, SETTINGS) is None


@linux
def test_of_hard_links_the_first_is_found(tmp_path):
    write(tmp_path, "b.py", "c.py")
    os.link(tmp_path / "b.py", tmp_path / "a.py")
    assert found(tmp_path) == ["a.py", "c.py"]


def test_a_root_behind_a_link_is_a_root_like_any_other(tmp_path):
    write(tmp_path, "real/a/b.py")
    (tmp_path / "link").symlink_to("real")
    root = tmp_path / "link"
    assert found(root) == ["a/b.py"]
    assert isinstance(read(root, "a/b.py", SETTINGS), SourceFile)


@linux
@pytest.mark.parametrize("name", [b"new\nline.py", b"caf\xe9.py", b"\xff\xfe", b" ", b"-rf *", b"\xf0\x9f\x98\x80.py"])
def test_any_name_that_a_file_can_have(tmp_path, name):
    (tmp_path / os.fsdecode(name)).write_text("x = 1\n")
    [path] = found(tmp_path)
    assert os.fsencode(path) == name
    source = read(tmp_path, path, SETTINGS)
    assert isinstance(source, SourceFile)
    assert source.path == path


@pytest.mark.parametrize(
    "path",
    ["a\0b", "\ud800.py", "gone.py", "a.py/b.py", "x" * 300, "", ".", "..", "d/../a.py", "/a.py", "d//a.py", "d"],
)
def test_names_that_no_file_has_are_gone(tmp_path, path):
    write(tmp_path, "a.py", "d/a.py")
    result = read(tmp_path, path, SETTINGS)
    assert result is None or result.reason is SkipReason.UNREADABLE


@linux
def test_a_tree_deeper_than_any_path_is_scanned_as_far_as_paths_go(tmp_path):
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(10_000):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    write(tmp_path, "a.py", "d/d/b.py")
    failed = []
    try:
        assert found(tmp_path, on_unreadable=lambda path, error: failed.append(path)) == ["a.py", "d/d/b.py"]
        assert len(failed) == 1
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


AS_NOBODY = """
import os, sys
from pathlib import Path
from dowse.settings import FileSettings
from dowse.workspace.discovery import read, scan
from dowse.workspace.ignore import IgnoreRules

os.getuid() or os.setuid(65534)
root, failed = Path(sys.argv[1]), []
rules = IgnoreRules(root)
found = [path for path, _ in scan(root, rules, on_unreadable=lambda path, error: failed.append((path, error.errno)))]
print(found, failed, *(getattr(read(root, path, FileSettings()), "reason", "read") for path in found))
"""


@linux
def test_what_may_not_be_read_is_told_and_the_rest_is_found(tmp_path):
    root = tmp_path / "root"
    write(root, "a.py", "closed/b.py", "locked.py")
    (root / "closed").chmod(0)
    (root / "locked.py").chmod(0)
    for folder in takewhile(lambda folder: folder != Path(tempfile.gettempdir()), [root, *root.parents]):
        folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", AS_NOBODY, str(root)], capture_output=True, text=True, cwd="/")
    assert done.stdout == "['a.py', 'locked.py'] [('closed', 13)] read unreadable\n", done.stderr
    (root / "closed").chmod(0o755)


def test_a_root_that_is_gone_is_an_error_and_not_an_empty_folder(tmp_path):
    with pytest.raises(FileNotFoundError):
        found(tmp_path / "gone")


def test_files_that_vanish_during_a_scan_are_no_error(tmp_path):
    write(tmp_path, *(f"d{n}/{m}.py" for n in range(30) for m in range(5)))
    stop = False

    def churn():
        while not stop:
            for n in range(0, 30, 2):
                (tmp_path / f"d{n}").rename(tmp_path / f"e{n}")
                (tmp_path / f"e{n}").rename(tmp_path / f"d{n}")

    thread = Thread(target=churn)
    thread.start()
    try:
        for _ in range(20):
            assert {f"d{n}/0.py" for n in range(1, 30, 2)} <= set(found(tmp_path))
    finally:
        stop = True
        thread.join()


def test_a_file_over_the_limit_is_not_read(tmp_path):
    write(tmp_path, "big.py", text="x" * 10_001)
    write(tmp_path, "just.py", text="x y\n" * 2_500)
    assert read(tmp_path, "big.py", SETTINGS).reason is SkipReason.TOO_LARGE
    assert isinstance(read(tmp_path, "just.py", SETTINGS), SourceFile)


@linux
def test_a_file_that_says_it_is_empty_and_never_ends_is_read_no_further_than_the_limit():
    # /proc files are regular, of size 0, and as long as their reader likes
    skipped = read(Path("/proc/self"), "smaps", FileSettings(max_size=1_000))
    assert isinstance(skipped, SkippedFile)
    assert skipped.reason is SkipReason.TOO_LARGE
    assert isinstance(read(Path("/proc/self"), "status", SETTINGS), SourceFile)


def test_the_digest_is_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx\r\n")
    (tmp_path / "b").write_bytes(b"x\r\n")
    first, second = (read(tmp_path, name, SETTINGS) for name in "ab")
    assert first.text == second.text == "x\r\n"
    assert first.digest != second.digest
    assert len(first.digest) == 16


def test_an_empty_file_is_a_file(tmp_path):
    (tmp_path / "a.py").touch()
    assert read(tmp_path, "a.py", SETTINGS).text == ""


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.bin", b"\x7fELF\0\0", SkipReason.BINARY),
        ("Cargo.lock", b"x", SkipReason.GENERATED),
        ("app.min.js", b"x", SkipReason.MINIFIED),
        ("a.js", b"var a=1;" * 1_000, SkipReason.MINIFIED),
        ("a.go", b"// Code generated by x. DO NOT EDIT.\n", SkipReason.GENERATED),
    ],
)
def test_files_that_nobody_wrote_are_left_out_with_the_reason(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    skipped = read(tmp_path, name, SETTINGS)
    assert (skipped.path, skipped.reason, skipped.stamp.size) == (name, reason, len(content))
