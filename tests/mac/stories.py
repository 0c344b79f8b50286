"""The samples: what happened to which Mac. Each story makes two captures and says what is true."""
import copy
from dataclasses import dataclass, field

import apple
import archive
import programs
import render
import zprint
from boot import Boot
from capture import Capture, at
from kernel import Owned, Region
from machine import Maker, add_region, drifted, listed
from releases import G, K, M

LIMIT = 2 * render.SWING  # the error bar of a change; what drifts by itself drifts by less


@dataclass
class Story:
    name: str
    text: str
    before: Capture
    after: Capture
    planted: list  # (kind, name, account) of the rows that a report must have
    region: dict = field(default_factory=dict)  # by planted row: type and detail of its region
    suspects: list = field(default_factory=list)
    findings: list = field(default_factory=list)


def row_delta(story, row):
    before, after = story.before.books.rows(), story.after.books.rows()
    return before.get(row, 0), after.get(row, 0)


def truth(story):
    """What a report must say; the books are asked, and never a report."""
    before, after = story.before.books, story.after.books
    rows = []
    for planted in story.planted:
        kind, name, account = planted
        old, new = row_delta(story, planted)
        row = {"kind": kind, "name": name, "account": account, "before_bytes": old,
               "after_bytes": new}
        if planted in story.region:
            row["region"] = story.region[planted]
        rows.append(row)
    others = set(before.rows()) | set(after.rows())
    for other in sorted(others - set(story.planted)):
        old, new = row_delta(story, other)
        assert abs(new - old) <= LIMIT, (story.name, other, new - old)
    return {
        "synthetic": True, "text": story.text,
        "same_boot": story.before.boot is story.after.boot,
        "wired": {"before_bytes": before.wire_count(), "after_bytes": after.wire_count()},
        "rows": rows,
        "residual": {"before_bytes": before.untagged, "after_bytes": after.untagged},
        "skew_bytes": LIMIT, "nothing_else_above_bytes": LIMIT,
        "suspects": [{"subject": subject} for subject in story.suspects],
        "findings": [{"code": code} for code in story.findings]}


def files(story):
    """The two archives of our own form."""
    out = {}
    for side in ("before", "after"):
        capture = getattr(story, side)
        top, members = render.bundle(capture)
        out[side + ".tar.gz"] = archive.bundle(top, members, capture.taken_s)
    return out


# ---- a leak of everything, before a reboot and within one boot ----------------------------------

LEAKING_ZONE = "data.kalloc.1024"
LEAKING_EXTENSION = "com.example.driver.NetFilter"
LEAK_ROWS = [("zone", LEAKING_ZONE, "zones"), ("extension", LEAKING_EXTENSION, "extension memory"),
             ("process", "mapindexd", "mlocked memory"),
             ("process", "jobrunnerd", "page tables")]
LOCKED_FILE = "/Library/Application Support/Quarryhill/MapIndex/tiles.idx"


def leaky_machine(seed):
    maker = Maker(seed, 24, "arm64", 32 * G)
    maker.add("jobrunnerd", "jobrunnerd",
              "/Library/Application Support/fernhill/jobrunnerd", "com.fernhill.jobrunner",
              team="FH3T9K5R2W", threads=16, ports=150, region_count=1900, page_tables=3 * M)
    books = maker.make()
    listed(books.process("mapindexd"), books, maker.chance)
    books.fill_zone(LEAKING_ZONE, 15826)
    books.follow_processes()
    return books


def settle(books, base):
    """What is planted is not moved by anything else."""
    books.extension(LEAKING_EXTENSION).wired_bytes = base.extension(LEAKING_EXTENSION).wired_bytes
    for field_name in ("size_bytes", "count"):
        setattr(books.zone(LEAKING_ZONE), field_name, getattr(base.zone(LEAKING_ZONE), field_name))
    for field_name in ("region_count", "page_tables"):
        setattr(books.process("jobrunnerd"), field_name,
                getattr(base.process("jobrunnerd"), field_name))


