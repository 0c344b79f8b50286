"""The cases of a corpus' folder pairs/: a zone that grew, told in prose, tables and panics.

A Case is: on this release this zone held so much, then so much; these others had nothing to do
with it.
"""

import os
import re

from expected import GIB, MIB, size

PANIC = re.compile(r"panic\(cpu.*?zalloc.*?allocating\s+from\s+zone\s+\[?([^\],\s]+)\]?,"
                   r"\s+likely\s+due\s+to\s+memory\s+leak\s+in\s+zone\s+\[?([^\]\s]+)\]?"
                   r"\s+\((\w+)(?:\s+total\s+bytes)?,\s+(\d+)\s+elements.*", re.S)
ZONE = re.compile(r"(?:[a-z_]+\.)?kalloc\.\d+")
HELD = re.compile(r"([\d.]+) (GiB|GB|MiB|MB)\*{0,2}(?: \(([\d,]+)\))?")
DARWIN = {"2422": (10, 9), "2782": (10, 10), "3248": (10, 11), "3789": (10, 12), "4570": (10, 13),
          "4903": (10, 14), "6153": (10, 15), "12377": (26, 0)}


class Case:
    """before and after: (bytes, how coarsely they are known)."""

    def __init__(self, name, zone, release, before, after):
        self.name, self.zone, self.release = name, zone, release
        self.before, self.after = before, after
        self.panic = None        # the panic's own text, if there was one
        self.elements = None     # of the zone, when it panicked
        self.decoys = set()      # names that must be in no row
        self.extensions = set()  # of the panic's backtrace: suspects at most
        self.process = None


def element_bytes(zone):
    return int(zone.rpartition(".")[2])


def release_of(text):
    build = re.search(r"xnu-(\d+)\.", text)
    said = re.search(r"(?:macOS|OS X) (\d+)\.(\d+)", text)
    if build and build.group(1) in DARWIN:
        return DARWIN[build.group(1)]
    return (int(said.group(1)), int(said.group(2))) if said else None


def from_a_panic(name, text):
    said = PANIC.search(text)
    allocating, zone, held, elements = said.groups()
    held, coarse = size(held)
    case = Case(name, zone, release_of(text), (held // 40, 0), (held, coarse))
    case.elements = int(elements)
    case.panic = re.sub(r"\n#.*|\n\|.*", "", said.group(0))
    case.extensions = set(re.findall(r"^\s+([\w.]+)\(\S+\)\[[-0-9A-F]+\]@", text, re.M))
    process = re.search(r"BSD process name corresponding to current thread: (.*)", text)
    case.process = process.group(1) if process else None
    case.decoys = case.extensions | ({allocating} - {zone}) | ({case.process} - {None})
    return case


def held_by(match):
    """A zone's size in a line of a series; the count of its elements is finer than the figure."""
    number, unit, elements = match.groups()
    figure = size(number + unit[0])
    return figure + (int(elements.replace(",", "")) if elements else None,)


def from_series(name, text):
    """Each boot's first and last line."""
    zone = ZONE.search(text).group(0)
    for number, part in enumerate(text.split("# series")[1:]):
        lines = [held_by(match) for line in part.splitlines() if line.startswith("| 2")
                 if (match := HELD.search(line))]
        if len(lines) < 2:
            continue
        first, last = lines[0], lines[-1]
        bytes_of = [(line[2] * element_bytes(zone), 0) if line[2] else line[:2]
                    for line in (first, last)]
        yield Case("%s-%d" % (name, number + 1), zone, release_of(text), *bytes_of)


def from_a_range(name, text):
    """A zone that is below so many MB when fresh and between two figures of GB hours later, and the
    command by which that was watched, which has the zone's whole name."""
    said = re.search(r"kalloc\.\d+ < (\d+) MB; after .*?: (\d+)-\d+ GB", text)
    watched = re.search(r"zprint \|.*?/([^/]+)/", text)
    if not said or not watched:
        return
    zone = watched.group(1).replace("\\", "")
    yield Case(name, zone, release_of(text), (int(said.group(1)) * MIB // 2, 0),
               (int(said.group(2)) * GIB, 0))


def cases_of(folder):
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = entry.name.rpartition(".")[0]
        with open(entry.path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        found = [from_a_panic(name, text)] if PANIC.search(text) else \
            list(from_series(name, text)) or list(from_a_range(name, text))
        if not found:
            raise RuntimeError("%s: a case that is not understood" % entry.path)
        yield from found
