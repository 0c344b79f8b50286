"""What can happen to wirecap on a Mac, a Case each.

What a case does not say is as on a quiet day: exit status 0, all members as rendered from the
books, all sources ok but those that this release or user cannot read.
"""
from dataclasses import dataclass, field
from typing import Callable

import render
import scenario
from machines import capture_of, crowd, hostile, machine, maker_of

MEMORY = ("kernel_memory.tsv", "zones.tsv")
K = 1024


@dataclass
class Case:
    name: str
    capture: object
    change: Callable = lambda scenario: None  # what is wrong with this Mac
    arguments: tuple = ("--full",)
    code: int = 0
    said: str = ""      # on standard error
    sources: dict = field(default_factory=dict)  # member: its status, or that and a part of its note
    other: tuple = ()   # members that are there, and not as rendered
    calls: dict = field(default_factory=dict)    # function: how often it was called
    check: Callable = lambda run: ()             # lines about what else is wrong
    notes: tuple = ()   # parts of what the readers may remark
    is_stuck: bool = False  # a thread is, and ends with the program: nobody counts its calls
    interrupt_s: float = 0
    file_bytes: int = 0  # a disk that is full after so many


# ---- helpers -------------------------------------------------------------------------------------

def setting(key, value):
    def change(scenario):
        scenario.host[key] = value
    return change


def sysctl(*row):
    """A later row takes an earlier one's place."""
    return lambda scenario: scenario.sysctls.append(row)


def faults(table):
    return lambda scenario: scenario.faults.update(table)


def both(*changes):
    def change(scenario):
        for one in changes:
            one(scenario)
    return change


def on_process(capture, key, **values):
    """The process of the books gets other keys."""
    def change(scenario):
        pid = capture.pid(capture.books.process(key))
        scenario.process(pid).keys.update(values)
    return change


def everywhere(**values):
    def change(scenario):
        for process in scenario.processes:
            if process.keys["pid"] > 0 and "self" not in process.keys:
                process.keys.update(values)
    return change


def of_apps(**values):
    """Of all that is not the system's own."""
    def change(scenario):
        for process in scenario.processes:
            if process.keys["pid"] > 0 and not process.keys.get("platform"):
                process.keys.update(values)
    return change


def tool(command, output="", status="", remark=""):
    def change(scenario):
        scenario.commands = [row for row in scenario.commands
                             if row[0].split()[0] != command.split()[0]]
        scenario.add_tool(command, output, status, "", remark)
    return change


def rows_of(run, member, **wanted):
    return [row for row in run.table(member)
            if all(row[key] == str(value) for key, value in wanted.items())]


def processes_are(capture, key, **wanted):
    """What processes.tsv says of one process."""
    def check(run):
        pid = capture.pid(capture.books.process(key))
        row = rows_of(run, "processes.tsv", pid=pid)[0]
        for column, value in wanted.items():
            if row[column] != str(value):
                yield "process %s: %s is %s and not %s" % (key, column, row[column], value)
    return check


def all_of(*checks):
    return lambda run: [line for check in checks for line in check(run)]


def opened(capture):
    """How many processes are neither the system's own nor the kernel."""
    return sum(1 for process in capture.books.processes
               if not process.is_platform() and not process.kernel)


def maps_of(capture):
    return tuple(name for name, _ in render.members(capture) if name.startswith("vmmap/"))


def vmmap(capture, key):
    return "vmmap/%d.txt" % capture.pid(capture.books.process(key))


# ---- releases, processors, users -----------------------------------------------------------------

def releases():
    for darwin in range(17, 26):
        for arch in ("x86_64", "arm64") if darwin >= 20 else ("x86_64",):
            for root in (True, False):
                yield Case("darwin %d on %s as %s" % (darwin, arch, "root" if root else "a user"),
                           machine(darwin, arch, root))


# ---- the kernel's breakdown ----------------------------------------------------------------------

