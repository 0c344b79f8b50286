"""Evidence of a machine on which one zone holds so much, in the forms in which people have it.

A Machine is described by what its zones hold; everything else on it stands still, and is made up.
"""

import json
import os
import re

from expected import KIB, MIB

# Name, bytes of an element, elements; near twins of the zones that leak among them.
QUIET_ZONES = [
    ("vm objects", 264, 91300), ("VM map entries", 88, 240100), ("ipc ports", 176, 60400),
    ("kalloc.64", 64, 410000), ("kalloc.256", 256, 30100), ("kalloc.8192", 8192, 700),
    ("kalloc.1024", 1024, 21400), ("a zone with a name that is cut", 512, 1200),
]
TWINS = [("data.kalloc.1024", 1024, 9100), ("data_shared.kalloc.1024", 1024, 310),
         ("early.kalloc.1024", 1024, 96), ("data_shared.kalloc.3072", 3072, 4100),
         ("kalloc.type7.1024", 1024, 800)]

# Bundle id, load tag, VM tag, bytes.
EXTENSIONS = [("com.example.driver.Gauge", 131, 71, 9408 * KIB),
              ("org.example.filesystem", 140, 74, 1216 * KIB)]
TAGS = [("VM_KERN_MEMORY_OSFMK", 1, 51 * MIB), ("VM_KERN_MEMORY_IOKIT", 3, 210 * MIB),
        ("VM_KERN_MEMORY_STACK", 8, 33 * MIB), ("VM_KERN_MEMORY_PTE", 11, 160 * MIB),
        ("VM_KERN_MEMORY_MLOCK", 24, 2 * MIB)]
PROCESSES = [(1, 0, "launchd", "/sbin/launchd", 18000),
             (402, 1, "Meter", "/usr/local/bin/Meter", 91000)]

DASHES = "-" * 109


def darwin_of(major, minor):
    """The kernel's release."""
    if major == 10:
        return minor + 4
    return major + 9 if major < 26 else major - 1


