"""``dowse/skippedFiles``: why is a file not found?"""

from collections.abc import Sequence

import attrs

from dowse.lsp.declarations import Request
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext

LISTED = 1000
"""Files in an answer, at most: more than a person reads."""


@attrs.frozen
class SkippedFile:
    """A file that no rule ignores and that is left out all the same."""

    uri: str
    reason: str
    """As in ``FolderStatus.skipped``."""


@attrs.frozen
class SkippedFiles:
    """The first thousand, by reason and path; how many there are is in ``FolderStatus``."""

    files: Sequence[SkippedFile]


def skipped_files(context: RequestContext, params: None) -> SkippedFiles:
    """Return the files that are left out though no rule ignores them."""
    files = context.engine.skipped_files(LISTED)
    return SkippedFiles([SkippedFile(context.translator.uri_of(path), reason) for path, reason in files])


SKIPPED_FILES = Request("dowse/skippedFiles", skipped_files, Schedule.WORKER)
