import hashlib
import logging
import time

log = logging.getLogger(__name__)


def is_address(text):
    """Ελέγχει αν είναι σωστή η μορφή της ηλεκτρονικής διεύθυνσης."""
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


def digest_of(secret, salt, rounds=600_000):
    """Αλατίζει τον κωδικό πρόσβασης και υπολογίζει τη σύνοψή του."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
