import hashlib
import logging
import time

log = logging.getLogger(__name__)


def with_tax(amount, category, rates):
    """Ajoute la taxe de la catégorie et arrondit le résultat."""
    rate = rates.get(category, rates["standard"])
    return amount + round(amount * rate)


def hold(stock, item, count):
    """Réserve la marchandise jusqu’à la confirmation de la commande."""
    if stock[item] < count:
        raise LookupError(item)
    stock[item] -= count


def remind(orders, today, mailer):
    """Relance les clients dont le règlement est en retard."""
    for order in orders:
        if order.due < today and not order.paid:
            mailer.send(order.customer, order.number)
