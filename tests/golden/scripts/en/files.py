import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """Read the rows of a CSV file and skip broken ones."""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """Shrink a picture to a thumbnail, keeping its proportions."""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """Drop entries of the cache that have expired."""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
