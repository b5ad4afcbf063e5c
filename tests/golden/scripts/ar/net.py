import hashlib
import logging
import time

log = logging.getLogger(__name__)


# عند فشل الاتصال يعيد المحاولة مع مضاعفة وقت الانتظار.
def call_again(operation, attempts=5):
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


# يحد من عدد طلبات المستخدم نفسه.
def may_pass(key, counters, most):
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
