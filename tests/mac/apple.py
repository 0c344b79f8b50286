"""What Apple's tools print of the machine as a whole: vm_stat, kextstat, sysctl and the like."""
from dataclasses import dataclass

import names
from capture import KERNEL_UUID
from chance import Chance

# ---- vm_stat ------------------------------------------------------------------------------------


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
    ("cmprssor", 8, "compressor"), ("dcomprs", 8, "+decompressions"),
    ("comprs", 8, "+compressions"),
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


# ---- kextstat, systemextensionsctl, ls ----------------------------------------------------------

@dataclass
class Loaded:
    """An extension as this boot has numbered and placed it."""
    extension: object
    tag: int
    refs: int
    address: int
    uuid: str
    linked: list


def loaded(capture):
    """All extensions, by load tag."""
    books, boot = capture.books, capture.boot
    slide = boot.kernel_slide(books.arch)
    base = 0xFFFFFE0007C00000 if books.arch == "arm64" else 0xFFFFFF7F80A00000
    kpi = [boot.load_tags["com.apple.kpi." + name] for name in names.KPI
           if "com.apple.kpi." + name in boot.load_tags]
    for extension in sorted(books.extensions, key=lambda one: boot.load_tags[one.bundle]):
        pick = Chance("kext", extension.bundle)
        base += extension.image_bytes + 0x1000 * pick.below(9)
        linked = sorted(set(pick.some(kpi, pick.between(2, 6))), reverse=True)
        linked = linked if extension.image_bytes else []
        yield Loaded(extension, boot.load_tags[extension.bundle],
                     pick.below(4 if extension.image_bytes else 60),
                     base + slide if extension.image_bytes else 0, pick.uuid(), linked)


def kextstat(capture, by_name=False):
    """by_name: as somebody sees it who calls kextstat, where that has become another tool."""
    darwin = capture.books.release.darwin
    lines = []
    if by_name and darwin >= 20:
        lines += ["Executing: /usr/bin/kmutil showloaded",
                  "No variant specified, falling back to release"]
    lines.append("Index Refs Address            Size       Wired      Name (Version) UUID "
                 "<Linked Against>")
    for one in loaded(capture):
        image = one.extension.image_bytes
        told = image and (capture.root or darwin < 20)
        place = ["0x%x" % one.address if told else "0"] + ["0x%x" % image if image else "0"] * 2
        linked = "<%s>" % " ".join(map(str, one.linked)) if one.linked or darwin >= 20 else ""
        lines.append(("%5d %4d %-18s %-10s %-10s %s (%s) %s %s" % (
            one.tag, one.refs, *place, one.extension.bundle, one.extension.version, one.uuid,
            linked)).rstrip())
    return "\n".join(lines) + "\n"


def system_extensions(capture):
    if capture.books.release.darwin < 19:
        return "0 extension(s)\n"
    return ("1 extension(s)\n--- com.apple.system_extension.network_extension\n"
            "enabled\tactive\tteamID\tbundleID (version)\tname\t[state]\n"
            "*\t*\tWR6D8S2K9J\tcom.windrow.syncwell.tunnel (3.4/340)\tSyncwell Tunnel\t"
            "[activated enabled]\n")


def has_swapped(capture):
    return capture.uptime_s >= 86400


def swap_files(capture):
    return "total 0\n" if not has_swapped(capture) else (
        "total 2097152\n-rw------T  1 root  wheel   1073741824 %s swapfile0\n" %
        capture.time("%b {day:2} %H:%M", capture.boot.started_s + 3600))


PRESSURE = ["kern.memorystatus_vm_pressure_level", "kern.memorystatus_level", "vm.memory_pressure",
            "vm.page_free_wanted", "vm.swap_enabled"]


def pressure(capture):
    values = dict(line.split(": ", 1) for line in sysctl(capture).splitlines())
    return "".join("%s: %s\n" % (name, values[name]) for name in PRESSURE)


def sw_vers(capture):
    name = "Mac OS X" if capture.books.release.darwin < 20 else "macOS"
    return "ProductName:\t%s\nProductVersion:\t%s\nBuildVersion:\t%s\n" % (
        name, capture.books.release.version, capture.books.release.build)


# ---- sysctl -------------------------------------------------------------------------------------

def kernel_version(release, arch):
    return "Darwin Kernel Version %d.4.0: root:xnu-%s~2/RELEASE_%s" % (
        release.darwin, release.xnu, "ARM64_T6030" if arch == "arm64" else "X86_64")


def sysctl(capture):
    books, boot, release = capture.books, capture.boot, capture.books.release
    counts = vm_pages(capture)
    swap = 1024 if has_swapped(capture) else 0
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
            boot.started_s, capture.time("%a %b {day:2} %H:%M:%S %Y", boot.started_s)),
        "kern.nisdomainname: ", "kern.maxfilesperproc: 122880", "kern.maxprocperuid: 4000",
        "kern.ipc.maxsockbuf: 8388608", "kern.ipc.nmbclusters: 131072",
        "kern.usrstack: -454569984", "kern.netboot: 0", "kern.sysv.shmmax: 4194304",
        "kern.osversion: " + release.build, "kern.osproductversion: " + release.version,
        "kern.safeboot: 0", "kern.stack_size: 16384", "kern.stack_depth_max: 0",
        "kern.bootsessionuuid: " + boot.id, "kern.uuid: " + KERNEL_UUID,
        "kern.num_tasks: 6000", "kern.num_threads: 30000", "kern.num_taskthreads: 6000",
        "kern.memorystatus_vm_pressure_level: 1", "kern.memorystatus_level: 71",
        "kern.sched: %s" % ("edge" if books.arch == "arm64" else "dualq"),
        "vm.loadavg: { 2.33 2.95 3.06 }",
        "vm.swapusage: total = %d.00M  used = %d.00M  free = %d.00M  (encrypted)" % (
            swap, swap // 2, swap - swap // 2),
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
    lines += ["security.mac.sandbox.sentinel: .sb-sample",
              "security.mac.amfi.developer_mode_status: 0"]
    return "\n".join(lines) + "\n"
