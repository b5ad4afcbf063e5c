import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """Прибавляет к сумме налог по категории товара и округляет."""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """Резервирует товар на складе до подтверждения заказа."""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """Рассылает напоминания клиентам, просрочившим оплату."""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
