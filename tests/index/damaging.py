"""Ways in which a file of an index may be damaged."""


def flip(path, at=0.5):
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0x40
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def blank(path):
    """Leave the size as it is and the beginning, so that only the contents tell."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 4] + bytes(len(content) - len(content) // 4))


def overwrite(path):
    path.write_bytes(b"not what it was" * 100)


def empty(path):
    path.write_bytes(b"")
