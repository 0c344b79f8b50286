"""Members of our own bundles (wirediff-bundle(5)), as wirecap --full writes them and in its order.

tests/simulated holds them against what wirecap writes when the same books answer it.
"""
import hmac
import zlib

import apple
from boot import named_accounts
from capture import KERNEL_UUID
from chance import Chance
from releases import K, M, WIRED_COUNTERS, ZONE, counters_of, privilege, tags_of

# How far wired memory moves by itself while it is captured: a step from each sample to the next.
PHASES = ["before", "before", "after"]
KEPT = 1
STEP = 2 * M
SWING = STEP * (len(PHASES) - 1)

TAG, KMOD, SITE, COUNTER, WIRED, HIDE, NAMED, VIEW = 0, 1, 2, 3, 0x100, 0x200, 0x400, 0x1000

PROCESS_COLUMNS = """pid ppid start uid mm_of name path unit script signing_id team kernel threads
fds pipes sockets rings regions method status regions_status fds_status wired_bytes resident_bytes
private_bytes shared_bytes dirty_bytes swapped_bytes footprint_bytes page_tables_bytes locked_bytes
locked_pss_bytes pinned_bytes hugetlb_bytes unique_id ports virtual_bytes graphics_bytes""".split()


def escape(name):
    """A name as our own tables spell it."""
    raw = name.encode("utf-8", "surrogateescape")
    if raw in (b"", b"-"):
        return "\\x" if raw == b"" else "\\x2d"
    special = {0x5C: "\\\\", 0x09: "\\t", 0x0A: "\\n"}
    return "".join(special.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else "\\x%02x" % byte)
                   for byte in raw)


def table(columns, rows):
    """Rows are dictionaries; what one does not say is not known."""
    lines = ["\t".join(columns)]
    lines += ["\t".join("-" if row.get(column) is None else str(row[column]) for column in columns)
              for row in rows]
    return "\n".join(lines) + "\n"


def hardware_uuid(capture):
    return Chance("hardware", capture.machine).uuid()


def token(capture, label):
    """The same for everybody on this machine, and none that tells its UUID."""
    return hmac.new(label, hardware_uuid(capture).encode(), "sha256").hexdigest()


def manifest(capture):
    books, boot = capture.books, capture.boot
    lines = [
        ("format", 1), ("tool", "make_samples.py 1 (synthetic)"), ("platform", "macos"),
        ("taken_us", capture.taken_s * 1000000 + 187311),
        ("taken", capture.time("%Y-%m-%dT%H:%M:%SZ")), ("label", capture.label or "-"),
        ("os", "macOS " + books.release.version), ("build", books.release.build),
        ("darwin", books.release.darwin), ("kernel_uuid", KERNEL_UUID), ("model", capture.model),
        ("machine_id", token(capture, b"wirediff machine id")),
        ("token_key", token(capture, b"wirediff token key")), ("boot_id", boot.id),
        ("boot_time_s", boot.started_s), ("uptime_s", capture.uptime_s),
        ("page_bytes", books.page), ("memory_bytes", books.memory_bytes),
        ("cpu_count", capture.cpus), ("privileged", "yes" if capture.root else "no"),
        ("privilege", "root" if capture.root else "uid 501")]
    return "".join("%s: %s\n" % line for line in lines)


# ---- the kernel's book --------------------------------------------------------------------------

def entry(flags, site, size, tag=None, name=None, mapped=0, **more):
    row = {"flags": "0x%x" % flags, "site": "0x%x" % site, "size_bytes": size, "free_bytes": 0,
           "largest_bytes": 0, "collectable_bytes": 0, "mapped_bytes": mapped, "peak_bytes": 0,
           "tag": tag, "zone": 0, "name": escape(name) if name else None}
    row.update(more)
    return row


