"""What macrun's loader does with programs, good, cut and hostile.

    python3 -B test_loader.py MACRUN
"""
import os
import random
import struct
import subprocess
import sys
import tempfile

import programs
from programs import Chain, Program

MACRUN = os.path.abspath(sys.argv[1])
UID = 42
SCENARIO = "macsim 1\n[host]\neuid = %d\ndarwin = 19.6.0\n" % UID
UNRESOLVED, NOT_LOADED = 70, 71

wrong = []


def run(data, *options):
    """Its exit status and what it said on standard error."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("program", data), ("scenario", SCENARIO.encode())):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        done = subprocess.run(
            [MACRUN, "--scenario", folder + "/scenario", *options, folder + "/program"],
            capture_output=True, timeout=60, check=False)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def expect(what, data, status, text="", options=()):
    found, said = run(data, *options)
    if found != status or text not in said:
        wrong.append("%s: status %d and not %d, or no '%s' in: %s" % (what, found, status, text,
                                                                     said[:600]))


def refuse(what, data, text):
    """Before anything of it has run."""
    expect(what, data, NOT_LOADED, text)


# ---- programs that run ---------------------------------------------------------------------------

expect("rebased", programs.returning_7().bytes(), 7)
expect("bound", programs.calling("_geteuid").bytes(), UID)
expect("bound lazily", programs.calling("_geteuid", lazy=True).bytes(), UID)
for pointers in (2, 6):
    expect("chained %d, rebased" % pointers,
           programs.chained_returning_7(pointer_format=pointers).bytes(), 7)
    for imports in (1, 2, 3):
        expect("chained %d, imports %d" % (pointers, imports),
               programs.chained_calling("_geteuid", pointer_format=pointers,
                                        import_format=imports).bytes(), UID)
for imports in (2, 3):
    table = Chain([("_geteuid", -3)], [(programs.POINTER, 0, 3)], import_format=imports)
    expect("chained, addends %d" % imports, table.apply(Program()).bytes(), UID)

# ---- what is served by nothing -------------------------------------------------------------------

for make in (programs.calling, programs.chained_calling):
    expect("a call that nobody serves", make("_fts_open").bytes(), UNRESOLVED,
           "macrun: call of _fts_open (libSystem.B.dylib): macrun does not serve it")
    expect("a call that the release lacks", make("_task_read_for_pid").bytes(), UNRESOLVED,
           "_task_read_for_pid (libSystem.B.dylib): this release of macOS lacks it")
    expect("a list of it", make("_fts_open").bytes(), UNRESOLVED, "NOTHING: macrun does not serve",
           ["--list"])
    expect("a list of what is there", make("_geteuid").bytes(), 0, "_geteuid", ["--list"])
expect("a crash", programs.calling("_task_read_for_pid", flags=1).bytes(), -11,
       "macrun: Segmentation fault")

# ---- what is refused -----------------------------------------------------------------------------


def changed(**values):
    program = programs.returning_7()
    for key, value in values.items():
        setattr(program, key, value)
    return program.bytes()


def bound(instructions):
    program = Program()
    program.bind = instructions
    return program.bytes()


def rebased(instructions):
    program = Program()
    program.rebase = instructions
    return program.bytes()


def chained(change):
    program = programs.chained_calling("_geteuid")
    program.chained = change(bytearray(program.chained))
    return program.bytes()


def packed(form, at, value):
    def change(data):
        struct.pack_into(form, data, at, value)
        return data
    return change


refuse("nothing", b"", "cannot be read")
refuse("text", b"#!/bin/sh\nexit 0\n" * 9, "not a macOS program for x86_64")
refuse("another architecture", changed(cpu=0x0100000C), "not a macOS program for x86_64")
refuse("a universal file", changed(magic=0xBEBAFECA), "not a macOS program for x86_64")
refuse("a library", changed(kind=6), "not a macOS program for x86_64")
refuse("no entry point", changed(entry=0), "no entry point")
refuse("initialisers", changed(sections=[(programs.DATA, 8, programs.INITIALISERS)]),
       "initialisers, which are not supported")
refuse("a section elsewhere", changed(sections=[(programs.TEXT, 8, 0)]), "outside of its segment")
refuse("a segment of 1 TiB", changed(data_size=1 << 40), "too large")
refuse("segments over each other", changed(data_size=programs.PAGE + 1), "no room")
refuse("more in the file than in memory", changed(data_size=8), "more in the file than in memory")
refuse("libraries without end", changed(libraries=[programs.SYSTEM] * 40), "too many libraries")
refuse("thread-local variables in another order",
       changed(sections=[(programs.DATA + 64, 8, programs.THREAD_ZEROES),
                         (programs.DATA, 8, programs.THREAD_DATA)]), "not supported")
refuse("a thread-local variable elsewhere",
       changed(data=bytearray(b"\xff" * programs.PAGE), rebase=b"",
               sections=[(programs.DATA, 24, programs.THREAD_DESCRIPTORS),
                         (programs.DATA + 24, 8, programs.THREAD_DATA)]), "outside of its block")
refuse("a segment that is not there", bound(programs.symbol("_free") + b"\x7f\x00\x90"),
       "outside of segment 15")
refuse("behind its segment", bound(programs.symbol("_free") + programs.place(0x70, 4089) + b"\x90"),
       "outside of segment 2")
refuse("where nobody may write", bound(programs.symbol("_free") + b"\x70\x00\x90"),
       "outside of segment 0")
refuse("a bind of nothing", bound(b"\x90"), "without a symbol")
refuse("a library that is not there", bound(b"\x12" + programs.symbol("_free")), "library 2 of 1")
refuse("a symbol without an end", bound(b"\x40_free"), "cut short")
refuse("an unknown operation", bound(b"\xf0"), "unknown operation 0xf0")
refuse("for ever", rebased(b"\x22\x00\x80" + programs.leb128(2 ** 64 - 1) +
                           programs.leb128(2 ** 64 - 8)), "outside of segment 2")
refuse("chained: of another kind", chained(packed("<I", 0, 1)), "of an unknown kind")
refuse("chained: symbols compressed", chained(packed("<I", 24, 1)), "of an unknown kind")
refuse("chained: imports of another kind", chained(packed("<I", 20, 9)), "unknown imports 9")
refuse("chained: imports without end", chained(packed("<I", 16, 1 << 30)), "cut short")
refuse("chained: symbols elsewhere", chained(packed("<I", 12, 1 << 30)), "a symbol without an end")
refuse("chained: pointers of another kind", chained(packed("<H", 28 + 20 + 4 + 2, 12)),
       "unknown pointers 12")
refuse("chained: a chain that leaves", chained(packed("<H", 28 + 20 + 22, 4092)),
       "outside of its segment")
refuse("chained: a page of small pointers", chained(packed("<H", 28 + 20 + 22, 0x8000)), "32-bit")
refuse("chained: nothing", chained(lambda data: data[:20]), "cut short")
refuse("chained: segments without end", chained(packed("<I", 28, 1 << 20)), "chained fixups: ")

# ---- chance --------------------------------------------------------------------------------------


def hostile():
    """Cut, and bytes changed: where the loader looks, which is not much of the file."""
    chance = random.Random(4)
    whole = [make("_geteuid").bytes() for make in (programs.calling, programs.chained_calling)]
    for data in whole:
        interesting = [*range(700), *range(programs.PAGE, programs.PAGE + 32),
                       *range(2 * programs.PAGE, len(data))]
        for _ in range(50):
            yield data[:chance.choice(interesting)]
        for _ in range(100):
            mutant = bytearray(data)
            for _ in range(chance.randint(1, 4)):
                mutant[chance.choice(interesting)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF,
                                                                    chance.randint(0, 255)))
            yield bytes(mutant)


for number, mutant in enumerate(hostile()):
    status, said = run(mutant, "--list")
    if status not in (0, UNRESOLVED, NOT_LOADED):
        wrong.append("mutant %d: status %d: %s" % (number, status, said[:600]))

for line in wrong:
    print(line)
sys.exit(1 if wrong else 0)
