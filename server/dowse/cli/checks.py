"""What ``dowse doctor`` checks of the machine and the installation."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata, util
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import dowse
from dowse.cli.summary import size
from dowse.embedding.installation import DISTRIBUTION, extra_command, install_command
from dowse.settings import ModelSettings, Problem, Settings, models_of
from dowse.system.base import WatchLimits

_COMPILED = ("numpy", "msgspec", "tantivy", "tree_sitter", "tree_sitter_language_pack")
"""Dependencies with machine code, which can be installed and still not work here."""

_LITTLE_SPACE = 500_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``remedy`` says what to do unless the level is ``ok``."""

    level: Literal["ok", "warning", "problem"]
    name: str
    text: str
    remedy: str = ""

    @property
    def value(self) -> dict[str, str]:
        """The finding for JSON."""
        value = {"level": self.level, "name": self.name, "text": self.text}
        return {**value, "remedy": self.remedy} if self.remedy else value


def check_installation() -> Iterator[Check]:
    """Python, every dependency's version, and whether the compiled ones load."""
    yield Check(
        "ok",
        "dowse",
        f"{dowse.__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
    )
    yield from _dependencies()
    if util.find_spec("hnswlib") is None:
        yield Check(
            "warning",
            "hnswlib",
            "not installed; vectors are compared one by one, which is slower from about 100,000 chunks on",
            f"Install a C++ compiler, then run: {extra_command('hnsw')}",
        )
    else:
        yield _loads("hnswlib")


def _dependencies() -> Iterator[Check]:
    from packaging.requirements import Requirement

    found = 0
    for line in metadata.requires(DISTRIBUTION) or ():
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            version = ""
        if version and requirement.specifier.contains(version, prereleases=True):
            found += 1
            continue
        wanted = f"{requirement.name}{requirement.specifier}"
        text = f"version {version} does not fit {wanted}" if version else "not installed"
        yield Check("problem", requirement.name, text, f"Run: {install_command(wanted)}")
    failing = [check for module in _COMPILED if (check := _loads(module)).level != "ok"]
    yield from failing
    if not failing:
        yield Check("ok", "dependencies", f"{found} installed")


def _loads(module: str) -> Check:
    try:
        import_module(module)
    except Exception as error:  # a broken extension module can raise anything
        return Check(
            "problem",
            module,
            f"does not load: {error}",
            f"Run: {install_command('--force-reinstall', '--no-cache-dir', module.replace('_', '-'))}",
        )
    return Check("ok", module, metadata.version(module.replace("_", "-")))


def check_torch(models: ModelSettings) -> Check:
    """PyTorch and its GPU: needed only by transformers that do not run as graphs."""
    from dowse.embedding.registry import in_full

    named = (*models_of(models, "code"), *models_of(models, "prose"))
    is_transformer = any(in_full(name).startswith("sentence-transformers:") for name in named)
    needed = is_transformer and models.backend in ("auto", "torch") and models.precision == "float32"
    if util.find_spec("torch") is None:
        if not needed:
            return Check("ok", "torch", "not installed, and not needed by the models in use")
        return Check("problem", "torch", "not installed", f"Run: {extra_command('transformers')}")
    try:
        torch: Any = import_module("torch")
        device = torch.cuda.get_device_name(0) if torch.cuda.is_available() else ""
        device = device or ("Apple GPU" if torch.backends.mps.is_available() else "no GPU: models run on the CPU")
        return Check("ok", "torch", f"{torch.__version__}, {device}")
    except Exception as error:  # a broken installation can raise anything
        level: Literal["problem", "warning"] = "problem" if needed else "warning"
        remedy = f"Run: {install_command('--force-reinstall', 'torch>=2.6')}"
        return Check(level, "torch", f"does not load: {error}", remedy)


def check_settings(problems: Sequence[Problem], user_file: Path) -> Iterator[Check]:
    """What was refused in the settings files."""
    for problem in problems:
        yield Check("warning", "settings", str(problem), "Correct or remove it; the default is in force until then.")
    if not problems:
        yield Check(
            "ok", "settings", str(user_file) if user_file.exists() else f"the defaults; yours go to {user_file}"
        )


