"""What a program for a Mac meets under macrun: structures, constants, libSystem, the kernel.

    python3 -B test_abi.py MACRUN SOURCE_FOLDER

Compiles abi_check.c against Apple's headers, and abi.c, which runs. 77: there is no zig to do it.
"""
import os
import random
import subprocess
import sys
import tempfile

MACRUN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
HERE = os.path.join(SOURCE, "tests", "macrun")
UNRESOLVED, NOT_LOADED, LEAKS = 70, 71, 73

wrong = []


def find_zig():
    found = subprocess.run(["sh", SOURCE + "/tests/cross/zig.sh"], capture_output=True, text=True,
                           check=False)
    if found.returncode != 0:
        print("skipped: " + found.stderr.strip())
        sys.exit(77)
    return found.stdout.strip()


ZIG = find_zig()
CACHE = os.path.join(SOURCE, "build", "zig", "cache")


def compile_for_mac(folder, output, *arguments, target="x86_64-macos.10.13"):
    environment = dict(os.environ, ZIG_GLOBAL_CACHE_DIR=CACHE, ZIG_LOCAL_CACHE_DIR=CACHE)
    output = os.path.join(folder, output)
    done = subprocess.run(
        [ZIG, "cc", "-target", target, "-std=c17", "-D_DARWIN_C_SOURCE", "-Wall", "-Wextra",
         "-Werror", "-I", SOURCE, *arguments, "-o", output], cwd=HERE, env=environment,
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        wrong.append("%s: %s" % (" ".join(arguments), done.stderr))
    return output


def expect(what, command, status, text=""):
    done = subprocess.run([MACRUN, *command], capture_output=True, timeout=120, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode != status or text not in said:
        wrong.append("%s: status %d and not %d, or no '%s' in:\n%s" % (
            what, done.returncode, status, text, said[:4000]))


def try_abi(folder, *options):
    program = compile_for_mac(folder, "abi", *options, "abi.c", "abi_kernel.c",
                              "abi_processes.c")
    what = "abi.c " + " ".join(options)
    with tempfile.TemporaryDirectory(dir=folder) as empty:
        expect(what, ["--leaks", "--scenario", HERE + "/abi.macsim", program, empty], 0)
    return program


def try_watching(folder, program):
    """Traces and counts say what was called; the program does not notice."""
    trace, count = folder + "/trace", folder + "/count"
    with tempfile.TemporaryDirectory(dir=folder) as empty:
        expect("watched", ["--trace", trace, "--count", count, "--scenario",
                           HERE + "/abi.macsim", program, empty], 0)
    with open(trace, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(count, encoding="utf-8") as file:
        counts = dict(reversed(line.split()) for line in file)
    if "spawn argument showloaded" not in lines:
        wrong.append("the trace does not say what was spawned")
    ports = sum(line.startswith("_task_for_pid(") for line in lines)
    if not 0 < ports == int(counts.get("_task_for_pid", 0)):
        wrong.append("task_for_pid: %d times in the trace, counted %s" % (
            ports, counts.get("_task_for_pid")))


def try_misbehaviour(program):
    expect("a crash", [program, "crash"], -11, "Segmentation fault in _misbehave+")
    expect("a port kept", ["--leaks", program, "leak"], LEAKS, "and 1 of the host were kept")
    expect("the same, nobody asks", [program, "leak"], 0)
    expect("given back, and never given", ["--leaks", program, "foreign"], LEAKS,
           "1 given back that were none")


def try_mutants(folder, program):
    """What a linker made, cut and changed where the loader looks; nothing of it is run."""
    with open(program, "rb") as file:
        whole = file.read()
    chance, mutant = random.Random(8), folder + "/mutant"
    for number in range(300):
        data = bytearray(whole)
        if number % 3 == 0:
            del data[chance.randrange(len(data)):]
        else:
            for _ in range(chance.randint(1, 8)):
                at = chance.choice((chance.randrange(4096), chance.randrange(len(data))))
                data[at] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randint(0, 255)))
        with open(mutant, "wb") as file:
            file.write(data)
        done = subprocess.run([MACRUN, "--list", mutant], capture_output=True, timeout=60,
                              check=False)
        if done.returncode not in (0, UNRESOLVED, NOT_LOADED):
            wrong.append("mutant %d: status %d: %s" % (number, done.returncode,
                                                      done.stderr[:600].decode(errors="replace")))


def main():
    with tempfile.TemporaryDirectory() as folder:
        for target in ("x86_64-macos.10.13", "aarch64-macos.11.0"):
            compile_for_mac(folder, "check.o", "-c", "abi_check.c", target=target)
        try_abi(folder, "-O0")
        program = try_abi(folder, "-O2")
        try_watching(folder, program)
        try_misbehaviour(program)
        try_mutants(folder, program)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


sys.exit(main())
