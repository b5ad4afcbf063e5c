"""A terminal that ``dowse`` runs in, as Unix has them."""

import errno
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
from pathlib import Path

from cli.conftest import Finished


class Terminal:
    """A process whose three streams are a terminal, 100 columns wide."""

    def __init__(self, command: list[str], cwd: Path, environment: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored under a shell's "&"
        )
        os.close(slave)
        self.raw = ""

    def read_until(self, text: str) -> None:
        """Wait until ``text`` was written."""
        while text not in self.raw:
            assert self._read(), f"ended without {text!r}: {self.raw!r}"

    def type(self, text: str) -> None:
        """Type ``text``."""
        os.write(self._master, text.encode())

    def finish(self) -> Finished:
        """Read to the end."""
        while self._read():
            pass
        os.close(self._master)
        return Finished(self.process.wait(30), self.raw, "")

    def _read(self) -> bool:
        try:
            data = os.read(self._master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux tells that the other side is closed
                raise
            return False
        self.raw += data.decode("utf-8", "replace")
        return bool(data)
