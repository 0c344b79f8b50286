"""What Apple's own tools print, release by release: the text members of our bundles, and all of a
sysdiagnose."""
import names
from boot import named_accounts
from chance import Chance
from releases import G, K, M, ZONE, counters_of, privilege

# ---- vm_stat -------------------------------------------------------------------------------------


def vm_pages(capture):
    """The counters of host_statistics64 that vm_stat prints, in kernel pages."""
    books, pick = capture.books, Chance("vm", capture.boot.id, capture.taken_s)
    page = books.page
    total = (books.memory_bytes - books.boot_stolen) // page
    wired = books.wire_count() // page
    compressor = books.compressor_bytes // page
    rest = total - wired - compressor
    free, speculative = rest * pick.between(4, 9) // 100, rest * pick.between(1, 3) // 100
    active = rest * pick.between(42, 46) // 100
    inactive = rest - free - speculative - active
    hours = capture.uptime_s // 600 + 1
    return {
        "free": free, "active": active, "inactive": inactive, "speculative": speculative,
        "throttled": 0, "wired": wired, "purgeable": active // 37, "faults": 2118000 * hours,
        "copies": 91000 * hours, "zero": 1190000 * hours, "reactivated": 3100 * hours,
        "purged": 2900 * hours, "file": inactive * 3 // 4, "anonymous": active + inactive // 4,
        "stored": compressor * 3, "compressor": compressor, "decompressions": 8800 * hours,
        "compressions": 12400 * hours, "pageins": 51000 * hours, "pageouts": 410 * hours,
        "swapins": 0, "swapouts": 0}


VM_LABELS = [
    ("Pages free:", "free"), ("Pages active:", "active"), ("Pages inactive:", "inactive"),
    ("Pages speculative:", "speculative"), ("Pages throttled:", "throttled"),
    ("Pages wired down:", "wired"), ("Pages purgeable:", "purgeable"),
    ("\"Translation faults\":", "faults"), ("Pages copy-on-write:", "copies"),
    ("Pages zero filled:", "zero"), ("Pages reactivated:", "reactivated"),
    ("Pages purged:", "purged"), ("File-backed pages:", "file"), ("Anonymous pages:", "anonymous"),
    ("Pages stored in compressor:", "stored"), ("Pages occupied by compressor:", "compressor"),
    ("Decompressions:", "decompressions"), ("Compressions:", "compressions"),
    ("Pageins:", "pageins"), ("Pageouts:", "pageouts"), ("Swapins:", "swapins"),
    ("Swapouts:", "swapouts")]

# Column, width, counter; "+": counted since the line before.
VM_COLUMNS = [
    ("free", 8, "free"), ("active", 8, "active"), ("specul", 8, "speculative"),
    ("inactive", 8, "inactive"), ("throttle", 8, "throttled"), ("wired", 8, "wired"),
    ("prgable", 8, "purgeable"), ("faults", 8, "+faults"), ("copy", 8, "+copies"),
    ("0fill", 8, "+zero"), ("reactive", 8, "+reactivated"), ("purged", 8, "+purged"),
    ("file-backed", 11, "file"), ("anonymous", 9, "anonymous"), ("cmprssed", 8, "stored"),
    ("cmprssor", 8, "compressor"), ("dcomprs", 8, "+decompressions"), ("comprs", 8, "+compressions"),
    ("pageins", 8, "+pageins"), ("pageout", 8, "+pageouts"), ("swapins", 8, "+swapins"),
    ("swapouts", 8, "+swapouts")]


def vm_header(capture):
    return "Mach Virtual Memory Statistics: (page size of %d bytes)\n" % capture.books.page


def vm_stat(capture):
    counts = vm_pages(capture)
    return vm_header(capture) + "".join("%-30s %16d.\n" % (label, counts[name])
                                        for label, name in VM_LABELS)


