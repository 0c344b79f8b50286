"""Macs for the cases: small ones, of any release, as root or not; and what is hostile in them."""
from boot import Boot
from capture import Capture, at
from kernel import Region
from machine import Maker, add_region, listed
from releases import G

STARTED, TAKEN = at("2025-03-01 07:00:00"), at("2025-03-04 09:30:15")


def capture_of(books, root=True):
    return Capture(books, Boot("simulated", STARTED), TAKEN, root=root)


def maker_of(darwin, arch):
    return Maker("simulated %d %s" % (darwin, arch), darwin, arch, 16 * G, 10)


def machine(darwin=23, arch="arm64", root=True):
    return capture_of(maker_of(darwin, arch).make(), root)


# Escape codes, line ends, tabs, broken UTF-8, what looks like a column of ours; all at the ends of
# names too. Of 31 bytes, as many as the kernel keeps of a process's name.
HOSTILE = ["\x1b[2J\x1b[31mred", "two\nlines", "a\ttab", "\udcff\udcfe broken", " blanks ", "-",
           "\\x2d", "name = value", "a'quote\"", "\x7f\x01\x02", "<b>&amp;", "%s%n%x",
           "\udce2\udc80\udcae backwards", "=cmd|' /C calc'!A0"]


def long_path(text):
    """Longer than a line of anything."""
    return "/Volumes/%s/%s" % (text.replace("/", ":"), "d" * 700)


def hostile(root=True, darwin=24):
    """Every name that a stranger can choose."""
    maker = maker_of(darwin, "arm64")
    books = maker.make()
    for n, text in enumerate(HOSTILE):
        key = "hostile %d" % n
        # What looks like a variable is not told.
        is_script = n % 2 and not set("=\n") & set(text)
        path = "/opt/local/bin/python3" if is_script else "/Applications/%s/%s" % (text, text)
        maker.add(key, text, path, "com.hostile.%d" % n, team="HOSTILE%03d" % n, uid=501,
                  script="/tmp/" + text if is_script else "", region_count=4)
        process = books.process(key)
        listed(process, books, maker.chance)
        add_region(process, Region("mapped file", 0, 64 * books.page, long_path(text), "r--/rw-",
                                   "COW", 64 * books.page, 0, 0, text, True))
        maker.add_extension("com.hostile.%s" % text.replace(" ", "."), "1.0", books.page)
        maker.add_zone("zone of %s" % text, 48, 700)
        books.iokit_mappers[text] = books.page * 3
    # Eighty bytes, and so no end.
    maker.add_zone("z" * 80, 64, 900)
    books.follow_processes()
    books.check()
    return capture_of(books, root)


def crowd(count, regions):
    """So many processes with so many regions each, beside the machine's own."""
    maker = maker_of(23, "arm64")
    books = maker.make()
    for n in range(count):
        name = "crowd%d" % (n % 40)
        maker.add("crowd#%d" % n, name, "/usr/local/bin/" + name, "org.crowd." + name,
                  team="CROWD12345" if n % 2 else "", region_count=regions)
    books.follow_processes()
    books.check()
    return capture_of(books)
