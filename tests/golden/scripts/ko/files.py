import hashlib
import logging
import time

log = logging.getLogger(__name__)


def rows_of(lines):
    """가져온 표를 한 줄씩 읽고 깨진 줄은 건너뛰어 로그에 남긴다."""
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


def thumbnail(picture, width):
    """가로세로 비율을 유지하며 이미지를 줄여 썸네일을 만든다."""
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


def drop_old(entries, now, seconds):
    """유효 기간이 지난 캐시 항목을 제거한다."""
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
