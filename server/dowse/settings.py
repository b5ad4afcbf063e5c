"""Every setting of Dowse, declared once: its type, its bounds, its default, its meaning and who may set it.

Settings are named in camel case in files and by editors (``files.maxSize``). ``docs/configuration.md`` is made from
this table and a test holds the two together.
"""

import json
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

PROJECT_FILE = ".dowse.toml"

PROJECT_FILE_LIMIT = 100_000
"""Bytes. The file came with the workspace, so it may be anything: a link to a device, or gigabytes."""

_LONGEST_SHOWN = 60
"""Characters of a value in a message."""

USER_ONLY = {"scope": "user"}
"""Marks what a workspace's own files cannot set: it reaches a network, a path or a program (invariant 8)."""


class Restart(StrEnum):
    """What begins anew when a setting changes; each setting declares it."""

    SCAN = "scan"
    """Every folder is compared with the disk, and what other settings judge otherwise is read again (see
    ``discovery.judged_alike``)."""
    MODELS = "models"
    """Models are opened anew, and indexes of another model are built."""
    BATTERY = "battery"
    """Whether indexing rests is decided anew."""
    NOTES = "notes"
    """Notes are read from another folder."""
    EDITOR = "editor"
    """Lenses and hints that an editor shows are asked for again."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    pass


class FileSettings(_Section, frozen=True, kw_only=True):
    """Which files are indexed."""

    exclude: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Files to leave out besides what the ignore files say, in `.gitignore` syntax."),
        Restart.SCAN,
    ] = ()
    max_size: Annotated[
        int,
        msgspec.Meta(description="Larger files are left out; in bytes.", ge=1_000, le=10_000_000),
        Restart.SCAN,
    ] = 1_000_000
    allow_home: Annotated[
        bool,
        msgspec.Meta(
            description="Whether your home folder, or one that holds it, is indexed without a question when it is "
            "opened.",
            extra=USER_ONLY,
        ),
    ] = False


class IndexingSettings(_Section, frozen=True, kw_only=True):
    """How much of the machine indexing takes."""

    one_core_while_typing: Annotated[
        bool,
        msgspec.Meta(
            description="Whether reading files, embedding and making graphs together use one processor at most while "
            "you type, and for three seconds after. Searches and the file that you edit are never held up.",
            extra=USER_ONLY,
        ),
    ] = True
    pause_on_battery: Annotated[
        bool,
        msgspec.Meta(
            description="Whether the server rests from indexing while the machine runs on its battery. Searches and "
            "open documents are not affected; resuming or rebuilding by hand overrides it until the machine is plugged "
            "in again.",
            extra=USER_ONLY,
        ),
        Restart.BATTERY,
    ] = False


_Name = Annotated[str, msgspec.Meta(min_length=1)]
Names = _Name | Annotated[tuple[_Name, ...], msgspec.Meta(min_length=1)]
"""A model, or several of which the first that can be used is."""


class ModelSettings(_Section, frozen=True, kw_only=True):
    """Which model embeds a space, and where it runs."""

    code: Annotated[
        Names,
        msgspec.Meta(
            description="Model of the code index: `builtin`; a name that `dowse models list` shows; "
            "`sentence-transformers:` and a folder or a hub name; `openai:`, `ollama:` or `huggingface:` and a name "
            "([remote models](remote-models.md)). Or a list of them, best first: one that cannot be used is replaced "
            "by the next, and by `builtin` after the last.",
            extra=USER_ONLY,
        ),
        Restart.MODELS,
    ] = "builtin"
    prose: Annotated[
        Names,
        msgspec.Meta(
            description="Model of the index of notes and documentation, named as `models.code` is.", extra=USER_ONLY
        ),
        Restart.MODELS,
    ] = "builtin"
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"],
        msgspec.Meta(
            description="Where transformer models run; `auto` takes a GPU when there is one.", extra=USER_ONLY
        ),
        Restart.MODELS,
    ] = "auto"
    backend: Annotated[
        Literal["auto", "torch", "onnx", "openvino"],
        msgspec.Meta(
            description="What runs transformer models; `auto` is torch where it is installed, ONNX Runtime otherwise "
            "and for int8.",
            extra=USER_ONLY,
        ),
        Restart.MODELS,
    ] = "auto"
    precision: Annotated[
        Literal["float32", "int8"],
        msgspec.Meta(
            description="How exactly transformer models are run; `int8` is for the CPU, with ONNX Runtime or OpenVINO.",
            extra=USER_ONLY,
        ),
        Restart.MODELS,
    ] = "float32"
    allow_download: Annotated[
        bool,
        msgspec.Meta(description="Whether a model that is not on this machine may be downloaded.", extra=USER_ONLY),
        Restart.MODELS,
    ] = False
    requests_per_minute: Annotated[
        int,
        msgspec.Meta(
            description="Requests that an endpoint gets in a minute, at most, for documents and for questions each; "
            "one on this machine gets any number.",
            ge=1,
            le=100_000,
            extra=USER_ONLY,
        ),
        Restart.MODELS,
    ] = 600
    trust_remote_code: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Models, by exact hub name or folder, whose own Python code may run on this machine.",
            extra=USER_ONLY,
        ),
        Restart.MODELS,
    ] = ()


def models_of(settings: ModelSettings, space: Literal["code", "prose"]) -> tuple[str, ...]:
    """Return a space's models, best first; ``builtin`` stands for that of the space, as ``builtin:code``."""
    names = settings.code if space == "code" else settings.prose
    several = (names,) if isinstance(names, str) else names
    return tuple(f"builtin:{space}" if name == "builtin" else name for name in several)


