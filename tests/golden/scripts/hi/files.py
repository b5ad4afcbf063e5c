import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """आयात की गई तालिका पढ़ता है, खराब पंक्तियाँ छोड़ता है।"""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """अनुपात बनाए रखते हुए चित्र छोटा करता है।"""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """कैश से समाप्त हो चुकी प्रविष्टियाँ हटाता है।"""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
