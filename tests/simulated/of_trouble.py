"""Cases of trouble around wirecap: names, clocks, disks, signals."""
from case import Case, faults, maps_of, tool, tried, vmmap
from machines import hostile, machine

K = 1024


def trouble():
    for root in (True, False):
        yield Case("hostile names, as %s" % ("root" if root else "a user"), hostile(root),
                   other=("kextstat.txt",), notes=("not a line of an extension",))
    yield Case("hostile names, by the kernel's list", hostile(True, 23), other=("kextstat.txt",))
    mac = machine()
    yield Case("the clock jumps by a day", mac, faults({"mach_memory_info#1": "+86400s"}),
               other=("samples.tsv",))
    yield Case("the disk is full", mac, faults({"write#12": "ENOSPC"}), code=2,
               said="No space left on device")
    without = {"F_FULLFSYNC": "EINVAL"}
    yield Case("a disk that cannot flush its cache", mac, faults(without), calls={"fsync": 2})
    yield Case("nor be written to", mac, faults({**without, "fsync": "EIO"}), code=2,
               said="cannot be synced to the disk: Input/output error")
    yield Case("a disk without links", mac, faults({"link": "EPERM"}), calls={"rename": 1})
    yield Case("nor a new name", mac, faults({"link": "EPERM", "rename": "EROFS"}), code=2,
               said="cannot be renamed to")
    yield Case("a file may not be larger", mac, file_bytes=16 * K, code=2, said="File too large")
    yield Case("interrupted", mac, tool("/usr/bin/systemextensionsctl list", status="hang"),
               interrupted=True, code=2, said="interrupted")
    asked = str(mac.pid(mac.books.process("lockboxd")))
    yield Case("regions of one process", mac, arguments=("--full", "--pid", asked),
               calls=tried(2, 1),
               other=("processes.tsv", "owned.tsv") +
               tuple(set(maps_of(mac)) - {vmmap(mac, "lockboxd")}))
    yield Case("no regions", mac, arguments=("--no-regions",), calls=tried(0, 0),
               sources={"owned.tsv": "absent"},
               other=("processes.tsv", "owned.tsv") + maps_of(mac))
