"""What one boot numbers anew: process ids, load tags, tags of the VM, numbers of typed zones,
addresses, object ids. Nothing of it means anything in another boot."""
from chance import Chance
from names import KPI

PID_FIRST = 2


class Boot:
    def __init__(self, seed, started_s):
        self.chance = Chance("boot", seed)
        self.started_s = started_s
        self.id = self.chance.fork("id").uuid()
        self.load_tags, self.tags, self.pids, self.unique_ids = {}, {}, {}, {}
        self.starts = {}
        self.next_load_tag, self.next_tag, self.next_pid, self.next_unique = 1, 0, PID_FIRST, 1

    # ---- handed out on first use ----------------------------------------------------------------

    def admit_extensions(self, books):
        fresh = [extension.bundle for extension in books.extensions
                 if extension.bundle not in self.load_tags]
        own = ["com.apple.kpi." + name for name in KPI]
        late = [bundle for bundle in fresh if bundle not in own]
        order = [bundle for bundle in fresh if bundle in own]
        order += self.chance.fork("load", len(self.load_tags)).shuffled(late)
        for bundle in order:
            self.load_tags[bundle] = self.next_load_tag
            self.next_load_tag += 2 if self.chance.fork("gap", bundle).percent(4) else 1

    def admit_tags(self, books):
        """Dynamic tags: of extensions, of call sites, of DMA mappers."""
        self.next_tag = max(self.next_tag, books.release.first_dynamic)
        owners = [("kmod", extension.bundle) for extension in books.extensions
                  if extension.wired_bytes > 0]
        owners += [("site", site.symbol) for site in books.sites]
        owners += [("named", name) for name, _ in named_accounts(books)]
        fresh = [owner for owner in owners if owner not in self.tags]
        for owner in self.chance.fork("tags", len(self.tags)).shuffled(fresh):
            self.tags[owner] = self.next_tag
            self.next_tag += 1
        assert self.next_tag < 255, "more owners than tags"

    def admit_processes(self, books, now_s):
        fresh = [process for process in books.processes if process.key not in self.pids]
        fixed = {"kernel_task": 0, "launchd": 1}
        rest = [process for process in fresh if process.key not in fixed]
        rest = self.chance.fork("pids", len(self.pids)).shuffled(rest)
        rest.sort(key=lambda process: process.age)
        span = (now_s - self.started_s) * 1000000
        age = 0
        for n, process in enumerate([one for one in fresh if one.key in fixed] + rest):
            pick = self.chance.fork("process", process.key)
            if process.key in fixed:
                self.pids[process.key] = fixed[process.key]
                self.starts[process.key] = self.started_s * 1000000 + n
            else:
                self.next_pid += pick.between(1, 4) + 90 * (process.age - age)
                age = process.age
                self.pids[process.key] = self.next_pid
                since = span * process.age // 100 + 2000 * n + pick.below(1900)
                self.starts[process.key] = self.started_s * 1000000 + min(since, span)
            self.unique_ids[process.key] = self.next_unique
            self.next_unique += pick.between(1, 3)

    def admit(self, books, now_s):
        self.admit_extensions(books)
        self.admit_tags(books)
        self.admit_processes(books, now_s)

    # ---- the same for the same name, in this boot only ------------------------------------------

    def object_id(self, name):
        return int(self.chance.fork("object", name).hex(16), 16)

    def slide(self, key, arch):
        base = 0x100000000
        return base + self.chance.fork("slide", key).below(0x8000) * (16384 if arch == "arm64"
                                                                      else 4096)

    def kernel_slide(self, arch):
        return self.chance.fork("kernel slide").below(0x1000) * (0x4000 if arch == "arm64"
                                                                 else 0x200000)

    def typed_zones(self, zone, page):
        """(name, elements, bytes): a typed zone of one size, as this boot has shuffled it."""
        pick = self.chance.fork("types", zone.name)
        weights = [pick.between(1, 9) for _ in range(pick.between(1, 5))]
        chunks, total, size = zone.size_bytes // zone.alloc_bytes, sum(weights), zone.name[12:]
        out, before, left = [], 0, zone.count
        for n, weight in enumerate(weights):
            held = chunks * (before + weight) // total - chunks * before // total
            before += weight
            held *= zone.alloc_bytes
            room = held // zone.element_bytes
            share = min(room, zone.count * held // zone.size_bytes + 1, left)
            left -= share
            if held:
                out.append(("kalloc.type%d.%s" % (n, size), share, held))
        return out


def named_accounts(books):
    """(name, bytes) of the accounts of DMA mappers, which are in no other account."""
    out = [("%s.DMA.%s" % (extension.bundle, device), size)
           for extension in books.extensions for device, size in extension.mappers.items()]
    return out + list(books.iokit_mappers.items())
