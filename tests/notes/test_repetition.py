"""What repeats an older note and what only has its subject: the pairs that the thresholds were set by."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dowse.engine import Engine
from search.workspaces import root_of

OLD = (
    "Retries wait because the gateway throttles us after three failures",
    "Why passes live fifteen minutes: the support team asked for it",
    "send() must not retry POST requests; the carrier books the parcel twice",
    "The CSV importer accepts semicolons because Excel in Germany writes them",
    "We keep parcels in SQLite because it needs no server",
    "Do not call flush here, it blocks the event loop for up to a second",
    "税率は毎年四月に変わるので、設定から読む",
    "재시도는 게이트웨이가 제한하므로 기다린다",
)
SAME = (
    "The gateway throttles us after three failures, so retries wait",
    "Passes live fifteen minutes because the support team asked for it.",
    "Never retry POST in send: the carrier would book the parcel twice",
    "CSV import accepts semicolons: German Excel writes them",
    "We keep parcels in SQLite because it needs no server.",
    "Don't call flush here. It blocks the event loop for as long as a second.",
    "税率は毎年四月に変わる。だから設定から読む。",
    "게이트웨이가 제한하기 때문에 재시도는 기다린다",
)
OTHER = (
    "Retries are logged because the auditors ask for every failure",
    "Why sessions are deleted at night: the database team asked for it",
    "send() adds a request id so that the carrier can trace the parcel",
    "The CSV exporter writes a byte order mark because Excel needs it",
    "We keep sessions in Redis because they expire by themselves",
    "Do call flush before fork, or the buffer is written twice",
    "税率の表は経理が確認するまで変えない",
    "재시도는 로그에 남긴다. 감사팀이 요구한다",
)


@pytest.fixture
def engine(open_workspace: Callable[..., Engine]) -> Engine:
    engine = open_workspace({"src/net.py": "def send(request):\n    return request\n"})
    for text in OLD:
        engine.add_note(text, (str(root_of(engine) / "src" / "net.py"), 0))
    assert engine.wait_until_ready(60)
    return engine


def test_a_note_that_repeats_an_older_one_is_told_so_and_written(engine: Engine) -> None:
    for old, again in zip(OLD, SAME, strict=True):
        note = engine.add_note(again)
        assert [hit.name for hit in note.repeats] == [old]
        assert Path(note.document).is_file()


def test_a_note_on_the_same_subject_repeats_nothing(engine: Engine) -> None:
    assert {text: engine.add_note(text).repeats for text in OTHER} == dict.fromkeys(OTHER, ())
