"""What zprint prints: zones, the wired table, maps, views of zones."""
import render
from boot import named_accounts
from releases import G, K, M, counters_of, privilege

DASHES = "-" * 109 + "\n"


def zone_name(name):
    """Blanks are dots, and what is too long is cut."""
    name = name.replace(" ", ".")
    return name if len(name) <= 24 else name[:23] + "$"


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
    out = "\n%109s\n%-65s%44s\n" % ("cur", "zone views", "inuse") + DASHES
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
