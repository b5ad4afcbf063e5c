"""Watching real folders; each test waits for what must come, and a marker behind it shows what did not."""

import os
import shutil
import subprocess
import sys
from threading import Condition

import pytest

from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.mounts import SILENT, file_system
from dowse.workspace.watcher import Watcher

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
WAIT = 20


class Witness:
    """Collects what a watcher says of a folder."""

    def __init__(self, root, **options):
        self.root = root
        self.rules = IgnoreRules(root)
        self.changed = Condition()
        self.paths = set()
        self.overflows = 0
        self.messages = []
        self.watcher = Watcher(root, self.rules, self.on_paths, self.on_overflow, self.messages.append, **options)

    def on_paths(self, paths):
        with self.changed:
            self.paths |= {os.path.relpath(path, self.root) for path in paths}
            self.changed.notify_all()

    def on_overflow(self):
        with self.changed:
            self.overflows += 1
            self.changed.notify_all()

    def sees(self, *paths):
        with self.changed:
            return self.changed.wait_for(lambda: set(paths) <= self.paths, WAIT)

    def overflowed(self, times=1):
        with self.changed:
            return self.changed.wait_for(lambda: self.overflows >= times, WAIT)

    def since(self):
        """What was seen up to now; a marker file shows that everything before it has arrived."""
        (self.root / "marker").write_text("x")
        assert self.sees("marker")
        with self.changed:
            seen, self.paths = self.paths - {"marker"}, set()
        (self.root / "marker").unlink()
        assert self.sees("marker")
        with self.changed:
            self.paths.clear()
        return seen


@pytest.fixture
def watch():
    witnesses = []

    def begin(root, nested=(), **options):
        witness = Witness(root, **options)
        witnesses.append(witness)
        witness.watcher.start(nested)
        return witness

    yield begin
    for witness in witnesses:
        witness.watcher.stop()
        assert witness.watcher.mode == "off"


def write(root, *names, text="x\n"):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_files_made_changed_and_deleted_are_reported(tmp_path, watch):
    write(tmp_path, "a.py", "sub/deep/b.py")
    witness = watch(tmp_path)
    assert witness.watcher.mode == "native"
    write(tmp_path, "a.py", "sub/deep/b.py", "sub/new.py", text="y\n")
    (tmp_path / "sub/deep/b.py").unlink()
    assert witness.since() == {"a.py", "sub/deep/b.py", "sub/new.py"}
    assert (witness.overflows, witness.messages) == (0, [])


def test_reading_is_no_change(tmp_path, watch):
    write(tmp_path, "a.py")
    witness = watch(tmp_path)
    (tmp_path / "a.py").read_text()
    list(tmp_path.iterdir())
    assert witness.since() == set()


def test_a_rename_is_both_names(tmp_path, watch):
    write(tmp_path, "a.py", "sub/x")
    witness = watch(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "sub/b.py")
    assert witness.since() == {"a.py", "sub/b.py"}


def test_an_atomic_save_names_the_file(tmp_path, watch):
    write(tmp_path, "a.py")
    witness = watch(tmp_path)
    write(tmp_path, ".a.py.tmp", text="new\n")
    (tmp_path / ".a.py.tmp").replace(tmp_path / "a.py")
    assert "a.py" in witness.since()


def test_new_directories_are_reported_and_followed(tmp_path, watch):
    witness = watch(tmp_path)
    write(tmp_path, "one/two/three/a.py")
    assert "one" in witness.since()
    write(tmp_path, "one/two/three/b.py")
    assert witness.since() == {"one/two/three/b.py"}


def test_a_directory_moved_in_moved_about_and_moved_away_is_followed(tmp_path, watch):
    root = tmp_path / "root"
    write(root, "x")
    write(tmp_path, "elsewhere/pkg/deep/a.py")
    witness = watch(root)
    (tmp_path / "elsewhere/pkg").rename(root / "pkg")
    assert witness.since() == {"pkg"}
    (root / "pkg").rename(root / "renamed")
    assert witness.since() == {"pkg", "renamed"}
    write(root, "renamed/deep/a.py", text="new\n")
    assert witness.since() == {"renamed/deep/a.py"}
    (root / "renamed").rename(tmp_path / "elsewhere/pkg")
    assert witness.since() == {"renamed"}
    write(tmp_path, "elsewhere/pkg/deep/a.py")
    assert witness.since() == set()