def thousands(number, width):
    """Too wide for its column: in thousands, and these are 1000."""
    for unit in ("", "K", "M", "G"):
        if len("%d%s" % (number, unit)) <= width:
            return "%d%s" % (number, unit)
        number //= 1000
    return "%d" % number


def vm_stat_columnar(capture, lines=50):
    """vm_stat -c 50 0.2: levels, and events since boot in the first line after each header."""
    counts, pick = vm_pages(capture), Chance("columns", capture.boot.id, capture.taken_s)
    header = " ".join(name.rjust(width) for name, width, _ in VM_COLUMNS) + "\n"
    out, wired = vm_header(capture), counts["wired"]
    for n in range(lines):
        if n % 21 == 0:
            out += header
        fields = []
        for _, width, name in VM_COLUMNS:
            if name.startswith("+"):
                value = counts[name[1:]] + 40 * n if n % 21 == 0 else pick.below(900)
            else:
                value = counts[name] + (pick.below(60) if n and name in ("active", "file") else 0)
            if name == "wired" and n > 0:
                wired += pick.below(31) - 15 + (32768 if n == 2 else 0)
                value = wired
            fields.append(thousands(value, width).rjust(width))
        out += " ".join(fields) + " \n"
    return out


# ---- kextstat, systemextensionsctl, ls ------------------------------------------------------------

def kextstat(capture):
    books, boot, darwin = capture.books, capture.boot, capture.books.release.darwin
    lines = []
    if darwin >= 20:
        lines += ["Executing: /usr/bin/kmutil showloaded",
                  "No variant specified, falling back to release"]
    lines.append("Index Refs Address            Size       Wired      Name (Version) UUID "
                 "<Linked Against>")
    slide = boot.kernel_slide(books.arch)
    base = 0xFFFFFE0007C00000 if books.arch == "arm64" else 0xFFFFFF7F80A00000
    kpi = [boot.load_tags["com.apple.kpi." + name] for name in names.KPI
           if "com.apple.kpi." + name in boot.load_tags]
    for extension in sorted(books.extensions, key=lambda one: boot.load_tags[one.bundle]):
        pick = Chance("kext", extension.bundle)
        tag = boot.load_tags[extension.bundle]
        base += extension.image_bytes + 0x1000 * pick.below(9)
        if extension.image_bytes and (capture.root or darwin < 20):
            place = ["0x%x" % (base + slide)] + ["0x%x" % extension.image_bytes] * 2
        elif extension.image_bytes:
            place = ["0"] + ["0x%x" % extension.image_bytes] * 2
        else:
            place = ["0", "0", "0"]
        linked = sorted(set(pick.some(kpi, pick.between(2, 6))), reverse=True)
        linked = "<%s>" % " ".join(map(str, linked)) if extension.image_bytes else (
            "<>" if darwin >= 20 else "")
        lines.append(("%5d %4d %-18s %-10s %-10s %s (%s) %s %s" % (
            tag, pick.below(60) if not extension.image_bytes else pick.below(4), *place,
            extension.bundle, extension.version, pick.uuid(), linked)).rstrip())
    return "\n".join(lines) + "\n"


def system_extensions(capture):
    if capture.books.release.darwin < 19:
        return "0 extension(s)\n"
    return ("1 extension(s)\n--- com.apple.system_extension.network_extension\n"
            "enabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n"
            "*\t*\tWR6D8S2K9J\tcom.windrow.syncwell.tunnel (3.4/340)\tSyncwell Tunnel\t"
            "[activated enabled]\n")


def swap_files(capture):
    return "total 0\n" if capture.uptime_s < 86400 else (
        "total 2097152\n-rw------T  1 root  wheel  1073741824 %s swapfile0\n" %
        capture.time("%b %e %H:%M", capture.boot.started_s + 3600).replace("  ", " "))


