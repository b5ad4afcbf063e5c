import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """Προσθέτει στο ποσό τον φόρο της κατηγορίας του προϊόντος."""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """Δεσμεύει το απόθεμα ώσπου να επιβεβαιωθεί η παραγγελία."""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """Στέλνει υπενθύμιση στους πελάτες που καθυστερούν την πληρωμή."""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