def test_a_deleted_directory_is_reported(tmp_path, watch):
    write(tmp_path, "pkg/deep/a.py", "b.py")
    witness = watch(tmp_path)
    shutil.rmtree(tmp_path / "pkg")
    assert {"pkg", "pkg/deep/a.py"} <= witness.since()


def test_what_is_ignored_is_neither_reported_nor_watched(tmp_path, watch):
    write(tmp_path, "node_modules/x/y.js", "out/a.o", "src/gen/x.py", "src/a.py")
    (tmp_path / ".gitignore").write_text("*.o\n/src/gen/\n")
    witness = watch(tmp_path)
    write(tmp_path, "node_modules/x/y.js", "node_modules/new/z.js", "out/b.o", "src/gen/y.py", "src/b.py", text="new\n")
    assert witness.since() == {"src/b.py"}


@linux
def test_only_directories_that_are_not_ignored_cost_a_watch(tmp_path):
    from dowse.workspace.inotify import InotifyTree

    write(tmp_path, "src/a/b.py", "src/c/node_modules/d/e/f.js", "node_modules/x/y.js", ".venv/lib/z.py", "nested/a/b")
    tree = InotifyTree(tmp_path, IgnoreRules(tmp_path), frozenset({"nested"}), print, print, print)
    tree.start()
    try:
        assert len(tree) == len(["", "src", "src/a", "src/c"])
    finally:
        tree.stop()


def test_a_change_of_the_rules_is_reported_wherever_it_counts(tmp_path, watch):
    write(tmp_path, "sub/a.py", ".git/info/exclude", ".git/HEAD", "node_modules/x/.gitignore", "whitelist/.keep")
    (tmp_path / "whitelist/.gitignore").write_text("*\n")
    witness = watch(tmp_path)
    rules = {".gitignore", "sub/.dowseignore", ".git/info/exclude", "whitelist/.gitignore"}
    write(tmp_path, *rules, "node_modules/x/.gitignore", ".git/HEAD", "whitelist/x", text="#\n")
    assert witness.since() == rules
    assert all(witness.rules.is_rules_file(path) for path in rules)


def test_a_new_environment_is_left_out_once_it_shows_what_it_is(tmp_path, watch):
    witness = watch(tmp_path)
    write(tmp_path, "mine/pyvenv.cfg")
    assert witness.sees("mine")
    witness.rules.reload()  # as the engine does for a rules file
    write(tmp_path, "mine/lib/x.py")
    assert "mine/lib/x.py" not in witness.since()


def test_workspace_folders_inside_are_left_to_their_own_watchers(tmp_path, watch):
    write(tmp_path, "packages/one/a.py", "packages/two/a.py")
    witness = watch(tmp_path, nested=[tmp_path / "packages/one"])
    write(tmp_path, "packages/one/b.py", "packages/two/b.py")
    assert witness.since() == {"packages/two/b.py"}


@linux
def test_names_that_are_no_utf8_are_reported(tmp_path, watch):
    witness = watch(tmp_path)
    name = os.fsdecode(b"caf\xe9\n.py")
    write(tmp_path, name)
    assert witness.since() == {name}


def test_a_branch_switch_is_reported_whole(tmp_path, watch):
    names = [f"src/d{n % 40}/f{n}.py" for n in range(2_000)]
    write(tmp_path, *names)
    witness = watch(tmp_path)
    write(tmp_path, *names, text="other branch\n")
    assert witness.sees(*names)
    shutil.rmtree(tmp_path / "src")
    assert witness.sees("src")
    with witness.changed:
        witness.paths.clear()
    write(tmp_path, *names)
    assert "src" in witness.since()
    write(tmp_path, "src/d39/last.py")
    assert witness.since() == {"src/d39/last.py"}


@linux
def test_more_changes_than_the_system_keeps_ask_for_a_scan_and_are_survived(tmp_path, watch):
    write(tmp_path, *(f"d{n}/a.py" for n in range(50)))
    witness = watch(tmp_path)
    with witness.changed:  # holds up the reader while the kernel's queue of 16,384 events fills
        for n in range(20_000):
            (tmp_path / f"d{n % 50}/a{n % 7}.py").touch()
        (tmp_path / "missed").mkdir()
    assert witness.overflowed()
    assert witness.watcher.mode == "native"
    write(tmp_path, "missed/a.py")
    assert witness.sees("missed/a.py")