def leak(books):
    zone = books.zone(LEAKING_ZONE)
    grown = 72090 * books.page  # 1.1 GiB
    zone.size_bytes += grown
    zone.count += grown // zone.element_bytes - 1177
    zone.max_bytes, zone.sum_bytes = zone.size_bytes, zone.size_bytes * 31
    books.extension(LEAKING_EXTENSION).wired_bytes += 412 * M
    add_region(books.process("mapindexd"), Region("mapped file", 0, 48 * M, LOCKED_FILE, "r--/rw-",
                                                  "COW", 48 * M, 0, 0, LOCKED_FILE, True))
    runner = books.process("jobrunnerd")
    runner.region_count, runner.page_tables = 45000, 287 * M
    books.follow_processes()


def leak_story(name, text, quiet, leaking, leaking_first):
    story = Story(name, text, leaking if leaking_first else quiet,
                  quiet if leaking_first else leaking, LEAK_ROWS,
                  suspects=["jobrunnerd"], findings=["W310"])
    story.region[LEAK_ROWS[2]] = {"type": "mapped file", "detail": LOCKED_FILE}
    return story


def macos_reboot():
    base = leaky_machine("macos-reboot")
    high, fresh = drifted(base, "six days"), drifted(base, "twelve minutes")
    for books in (high, fresh):
        settle(books, base)
    leak(high)
    for key in ("Photos", "Music", "Freeform", "Podcasts", "node#18", "web#19"):
        fresh.processes.remove(fresh.process(key))
    fresh.follow_processes()
    old = Boot("reboot A", at("2025-11-06 05:58:40"))
    new = Boot("reboot B", at("2025-11-12 09:41:03"))
    return leak_story(
        "macos-reboot", "six days up and leaking; then rebooted and captured after twelve minutes",
        Capture(fresh, new, at("2025-11-12 09:53:21"), "after the reboot", machine="reboot"),
        Capture(high, old, at("2025-11-12 09:14:22"), "before the reboot", machine="reboot"), True)


def restart(books, key, age):
    """The same program in a new process."""
    process = books.process(key)
    process.key, process.age = key + " again", age


def macos_week():
    base = leaky_machine("macos-week")
    fresh, high = drifted(base, "monday"), drifted(base, "monday after")
    for books in (fresh, high):
        settle(books, base)
    leak(high)
    for key in ("Safari", "Mail", "web#3", "web#4", "python3.11#2"):
        restart(high, key, 80)
    boot = Boot("week", at("2025-11-03 08:02:11"))
    # Captured in the order of time: what runs already has the lower numbers.
    before = Capture(fresh, boot, at("2025-11-03 13:10:40"), "monday", machine="week")
    after = Capture(high, boot, at("2025-11-10 13:04:19"), "monday after", machine="week")
    return leak_story("macos-week", "a week of leaking in one boot", before, after, False)


# ---- a virtual machine --------------------------------------------------------------------------

GUEST_EXTENSION = "com.lanternvm.kext.machine"


def macos_vm_guest():
    maker = Maker("macos-vm-guest", 21, "x86_64", 32 * G)
    base = maker.make()
    product = copy.deepcopy(base.extension("net.vellumworks.fs.VellumFS"))
    product.bundle, product.version, product.wired_bytes = GUEST_EXTENSION, "18.2.0", 3 * M
    base.extensions.append(product)
    before, after = drifted(base, "without guest"), drifted(base, "with guest")
    before.extension(GUEST_EXTENSION).wired_bytes = 3 * M
    # The guest's RAM, its video memory and what the product keeps about it.
    after.extension(GUEST_EXTENSION).wired_bytes = 3 * M + 4 * G + 38 * M
    maker.books = after
    maker.add("Lantern Machine", "Lantern Machine", "/Applications/Lantern.app/Contents/Library/"
              "Lantern Machine", "com.lanternvm.machine", team="LV6M2Q8XDN", threads=31, ports=410,
              region_count=1150, uid=501, age=90, page_tables=0)
    guest = after.process("Lantern Machine")
    guest.resident = guest.footprint = 4 * G + 260 * M
    after.follow_processes()
    boot = Boot("vm guest", at("2024-09-02 07:30:12"))
    return Story(
        "macos-vm-guest", "an Intel Mac on which a virtual machine with 4 GiB was started",
        Capture(before, boot, at("2024-09-02 11:02:50"), "no guest", machine="guest",
                model="iMac19,1", cpus=8),
        Capture(after, boot, at("2024-09-02 11:31:07"), "one guest", machine="guest",
                model="iMac19,1", cpus=8),
        [("extension", GUEST_EXTENSION, "extension memory")], suspects=["Lantern Machine"],
        findings=["N312"])