class EditorSettings(_Section, frozen=True, kw_only=True):
    """What the server offers an editor besides the search requests."""

    hover: Annotated[
        Literal["auto", "on", "off"],
        msgspec.Meta(
            description="Similar functions on hover; `auto` is `off` in clients that ask at every cursor move."
        ),
    ] = "auto"
    code_lens: Annotated[
        bool,
        msgspec.Meta(description="A lens above each function that says how many are similar, and which."),
        Restart.EDITOR,
    ] = False
    code_action: Annotated[
        bool, msgspec.Meta(description="“Find similar code” among the actions for a selection or a definition's name.")
    ] = True
    near_duplicates: Annotated[
        bool,
        msgspec.Meta(description="A hint on each function of an open file that nearly repeats another one."),
        Restart.EDITOR,
    ] = False
    workspace_symbols: Annotated[
        Literal["auto", "off", "prefixed", "on"],
        msgspec.Meta(
            description="Whether `workspace/symbol` answers by meaning: `prefixed` only queries that begin with `?`; "
            "`auto` is `on` in clients that show the answers as they come, `off` in those that filter them by name."
        ),
    ] = "auto"


class NoteSettings(_Section, frozen=True, kw_only=True):
    """Where notes are kept."""

    folder: Annotated[
        str,
        msgspec.Meta(
            description="Where notes are kept: a folder inside the workspace folder, with `/` between its parts.",
            pattern=r"^(?!\.{1,2}(/|$))[^/\\:\x00-\x1f]+(/(?!\.{1,2}(/|$))[^/\\:\x00-\x1f]+)*/?$",
            extra={"allowed": "a folder inside the workspace folder, as docs/notes"},
        ),
        Restart.NOTES,
    ] = ".notes"


class Settings(_Section, frozen=True, kw_only=True):
    """All settings, immutable. ``docs/configuration.md`` says in which layers they are set."""

    files: FileSettings = FileSettings()
    indexing: IndexingSettings = IndexingSettings()
    models: ModelSettings = ModelSettings()
    notes: NoteSettings = NoteSettings()
    editor: EditorSettings = EditorSettings()


def restarts(before: Settings, after: Settings) -> frozenset[Restart]:
    """Return what begins anew when the settings ``after`` take the place of those ``before``."""
    found: set[Restart] = set()
    for section in msgspec.structs.fields(Settings):
        old, new = getattr(before, section.name), getattr(after, section.name)
        hints = get_type_hints(type(old), include_extras=True)
        for name in (each.name for each in msgspec.structs.fields(type(old))):
            if getattr(old, name) != getattr(new, name):
                found.update(each for each in hints[name].__metadata__ if isinstance(each, Restart))
    return frozenset(found)


class Problem(msgspec.Struct, frozen=True):
    """A value that was refused; the one of the layer below stays in force."""

    source: str
    """Where the value stands: a file's name, or ``editor settings``."""
    name: str
    """The setting, as ``files.maxSize``; empty when the whole source cannot be read."""
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.name}: {self.message}" if self.name else f"{self.source}: {self.message}"


