import hashlib
import logging
import time

log = logging.getLogger(__name__)


# คำนวณภาษีมูลค่าเพิ่มตามประเภทสินค้าแล้วบวกเข้ากับราคา
def with_tax(amount, category, rates):
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


# กันสินค้าคงคลังไว้จนกว่าคำสั่งซื้อจะได้รับการยืนยัน
def hold(stock, item, count):
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


# ส่งอีเมลทวงหนี้ให้ลูกค้าที่เลยกำหนดชำระเงิน
def remind(orders, today, mailer):
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
