import hashlib
import logging
import time

log = logging.getLogger(__name__)


# 取り込んだ表の行を読み、壊れた行は飛ばして記録に残す。
def rows_of(lines):
    for number, line in enumerate(lines, 1):
        fields = line.split(";")
        if len(fields) == 3:
            yield fields
        else:
            log.warning("line %d", number)


# 縦横比を保ったまま画像を縮小してサムネイルを作る。
def thumbnail(picture, width):
    scale = width / picture.width
    return picture.resize((width, int(picture.height * scale)))


# 有効期限が切れたキャッシュの項目を取り除く。
def drop_old(entries, now, seconds):
    return {key: entry for key, entry in entries.items() if now - entry.stored < seconds}