def sums_to_the_total(capture):
    """The leaves of the partition, in entries without tags and names."""
    def check(run):
        total = left = 0
        for row in run.table("kernel_memory.tsv"):
            flags, size = int(row["flags"], 16), int(row["size_bytes"])
            if flags & 0xFF == 3 and int(row["site"], 16) == 2:
                total = size
            elif flags & 0x100 or row["index"] == "12":
                left += size
            if row["tag"] != "-" or row["name"] != "-":
                yield "entries of 64 bytes have neither a tag nor a name"
                return
        if total != capture.books.wired() or left != total - capture.books.untagged:
            yield "the entries are %d of %d, and not %d" % (left, total, capture.books.wired())
    return check


def are_redacted(run):
    if any(row["size_bytes"] != "0" for row in run.table("zones.tsv")):
        yield "zones have sizes"


def breakdowns():
    redacted = {"zones.tsv": ("ok", "redacted")}
    for name, answer, why in [("invalid host", "invalid_host", "debuggers only"),
                              ("no access", "no_access", "debuggers only"),
                              ("nothing but zeros", "zero", "zeros")]:
        yield Case("no breakdown: " + name, machine(), setting("memory_info", answer),
                   sources={member: ("denied", why) for member in MEMORY}, other=MEMORY)
    yield Case("no breakdown: aborted", machine(), faults({"mach_memory_info": "KERN_ABORTED"}),
               sources={member: ("failed", "KERN_ABORTED") for member in MEMORY}, other=MEMORY)
    yield Case("zones redacted for root", machine(25), setting("memory_info", "redacted"),
               sources=redacted, other=MEMORY, check=are_redacted)
    # macOS 10.12 cannot run this program, but for its kernel's answers there is code.
    old = machine(17, "x86_64")
    yield Case("entries of 64 bytes", old,
               both(setting("darwin", "16.7.0"), sysctl("kern.osrelease", "string", "16.7.0")),
               other=("kernel_memory.tsv", "sysctl.txt", "manifest.txt"),
               check=sums_to_the_total(old))

    def with_gaps(scenario):
        scenario.memory.append(("slack", 300))
        scenario.memory.append(("sitezone", 5, 17, 4096))
    yield Case("gaps, and memory of zones by tag", machine(), with_gaps,
               other=("kernel_memory.tsv",))


# ---- vm_stat -------------------------------------------------------------------------------------

def has_stale_samples(run):
    rows = run.table("samples.tsv")[:-1]
    if not any(row["stale"] == "1" and row["wired_bytes"] == "-" for row in rows):
        yield "no sample is told to be stale"
    if any(row["stale"] == "0" and row["wired_bytes"] == "-" for row in rows):
        yield "a sample without a value"


def samples():
    def rare(scenario):
        scenario.vm.update(rate_min=1, rate_max=1, rate_window_ms=4000)
    yield Case("others have used up the answers", machine(), rare, check=has_stale_samples,
               other=("samples.tsv", "vm_stat.txt"))
    yield Case("vm_stat fails", machine(), faults({"host_statistics64": "KERN_FAILURE"}),
               sources={"vm_stat.txt": ("failed", "host_statistics64")},
               other=("samples.tsv", "vm_stat.txt"))
    yield Case("vm_stat fails once", machine(), faults({"host_statistics64#1": "KERN_FAILURE"}),
               other=("samples.tsv", "vm_stat.txt"))


# ---- extensions ----------------------------------------------------------------------------------

