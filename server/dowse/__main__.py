"""``python -m dowse``: the same command line as the ``dowse`` script."""

from dowse.cli import main

if __name__ == "__main__":
    main()
