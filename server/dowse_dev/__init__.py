"""What Dowse is made and measured with, for those who work on it; users install :mod:`dowse` alone.

``training`` makes the built-in models from source packages. ``evaluation`` learns how candidates are ranked, and
measures how well similar code and duplicates are found. ``benchmark`` measures speed, memory and disk. ``cli`` is the
command ``dowse-dev``.
"""
