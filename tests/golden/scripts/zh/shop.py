import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """按照商品类别计算增值税并加到金额上，结果四舍五入。"""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """在订单确认之前预留库存。"""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """给逾期未付款的客户发送催款邮件。"""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
