#!/usr/bin/env python3
"""Runs the README's examples and compares what they print.

usage: check_readme.py REPOSITORY BIN_FOLDER

In a ```console block each line that starts with "$ " is a command, and what follows, up to the
next command or the end of the block, is what it prints. Commands run in the repository, with the
programs that were built first in PATH and COLUMNS=100. GOLDEN=update writes the real output into
the README instead. A ```sh block is not run here: it may hold only what continuous integration
runs itself, or what the table below gives a reason for.
"""

import os
import re
import subprocess
import sys

RUN_ELSEWHERE = {
    "sh run.sh demo": "run by the test `demo`",
    "sh run.sh test": "what runs this test",
    "sh tests/cross/zig.sh fetch": "run by run.sh",
    "sh tests/cross/build.sh arm64 build/arm64": "run by the test `cross_arm64`",
    "sh tests/cross/build.sh x86_64 build/x86_64": "run by the test `cross_x86_64`",
    "sudo wirecap -o before.tar.gz": "run by the live tests",
    "sudo wirecap -o after.tar.gz": "run by the live tests",
    "wirediff before.tar.gz after.tar.gz": "run by the live tests",
    "sudo sh -c 'build/bin/wirecap -q -o build/ours.tar.gz && zprint >build/apple.txt'":
        "needs a Mac",
    "build/bin/wirediff build/ours.tar.gz build/apple.txt":
        "needs a Mac; the test `simulated_stories` does it on a simulated one",
}


def run(command, repository, bin_folder):
    environment = dict(os.environ, COLUMNS="100", LC_ALL="C")
    environment["PATH"] = bin_folder + ":" + environment["PATH"]
    environment.pop("GOLDEN", None)
    done = subprocess.run(["sh", "-c", command], cwd=repository, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.stdout.decode("utf-8", "surrogateescape")


def run_block(block, repository, bin_folder):
    """The block as it would be if every command were run just now, and how many there are."""
    commands = re.findall(r"^\$ (.*)$", block, flags=re.M)
    lines = []
    for command in commands:
        lines.append("$ " + command + "\n" + run(command, repository, bin_folder))
    return "".join(lines), len(commands)


def check_sh(block):
    wrong = [line for line in block.splitlines()
             if line.split("   #")[0].strip() not in RUN_ELSEWHERE]
    for line in wrong:
        print("README.md: nobody runs this example: " + line)
    return not wrong


def main():
    repository, bin_folder = sys.argv[1], os.path.abspath(sys.argv[2])
    path = os.path.join(repository, "README.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    good, total, pieces, at = True, 0, [], 0
    for match in re.finditer(r"^```(console|sh)\n(.*?)^```$", text, flags=re.M | re.S):
        if match.group(1) == "sh":
            good = check_sh(match.group(2)) and good
            continue
        real, count = run_block(match.group(2), repository, bin_folder)
        total += count
        if real != match.group(2):
            good = False
            print("README.md: an example prints something else now:\n" + real)
        pieces += [text[at:match.start(2)], real]
        at = match.end(2)
    if total == 0:
        sys.exit("README.md: no example was found")
    if os.environ.get("GOLDEN") == "update":
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(pieces) + text[at:])
        good = True
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
