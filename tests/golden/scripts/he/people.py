import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """בודק אם כתובת הדואר האלקטרוני תקינה."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """מוסיף מלח לסיסמה ומחשב את הגיבוב שלה."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
