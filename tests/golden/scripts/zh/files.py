import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """读取导入的表格，跳过损坏的行并写入日志。"""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """保持宽高比缩小图片，生成缩略图。"""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """删除已经过期的缓存条目。"""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
