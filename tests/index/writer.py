"""A process that writes an index until it is killed. Prints the number of each batch when it is committed."""

import sys
from pathlib import Path

from dowse.index.writer import IndexWriter
from index.samples import chunk, embed, file, use_model


def batch(number: int) -> list:
    """Ten files, each of which says in all its chunks and names which batch it is of."""
    return [
        file(f"{n}.py", *(chunk(f"f{n}_{c}", f"batch{number} word{n} {c}", line=c) for c in range(4)), stamp=number)
        for n in range(10)
    ]


def main() -> None:
    index = IndexWriter.open(Path(sys.argv[1]), Path(sys.argv[2]))
    if not index.writable:
        raise SystemExit("another process writes")
    use_model(index)
    number = int(sys.argv[3])
    while True:
        embed(index, index.apply(batch(number)))
        print(number, flush=True)  # noqa: T201 - what the test waits for
        index.maintain()
        number += 1


if __name__ == "__main__":
    main()
