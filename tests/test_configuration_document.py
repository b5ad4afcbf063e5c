"""``docs/configuration.md`` lists every setting as the code declares it; ``--update-golden`` writes its table anew."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from dowse.settings import USER_ONLY, Names, Settings

DOCUMENT = Path(__file__).parent.parent / "docs" / "configuration.md"
TABLE = re.compile(r"^\| setting \|.*?\n(?=\n)", re.MULTILINE | re.DOTALL)


def values(annotation: Any, meta: msgspec.Meta) -> str:
    """What may be written for a setting."""
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(annotation))
    if annotation is int:
        return f"number, {meta.ge:,} to {meta.le:,}"
    return {bool: "`true`, `false`", str: "text", tuple[str, ...]: "list of texts", Names: "text or list of texts"}[
        annotation
    ]


def rows() -> Iterator[str]:
    yield "| setting | values | default | who may set it | meaning |"
    yield "|---|---|---|---|---|"
    for section in msgspec.structs.fields(Settings):
        hints = get_type_hints(section.type, include_extras=True)
        for field in msgspec.structs.fields(section.type):
            hint = hints[field.name]
            assert get_origin(hint) is Annotated
            annotation, meta, *_ = get_args(hint)
            name = f"`{section.encode_name}.{field.encode_name}`"
            default = f"`{json.dumps(field.default)}`"
            who = "user" if meta.extra == USER_ONLY else "user, workspace"
            yield f"| {name} | {values(annotation, meta)} | {default} | {who} | {meta.description} |"


def test_the_table_of_settings_is_the_code_s(update_golden: bool) -> None:
    table = "\n".join(rows()) + "\n"
    if update_golden:
        DOCUMENT.write_text(TABLE.sub(lambda _: table, DOCUMENT.read_text("utf-8")), "utf-8")
    assert TABLE.findall(DOCUMENT.read_text("utf-8")) == [table]
