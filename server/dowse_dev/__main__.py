"""``python -m dowse_dev``: the same command line as the ``dowse-dev`` script."""

from dowse_dev.cli import main

if __name__ == "__main__":
    main()
