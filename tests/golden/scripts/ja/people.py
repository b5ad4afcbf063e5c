import hashlib
import logging
import time

log = logging.getLogger(__name__)


# メールアドレスの形式が正しいかどうかを調べる。
def is_address(text):
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


# パスワードにソルトを加えてハッシュ化する。
def digest_of(secret, salt, rounds=600_000):
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
