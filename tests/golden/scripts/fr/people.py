import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """Vérifie que l’adresse électronique est bien formée."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """Sale le mot de passe et en calcule l’empreinte."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