def check_models(settings: Settings) -> Iterator[Check]:
    """Open the models and embed a word with each."""
    from dowse.embedding.model import ModelError
    from dowse.embedding.providers import open_model, shown

    uses: dict[str, list[str]] = {}
    spaces: tuple[Literal["code", "prose"], ...] = ("code", "prose")
    for space in spaces:
        for spec in models_of(settings.models, space):
            uses.setdefault(spec, []).append(space)
    for spec, used_for in uses.items():
        name = f"{' and '.join(used_for)} model"
        try:
            model = open_model(spec, settings.models)
            model.embed_query("open a file")
            yield Check("ok", name, f"{shown(spec)}, {model.info.dimensions} dimensions, {model.device}")
            model.close()
        except ModelError as error:
            yield Check(
                "problem",
                name,
                f"{shown(spec)}: {error}",
                "Until it is put right, the next one that can be used answers.",
            )


def check_git() -> Check:
    """Git tells which global excludes file is in force."""
    program = shutil.which("git")
    remedy = "Install git, so that its global excludes file is found where it is not the usual one."
    if program is None:
        return Check("warning", "git", "not found", remedy)
    try:
        run = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Check("warning", "git", f"does not run: {error}", remedy)
    return Check("ok", "git", run.stdout.strip().removeprefix("git version "))


def check_locale() -> Check:
    """File names are bytes; which characters they are, the locale says."""
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("_", "-") == "utf-8":
        return Check("ok", "locale", f"{locale.setlocale(locale.LC_CTYPE)}, file names in UTF-8")
    return Check(
        "warning",
        "locale",
        f"file names are read as {encoding}",
        "Set LC_ALL or LANG to a UTF-8 locale, as in LANG=C.UTF-8, or PYTHONUTF8=1.",
    )


def check_watching(root: Path, settings: Settings, limits: WatchLimits | None) -> Check:
    """Compare the number of directories with the system's limits on watches."""
    from dowse.workspace.discovery import scan
    from dowse.workspace.ignore import IgnoreRules

    files = scan(root, IgnoreRules(root, settings.files.exclude))
    directories = len({parent for path, _ in files for parent in PurePosixPath(path).parents})
    if limits is None:
        return Check("ok", "watching", f"{directories:,} directories, no limit known")
    allowed = f"{limits.directories:,} watches and {limits.instances:,} instances allowed"
    text = f"{directories:,} directories, {allowed}"
    if directories > limits.directories:
        wanted = max(524_288, 2 * directories)
        setting = f"fs.inotify.max_user_watches={wanted}"
        remedy = f"Run: echo {setting} | sudo tee /etc/sysctl.d/60-dowse.conf && sudo sysctl --system"
        return Check("warning", "watching", f"{text}; changes would be found by polling", remedy)
    return Check("ok", "watching", text)


def check_cache(cache_dir: Path) -> Check:
    """Whether indexes can be kept, what they take, and whether some are of no use any more."""
    from dowse.index.inventory import kept_indexes

    existing = cache_dir
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        remedy = f"Make {existing} a folder that you can write to, or name another one with --cache-dir."
        return Check("problem", "cache", f"{cache_dir} cannot be written", remedy)
    held = sum(file.lstat().st_size for file in cache_dir.rglob("*"))
    free = shutil.disk_usage(existing).free
    text = f"{cache_dir}, {size(held)} held, {size(free)} free"
    if gone := [index for index in kept_indexes(cache_dir) if index.is_orphaned]:
        text += f"; {size(sum(index.disk_bytes for index in gone))} of folders that are gone (dowse index prune)"
    if free < _LITTLE_SPACE:
        return Check("warning", "cache", text, "Make room on that disk, or name another folder with --cache-dir.")
    return Check("ok", "cache", text)


def check_index(root: Path, cache_dir: Path) -> Iterator[Check]:
    """The workspace's index: its schema, whether SQLite finds it sound, and what damage left behind."""
    from dowse.index.health import examine, existing_directory

    directory = existing_directory(root, cache_dir)
    if directory is None:
        yield Check("ok", "index", f"none yet for {root}")
        return
    health = examine(directory)
    if health.damage:
        remedy = "Run: dowse index. It sets the damaged database aside and begins a new one."
        yield Check("problem", "index", f"{directory} is damaged: {health.damage}", remedy)
    elif health.is_newer:
        remedy = "Update this one, or name another cache folder with --cache-dir."
        yield Check("problem", "index", f"{directory} was made by a newer Dowse (schema {health.schema})", remedy)
    else:
        yield Check("ok", "index", f"{directory}, schema {health.schema}, sound")
    for leftover in health.leftovers:
        remedy = "It is no longer used. Delete it, unless you want to report what happened."
        yield Check(
            "warning", "index", f"{leftover} was damaged and set aside ({size(leftover.stat().st_size)})", remedy
        )
