"""What the system says about watching: which file systems report changes, and which limits a user may meet."""

import os
import re
from pathlib import Path

from dowse.system import SYSTEM

SILENT = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "coda", "davfs", "lustre", "gpfs", "beegfs"}
    | {"glusterfs", "fuse.glusterfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "fuse.davfs2"}
    | {"fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.cephfs", "fuse.ceph-fuse", "fuse.seaweedfs", "fuse.juicefs"}
    # shared with the host by a virtual machine or by WSL
    | {"9p", "drvfs", "vboxsf", "prl_fs", "vmhgfs", "fuse.vmhgfs-fuse", "virtiofs", "fuse.grpcfuse", "osxfs"}
)
"""File systems on which changes made elsewhere cause no event."""

WATCHES = "fs.inotify.max_user_watches"
INSTANCES = "fs.inotify.max_user_instances"

_ESCAPE = re.compile(r"\\([0-7]{3})")


class WatchLimitReached(Exception):
    """A folder needs more than the user may have of what ``setting``, a sysctl, counts."""

    def __init__(self, setting: str) -> None:
        super().__init__(f"{setting} is too low")
        self.setting = setting


def file_system(path: str, mounts: str) -> str:
    """Return the type of the file system that holds ``path``, a real path; ``mounts`` as in ``/proc/self/mountinfo``.

    Empty when it cannot be told.
    """
    found, longest = "", -1
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4])
        inside = path == point or path.startswith(point if point.endswith("/") else point + "/")
        if inside and len(point) >= longest:  # a later mount on the same point hides the earlier one
            found, longest = after.split(" ", 1)[0], len(point)
    return found


def silent_file_system(path: Path) -> str | None:
    """Return the type of the file system that holds ``path`` if it does not report changes made elsewhere."""
    mounts = SYSTEM.mount_table()
    if mounts is None:
        return None
    name = file_system(os.path.realpath(path), mounts)
    return name if name in SILENT else None