def tools():
    kextstat, hang, empty = "kextstat.txt", {"status": "hang"}, machine(24)
    kmutil = "/usr/bin/kmutil showloaded"
    text = "".join("%5d    0 0xffffff7f80a3a000 0x1000     0x1000     com.example.k%d (1.0) "
                   "5E0A6E2B-0000-4000-A000-%012d <7 5>\n" % (n, n, n) for n in range(1, 9))
    text = ("Index Refs Address            Size       Wired      Name (Version) UUID "
            "<Linked Against>\n") + text
    old = tool("/usr/sbin/kextstat", text)

    def is_old(run):
        if run.text(kextstat) != text:
            yield "kextstat.txt is not what kextstat printed"
    by_kextstat = {kextstat: ("ok", "by /usr/sbin/kextstat")}
    yield Case("kmutil is missing", empty, both(tool(kmutil, status="missing"), old),
               sources=by_kextstat, other=(kextstat,), check=is_old)
    yield Case("kmutil fails", empty, both(tool(kmutil, "", 1, "an error\n"), old),
               sources=by_kextstat, other=(kextstat,), check=is_old)
    # What kextstat does is to ask kmutil.
    yield Case("kmutil hangs", empty, both(tool(kmutil, text[:100], **hang), old),
               sources={kextstat: ("timed out", "kmutil")}, other=(kextstat, "samples.tsv"))
    yield Case("no tool lists extensions", empty, tool(kmutil, status="missing"),
               sources={kextstat: ("failed", "kmutil is not there")}, other=(kextstat,))
    yield Case("the kernel denies the extensions", machine(21),
               both(setting("kext_request", "denied"), tool(kmutil, text)), other=(kextstat,),
               sources={kextstat: ("ok", "by /usr/bin/kmutil")}, check=is_old)

    def is_bounded(run):
        if not 1 << 20 < len(run.members[kextstat]) <= 4 << 20:
            yield "kextstat.txt has %d bytes" % len(run.members[kextstat])
    yield Case("kmutil floods", empty, tool(kmutil, text * 4000, status="flood"),
               sources={kextstat: ("truncated", "by /usr/bin/kmutil")}, other=(kextstat,),
               check=is_bounded)
    system, list_them = "systemextensions.txt", "/usr/bin/systemextensionsctl list"
    yield Case("systemextensionsctl hangs", empty, tool(list_them, "1 extension(s)\n", **hang),
               sources={system: "timed out"}, other=(system, "samples.tsv"), notes=("fewer system extensions",))
    yield Case("systemextensionsctl fails", empty, tool(list_them, "", 3),
               sources={system: ("failed", "ended with 3")}, other=(system,))
    yield Case("no system extensions", empty, tool(list_them, status="missing"),
               sources={system: "absent"}, other=(system,))
    yield Case("no tool can be started", empty, faults({"posix_spawn": "EAGAIN"}),
               sources={kextstat: ("failed", "cannot be run"), system: "failed"}, other=(kextstat, system))


# ---- ports ---------------------------------------------------------------------------------------

def tried(read, control):
    return {"task_read_for_pid": read, "task_for_pid": control}


def methods_are(wanted):
    """The methods by which regions of processes were read, without our own."""
    def check(run):
        found = {row["method"] for row in run.table("processes.tsv")
                 if row["name"] != scenario.OWN_NAME} - {"-"}
        if found != wanted:
            yield "methods are %s and not %s" % (sorted(found), sorted(wanted))
    return check


def ports():
    """Each port is tried once, launchd's first; and none of the system's own when that is denied."""
    mac, old = machine(), machine(19, "x86_64")
    count, maps = opened(mac), maps_of(mac) + ("processes.tsv", "owned.tsv")
    yield Case("SIP is on", mac, calls=tried(1 + count, 1),
               check=methods_are({"task_read", "pidinfo"}))
    yield Case("SIP is on, on an old release", old, calls=tried(0, 1 + opened(old)),
               check=methods_are({"task", "pidinfo"}))
    yield Case("SIP is off", mac, everywhere(taskport="ok"), other=maps,
               calls=tried(len(mac.books.processes), 0), check=methods_are({"task_read"}))
    yield Case("the hardened runtime", mac, of_apps(cs_flags=0x10001), other=maps,
               calls=tried(1 + count, 1 + count), check=methods_are({"pidinfo"}))
    yield Case("ports to read only", mac, of_apps(taskport="read"), calls=tried(1 + count, 1))
    yield Case("ports to look at only", mac, of_apps(taskport="inspect"), other=maps,
               calls=tried(1 + count, 1 + count), check=methods_are({"pidinfo"}))
    yield Case("no call for a port to read", mac,
               lambda scenario: scenario.missing.append("task_read_for_pid"),
               other=maps, calls=tried(0, 1 + count), check=methods_are({"task", "pidinfo"}))
    user = machine(root=False)
    yield Case("a user asks for no port", user, calls=tried(0, 0),
               check=methods_are({"pidinfo", "none"}))
    yield Case("what tasks own is refused", mac, faults({"sysctl:vm.get_owned_vmobjects": "EPERM"}),
               sources={"owned.tsv": "denied"}, other=("owned.tsv",))


