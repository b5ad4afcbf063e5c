import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """कनेक्शन विफल होने पर प्रतीक्षा दोगुनी करते हुए फिर कोशिश करता है।"""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """एक ही उपयोगकर्ता के अनुरोधों की संख्या सीमित करता है।"""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
