"""A scenario with a mistake in it stops macrun, with the file and the line.

    python3 -B test_scenarios.py MACRUN
"""
import os
import subprocess
import sys
import tempfile

import programs

MACRUN = os.path.abspath(sys.argv[1])
USAGE, NOT_LOADED = 64, 71
REGION = "region\t0x1000\t4K\trw-\trwx\t1\tPRV\t1\t1\t0\t0\t0\t0\t0\t"

wrong = []


def run(folder, text, name="bad.macsim"):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = subprocess.run([MACRUN, "--scenario", path, folder + "/program"], capture_output=True,
                          text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def good(folder, text):
    status, said = run(folder, "macsim 1\n" + text)
    if status != 7:
        wrong.append("refused, status %d: %s\n%s" % (status, said, text))


def bad(folder, section, row, message, before=""):
    """The row stands in the section's first line, or behind what comes before it."""
    text = "macsim 1\n[%s]\n%s%s\n" % (section, before, row)
    line = 3 + before.count("\n")
    status, said = run(folder, text)
    if status != NOT_LOADED or ("bad.macsim:%d: " % line) not in said or message not in said:
        wrong.append("status %d, or no line %d, or no '%s' in: %s" % (status, line, message, said))


def try_good(folder):
    good(folder, "# nothing but a remark\n\n")
    good(folder, "[host]\nmemsize = 1G\nncpu = 0x10\nhostname = a\\tb\\x00\n")
    good(folder, "[vm]\nwire_count = 5 +-1\n[memory]\nslack\t0\n")
    good(folder, "[faults]\nsysctl:kern.x = EPERM\ncsops.11@3#2-4 = 22\nfsync = +1500us\n"
                 "proc_pidinfo.3#7- = ESRCH\nmach_memory_info = KERN_ABORTED\nwrite#1 = stuck\n")
    good(folder, "[process]\npid = 3\n" + REGION + "\trepeat=3\tstride=8K\n")


def try_bad(folder):
    bad(folder, "vm", "[nothing]", "no such section: nothing")
    bad(folder, "vm", "[host]", "[host] stands in front")
    bad(folder, "host", "memsise = 4G", "[host] does not know memsise = 4G")
    bad(folder, "host", "cpu = arm", "[host] does not know cpu = arm")
    bad(folder, "host", "memory_info = zeroes", "[host] does not know memory_info")
    bad(folder, "host", "memsize = 4Q", "expected a number, not '4Q'")
    bad(folder, "vm", "wired = 3", "no such field of vm_statistics64: wired")
    bad(folder, "vm", "wire_count = many", "expected a number")
    bad(folder, "memory", "tags\t1\t4K", "no such kind of row: tags")
    bad(folder, "memory", "tag\t1", "expected a row of mach_memory_info")
    bad(folder, "memory", "tag\t1\t4K\tmaped=3", "no such key of a row: maped")
    bad(folder, "zones", "name\t1\t2", "expected NAME, ELEMENT")
    bad(folder, "kexts", "1\tcom.example", "expected LOAD_TAG, ID")
    bad(folder, "kexts", "1\tid\t1\t0\t0\t0\t00\t/path", "expected 16 bytes")
    bad(folder, "kexts", "1\tid\t1\t0\t0\t0\t\t/path\tlinks=3",
        "no such key of an extension: links")
    bad(folder, "sysctl", "kern.x\tfloat\t1", "no such type of a sysctl: float")
    bad(folder, "sysctl", "kern.x\tint", "expected NAME, TYPE, VALUE")
    bad(folder, "sysctl", "kern.x\topaque\t0g", "in hexadecimal")
    bad(folder, "sysctl", "kern.x\tint\t1\tmaskd", "expected a number, not 'maskd'")
    bad(folder, "commands", "/usr/bin/x", "expected PATH")
    bad(folder, "ledgers", "wired_mem", "expected NAME, GROUP, UNITS")
    bad(folder, "faults", "proc_pidinf = EPERM", "no such function to fail: proc_pidinf")
    bad(folder, "faults", "ledger.3 = EPERM", "no such function to fail: ledger.3")
    bad(folder, "faults", "ledger = EFROG", "expected a number, not 'EFROG'")
    bad(folder, "faults", "ledger = +3h", "expected a time in us, ms or s")
    bad(folder, "process", "pit = 3", "no such key of a process: pit")
    bad(folder, "process", "taskport = maybe", "taskport: rule, ok, denied or read")
    bad(folder, "process", "ledger\twired_mem\t1", "this ledger is not in [ledgers]")
    bad(folder, "process", "owned\t1\t2", "expected owned, OBJECT")
    bad(folder, "process", "region\t0x1000\t4K", "expected region, START")
    bad(folder, "process", REGION.replace("rw-", "rw"), "a protection is three letters")
    bad(folder, "process", REGION.replace("PRV", "PVR"), "no such share mode: PVR")
    bad(folder, "process", REGION.replace("4K", "0"), "of size 0")
    bad(folder, "process", REGION + "\trepeat=2\tstride=1K", "repeated into itself")
    bad(folder, "process", REGION + "\tsubmaps", "expected key=value")
    bad(folder, "process", REGION, "regions ascend", before=REGION + "\n")
    bad(folder, "process", "\t" * 40, "more than")


def try_readme(folder):
    """Its example is one."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md"),
              encoding="utf-8") as file:
        blocks = file.read().split("```\n")[1::2]
    if not blocks:
        wrong.append("README.md has no example")
    for block in blocks:
        good(folder, block.removeprefix("macsim 1\n"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/program", "wb") as file:
            file.write(programs.returning_7().bytes())
        try_good(folder)
        try_bad(folder)
        try_readme(folder)
        for text, message in (("", "cannot be read"), ("[host]\n", "not a scenario"),
                              ("macsim 2\n", "not a scenario"),
                              ("macsim 1\n" + "[process]\npid = 3\n" * 2, "two processes with"),
                              ("macsim 1\nx = 1\n", "bad.macsim:2: a line in front of all")):
            status, said = run(folder, text)
            if status != NOT_LOADED or message not in said:
                wrong.append("status %d, or no '%s' in: %s" % (status, message, said))
        for options in ([], ["--bogus", "x"], ["--list"], ["--scenario"]):
            done = subprocess.run([MACRUN, *options], capture_output=True, check=False)
            if done.returncode != USAGE or not done.stderr.startswith(b"usage: macrun "):
                wrong.append("%s: status %d" % (options, done.returncode))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


sys.exit(main())
