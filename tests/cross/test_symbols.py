"""Tests of symbols.py: that it finds what it is there to find."""

import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import symbols  # noqa: E402

SYSTEM = symbols.SYSTEM
ALLOWED = {'_malloc': (0, 0), '_clock_gettime': (10, 12)}


def command(number, *words, text=b''):
    body = struct.pack('<%dI' % len(words), *words) + text
    body += bytes(-len(body) % 8)
    return struct.pack('<2I', number, 8 + len(body)) + body


def dylib(name):
    return command(symbols.LC_LOAD_DYLIB, 24, 0, 0, 0, text=name.encode() + b'\0')


def bind(ordinal, name):
    """As linkers write it: library, symbol, type, address, bind."""
    return (bytes([0x10 | ordinal, 0x40]) + name.encode() + b'\0' + b'\x51' +
            b'\x72\x90\x20' + b'\x90')


def program(*names, release=0x000A0D00, cpu=0x01000007, libraries=(SYSTEM,), lazy=True):
    """A Mach-O file that binds names from the first library."""
    table = b''.join(bind(1, name) + (b'\0' if lazy else b'') for name in names)
    where = [0] * 10
    for _ in range(2):  # the size of the commands does not depend on the offset
        commands = [dylib(library) for library in libraries]
        commands.append(command(symbols.LC_VERSION_MIN_MACOSX, release, 0))
        commands.append(command(symbols.LC_DYLD_INFO_ONLY, *where))
        head = struct.pack('<8I', symbols.MAGIC_64, cpu, 3, 2, len(commands),
                           sum(map(len, commands)), 0, 0) + b''.join(commands)
        where[6 if lazy else 2], where[7 if lazy else 3] = len(head), len(table)
    return symbols.Program(head + table)


def wrong(of, release=(10, 13), libraries=()):
    return list(symbols.check(of, release, libraries, ALLOWED))


def expect(found, *expected):
    assert found == list(expected), 'found %s, expected %s' % (found, expected)


for lazy in (True, False):
    expect(wrong(program('_malloc', '_clock_gettime', lazy=lazy)))
    expect(wrong(program('_malloc', '_task_read_for_pid', lazy=lazy)),
           '_task_read_for_pid is not in symbols.txt')
expect(wrong(program('_clock_gettime', release=0x000A0B00), release=(10, 11)),
       '_clock_gettime came with macOS 10.12')
expect(wrong(program('_malloc', release=0x000E0000)), 'runs from (14, 0) on, expected was (10, 13)')
expect(wrong(program('_malloc', libraries=(SYSTEM, '/usr/lib/libiconv.2.dylib'))),
       'links /usr/lib/libiconv.2.dylib')
expect(wrong(program('_malloc', libraries=(SYSTEM, '/usr/lib/libz.1.dylib')),
             libraries=['/usr/lib/libz.1.dylib']))
expect(wrong(program('_malloc', cpu=symbols.CPU_ARM64)), 'not signed: Apple silicon kills it')
expect(wrong(program()), 'binds nothing: not understood')

# The list itself: nothing in it stops a process, looks into it, or signs it over.
FORBIDDEN = ('suspend', 'resume', 'vm_read', 'vm_write', 'vm_protect', 'ptrace', 'task_threads',
             'thread_', 'processor_set', 'corpse', 'task_terminate', 'fork', 'exec', 'system')
HERE = os.path.dirname(os.path.abspath(__file__))
for symbol in symbols.read_allowed(HERE + '/symbols.txt'):
    # pthread_ is of this program's own threads.
    assert not any(word in symbol.replace('pthread_', '') for word in FORBIDDEN), symbol
