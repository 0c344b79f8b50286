"""Changes to the machine that the live tests need, each undone when its body ends."""

import contextlib
import os
import subprocess
import time

from wire import MIB, Trouble

HUGE = "/proc/sys/vm/nr_hugepages"
ZRAM = "/sys/block/zram0"


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def write(path, value):
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))


def huge_page_bytes():
    with open("/proc/meminfo", encoding="ascii") as meminfo:
        for line in meminfo:
            if line.startswith("Hugepagesize:"):
                return int(line.split()[1]) * 1024
    raise Trouble("this kernel has no huge pages")


@contextlib.contextmanager
def huge_pool(tools, size_mib):
    """That much more in the pool of huge pages."""
    old = int(read(HUGE)) if os.path.exists(HUGE) else None
    if old is None:
        raise Trouble("this kernel has no huge pages")
    more = size_mib * MIB // huge_page_bytes()
    try:
        write(HUGE, old + more)
        if int(read(HUGE)) != old + more:
            raise Trouble("not enough contiguous memory for %d MiB of huge pages" % size_mib)
        yield
    finally:
        write(HUGE, old)


@contextlib.contextmanager
def ramfs(tools, size_mib):
    """A mounted ramfs with one file of that size."""
    mount_point = os.path.join(tools.folder, "ramfs")
    os.makedirs(mount_point, exist_ok=True)
    done = subprocess.run(["mount", "-t", "ramfs", "none", mount_point], stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise Trouble("cannot mount a ramfs")
    try:
        with open(os.path.join(mount_point, "file"), "wb") as file:
            for _ in range(size_mib):
                file.write(bytes(MIB))
        yield
    finally:
        subprocess.run(["umount", mount_point], check=True)
        os.rmdir(mount_point)


@contextlib.contextmanager
def zram(tools, size_mib):
    """That much incompressible data in a compressed RAM disk."""
    if not os.path.exists("/dev/zram0") or not os.path.exists(ZRAM):
        raise Trouble("no zram device")
    if read(ZRAM + "/disksize") != "0":
        raise Trouble("zram0 is in use")
    write(ZRAM + "/disksize", 2 * size_mib * MIB)
    try:
        disk = os.open("/dev/zram0", os.O_WRONLY)
        try:
            for _ in range(size_mib):
                os.write(disk, os.urandom(MIB))
            os.fsync(disk)
        finally:
            os.close(disk)
        yield
    finally:
        reset_zram()


def reset_zram():
    """Whoever looks at new block devices may have it open for a moment."""
    for _ in range(20):
        try:
            write(ZRAM + "/reset", 1)
            return
        except OSError:
            time.sleep(0.1)
    write(ZRAM + "/reset", 1)