# ---- processes that go, or are odd ---------------------------------------------------------------

def going():
    for name, key in [("by port", "Larkspur"), ("by number", "launchd")]:
        mac = machine()
        member = vmmap(mac, key)
        gone = processes_are(mac, key, status="vanished", regions_status="vanished", regions="-")
        others = ("processes.tsv", "owned.tsv", member)
        yield Case("vanishes in the midst of its regions, " + name, mac,
                   on_process(mac, key, vanish_walk=20), sources={member: "vanished"},
                   other=others, check=gone)
        if key != "launchd":
            yield Case("is listed, and gone", mac, on_process(mac, key, vanish=0), other=others,
                       check=processes_are(mac, key, status="vanished"))
            for calls in (1, 2, 3, 4, 6, 8, 11, 14):
                yield Case("vanishes after %d questions" % calls, mac,
                           on_process(mac, key, vanish=calls), other=others,
                           sources={member: ("vanished", "", "maybe")},
                           check=processes_are(mac, key, status="vanished"))
    mac = machine()
    yield Case("a zombie", mac, on_process(mac, "Larkspur", status=5),
               other=("processes.tsv", "owned.tsv", vmmap(mac, "Larkspur")),
               check=processes_are(mac, "Larkspur", status="ok", wired_bytes=0, regions=0))


def refusals():
    mac, member = machine(), ("processes.tsv",)
    yield Case("no ledgers", mac, faults({"ledger": "EINVAL"}), other=member,
               check=processes_are(mac, "lockboxd", page_tables_bytes="-", wired_bytes=1179648))
    pid = mac.pid(mac.books.process("lockboxd"))
    yield Case("no usage of one", mac, faults({"proc_pid_rusage@%d" % pid: "EPERM"}), other=member,
               check=processes_are(mac, "lockboxd", resident_bytes="-", wired_bytes=1179648))
    yield Case("no signatures", mac, faults({"csops": "EINVAL"}),
               other=member + maps_of(mac) + ("owned.tsv",),
               check=processes_are(mac, "lockboxd", signing_id="-", team="-"))
    yield Case("no list of processes", mac, faults({"proc_listpids": "EPERM"}), code=2,
               said="the list of processes")
    yield Case("no hardware UUID", mac, faults({"gethostuuid": "EPERM"}), other=("manifest.txt",),
               check=lambda run: () if "\nmachine_id: -\n" in run.text("manifest.txt")
               else ["the manifest has a machine_id"])
    yield Case("ledgers in another order", mac, lambda scenario: scenario.ledgers.reverse())


def submaps():
    """The shared region as it is: one entry, with others inside."""
    cache = "/System/Library/dyld/dyld_shared_cache_x86_64"
    for key in ("Larkspur", "launchd"):
        mac = machine()
        process = mac.books.process(key)

        def add(scenario, process=process, mac=mac):
            out = scenario.process(mac.pid(process))
            out.add_region(0x7FF800000000, 512 << 20, "r-x/r-x", 0, "SHM", 0, 0, 0, 0x77, "",
                           "submap")
            out.rows[-1] = out.rows[-1][:12] + (0,) + out.rows[-1][13:]
            for start, size, protection, path in [
                    (0, 256 << 20, "r-x/r-x", cache), (256 << 20, 16 << 20, "rw-/rw-", "")]:
                out.add_region(0x7FF800000000 + start, size, protection, 0, "COW", size // 2, 0, 0,
                               0x78 + start, path)
                out.rows[-1] = out.rows[-1][:13] + (1,) + out.rows[-1][14:]

        def has(run, process=process, mac=mac, key=key):
            lines = [line for line in run.text(vmmap(mac, key)).splitlines() if "7ff8" in line]
            if len(lines) != (1 if process.is_platform() else 3):
                yield "%d lines of a submap" % len(lines)
            if not lines or not lines[0].startswith("Submap "):
                yield "no submap: %s" % lines
        yield Case("a submap, in " + key, mac, add, other=("processes.tsv", vmmap(mac, key)),
                   check=all_of(has, processes_are(mac, key, regions=process.region_count + 1)))


