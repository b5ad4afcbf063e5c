import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """מוסיף לסכום מס ערך מוסף לפי סוג המוצר."""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """שומר מלאי עד שההזמנה מאושרת."""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """שולח תזכורת ללקוחות שמאחרים בתשלום."""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
