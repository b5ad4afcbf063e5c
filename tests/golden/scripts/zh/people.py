import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """检查电子邮件地址的格式是否正确。"""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """给密码加盐并计算哈希值。"""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
