"""A Mac's books as a scenario (tests/macrun/README.md): what the kernel would answer a program that
asked for what render.py writes down as if it had been asked for."""
import os

import apple
import render
from capture import KERNEL_UUID
from releases import G, K

OWN_NAME = "wirecap"
SWAP = "VM"  # the folder of swap files
MEMORY_KINDS = {render.TAG: "tag", render.KMOD: "kmod", render.SITE: "kernel",
                render.COUNTER: "counter"}

# Tags by which regions get their types back; 0: by share mode, file and protection.
REGION_TAGS = {
    "MALLOC metadata": 1, "MALLOC_SMALL": 2, "MALLOC_LARGE": 3, "MALLOC_TINY": 7,
    "MALLOC_NANO": 11, "STACK GUARD": 30, "Stack": 30, "dyld private memory": 60,
    "Kernel Alloc Once": 73, "Activity Tracing": 78}

# No release has them in the same order.
LEDGERS = ["cpu_time", "tkm_private", "phys_mem", "wired_mem", "internal", "page_table",
           "iokit_mapped", "internal_compressed", "phys_footprint", "graphics_footprint",
           "graphics_nofootprint", "network_volatile"]

# Of vm_statistics64, by the names that apple.vm_pages has for them.
VM_FIELDS = {
    "free": "free_count", "active": "active_count", "inactive": "inactive_count",
    "speculative": "speculative_count", "throttled": "throttled_count", "wired": "wire_count",
    "purgeable": "purgeable_count", "copies": "cow_faults", "zero": "zero_fill_count",
    "reactivated": "reactivations", "purged": "purges", "file": "external_page_count",
    "anonymous": "internal_page_count", "stored": "total_uncompressed_pages_in_compressor",
    "compressor": "compressor_page_count"}

SYSCTL_TYPES = {
    "kern.boottime": "timeval", "kern.clockrate": "clock", "vm.loadavg": "loadavg",
    "vm.swapusage": "swap", "hw.memsize": "uquad", "hw.memsize_usable": "uquad",
    "hw.pagesize": "quad", "hw.cacheconfig": "quads", "hw.cachesize": "quads"}


def escape(text):
    """As in our tables, and no blank at an end, where it would be trimmed."""
    text = render.escape(text)
    if text.startswith(" "):
        text = "\\x20" + text[1:]
    return text[:-1] + "\\x20" if text.endswith(" ") else text


class Simulated:
    """One process: keys, and rows of ledgers, owned objects and regions."""

    def __init__(self, page, **keys):
        self.page, self.keys, self.rows = page, keys, []

    def text(self):
        lines = ["%s = %s" % (key, value) for key, value in self.keys.items() if value is not None]
        return lines + ["\t".join(map(str, row)) for row in self.rows]

    def add_region(self, start, size, protection="rw-/rwx", tag=0, mode="PRV", resident=0, dirty=0,
                   wired=0, object_id=0, path="", *more):
        self.rows.append(("region", "0x%x" % start, size, *protection.split("/"), tag, mode,
                          resident // self.page, dirty // self.page, 0, wired, "0x%x" % object_id,
                          1 if path else 0, 0, escape(path) if path else "", *more))


class Scenario:
    """Sections, to be changed at will before they are written."""

    def __init__(self):
        self.host, self.vm, self.faults, self.files = {}, {}, {}, {}
        self.memory, self.zones, self.kexts, self.sysctls, self.commands = [], [], [], [], []
        self.ledgers, self.missing, self.processes = list(LEDGERS), [], []
        self.outputs = {}  # of tools: name of a file beside the scenario, its text
        self.swap_files = []  # (name, bytes, when it was written)

    def add_tool(self, command, output, status="", remark=""):
        """A tool that prints this, and this on standard error."""
        name = "tool-%d" % len(self.outputs)
        self.outputs[name + ".out"], self.outputs[name + ".err"] = output, remark
        self.commands.append((command, name + ".out", status, name + ".err"))

    def drop_tools(self):
        self.commands.clear()

    def process(self, pid):
        return next(process for process in self.processes if process.keys["pid"] == pid)

    def text(self):
        out = ["macsim 1"]

        def section(name, lines):
            out.append("[%s]" % name)
            out.extend(lines)

        def pairs(table):
            return ["%s = %s" % pair for pair in table.items()]

        def rows(table):
            return ["\t".join(map(str, row)) for row in table]

        section("host", pairs(self.host))
        section("vm", pairs(self.vm))
        section("memory", rows(self.memory))
        section("zones", rows(self.zones))
        section("kexts", rows(self.kexts))
        section("sysctl", rows(self.sysctls))
        section("commands", rows(self.commands))
        section("files", pairs(self.files))
        section("ledgers", rows((name, "physmem", "bytes") for name in self.ledgers))
        section("missing", self.missing)
        section("faults", pairs(self.faults))
        for process in self.processes:
            section("process", process.text())
        return "\n".join(out) + "\n"

    def write(self, folder):
        """Returns the scenario's path."""
        path, swap = os.path.join(folder, "scenario"), os.path.join(folder, SWAP)
        os.makedirs(swap)
        for name, size, written_s in self.swap_files:
            file = os.path.join(swap, name)
            with open(file, "wb") as out:
                out.truncate(size)
            os.chmod(file, 0o1600)
            os.utime(file, (written_s, written_s))
        for name, text in [("scenario", self.text()), *self.outputs.items()]:
            with open(os.path.join(folder, name), "w", encoding="utf-8",
                      errors="surrogateescape") as out:
                out.write(text)
        return path