def sw_vers(capture):
    name = "Mac OS X" if capture.books.release.darwin < 20 else "macOS"
    return "ProductName:\t%s\nProductVersion:\t%s\nBuildVersion:\t%s\n" % (
        name, capture.books.release.version, capture.books.release.build)


# ---- sysctl --------------------------------------------------------------------------------------

def kernel_version(release, arch):
    return "Darwin Kernel Version %d.4.0: root:xnu-%s~2/RELEASE_%s" % (
        release.darwin, release.xnu, "ARM64_T6030" if arch == "arm64" else "X86_64")


def sysctl(capture):
    books, boot, release = capture.books, capture.boot, capture.books.release
    counts = vm_pages(capture)
    swap = 1024 if capture.uptime_s >= 86400 else 0
    lines = [
        "user.cs_path: /usr/bin:/bin:/usr/sbin:/sbin", "kern.ostype: Darwin",
        "kern.osrelease: %d.4.0" % release.darwin, "kern.osrevision: 199506",
        "kern.version: " + kernel_version(release, books.arch), "kern.maxvnodes: 263168",
        "kern.maxproc: 6000", "kern.maxfiles: 245760", "kern.argmax: 1048576",
        "kern.securelevel: 0", "kern.hostname: sample.local", "kern.hostid: 0",
        "kern.clockrate: { hz = 100, tick = 10000, tickadj = 0, profhz = 100, stathz = 100 }",
        "kern.posix1version: 200112", "kern.ngroups: 16", "kern.job_control: 1",
        "kern.saved_ids: 1",
        "kern.boottime: { sec = %d, usec = 148211 } %s" % (
            boot.started_s, capture.time("%a %b %e %H:%M:%S %Y", boot.started_s)),
        "kern.nisdomainname: ", "kern.maxfilesperproc: 122880", "kern.maxprocperuid: 4000",
        "kern.ipc.maxsockbuf: 8388608", "kern.ipc.nmbclusters: 131072",
        "kern.usrstack: -454569984", "kern.netboot: 0", "kern.sysv.shmmax: 4194304",
        "kern.osversion: " + release.build, "kern.osproductversion: " + release.version,
        "kern.safeboot: 0", "kern.stack_size: 16384", "kern.stack_depth_max: 0",
        "kern.bootsessionuuid: " + boot.id, "kern.uuid: " + "6D1B8A04-53C7-3E19-9A42-0C7F5B3E18D6",
        "kern.num_tasks: 6000", "kern.num_threads: 30000", "kern.num_taskthreads: 6000",
        "kern.memorystatus_vm_pressure_level: 1", "kern.memorystatus_level: 71",
        "kern.sched: %s" % ("edge" if books.arch == "arm64" else "dualq"),
        "vm.loadavg: { 2.33 2.95 3.06 }",
        "vm.swapusage: total = %d.00M  used = %d.50M  free = %d.50M  (encrypted)" % (
            (swap, swap // 2, swap - swap // 2 - 1) if swap else (1, 0, 0)) if swap else
        "vm.swapusage: total = 0.00M  used = 0.00M  free = 0.00M  (encrypted)",
        "vm.cs_force_kill: 0", "vm.memory_pressure: 0",
        "vm.page_free_wanted: 0", "vm.page_free_count: %d" % counts["free"],
        "vm.page_speculative_count: %d" % counts["speculative"],
        "vm.page_purgeable_count: %d" % counts["purgeable"],
        "vm.page_purgeable_wired_count: 0", "vm.pages: %d" % (books.memory_bytes // books.page),
        "vm.global_no_user_wire_amount: 5368709120", "vm.compressor_mode: 4",
        "vm.swap_enabled: 1", "vm.swapfileprefix: /System/Volumes/VM/swapfile",
        "vfs.generic.maxtypenum: 25", "net.local.stream.sendspace: 8192",
        "net.inet.ip.portrange.first: 49152", "net.inet.tcp.sendspace: 131072",
        "debug.bpf_bufsize: 4096", "hw.ncpu: %d" % capture.cpus, "hw.byteorder: 1234",
        "hw.memsize: %d" % books.memory_bytes, "hw.activecpu: %d" % capture.cpus,
        "hw.pagesize: %d" % books.page, "hw.pagesize32: %d" % books.page,
        "hw.cpufamily: 1463508716", "hw.cacheconfig: %d 1 2 0 0 0 0 0 0 0" % capture.cpus,
        "hw.cachesize: %d 65536 4194304 0 0 0 0 0 0 0" % books.memory_bytes,
        "hw.machine: %s" % books.arch, "hw.model: " + capture.model,
        "machdep.cpu.brand_string: a sample of a processor"]
    if release.darwin >= 23:
        lines.append("hw.memsize_usable: %d" % (books.memory_bytes - books.boot_stolen))
    if release.darwin >= 20:
        lines += ["vm.global_user_wire_limit: %d" % (books.memory_bytes * 9 // 10),
                  "vm.user_wire_limit: %d" % (books.memory_bytes * 9 // 10),
                  "vm.add_wire_count_over_global_limit: 0", "vm.add_wire_count_over_user_limit: 0"]
    if books.arch == "arm64":
        lines.append("iogpu.wired_limit_mb: 0")
    lines += ["security.mac.sandbox.sentinel: .sb-sample", "security.mac.amfi.developer_mode_status: 0"]
    return "\n".join(lines) + "\n"


# ---- zprint --------------------------------------------------------------------------------------

DASHES = "-" * 109 + "\n"


def zone_name(name):
    """Blanks are dots, and what is too long is cut."""
    name = name.replace(" ", ".")
    return name if len(name) <= 25 else name[:24] + "$"


def zone_line(name, count, size, zone, hide, wide):
    elements = size // zone.element_bytes
    most = max(size, zone.max_bytes)
    max_text = "-------" if most // K > 9999999 else "%dK" % (most // K)
    fields = [0, "0K", 0, 0, 0, 0] if hide else [
        size // K, max_text, elements, most // zone.element_bytes, zone.alloc_bytes // K,
        zone.alloc_bytes // zone.element_bytes]
    line = "%-25s %6d %10dK %11s %10d %11d %11d %5dK %6d  %s" % (
        zone_name(name), zone.element_bytes, fields[0], fields[1], fields[2], fields[3], count,
        fields[4], fields[5], "C" if not hide else " ")
    if wide:
        total = max(zone.sum_bytes // zone.element_bytes, count)
        line += " %9dK %9dK %14d" % (max(size - count * zone.element_bytes, 0) // K if not hide
                                     else 0, zone.free_bytes // K if not hide else 0, total)
    return line.rstrip() + "\n"


def zone_table(capture, wide):
    import render
    hide = privilege(capture.books.release.darwin, capture.books.arch, capture.root)[1] != "full"
    more = ("       frag       free          total", "       size       size         allocs")
    out = ("                            elem         cur         max        cur         max"
           "         cur  alloc  alloc    %s\n" % (more[0] if wide else "")
           + "zone name                   size        size        size      #elts       #elts"
           "       inuse   size  count    %s\n" % (more[1] if wide else "")
           + "-" * (109 + (38 if wide else 0)) + "\n")
    listed = render.boot_zones(capture)
    for name, count, size, zone in render.redacted(listed) if hide else listed:
        out += zone_line(name, count, size, zone, hide, wide)
    return out


def wired_line(name, kmod, tag, size):
    left = "%-64s%3d" % (name, kmod) if kmod is not None else "%-67s" % name
    return "%s%s %10s  %5s  %9dK\n" % (left, "%12d" % tag if tag is not None else " " * 12, "", "",
                                      size // K)


def wired_rows(capture):
    books, boot = capture.books, capture.boot
    rows = [(name, None, number, size) for number, name, size in books.wired_tags() if size]
    rows += [(extension.bundle, boot.load_tags[extension.bundle],
              boot.tags["kmod", extension.bundle], extension.wired_bytes)
             for extension in books.extensions if extension.wired_bytes]
    rows += [(site.symbol, None, boot.tags["site", site.symbol], site.wired_bytes)
             for site in books.sites]
    rows += [(name, None, boot.tags["named", name], size) for name, size in named_accounts(books)]
    rows += [(name, None, 256 + number, size) for number, name in
             counters_of(books.release.darwin) for size in [
                 {"RESERVED": books.reserved, "STOLEN": books.stolen, "LOPAGE": books.lopage,
                  "BOOT_STOLEN": books.boot_stolen}.get(name.split("COUNT_")[1], 0)] if size]
    return sorted(rows, key=lambda row: (row[0].lower(), row[2]))


def wired_table(capture):
    import render
    books = capture.books
    hide = privilege(books.release.darwin, books.arch, capture.root)[1] != "full"
    zones = 0 if hide else sum(row[2] for row in render.boot_zones(capture))
    rows = wired_rows(capture)
    out = "\n" + DASHES
    out += " " * 63 + "kmod" + "%12s%12s%7s%11s\n" % ("vm", "peak", "", "cur")
    out += "%-65sid%12s%12s%7s%11s\n" % ("wired memory", "tag", "size", "waste", "size")
    out += DASHES
    out += "".join(wired_line(*row) for row in rows if row[3] >= 1024)
    out += wired_line("zones", None, None, zones)
    total = sum(row[3] for row in rows) + zones
    return out + "%-67s%12s%12s%7s %6.2fM of %6.2fM\n" % ("total", "", "", "", total / M,
                                                         books.wired() / M)


def maps_table(capture):
    out = "\n" + DASHES
    out += "%-60s%12s%12s%12s%12s\n" % ("", "", "largest", "peak", "cur")
    out += "%-60s%12s%12s%12s%12s\n" % ("maps", "free", "free", "size", "size")
    out += DASHES
    for name, size in (("VM_KERN_COUNT_MAP_KALLOC", 12 * G), ("VM_KERN_COUNT_MAP_KERNEL", 96 * G),
                       ("VM_KERN_COUNT_MAP_ZONE", 20 * G)):
        out += "%-60s%11dK%11dK%12s%11dK\n" % (name, size // 3 // K, size // 4 // K, "", size // K)
    return out


def view_table(capture):
    out = "\n" + DASHES + "%-65s%14s\n%-65s%14s\n" % ("zone views", "inuse", "zone[view]", "cur")
    out += DASHES
    for zone in capture.books.zones:
        if zone.name.startswith("data.kalloc.") and zone.element_bytes in (64, 1024, 4096):
            out += "%-65s%13dK\n" % (zone.name + "[vfs.namei]",
                                     zone.count * zone.element_bytes // 7 // K)
    return out


def zprint(capture, wide=False):
    """What zprint prints; an error message where the kernel refuses. wide: zprint -t -w."""
    books = capture.books
    tags, _ = privilege(books.release.darwin, books.arch, capture.root)
    if tags == "none":
        return "mach_memory_info: (os/kern) no access (try running as root)\n"
    out = zone_table(capture, wide) + wired_table(capture) + maps_table(capture)
    return out + (view_table(capture) if capture.root and books.release.darwin >= 20 else "")


# ---- ps, top, taskinfo ----------------------------------------------------------------------------

def users(uid):
    return {0: "root", 88: "_windowserver", 501: "sample"}[uid]


def listed(capture):
    return sorted(capture.books.processes, key=capture.pid)


def ps(capture):
    lines = ["USER              UID   PID  PPID  %CPU %MEM PRI NI      VSZ    RSS WCHAN    TT  STAT "
             "STARTED      TIME COMMAND"]
    for process in listed(capture):
        if process.kernel:
            continue
        pick = Chance("ps", process.key, capture.taken_s)
        started = capture.boot.starts[process.key] // 1000000
        form = "%l:%M%p" if capture.taken_s - started < 86400 else "%d%b%y"
        lines.append("%-16s %4d %5d %5d %5.1f %4.1f  31  0 %8d %6d -        ??  Ss   %7s %3d:%02d.%02d %s" % (
            users(process.uid), process.uid, capture.pid(process), 1, pick.below(30) / 10,
            process.resident * 1000 // capture.books.memory_bytes / 10, process.virtual // K,
            process.resident // K, capture.time(form, started).strip(), pick.below(90),
            pick.below(60), pick.below(100), process.path))
    return "\n".join(lines) + "\n"


def short(size):
    """As top prints it: four digits at most, and a unit."""
    for unit in "BKMGT":
        if size < 10000 or unit == "T":
            return "%d%s" % (size, unit)
        size //= K
    return ""


def phys_mem(capture):
    counts, page = vm_pages(capture), capture.books.page
    used = capture.books.memory_bytes - counts["free"] * page
    held = "%s wired" % short(counts["wired"] * page)
    if counts["compressor"]:
        held += ", %s compressor" % short(counts["compressor"] * page)
    return "PhysMem: %s used (%s), %s unused." % (short(used), held, short(counts["free"] * page))


TOP_COLUMNS = ("PID    COMMAND          %CPU TIME     #TH    #WQ  #PORTS  MEM    PURG   CMPRS  PGRP  "
               "PPID  STATE    BOOSTS           %CPU_ME %CPU_OTHRS UID  FAULTS     COW     MSGSENT     "
               "MSGRECV     SYSBSD      SYSMACH     CSW         PAGEINS IDLEW    POWER INSTRS      "
               "CYCLES      USER             #MREGS RPRVT  VPRVT  VSIZE  KPRVT  KSHRD")


def top_line(capture, process, first):
    pick, pid = Chance("top", process.key, capture.taken_s), capture.pid(process)
    zero = (lambda value: value) if first else (lambda value: 0)
    return ("%-6d %-16.16s %-4s %02d:%02d.%02d %-6s %-4d %-7s %-6s 0B     0B     %-5d %-5d sleeping "
            "*0[%d]            0.00000 0.00000    %-4d %-10d %-7d %-11d %-11d %-11d %-11d %-11d "
            "%-7d %-8d 0.0   0           0           %-16s %-6s %-6s N/A    %-6s N/A    N/A" % (
                pid, process.name, "0.0", pick.below(60), pick.below(60), pick.below(100),
                zero(process.threads) or ("0" if not first else process.threads),
                zero(min(process.threads, 2)), zero(process.ports) or "0", short(process.footprint),
                pid, 1 if pid > 1 else 0, zero(pick.below(900)), process.uid,
                zero(pick.below(90000)), zero(pick.below(900)), zero(pick.below(50000)),
                zero(pick.below(50000)), zero(pick.below(900000)), zero(pick.below(900000)),
                zero(pick.below(400000)), zero(pick.below(300)), zero(pick.below(3000)),
                users(process.uid), "N/A" if process.kernel else zero(process.region_count),
                short(process.dirty), short(process.virtual)))


def top(capture, samples=3):
    """top -l9 -d -r, fewer times: what has not changed since the sample before is 0."""
    processes, out = listed(capture), []
    threads = sum(process.threads for process in processes)
    for n in range(samples):
        out += [
            "Processes: %d total, 2 running, %d sleeping, %d threads " % (
                len(processes), len(processes) - 2, threads),
            capture.time("%Y/%m/%d %H:%M:%S", capture.taken_s + 1 + n),
            "Load Avg: 2.33, 2.95, 3.06 ", "CPU usage: 7.14% user, 4.20% sys, 88.65% idle ",
            "SharedLibs: 318M resident, 58M data, 31M linkedit.",
            "MemRegions: %d total, 5120M resident, 171M private, 912M shared." % sum(
                process.region_count for process in processes),
            phys_mem(capture), "VM: 1904G vsize, 1311M framework vsize, 0(0) swapins, 0(0) swapouts.",
            "Networks: packets: 481133/512M in, 210488/61M out.",
            "Disks: 812441/21G read, 402188/19G written.", "", TOP_COLUMNS]
        out += [top_line(capture, process, n == 0) for process in reversed(processes)]
        out.append("")
    return "\n".join(out)


def in_units(size):
    """As taskinfo prints it."""
    if size < K:
        return "%d B" % size
    for unit in ("kB", "MB", "GB", "TB"):
        size /= K
        if size < K:
            break
    return "%.2f %s" % (size, unit)


def taskinfo(capture):
    out = []
    for process in listed(capture):
        pick, pid = Chance("taskinfo", process.key, capture.taken_s), capture.pid(process)
        out += [
            'process: "%s" [%d] [unique ID: %d]' % (process.name, pid,
                                                     capture.boot.unique_ids[process.key]),
            "architecture: x86_64" if capture.books.arch == "x86_64" else "architecture: arm64",
            "coalition (type 0) ID: %d" % (pid + 2), "coalition (type 1) ID: %d" % (pid + 3),
            "suspend count: 0",
            "virtual bytes: %s; phys_footprint bytes: %s; phys_footprint lifetime maximum bytes: %s"
            % (in_units(process.virtual), in_units(process.footprint),
               in_units(process.footprint * 5 // 4)),
            "run time: %d s" % max(capture.taken_s - capture.boot.starts[process.key] // 1000000, 0),
            "user/system time    (current threads): %d.%06d s / 0.%06d s" % (
                pick.below(900), pick.below(1000000), pick.below(1000000)),
            "requested policy", "\treq apptype: TASK_APPTYPE_DAEMON_STANDARD",
            "effective policy", "\teff darwin bg: NO", "imp_donor: NO", "threads:"]
        for n in range(process.threads):
            out += ["thread ID: 0x%x / %d" % (pid * 4096 + n, pid * 4096 + n),
                    "user/system time: 0.%06d s / 0.%06d s" % (pick.below(1000000),
                                                              pick.below(1000000))]
        out.append("")
    return "\n".join(out) + "\n"


# ---- an old panic ----------------------------------------------------------------------------------

def panic(capture, zone, full_zone, size, elements, victim):
    return """*** Panic Report ***
panic(cpu 2 caller 0xffffff801c5b1a2d): "zalloc: zone map exhausted while allocating from zone %s, \
likely due to memory leak in zone %s (%d total bytes, %d elements allocated)"@/BuildRoot/Library/\
Caches/com.apple.xbs/Sources/xnu/xnu-%s/osfmk/kern/zalloc.c:3628
Backtrace (CPU 2), Frame : Return Address
0xffffff83a1c5b8f0 : 0xffffff801c4ae6d9 mach_kernel : _handle_debugger_trap + 0x499
0xffffff83a1c5b940 : 0xffffff801c5e4a3f mach_kernel : _kdp_i386_trap + 0x15f
      Kernel Extensions in backtrace:
         com.apple.filesystems.apfs(1412.141.1)[0F1E8D21-33B9-3E7E-92DD-B020B0A29F96]@0xffffff7f9f0f0000->0xffffff7f9f213fff

BSD process name corresponding to current thread: %s
Boot args: chunklist-security-epoch=0 -chunklist-no-rev2-dev

Mac OS version:
%s

Kernel version:
%s
System model name: %s
System uptime in nanoseconds: 511203991822114
""" % (zone, full_zone, size, elements, capture.books.release.xnu, victim,
       capture.books.release.build,
       kernel_version(capture.books.release, capture.books.arch), capture.model)
