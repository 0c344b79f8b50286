"""What Apple's tools print of processes: ps, top, taskinfo; and the report of an old panic."""
from apple import kernel_version, vm_pages
from chance import Chance
from releases import K


def users(uid):
    return {0: "root", 88: "_windowserver", 501: "sample"}[uid]


def listed(capture):
    return sorted(capture.books.processes, key=capture.pid)


def ps(capture):
    lines = ["USER              UID   PID  PPID  %CPU %MEM PRI NI      VSZ    RSS WCHAN    TT  "
             "STAT STARTED      TIME COMMAND"]
    for process in listed(capture):
        if process.kernel:
            continue
        pick = Chance("ps", process.key, capture.taken_s)
        started = capture.boot.starts[process.key] // 1000000
        form = "{hour}:%M%p" if capture.taken_s - started < 86400 else "%d%b%y"
        lines.append("%-16s %4d %5d %5d %5.1f %4.1f  31  0 %8d %6d -        ??  Ss   %7s "
                     "%3d:%02d.%02d %s" % (
            users(process.uid), process.uid, capture.pid(process), 1, pick.below(30) / 10,
            process.resident * 1000 // capture.books.memory_bytes / 10, process.virtual // K,
            process.resident // K, capture.time(form, started), pick.below(90),
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


TOP_COLUMNS = ("PID    COMMAND          %CPU TIME     #TH    #WQ  #PORTS  MEM    PURG   CMPRS  "
               "PGRP  PPID  STATE    BOOSTS           %CPU_ME %CPU_OTHRS UID  FAULTS     COW     "
               "MSGSENT     "
               "MSGRECV     SYSBSD      SYSMACH     CSW         PAGEINS IDLEW    POWER INSTRS      "
               "CYCLES      USER             #MREGS RPRVT  VPRVT  VSIZE  KPRVT  KSHRD")


def top_line(capture, process, first):
    pick, pid = Chance("top", process.key, capture.taken_s), capture.pid(process)
    zero = (lambda value: value) if first else (lambda value: 0)
    return ("%-6d %-16.16s %-4s %02d:%02d.%02d %-6s %-4d %-7s %-6s 0B     0B     %-5d %-5d "
            "sleeping *0[%d]            0.00000 0.00000    %-4d %-10d %-7d %-11d %-11d %-11d "
            "%-11d %-11d %-7d %-8d 0.0   0           0           %-16s %-6s %-6s N/A    %-6s N/A    N/A" % (
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
            phys_mem(capture),
            "VM: 1904G vsize, 1311M framework vsize, 0(0) swapins, 0(0) swapouts.",
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
            "run time: %d s" % max(
                capture.taken_s - capture.boot.starts[process.key] // 1000000, 0),
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


# ---- an old panic -------------------------------------------------------------------------------

def panic(capture, zone, full_zone, size, elements, victim):
    return """*** Panic Report ***
panic(cpu 2 caller 0xffffff801c5b1a2d): "zalloc: zone map exhausted while allocating from zone %s, \
likely due to memory leak in zone %s (%d total bytes, %d elements allocated)"@/BuildRoot/Library/\
Caches/com.apple.xbs/Sources/xnu/xnu-%s/osfmk/kern/zalloc.c:3628
Backtrace (CPU 2), Frame : Return Address
0xffffff83a1c5b8f0 : 0xffffff801c4ae6d9 mach_kernel : _handle_debugger_trap + 0x499
0xffffff83a1c5b940 : 0xffffff801c5e4a3f mach_kernel : _kdp_i386_trap + 0x15f
      Kernel Extensions in backtrace:
         com.apple.filesystems.apfs(1412.141.1)[0F1E8D21-33B9-3E7E-92DD-B020B0A29F96]\
@0xffffff7f9f0f0000->0xffffff7f9f213fff

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
