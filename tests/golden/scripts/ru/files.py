import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """Читает загруженную таблицу, пропускает испорченные строки и пишет о них в журнал."""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """Уменьшает картинку с сохранением пропорций для миниатюры."""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """Удаляет из кэша записи с истёкшим сроком."""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
