import hashlib
import logging
import time

log = logging.getLogger(__name__)


# يتحقق من صحة صيغة عنوان البريد الإلكتروني.
def is_address(text):
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


# يضيف الملح إلى كلمة المرور ويحسب بصمتها.
def digest_of(secret, salt, rounds=600_000):
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
