import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """Lit le tableau importé, saute les lignes abîmées et les journalise."""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """Réduit l’image en gardant ses proportions."""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """Retire du cache les entrées périmées."""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
