"""Checks what a program for a Mac asks of dyld, the loader.

    python3 -B symbols.py PROGRAM RELEASE [LIBRARY]...

PROGRAM must say that it runs from macOS RELEASE on, link no other LIBRARY, and bind no symbol of
libSystem that symbols.txt does not have, or has from a newer release on: it would not start there.
What newer releases have is looked up by dlsym. (Of the other libraries it can bind no more than is
in their stubs.) What counts is what dyld binds; the symbol table also lists what a library of the
compiler's wanted and nothing uses.
"""

import os
import struct
import sys

MAGIC_64 = 0xFEEDFACF
CPU_ARM64 = 0x0100000C
LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB = 0xC, 0x80000018
LC_DYLD_INFO_ONLY = 0x80000022
LC_VERSION_MIN_MACOSX, LC_BUILD_VERSION = 0x24, 0x32
LC_CODE_SIGNATURE = 0x1D
LC_CHAINED_FIXUPS = 0x80000034
PLATFORM_MACOS = 1
SYSTEM = '/usr/lib/libSystem.B.dylib'


def version(text):
    """10.13 -> (10, 13)"""
    major, _, minor = text.partition('.')
    return int(major), int(minor or 0)


def unpack_version(word):
    return word >> 16, word >> 8 & 0xFF


def leb128(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def binds(data):
    """The (ordinal of the library, symbol) of a table of bind opcodes."""
    at = ordinal = 0
    name = None
    while at < len(data):
        opcode, small = data[at] & 0xF0, data[at] & 0x0F
        at += 1
        if opcode == 0x10:  # the library, in the opcode
            ordinal = small
        elif opcode == 0x20:  # the library, behind it
            ordinal, at = leb128(data, at)
        elif opcode == 0x30:  # the program itself, or a flat look-up
            ordinal = -small
        elif opcode == 0x40:
            end = data.index(0, at)
            name = data[at:end].decode()
            at = end + 1
        elif opcode in (0x60, 0x70, 0x80):  # addend, segment, address
            _, at = leb128(data, at)
        elif opcode in (0x90, 0xB0):
            yield ordinal, name
        elif opcode == 0xA0:
            yield ordinal, name
            _, at = leb128(data, at)
        elif opcode == 0xC0:
            yield ordinal, name
            _, at = leb128(data, at)
            _, at = leb128(data, at)
        elif opcode not in (0x00, 0x50):  # done (of one lazy symbol), type
            raise ValueError('unknown bind opcode %#x' % opcode)


class Program:
    """What dyld reads of a Mach-O file."""

    def __init__(self, data):
        magic, self.cpu, _, _, count, _ = struct.unpack_from('<6I', data)
        if magic != MAGIC_64:
            raise ValueError('not a Mach-O file of 64 bits')
        self.libraries, self.binds = [], []
        self.release = None
        self.signed = False
        at = 32
        for _ in range(count):
            command, size = struct.unpack_from('<2I', data, at)
            self.read_command(data, at, command, size)
            at += size

    def read_command(self, data, at, command, size):
        if command in (LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB):
            begin = at + struct.unpack_from('<I', data, at + 8)[0]
            self.libraries.append(data[begin:at + size].split(b'\0')[0].decode())
        elif command == LC_VERSION_MIN_MACOSX:
            self.release = unpack_version(struct.unpack_from('<I', data, at + 8)[0])
        elif command == LC_BUILD_VERSION:
            platform, release = struct.unpack_from('<2I', data, at + 8)
            if platform == PLATFORM_MACOS:
                self.release = unpack_version(release)
        elif command == LC_CODE_SIGNATURE:
            self.signed = True
        elif command == LC_CHAINED_FIXUPS:
            raise ValueError('its binds are chained, which is not read here')
        elif command == LC_DYLD_INFO_ONLY:
            tables = struct.unpack_from('<10I', data, at + 8)
            for offset, length in ((tables[i], tables[i + 1]) for i in (2, 4, 6)):
                self.binds += binds(data[offset:offset + length])

    def library_of(self, ordinal):
        return self.libraries[ordinal - 1] if 0 < ordinal <= len(self.libraries) else None


def read_allowed(path):
    """symbols.txt: symbol -> the release that it came with"""
    allowed = {}
    with open(path, encoding='ascii') as lines:
        for line in lines:
            words = line.split('#')[0].split()
            if words:
                symbol, since = words
                allowed[symbol] = (0, 0) if since == '-' else version(since)
    return allowed


def check(program, release, libraries, allowed):
    """What is wrong, a line each."""
    if program.release != release:
        yield 'runs from %s on, expected was %s' % (program.release, release)
    if program.cpu == CPU_ARM64 and not program.signed:
        yield 'not signed: Apple silicon kills it'
    for library in program.libraries:
        if library != SYSTEM and library not in libraries:
            yield 'links ' + library
    if not program.binds:
        yield 'binds nothing: not understood'
    for ordinal, symbol in sorted(set(program.binds)):
        if program.library_of(ordinal) != SYSTEM:
            continue
        if symbol not in allowed:
            yield symbol + ' is not in symbols.txt'
        elif allowed[symbol] > release:
            yield '%s came with macOS %d.%d' % (symbol, *allowed[symbol])


def main():
    path, release, libraries = sys.argv[1], version(sys.argv[2]), sys.argv[3:]
    if not os.path.exists(path):
        print('%s was not built' % path)
        return 77
    with open(path, 'rb') as file:
        program = Program(file.read())
    here = os.path.dirname(os.path.abspath(__file__))
    wrong = list(check(program, release, libraries, read_allowed(here + '/symbols.txt')))
    for line in wrong:
        print('%s: %s' % (path, line))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
