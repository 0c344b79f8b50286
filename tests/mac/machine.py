"""A quiet Mac: books with everything in them that a Mac has, and nothing that leaks."""
import copy

import names
import releases
from chance import Chance
from kernel import Books, Extension, Owned, Process, Region, Site, Zone
from releases import G, K, M, MLOCK, PTE, STACK, ZONE

CACHE = {"arm64": "/System/Volumes/Preboot/Cryptexes/OS/System/Library/dyld/"
                  "dyld_shared_cache_arm64e",
         "x86_64": "/private/var/db/dyld/dyld_shared_cache_x86_64h"}


class Maker:
    """Makes the parts of one machine; part: how much of each list there is, in percent."""

    def __init__(self, seed, darwin, arch, memory_bytes, part=100):
        self.chance = Chance("machine", seed)
        self.books = Books(releases.RELEASES[darwin], arch, memory_bytes)
        self.part = part

    def keep(self, name):
        return self.part == 100 or self.chance.fork("keep", name).percent(self.part)

    # ---- zones ----------------------------------------------------------------------------------

    def add_zone(self, name, element_bytes, count, is_type=False):
        page = self.books.page
        chunk = page
        while chunk % element_bytes > chunk // 8 and chunk < 4 * page:
            chunk += page
        chunk = max(chunk, self.books.whole_pages(element_bytes))
        zone = Zone(name, element_bytes, count, 0, chunk, is_type=is_type)
        percent = 100 + self.chance.fork("slack", name).between(2, 9)
        zone.size_bytes = self.books.pages_of(zone, percent)
        zone.sum_bytes = count * element_bytes * self.chance.fork("sum", name).between(3, 90)
        self.books.zones.append(zone)

    def add_kalloc_zones(self):
        darwin = self.books.release.darwin
        for heap in releases.heaps_of(darwin):
            sizes = releases.kalloc_sizes(darwin)
            if heap == "early.":
                sizes = [16, 64, 256, 1024]
            elif heap == "data_shared.":
                sizes = [64, 256, 1024, 2048, 3072, 4096, 16384, 32768]
            for size in sizes:
                if size != 1024 and not self.keep((heap, size)):
                    continue
                most = 24 * M if heap in ("", "data.") else 3 * M
                count = self.chance.fork(heap, size).between(64 * K, most // 8) // size + 3
                self.add_zone("%skalloc.%d" % (heap, size), size, count)
        if releases.has_types(darwin):
            for size in (16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048):
                count = self.chance.fork("type", size).between(600 * K, 6 * M) // size + 5
                self.add_zone("kalloc.type.%d" % size, size, count, is_type=True)

    def add_zones(self):
        for name, element_bytes, count in names.ZONES:
            if count == 0:
                self.add_zone(name, element_bytes, 1)
            elif self.keep(name):
                self.add_zone(name, element_bytes, self.chance.fork(name).around(count, 15))
        if self.books.release.darwin >= 22:
            for name in names.CLASSES:
                if self.keep(name):
                    pick = self.chance.fork("class", name)
                    size = 16 * pick.between(2, 26)
                    self.add_zone("iokit." + name, size, pick.between(8, 6000))
        self.add_kalloc_zones()

    # ---- the kernel and its extensions ----------------------------------------------------------

    def add_extension(self, bundle, version, wired, image=64 * K):
        extension = Extension(bundle, version, image, self.books.whole_pages(wired))
        self.books.extensions.append(extension)
        return extension

    def add_extensions(self):
        own = dict(names.THIRD_PARTY)
        for bundle in names.extensions(self.books.arch):
            if not self.keep(bundle) and bundle not in own and bundle not in names.HUNGRY:
                continue
            pick = self.chance.fork("extension", bundle)
            version = own.get(bundle) or "%d.%d.%d" % (pick.between(1, 900), pick.below(20),
                                                       pick.below(9))
            image = 4 * K * pick.between(2, 190)
            if bundle.startswith("com.apple.kpi."):
                version, image = "%d.4.0" % self.books.release.darwin, 0
            wired = names.HUNGRY.get(bundle, 0) * K
            if wired == 0 and image > 0 and pick.percent(38):
                wired = 16 * K * pick.between(1, 70)
            extension = self.add_extension(bundle, version, wired, image)
            for device in names.MAPPERS.get(bundle, []):
                extension.mappers[device] = 16 * K * pick.fork(device).between(4, 300)
        self.books.gpu = ("com.apple.iokit.IOGPUFamily" if self.books.arch == "arm64"
                          else "com.apple.iokit.IOAcceleratorFamily2")
        self.books.iokit_mappers = {"IOMapper": 16 * K * 24}

    def add_sites(self):
        for n, symbol in enumerate(names.SITES):
            if not self.keep(symbol):
                continue
            pick = self.chance.fork("site", symbol)
            size = 16 * K * pick.between(1, 40 if pick.percent(80) else 500)
            self.books.sites.append(Site("_" + symbol, 0x7A4000 + 0x1180 * n + 8 * pick.below(64),
                                         size))

    def add_kernel(self):
        books, pick = self.books, self.chance.fork("kernel")
        arm = books.arch == "arm64"
        for number, _, size in releases.tags_of(books.release.darwin):
            if number not in (STACK, ZONE):
                size = pick.fork(number).around(size, 12) if size else 0
                books.tags[number] = books.whole_pages(size)
        books.tags[PTE] = books.whole_pages((21 if arm else 64) * M)
        books.tags[MLOCK] = books.whole_pages(192 * K)
        if arm:
            books.tags[6] = 0
        tenth = books.memory_bytes // 100
        books.reserved = books.whole_pages(tenth * 2)
        books.stolen = books.whole_pages(pick.between(70, 110) * M)
        books.lopage = books.whole_pages(pick.between(1, 40) * 64 * K) if not arm else 0
        if arm and books.release.darwin >= 18:
            books.boot_stolen = books.whole_pages(tenth * 3 // 2)
        books.zone_metadata = books.whole_pages(pick.between(5, 9) * M)
        books.untagged = books.whole_pages(pick.between(2, 6) * M)
        books.compressor_bytes = books.whole_pages(books.memory_bytes // 40)

    # ---- processes ------------------------------------------------------------------------------

    def add(self, key, name, path, signing_id, **more):
        pick = self.chance.fork("process", key)
        page = self.books.page
        process = Process(key, name, path, signing_id)
        process.threads = pick.between(2, 8)
        process.ports = pick.between(40, 240)
        process.fds = pick.between(6, 60)
        process.sockets = pick.below(6)
        process.region_count = pick.between(240, 620)
        process.age = pick.below(4)
        process.page_tables = 16 * K * pick.between(20, 62)
        for field, value in more.items():
            setattr(process, field, value)
        process.resident = page * pick.between(900, 4200) * (16 * K // page)
        process.footprint = process.resident * pick.between(20, 60) // 100 // page * page
        process.dirty = process.footprint * 3 // 4 // page * page
        process.virtual = (390 * G if self.books.arch == "arm64" else 4 * G) + process.resident * 5
        self.books.processes.append(process)
        return process

    def add_daemons(self):
        groups = [
            (names.LIBEXEC, "/usr/libexec/%s", 0), (names.SBIN, "/usr/sbin/%s", 0),
            (names.CORE_SERVICES, "/System/Library/CoreServices/%s.app/Contents/MacOS/%s", 501),
            (names.FRAMEWORK, "/System/Library/PrivateFrameworks/%s.framework/%s", 501),
            (names.APPS, "/System/Applications/%s.app/Contents/MacOS/%s", 501)]
        self.add("kernel_task", "kernel_task", "", "", kernel=True, threads=360, ports=2400,
                 page_tables=0, region_count=0, sockets=0, fds=0, parent="")
        self.add("launchd", "launchd", "/sbin/launchd", "com.apple.xpc.launchd", ports=4200,
                 parent="kernel_task")
        self.add("WindowServer", "WindowServer", "/System/Library/PrivateFrameworks/"
                 "SkyLight.framework/Resources/WindowServer", "com.apple.WindowServer",
                 uid=88, threads=21, ports=5100, region_count=5200, page_tables=14 * M,
                 graphics=190 * M)
        for group, form, uid in groups:
            for name in group:
                if self.keep(name):
                    path = form % ((name,) * form.count("%s"))
                    self.add(name, name, path, "com.apple." + name, uid=uid,
                             graphics=M * 3 if name in names.APPS else 0)

    def add_others(self):
        for name, signing_id, team, threads, ports, regions, tables in names.OTHER_APPS:
            daemon = name.endswith("d") and name.islower()
            app = name.split(" Helper")[0]
            if daemon:
                path = "/Library/Application Support/%s/%s" % (signing_id.split(".")[1], name)
            elif app == name:
                path = "/Applications/%s.app/Contents/MacOS/%s" % (app, name)
            else:
                path = "/Applications/%s.app/Contents/Frameworks/%s.app/Contents/MacOS/%s" % (
                    app, name, name)
            self.add(name, name, path, signing_id, team=team, uid=0 if daemon else 501,
                     threads=threads, ports=ports, region_count=regions, page_tables=tables * K,
                     graphics=0 if daemon else 18 * M)
        name, path = names.WEB_CONTENT
        for n in range(20 * self.part // 100):
            self.add("web#%d" % n, name, path, name, uid=501, threads=14,
                     region_count=2100 + 40 * n, page_tables=3 * M + 64 * K * n, graphics=6 * M)
        for name, path, scripts in names.INTERPRETERS:
            for n in range(20 * self.part // 100 if name == "node" else 4):
                self.add("%s#%d" % (name, n), name, path, "-", uid=501,
                         script="/Users/Shared/jobs/" + scripts[n % len(scripts)],
                         region_count=330 + n, page_tables=640 * K)

    def lock(self, key, type, size_bytes, detail="", object=""):
        """The process locks a region of its own, or one of an object that another maps too."""
        process = self.books.process(key)
        listed(process, self.books, self.chance)
        add_region(process, Region(type, 0, size_bytes, detail, "rw-/rw-", "SHM" if object else
                                   "PRV", size_bytes, size_bytes, 0, object, True))

    def add_graphics(self):
        """Objects that programs own in the driver's tag; the kernel tells of them since 10.15."""
        if self.books.release.darwin < 19:
            self.books.gpu = None
            return
        for process in self.books.processes:
            if process.team and process.graphics > 0:
                each = process.graphics // 6 // self.books.page * self.books.page
                process.owned = [Owned("%s surface %d" % (process.key, n), each, each)
                                 for n in range(6)]

    def make(self):
        self.add_kernel()
        self.add_extensions()
        self.add_sites()
        self.add_zones()
        self.add_daemons()
        self.add_others()
        self.add_graphics()
        for key in ("launchd", "Larkspur", "syncwell", "NetFilterAgent", "python3.11#0", "node#0"):
            if any(process.key == key for process in self.books.processes):
                listed(self.books.process(key), self.books, self.chance)
        self.lock("lockboxd", "VM_ALLOCATE", 128 * K)
        self.lock("lockboxd", "shared memory", M, object="lockbox pages")
        self.lock("lockbox-agent", "shared memory", M, object="lockbox pages")
        self.lock("audiobridged", "MALLOC_LARGE", 2 * M)
        self.books.follow_processes()
        self.books.check()
        return self.books


# ---- regions -------------------------------------------------------------------------------------

def typical_regions(process, books, chance):
    pick, page = chance.fork("regions", process.key), books.page
    out, at = [], 0

    def add(type, pages, detail="", protection="rw-/rwx", mode="PRV", resident=60):
        nonlocal at
        size = pages * page
        used = size * resident // 100 // page * page
        out.append(Region(type, at, size, detail, protection, mode, used,
                          used if protection.startswith("rw") else 0))
        at += size + (page * pick.below(40) if pick.percent(30) else 0)

    add("__TEXT", pick.between(8, 900), process.path, "r-x/r-x", "COW")
    add("__DATA_CONST", pick.between(1, 40), process.path, "r--/rw-", "COW")
    add("__DATA", pick.between(1, 30), process.path, "rw-/rw-", "COW")
    add("__LINKEDIT", pick.between(2, 300), process.path, "r--/r--", "COW", 20)
    for type in ("MALLOC metadata", "Kernel Alloc Once", "Activity Tracing"):
        add(type, pick.between(1, 8))
    for n in range(pick.between(4, 16)):
        add(pick.pick(["MALLOC_TINY", "MALLOC_SMALL", "MALLOC_LARGE", "MALLOC_NANO"]),
            pick.between(8, 512))
    for n in range(pick.between(2, 12)):
        add("VM_ALLOCATE", pick.between(1, 64))
    for n in range(pick.between(1, 6)):
        add("mapped file", pick.between(1, 200), "/usr/share/icu/icudt%dl.dat" % (70 + n),
            "r--/r--", "COW")
    for n in range(pick.between(1, 5)):
        add("dyld private memory", pick.between(1, 8))
    for n in range(min(process.threads, 24)):
        add("STACK GUARD", 1, "", "---/rwx", "NUL", 0)
        add("Stack", 34 if n else 512, "", "rw-/rwx", "PRV", 6)
    at = 0x80000000
    for type, pages, protection in (
            ("__TEXT", 20000, "r-x/r-x"), ("__DATA_CONST", 2400, "r--/rw-"),
            ("__DATA_CONST", 4000, "r--/rw-"), ("__DATA", 900, "rw-/rw-"),
            ("__DATA", 300, "rw-/rw-"), ("__LINKEDIT", 30000, "r--/r--")):
        add(type, pages, CACHE[books.arch], protection, "COW", 30)
    return out


def listed(process, books, chance):
    """From now on its regions are listed one by one."""
    if process.regions is None:
        process.regions = typical_regions(process, books, chance)
        process.region_count = len(process.regions)


def add_region(process, region):
    last = max(process.regions, key=lambda other: other.start)
    region.start = last.start + last.size_bytes + 0x100000
    process.regions.append(region)
    process.region_count = len(process.regions)


# ---- the passing of time -------------------------------------------------------------------------

def drifted(books, seed, most=2 * M, percent=3):
    """The same machine at another moment: everything has moved a little, nothing by more than
    `most`."""
    chance, later = Chance("drift", seed), copy.deepcopy(books)
    page = later.page

    def moved(label, size):
        span = min(size * percent // 100, most) // page
        return size - span * page + page * chance.fork(label).below(2 * span + 1)

    for number in sorted(later.tags):
        later.tags[number] = moved(("tag", number), later.tags[number])
    for extension in later.extensions:
        extension.wired_bytes = moved(extension.bundle, extension.wired_bytes)
    for zone in later.zones:
        chunks = moved(("zone", zone.name), zone.size_bytes) // zone.alloc_bytes
        least = -(-zone.count * zone.element_bytes // zone.alloc_bytes)
        zone.size_bytes = max(chunks, least, 1) * zone.alloc_bytes
        room = zone.size_bytes // zone.element_bytes
        zone.count = min(chance.fork("count", zone.name).around(zone.count, 2), room)
    for process in later.processes:
        pick = chance.fork("process", process.key)
        process.threads = max(1, pick.around(process.threads, 12))
        process.ports = pick.around(process.ports, 5)
        if process.regions is None:
            process.region_count = pick.around(process.region_count, 2)
        process.page_tables += 16 * K * pick.between(-1, 1) if process.page_tables else 0
        process.resident = moved(("resident", process.key), process.resident)
        process.footprint = min(moved(("footprint", process.key), process.footprint),
                                process.resident)
    later.untagged = moved("untagged", later.untagged)
    later.zone_metadata = moved("metadata", later.zone_metadata)
    later.compressor_bytes = moved("compressor", later.compressor_bytes)
    later.follow_processes()
    later.check()
    return later
