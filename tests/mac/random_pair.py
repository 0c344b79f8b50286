"""One random pair of captures with its truth: any release from 10.13 to 26, either processor, as
root or not, in one boot or across a reboot, as our bundle, as zprint's text alone, or as Apple's
archive with zprint.txt in it.

truth.json has all rows that a report of this pair must have, not only what was planted, as far as
"form" and "root" let them be told: zones are left out where one side is redacted. "refused": zprint
said only that it may not, and there is nothing to compare.
"""
import archive
import render
import stories
import zprint
from boot import Boot
from capture import Capture, at
from chance import Chance
from kernel import Region
from machine import Maker, add_region, drifted, listed
from releases import G, K, RELEASES, privilege

FORMS = ["bundle", "zprint", "sysdiagnose"]

# Names that are easily taken for each other: in zprint, in one boot, across two.
TWINS = [
    ("com.example.twin.Filter", "1.0"), ("com.example.twin.Filter2", "1.0"),
    ("com.example.twin.FilterHelper", "1.0.1"),
]
CUT_ZONES = ["a.very.long.name.of.a.zone.one", "a.very.long.name.of.a.zone.two", "twin zone",
             "twin.zone.of.old"]

# Who could hold what processes own: if several of them could, nobody is charged.
DRAWING = ["AGX", "AMD", "Graphics", "IOAccelerator", "IOGPU", "IOSurface"]


