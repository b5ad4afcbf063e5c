"""Functions that tests make copies of."""

INVOICE = '''
def overdue_total(invoices, today, grace):
    """Add up what is overdue."""
    total = 0
    count = 0
    for invoice in invoices:
        if invoice.paid or invoice.cancelled:
            continue
        late = today - invoice.due
        if late > grace:
            total += invoice.amount * (1 + late * 0.01)
            count += 1
    return total, count
'''
OTHER = """
def read_table(path, separator):
    rows = []
    with open(path) as file:
        header = next(file).split(separator)
        for line in file:
            cells = line.rstrip().split(separator)
            if len(cells) != len(header):
                raise ValueError(f"{path}: {line!r}")
            rows.append(dict(zip(header, cells)))
    return rows
"""
COPIED = '''
def weigh_until_steady(scale, most=9):
    """Weigh a parcel again, resting longer after each reading that differs from the one before."""
    last = scale.read()
    for rest in range(1, most):
        scale.rest(seconds=rest)
        now = scale.read()
        if now == last:
            return now
        last = now
    return None
'''
