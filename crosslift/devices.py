"""GPUs of one machine: how many there are, and one for each process.

Snakemake limits how many jobs of a resource run together but gives none a device of its own, so a
process claims one: it locks a file named after the device and the kernel frees the lock when the
process ends, however it ends.
"""

import errno
import fcntl
import itertools
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosslift.errors import DataError

_claims: list[int] = []  # open for as long as the process lives, and the locks with them


def count_devices(devices: Path = Path("/dev"), environment: Mapping[str, str] = os.environ) -> int:
    """NVIDIA GPUs that a process may use, found without loading a GPU library.

    Parameters
    ----------
    devices : Path
        Folder of the device files; a machine without `nvidia0` and so on has no GPU.
    environment : mapping
        Where CUDA_VISIBLE_DEVICES may narrow the choice. As CUDA does, the list is read up to the
        first entry that names no device (CUDA C++ Programming Guide, "Environment Variables").
    """
    found = sum(bool(re.fullmatch(r"nvidia\d+", path.name)) for path in devices.glob("nvidia*"))
    visible = environment.get("CUDA_VISIBLE_DEVICES")
    if visible is None or not found:
        return found
    entries = (entry.strip() for entry in visible.split(","))
    return sum(1 for _ in itertools.takewhile(lambda entry: entry not in ("", "-1"), entries))


def claims_folder() -> Path:
    """Where this user's locks lie; devices are this machine's, so the folder is as well."""
    return Path(tempfile.gettempdir(), f"crosslift-devices-{os.getuid()}")


def claim_device(names: Sequence[str], folder: Path | None = None) -> int:
    """Claim the device that fewest processes hold, until this process ends.

    Where every device is claimed, processes share them evenly, so that none waits for another:
    it is Snakemake's `gpu` resource that makes jobs queue.

    Parameters
    ----------
    names : sequence of str
        The devices' names, the same in every process whichever devices it sees (UUIDs).
    folder : Path, optional
        Folder of the lock files; that of the user on this machine by default.

    Returns
    -------
    int
        Index into `names`.

    Raises
    ------
    DataError
        If no file can be locked there.
    """
    if not names:
        raise ValueError("names is empty: there is no device to claim")
    folder = folder or claims_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        places = ((holders, i) for holders in itertools.count() for i in range(len(names)))
        return next(i for holders, i in places if _lock(folder / f"{names[i]}.{holders}"))
    except OSError as error:
        raise DataError(
            f"{folder}: cannot lock a file for a GPU ({error.strerror}); set TMPDIR to a folder "
            "of this machine that you can write to"
        ) from error


def _lock(path: Path) -> bool:
    """True if the file is now locked by this process, False if another open file holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    _claims.append(handle)
    return True
