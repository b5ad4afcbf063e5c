"""Times and limits of the server, in one value, so that a test can pass others."""

from dataclasses import dataclass

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Tuning:
    """Times are in seconds, sizes in bytes."""

    disk_patience: float = 1.0
    """How long a file system may take to say what the real path of a name is."""
    hanging_disk_calls: int = 4
    """Calls to file systems that do not answer; from then on nobody waits for another one."""
    changes_patience: float = 10.0
    """How long a request waits until the changes before it have been taken in."""
    settings_patience: float = 2.0
    """How long the client may take to answer ``workspace/configuration`` before the workspace is opened without."""
    message_lifetime: float = 600.0
    """A message is shown again when nobody has reported its condition for this long."""
    status_interval: float = 0.25
    """Between two ``dowse/didChangeIndexStatus``, at least."""
    progress_delay: float = 0.4
    """Indexing must last this long before it is worth showing."""
    progress_interval: float = 0.2
    """Between two reports of the progress of indexing."""
    engine_stop: float = 0.8
    """How long the engine may take to commit what is complete. Together with ``exit_after`` this is less than the two
    seconds after which editors kill a server."""
    exit_after: float = 1.1
    """From the end of the session to the end of the process, at most."""
    parent_interval: float = 1.0
    """Between two looks at whether the editor is alive."""
    running_requests: int = 2_000
    """Requests that run or wait; one more is refused."""
    waiting_changes: int = 100_000
    """Changes that wait to be taken in; with one more the session ends."""
    waiting_change_bytes: int = 512 * _MEGABYTE
    """What these changes may hold, as they came from the client."""
    message_bytes: int = 256 * _MEGABYTE
    """One message; a longer one is skipped and refused."""
    unhandled_bytes: int = 64 * _MEGABYTE
    """What has been read and not handled yet; until there is less nothing more is read."""
    unsent_bytes: int = 64 * _MEGABYTE
    """What may wait for a client that does not read; with more the session ends."""
