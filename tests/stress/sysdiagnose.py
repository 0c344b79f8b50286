#!/usr/bin/env python3
"""How near wirediff is to its floor on a pair of archives laid out like Apple's sysdiagnose, of
2,000 files and 1.5 GB each: against reading the same two archives through libarchive into nothing,
side by side in one run.

usage: sysdiagnose.py PROGRAMS [RUNS [FOLDER]]

PROGRAMS is the folder of wirediff and floor. With FOLDER the archives are kept there, and used
again.
Machines are noisy: only the ratios, pair by pair, are worth quoting, and where others are at work
only that of the CPU. Nothing is asserted.
"""

import concurrent.futures
import io
import os
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

FILES = 2000
BYTES = 1_500_000_000
MIB = 1 << 20
PAGE = 16384
FOLDERS = ("logs/system", "logs/install", "crashes_and_spins", "WiFi", "ioreg", "microstackshots",
           "system_logs.logarchive/Persist", "system_logs.logarchive/Special", "Preferences", "")
LETTERS = "etaoinshrdlucmfwypvbgkqjxz"


def word(rng):
    return "".join(rng.choices(LETTERS, weights=range(26, 0, -1), k=rng.randint(4, 11)))


def falling(count, steepness=1.0):
    """Weights: a few are met often, most of them rarely."""
    return [(i + 1) ** -steepness for i in range(count)]


class Log:
    """Text of a log, of which gzip leaves about a fifth."""

    def __init__(self, rng):
        self.rng = rng
        self.words = [word(rng) for _ in range(400)]
        self.phrases = [" ".join(rng.choices(self.words, falling(400), k=rng.randint(4, 9)))
                        for _ in range(300)]
        self.pool = b"".join(self.block() for _ in range(24))

    def block(self):
        lines, size, us = [], 0, self.rng.randrange(10 ** 6)
        while size < MIB:
            us += self.rng.randrange(4000)
            lines.append("2026-03-07 11:%02d:%02d.%06d+0100 0x%05x %s[%d] <%s>: %s %d\n" %
                         (us // 60_000_000 % 60, us // 1_000_000 % 60, us % 1_000_000,
                          self.rng.randrange(4096) * 16,
                          self.rng.choices(self.words, falling(400))[0], self.rng.randrange(300),
                          self.rng.choice(("Notice", "Error")),
                          self.rng.choices(self.phrases, falling(300, 0.7))[0],
                          self.rng.randrange(1000)))
            size += len(lines[-1])
        return "".join(lines).encode()

    def text(self, size):
        start = self.rng.randrange(len(self.pool))
        times = 1 + (start + size) // len(self.pool)
        return (self.pool * times)[start:start + size]


# ---- what wirediff reads of it ----

def vm_stat(rng, wired):
    names = ("free active specul inactive throttle wired prgable faults copy 0fill reactive purged "
             "file-backed anonymous cmprssed cmprssor dcomprs comprs pageins pageout swapins "
             "swapouts").split()
    text = "Mach Virtual Memory Statistics: (page size of %d bytes)\n" % PAGE
    text += " ".join("%8s" % name for name in names) + "\n"
    for _ in range(50):
        row = [rng.randrange(200_000) for _ in names]
        row[5] = wired // PAGE
        text += " ".join("%8d" % number for number in row) + " \n"
    return text


