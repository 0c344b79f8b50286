"""What dump_evidence prints, as records.

A line such as

    zone name='kalloc.48' naming=zprint element=48 elements=3000 size=163840 +-1024

is a Record: kind "zone", fields {"name": "kalloc.48", "element": 48, ...}, resolution 1024.
"""

import re
import subprocess

FIELD = re.compile(r"(\w+)=('((?:[^'\\]|\\.|'(?! |$))*)'|\S+)|\+-(\d+)|(\S+)")
ESCAPED = re.compile(r"\\(x[0-9a-f]{2}|x|.)")
PRINTED_IN_HEX = ("object", "offset", "number")


class Record:
    def __init__(self, kind, fields, words, resolution):
        self.kind = kind
        self.fields = fields
        self.words = words
        self.resolution = resolution

    def get(self, name):
        return self.fields.get(name)

    def __repr__(self):
        return "%s %s" % (self.kind, self.fields)


def unescaped(match):
    """The inverse of formats/escape.h."""
    code = match.group(1)
    if code == "x":
        return ""
    if code[0] == "x":
        return chr(int(code[1:], 16))
    return {"t": "\t", "n": "\n"}.get(code, code)


def value_of(key, bare, quoted):
    if quoted is not None:
        return ESCAPED.sub(unescaped, quoted)
    if key in PRINTED_IN_HEX:
        return int(bare, 16)
    return int(bare) if bare.isdigit() else bare


def record_of(line):
    kind, _, rest = line.partition(" ")
    fields, words, resolution = {}, [], 0
    for key, bare, quoted, coarse, word in FIELD.findall(rest):
        if key:
            fields[key] = value_of(key, bare, quoted if bare.startswith("'") else None)
        elif coarse:
            resolution = int(coarse)
        else:
            words.append(word)
    return Record(kind, fields, words, resolution)


class Evidence:
    """A path as the readers see it."""

    def __init__(self, text):
        self.text = text
        self.refused = None
        self.notes = []
        self.totals = {}
        self.records = []
        for line in text.splitlines():
            if line.startswith("refused: "):
                self.refused = line[len("refused: "):]
            elif line.startswith("note"):
                self.notes.append(line)
            elif line.startswith("total "):
                name, value = re.match(r"total (\w+) = (\d+)", line).groups()
                coarse = re.search(r"\+-(\d+)", line)
                self.totals[name] = (int(value), int(coarse.group(1)) if coarse else 0)
            elif line != "zones are redacted":
                self.records.append(record_of(line))
        self.redacted = "zones are redacted\n" in text

    def of(self, kind):
        return [record for record in self.records if record.kind == kind]

    def says_nothing(self):
        """No fact at all; what sort of system it is may be said."""
        return not self.totals and not self.redacted and not any(
            record.kind not in ("manifest", "format") or set(record.fields) - {"platform"}
            for record in self.records)


def dump(program, *arguments):
    """Runs dump_evidence; a program that crashes, or hangs, is an error of the test itself."""
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError("%s %s: status %d\n%s" %
                           (program, arguments, done.returncode,
                            done.stderr.decode(errors="replace")[:2000]))
    return Evidence(done.stdout.decode(errors="replace"))
