import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """이메일 주소의 형식이 올바른지 검사한다."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """비밀번호에 솔트를 더해 해시한다."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
