import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """जाँचता है कि ईमेल पते का प्रारूप सही है या नहीं।"""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """पासवर्ड में नमक मिलाकर हैश निकालता है।"""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
