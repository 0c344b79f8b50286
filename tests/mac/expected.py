"""What a text of one of Apple's tools says, worked out a second time and more simply than the
readers do it: each function takes the text and returns an Expected. Written from the formats'
rules, not from the readers."""

import re

KIB, MIB, GIB, TIB = 1 << 10, 1 << 20, 1 << 30, 1 << 40
UNITS = {"": 1, "B": 1, "K": KIB, "KB": KIB, "M": MIB, "MB": MIB, "G": GIB, "GB": GIB, "T": TIB,
         "TB": TIB}
SIZE = r"\d+(?:\.\d+)?[KMGT]?"


class Expected:
    """Totals and records. What is not said here and is in the dump was made up."""

    def __init__(self):
        self.totals = {}    # name: (bytes, how coarsely it is printed)
        self.records = []   # (kind, key fields, {field: (bytes or number, coarse)})
        self.kinds = set()  # kinds of which the records above are all there are
        self.redacted = False

    def total(self, name, figure):
        self.totals.setdefault(name, figure)

    def record(self, kind, key, **values):
        self.kinds.add(kind)
        self.records.append((kind, key, values))


def size(text):
    """A printed size: (bytes, how coarse)."""
    number, unit = re.fullmatch(r"([\d.]+)\s*([A-Za-z]*)", text.strip()).groups()
    factor = UNITS[unit.upper()]
    whole, _, decimals = number.partition(".")
    scale = 10 ** len(decimals)
    return int(whole) * factor + int(decimals or 0) * factor // scale, \
        0 if factor == 1 else -(-factor // scale)


def exact(number):
    return number, 0


# ---- vm_stat, memory_pressure

def vm_stat(text):
    expected = Expected()
    page = re.search(r"page size of (\d+) bytes", text)
    if not page:
        return expected
    page = int(page.group(1))

    def pages(word):
        """Beyond eight digits the columnar form prints thousands."""
        factor = {"K": 10 ** 3, "M": 10 ** 6, "G": 10 ** 9}.get(word[-1], 1)
        return int(word.rstrip("KMG")) * factor * page, 0 if factor == 1 else factor * page

    levels = dict(re.findall(r"^\s*([A-Z][^:\n]*):\s*(\d+)\.?\s*$", text, re.M))
    if levels:
        if "Pages wired down" in levels:
            expected.total("wired_vm_stat", pages(levels["Pages wired down"]))
        if "Pages occupied by compressor" in levels:
            expected.total("compressor", pages(levels["Pages occupied by compressor"]))
        return expected
    columns, rows = None, []
    for line in text.splitlines():
        words = line.split()
        if "wired" in words:
            columns = words
        elif columns and len(words) == len(columns) and words[0][0].isdigit():
            rows.append(dict(zip(columns, words)))
    if rows:
        expected.total("wired_vm_stat", pages(rows[0]["wired"]))
    for row in rows:
        expected.record("sample", {"wired_bytes": pages(row["wired"])[0]})
    if rows and "cmprssor" in rows[0]:
        expected.total("compressor", pages(rows[0]["cmprssor"]))
    return expected


def memory_pressure(text):
    expected = Expected()
    head = re.search(r"has (\d+) \((\d+) pages with a page size of (\d+)\)", text)
    page = int(head.group(3))
    levels = dict(re.findall(r"^([A-Z][^:\n]*):\s*(\d+)\s*$", text, re.M))
    expected.total("memsize", exact(int(head.group(1))))
    if "Pages wired down" in levels:
        expected.total("wired_pressure", exact(int(levels["Pages wired down"]) * page))
    if "Pages used by compressor" in levels:
        expected.total("compressor", exact(int(levels["Pages used by compressor"]) * page))
    return expected


# ---- zprint

ZONE = re.compile(r"^(\S+)\s+(\d+)\s+(\d+)K\s+(?:\d+K|-+)\s+(\d+)\s+(?:\d+|-+)\s+(\d+)"
                  r"\s+\d+K\s+\d+", re.M)
WIRED = re.compile(r"^(?P<name>.{64}(?:.{3}))(?P<tag>[ \d]{12}) .*?(?P<size>\d+)K\s*$")


def zones(text, expected):
    """zprint -d prints the table again, of zones that have grown: the last one counts."""
    tables = re.split(r"^zone name .*$", text, flags=re.M)
    rows = {}
    for table in tables[:2]:
        for nth, row in enumerate(ZONE.findall(table)):
            rows[row[0], row[1], nth] = row
    for row in (row for table in tables[2:] for row in ZONE.findall(table)):
        rows[next(key for key in rows if key[:2] == row[:2])] = row
    expected.redacted = any(int(row[2]) == 0 and int(row[4]) > 0 for row in rows.values())
    for name, element, held, _, inuse in rows.values():
        expected.record("zone", {"name": name, "element": int(element)}, elements=exact(int(inuse)),
                        size=None if expected.redacted else exact(int(held) * KIB))


def zprint(text):
    expected = Expected()
    zones(text, expected)
    in_table = False
    for line in text.splitlines():
        if line.startswith(("wired memory", "maps", "zone views")):
            in_table = line.startswith("wired memory")
            continue
        row = WIRED.match(line) if in_table else None
        total = re.match(r"total .* of\s+([\d.]+M)$", line) if in_table else None
        if total:
            expected.total("wired_kernel", size(total.group(1)))
        elif row and row.group("tag").strip():
            expected.record("kernel_memory", {"tag": int(row.group("tag"))},
                            size=(int(row.group("size")) * KIB, KIB))
        elif row and row.group("name").strip() == "zones" and not expected.redacted:
            expected.total("zones", (int(row.group("size")) * KIB, KIB))
        elif row and row.group("name").startswith("VM_KERN_COUNT_"):
            expected.record("kernel_memory", {"name": row.group("name").strip()},
                            size=(int(row.group("size")) * KIB, KIB))
    return expected


# ---- kextstat and kmutil showloaded

KEXT = re.compile(r"^\s*(\d+)\s+\d+\s+(?:0x)?[0-9a-f]+\s+(?:0x)?([0-9a-f]+)\s+(?:0x)?[0-9a-f]+"
                  r"\s+(?:(?:x86_64|arm64e?|i386)\s+)?(\S+)\s+\(([^)]*)\)", re.M)


def kextstat(text):
    expected = Expected()
    expected.kinds.add("extension")
    for index, image, name, version in KEXT.findall(text):
        expected.record("extension", {"name": name, "load_tag": int(index)},
                        version=exact(version),
                        size=exact(int(image, 16)) if int(image, 16) else None)
    return expected


# ---- vmmap

REGION = re.compile(r"^(\S.*?)\s+(?:(?:0x)?([0-9a-f]+)-\s*(?:0x)?([0-9a-f]+)|unmapped-unmapped)\s+"
                    r"(?:\[([^\]]*)\]|\S{3}/\S{3} )", re.M)
SUMMARY = re.compile(r"^(\S.*?)\s{2,}((?:%s)(?:\s+(?:%s))*)(?:\s|$)" % (SIZE, SIZE))
IN_BRACKETS = ("virtual", "resident", "dirty", "swapped")


def add(sums, key, figures):
    """Sums of figures by field; the errors of rounding add up too."""
    into = sums.setdefault(key, {})
    for field, (value, coarse) in figures.items():
        before = into.get(field, exact(0))
        into[field] = before[0] + value, before[1] + coarse


def regions(text):
    sums = {}
    for name, start, end, sizes in REGION.findall(text):
        figures = dict(zip(IN_BRACKETS, map(size, sizes.split())), count=exact(1))
        if start:
            figures["virtual"] = exact(int(end, 16) - int(start, 16))
        add(sums, name, figures)
    return sums


def summary(text):
    sums, in_table = {}, False
    for line in text.splitlines():
        if line.startswith("REGION TYPE"):
            in_table = "[" not in line
        elif line.startswith(("MALLOC ZONE", "TOTAL")):
            in_table = False
        elif in_table and not line.startswith("=") and (row := SUMMARY.match(line)):
            words = row.group(2).split()
            count = [exact(int(words.pop()))] if len(words) > 1 and words[-1].isdigit() else []
            figures = dict(zip(IN_BRACKETS, map(size, words[:4])))
            figures.update(zip(["count"], count))
            add(sums, row.group(1), figures)
    return sums


def vmmap(text):
    expected = Expected()
    expected.kinds.add("region_type")
    rows, table = regions(text), summary(text)
    pid = re.search(r"^Process:\s+.*\[(\d+)\]|^Virtual Memory Map of process (\d+)", text, re.M)
    pid = int(pid.group(1) or pid.group(2)) if pid else 0
    # A summary says of the listing beside it nothing new.
    for method, sums in (("vmmap", rows), ("vmmap summary", {} if rows else table)):
        for name, figures in sums.items():
            expected.record("region_type", {"type": name, "method": method, "pid": pid}, **figures)
    footprint = re.search(r"^Physical footprint:\s+(%s)" % SIZE, text, re.M)
    if footprint:
        expected.record("process", {"pid": pid}, footprint=size(footprint.group(1)))
    return expected


# ---- footprint, ps, top, allmemory

AMOUNT = r"(\d+(?:\.\d+)? [KMGT]?B)"
CATEGORY = re.compile(r"^\s*%s\s+%s\s+%s\s+(\d+)\s+(\S.*?)\s*$" % (AMOUNT, AMOUNT, AMOUNT), re.M)


def footprint(text):
    expected = Expected()
    title = re.search(r"^(\S.*) \[(\d+)\]:.*Footprint: (\S+ \S+)", text, re.M)
    aux = re.search(r"^\s*phys_footprint: (\S+ \S+)$", text, re.M)
    pid = int(title.group(2))
    expected.record("process", {"pid": pid}, name=exact(title.group(1)),
                    footprint=size((aux or title).group(1 if aux else 3)))
    for dirty, clean, reclaimable, count, name in CATEGORY.findall(text):
        if name != "TOTAL":
            expected.record("region_type", {"pid": pid, "type": name, "method": "footprint"},
                            count=exact(int(count)), dirty=size(dirty), clean=size(clean),
                            reclaimable=size(reclaimable))
    return expected


def ps(text):
    expected = Expected()
    columns = None
    for line in text.splitlines():
        words = line.split()
        if "PID" in words and "RSS" in words:
            columns = words
        elif columns:
            row = dict(zip(columns, line.split(None, len(columns) - 1)))
            values = {"resident": exact(int(row["RSS"]) * KIB),
                      "virtual": exact(int(row["VSZ"]) * KIB),
                      "name": (line.split(None, len(columns) - 1)[-1], "is part of")}
            expected.record("process", {"pid": int(row["PID"])}, **values)
    return expected


def cut_by_header(header, line):
    """Cells under the words of a header, which are left-aligned with them."""
    starts = [match.start() for match in re.finditer(r"\S+", header)]
    return {header[a:].split()[0]: line[a:b].strip()
            for a, b in zip(starts, starts[1:] + [len(line)])}


def top(text):
    expected = Expected()
    wired = re.search(r"PhysMem:.*?(%s) wired" % SIZE, text)
    expected.total("wired_top", size(wired.group(1)))
    compressor = re.search(r"PhysMem:.*?(%s) compressor" % SIZE, text)
    if compressor:
        expected.total("compressor", size(compressor.group(1)))
    header = None
    for line in text.splitlines():
        if line.startswith("PID "):
            header = line
        elif header and line.startswith("Processes:"):
            break
        elif header and line[:1].isdigit():
            row = cut_by_header(header, line)
            values = {"name": exact(row["COMMAND"])}
            if re.fullmatch(r"%s[+-]?" % SIZE.replace("KMGT", "BKMGT"), row.get("MEM", "")):
                values["footprint"] = size(row["MEM"].rstrip("+-"))
            expected.record("process", {"pid": int(row["PID"])}, **values)
    return expected


def allmemory(text):
    """Pages of 4 KiB: the program is gone since there were others."""
    expected = Expected()
    for name, pid, private, dirty, swapped, shared in re.findall(
            r"(\S+) \[ *(\d+)\]:\s+\S+\s+(\d+)\s+/\s+\d+\s+\d+\s+(\d+)\s+(\d+)\s+(\d+)\s+/", text):
        expected.record("process", {"pid": int(pid)}, name=exact(name),
                        private=exact(int(private) * 4096), dirty=exact(int(dirty) * 4096),
                        swapped=exact(int(swapped) * 4096), shared=exact(int(shared) * 4096))
    return expected


# ---- sysctl, swap files, panic reports

def sysctl(text):
    expected = Expected()
    usage = re.search(r"total = (\S+)\s+used = (\S+)\s+free = ", text)
    if usage:
        expected.total("swap_total", size(usage.group(1)))
        expected.total("swap_used", size(usage.group(2)))
    for name, total in (("hw.memsize", "memsize"), ("hw.memsize_usable", "memsize_usable")):
        said = re.search(r"^%s(?::| =) (\d+)$" % re.escape(name), text, re.M)
        if said:
            expected.total(total, exact(int(said.group(1))))
    return expected


def swap_files(text):
    expected = Expected()
    for held, name in re.findall(r"^-\S+\s+\d+\s+\S+\s+\S+\s+(\d+)\s.*?(\S+)$", text, re.M):
        expected.record("swap_file", {"name": name}, size=exact(int(held)))
    return expected


# "Zone Name   Cur Size   Free Size" and its rows, also as somebody has put them into a table.
LARGEST_ZONE = re.compile(r"^\|\s*`?([\w.]+)`?\s*\|[\s*]*(\d+ [KMG]B?)[\s*]*\|", re.M)


def panic(text):
    expected = Expected()
    said = re.search(r"allocating\s+from\s+zone\s+\[?([^\],\s]+)\]?,\s+likely\s+due\s+to"
                     r"\s+memory\s+leak\s+in\s+zone\s+\[?([^\]\s]+)\]?"
                     r"\s+\((\d+)([KMGT]?)(?:\s+total\s+bytes)?,"
                     r"\s+(\d+)\s+elements", text)
    if said:
        expected.record("panic", {"zone": said.group(2), "allocating_zone": said.group(1)})
        expected.record("zone", {"name": said.group(2)}, size=size(said.group(3) + said.group(4)),
                        elements=exact(int(said.group(5))))
        for name, held in LARGEST_ZONE.findall(text):
            if name != said.group(2):
                expected.record("zone", {"name": name}, size=size(held))
    return expected


# ---- as guides print them

def memory_pressure_with_columns(text):
    """"timestamp free active inactive wired compressed", and a time of two words."""
    expected = Expected()
    header, row = (line.split() for line in text.splitlines()[:2])
    row = dict(zip(header, [row[0] + row[1]] + row[2:]))
    expected.total("wired_pressure", size(row["wired"]))
    return expected


def zprint_with_columns(text):
    """Two header lines say what a column is: "elem" over "size", "cur" over "inuse". Bytes."""
    expected = Expected()
    lines = text.splitlines()
    columns = list(zip(lines[0].split(), lines[1].split()[1:]))
    for line in lines[2:]:
        name, *words = line.split()
        row = dict(zip(columns, map(int, words)))
        expected.record("zone", {"name": name, "element": row["elem", "size"]},
                        elements=exact(row["cur", "inuse"]), size=exact(row["cur", "size"]))
    return expected
