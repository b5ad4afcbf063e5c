"""Hits as JSON values."""

import pytest

from cli.hits import hit
from dowse.chunking.chunk import Kind
from dowse.cli.values import SYMBOL_KINDS, hit_value
from dowse.workspace.text import Span


def test_a_hit_has_the_shape_of_the_protocol_and_a_path(tmp_path):
    assert hit_value(hit(tmp_path)) == {
        "path": "pkg/net.py",
        "location": {
            "uri": (tmp_path / "pkg/net.py").as_uri(),
            "range": {"start": {"line": 9, "character": 0}, "end": {"line": 12, "character": 15}},
        },
        "selectionRange": {"start": {"line": 10, "character": 8}, "end": {"line": 10, "character": 13}},
        "name": "retry",
        "containerName": "Client",
        "kind": 6,
        "kindName": "Method",
        "languageId": "python",
        "space": "code",
        "score": 0.75,
        "preview": "    @cached\n    def retry(self):\n        # 𝛼 wait\n        return 1",
        "reasons": [{"signal": "semantic", "share": 0.6}, {"signal": "keywords", "share": 0.4}],
    }


def test_columns_count_utf_16_units(tmp_path):
    value = hit_value(hit(tmp_path, span=Span(4, 0, 4, 11), selection=Span(4, 4, 4, 7), text="𝛼𝛽 = get()\n"))
    assert value["selectionRange"] == {"start": {"line": 4, "character": 6}, "end": {"line": 4, "character": 9}}


def test_a_hit_without_container_has_no_container_name(tmp_path):
    assert "containerName" not in hit_value(hit(tmp_path, container=None))


@pytest.mark.parametrize("kind", list(Kind))
def test_symbol_kinds_have_the_numbers_of_the_specification(kind):
    from lsprotocol.types import SymbolKind

    assert SYMBOL_KINDS[kind] == SymbolKind[_enum_name(kind.value)].value


def _enum_name(name):
    from lsprotocol.types import SymbolKind

    return next(member.name for member in SymbolKind if member.name.lower() == name.lower())
