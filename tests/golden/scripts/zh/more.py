def power(store, number):
    """计算总耗电量。"""
    entry = store.find(number)
    return entry.power


def failures(store, number):
    """统计发送失败的次数。"""
    entry = store.find(number)
    return entry.failures


def certificates(store, number):
    """检查证书的有效期并更新。"""
    entry = store.find(number)
    return entry.certificates


def turned(store, number):
    """旋转图片。"""
    entry = store.find(number)
    return entry.turned


def listing(store, number):
    """在页面上显示库存列表。"""
    entry = store.find(number)
    return entry.listing


def customs(store, number):
    """生成海关税单文件。"""
    entry = store.find(number)
    return entry.customs


def moved(store, number):
    """更新客户的地址。"""
    entry = store.find(number)
    return entry.moved


def attached(store, number):
    """保存邮件附件。"""
    entry = store.find(number)
    return entry.attached


def headings(store, number):
    """翻译表格的标题。"""
    entry = store.find(number)
    return entry.headings


def rights(store, number):
    """检查用户的权限。"""
    entry = store.find(number)
    return entry.rights


def noted(store, number):
    """把请求内容写入日志。"""
    entry = store.find(number)
    return entry.noted


def undone(store, number):
    """取消订单。"""
    entry = store.find(number)
    return entry.undone


def halt(store, number):
    """暂停处理。"""
    entry = store.find(number)
    return entry.halt


def progress(store, number):
    """显示进度在哪里。"""
    entry = store.find(number)
    return entry.progress
