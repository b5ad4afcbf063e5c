import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """वस्तु की श्रेणी के अनुसार कर जोड़ता है।"""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """ऑर्डर की पुष्टि तक भंडार आरक्षित रखता है।"""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """भुगतान में देरी करने वाले ग्राहकों को अनुस्मारक भेजता है।"""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
