# 消費電力の合計を計算する。
def power(store, number):
    entry = store.find(number)
    return entry.power


# 送信に失敗した件数を数える。
def failures(store, number):
    entry = store.find(number)
    return entry.failures


# 証明書の有効期限を調べて更新する。
def certificates(store, number):
    entry = store.find(number)
    return entry.certificates


# 画像を回転する。
def turned(store, number):
    entry = store.find(number)
    return entry.turned


# 在庫の一覧を画面に表示する。
def listing(store, number):
    entry = store.find(number)
    return entry.listing


# 税関に出す書類を作る。
def customs(store, number):
    entry = store.find(number)
    return entry.customs


# 顧客の住所を更新する。
def moved(store, number):
    entry = store.find(number)
    return entry.moved


# メールの添付を保存する。
def attached(store, number):
    entry = store.find(number)
    return entry.attached


# 表の見出しを翻訳する。
def headings(store, number):
    entry = store.find(number)
    return entry.headings


# 利用者の権限を確認する。
def rights(store, number):
    entry = store.find(number)
    return entry.rights


# 要求の内容を記録に残す。
def noted(store, number):
    entry = store.find(number)
    return entry.noted


# 注文を取り消す。
def undone(store, number):
    entry = store.find(number)
    return entry.undone


# 処理を途中で止める。
def halt(store, number):
    entry = store.find(number)
    return entry.halt


# どこまで進んだかを画面に示す。
def progress(store, number):
    entry = store.find(number)
    return entry.progress
