import hashlib
import logging
import time

log = logging.getLogger(__name__)


# يقرأ الجدول المستورد ويتجاوز الأسطر التالفة ويسجلها.
def rows_of(lines):
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


# يصغر الصورة مع الحفاظ على النسبة لإنشاء صورة مصغرة.
def thumbnail(picture, width):
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


# يحذف عناصر الذاكرة المؤقتة المنتهية الصلاحية.
def drop_old(entries, now, seconds):
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