# ---- the machine ---------------------------------------------------------------------------------

def host(capture):
    books, boot = capture.books, capture.boot
    return {
        "darwin": "%d.4.0" % books.release.darwin, "os_version": books.release.version,
        "os_build": books.release.build, "model": capture.model, "memsize": books.memory_bytes,
        "ncpu": capture.cpus, "page_size": books.page, "cpu": books.arch,
        "boottime": boot.started_s, "boottime_usec": 148211, "now": capture.taken_s,
        "boot_uuid": boot.id, "kernel_uuid": KERNEL_UUID, "hostname": "sample.local",
        "kern_version": apple.kernel_version(books.release, books.arch),
        "hardware_uuid": render.hardware_uuid(capture), "euid": 0 if capture.root else 501}


def vm(capture):
    """Both grow with each answer; the one that is kept is what the books say. Without the faults an
    answer would pass for the one before."""
    counts, step = apple.vm_pages(capture), render.STEP // capture.books.page
    early = {"wired": (counts["wired"], step), "faults": (counts["faults"], 100)}

    def field(name):
        if name not in early:
            return counts[name]
        value, each = early[name]
        return "%d +%d" % (value - render.KEPT * each, each)

    fields = {VM_FIELDS.get(name, name): field(name) for name in counts}
    fields["free_count"] += fields["speculative_count"]
    return fields


def memory_row(row):
    flags, kind = int(row["flags"], 16), int(row["flags"], 16) & 0xFF
    tail = ["%s=%d" % (key, row[key + "_bytes"]) for key in ("mapped", "free", "largest",
                                                             "collectable") if row[key + "_bytes"]]
    if flags & render.NAMED:
        return ("named", row["tag"], row["size_bytes"], row["name"], *tail)
    if flags & render.VIEW:
        return ("view", row["size_bytes"], row["free_bytes"], row["name"], "zone=%d" % row["zone"])
    head = {render.TAG: (row["tag"],), render.COUNTER: (int(row["site"], 16),),
            render.KMOD: (row["tag"], int(row["site"], 16)),
            render.SITE: (row["tag"], row["site"])}[kind]
    return (MEMORY_KINDS[kind], *head, row["size_bytes"], *tail)


def memory(capture):
    rows = list(render.tag_entries(capture).values())
    if capture.books.release.darwin >= 20:
        rows += render.views(capture)
    return [memory_row(row) for row in rows + list(render.counters(capture.books))]


def zones(capture):
    return [(render.escape(name), zone.element_bytes, count, size, max(size, zone.max_bytes),
             zone.alloc_bytes, max(zone.sum_bytes, count * zone.element_bytes), "C",
             zone.free_bytes) for name, count, size, zone in render.boot_zones(capture)]


def kexts(capture):
    return [(one.tag, escape(one.extension.bundle), one.extension.version, "0x%x" % one.address,
             one.extension.image_bytes, one.extension.image_bytes, one.uuid,
             escape("/System/Library/Extensions/%s.kext" % one.extension.bundle),
             "refs=%d" % one.refs, "linked=%s" % " ".join(map(str, one.linked)))
            for one in apple.loaded(capture)]


def sysctl(line):
    """A line of sysctl -a as the value that it tells of."""
    name, value = line.split(": ", 1)
    kind = SYSCTL_TYPES.get(name)
    if kind == "timeval":
        return (name, kind, "%s 148211" % value.split()[3].rstrip(","))
    if kind == "clock":
        return (name, kind, " ".join(word.rstrip(",") for word in value.split()[3::3]))
    if kind == "loadavg":
        return (name, kind, " ".join("%d" % round(float(load) * 1000)
                                     for load in value.split()[1:4]))
    if kind == "swap":
        total, used, left = (int(float(word.rstrip("M"))) * K * K for word in value.split()[2:9:3])
        return (name, kind, "%d %d %d" % (total, left, used))
    if kind is None:
        is_number = value.lstrip("-").isdigit()
        kind = "string" if not is_number else "int" if abs(int(value)) < 1 << 31 else "quad"
    return (name, kind, value)


