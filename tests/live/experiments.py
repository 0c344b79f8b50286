"""The experiments: what is done, and which row must name it. Amounts are MiB."""

from dataclasses import dataclass, field

import changes


@dataclass(frozen=True)
class Row:
    """A row that must say so. Of what is not a process the name need only be part of the row's."""

    kind: str
    name: str
    account: str
    mib: float


@dataclass(frozen=True)
class Experiment:
    name: str
    hold: tuple = ()  # arguments of wirehold; its process is called h-NAME
    change: tuple = ()  # or: a function of changes.py, and its amount
    setup: tuple = ()  # likewise, but done before the first capture already
    rows: tuple = ()
    residual: float = 0  # what the residual must move by
    hint: tuple = ()  # one of these words must stand in what is said about the residual
    calm: bool = False  # a negative control: no row above 4 MiB

    # Why the kernel may refuse; then the experiment is skipped.
    may_lack: tuple = field(default=("not implemented", "not permitted", "not known", "no zram",
                                     "in use", "not enough contiguous", "no huge pages",
                                     "cannot mount"))


def locked(name, size):
    return Row("process", name, "locked", size)


EXPERIMENTS = (
    Experiment("anon", hold=("anon", 256), calm=True),
    Experiment("tmpfs", hold=("tmpfs", 256), calm=True),
    Experiment("dentries", hold=("dentries", 300000), calm=True),
    Experiment("mlock", hold=("mlock", 256), rows=(locked("h-mlock", 256),)),
    Experiment("share1", hold=("mlock-shared", 256, 4),
               rows=(locked("h-share11", 256), locked("h-share12", 0), locked("h-share13", 0),
                     locked("h-share14", 0))),
    Experiment("share4", hold=("mlock-shared-all", 256, 4),
               rows=tuple(locked("h-share4%d" % i, 64) for i in (1, 2, 3, 4))),
    Experiment("onfault", hold=("mlock-onfault", 256, 64), rows=(locked("h-onfault", 64),)),
    Experiment("shm", hold=("shm-lock", 256),
               rows=(Row("object", "SysV", "locked", 256), locked("h-shm", 0))),
    Experiment("ramfs", change=(changes.ramfs, 256),
               rows=(Row("object", "ramfs", "locked", 256),)),
    Experiment("secret", hold=("secret", 256),
               rows=(Row("object", "secretmem", "locked", 256), locked("h-secret", 0))),
    Experiment("hugepriv", setup=(changes.huge_pool, 64), hold=("hugetlb-private", 64),
               rows=(Row("process", "h-hugepriv", "hugetlb", 64),
                     Row("kernel", "hugetlb pool, unused", "hugetlb", -64))),
    Experiment("hugeshare", setup=(changes.huge_pool, 64), hold=("hugetlb-shared", 64, 4),
               rows=(Row("object", "hugetlb", "hugetlb", 64),
                     Row("kernel", "hugetlb pool, unused", "hugetlb", -64),
                     Row("process", "h-hugeshare1", "hugetlb", 0))),
    Experiment("hugepool", change=(changes.huge_pool, 256),
               rows=(Row("kernel", "hugetlb pool, unused", "hugetlb", 256),)),
    Experiment("threads", hold=("threads", 2000),
               rows=(Row("process", "h-threads", "stacks", 31.3),)),
    Experiment("tables", hold=("pagetables", 128),
               rows=(Row("process", "h-tables", "page tables", 128.3),)),
    Experiment("array", hold=("bpf-array", 256), rows=(Row("process", "h-array", "vmalloc", 256),)),
    Experiment("ringbuf", hold=("bpf-ringbuf", 128),
               rows=(Row("process", "h-ringbuf", "pages", 128),)),
    Experiment("zram", change=(changes.zram, 128),
               rows=(Row("object", "zram0", "compressed", 128),)),
    Experiment("pipes", hold=("pipes", 128), residual=128, hint=("pipe",)),
    Experiment("unix", hold=("unix-queue", 128), residual=128, hint=("socket", "unix")),
)
