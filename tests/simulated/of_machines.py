"""Cases of the machine as a whole: releases, users, and what the kernel says of its memory."""
from case import Case, both, faults, setting, sysctl
from machines import machine

MEMORY = ("kernel_memory.tsv", "zones.tsv")


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


# ---- vm_stat, swap files, variables --------------------------------------------------------------

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


VERSION = """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
\t<key>ProductVersion</key>
\t<string>%s</string>
</dict>
</plist>
"""


def versions():
    """What macOS tells programs that were built before it; its own file knows better."""
    for darwin, compatible in ((20, "10.16"), (23, "10.16"), (25, "16.0")):
        mac = machine(darwin)

        def old_program(scenario, mac=mac, compatible=compatible):
            scenario.host["os_version_compat"] = compatible
            scenario.outputs["version"] = VERSION % mac.books.release.version
            scenario.files["/System/Library/CoreServices/.SystemVersionPlatform.plist"] = "version"
        yield Case("a Mac of Darwin %d that calls itself %s" % (darwin, compatible), mac,
                   old_program, other=("sysctl.txt",))


def variables():
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