@pytest.mark.parametrize("gone", [shutil.rmtree, lambda root: root.rename(root.parent / "moved")])
def test_a_root_that_goes_and_comes_back_is_followed_again(tmp_path, watch, gone):
    root = tmp_path / "root"
    write(root, "a.py")
    witness = watch(root, poll_every=0.05)
    gone(root)
    assert witness.sees(".")
    write(root, "b.py")
    assert witness.overflowed()
    write(root, "c.py")
    assert witness.sees("c.py")
    assert witness.messages == []


def test_stopping_twice_and_before_starting_is_harmless(tmp_path):
    witness = Witness(tmp_path)
    witness.watcher.stop()
    witness.watcher.start()
    witness.watcher.start()
    witness.watcher.stop()
    witness.watcher.stop()
    write(tmp_path, "a.py")
    assert witness.paths == set()


LIMITED = """
import sys
from pathlib import Path
from threading import Event
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.watcher import Watcher

Path(sys.argv[2]).write_text(sys.argv[3])
root, ready, seen, messages = Path(sys.argv[1]), Event(), Event(), []
on_paths = lambda paths: str(root / "d3/new.py") in paths and seen.set()
watcher = Watcher(root, IgnoreRules(root), on_paths, ready.set, messages.append, poll_every=0.05)
watcher.start()
if len(sys.argv) > 4:
    for n in range(int(sys.argv[4])):
        (root / f"more{n}").mkdir()
assert ready.wait(20)
(root / "d3/new.py").write_text("x")
assert seen.wait(20)
print(watcher.mode, len(messages), messages[0])
watcher.stop()
"""


@linux
@pytest.mark.parametrize(
    ("file", "limit", "grow", "setting"),
    [
        ("/proc/sys/user/max_inotify_watches", "5", [], "fs.inotify.max_user_watches"),
        ("/proc/sys/user/max_inotify_watches", "15", ["10"], "fs.inotify.max_user_watches"),
        ("/proc/sys/user/max_inotify_instances", "0", [], "fs.inotify.max_user_instances"),
    ],
)
def test_at_the_systems_limit_it_polls_and_names_the_remedy_once(tmp_path, file, limit, grow, setting):
    write(tmp_path, *(f"d{n}/a.py" for n in range(10)))
    # A user namespace has limits of its own, so that the real ones stay as they are.
    command = ["unshare", "--user", "--map-root-user", sys.executable, "-c", LIMITED]
    if shutil.which("unshare") is None or subprocess.run([*command[:3], "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    done = subprocess.run([*command, str(tmp_path), file, limit, *grow], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("polling 1 "), done.stderr
    assert setting in done.stdout
    assert "sysctl --system" in done.stdout


def test_polling_finds_what_events_would(tmp_path):
    from dowse.workspace.poller import Poller

    write(tmp_path, "a.py", "sub/b.py", "node_modules/x.js")
    changed = Condition()
    seen, started = set(), []

    def note(paths):
        with changed:
            seen.update(paths)
            changed.notify_all()

    def start():
        with changed:
            started.append(1)
            changed.notify_all()

    poller = Poller(tmp_path, IgnoreRules(tmp_path), (), note, start, shortest=0.01)
    poller.start()
    try:
        with changed:
            assert changed.wait_for(lambda: started, WAIT)
        write(tmp_path, "a.py", "sub/c.py", "node_modules/y.js", text="longer than before\n")
        (tmp_path / "sub/b.py").unlink()
        with changed:
            assert changed.wait_for(lambda: {"a.py", "sub/b.py", "sub/c.py"} == seen, WAIT)
        shutil.rmtree(tmp_path)
        with changed:
            assert changed.wait_for(lambda: "" in seen, WAIT)
        write(tmp_path, "a.py")
        with changed:
            assert changed.wait_for(lambda: len(started) == 2, WAIT)
    finally:
        poller.stop()


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:25 / /mnt/c rw,noatime shared:1 - 9p drvfs rw
31 22 0:26 / /home/me/my\\040share rw - nfs4 server:/x rw
32 22 0:27 / /home/me/remote rw - fuse.sshfs me@host:/ rw
33 32 0:28 / /home/me/remote rw - tmpfs tmpfs rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "ext4"),
        ("/mnt/c/Users", "9p"),
        ("/mnt/cd", "ext4"),
        ("/home/me/my share/x", "nfs4"),
        ("/home/me/remote/x", "tmpfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(path, expected):
    assert file_system(path, MOUNTS) == expected
    assert (expected in SILENT) == (expected in ("9p", "nfs4"))
