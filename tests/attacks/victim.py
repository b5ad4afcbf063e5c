"""A process that indexes a folder in a given way until it is killed: ``python -m attacks.victim MOMENT CACHE ROOT``.

It says ``at work`` when the engine has been started. Batches are tiny, so that a kill falls between two of them often.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from attacks.workspaces import HASH, STATES, write_state
from dowse.engine import Engine
from dowse.index import schema
from dowse.index.tuning import IndexTuning
from dowse.indexing.tuning import IndexingTuning
from dowse.settings import ModelSettings, Settings

OTHER_MODEL = Settings(models=ModelSettings(code="hash:64", prose="hash:96"))

_ROWS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60000) "
LATER_MIGRATIONS: tuple[schema.Migration, ...] = (
    ("CREATE TABLE notes AS " + _ROWS + "SELECT x, hex(randomblob(20)) AS note FROM n",),
    ("CREATE INDEX notes_by_note ON notes (note)", "ALTER TABLE files ADD COLUMN remark TEXT"),
    ("DROP TABLE notes", "CREATE TABLE kept AS SELECT id, path FROM files"),
)
"""What a later Dowse might do to the catalogue, slow enough to be killed in."""


def migrate_further() -> None:
    """Be that later Dowse."""
    schema.migrate.__defaults__ = ((*schema.MIGRATIONS, *LATER_MIGRATIONS),)


COMPACTING = IndexTuning(graph_from=1, exact_tail=1, graph_capacity=64, sweep_every=0, tombstone_seconds=0)
"""Keeps nearly all vectors in graphs of at most 64, moves them at once, and sweeps all the time."""


def main() -> None:
    """Do it until the end."""
    moment, cache, root = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    tuning = IndexingTuning(
        flush_chunks=12, embed_batch=8, index=COMPACTING if moment == "compacting" else IndexTuning()
    )
    if moment == "migrating":
        migrate_further()
    engine = Engine(HASH, cache_dir=cache, tuning=tuning)
    engine.start([root], watch=False)
    print("at work", flush=True)  # noqa: T201 - what the test waits for
    for turn in itertools.count():
        engine.wait_until_ready()
        if moment in ("indexing", "migrating"):
            engine.rebuild()
        elif moment == "switching models":
            engine.change_settings(OTHER_MODEL if turn % 2 == 0 else HASH)
        else:
            engine.files_changed(write_state(root, turn % STATES))


if __name__ == "__main__":
    main()
