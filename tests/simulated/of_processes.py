"""Cases of processes: whose port is to be had, which go while they are read, which are large."""
import scenario
from case import (Case, all_of, everywhere, faults, maps_of, of_apps, on_process, opened,
                  processes_are, tried, vmmap)
from machines import crowd, machine


# ---- ports ---------------------------------------------------------------------------------------

def methods_are(wanted):
    """The methods by which regions of processes were read, without our own."""
    def check(run):
        found = {row["method"] for row in run.table("processes.tsv")
                 if row["name"] != scenario.OWN_NAME} - {"-"}
        if found != wanted:
            yield "methods are %s and not %s" % (sorted(found), sorted(wanted))
    return check


def ports():
    """Each port is tried once, launchd's first; none of the system's own when that is denied."""
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
    yield Case("no ports", mac, of_apps(taskport="denied"), other=maps,
               calls=tried(1 + count, 1 + count), check=methods_are({"pidinfo"}))
    yield Case("no call for a port to read", mac,
               lambda scenario: scenario.missing.append("task_read_for_pid"),
               other=maps, calls=tried(0, 1 + count), check=methods_are({"task", "pidinfo"}))
    user = machine(root=False)
    yield Case("a user asks for no port", user, calls=tried(0, 0),
               check=methods_are({"pidinfo", "none"}))
    yield Case("what tasks own is refused", mac,
               faults({"sysctl:vm.get_owned_vmobjects": "EPERM"}),
               sources={"owned.tsv": "denied"}, other=("owned.tsv",))


# ---- those that go, and answers that are refused -------------------------------------------------

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


# ---- regions -------------------------------------------------------------------------------------

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
               other=maps_of(big) + ("processes.tsv",), is_stuck=True,
               check=all_of(processes_are(big, "crowd#0", **LATE), ends_late(pid)))
    small = machine()
    pid = small.pid(small.books.process("Larkspur"))
    yield Case("the kernel never lets go", small,
               faults({"mach_vm_region_recurse@%d#7" % pid: "stuck"}), is_stuck=True,
               other=("processes.tsv", "owned.tsv", vmmap(small, "Larkspur")),
               sources={vmmap(small, "Larkspur"): STUCK},
               check=processes_are(small, "Larkspur", **LATE))
