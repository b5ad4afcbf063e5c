import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """קורא את הטבלה המיובאת, מדלג על שורות פגומות ורושם אותן."""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """מקטין את התמונה ושומר על היחס שלה."""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """מוחק מהמטמון רשומות שפג תוקפן."""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
