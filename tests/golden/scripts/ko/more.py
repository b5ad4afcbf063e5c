def power(store, number):
    """전력 소비의 합계를 계산한다."""
    entry = store.find(number)
    return entry.power


def failures(store, number):
    """전송에 실패한 건수를 센다."""
    entry = store.find(number)
    return entry.failures


def certificates(store, number):
    """인증서의 유효 기간을 검사하고 갱신한다."""
    entry = store.find(number)
    return entry.certificates


def turned(store, number):
    """이미지를 회전한다."""
    entry = store.find(number)
    return entry.turned


def listing(store, number):
    """재고 목록을 화면에 표시한다."""
    entry = store.find(number)
    return entry.listing


def customs(store, number):
    """세관에 낼 서류를 만든다."""
    entry = store.find(number)
    return entry.customs


def moved(store, number):
    """고객의 주소를 갱신한다."""
    entry = store.find(number)
    return entry.moved


def attached(store, number):
    """메일의 첨부를 저장한다."""
    entry = store.find(number)
    return entry.attached


def headings(store, number):
    """표의 제목을 번역한다."""
    entry = store.find(number)
    return entry.headings


def rights(store, number):
    """사용자의 권한을 확인한다."""
    entry = store.find(number)
    return entry.rights


def noted(store, number):
    """요청의 내용을 로그에 남긴다."""
    entry = store.find(number)
    return entry.noted


def undone(store, number):
    """주문을 취소한다."""
    entry = store.find(number)
    return entry.undone


def halt(store, number):
    """처리를 중간에 멈춘다."""
    entry = store.find(number)
    return entry.halt


def progress(store, number):
    """어디까지 진행했는지 보여 준다."""
    entry = store.find(number)
    return entry.progress
