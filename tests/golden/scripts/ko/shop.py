import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """상품 분류에 따른 부가가치세를 금액에 더한다. 소수점은 반올림한다."""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """주문이 확정될 때까지 재고를 확보해 둔다."""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """결제 기한이 지난 주문의 고객에게 독촉 메일을 보낸다."""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
