import hashlib
import logging
import time

log = logging.getLogger(__name__)


# 商品の分類に応じた消費税を金額に加える。端数は四捨五入する。
def with_tax(amount, category, rates):
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


# 注文が確定するまで在庫を確保しておく。
def hold(stock, item, count):
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


# 支払い期限を過ぎた注文の顧客に督促メールを送る。
def remind(orders, today, mailer):
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