class Machine:
    """What `held` bytes of `zone` are beside."""

    def __init__(self, release, zone, held):
        self.release = release
        self.is_arm = release >= (11, 0)
        self.page = 16384 if self.is_arm else 4096
        self.kernel = darwin_of(*release)
        quiet = QUIET_ZONES + (TWINS if self.is_arm else [])
        self.zones = [row for row in quiet if row[0] != zone]
        element = int(zone.rpartition(".")[2])
        self.held = held // self.page * self.page
        self.zones.insert(3, (zone, element, self.held // element))

    def size_of(self, row):
        """Elements fill whole pages."""
        return -(-row[1] * row[2] // self.page) * self.page

    def zones_total(self):
        return sum(map(self.size_of, self.zones))

    def wired(self):
        return self.zones_total() + sum(row[2] for row in TAGS) + sum(row[3] for row in EXTENSIONS)


def name_in_zprint(name):
    name = name.replace(" ", ".")
    return name if len(name) <= 24 else name[:23] + "$"


# ---- zprint

def zone_table(machine, redacted):
    head = ["%32s%12s%12s%11s%12s%12s%7s%7s" % ("elem", "cur", "max", "cur", "max", "cur", "alloc",
                                               "alloc"),
            "%-25s%7s%12s%12s%11s%12s%12s%7s%7s" % ("zone name", "size", "size", "size", "#elts",
                                                    "#elts", "inuse", "size", "count"), DASHES]
    rows = []
    for row in machine.zones:
        held = 0 if redacted else machine.size_of(row)
        most = 0 if redacted else held + 64 * machine.page
        rows.append("%-25s%7d%11dK%11dK%11d%12d%12d%6dK%7d  %s" % (
            name_in_zprint(row[0]), row[1], held // KIB, most // KIB, held // row[1],
            most // row[1], row[2], 0 if redacted else machine.page // KIB, machine.page // row[1],
            "C" if machine.release < (26, 0) else " "))
    return head + rows


def wired_row(name, kmod, tag, held):
    name = "%-64s%3d" % (name, kmod) if kmod else "%-67s" % name
    return "%s%12s%12s%7s %9dK" % (name, tag, "", "", held // KIB)


def wired_table(machine, redacted):
    """From 10.11 on; the peak and the waste are blank on a release kernel. Zones without a size add
    up to nothing."""
    all_zones = 0 if redacted else machine.zones_total()
    rows = [wired_row(name, 0, tag, held) for name, tag, held in TAGS]
    rows += [wired_row(name, kmod, tag, held) for name, kmod, tag, held in EXTENSIONS]
    rows.append(wired_row("zones", 0, "", all_zones))
    total = "%.2fM of %.2fM" % ((machine.wired() - machine.zones_total() + all_zones) / MIB,
                                machine.wired() / MIB)
    rows.append("%-67s%42s" % ("total", total))
    return [DASHES, "%67s%12s%12s%18s" % ("kmod", "vm", "peak", "cur"),
            "%-64s%3s%12s%12s%7s%11s" % ("wired memory", "id", "tag", "size", "waste", "size"),
            DASHES] + rows


def zprint(machine, redacted=False):
    lines = zone_table(machine, redacted)
    if machine.release >= (10, 11):
        lines += wired_table(machine, redacted)
    return "\n".join(lines) + "\n"


# ---- what else people have

def vm_stat(machine):
    levels = [("Pages free:", 40000), ("Pages active:", 200000), ("Pages inactive:", 150000),
              ("Pages speculative:", 900), ("Pages throttled:", 0),
              ("Pages wired down:", machine.wired() // machine.page), ("Pages purgeable:", 1200),
              ('"Translation faults":', 8100000), ("Pages copy-on-write:", 51000),
              ("Pages zero filled:", 400000), ("Pages reactivated:", 3), ("Pages purged:", 7),
              ("File-backed pages:", 90000), ("Anonymous pages:", 260000),
              ("Pages stored in compressor:", 0), ("Pages occupied by compressor:", 0),
              ("Decompressions:", 0), ("Compressions:", 0), ("Pageins:", 71000), ("Pageouts:", 12),
              ("Swapins:", 0), ("Swapouts:", 0)]
    return "Mach Virtual Memory Statistics: (page size of %d bytes)\n" % machine.page + "".join(
        "%-30s %16d.\n" % level for level in levels)


def kextstat(_machine):
    rows = ["Index Refs Address            Size       Wired      "
            "Name (Version) UUID <Linked Against>"]
    rows += ["%5d %4d %-18s %-10s %-10s %s (1.2.3) %s <6 5 3 1>" % (
        kmod, 0, "0xffffff7f81%06x" % (kmod * 4096), "0x5000", "0x5000", name,
        "01234567-89AB-CDEF-0123-%012X" % kmod) for name, kmod, _, _ in EXTENSIONS]
    return "\n".join(rows) + "\n"


def ps(_machine):
    rows = ["USER               PID  PPID  %CPU %MEM      VSZ    RSS   TT  STAT "
            "STARTED      TIME COMMAND"]
    rows += ["root             %5d %5d   0.0  0.1  2500000 %6d   ??  Ss    9:41AM   0:01.00 %s" %
             (pid, ppid, resident, path) for pid, ppid, _, path, resident in PROCESSES]
    return "\n".join(rows) + "\n"


def sw_vers(machine):
    return "ProductName:\tmacOS\nProductVersion:\t%d.%d\nBuildVersion:\t%dX%d\n" % (
        *machine.release, machine.kernel, 100)


def panic_text(case):
    """A .panic file: what the kernel wrote, with what macOS puts around it."""
    text = "Anonymous UUID:       01234567-89AB-CDEF-0123-456789ABCDEF\n\n"
    text += "Fri Jan  2 03:04:05 2026\n\n*** Panic Report ***\n" + case.panic
    if "BSD process name" not in text:
        text += "\nBSD process name corresponding to current thread: Meter\n"
    return text + "\nSystem uptime in nanoseconds: 166325184375961\n"


def panic_ips(case, machine):
    os_version = "macOS %d.%d (%dX100)" % (*machine.release, machine.kernel)
    head = {"bug_type": "210", "timestamp": "2026-01-02 03:04:05.00 +0000",
            "os_version": os_version}
    body = {"build": os_version, "product": "Mac16,1", "kernel": "Darwin Kernel Version %d.1.0" %
            machine.kernel, "panicString": panic_text(case), "panicFlags": "0x0"}
    return json.dumps(head) + "\n" + json.dumps(body, indent=2) + "\n"


def jetsam_event(machine):
    largest = max(machine.zones, key=machine.size_of)
    os_version = "macOS %d.%d (%dX100)" % (*machine.release, machine.kernel)
    head = {"bug_type": "298", "timestamp": "2026-01-02 03:04:05.00 +0000",
            "os_version": os_version}
    body = {
        "build": os_version, "product": "Mac16,1", "date": "2026-01-02 03:04:05.00 +0000",
        "memoryStatus": {
            "compressorSize": 1000, "zoneMapCap": 24 << 30, "zoneMapSize": machine.zones_total(),
            "largestZone": largest[0], "largestZoneSize": machine.size_of(largest),
            "pageSize": machine.page, "uncompressed": 2000,
            "memoryPages": {"active": 200000, "throttled": 0, "fileBacked": 90000,
                            "wired": machine.wired() // machine.page, "anonymous": 260000,
                            "purgeable": 1200, "inactive": 150000, "free": 40000,
                            "speculative": 900}},
        "largestProcess": PROCESSES[-1][2],
        "processes": [{"pid": pid, "name": name, "rpages": resident * KIB // machine.page,
                       "states": ["daemon"]} for pid, _, name, _, resident in PROCESSES]}
    return json.dumps(head) + "\n" + json.dumps(body, indent=2) + "\n"


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def members(machine, redacted):
    return {"zprint.txt": zprint(machine, redacted), "vm_stat.txt": vm_stat(machine),
            "kextstat.txt": kextstat(machine), "ps.txt": ps(machine),
            "sw_vers.txt": sw_vers(machine)}


def folder_of(path, texts):
    for name, text in texts.items():
        write(path, name, text)
    return path


def resolution_of_panic(case):
    said = re.search(r"\((\d+)([KMGT]?)\D", case.panic)
    return {"": 0, "K": KIB, "M": MIB, "G": 1 << 30}[said.group(2)] if said else 0
