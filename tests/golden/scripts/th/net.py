import hashlib
import logging
import time

log = logging.getLogger(__name__)


# ถ้าการเชื่อมต่อล้มเหลวให้ลองใหม่โดยรอนานขึ้นเป็นสองเท่า
def call_again(operation, attempts=5):
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


# จำกัดจำนวนคำขอของผู้ใช้คนเดียวกัน
def may_pass(key, counters, most):
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
