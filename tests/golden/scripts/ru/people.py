import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """Проверяет, верно ли записан адрес электронной почты."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """Солит пароль и вычисляет его хэш."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
