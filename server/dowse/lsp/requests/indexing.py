"""The commands that pause, resume and repeat indexing."""

from dowse.lsp.declarations import EngineCommand

PAUSE_INDEXING = EngineCommand("dowse.pauseIndexing", lambda engine: engine.pause())
RESUME_INDEXING = EngineCommand("dowse.resumeIndexing", lambda engine: engine.resume())
REBUILD_INDEX = EngineCommand("dowse.rebuildIndex", lambda engine: engine.rebuild())
