"""The kernel's books: who holds which wired bytes on one Mac at one moment, and the identities that
XNU keeps by itself.

    WIRED         = wire_count + BOOT_STOLEN
                  = RESERVED + STOLEN + LOPAGE + BOOT_STOLEN + WIRED_MANAGED
    WIRED_MANAGED = tags with the flag WIRED + tag 12 + what has no tag
    tag 12        = all zones + zone metadata
    tag MLOCK    >= what processes have locked, each object once
    tag PTE      >= what the page_table ledgers of all processes say (Apple silicon)
    tag STACK     = 16 KiB for each thread that has a stack just now

Books hold what things mean and never how one boot numbers them (boot.py). Every size is a whole
number of pages. rows() says who is to be named for how much: it is the truth beside a sample.
"""
from dataclasses import dataclass, field

from releases import G, K, M, MLOCK, PTE, STACK, ZONE, tags_of

KERNEL_STACK = 16 * K
GRAPHICS = 4  # ledger tag of owned objects


@dataclass
class Zone:
    name: str
    element_bytes: int
    count: int
    size_bytes: int
    alloc_bytes: int
    max_bytes: int = 0  # the most it ever was; 0: what it is
    sum_bytes: int = 0  # of all elements that were ever handed out; 0: what it is
    free_bytes: int = 0  # empty pages
    is_type: bool = False  # "kalloc.type" of one size: a boot cuts it into numbered zones


@dataclass
class Extension:
    bundle: str
    version: str
    image_bytes: int
    wired_bytes: int = 0
    mappers: dict = field(default_factory=dict)  # device: bytes


@dataclass
class Site:
    symbol: str
    offset: int  # in the kernel
    wired_bytes: int


@dataclass
class Region:
    type: str
    start: int
    size_bytes: int
    detail: str = ""
    protection: str = "rw-/rwx"
    mode: str = "PRV"
    resident_bytes: int = 0
    dirty_bytes: int = 0
    offset_bytes: int = 0
    object: str = ""  # what it maps; equal names are the same object
    locked: bool = False


@dataclass
class Owned:
    object: str
    size_bytes: int
    wired_bytes: int
    ledger: int = GRAPHICS


@dataclass
class Process:
    key: str  # of this instance
    name: str
    path: str
    signing_id: str
    team: str = ""
    uid: int = 0
    parent: str = "launchd"
    script: str = ""
    threads: int = 3
    ports: int = 60
    fds: int = 20
    sockets: int = 2
    region_count: int = 300
    regions: list = None  # None: counted, not listed
    owned: list = field(default_factory=list)
    page_tables: int = 0
    resident: int = 0
    footprint: int = 0
    virtual: int = 0
    dirty: int = 0
    graphics: int = 0
    age: int = 0  # when in the life of the boot it was started, in percent
    kernel: bool = False

    def title(self):
        """An interpreter's processes are told apart by what they run."""
        script = self.script.rpartition("/")[2]
        return "%s %s" % (self.name, script) if script else self.name

    def is_platform(self):
        """One of the system's own programs, whose task is nobody's business."""
        return self.signing_id.startswith("com.apple.") and not self.team

    def locked_regions(self):
        return [region for region in self.regions or [] if region.locked]

    def locked_bytes(self):
        return sum(region.size_bytes for region in self.locked_regions())


