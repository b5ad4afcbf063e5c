import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """Διαβάζει τον πίνακα, παραλείπει τις χαλασμένες γραμμές και τις καταγράφει."""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """Μικραίνει την εικόνα κρατώντας τις αναλογίες."""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """Διαγράφει από την κρυφή μνήμη όσα έληξαν."""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