def add_swap(scenario, capture):
    scenario.files["/System/Volumes/VM"] = SWAP
    if apple.has_swapped(capture):
        scenario.swap_files.append(("swapfile0", G, capture.boot.started_s + 3600))


def add_machine(scenario, capture):
    darwin = capture.books.release.darwin
    scenario.host, scenario.vm = host(capture), vm(capture)
    scenario.memory, scenario.zones, scenario.kexts = (memory(capture), zones(capture),
                                                       kexts(capture))
    scenario.sysctls = [sysctl(line) for line in apple.sysctl(capture).splitlines()]
    if darwin >= 20:
        scenario.add_tool("/usr/bin/kmutil showloaded", apple.kextstat(capture),
                          remark="No variant specified, falling back to release\n")
    else:
        scenario.add_tool("/usr/sbin/kextstat", apple.kextstat(capture))
    if darwin >= 19:
        scenario.add_tool("/usr/bin/systemextensionsctl list", apple.system_extensions(capture))
    add_swap(scenario, capture)


# ---- processes -----------------------------------------------------------------------------------

def add_listed(out, capture, process):
    """Regions one by one."""
    base = capture.boot.slide(process.key, capture.books.arch)
    for region in sorted(process.regions, key=lambda region: region.start):
        name = region.object or "%s %d" % (process.key, region.start)
        out.add_region(base + region.start, region.size_bytes, region.protection,
                       REGION_TAGS.get(region.type, 0), region.mode, region.resident_bytes,
                       region.dirty_bytes, 1 if region.locked else 0, capture.boot.object_id(name),
                       region.detail, "off=%d" % region.offset_bytes)


def simulated(capture, process):
    boot, books, pid = capture.boot, capture.books, capture.pid(process)
    seconds, micros = divmod(boot.starts[process.key], 1000000)
    parents = {other.key for other in books.processes}
    out = Simulated(
        books.page, pid=pid, ppid=boot.pids[process.parent] if process.parent in parents else 0,
        uid=process.uid, name=escape(process.name), comm=escape(process.name[:15]),
        path=escape(process.path) if process.path else None, threads=process.threads,
        fds=process.fds, sockets=process.sockets, pipes=process.fds // 9, ports=process.ports,
        start_sec=seconds, start_usec=micros, uniqueid=boot.unique_ids[process.key],
        wired=process.locked_bytes(), resident=process.resident, footprint=process.footprint,
        virtual_size=process.virtual)
    if process.signing_id not in ("", "-"):
        out.keys.update(cs_ident=process.signing_id, cs_flags=1)
    if process.team:
        out.keys["cs_team"] = process.team
    elif process.is_platform():
        out.keys["platform"] = 1
    if process.script:
        out.keys["args"] = escape(process.path + "\n" + process.script)
    if books.arch == "arm64" and not process.kernel:
        out.rows.append(("ledger", "page_table", process.page_tables))
    footprint = process.graphics // 3
    out.rows.append(("ledger", "graphics_footprint", footprint))
    out.rows.append(("ledger", "graphics_nofootprint", process.graphics - footprint))
    for thing in process.owned:
        out.rows.append(("owned", "0x%x" % boot.object_id(thing.object), thing.ledger,
                         thing.size_bytes, thing.size_bytes, thing.wired_bytes))
    if process.regions is not None:
        add_listed(out, capture, process)
    elif process.region_count:
        out.add_region(boot.slide(process.key, books.arch), books.page, "rw-/rwx", 2, "PRV",
                       books.page, books.page, 0, boot.object_id(process.key), "",
                       "repeat=%d" % process.region_count, "stride=%d" % (2 * books.page))
    return out


def own(capture):
    """wirecap itself, of which the books know nothing."""
    uid = 0 if capture.root else 501
    out = Simulated(capture.books.page, pid=max(capture.boot.pids.values()) + 7, ppid=1, uid=uid,
                    name=OWN_NAME, path="/usr/local/bin/" + OWN_NAME, start_sec=capture.taken_s,
                    uniqueid=capture.boot.next_unique)
    out.keys["self"] = 1
    out.add_region(0x100000000, 64 * K, "r-x/r-x", 0, "COW", 64 * K, 0, 0, 0x51, out.keys["path"])
    return out


def scenario(capture):
    out = Scenario()
    add_machine(out, capture)
    for process in sorted(capture.books.processes, key=capture.pid):
        out.processes.append(simulated(capture, process))
    out.processes.append(own(capture))
    return out
