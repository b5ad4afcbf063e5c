"""Directories that hold no code of the workspace's own, whatever its ignore files say.

A ``!name/`` in ``.dowseignore`` brings one back.
"""

import os
from collections.abc import Callable

VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS", ".pijul"})
"""Never indexed, not even on request."""

_NAMES = frozenset(
    # installed dependencies
    {"node_modules", "bower_components", "jspm_packages", ".yarn", ".pnpm-store", "site-packages", ".eggs", "elm-stuff"}
    | {"Pods", "Carthage", ".bundle", ".pub-cache", ".terraform", ".terragrunt-cache"}
    | {".venv", "venv", ".direnv", ".pixi"}
    # caches and reports of tools
    | {"__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".pytype"}
    | {".ipynb_checkpoints", ".cache", ".parcel-cache", ".turbo", ".nx", ".sass-cache", ".nyc_output", "htmlcov"}
    | {".ccls-cache", ".metals", ".bloop", ".Trash"}
    # work trees that repeat the repository around them
    | {".worktrees"}
    # build output under names that serve nothing else
    | {".gradle", ".next", ".nuxt", ".svelte-kit", ".angular", ".dart_tool", ".stack-work", "dist-newstyle"}
    | {".build", "DerivedData", ".zig-cache", "zig-cache", "zig-out", "cmake-build-debug", "cmake-build-release"}
    # an editor's own
    | {".idea", ".vs"}
)

_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg")
_GRADLE = ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")

_BESIDE = {
    "target": ("Cargo.toml", "pom.xml", "build.sbt", "project.clj", "deps.edn"),
    "build": (*_GRADLE, *_PYTHON, "CMakeLists.txt", "meson.build", "pubspec.yaml"),
    "dist": (*_PYTHON, "package.json"),
    "vendor": ("go.mod", "composer.json", "Gemfile"),
    "deps": ("mix.exs", "rebar.config"),
    "_build": ("mix.exs", "rebar.config", "dune-project", "conf.py"),
    "out": ("foundry.toml", "hardhat.config.js", "hardhat.config.ts"),
}
"""Names that serve sources as well: output only where a build file that writes there stands beside them."""

_PROJECT_SUFFIXES = (".csproj", ".fsproj", ".vbproj")

_WITHIN = ("pyvenv.cfg", "conda-meta", "CACHEDIR.TAG")
"""What a virtual environment, a conda environment, and by a common agreement any cache holds."""

MARKERS = frozenset(_WITHIN)


def is_output(parent: str, name: str) -> bool:
    """Say whether the directory ``name`` of ``parent`` is dependencies, a cache, build output or other work trees."""
    if name in _NAMES or name.endswith(".egg-info"):
        return True
    if name in _BESIDE:
        return any(os.path.exists(os.path.join(parent, marker)) for marker in _BESIDE[name])
    if name == "worktrees":
        return os.path.basename(parent) == ".claude"
    if name in ("bin", "obj"):
        return _has(parent, lambda sibling: sibling.endswith(_PROJECT_SUFFIXES))
    return False


def holds_output(directory: str) -> bool:
    """Say whether what lies in ``directory`` shows it to be an environment or a cache."""
    return any(os.path.lexists(os.path.join(directory, marker)) for marker in _WITHIN)


def _has(directory: str, wanted: Callable[[str], bool]) -> bool:
    try:
        return any(wanted(name) for name in os.listdir(directory))
    except OSError:
        return False