def layered(
    settings: Settings, layer: Mapping[str, Any], source: str, *, trusted: bool
) -> tuple[Settings, list[Problem]]:
    """Lay ``layer`` (nested or dotted names to plain values) over ``settings``; each bad value is one problem.

    A layer that is not ``trusted`` came from the workspace's own files and cannot change user-only settings.
    """
    problems: list[Problem] = []
    sections = {f.encode_name: f.name for f in msgspec.structs.fields(Settings)}
    changes: dict[str, dict[str, Any]] = {}
    for name, value in _flattened(layer):
        section, _, key = name.partition(".")
        declared = _declared(type(getattr(settings, sections[section]))) if section in sections else {}
        if key not in declared:
            problems.append(Problem(source, name, "there is no such setting"))
            continue
        field_name, annotation, user_only = declared[key]
        if user_only and not trusted:
            problems.append(Problem(source, name, "only the user's own settings can set this, not a workspace"))
            continue
        try:
            converted = msgspec.convert(value, annotation)
            msgspec.json.encode(converted)  # no file and no model has half a character in its name
            changes.setdefault(sections[section], {})[field_name] = converted
        except (msgspec.ValidationError, UnicodeEncodeError) as error:
            kept = getattr(getattr(settings, sections[section]), field_name)
            reason = f"{_shown(value)} is not allowed ({_allowed(annotation) or error}); using {_shown(kept)}"
            problems.append(Problem(source, name, reason))
    updated = {
        section: msgspec.structs.replace(getattr(settings, section), **values) for section, values in changes.items()
    }
    return msgspec.structs.replace(settings, **updated), problems


def user_file() -> Path:
    """Return where the user's own settings stand, whether or not the file exists."""
    import platformdirs

    return platformdirs.user_config_path("dowse", appauthor=False) / "config.toml"


def read_user_file() -> tuple[Mapping[str, Any], list[Problem]]:
    """Return the user's settings as they stand in the file; none where there is no file."""
    path = user_file()
    try:
        return tomllib.loads(path.read_text("utf-8")), []
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [Problem(str(path), "", f"cannot be read: {error}")]


def user_settings() -> tuple[Settings, list[Problem]]:
    """Return the defaults with the user's own file laid over them, and what was refused in it."""
    layer, problems = read_user_file()
    settings, refused = layered(Settings(), layer, str(user_file()), trusted=True)
    return settings, [*problems, *refused]


def read_project_file(folder: Path, settings: Settings) -> tuple[Settings, list[Problem]]:
    """Lay the folder's ``.dowse.toml`` over ``settings``, if it has one."""
    path = folder / PROJECT_FILE
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise ValueError("it is not a regular file")
        with path.open("rb") as file:
            content = file.read(PROJECT_FILE_LIMIT + 1)
        if len(content) > PROJECT_FILE_LIMIT:
            raise ValueError(f"it is larger than {PROJECT_FILE_LIMIT} bytes")
        layer = tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        return settings, []
    except RecursionError:
        return settings, [Problem(PROJECT_FILE, "", "cannot be read: it is nested too deeply")]
    except (OSError, ValueError) as error:  # what tomllib raises are ValueErrors, not all of them of its own class
        return settings, [Problem(PROJECT_FILE, "", f"cannot be read: {error}")]
    return layered(settings, layer, PROJECT_FILE, trusted=False)


def _flattened(layer: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted names; editors send both ``{"files": {"maxSize": 1}}`` and ``{"files.maxSize": 1}``."""
    for key, value in layer.items():
        # No setting lies deeper; what a hostile file nests further is no setting and need not be walked.
        if isinstance(value, Mapping) and prefix.count(".") < 2:
            yield from _flattened(value, f"{prefix}{key}.")
        elif value is not None:  # an editor sends null for a setting that the user has not set
            yield f"{prefix}{key}", value


def _allowed(annotation: object) -> str:
    """Say what is allowed where msgspec's message does not: the values of a choice, what a pattern means."""
    base, *metadata = get_args(annotation)
    metas = [meta for meta in metadata if isinstance(meta, msgspec.Meta)]
    if said := next((meta.extra["allowed"] for meta in metas if meta.extra and "allowed" in meta.extra), None):
        return str(said)
    return "one of " + ", ".join(map(_shown, get_args(base))) if get_origin(base) is Literal else ""


def _shown(value: object) -> str:
    """Write a value as it stands in a file or an editor's settings, not at any length."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _declared(section: type[msgspec.Struct]) -> dict[str, tuple[str, Any, bool]]:
    """Map a section's names, as written, to field name, annotated type and whether only the user may set it."""
    hints = get_type_hints(section, include_extras=True)
    return {
        f.encode_name: (f.name, hints[f.name], _is_user_only(hints[f.name].__metadata__))
        for f in msgspec.structs.fields(section)
    }


def _is_user_only(metadata: Iterable[object]) -> bool:
    return any(isinstance(meta, msgspec.Meta) and meta.extra == USER_ONLY for meta in metadata)
