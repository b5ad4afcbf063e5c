import hashlib
import logging
import time

log = logging.getLogger(__name__)


# يضيف إلى المبلغ ضريبة القيمة المضافة بحسب نوع السلعة.
def with_tax(amount, category, rates):
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


# يحجز المخزون حتى تأكيد الطلب.
def hold(stock, item, count):
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


# يرسل تذكيرا إلى العملاء المتأخرين عن الدفع.
def remind(orders, today, mailer):
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
