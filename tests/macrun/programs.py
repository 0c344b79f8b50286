"""Makes small macOS programs of x86_64, byte by byte, for the tests of macrun's loader.

Their code is a jump through a pointer that the loader has to fix, so that what they do shows
whether it did: to a function that they import, or to code of their own.
"""
import struct

PAGE = 4096
TEXT, DATA, LINKS = 0x100000000, 0x100001000, 0x100002000  # addresses of the segments
CODE = 0x800  # of the code, in __TEXT
OWN_CODE = 0x810  # of "return 7"
POINTER = 0x10  # of the pointer that the code jumps through, in __DATA

SEGMENT, SYMTAB, LOAD_DYLIB, MAIN = 0x19, 0x2, 0xC, 0x80000028
DYLD_INFO_ONLY, CHAINED_FIXUPS = 0x80000022, 0x80000034
THREAD_DATA, THREAD_ZEROES, THREAD_DESCRIPTORS, INITIALISERS = 0x11, 0x12, 0x13, 0x9

SYSTEM = "/usr/lib/libSystem.B.dylib"


def leb128(number):
    out = bytearray()
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if number == 0:
            return bytes(out)


def command(number, body):
    body += bytes(-len(body) % 8)
    return struct.pack("<2I", number, 8 + len(body)) + body


def segment(name, address, size, offset, file_size, protection, sections=()):
    head = struct.pack("<16s4Q4I", name, address, size, offset, file_size, protection, protection,
                       len(sections), 0)
    return command(SEGMENT, head + b"".join(
        struct.pack("<16s16s2Q8I", b"section", name, at, length, 0, 0, 0, 0, kind, 0, 0, 0)
        for at, length, kind in sections))


def dylib(name):
    return command(LOAD_DYLIB, struct.pack("<4I", 24, 0, 0, 0) + name.encode() + b"\0")


class Program:
    """What a program is made of; change it, then take bytes()."""

    def __init__(self):
        self.magic, self.cpu, self.kind = 0xFEEDFACF, 0x01000007, 2
        self.sections = []  # of __DATA: address, size, type
        self.text = bytearray(PAGE)
        self.data = bytearray(PAGE)
        self.links, self.rebase, self.bind, self.lazy = b"", b"", b"", b""
        self.chained = None
        self.data_size = PAGE
        self.libraries = [SYSTEM]
        self.entry = CODE
        # jmp *POINTER(%rip); mov $7, %eax; ret
        self.text[CODE:CODE + 6] = b"\xff\x25" + struct.pack("<i", DATA + POINTER - TEXT - CODE - 6)
        self.text[OWN_CODE:OWN_CODE + 6] = b"\xb8\x07\x00\x00\x00\xc3"

    def put_pointer(self, value, offset=POINTER):
        struct.pack_into("<Q", self.data, offset, value)

    def bytes(self):
        links = self.rebase + self.bind + self.lazy + (self.chained or b"")
        where = 2 * PAGE
        commands = [segment(b"__PAGEZERO", 0, TEXT, 0, 0, 0),
                    segment(b"__TEXT", TEXT, PAGE, 0, PAGE, 5),
                    segment(b"__DATA", DATA, self.data_size, PAGE, PAGE, 3, self.sections),
                    segment(b"__LINKEDIT", LINKS, PAGE, where, len(links), 1)]
        commands += map(dylib, self.libraries)
        commands.append(command(MAIN, struct.pack("<2Q", self.entry, 0)))
        if self.chained is not None:
            commands.append(command(CHAINED_FIXUPS, struct.pack("<2I", where, len(links))))
        else:
            tables = []
            for part in (self.rebase, self.bind, b"", self.lazy, b""):
                tables += [where, len(part)]
                where += len(part)
            commands.append(command(DYLD_INFO_ONLY, struct.pack("<10I", *tables)))
        body = b"".join(commands)
        self.text[:32 + len(body)] = struct.pack("<8I", self.magic, self.cpu, 3, self.kind,
                                                 len(commands), len(body), 0, 0) + body
        assert len(self.text) == PAGE and len(self.data) == PAGE
        return bytes(self.text) + bytes(self.data) + links


# ---- the older instructions ----------------------------------------------------------------------

def place(opcode, offset, of_segment=2):
    return bytes([opcode | of_segment]) + leb128(offset)


def symbol(name, flags=0):
    return bytes([0x40 | flags]) + name.encode() + b"\0"


def binding(name, offset=POINTER, flags=0, library=1):
    """As linkers write it: library, symbol, type, place, bind, done."""
    return (bytes([0x10 | library]) + symbol(name, flags) + b"\x51" + place(0x70, offset) +
            b"\x90\x00")


def calling(name, lazy=False, flags=0):
    """A program that is this function."""
    program = Program()
    if lazy:
        program.lazy = binding(name, flags=flags)
    else:
        program.bind = binding(name, flags=flags)
    return program


def returning_7():
    """A program that returns 7 if its pointers are rebased."""
    program = Program()
    program.put_pointer(TEXT + OWN_CODE)
    program.rebase = b"\x11" + place(0x20, POINTER) + b"\x51\x00"
    return program


# ---- the newer ones ------------------------------------------------------------------------------

class Chain:
    """The pointers of __DATA as a chain: [offset, import or None, what it is added to]."""

    def __init__(self, imports=(), pointers=(), pointer_format=6, import_format=1):
        self.imports, self.pointers = imports, list(pointers)
        self.pointer_format, self.import_format = pointer_format, import_format
        self.page = PAGE

    def import_bytes(self, name_at, addend):
        if self.import_format == 3:
            return struct.pack("<Qq", 1 | name_at << 32, addend)
        if self.import_format == 2:
            return struct.pack("<Ii", 1 | name_at << 9, addend)
        return struct.pack("<I", 1 | name_at << 9)

    def apply(self, program):
        for i, (offset, bound, target) in enumerate(self.pointers):
            more = i + 1 < len(self.pointers)
            step = (self.pointers[i + 1][0] - offset) // 4 if more else 0
            if bound is None:
                base = TEXT if self.pointer_format == 6 else 0
                value = target - base
            else:
                value = bound | target << 24 | 1 << 63
            program.put_pointer(value | step << 51, offset)
        names, table = b"\0", b""
        for name, addend in self.imports:
            table += self.import_bytes(len(names), addend)
            names += name.encode() + b"\0"
        starts = struct.pack("<5I", 4, 0, 0, 20, 0)
        starts += struct.pack("<IHHQIHH", 24, self.page, self.pointer_format, DATA - TEXT, 0, 1,
                              self.pointers[0][0] if self.pointers else 0xFFFF)
        head = struct.pack("<7I", 0, 28, 28 + len(starts), 28 + len(starts) + len(table),
                           len(self.imports), self.import_format, 0)
        program.chained = head + starts + table + names
        return program


def chained_calling(name, **forms):
    """As calling(), with another pointer in front of it on the same page."""
    return Chain([("_getpid", 0), (name, 0)], [(0, 0, 0), (POINTER, 1, 0)], **forms).apply(
        Program())


def chained_returning_7(**forms):
    return Chain([], [(0, None, TEXT), (POINTER, None, TEXT + OWN_CODE)], **forms).apply(Program())
