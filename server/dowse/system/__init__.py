"""What differs between operating systems: :data:`SYSTEM` is the one that Dowse runs on.

No other module asks which system that is. A difference becomes a method of :class:`~dowse.system.base.System`.
"""

import sys

from dowse.system.base import System

__all__ = ["SYSTEM", "System"]

if sys.platform == "win32":
    from dowse.system.windows import Windows as _Here
elif sys.platform == "darwin":
    from dowse.system.macos import MacOS as _Here
elif sys.platform == "linux":
    from dowse.system.linux import Linux as _Here
else:
    from dowse.system.posix import Posix as _Here

SYSTEM: System = _Here()
