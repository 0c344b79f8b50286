#!/usr/bin/env python3
"""Writes the synthetic bundles of tests/golden/cases.

No machine was captured for these: each case is a small invented machine, described here by what
holds wired memory on it, and rendered into the members that wirecap writes on Linux. Beside the two
bundles stands truth.tsv: the rows that a report must have, stated by hand here, with their bytes,
and never taken from a report. test_reports compares the two.

    python3 tests/golden/make_cases.py

writes all cases again; the same bytes every time. The expectations of reports (*.expect) are the
goldens of test_reports and are not touched.
"""
import pathlib
import shutil
import zlib

HERE = pathlib.Path(__file__).resolve().parent
K = 1024
M = 1024 * K
THREAD = 16 * K  # a kernel stack
FIRST_CHUNK = 53 * 2 * 4 * K

COLUMNS = """pid ppid start uid name path unit script signing_id team kernel threads fds pipes sockets
rings regions method status regions_status fds_status wired_bytes resident_bytes private_bytes
shared_bytes dirty_bytes swapped_bytes footprint_bytes page_tables_bytes locked_bytes
locked_pss_bytes pinned_bytes hugetlb_bytes""".split()

ACCOUNTS = ["locked", "slab", "stacks", "vmalloc", "page tables", "secondary page tables", "percpu",
            "hugetlb", "compressed", "page structs", "bounce", "balloon", "corrupted", "gpu"]


def escape(name, plain=0x7F):
    """A name as wirecap writes it in its own tables; plain: bytes from here on are not."""
    raw = name.encode("utf-8", "surrogateescape")
    if raw == b"":
        return "\\x"
    if raw == b"-":
        return "\\x2d"
    out = b""
    for byte in raw:
        if byte == 0x5C:
            out += b"\\\\"
        elif byte == 0x09:
            out += b"\\t"
        elif byte == 0x0A:
            out += b"\\n"
        elif byte < 0x20 or byte >= plain:
            out += b"\\x%02x" % byte
        else:
            out += bytes([byte])
    return out.decode("utf-8", "surrogateescape")


def field(value):
    return "-" if value is None else str(value)


