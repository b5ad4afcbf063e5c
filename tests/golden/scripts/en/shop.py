import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """Add the tax of a category and round."""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """Reserve stock until the order is confirmed."""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """Remind customers whose payment is late."""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