# ---- memory of a driver whose owner is dead -----------------------------------------------------

GPU = "com.apple.iokit.IOGPUFamily"


def macos_gpu_orphan():
    maker = Maker("macos-gpu-orphan", 25, "arm64", 64 * G)
    base = maker.make()
    base.extension(GPU).wired_bytes = 768 * M
    before, after = drifted(base, "alive"), drifted(base, "orphan")
    maker.books = before
    maker.add("Pigment", "Pigment", "/Applications/Pigment.app/Contents/MacOS/Pigment",
              "com.heronlake.pigment", team="HL5P7G3NTC", uid=501, threads=44, ports=720,
              region_count=1800, page_tables=5 * M, age=60, graphics=224 * M)
    before.process("Pigment").owned = [Owned("pigment buffer %d" % n, 32 * M, 32 * M)
                                       for n in range(7)]
    before.extension(GPU).wired_bytes = 768 * M + 224 * M
    after.extension(GPU).wired_bytes = 768 * M + 224 * M + 6 * G
    for books in (before, after):
        books.follow_processes()
    boot = Boot("gpu", at("2025-12-01 06:12:00"))
    return Story(
        "macos-gpu-orphan", "the process that filled the graphics driver's memory is dead, and the "
        "memory is still wired",
        Capture(before, boot, at("2025-12-01 09:20:31"), "painting", machine="gpu",
                model="Mac15,9", cpus=16),
        Capture(after, boot, at("2025-12-01 16:45:12"), "killed", machine="gpu", model="Mac15,9",
                cpus=16),
        [("extension", GPU, "graphics memory"), ("process", "Pigment", "graphics memory")],
        findings=["W311"])


# ---- Apple's own archive, without zprint --------------------------------------------------------

OLD_PANIC = "com.apple.filesystems.apfs"  # in the backtrace of a report from weeks before


def sysdiagnose_pair():
    maker = Maker("sysdiagnose-pair", 18, "x86_64", 16 * G)
    maker.add("relaybridged", "relaybridged", "/usr/local/libexec/relaybridged",
              "com.saltmarsh.relay", team="SM4R1B6LQE", threads=9, ports=140, region_count=520)
    base = maker.make()
    before, after = drifted(base, "tuesday"), drifted(base, "friday")
    for books, threads, ports in ((before, 0, 0), (after, 1400, 60000)):
        bridge = books.process("relaybridged")
        bridge.threads, bridge.ports = 9 + threads, 140 + ports
        books.follow_processes()
    wanted = 602931 * after.page  # 2.3 GiB
    zone = after.zone("kalloc.192")
    assert zone.alloc_bytes == after.page
    zone.size_bytes += wanted - (after.wire_count() - before.wire_count())
    zone.count = zone.size_bytes // zone.element_bytes - 900
    zone.max_bytes = zone.size_bytes
    boot = Boot("sysdiagnose", at("2019-09-03 15:22:41"))
    return Story(
        "sysdiagnose-pair", "two archives of Apple's sysdiagnose without zprint: wired memory "
        "grew, and nobody can be charged for it",
        Capture(before, boot, at("2019-09-03 16:10:05"), machine="apple", model="iMac19,1", cpus=8),
        Capture(after, boot, at("2019-09-06 08:41:55"), machine="apple", model="iMac19,1", cpus=8),
        [], suspects=["relaybridged"], findings=["W301", "N403", "N404"])