def zprint(rng, grown):
    head = ("                            elem         cur         max        cur         max"
            "         cur  alloc  alloc\n"
            "zone name                   size        size        size      #elts       #elts"
            "       inuse   size  count\n" + "-" * 109 + "\n")
    rows = [("data.kalloc.1024", 1024, 200 * MIB + grown)]
    rows += [("%s.%s" % (word(rng)[:8], word(rng)[:12]), 16 * rng.randrange(1, 200),
              PAGE * rng.randrange(4, 200)) for _ in range(700)]
    return head + "".join("%-25s%7d%11dK%12s%11d%12s%12d%6dK%7d\n" %
                          (name, elem, size // 1024, "----", size // elem, "----",
                           size // elem * 9 // 10, 16, PAGE // elem) for name, elem, size in rows)


def kextstat(rng):
    text = "Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n"
    for i in range(1, 260):
        size = PAGE * rng.randrange(1, 40)
        text += "%5d %4d %-18s %-10s %-10s com.example.driver.%s (%d.%d.0) %032X <%s>\n" % (
            i, rng.randrange(90), hex(0xfffffe0007000000 + i * 0x100000), hex(size), hex(size),
            word(rng), rng.randrange(9), rng.randrange(99), rng.getrandbits(128),
            " ".join(str(j) for j in range(min(i, 9), 0, -1)))
    return text


def processes(rng):
    return [(pid, word(rng)) for pid in sorted(rng.sample(range(2, 90_000), 600))]


def ps(rng, pids):
    text = ("USER               UID   PID  PPID  %CPU %MEM PRI NI      VSZ    RSS WCHAN    TT  STAT "
            "STARTED      TIME COMMAND\n")
    for pid, name in pids:
        text += "root                 0 %5d     1   0.%d  0.%d  31  0 %8d %6d -        ??  Ss    9:14AM" \
                "   0:%02d.%02d /usr/libexec/%s\n" % (
                    pid, rng.randrange(9), rng.randrange(9), 408_000_000 + rng.randrange(10 ** 6),
                    rng.randrange(900_000), rng.randrange(60), rng.randrange(100), name)
    return text


def top(rng, pids):
    text = ""
    for sample in range(9):
        text += ("Processes: %d total, 2 running, 598 sleeping, 2756 threads \n"
                 "2026/03/07 11:24:%02d\n"
                 "PhysMem: 31G used (4924M wired, 1596M compressor), 356M unused.\n\n"
                 "PID    COMMAND          %%CPU TIME     #TH   #WQ  #PORTS MEM    PURG   CMPRS  PGRP"
                 "  PPID  STATE\n" % (len(pids), 30 + sample))
        for pid, name in pids:
            text += "%-6d %-16s 0.0  00:%02d.11 %-5d %-4d %-6d %dK 0B 0B %-5d 1 sleeping\n" % (
                pid, name, rng.randrange(60), rng.randrange(1, 30), rng.randrange(4),
                rng.randrange(20, 900), rng.randrange(100, 90_000), pid)
    return text


def taskinfo(rng, pids):
    text = ""
    for pid, name in pids:
        text += ('process: "%s" [%d] [unique ID: %d]\narchitecture: arm64\n'
                 "virtual bytes: 389.04 GB; phys_footprint bytes: %d.00 kB; phys_footprint "
                 "lifetime maximum bytes: 60.86 MB\n" %
                 (name, pid, pid + 7, rng.randrange(9000)))
        text += "".join("\tthread ID: 0x%x / %d\n\t\tuser/system time: 0.%06d s\n" %
                        (rng.randrange(9999), rng.randrange(9999), rng.randrange(10 ** 6))
                        for _ in range(rng.randrange(2, 40)))
        text += "\n"
    return text


def sysctl(rng):
    text = ("kern.ostype: Darwin\nkern.osrelease: 24.4.0\nkern.osversion: 24Z310\n"
            "kern.osproductversion: 15.4\nkern.boottime: { sec = 1772700000, usec = 4711 } "
            "Thu Mar  5 09:40:00 2026\nhw.memsize: 34359738368\nhw.pagesize: 16384\n"
            "hw.model: MacBookPro99,9\n"
            "vm.swapusage: total = 2048.00M  used = 990.81M  free = 1057.19M  (encrypted)\n")
    return text + "".join("%s.%s.%s: %d\n" % (rng.choice(("debug", "kern", "net")), word(rng),
                                              word(rng), rng.randrange(10 ** 6))
                          for _ in range(1500))


def known_members(rng, after):
    pids = processes(rng)
    grown = 1200 * MIB * after
    return {
        "sw_vers.txt": "ProductName:\t\tmacOS\nProductVersion:\t\t15.4\nBuildVersion:\t\t24Z310\n",
        "sysctl.txt": sysctl(rng), "vm_stat.txt": vm_stat(rng, 4000 * MIB + grown),
        "zprint.txt": zprint(rng, grown), "kextstat.txt": kextstat(rng), "ps.txt": ps(rng, pids),
        "top.txt": top(rng, pids), "taskinfo.txt": taskinfo(rng, pids)}


# ---- the archives ----

def add(archive, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mtime = 1772880000
    archive.addfile(entry, io.BytesIO(content))


def strangers(rng, count, total):
    """Names and sizes: a few are large."""
    sizes = [rng.lognormvariate(0, 1.6) for _ in range(count)]
    scale = total / sum(sizes)
    return [("%s/file-%04d.txt" % (rng.choice(FOLDERS), i)).lstrip("/") for i in range(count)], \
           [int(size * scale) for size in sizes]


def make(folder, after):
    """One archive; its first member that wirediff reads comes late."""
    top_folder = "sysdiagnose_2026.03.07_11-%02d-31+0100_macOS_MacBookPro99-9_24Z310" % (24 + after)
    path = os.path.join(folder, top_folder + ".tar.gz")
    if os.path.exists(path):
        return path
    rng = random.Random(4711 + after)
    log = Log(rng)
    known = sorted(known_members(random.Random(815), after).items())
    names, sizes = strangers(rng, FILES - len(known),
                             BYTES - sum(len(text) for _, text in known))
    with tarfile.open(path + ".part", "w:gz", compresslevel=6) as archive:
        for i, (name, size) in enumerate(zip(names, sizes)):
            add(archive, top_folder + "/" + name, log.text(size))
            if i >= 1200 and i % 80 == 0 and known:
                member, text = known.pop()
                add(archive, top_folder + "/" + member, text.encode())
    assert not known
    os.rename(path + ".part", path)
    return path


# ---- the race ----

class Run:
    def __init__(self, command):
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.said = process.stderr.read().decode(errors="replace").strip()
        _, status, usage = os.wait4(process.pid, 0)
        process.stderr.close()
        process.returncode = self.status = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss * 1024


def compare(what, took, least):
    ratios = [a / b for a, b in zip(took, least)]
    print("%s: wirediff %6.3f s, floor %6.3f s, ratio %.2f (%.2f to %.2f) over %d runs" %
          (what, statistics.median(took), statistics.median(least), statistics.median(ratios),
           min(ratios), max(ratios), len(ratios)))


def race(programs, archives, runs):
    ours, floors = [], []
    for path in archives:
        with open(path, "rb") as file:  # into the page cache
            while file.read(MIB):
                pass
    for _ in range(runs):
        ours.append(Run([os.path.join(programs, "wirediff")] + archives))
        floors.append(Run([os.path.join(programs, "floor")] + archives))
    for run in ours + floors:
        if run.status != 0:
            sys.exit("exit status %d: %s" % (run.status, run.said))
    compare("elapsed", [run.wall for run in ours], [run.wall for run in floors])
    compare("CPU    ", [run.cpu for run in ours], [run.cpu for run in floors])
    print("most memory: at most %.1f MiB" % (max(run.peak for run in ours) / MIB))


def main():
    programs = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as temporary:
        folder = sys.argv[3] if len(sys.argv) > 3 else temporary
        os.makedirs(folder, exist_ok=True)
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            archives = list(pool.map(make, [folder] * 2, range(2)))
        for path in archives:
            print("%s: %.0f MB" % (os.path.basename(path), os.path.getsize(path) / 1e6))
        race(programs, archives, runs)


if __name__ == "__main__":
    main()
