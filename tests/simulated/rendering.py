"""What wirecap wrote, held against what render.py makes of the same books: the same bytes, but for
what it takes a real look to know."""
import re

import render
import scenario

# Lines of the manifest: the program, and the microsecond.
TOOL, TAKEN = re.compile(r"^tool: .*\n", re.M), re.compile(r"^taken_us: (\d+)\d{6}\n", re.M)

# Sysctls that any Mac has and the books do not speak of.
MORE_SYSCTLS = {"hw.logicalcpu", "hw.optional.arm64", "sysctl.proc_translated", "vm.pagesize"}


def plain_manifest(text):
    return TAKEN.sub(r"taken_us: \1\n", TOOL.sub("", text))


def plain_sysctl(text):
    """The kernel walks its tree in an order of its own."""
    return sorted(line for line in text.splitlines()
                  if line.split(": ")[0] not in MORE_SYSCTLS)


def plain_samples(text):
    """Times differ, and so does what it cost. A slow day has time for a sample between, and then
    what was wired after it is further on."""
    rows = [line.split("\t") for line in text.splitlines()]
    return [row[:1] + row[2:5 if row[0] == "before" else 4] for row in rows if row[0] != "between"]


def plain_swap_files(text):
    """Here the files are sparse, and may be another user's."""
    return re.sub(r"^total \d+$|(?<=  1 )\S+ +\S+ +", "", text, flags=re.M)


def plain_processes(text):
    """In any order, and without wirecap's own row."""
    return sorted(line for line in text.splitlines() if "\t%s\t" % scenario.OWN_NAME not in line)


PLAIN = {"manifest.txt": plain_manifest, "sysctl.txt": plain_sysctl, "samples.tsv": plain_samples,
         "swapfiles.txt": plain_swap_files, "processes.tsv": plain_processes}


def first_difference(name, wanted, found):
    wanted, found = (text if isinstance(text, list) else text.splitlines()
                     for text in (wanted, found))
    for n, (one, other) in enumerate(zip(wanted, found)):
        if one != other:
            return "%s:%d: %r and not %r" % (name, n + 1, other, one)
    return "%s: %d lines and not %d" % (name, len(found), len(wanted))


def differences(capture, run, leave_out=()):
    """A line for each member that is not as it would be rendered."""
    for name, wanted in render.members(capture):
        if name in leave_out:
            continue
        if wanted is None:
            if name in run.members:
                yield "%s: is there, and cannot be known" % name
            continue
        if name not in run.members:
            yield "%s: is not there" % name
            continue
        plain = PLAIN.get(name, lambda text: text)
        wanted, found = plain(wanted), plain(run.text(name))
        if wanted != found:
            yield first_difference(name, wanted, found)