class Books:
    def __init__(self, release, arch, memory_bytes):
        self.release, self.arch = release, arch
        self.page = 16 * K if arch == "arm64" else 4 * K
        self.memory_bytes = memory_bytes
        self.boot_stolen = self.reserved = self.stolen = self.lopage = 0
        self.tags = {}  # number of a fixed tag: bytes of the kernel itself in it
        self.extensions, self.sites, self.zones, self.processes = [], [], [], []
        self.iokit_mappers = {}  # device: bytes, of tags that are no extension's
        self.zone_metadata = 6 * M
        self.untagged = 4 * M
        self.compressor_bytes = 0
        self.gpu = None  # bundle id of the extension in whose tag graphics objects are

    def whole_pages(self, size):
        return -(-size // self.page) * self.page

    # ---- who is who -----------------------------------------------------------------------------

    def extension(self, bundle):
        return next(extension for extension in self.extensions if extension.bundle == bundle)

    def zone(self, name):
        return next(zone for zone in self.zones if zone.name == name)

    def process(self, key):
        return next(process for process in self.processes if process.key == key)

    # ---- what follows from the processes --------------------------------------------------------

    def locked_by(self, readable=lambda process: True):
        """Bytes by process; an object that several lock is theirs in equal parts, and what the
        division leaves is the first one's."""
        lockers = {}
        for process in filter(readable, self.processes):
            for n, region in enumerate(process.locked_regions()):
                key = ((region.object, region.offset_bytes) if region.object else (process.key, n))
                lockers.setdefault(key, (region.size_bytes, []))[1].append(process.key)
        out = {}
        for size, keys in lockers.values():
            for n, key in enumerate(keys):
                part = size // len(keys) + (size % len(keys) if n == 0 else 0)
                out[key] = out.get(key, 0) + part
        return out

    def threads(self):
        return sum(process.threads for process in self.processes)

    def tag_bytes(self, number):
        own = self.tags.get(number, 0)
        if number == STACK:
            return KERNEL_STACK * (self.threads() * 15 // 16)
        if number == ZONE:
            return sum(zone.size_bytes for zone in self.zones) + self.zone_metadata
        if number == MLOCK:
            return own + sum(self.locked_by().values())
        if number == PTE and self.arch == "arm64":
            return own + sum(process.page_tables for process in self.processes)
        return own

    def fill_zone(self, name, count):
        """The elements that the processes need, and the pages that they take."""
        zone = self.zone(name)
        zone.count = count
        zone.size_bytes = self.pages_of(zone)

    def pages_of(self, zone, percent=104):
        """Bytes of so many elements, with some free ones between them."""
        chunks = -(-zone.count * zone.element_bytes * percent // 100 // zone.alloc_bytes)
        return max(chunks, 1) * zone.alloc_bytes

    def follow_processes(self):
        listed = self.processes
        regions = sum(process.region_count for process in listed)
        ports = sum(process.ports for process in listed)
        for process in listed:
            if process.regions is not None:
                assert process.region_count == len(process.regions)
        for name, count in [
                ("vm objects", regions * 3 // 5), ("VM map entries", regions * 21 // 20),
                ("maps", len(listed) + 40), ("pmap", len(listed) + 4),
                ("ipc ports", ports * 5 // 4), ("ipc spaces", len(listed)),
                ("threads", self.threads()), ("threads_ro", self.threads()),
                ("turnstiles", self.threads() * 9 // 8), ("uthread", self.threads()),
                ("proc_task", len(listed)), ("proc_ro", len(listed)), ("sigacts", len(listed)),
                ("filedesc", len(listed)), ("workqueue", len(listed) * 3 // 4),
                ("bank_task", len(listed)), ("ledger", len(listed))]:
            self.fill_zone(name, count)

    # ---- totals ---------------------------------------------------------------------------------

    def wired_tags(self):
        return [(number, name, self.tag_bytes(number)) for number, name, _ in
                tags_of(self.release.darwin) if number != ZONE]

    def wired_managed(self):
        return (sum(size for _, _, size in self.wired_tags()) + self.tag_bytes(ZONE) +
                sum(extension.wired_bytes + sum(extension.mappers.values())
                    for extension in self.extensions) +
                sum(self.iokit_mappers.values()) +
                sum(site.wired_bytes for site in self.sites) + self.untagged)

    def wire_count(self):
        return self.reserved + self.stolen + self.lopage + self.wired_managed()

    def wired(self):
        return self.wire_count() + self.boot_stolen

    # ---- the truth ------------------------------------------------------------------------------

    def owned_graphics(self, readable=lambda process: True):
        """Bytes by process: objects in the tag of the only extension that can hold them."""
        return {process.key: sum(owned.wired_bytes for owned in process.owned
                                 if owned.ledger == GRAPHICS)
                for process in filter(readable, self.processes) if process.owned}

    def site_name(self, site):
        """What our own bundles know of a call site: its address."""
        base = 0xFFFFFE0007000000 if self.arch == "arm64" else 0xFFFFFF8000200000
        return "site 0x%x" % (base + site.offset)

    def process_rows(self, rows, account, rest, total, by_key):
        """Claims in an account, and who holds what nobody claims."""
        names = {process.key: process.title() for process in self.processes}
        for key, size in by_key.items():
            row = ("process", names[key], account)
            rows[row] = rows.get(row, 0) + size
        rows[rest + (account,)] = total - sum(by_key.values())

    def rows(self, readable=lambda process: True, is_owned_told=True):
        """(kind, name, account): bytes, for all that is wired beyond the boot carve-out.

        readable: whose memory is told; is_owned_told: whether they say what they own."""
        rows = {}
        for number, name, size in self.wired_tags():
            if number not in (MLOCK, PTE):
                rows["kernel", name, name] = size
        self.process_rows(rows, "mlocked memory",
                          ("kernel", "mlocked memory without a known owner"),
                          self.tag_bytes(MLOCK), self.locked_by(readable))
        if self.arch == "arm64":
            self.process_rows(rows, "page tables", ("kernel", "page tables of the kernel"),
                              self.tag_bytes(PTE),
                              {process.key: process.page_tables for process in
                               filter(readable, self.processes) if not process.kernel})
        else:
            rows["kernel", "page tables", "page tables"] = self.tag_bytes(PTE)
        for extension in self.extensions:
            size = extension.wired_bytes + sum(extension.mappers.values())
            if extension.bundle == self.gpu and is_owned_told:
                self.process_rows(rows, "graphics memory", ("extension", extension.bundle), size,
                                  self.owned_graphics(readable))
            elif size > 0:
                rows["extension", extension.bundle, "extension memory"] = size
        for device, size in self.iokit_mappers.items():
            rows["kernel", device, "DMA mappers"] = size
        for site in self.sites:
            rows["kernel", self.site_name(site), "kernel call sites"] = site.wired_bytes
        for zone in self.zones:
            rows["zone", zone.name, "zones"] = zone.size_bytes
        rows["kernel", "other zone memory", "zones"] = self.zone_metadata
        for name, size in [("RESERVED", self.reserved), ("STOLEN", self.stolen),
                           ("LOPAGE", self.lopage)]:
            rows["kernel", "VM_KERN_COUNT_" + name, "VM_KERN_COUNT_" + name] = size
        return rows

    def check(self):
        """What must hold for any Mac; a sample that breaks it is not one."""
        assert sum(self.rows().values()) + self.untagged == self.wire_count()
        assert self.wired() == self.wire_count() + self.boot_stolen
        assert self.tag_bytes(ZONE) >= sum(zone.size_bytes for zone in self.zones)
        assert self.tag_bytes(MLOCK) >= sum(self.locked_by().values())
        sizes = [size for _, _, size in self.wired_tags()]
        sizes += [zone.size_bytes for zone in self.zones]
        sizes += [self.reserved, self.stolen, self.lopage, self.boot_stolen, self.untagged]
        assert min(sizes) >= 0 and min(self.rows().values()) >= 0
        assert all(size % self.page == 0 for size in sizes)
        for zone in self.zones:
            assert zone.count * zone.element_bytes <= zone.size_bytes
            assert zone.size_bytes % zone.alloc_bytes == 0, zone
        assert self.wired() < self.memory_bytes, (self.wired() / G, self.memory_bytes / G)
