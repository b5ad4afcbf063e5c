"""macOS."""

from dowse.system.posix import Posix


class MacOS(Posix):
    """macOS, whose disks keep the case of names and do not tell names apart by it, unless formatted otherwise."""

    ignores_case = True
