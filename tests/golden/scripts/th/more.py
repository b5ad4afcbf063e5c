# คำนวณผลรวมการใช้ไฟฟ้า
def power(store, number):
    entry = store.find(number)
    return entry.power


# นับจำนวนการส่งที่ล้มเหลว
def failures(store, number):
    entry = store.find(number)
    return entry.failures


# ตรวจสอบวันหมดอายุของใบรับรอง
def certificates(store, number):
    entry = store.find(number)
    return entry.certificates


# หมุนรูปภาพ
def turned(store, number):
    entry = store.find(number)
    return entry.turned


# แสดงรายการสินค้าคงคลัง
def listing(store, number):
    entry = store.find(number)
    return entry.listing


# สร้างเอกสารภาษีศุลกากร
def customs(store, number):
    entry = store.find(number)
    return entry.customs


# แก้ไขที่อยู่ของลูกค้า
def moved(store, number):
    entry = store.find(number)
    return entry.moved


# บันทึกไฟล์แนบของอีเมล
def attached(store, number):
    entry = store.find(number)
    return entry.attached


# แปลหัวตาราง
def headings(store, number):
    entry = store.find(number)
    return entry.headings


# ตรวจสอบสิทธิ์ของผู้ใช้
def rights(store, number):
    entry = store.find(number)
    return entry.rights


# บันทึกเนื้อหาของคำขอ
def noted(store, number):
    entry = store.find(number)
    return entry.noted


# ยกเลิกคำสั่งซื้อ
def undone(store, number):
    entry = store.find(number)
    return entry.undone


# หยุดการประมวลผล
def halt(store, number):
    entry = store.find(number)
    return entry.halt
