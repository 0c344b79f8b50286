"""What differs between releases of macOS: tags, counters, zones, and who may read them."""
from collections import namedtuple

Release = namedtuple("Release", "darwin version build xnu first_dynamic")

RELEASES = {release.darwin: release for release in [
    Release(17, "10.13.6", "17G65", "4570.71.2", 28),
    Release(18, "10.14.6", "18G103", "4903.271.2", 28),
    Release(19, "10.15.7", "19H15", "6153.141.10", 28),
    Release(20, "11.7.10", "20G1427", "7195.141.49", 30),
    Release(21, "12.7.6", "21H1320", "8020.240.18", 33),
    Release(22, "13.6.9", "22G830", "8796.141.3", 34),
    Release(23, "14.6.1", "23G93", "10063.141.1", 36),
    Release(24, "15.5", "24F74", "11417.121.6", 38),
    Release(25, "26.1", "25B78", "12377.41.6", 39),
]}

K = 1024
M = 1024 * K
G = 1024 * M

# Fixed tags: number, name, first and last release that has it, bytes on a quiet machine.
ZONE, STACK, PTE, MLOCK = 12, 8, 11, 24
TAGS = [
    (1, "OSFMK", 15, 99, 41 * M), (2, "BSD", 15, 99, 9 * M), (3, "IOKIT", 15, 99, 92 * M),
    (4, "LIBKERN", 15, 99, 58 * M), (5, "OSKEXT", 15, 99, 3 * M), (6, "KEXT", 15, 99, 27 * M),
    (7, "IPC", 15, 99, 2 * M), (8, "STACK", 15, 99, 0), (9, "CPU", 15, 99, 2 * M),
    (10, "PMAP", 15, 99, 6 * M), (11, "PTE", 15, 99, 0), (12, "ZONE", 15, 99, 0),
    (13, "KALLOC", 15, 99, 14 * M), (14, "COMPRESSOR", 15, 99, 49 * M),
    (15, "COMPRESSED_DATA", 15, 99, 0), (16, "PHANTOM_CACHE", 15, 99, 8 * M),
    (17, "WAITQ", 15, 99, 1 * M), (18, "DIAG", 15, 99, 23 * M), (19, "LOG", 15, 99, 4 * M),
    (20, "FILE", 15, 99, 17 * M), (21, "MBUF", 15, 99, 31 * M), (22, "UBC", 15, 99, 192 * K),
    (23, "SECURITY", 15, 99, 5 * M), (24, "MLOCK", 15, 99, 0), (25, "REASON", 16, 99, 96 * K),
    (26, "SKYWALK", 16, 99, 13 * M), (27, "LTABLE", 16, 99, 1 * M), (28, "HV", 20, 99, 64 * K),
    (29, "KALLOC_DATA", 21, 99, 19 * M), (31, "KALLOC_TYPE", 21, 99, 11 * M),
    (32, "TRIAGE", 21, 99, 512 * K), (33, "RECOUNT", 22, 99, 384 * K), (34, "MTAG", 25, 99, 64 * K),
    (35, "EXCLAVES", 23, 99, 128 * K), (36, "EXCLAVES_SHARED", 24, 99, 64 * K),
    (37, "KALLOC_SHARED", 24, 99, 3 * M), (38, "CPUTRACE", 25, 99, 64 * K),
]

# Counters: number, name, first release that has it. The leaves of the partition carry WIRED.
COUNTERS = [
    (0, "MANAGED", 15), (1, "RESERVED", 15), (2, "WIRED", 15), (3, "WIRED_MANAGED", 15),
    (4, "STOLEN", 15), (5, "LOPAGE", 15), (6, "MAP_KERNEL", 15), (7, "MAP_ZONE", 15),
    (8, "MAP_KALLOC", 15), (9, "WIRED_BOOT", 18), (10, "BOOT_STOLEN", 18),
    (11, "WIRED_STATIC_KERNELCACHE", 20), (12, "MAP_KALLOC_LARGE_DATA", 21),
    (13, "MAP_KERNEL_DATA", 21), (14, "EXCLAVES_CARVEOUT", 24),
]
WIRED_COUNTERS = {1, 4, 5, 10}


def tags_of(darwin):
    return [(number, "VM_KERN_MEMORY_" + name, size) for number, name, first, last, size in TAGS
            if first <= darwin <= last]


def counters_of(darwin):
    return [(number, "VM_KERN_COUNT_" + name) for number, name, first in COUNTERS
            if darwin >= first]


def heaps_of(darwin):
    """Prefixes of the zones of kalloc sizes; "kalloc.typeN" stands beside them from 12 on."""
    if darwin < 20:
        return [""]
    if darwin == 20:
        return ["default.", "kext.", "data."]
    if darwin < 23:
        return ["default.", "kext.", "data."]
    return ["", "data.", "early."] + (["data_shared."] if darwin >= 24 else [])


def kalloc_sizes(darwin):
    if darwin < 20:
        return [16, 32, 48, 64, 80, 96, 128, 160, 192, 224, 256, 288, 368, 400, 512, 576, 768, 1024,
                1152, 1280, 1664, 2048, 4096, 6144, 8192]
    return [16, 32, 48, 64, 80, 96, 128, 160, 192, 224, 256, 288, 368, 400, 512, 576, 768, 1024,
            1152, 1280, 1664, 2048, 3072, 4096, 6144, 8192, 12288, 16384, 32768]


def has_types(darwin):
    return darwin >= 21


# Who may read the kernel's book: (tags, zones) each of "full", "redacted", "none".
def privilege(darwin, arch, root):
    if root:
        return ("none", "none") if darwin == 20 and arch == "arm64" else ("full", "full")
    return ("none", "none") if darwin < 22 else ("full", "redacted")