# ---- many, large, slow ---------------------------------------------------------------------------

STUCK = ("timed out", "stuck")
LATE = {"status": "ok", "regions_status": "timed out", "regions": "-"}


def regions_in(run, pid):
    """In all parts."""
    parts = [name for name in run.members if name == "vmmap/%d.txt" % pid or
             name.startswith("vmmap/%d." % pid)]
    lines = sum(run.text(name).count("\n") - 5 for name in parts)
    return lines, len(parts)


def all_regions_there(capture):
    def check(run):
        for process in capture.books.processes:
            lines = regions_in(run, capture.pid(process))[0]
            if not process.kernel and lines != process.region_count:
                yield "%s has %d regions and not %d" % (process.key, lines, process.region_count)
    return check


def in_parts(pid, count):
    def check(run):
        lines, parts = regions_in(run, pid)
        if lines != count or parts < 2:
            yield "%d regions in %d parts" % (lines, parts)
    return check


def ends_late(pid):
    """Parts that are whole, and one that is missing."""
    def check(run):
        rows = [row for name, row in run.sources().items() if name.startswith("vmmap/%d." % pid)]
        statuses = [row["status"] for row in rows]
        if statuses[-1] != "timed out" or set(statuses[:-1]) != {"ok"}:
            yield "parts of what is slow are %s" % statuses
    return check


def sizes():
    mac = crowd(400, 1000)
    yield Case("400 processes with 1,000 regions", mac, arguments=(), other=maps_of(mac),
               check=all_regions_there(mac))
    big = crowd(1, 1000000)
    pid = big.pid(big.books.process("crowd#0"))
    yield Case("a process with a million regions", big, arguments=(), other=maps_of(big),
               check=in_parts(pid, 1000000))
    # Of the other kind: the kernel takes its time for each of them.
    slow = {"%s@%d" % (call, pid): "+50us" for call in ("proc_pidinfo.7", "mach_vm_region_recurse")}
    yield Case("a million regions, each slow", big, faults(slow), arguments=(),
               other=maps_of(big) + ("processes.tsv",), check=all_of(processes_are(big, "crowd#0", **LATE), ends_late(pid)), is_stuck=True)
    small = machine()
    pid = small.pid(small.books.process("Larkspur"))
    yield Case("the kernel never lets go", small,
               faults({"mach_vm_region_recurse@%d#7" % pid: "stuck"}), is_stuck=True,
               other=("processes.tsv", "owned.tsv", vmmap(small, "Larkspur")),
               sources={vmmap(small, "Larkspur"): STUCK},
               check=processes_are(small, "Larkspur", **LATE))


# ---- names, clocks, disks, signals ---------------------------------------------------------------

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
    yield Case("a file may not be larger", mac, file_bytes=16 * K, code=2, said="File too large")
    yield Case("interrupted", mac, interrupt_s=0.4, code=2, said="interrupted")
    yield Case("no regions", mac, arguments=("--no-regions",), calls=tried(0, 0),
               sources={"owned.tsv": "absent"},
               other=("processes.tsv", "owned.tsv") + maps_of(mac))


def swap_and_sysctl():
    mac = machine()

    def no_folder(scenario):
        scenario.files["/System/Volumes/VM"] = "nowhere"
    yield Case("no folder of swap files", mac, no_folder, sources={"swapfiles.txt": "absent"},
               other=("swapfiles.txt",))

    def odd(scenario):
        scenario.sysctls += [("debug.secret", "string", "a secret", "masked"),
                             ("debug.denied", "int", 7, "", "", "EPERM"),
                             ("debug.gone", "int", 7, "", "", "ENOENT"),
                             ("debug.raw", "opaque", "00" * 64)]

    def not_shown(run):
        for name in ("debug.secret", "debug.denied", "debug.gone", "debug.raw"):
            if name in run.text("sysctl.txt"):
                yield "%s is shown" % name
    yield Case("sysctls that are not told", mac, odd, check=not_shown)


def all_cases():
    for group in (releases, breakdowns, samples, tools, ports, going, refusals, submaps, sizes,
                  trouble, swap_and_sysctl):
        yield from group()
