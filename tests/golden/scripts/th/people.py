import hashlib
import logging
import time

log = logging.getLogger(__name__)


# ตรวจสอบว่ารูปแบบที่อยู่อีเมลถูกต้องหรือไม่
def is_address(text):
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain)


# เติมเกลือให้รหัสผ่านแล้วคำนวณค่าแฮช
def digest_of(secret, salt, rounds=600_000):
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds)