def sysdiagnose_members(capture):
    old = programs.panic(capture, "kalloc.48", "kalloc.64", 3221225472, 50331648, "mds_stores")
    texts = [
        ("README.txt", "A machine that does not exist: see the README of the samples.\n"),
        ("acdiagnose-501.txt", ""), ("apfs_stats.txt", ""), ("applessdstats.txt", ""),
        ("bc_stats.txt", "no such cache\n"), ("bootstamps.txt", ""),
        ("crashes_and_spins/", ""),
        ("crashes_and_spins/Kernel_2019-07-19-081420_sample.panic", old),
        ("csrutil-status.txt", "System Integrity Protection status: enabled.\n"),
        ("disks.txt", ""), ("error_log.txt", ""), ("fs_usage.txt", ""), ("ioreg/", ""),
        ("ioreg/IOService.txt", "+-o Root  <class IORegistryEntry, id 0x100000100, retain 8>\n"),
        ("kextstat.txt", apple.kextstat(capture, by_name=True)), ("logs/", ""),
        ("mount.txt", "/dev/disk1s1 on / (apfs, local, journaled)\n"), ("nfsstat.txt", ""),
        ("ps.txt", programs.ps(capture)), ("ps_thread.txt", ""), ("remotectl_dumpstate.txt", ""),
        ("summaries/", ""), ("sw_vers.txt", apple.sw_vers(capture)),
        ("sysctl.txt", apple.sysctl(capture)),
        ("sysdiagnose.log", "Task 'zprint -t -w' skipped: condition not met\n"),
        ("taskinfo.txt", programs.taskinfo(capture)), ("thermal.txt", ""),
        ("top.txt", programs.top(capture)), ("vm_stat.txt", apple.vm_stat_columnar(capture))]
    return [(name, text.encode()) for name, text in texts]


def sysdiagnose_top(capture):
    return "sysdiagnose_%s_Mac_OS_X_%s_%s" % (capture.time("%Y.%m.%d_%H-%M-%S+0000"), capture.model,
                                             capture.books.release.build)


def sysdiagnose_files(story):
    return {side + ".tar.gz": archive.apple(sysdiagnose_top(capture), sysdiagnose_members(capture),
                                            capture.taken_s)
            for side, capture in (("before", story.before), ("after", story.after))}


def sysdiagnose_truth(story):
    """Nobody can be charged: all of it is the residual."""
    before, after = story.before.books, story.after.books
    wired = {"before_bytes": before.wire_count(), "after_bytes": after.wire_count()}
    return {"synthetic": True, "text": story.text, "same_boot": True, "wired": wired, "rows": [],
            "residual": wired, "nothing_else_above_bytes": 0,
            "suspects": [{"subject": subject} for subject in story.suspects],
            "no_suspects": [{"subject": OLD_PANIC}],
            "findings": [{"code": code} for code in story.findings]}


def zprint_text():
    """The same week, as two outputs of sudo zprint and nothing else: no process is in them."""
    week = macos_week()
    planted = [row for row in week.planted if row[0] in ("zone", "extension")]
    story = Story("zprint-text", "two outputs of sudo zprint, a week apart", week.before, week.after,
                  planted)
    outputs = {side + ".txt": zprint.zprint(capture).encode()
               for side, capture in (("before", week.before), ("after", week.after))}
    rows = [dict(zip(("kind", "name", "account", "before_bytes", "after_bytes"),
                     row + row_delta(week, row))) for row in planted]
    return story.name, outputs, {"synthetic": True, "text": story.text, "rows": rows,
                                 "findings": [{"code": "W310"}]}


def all_samples():
    """(name, files by name, truth)"""
    for make in (macos_reboot, macos_week, macos_vm_guest, macos_gpu_orphan):
        story = make()
        story.before.books.check()
        story.after.books.check()
        yield story.name, files(story), truth(story)
    story = sysdiagnose_pair()
    story.before.books.check()
    story.after.books.check()
    yield story.name, sysdiagnose_files(story), sysdiagnose_truth(story)
    yield zprint_text()