def tag_entries(capture):
    """By tag: the index in the array is the tag."""
    books, boot = capture.books, capture.boot
    out = {}
    for number, _, _ in tags_of(books.release.darwin):
        flags = HIDE if number == ZONE else WIRED
        size = books.tag_bytes(number)
        free = sum(zone.free_bytes for zone in books.zones) if number == ZONE else 0
        if size or number == ZONE:
            out[number] = entry(flags, number, size, number, mapped=size, collectable_bytes=free)
    for extension in books.extensions:
        if ("kmod", extension.bundle) in boot.tags and extension.wired_bytes > 0:
            tag = boot.tags["kmod", extension.bundle]
            out[tag] = entry(KMOD | WIRED, boot.load_tags[extension.bundle], extension.wired_bytes,
                             tag, mapped=extension.wired_bytes * 9 // 8 // books.page * books.page)
    for site in books.sites:
        tag = boot.tags["site", site.symbol]
        out[tag] = entry(SITE | WIRED, int(books.site_name(site)[5:], 16), site.wired_bytes, tag)
    for name, size in named_accounts(books):
        tag = boot.tags["named", name]
        out[tag] = entry(NAMED | WIRED, 0, size, tag, name)
    return out


def counter_bytes(books):
    managed = books.memory_bytes - books.boot_stolen - books.stolen
    zone_map = 20 << 30
    return {"MANAGED": managed, "RESERVED": books.reserved, "WIRED": books.wired(),
            "WIRED_MANAGED": books.wired_managed(), "STOLEN": books.stolen,
            "LOPAGE": books.lopage, "BOOT_STOLEN": books.boot_stolen,
            "MAP_KERNEL": 96 << 30, "MAP_ZONE": zone_map, "MAP_KALLOC": 12 << 30,
            "WIRED_BOOT": books.reserved + books.stolen + books.page * 19000,
            "WIRED_STATIC_KERNELCACHE": books.page * (64 * M // books.page),
            "MAP_KALLOC_LARGE_DATA": 24 << 30, "MAP_KERNEL_DATA": 24 << 30, "EXCLAVES_CARVEOUT": 0}


def counters(books):
    sizes = counter_bytes(books)
    for number, name in counters_of(books.release.darwin):
        size = sizes[name.split("COUNT_")[1]]
        flags = COUNTER | (WIRED if number in WIRED_COUNTERS else 0)
        free = {"free_bytes": size // 3, "largest_bytes": size // 4} if "_MAP_" in name else {}
        yield entry(flags, number, size, 256 + number, **free)


def views(capture):
    """What is handed out of one zone under a name of its own: parts of zones."""
    for zone in capture.books.zones:
        if zone.name.startswith("data.kalloc.") and zone.element_bytes in (64, 1024, 4096):
            yield entry(VIEW, 0, zone.count * zone.element_bytes // 7, 0,
                        "%s[vfs.namei]" % zone.name, zone=41)


def kernel_memory(capture):
    darwin = capture.books.release.darwin
    tags, _ = privilege(darwin, capture.books.arch, capture.root)
    if tags == "none":
        return None
    by_tag = tag_entries(capture)
    rows = [dict(row, index=tag) for tag, row in sorted(by_tag.items())]
    rest = (list(views(capture)) if capture.root and darwin >= 20 else []) + list(
        counters(capture.books))
    first = max(by_tag) + 9
    rows += [dict(row, index=first + n) for n, row in enumerate(rest)]
    return table("index flags site size_bytes free_bytes largest_bytes collectable_bytes "
                 "mapped_bytes peak_bytes tag zone name".split(), rows)


# ---- zones --------------------------------------------------------------------------------------

def boot_zones(capture):
    """(name, elements, bytes, zone) as this boot numbers and orders them."""
    out = []
    for zone in capture.boot.chance.fork("zones").shuffled(capture.books.zones):
        if zone.is_type:
            out += [(name, count, size, zone) for name, count, size in
                    capture.boot.typed_zones(zone, capture.books.page)]
        else:
            out.append((zone.name, zone.count, zone.size_bytes, zone))
    return out


def redacted(zones):
    """Without the right: no sizes, and all kalloc zones of one size are one."""
    out, folded = [], {}
    for name, count, _, zone in zones:
        if "kalloc." in name:
            name = "kalloc.%s" % name.rsplit(".", 1)[1]
            if name in folded:
                folded[name][1] += count
                continue
            folded[name] = [name, count, 0, zone]
            out.append(folded[name])
        else:
            out.append([name, count, 0, zone])
    return out


def zones(capture):
    _, rights = privilege(capture.books.release.darwin, capture.books.arch, capture.root)
    if rights == "none":
        return None
    hide = rights == "redacted"
    rows = []
    listed = boot_zones(capture)
    for name, count, size, zone in redacted(listed) if hide else listed:
        rows.append({
            "name": escape(name), "element_bytes": zone.element_bytes, "element_count": count,
            "size_bytes": size, "max_bytes": 0 if hide else max(size, zone.max_bytes),
            "alloc_bytes": 0 if hide else zone.alloc_bytes,
            "sum_bytes": 0 if hide else max(zone.sum_bytes, count * zone.element_bytes),
            "collectable_bytes": 0 if hide else zone.free_bytes, "exhaustible": "no",
            "collectable": "yes"})
    return table("name element_bytes element_count size_bytes max_bytes alloc_bytes sum_bytes "
                 "collectable_bytes exhaustible collectable".split(), rows)


# ---- processes ----------------------------------------------------------------------------------

COMMAND_MAX = 15  # bytes of the name that everybody may know


def is_readable(capture, process):
    return capture.root or (process.uid == 501 and not process.kernel)


def is_task_open(capture, process):
    """Whether its task's port is given out, and with it what it owns."""
    return capture.root and not process.is_platform() and not process.kernel


def has_long_ids(capture, process):
    """Whether objects have 64 bits of a number, the same in all processes."""
    return is_task_open(capture, process) and capture.books.release.darwin >= 18


def method(capture, process):
    if process.kernel:
        return None
    if not is_readable(capture, process):
        return "none"
    if not is_task_open(capture, process):
        return "pidinfo"
    return "task_read" if capture.books.release.darwin >= 20 else "task"


def process_row(capture, process):
    boot, books = capture.boot, capture.books
    parents = {other.key: other for other in books.processes}
    row = {
        "pid": capture.pid(process), "ppid": boot.pids[process.parent] if process.parent in parents
        else 0, "uid": process.uid,
        "path": escape(process.path) if process.path else None,
        "signing_id": process.signing_id if process.signing_id not in ("", "-") else None,
        "team": process.team or None, "kernel": "yes" if process.kernel else "no",
        "unique_id": boot.unique_ids[process.key], "method": method(capture, process),
        # Ledgers are told to everybody.
        "wired_bytes": process.locked_bytes(), "swapped_bytes": 0,
        "page_tables_bytes": process.page_tables if books.arch == "arm64" else None,
        "graphics_bytes": process.graphics}
    if not is_readable(capture, process):
        return dict(row, name=escape(process.name[:COMMAND_MAX]), status="denied",
                    regions_status="denied", fds_status="denied")
    row.update({
        "start": boot.starts[process.key], "name": escape(process.name), "status": "ok",
        "script": escape(process.script) if process.script else None,
        "threads": process.threads, "resident_bytes": process.resident,
        "footprint_bytes": process.footprint, "virtual_bytes": process.virtual})
    if process.kernel:
        return dict(row, regions_status="absent", fds_status="absent")
    return dict(
        row, regions_status="ok", fds_status="ok", fds=process.fds, pipes=process.fds // 9,
        sockets=process.sockets, regions=process.region_count,
        ports=process.ports if books.release.darwin >= 20 else None)


def processes(capture):
    listed = sorted(capture.books.processes, key=capture.pid)
    return table(PROCESS_COLUMNS, [process_row(capture, process) for process in listed])


def owned(capture):
    rows = []
    for process in sorted(capture.books.processes, key=capture.pid):
        if not is_task_open(capture, process):
            continue
        things = [(capture.boot.object_id(thing.object), thing) for thing in process.owned]
        for object_id, thing in sorted(things, key=lambda pair: pair[0]):
            rows.append({"pid": capture.pid(process), "object_id": "0x%x" % object_id,
                         "ledger_tag": thing.ledger, "virtual_bytes": thing.size_bytes,
                         "resident_bytes": thing.size_bytes, "wired_bytes": thing.wired_bytes})
    return table("pid object_id ledger_tag virtual_bytes resident_bytes wired_bytes".split(), rows)


REGIONS_HEADER = ("REGION TYPE                        START - END             "
                  "[    VSIZE    RSDNT    DIRTY     SWAP    WIRED] PRT/MAX SHRMOD PURGE      "
                  "OFFSET OBJECT             FLAGS REGION DETAIL")


def short_id(object_id):
    """What the kernel else tells of an object: 32 bits."""
    return (object_id * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 32


def region_line(capture, process, region):
    start = capture.boot.slide(process.key, capture.books.arch) + region.start
    name = region.object or "%s %d" % (process.key, region.start)
    object_id = capture.boot.object_id(name)
    if not has_long_ids(capture, process):
        object_id = short_id(object_id)
    wired = region.size_bytes if region.locked else 0
    sizes = "".join("%8dK" % (size // K) for size in (
        region.size_bytes, region.resident_bytes, region.dirty_bytes, 0, wired))
    return "%-24s %16x-%-16x [%s] %s SM=%s -      %11s%-19s-     %s" % (
        region.type, start, start + region.size_bytes, sizes, region.protection, region.mode,
        "%x " % region.offset_bytes, "0x%x" % object_id,
        escape(region.detail) if region.detail else "-")


def vmmap(capture, process):
    regions = sorted(process.regions, key=lambda region: region.start)
    lines = ["Process:         %s [%d]" % (escape(process.name), capture.pid(process)),
             "Path:            %s" % escape(process.path), "",
             "==== regions for process %d  (non-writable and writable regions are interleaved)" %
             capture.pid(process), REGIONS_HEADER]
    lines += [region_line(capture, process, region) for region in regions]
    return "\n".join(lines) + "\n"


# ---- the whole ----------------------------------------------------------------------------------

def samples(capture):
    kept, rows = capture.books.wire_count(), []
    for n, phase in enumerate(PHASES):
        rows.append({"phase": phase, "t_us": capture.taken_s * 1000000 + 187311 + 520000 * n,
                     "kept": 1 if n == KEPT else 0, "stale": 0,
                     "wired_bytes": kept + STEP * (n - KEPT)})
    rows.append({"phase": "cost", "wired_bytes": rows[-1]["wired_bytes"] - kept,
                 "peak_bytes": 11 * M, "cpu_us": 341000})
    return table("phase t_us kept stale wired_bytes peak_bytes cpu_us".split(), rows)


def members(capture):
    """(name, text) of all members but the last; text None: it could not be read."""
    out = [("manifest.txt", manifest(capture)), ("vm_stat.txt", apple.vm_stat(capture)),
           ("kernel_memory.tsv", kernel_memory(capture)), ("zones.tsv", zones(capture)),
           ("swapfiles.txt", apple.swap_files(capture)), ("pressure.txt", apple.pressure(capture)),
           ("kextstat.txt", apple.kextstat(capture))]
    if capture.books.release.darwin >= 19:
        out.append(("systemextensions.txt", apple.system_extensions(capture)))
    out.append(("sysctl.txt", apple.sysctl(capture)))
    for process in sorted(capture.books.processes, key=capture.pid):
        if process.regions is not None and is_readable(capture, process):
            out.append(("vmmap/%d.txt" % capture.pid(process), vmmap(capture, process)))
    out.append(("processes.tsv", processes(capture)))
    if capture.books.release.darwin >= 19:
        out.append(("owned.tsv", owned(capture)))
    return out + [("samples.tsv", samples(capture))]


def sources(listed):
    rows = []
    for n, (name, text) in enumerate(listed):
        if text is None:
            rows.append({"member": name, "status": "denied", "errno": 13, "us": 41})
            continue
        content = text.encode("utf-8", "surrogateescape")
        rows.append({"member": name, "status": "ok", "errno": 0, "bytes": len(content),
                     "us": 40 + len(content) // 90 + n, "crc32": "%08x" % zlib.crc32(content)})
    return table("member status errno bytes us crc32 note".split(), rows)


def bundle(capture):
    """(top folder, members) of a whole bundle."""
    listed = members(capture)
    listed.append(("sources.tsv", sources(listed)))
    top = "wirecap_%s_macOS_%s_%s" % (capture.time("%Y.%m.%d_%H-%M-%S+0000"), capture.model,
                                      capture.books.release.build)
    return top, [(name, text.encode("utf-8", "surrogateescape")) for name, text in listed
                 if text is not None]