class Pair:
    def __init__(self, seed):
        self.chance = Chance("pair", seed)
        self.darwin = self.chance.pick(sorted(RELEASES))
        self.arch = self.chance.pick(["arm64", "x86_64"]) if self.darwin >= 20 else "x86_64"
        self.form = self.chance.pick(FORMS)
        self.reboot = self.chance.percent(60)
        self.roots = [self.chance.percent(80), self.chance.percent(80)]
        if self.form != "bundle":
            self.roots[1] = self.roots[0]

    def machine(self):
        maker = Maker(self.chance.hex(8), self.darwin, self.arch,
                      self.chance.pick([8, 16, 32, 64]) * G, self.chance.between(8, 45))
        for bundle, version in TWINS:
            maker.add_extension(bundle, version, maker.books.page * self.chance.between(1, 4000))
        for name in CUT_ZONES:
            maker.add_zone(name, 16 * self.chance.between(2, 60), self.chance.between(20, 90000))
        return maker.make(), maker

    def plant(self, books, maker):
        """What grew on one side."""
        pick = self.chance.fork("plant")
        for zone in pick.some(books.zones, pick.between(0, 3)):
            grown = pick.between(1, 30000 if pick.percent(40) else 300)
            zone.size_bytes += grown * zone.alloc_bytes
            room = grown * zone.alloc_bytes // zone.element_bytes
            zone.count += room * pick.between(40, 99) // 100
        for extension in pick.some(books.extensions, pick.between(0, 2)):
            if extension.image_bytes and not any(mark in extension.bundle for mark in DRAWING):
                extension.wired_bytes += books.page * pick.between(1, 60000)
        for process in pick.some(books.processes, pick.between(0, 4)):
            if process.kernel:
                continue
            if process.regions is None:
                process.region_count += pick.below(40000)
            process.threads += pick.below(900)
            process.ports += pick.below(30000)
            if process.page_tables:
                process.page_tables += 16 * K * pick.below(9000)
            if pick.percent(60):
                listed(process, books, maker.chance)
                size = books.page * pick.between(1, 20000)
                add_region(process, Region("VM_ALLOCATE", 0, size, "", locked=True,
                                           resident_bytes=size))

    def vary(self, books):
        """A side has things that the other has not: new and gone, and versions."""
        pick = self.chance.fork("vary")
        for zone in pick.some([zone for zone in books.zones if zone.name in CUT_ZONES],
                              pick.below(2)):
            books.zones.remove(zone)
        for extension in books.extensions:
            if extension.bundle == TWINS[0][0] and pick.percent(50):
                extension.version = "1.0.2"
        gone = pick.some([process for process in books.processes
                          if process.regions is None and not process.kernel], pick.below(6))
        for process in gone:
            books.processes.remove(process)

    def captures(self):
        base, maker = self.machine()
        sides = [drifted(base, self.chance.hex(8)) for _ in range(2)]
        self.plant(sides[self.chance.below(2)], maker)
        self.vary(sides[self.chance.below(2)])
        for books in sides:
            maximum = books.wired() * 4 // 3
            while books.memory_bytes < maximum:
                for other in sides:
                    other.memory_bytes *= 2
            books.follow_processes()
            books.check()
        start = at("2025-03-01 07:00:00") + self.chance.below(86400)
        first = Boot(self.chance.hex(8), start)
        second = Boot(self.chance.hex(8), start + 700000) if self.reboot else first
        later = start + (700000 if self.reboot else 600000)
        taken = [start + self.chance.between(600, 600000), later + self.chance.between(300, 9000)]
        return [Capture(books, boot, when, root=root) for books, boot, when, root in
                zip(sides, (first, second), taken, self.roots)]

    def side_files(self, side, capture):
        if self.form == "zprint":
            return side + ".txt", zprint.zprint(capture).encode()
        if self.form == "bundle":
            return side + ".tar.gz", archive.bundle(*render.bundle(capture), capture.taken_s)
        members = stories.sysdiagnose_members(capture)
        members.append(("zprint.txt", zprint.zprint(capture, wide=True).encode()))
        return side + ".tar.gz", archive.apple(stories.sysdiagnose_top(capture), members,
                                               capture.taken_s)

    # ---- the truth ------------------------------------------------------------------------------

    def rights(self):
        """What both sides could read of the kernel: (tags, zones)."""
        rank = ["none", "redacted", "full"]
        sides = [privilege(self.darwin, self.arch, root) for root in self.roots]
        return [min((side[n] for side in sides), key=rank.index) for n in range(2)]

    def readable(self, capture, other):
        """Whether a process can be compared: read on this side, and not hidden on the other one.
        One that does not run there hides nothing: that it does not is known to everybody."""
        hidden = {process.title() for process in other.books.processes
                  if not render.is_readable(other, process)}
        return lambda process: (self.form == "bundle" and render.is_readable(capture, process) and
                                process.title() not in hidden)

    def in_zprint(self, books, rows):
        """The same rows in zprint's words; it knows nothing of processes."""
        out = {}
        symbols = {books.site_name(site): site.symbol for site in books.sites}
        for (kind, name, account), size in rows.items():
            if kind == "zone":
                name = zprint.zone_name(name)
            elif account in ("mlocked memory", "page tables"):
                kind, name = "kernel", account
            elif account == "graphics memory":
                kind, name, account = "extension", books.gpu, "extension memory"
            key = kind, symbols.get(name, name), account
            out[key] = out.get(key, 0) + size
        return out

    def rows_of(self, capture, other):
        books = capture.books
        rows = books.rows(self.readable(capture, other), all(self.roots))
        tags, zones = self.rights()
        if self.form != "bundle":
            rows = self.in_zprint(books, rows)
        if not self.reboot:
            rows = {row: size for row, size in rows.items() if "kalloc.type." not in row[1]}
        if zones != "full":
            rows = {row: size for row, size in rows.items() if row[2] != "zones"}
        if tags == "none":
            return {row: size for row, size in rows.items() if row[0] == "process" and
                    row[2] in ("mlocked memory", "page tables")}
        return {row: size for row, size in rows.items() if row[1] != "other zone memory"}

    def truth(self, captures):
        sides = [self.rows_of(*captures), self.rows_of(*reversed(captures))]
        rows = [{"kind": row[0], "name": row[1], "account": row[2],
                 "before_bytes": sides[0].get(row, 0), "after_bytes": sides[1].get(row, 0)}
                for row in sorted(set(sides[0]) | set(sides[1]))]
        tags, zones = self.rights()
        return {"synthetic": True, "form": self.form, "darwin": self.darwin, "arch": self.arch,
                "root": self.roots, "same_boot": not self.reboot, "tags": tags, "zones": zones,
                "refused": self.form == "zprint" and tags == "none",
                "wired": {"before_bytes": captures[0].books.wire_count(),
                          "after_bytes": captures[1].books.wire_count()}, "rows": rows}


def pair(seed):
    """(files, truth)"""
    made = Pair(seed)
    captures = made.captures()
    files = dict(made.side_files(side, capture)
                 for side, capture in zip(("before", "after"), captures))
    return files, made.truth(captures)
