#!/usr/bin/env python3
"""Writes the synthetic samples of Macs: samples/macos-* and samples/sysdiagnose-pair.

No machine was captured for these. Each is an invented Mac whose books (kernel.py) keep the
identities that XNU keeps, told from a seed, and rendered into the members of our bundles
(render.py) or into the texts of Apple's tools (apple.py, programs.py, zprint.py). Beside the two
archives stands truth.json: what was planted, stated by the books and never taken from a report. The
same bytes on every run.

usage: make_samples.py FOLDER                  all samples, into FOLDER/NAME
       make_samples.py --check FOLDER          nothing is written: are they what would be written?
       make_samples.py --random SEED FOLDER    one random pair with its truth (random_pair.py)
"""
import json
import pathlib
import sys
import tempfile
import zlib

import stories


def json_text(value):
    return (json.dumps(value, indent=2) + "\n").encode()


def write(folder, files, truth):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "truth.json").write_bytes(json_text(truth))


def write_all(folder):
    for name, files, truth in stories.all_samples():
        write(pathlib.Path(folder) / name, files, truth)


def inflated(content):
    """The archive inside: another zlib may pack the same bytes in another way."""
    out = b""
    while content[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(31)
        out += unpacker.decompress(content)
        content = unpacker.unused_data
    return out + content


def check_all(folder):
    """What differs from the samples as they would be written now, a line each."""
    wrong = []
    with tempfile.TemporaryDirectory() as fresh:
        write_all(fresh)
        for path in sorted(pathlib.Path(fresh).glob("*/*")):
            committed = pathlib.Path(folder) / path.relative_to(fresh)
            if not committed.is_file():
                wrong.append("%s: is missing" % committed)
            elif inflated(path.read_bytes()) != inflated(committed.read_bytes()):
                wrong.append("%s: is not what make_samples.py writes" % committed)
    return wrong


def main(arguments):
    if len(arguments) == 1 and not arguments[0].startswith("-"):
        write_all(arguments[0])
        return 0
    if len(arguments) == 2 and arguments[0] == "--check":
        wrong = check_all(arguments[1])
        print("\n".join(wrong))
        return 1 if wrong else 0
    if len(arguments) == 3 and arguments[0] == "--random":
        import random_pair
        write(pathlib.Path(arguments[2]), *random_pair.pair(int(arguments[1])))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
