import hashlib
import logging
import time

log = logging.getLogger(__name__)


# อ่านตารางที่นำเข้า ข้ามบรรทัดที่เสียหายและบันทึกไว้
def rows_of(lines):
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


# ย่อรูปภาพโดยรักษาสัดส่วนเพื่อสร้างภาพขนาดย่อ
def thumbnail(picture, width):
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


# ลบรายการแคชที่หมดอายุแล้ว
def drop_old(entries, now, seconds):
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