class Machine:
    """One machine at one moment. What is said to hold memory is added up into the kernel's totals;
    `rest` is what each account holds beyond that, and `residual` what no account counts."""

    def __init__(self, **manifest):
        self.page = 4 * K
        self.manifest = {
            "format": 1, "tool": "wirecap 0.1.0", "platform": "linux", "label": None,
            "taken_us": 1790000000000000, "os": "Synthetic GNU/Linux 1",
            "build": "6.18.44 #1 SMP PREEMPT_DYNAMIC", "model": "Synthetic Machine",
            "machine_id": "51" * 32, "boot_id": "00000000-0000-4000-8000-00000000000a",
            "uptime_s": 7200, "page_bytes": 4096, "memory_bytes": 8192 * M, "cpu_count": 2,
            "privileged": "yes", "vmap_stack": "yes", "balloon_deflate_on_oom": "no"}
        self.manifest.update(manifest)
        self.total = 8192 * M
        self.rest = {}
        self.residual = 0
        self.unsaid = set()  # counters this kernel does not have
        self.absent, self.denied = set(), set()
        self.processes, self.locked, self.zones, self.areas, self.modules = [], [], [], [], []
        self.segments, self.fds, self.groups, self.devices, self.sites = [], [], [], [], []
        self.tcp_pages = 185
        self.pinned = 0
        self.skew = {}  # account -> how far the other samples are off
        self.overlap = 0  # claimed in the account locked beyond what the kernel counts there

    # what holds memory

    def process(self, pid, name, path=None, unit="/system.slice/%s.service", threads=1, tables=0,
                kernel=False, **more):
        line = dict.fromkeys(COLUMNS)
        line.update(pid=pid, ppid=0 if kernel else 1, start=pid * 10, uid=0, name=escape(name),
                    unit=unit % name if "%s" in unit else unit, kernel="yes" if kernel else "no",
                    threads=threads, fds=4, pipes=0, sockets=0, rings=0, regions=20, status="ok",
                    regions_status="ok", fds_status="ok", resident_bytes=8 * M,
                    page_tables_bytes=tables, locked_pss_bytes=0)
        if not kernel:
            line.update(path=path or "/usr/bin/" + name, method="smaps")
        line.update(more)
        for column in ("path", "unit", "script"):
            if line[column] is not None:
                line[column] = escape(line[column])
        line["unit"] = None if kernel else line["unit"]
        self.processes.append(line)

    def lock(self, pid, own, shared=0, kind="anon", detail=None, obj=None, method="pfn",
             what="locked", start=0x7F0000000000):
        self.locked.append((what, pid, obj, start + (len(self.locked) << 32), kind, detail, own,
                            shared, method))
        for line in self.processes:
            if line["pid"] == pid and obj is None and what == "locked":
                line["locked_pss_bytes"] += own + shared

    def zone(self, name, size, per_slab, pages, slabs, alias=None, reclaimable=0, raw=None):
        self.zones.append((name, size, per_slab, pages, slabs, alias or name, reclaimable, raw))

    def area(self, caller, pages, module=None):
        self.areas.append((caller, pages, module))

    def group(self, path, **stat):
        self.groups.append((path, stat))

    # the kernel's totals

    def accounts(self):
        sums = dict.fromkeys(ACCOUNTS, 0)
        for what, _, _, _, _, _, own, shared, _ in self.locked:
            sums["locked" if what == "locked" else "hugetlb"] += own + shared
        for _, _, _, pages, slabs, _, reclaimable, _ in self.zones:
            if not reclaimable:
                sums["slab"] += pages * self.page * slabs
        for line in self.processes:
            sums["stacks"] += line["threads"] * THREAD
            sums["page tables"] += line["page_tables_bytes"] or 0
        sums["vmalloc"] = sum(pages * self.page for _, pages, _ in self.areas)
        for kind, _, size in self.devices:
            if kind == "zram":
                sums["compressed"] += size
        for account, size in self.rest.items():
            sums[account] += size
        sums["locked"] -= self.overlap
        return sums

    def meminfo(self):
        sums = self.accounts()
        wired = sum(sums.values()) + self.residual
        reclaimable = 128 * M
        rows = {
            "MemTotal": self.total,
            "MemFree": self.total - wired - 2048 * M - reclaimable - 6 * 5 * self.page,
            "Active": 1024 * M, "Inactive": 1024 * M, "Unevictable": sums["locked"],
            "SwapTotal": 0, "AnonPages": 1024 * M, "Shmem": 64 * M, "KReclaimable": reclaimable,
            "SReclaimable": reclaimable, "SUnreclaim": sums["slab"], "KernelStack": sums["stacks"],
            "PageTables": sums["page tables"], "SecPageTables": sums["secondary page tables"],
            "Bounce": sums["bounce"], "WritebackTmp": 0,
            "VmallocUsed": sums["vmalloc"] + sums["stacks"],
            "Percpu": sums["percpu"] + FIRST_CHUNK, "HardwareCorrupted": sums["corrupted"],
            "Hugetlb": sums["hugetlb"], "GPUActive": sums["gpu"]}
        assert all(size % K == 0 for size in rows.values()), rows
        return "".join("%-16s%8d kB\n" % (key + ":", size // K) for key, size in rows.items()
                       if key not in self.unsaid)

    def vmstat(self):
        sums = self.accounts()
        rows = {"nr_zspages": sums["compressed"] // self.page, "nr_isolated_anon": 0,
                "nr_isolated_file": 0, "nr_foll_pin_acquired": self.pinned,
                "nr_foll_pin_released": 0, "nr_memmap_pages": sums["page structs"] // self.page}
        return "".join("%s %d\n" % row for row in rows.items() if row[0] not in self.unsaid)

    def zoneinfo(self):
        text = ""
        managed = self.total // self.page // 2
        for name in ("DMA32", "Normal"):
            text += ("Node 0, zone %8s\n  pages free     1000\n        present  %d\n"
                     "        managed  %d\n  pagesets\n" % (name, managed + 512, managed))
            for cpu, count in ((0, 10), (1, 5)):
                text += "    cpu: %d\n              count: %d\n              high:  300\n" % (cpu,
                                                                                           count)
        return text

    def samples(self):
        sums = self.accounts()
        columns = [account.replace(" ", "_") + "_bytes" for account in ACCOUNTS]
        text = "\t".join(["phase", "t_us", "kept", "wired_bytes", "residual_bytes"] + columns +
                         ["peak_bytes", "cpu_us"]) + "\n"
        at = self.manifest["taken_us"]
        for phase, kept, off in (("before", 1, 0), ("between", 0, 1), ("after", 0, 0)):
            now = {a: sums[a] + off * self.skew.get(a, 0) for a in ACCOUNTS}
            residual = self.residual + off * self.skew.get("residual", 0)
            text += "\t".join([phase, str(at), str(kept), str(sum(now.values()) + residual),
                               str(residual)] + [str(now[a]) for a in ACCOUNTS] + ["-", "-"]) + "\n"
            at += 70000
        return text + "\t".join(["cost", "-", "-", "4096", "-"] + ["-"] * len(ACCOUNTS) +
                                ["6291456", "48000"]) + "\n"

    # the members

    def slabinfo(self):
        text = ("slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> "
                "<objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : "
                "slabdata <active_slabs> <num_slabs> <sharedavail>\n")
        for name, size, per_slab, pages, slabs, _, _, raw in self.zones:
            text += ("%-17s %6d %6d %6d %4d %4d : tunables    0    0    0 : slabdata %6d %6d      "
                     "0\n" % (raw or name, per_slab * slabs, per_slab * slabs, size, per_slab, pages,
                              slabs, slabs))
        return text

    def vmallocinfo(self):
        text, address = "", 0xA0000000
        for line in self.processes:
            for _ in range(line["threads"]):
                text += ("0x%016x-0x%016x   20480 kernel_clone+0x94/0x3e0 pages=4 vmalloc N0=4\n" %
                         (address, address + 0x5000))
                address += 0x6000
        for caller, pages, module in self.areas:
            text += "0x%016x-0x%016x %7d %s+0x1c/0x40%s pages=%d vmalloc N0=%d\n" % (
                address, address + 4096 * (pages + 1), 4096 * (pages + 1), caller,
                " [%s]" % module if module else "", pages, pages)
            address += 4096 * (pages + 2)
        return text + ("0x%016x-0x%016x   12288 acpi_os_map_iomem+0x1bc/0x1e0 phys=0x9f000 ioremap\n"
                       % (address, address + 12288))

    def vmmap(self, line):
        mine = [region for region in self.locked if region[1] == line["pid"] and region[2] is None]
        if not mine:
            return None
        text = ("Process:         %s [%d]\nPath:            %s\n\n==== regions for process %d\n"
                "REGION TYPE             START - END              [    VSIZE    RSDNT    DIRTY"
                "     SWAP    WIRED] PRT/MAX SHRMOD PURGE      OFFSET OBJECT          FLAGS"
                "                    REGION DETAIL\n" %
                (line["name"], line["pid"], field(line["path"]), line["pid"]))
        for what, _, _, start, kind, detail, own, shared, _ in mine:
            size = "%dK" % ((own + shared) // K)
            text += ("%-16s %x-%x [%9s %8s %8s       0K %8s] rw-/rwx SM=PRV PURGE=N        0 -"
                     "               %-24s %s\n" %
                     (kind, start, start + own + shared, size, size, size, size,
                      "rd,wr,ht" if what == "hugetlb" else "rd,wr,lo",
                      "-" if detail is None else escape(detail)))
        return text

    def members(self):
        m = self.manifest
        yield "manifest.txt", "".join("%s: %s\n" % (key, field(value)) for key, value in m.items())
        yield "proc/meminfo", self.meminfo()
        yield "proc/vmstat", self.vmstat()
        yield "proc/zoneinfo", self.zoneinfo()
        yield "proc/loadavg", "0.20 0.18 0.12 1/%d 11206\n" % sum(
            line["threads"] for line in self.processes)
        yield "dmesg.txt", (
            "<6>[    0.104688] setup_percpu: NR_CPUS:256 nr_cpumask_bits:2 nr_cpu_ids:2 "
            "nr_node_ids:1\n<6>[    0.108703] percpu: Embedded %d pages/cpu s185496 r0 d31592 "
            "u1048576\npossible_cpus: 2\n" % (FIRST_CHUNK // 2 // self.page))
        yield "proc/slabinfo", self.slabinfo()
        yield "sys/kernel/slab.tsv", "name\talias\treclaimable\n" + "".join(
            "%s\t%s\t%d\n" % (escape(z[0]), escape(z[5]), z[6]) for z in self.zones)
        yield "proc/vmallocinfo", self.vmallocinfo()
        yield "proc/sysvipc/shm", (
            "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid"
            "  cgid      atime      dtime      ctime                   rss                  swap\n" +
            "".join("%10d %10d  %4o %21d %5d %5d      1 %5d     0     0     0          0          0"
                    "          0 %21d                     0\n" %
                    (key, ident, 0o2600 if locked else 0o600, size, pid, pid, uid, size)
                    for key, ident, uid, pid, size, locked in self.segments))
        yield "proc/net/sockstat", ("sockets: used 21\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem %d\n"
                                    "UDP: inuse 0 mem 0\n" % self.tcp_pages)
        yield "sys/fs/cgroup.txt", "".join(
            "@ cgroup 2 %d %s\n" % (100 + i, escape(path)) +
            "".join("%s %d\n" % pair for pair in stat.items())
            for i, (path, stat) in enumerate(self.groups)) or "@ cgroup 2 1 /\n"
        if self.sites:
            yield "proc/allocinfo", "allocinfo - version: 1.0\n" + "".join(
                "%12d %8d %s\n" % site for site in self.sites)
        yield "sys/block.tsv", "kind\tname\tbytes\traw\n" + "".join(
            "%s\t%s\t%d\t-\n" % (kind, escape(name), size) for kind, name, size in self.devices)
        yield "proc/modules", "".join("%s %d 1 - Live 0x0000000000000000\n" % module
                                      for module in self.modules)
        for line in self.processes:
            text = self.vmmap(line)
            if text is not None and line["regions_status"] == "ok":
                yield "vmmap/%d.txt" % line["pid"], text
        yield "processes.tsv", "\t".join(COLUMNS) + "\n" + "".join(
            "\t".join(field(line[c]) for c in COLUMNS) + "\n" for line in self.processes)
        yield "proc/fdinfo.txt", "".join("@ fd %d %d %s\n%s" % fd for fd in self.fds)
        yield "locked.tsv", ("kind\tpid\tobject\tstart\ttype\tdetail\town_bytes\tshared_bytes\t"
                             "method\n") + "".join(
            "\t".join([what, field(pid), "-" if obj is None else escape(obj), "%x" % start, kind,
                       "-" if detail is None else escape(detail), str(own), str(shared), method]) +
            "\n" for what, pid, obj, start, kind, detail, own, shared, method in self.locked)
        yield "samples.tsv", self.samples()

    def write(self, folder, cut=(), sources=True):
        """cut: members that were damaged on their way, after the bundle was made."""
        lines = "member\tstatus\terrno\tbytes\tus\tcrc32\tnote\n"
        for member, text in self.members():
            if member in self.absent or member in self.denied:
                lines += "%s\t%s\n" % (member, "absent\t2\t-\t5\t-\t-" if member in self.absent
                                       else "denied\t13\t-\t5\t-\t-")
                continue
            content = text.encode("utf-8", "surrogateescape")
            lines += "%s\tok\t0\t%d\t10\t%08x\t-\n" % (member, len(content), zlib.crc32(content))
            if member in cut:
                content = content[:content.index(b"\n", len(content) * 2 // 3) + 1]
            path = folder / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if sources:
            (folder / "sources.tsv").write_text(lines)


class Case:
    """Two machines, and the rows that a report of them must have."""

    def __init__(self, name, before, after):
        self.name, self.before, self.after = name, before, after
        self.lines = []
        self.cut = ((), ())
        self.sources = (True, True)

    def row(self, kind, name, before, after):
        if before or after:
            self.lines.append((kind, name, before, after))

    def base(self, *but):
        """The rows of what base() puts on a machine."""
        for kind, name, size in BASE:
            if name not in but:
                self.row(kind, name, size, size)

    def write(self):
        folder = HERE / "cases" / self.name
        for i, side in enumerate((self.before, self.after)):
            path = folder / ("before", "after")[i]
            shutil.rmtree(path, ignore_errors=True)
            side.write(path, self.cut[i], self.sources[i])
        text = "kind\tname\tbefore_bytes\tafter_bytes\n"
        for kind, name, before, after in self.lines:
            text += "%s\t%s\t%d\t%d\n" % (kind, escape(name, 0x100), before, after)
        (folder / "truth.tsv").write_bytes(text.encode("utf-8", "surrogateescape"))


# What every machine has, and the rows that it makes.

BASE = [
    ("process", "systemd", 144 * K),          # 128 K of page tables, one stack
    ("process", "sshd", 80 * K),              # 64 K, one stack
    ("kernel", "stacks of kernel threads", 48 * K),
    ("zone", "kmalloc-1k", 2 * M),
    ("zone", "task_struct", 1 * M),
    ("kernel", "kmalloc beyond 8 KiB and other slab memory", 3 * M),
    ("kernel", "vmalloc: alloc_large_system_hash", 4 * M),
    ("extension", "ext4", 256 * K),
    ("kernel", "vmalloc: BPF maps and programs", 64 * K),
    ("kernel", "other vmalloc memory", 512 * K),
    ("kernel", "page tables of the kernel", 256 * K),
    ("kernel", "per-CPU memory", 1 * M),
]


def base(renumber=0, **manifest):
    m = Machine(**manifest)
    m.process(1, "systemd", "/usr/lib/systemd/systemd", "/init.scope", tables=128 * K)
    m.process(2, "kthreadd", kernel=True)
    m.process(15 + renumber, "ksoftirqd/%d" % (renumber % 2), kernel=True)
    m.process(70 + renumber, "kworker/%d:1-events" % (renumber % 2), kernel=True)
    m.process(300 + renumber, "sshd", "/usr/sbin/sshd", "/system.slice/ssh.service", tables=64 * K)
    m.zone("kmalloc-1k", 1024, 32, 8, 64)
    m.zone("task_struct", 9792, 3, 8, 32)
    m.zone("dentry", 192, 21, 1, 1000, reclaimable=1)
    m.area("alloc_large_system_hash", 1024)
    m.area("ext4_fill_super", 64, "ext4")
    m.area("bpf_prog_alloc_no_stats", 16)
    m.modules.append(("ext4", 1 * M))
    m.rest = {"slab": 3 * M, "vmalloc": 512 * K, "page tables": 256 * K, "percpu": 1 * M}
    m.residual = 12 * M
    return m


REBOOTED = dict(boot_id="00000000-0000-4000-8000-00000000000b", taken_us=1790010000000000,
                uptime_s=300)
LATER = dict(taken_us=1790003600000000, uptime_s=10800)


def locked():
    """One process locks 256 MiB, four share a locked region of 256, a segment is under SHM_LOCK."""
    a, b = base(), base(**LATER)
    for m in (a, b):
        m.process(500, "lockerd", tables=512 * K if m is a else 1 * M)
        for pid in (601, 602, 603):
            m.process(pid, "worker", unit="/system.slice/pool.service", tables=256 * K)
        m.process(604, "monitor", unit="/system.slice/pool.service", tables=256 * K)
        m.process(700, "shmd", tables=128 * K)
        m.process(701, "gpg-agent", tables=64 * K)
    a.lock(500, 1 * M, kind="stack", detail="[stack]")
    b.lock(500, 1 * M, kind="stack", detail="[stack]")
    b.lock(500, 192 * M, kind="heap", detail="[heap]")
    b.lock(500, 64 * M)
    for pid in (601, 602, 603, 604):
        b.lock(pid, 0, 64 * M, kind="shm", detail="/dev/shm/pool")
    b.lock(700, 32 * M, kind="shm", obj="shm 5a17 0 32770")
    b.lock(None, 8 * M, kind="shm", obj="shm 0 0 5", method="rss")
    b.lock(701, 4 * M, kind="secretmem", obj="secretmem 4711")
    b.segments = [(0x5A17, 32770, 0, 700, 32 * M, True), (0, 5, 0, 700, 8 * M, True)]
    b.rest["locked"] = 2 * M
    b.skew = {"locked": 4096, "residual": 8192}
    case = Case("locked", a, b)
    case.base()
    case.row("process", "lockerd", 512 * K + 16 * K + 1 * M, 1 * M + 16 * K + 257 * M)
    case.row("process", "worker", 3 * 272 * K, 3 * 272 * K + 192 * M)
    case.row("process", "monitor", 272 * K, 272 * K + 64 * M)
    case.row("process", "shmd", 144 * K, 144 * K)
    case.row("process", "gpg-agent", 80 * K, 80 * K)
    case.row("object", "SysV segment 0x00005a17", 0, 32 * M)
    case.row("object", "SysV segment of shmd", 0, 8 * M)
    case.row("object", "secretmem of gpg-agent", 0, 4 * M)
    case.row("kernel", "locked pages without a known owner", 0, 2 * M)
    case.row("residual", "residual", 12 * M, 12 * M)
    return case


def reboot():
    """High, rebooted, captured fresh: a slab cache had leaked, and not all is running again."""
    a = base(taken_us=1790000000000000, uptime_s=1728000)
    b = base(renumber=1001, **REBOOTED)
    a.zone("leaky_conn", 512, 32, 4, 57600, alias=":A-0000512")
    b.zone("leaky_conn", 512, 32, 4, 640, alias=":A-0000512")
    for i, tables in enumerate((20 * M, 4 * M, 2 * M)):
        a.process(901 + i, "postgres", "/usr/lib/postgresql/15/bin/postgres", tables=tables)
    for i, tables in enumerate((1 * M, 8 * M)):
        b.process(2901 + i, "postgres", "/usr/lib/postgresql/15/bin/postgres", tables=tables)
    a.process(950, "bash", unit="/user.slice/user-1000.slice/session-12.scope", tables=128 * K)
    b.process(450, "bash", unit="/user.slice/user-1000.slice/session-2.scope", tables=128 * K)
    a.process(960, "python3.11", script="/opt/job/run.py", tables=1 * M)
    b.process(461, "python3.11", script="/opt/job/run.py", tables=1 * M)
    a.process(970, "agent", "/opt/agent-1.2.3/bin/agent", tables=6 * M)
    b.process(471, "agent", "/opt/agent-1.3.0/bin/agent", tables=2 * M)
    gone = [("cron", 160), ("nginx", 320), ("redis", 480), ("mysqld", 640), ("java", 800),
            ("node", 960), ("ruby", 1120), ("perl", 1280), ("dovecot", 1440), ("exim4", 1600)]
    for i, (name, tables) in enumerate(gone):
        a.process(1000 + i, name, tables=tables * K)
    a.lock(901, 24 * M, kind="shm", obj="shm 0 33 7")
    b.lock(2901, 6 * M, kind="shm", obj="shm 0 33 2")
    a.residual, b.residual = 20 * M, 12 * M
    case = Case("reboot", a, b)
    case.base()
    case.row("zone", "leaky_conn", 900 * M, 10 * M)
    case.row("process", "postgres", 26 * M + 48 * K, 9 * M + 32 * K)
    case.row("process", "bash", 144 * K, 144 * K)
    case.row("process", "python3.11 run.py", 1 * M + 16 * K, 1 * M + 16 * K)
    case.row("process", "agent", 6 * M + 16 * K, 2 * M + 16 * K)
    for name, tables in gone:
        case.row("process", name, tables * K + 16 * K, 0)
    case.row("object", "SysV segment of postgres", 24 * M, 6 * M)
    case.row("residual", "residual", 20 * M, 12 * M)
    return case


def user_against_root():
    """BEFORE by a user, AFTER by root: no row is new or gone because of that."""
    a, b = base(privileged="no"), base(**LATER)
    for m in (a, b):
        m.process(500, "mine", uid=1000, tables=1 * M)
        m.process(501, "vault", tables=1 * M)
    a.lock(500, 16 * M)
    a.rest["locked"] = 32 * M  # of vault, which a user cannot see
    b.lock(500, 24 * M)
    b.lock(501, 32 * M)
    for line in a.processes:
        if line["kernel"] == "no" and line["uid"] == 0:
            line.update(regions_status="denied", fds_status="denied", locked_pss_bytes=None,
                        fds=None, pipes=None, sockets=None, rings=None, regions=None, method=None)
    a.denied = {"proc/slabinfo", "proc/vmallocinfo", "dmesg.txt"}
    a.absent = {"locked.tsv"}
    b.rest["percpu"] = 2 * M
    case = Case("user-against-root", a, b)
    case.row("process", "systemd", 144 * K, 144 * K)
    case.row("process", "sshd", 80 * K, 80 * K)
    case.row("process", "mine", 1 * M + 16 * K + 16 * M, 1 * M + 16 * K + 24 * M)
    case.row("process", "vault", 1 * M + 16 * K, 1 * M + 16 * K)
    case.row("kernel", "locked pages without a known owner", 32 * M, 32 * M)
    case.row("kernel", "stacks of kernel threads", 48 * K, 48 * K)
    case.row("kernel", "slab caches", 6 * M, 6 * M)
    case.row("kernel", "vmalloc memory", 4 * M + 832 * K, 4 * M + 832 * K)
    case.row("kernel", "page tables of the kernel", 256 * K, 256 * K)
    # The first chunk is known to one side only, and the same on the whole boot.
    case.row("kernel", "per-CPU memory", 1 * M, 2 * M)
    case.row("residual", "residual", 12 * M, 12 * M)
    return case


def two_kernels():
    """6.1 against 6.12: only the newer one counts page structs, and its callers have other names."""
    a = base(build="6.1.0-18-amd64 #1 SMP Debian 6.1.76-1")
    b = base(build="6.12.9 #1 SMP PREEMPT_DYNAMIC", **REBOOTED)
    a.unsaid = {"nr_memmap_pages", "GPUActive"}
    b.rest["page structs"] = 64 * M
    a.area("copy_page_range_old", 256)
    b.area("copy_page_range_new", 256)
    b.rest["slab"] += 5 * M
    case = Case("two-kernels", a, b)
    case.base("kmalloc beyond 8 KiB and other slab memory")
    case.row("kernel", "kmalloc beyond 8 KiB and other slab memory", 3 * M, 8 * M)
    case.row("kernel", "vmalloc: copy_page_range_old", 1 * M, 0)
    case.row("kernel", "vmalloc: copy_page_range_new", 0, 1 * M)
    case.row("residual", "residual", 12 * M, 76 * M)
    return case


def hostile_names():
    """Names that a terminal, a table or a parser would obey."""
    names = {
        "esc": "\x1b[31mred\x1b[0m\x1b]0;owned\x07",
        "lines": "two\nlines\tand tab\r",
        "broken": "bad\udcff\udcfe\udcc3",
        "bidi": "evil\u202egpj.exe\u2066",
        "wide": "\u6f22\u5b57" * 100 + "\x02",
        "dash": "-",
        "empty": "",
        "escaped": "\\x1b[31m\\n",
        "quote": "\"';$(reboot)`|<b>&amp;",
    }
    a = base(label=escape("before\x1b[2J" + "l" * 300))
    b = base(label=escape("after\n\u202e"), os=escape("o" * 400 + "\x1b[1m"), **LATER)
    for m in (a, b):
        for i, name in enumerate(names.values()):
            m.process(500 + i, name, "/usr/bin/%d" % i, "/system.slice/%d.service" % i,
                      tables=(1 if m is a else 2 + i) * M)
        m.modules.append(("pi|pe`*", 16384))
        m.area("probe|\x1b[8m", 16 if m is a else 784, "pi|pe`*")
    # The kernel prints these names raw: what is no byte of a word cannot be in them.
    b.zone("slab\x1b[5m|x", 64, 64, 1, 256)
    # Shown, these take more than any buffer has, and are cut in the middle of a character.
    long, longer = "n" * 3900 + "\x01" * 96, "\x01" * 1000 + "\u00e9" * 1000
    b.process(600, long, "/usr/bin/long", "/long", tables=1 * M, pipes=400)
    b.area("probe", 256, longer)
    b.lock(500, 3 * M, kind="file", detail="/tmp/\x1b[7m\n" + "d" * 200)
    b.lock(None, 2 * M, kind="ramfs", obj="ramfs /mnt/\u202e\n|x", method="rss")
    b.group("/evil\n@ cgroup 2 1 \x1b[0m", kernel=4 * M)
    a.group("/", kernel=1 * M)
    a.group("/evil\n@ cgroup 2 1 \x1b[0m", kernel=0)
    b.residual += 40 * M
    case = Case("hostile-names", a, b)
    case.base()
    for i, (key, name) in enumerate(names.items()):
        case.row("process", name or "(no name)", 1 * M + 16 * K, (2 + i) * M + 16 * K + (3 * M if i == 0 else 0))
    case.row("extension", "pi|pe`*", 64 * K, 3136 * K)
    case.row("process", long, 0, 1 * M + 16 * K)
    case.row("extension", longer, 0, 1 * M)
    case.row("zone", "slab\x1b[5m|x", 0, 1 * M)
    case.row("object", "ramfs /mnt/\u202e\n|x", 0, 2 * M)
    case.row("cgroup", "/evil\n@ cgroup 2 1 \x1b[0m", 0, 4 * M)
    case.row("residual", "residual", 12 * M, 48 * M)
    return case


def residual():
    """What no account counts: it grew, and pipes, sockets, a module and a call site with it."""
    a, b = base(), base(**LATER)
    for m, pipes, sockets in ((a, 2, 3), (b, 402, 203)):
        m.process(500, "producer", tables=1 * M, pipes=pipes)
        m.process(501, "sender", tables=1 * M, sockets=sockets)
    b.tcp_pages = 185 + 2560
    b.modules.append(("usbcam", 65536))
    a.sites = [(1 * M, 16, "drivers/media/cam.c:210 [usbcam] func:cam_alloc")]
    b.sites = [(61 * M, 976, "drivers/media/cam.c:210 [usbcam] func:cam_alloc")]
    b.rest["percpu"] += 1 * M
    b.residual = 112 * M
    b.pinned = 2048
    b.skew = {"residual": 1 * M}
    case = Case("residual", a, b)
    case.base("per-CPU memory")
    case.row("process", "producer", 1 * M + 16 * K, 1 * M + 16 * K)
    case.row("process", "sender", 1 * M + 16 * K, 1 * M + 16 * K)
    case.row("kernel", "per-CPU memory", 1 * M, 2 * M)
    case.row("residual", "residual", 12 * M, 112 * M)
    return case


def wrong_order():
    """Two machines with other pages, and AFTER was taken first."""
    a, b = base(), base(machine_id="52" * 32, model="Other Machine", page_bytes=16384,
                        build="6.18.44-arm64 #1 SMP", boot_id="00000000-0000-4000-8000-00000000000c",
                        taken_us=1789999000000000, uptime_s=60)
    b.page = 16 * K
    a.residual, b.residual = 12 * M, 9 * M
    b.rest["percpu"] = 1 * M
    case = Case("wrong-order", a, b)
    for kind, name, size in BASE:  # pages are four times as large there, in what is counted in pages
        larger = 4 if name in ("kmalloc-1k", "task_struct", "vmalloc: alloc_large_system_hash",
                               "ext4", "vmalloc: BPF maps and programs") else 1
        # A first chunk of 53 pages of 4 K is 13 of 16 K here: one page a processor less is taken off.
        more = FIRST_CHUNK - FIRST_CHUNK // 2 // (16 * K) * 2 * 16 * K if "per-CPU" in name else 0
        case.row(kind, name, size, size * larger + more)
    case.row("residual", "residual", 12 * M, 9 * M - (FIRST_CHUNK - 13 * 2 * 16 * K))
    return case


def damaged():
    """BEFORE lost its sources.tsv, and AFTER a part of vmallocinfo on its way."""
    a, b = base(), base(**LATER)
    for m in (a, b):
        m.process(500, "lockerd", tables=1 * M)
        m.lock(500, 16 * M if m is a else 48 * M)
        m.area("probe_one", 128, "zzz_last")
    case = Case("damaged", a, b)
    case.sources = (False, True)
    case.cut = ((), ("proc/vmallocinfo",))
    for kind, name, size in BASE:
        if "vmalloc" not in name and kind != "extension":
            case.row(kind, name, size, size)
    case.row("kernel", "vmalloc memory", 5 * M + 320 * K, 5 * M + 320 * K)
    case.row("process", "lockerd", 1 * M + 16 * K + 16 * M, 1 * M + 16 * K + 48 * M)
    case.row("residual", "residual", 12 * M, 12 * M)
    return case


def truncated():
    """AFTER's locked.tsv and slabinfo were cut: what is missing there is not gone."""
    a, b = base(), base(**LATER)
    for m in (a, b):
        for pid in range(500, 509):
            m.process(pid, "locker%c" % (pid - 500 + 97), tables=64 * K)
            m.lock(pid, 8 * M)
        m.zone("zz_last", 256, 16, 1, 2048)
    case = Case("truncated", a, b)
    case.cut = ((), ("locked.tsv", "proc/slabinfo"))
    for kind, name, size in BASE:
        if kind != "zone" and "slab" not in name:
            case.row(kind, name, size, size)
    case.row("kernel", "slab caches", 14 * M, 14 * M)
    for pid in range(500, 509):
        case.row("process", "locker%c" % (pid - 500 + 97), 80 * K + 8 * M, 80 * K + 8 * M)
    case.row("residual", "residual", 12 * M, 12 * M)
    return case


def over_claim():
    """More is claimed in an account than the kernel counts; and the residual falls as wired grows."""
    a, b = base(), base(**LATER)
    for m in (a, b):
        m.process(500, "one", tables=1 * M)
        m.process(501, "two", tables=1 * M)
        m.lock(500, 40 * M if m is a else 80 * M)
        m.lock(501, 50 * M if m is a else 80 * M)
    b.overlap = 10 * M
    a.residual, b.residual = 86 * M, 36 * M
    case = Case("over-claim", a, b)
    case.base()
    case.row("process", "one", 1 * M + 16 * K + 40 * M, 1 * M + 16 * K + 80 * M)
    case.row("process", "two", 1 * M + 16 * K + 50 * M, 1 * M + 16 * K + 80 * M)
    case.row("kernel", "locked, counted more than once", 0, -10 * M)
    case.row("residual", "residual", 86 * M, 36 * M)
    return case


def bpf_map(pid, fd, kind, entries, size, ident, flags=0):
    return (pid, fd, "anon_inode:bpf-map",
            "pos:\t0\nflags:\t02000002\nmap_type:\t%d\nkey_size:\t4\nvalue_size:\t8\n"
            "max_entries:\t%d\nmap_flags:\t0x%x\nmap_extra:\t0x0\nmemlock:\t%d\nmap_id:\t%d\n"
            "frozen:\t0\n" % (kind, entries, flags, size, ident))


def bpf_and_rings():
    """Memory behind descriptors: in vmalloc, or taken page by page; of one program, or of two."""
    a, b = base(), base(**LATER)
    for m in (a, b):
        m.process(500, "collector", tables=1 * M)
        m.process(501, "tracer", tables=1 * M)
        m.process(502, "reader", tables=1 * M)
        m.process(503, "uringd", tables=1 * M, rings=1 if m is b else 0)
        m.process(504, "compositor", tables=1 * M)
    b.area("bpf_map_area_alloc", 16385)
    b.area("array_map_alloc", 16385)
    b.fds = [
        bpf_map(500, 4, 2, 8 * M, 64 * M, 17),
        bpf_map(500, 5, 2, 8 * M, 64 * M, 17),          # the same map again
        bpf_map(500, 6, 1, 1000, 8 * M, 20, flags=1),   # not preallocated: its elements are slab
        bpf_map(500, 7, 2, 100, 4 * K, 21),             # small: from kmalloc
        bpf_map(501, 4, 27, 8 * M, 8 * M, 18),
        bpf_map(501, 5, 27, 4 * M, 4 * M, 19),
        bpf_map(502, 4, 27, 4 * M, 4 * M, 19),          # shared by two programs
        (503, 4, "anon_inode:[io_uring]", "pos:\t0\nSqMask:\t0xfff\nSqHead:\t0\nSqTail:\t0\n"
         "CqMask:\t0x1fff\nCqHead:\t0\nCqTail:\t0\n"),
        (504, 4, "/dmabuf:", "pos:\t0\nsize:\t16777216\ncount:\t2\nexp_name:\tsystem\nino:\t77\n"),
        (504, 5, "/dmabuf:", "pos:\t0\nsize:\t33554432\ncount:\t2\nexp_name:\tudmabuf\nino:\t78\n"),
    ]
    b.residual = 12 * M + 8 * M + 4 * M + 512 * K + 16 * M + 2 * M
    case = Case("bpf-and-rings", a, b)
    case.base("vmalloc: BPF maps and programs")
    case.row("process", "collector", 1 * M + 16 * K, 1 * M + 16 * K + 64 * M)
    # A ring buffer: its data and three pages; the table of its pages is vmalloc.
    case.row("process", "tracer", 1 * M + 16 * K, 1 * M + 16 * K + 8 * M + 12 * K)
    case.row("process", "reader", 1 * M + 16 * K, 1 * M + 16 * K)
    case.row("process", "uringd", 1 * M + 16 * K, 1 * M + 16 * K + 512 * K)
    case.row("process", "compositor", 1 * M + 16 * K, 1 * M + 16 * K + 16 * M)
    case.row("object", "BPF ringbuf of 4194304 entries, shared", 0, 4 * M + 12 * K)
    case.row("kernel", "vmalloc: BPF maps and programs", 64 * K, 64 * K + 2 * 16385 * 4 * K - 64 * M)
    case.row("residual", "residual", 12 * M, 14 * M - 2 * 12 * K)
    return case


def cgroups():
    """Kernel memory of control groups beyond what other accounts count; groups in groups."""
    a, b = base(), base(**LATER)
    ident = "4f5e0a1b2c3d4e5f4f5e0a1b2c3d4e5f"
    for m in (a, b):
        big = m is b
        m.process(500, "db", unit="/system.slice/db.service", tables=1 * M, rings=int(big))
        m.process(600, "app", unit="/docker/" + ident, tables=1 * M)
        m.group("/", kernel=900 * M)
        m.group("/system.slice", kernel=(40 if big else 12) * M, kernel_stack=2 * M,
                pagetables=4 * M, percpu=0, vmalloc=0, slab=(10 if big else 2) * M)
        m.group("/system.slice/db.service", kernel=(30 if big else 6) * M, kernel_stack=1 * M,
                pagetables=3 * M, percpu=0, vmalloc=0, slab=(8 if big else 0) * M)
        m.group("/docker/" + ident, kernel=(28 if big else 5) * M, kernel_stack=1 * M,
                pagetables=1 * M, percpu=1 * M, vmalloc=1 * M, slab=1 * M,
                zswap=(8 if big else 0) * M)
    b.fds = [(500, 4, "anon_inode:[io_uring]", "SqMask:\t0xfff\nCqMask:\t0x1fff\n")]
    # Of db.service 2 -> 18, of system.slice itself 2 -> 6, of docker 0 -> 15.
    a.residual, b.residual = 12 * M + 4 * M, 12 * M + 24 * M + 15 * M
    case = Case("cgroups", a, b)
    case.base()
    case.row("process", "db", 1 * M + 16 * K, 1 * M + 16 * K + 512 * K)
    case.row("process", "app", 1 * M + 16 * K, 1 * M + 16 * K)
    case.row("cgroup", "/system.slice", 2 * M, 6 * M)
    case.row("cgroup", "/system.slice/db.service", 2 * M, 18 * M - 512 * K)
    case.row("cgroup", "/docker/*", 0, 15 * M)
    case.row("residual", "residual", 12 * M, 12 * M)
    return case


def nothing():
    """The same capture twice."""
    case = Case("nothing", base(), base())
    case.base()
    case.row("residual", "residual", 12 * M, 12 * M)
    return case


def main():
    makers = [locked, reboot, user_against_root, two_kernels, hostile_names, residual, wrong_order,
              damaged, truncated, over_claim, bpf_and_rings, cgroups, nothing]
    for make in makers:
        make().write()


if __name__ == "__main__":
    main()
