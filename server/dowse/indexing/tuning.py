"""How long the loop waits, and how much it does at a time."""

from dataclasses import dataclass, field

from dowse.index.tuning import IndexTuning
from dowse.throttle import QUIET_SECONDS


@dataclass(frozen=True, slots=True)
class IndexingTuning:
    """Times are in seconds. Tests pass other values; nobody else has a reason to."""

    follow_seconds: float = 1.0
    """Between two looks at what changes by itself: another process's commits, a deleted index, the battery."""

    typing_seconds: float = 0.3
    """Quiet after which an edited document is chunked, unless a request asks for it earlier."""

    quiet_after_typing: float = QUIET_SECONDS
    """After the last keystroke, until background work has all processors again."""

    wait_for_edit: float = 5.0
    """That a request waits at most for what was edited just before it; not for a document that was slow before."""

    wait_for_commits: float = 0.2
    """That a request waits for what another process has just written."""

    wait_for_vectors: float = 0.1
    """That a request waits for the vectors of what was edited just before it; the words answer without."""

    slow_document: float = 3.0
    """That chunking a document may take; requests do not wait any more for one that has taken longer."""

    retry_seconds: float = 30.0
    """From a write that failed, for example on a full disk, to the next comparison of the folder with the disk."""

    model_patience: float = 0.5
    """That the first scan waits for the models: one that is ready by then embeds each text while it is at hand."""

    changes_quiet: float = 0.1
    """Without a further change after which reported files are read: a save is a few events within milliseconds, a
    checkout a stream of them."""

    changes_longest: float = 2.0
    """After which reported files are read even while more are reported."""

    direct_paths: int = 16
    """A client that reports no more paths has saved a file: they are read at once. More are a branch switch."""

    most_paths: int = 5_000
    """Reported paths above which their directories are kept in their place."""

    flush_seconds: float = 0.3
    """Between two batches of a scan, so that the first files of a large tree are found while the rest is read."""

    flush_chunks: int = 2_000
    """Chunks in one batch: enough to make the cost of a commit small, few enough that a saved file waits little."""

    batches_ahead: int = 2
    """Batches of a scan that may wait to be written; the scan pauses when there are more, so that memory is bounded."""

    embed_batch: int = 128
    """Texts embedded and stored at a time: what a kill loses at most, some seconds of a transformer's work on a CPU."""

    embed_batch_while_typing: int = 16
    """The same while somebody types: half a second of a transformer's work on one processor."""

    waiting_characters: int = 64_000_000
    """Of texts that wait to be embedded; what does not fit is read again from its file later."""

    files_for_vectors: int = 64
    """Files read again at a time because texts in them have no vector."""

    first_model_retry: float = 5.0
    """After which a model that could not be reached is tried again, then twice as long each time."""

    last_model_retry: float = 600.0

    index: IndexTuning = field(default_factory=IndexTuning)
