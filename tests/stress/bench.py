#!/usr/bin/env python3
"""How near the programs are to their floors, side by side in one run: wirecap against reading the
same kernel files and throwing them away, wirediff against inflating the same two bundles.

usage: bench.py PROGRAMS [PROCESSES [REGIONS [RUNS]]]

Machines are noisy: only the ratios, pair by pair, are worth quoting. Nothing is asserted.
"""

import glob
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time

SYSTEM = ("meminfo", "vmstat", "zoneinfo", "slabinfo", "vmallocinfo")
OF_A_PROCESS = ("stat", "status", "cgroup", "smaps")
PAUSES_S = 10 * 0.075  # between wirecap's samples: waiting, not work


def read_away(path):
    try:
        with open(path, "rb", buffering=0) as file:
            while file.read(65536):
                pass
    except OSError:
        pass


def read_kernel():
    """What wirecap reads most of, by one thread."""
    for name in SYSTEM:
        read_away("/proc/" + name)
    for folder in glob.glob("/proc/[0-9]*"):
        for name in OF_A_PROCESS:
            read_away(os.path.join(folder, name))


def inflate(paths):
    for path in paths:
        with gzip.open(path) as file:
            while file.read(1 << 20):
                pass


def seconds(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def pairs(name, work, floor, runs, pauses=0.0):
    """Runs both in turn; prints the medians and the ratios."""
    took, least, ratios = [], [], []
    for _ in range(runs):
        took.append(seconds(work) - pauses)
        least.append(seconds(floor))
        ratios.append(took[-1] / least[-1])
    print("%-9s %7.3f s, floor %7.3f s, ratio %.2f (%.2f to %.2f) over %d runs" %
          (name, statistics.median(took), statistics.median(least), statistics.median(ratios),
           min(ratios), max(ratios), runs))


def main():
    programs = sys.argv[1]
    processes, regions, runs = (list(map(int, sys.argv[2:])) + [500, 300, 5][len(sys.argv) - 2:])[:3]
    with tempfile.TemporaryDirectory() as folder:
        mapped = os.path.join(folder, "mapped")
        with open(mapped, "wb") as file:
            file.write(bytes(4096))
        crowd = subprocess.Popen([os.path.join(programs, "crowd"), str(processes), str(regions),
                                  mapped], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        crowd.stdout.readline()
        bundles = [os.path.join(folder, "%d.tar.gz" % i) for i in range(2)]

        def capture(path):
            if os.path.exists(path):
                os.remove(path)
            subprocess.run([os.path.join(programs, "wirecap"), "-q", "-o", path], check=True)

        capture(bundles[0])
        pairs("wirecap", lambda: capture(bundles[1]), read_kernel, runs, PAUSES_S)
        crowd.stdin.close()
        crowd.wait()
        pairs("wirediff", lambda: subprocess.run([os.path.join(programs, "wirediff")] + bundles,
                                                 stdout=subprocess.DEVNULL, check=True),
              lambda: inflate(bundles), runs)


if __name__ == "__main__":
    main()
