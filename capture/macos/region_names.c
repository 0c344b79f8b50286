/* region_names.c - see region_names.h. */
#include "capture/macos/region_names.h"

#include "capture/macos/darwin.h"

/* osfmk/mach/vm_statistics.h: VM_MEMORY_*, those that are treated in a way of their own */
enum {
    TAG_NONE = 0,
    TAG_MALLOC = 1,
    TAG_IOKIT = 21,
    TAG_STACK = 30,
    TAG_GUARD = 31,
    TAG_IOSURFACE = 88,
    TAG_IOACCELERATOR = 100
};
#define TAG_UNMAPPED UINT32_MAX /* what the process owns and does not map */

enum { CAN_WRITE = 2, CAN_EXECUTE = 4 };

static const char *const names[256] = {
    [1] = "MALLOC",
    [2] = "MALLOC_SMALL",
    [3] = "MALLOC_LARGE",
    [4] = "MALLOC_HUGE",
    [5] = "SBRK",
    [6] = "MALLOC_REALLOC",
    [7] = "MALLOC_TINY",
    [8] = "MALLOC_LARGE_REUSABLE",
    [9] = "MALLOC_LARGE",
    [10] = "Performance tool data",
    [11] = "MALLOC_NANO",
    [12] = "MALLOC_MEDIUM",
    [13] = "MALLOC_PROB_GUARD",
    [20] = "Mach message",
    [21] = "IOKit",
    [30] = "Stack",
    [31] = "Guard",
    [32] = "shared pmap",
    [33] = "dylib",
    [34] = "ObjC dispatching code",
    [35] = "unshared pmap",
    [40] = "AppKit",
    [41] = "Foundation",
    [42] = "CoreGraphics",
    [43] = "CoreServices",
    [44] = "Java",
    [45] = "CoreData",
    [46] = "CoreData Object IDs",
    [50] = "ATS (font support)",
    [51] = "CoreAnimation",
    [52] = "CG image",
    [53] = "WebKit Malloc",
    [54] = "CG raster data",
    [55] = "CG shared images",
    [56] = "CG framebuffers",
    [57] = "CG backing stores",
    [60] = "dyld private memory",
    [61] = "dyld malloc memory",
    [62] = "SQLite page cache",
    [63] = "WebAssembly memory",
    [64] = "JS JIT generated code",
    [65] = "JS VM register file",
    [66] = "OpenGL GLSL",
    [67] = "OpenCL",
    [68] = "CoreImage",
    [69] = "WebCore purgable data",
    [70] = "Image IO",
    [71] = "CoreProfile",
    [72] = "Assets Library",
    [73] = "Kernel Alloc Once",
    [74] = "Dispatch continuations",
    [75] = "Accelerate framework",
    [76] = "CoreUI image data",
    [77] = "CoreUI image file",
    [78] = "Activity Tracing",
    [79] = "RawCamera",
    [80] = "Process Corpse Info",
    [81] = "Apple System Log",
    [82] = "Swift runtime",
    [83] = "Swift metadata",
    [84] = "DHMM",
    [85] = "DFR",
    [86] = "SceneKit",
    [87] = "Skywalk Networking",
    [88] = "IOSurface",
    [89] = "libnetwork",
    [90] = "Audio",
    [91] = "Video Bitstream",
    [92] = "CoreMedia XPC",
    [93] = "CoreMedia RPC",
    [94] = "CoreMedia Memory Pool",
    [95] = "CoreMedia Readcache",
    [96] = "CoreMedia Crabs",
    [97] = "Quicklook Thumbnails",
    [98] = "Accounts",
    [99] = "Sanitizer",
    [100] = "IOAccelerator",
    [101] = "CoreMedia Regwarp",
    [102] = "Embedded Acoustic Recognition Decoder",
    [103] = "CoreUI Cached Image Data",
    [104] = "ColorSync",
    [105] = "BT Info",
    [106] = "CoreMedia HLS",
    [230] = "Rosetta",
    [231] = "Rosetta Thread Context",
    [232] = "Rosetta Indirect Branch Map",
    [233] = "Rosetta Return Stack",
    [234] = "Rosetta Executable Heap",
    [235] = "Rosetta User LDT",
    [236] = "Rosetta Arena",
    [239] = "Rosetta 10",
};

bool region_is_of_device(uint32_t tag)
{
    return tag == TAG_IOKIT || tag == TAG_IOSURFACE || tag == TAG_IOACCELERATOR;
}

/* FNV-1a; never 0. */
static uint64_t hash(struct str text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

/* The segments of an image lie in this order: __TEXT, __DATA_CONST, __DATA, __LINKEDIT. */
static const char *file_type(const struct region *region, struct region_image *image)
{
    uint64_t path_hash = region->path.len > 0 ? hash(region->path) : 0;

    if (path_hash == 0)
        return "mapped file";
    if ((region->protection & CAN_EXECUTE) != 0) {
        *image = (struct region_image){.path_hash = path_hash};
        return "__TEXT";
    }
    if (path_hash != image->path_hash)
        return "mapped file";
    if ((region->protection & CAN_WRITE) != 0) {
        image->data = true;
        return "__DATA";
    }
    return image->data || (region->max_protection & CAN_WRITE) == 0 ? "__LINKEDIT" : "__DATA_CONST";
}

/* The guards of a stack and of malloc's memory bear the tag of what they guard. */
static const char *tagged_type(const struct region *region)
{
    bool accessible = region->protection != 0;

    if (region->tag == TAG_STACK && !accessible)
        return "STACK GUARD";
    if (region->tag == TAG_MALLOC && !accessible)
        return "MALLOC guard page";
    if (region->tag == TAG_MALLOC && region->share_mode != DARWIN_SHARE_EMPTY)
        return "MALLOC metadata";
    return region->tag < sizeof names / sizeof *names ? names[region->tag] : NULL;
}

/* A path tells that there is a pager where the kernel does not. */
static const char *untagged_type(const struct region *region, struct region_image *image)
{
    if (region->path.len > 0 || region->pager == YES)
        return file_type(region, image);
    return region->share_mode == DARWIN_SHARE_TRUESHARED ? "shared memory" : "VM_ALLOCATE";
}

/* Address space for which there is no memory. Guards never have any, and of devices' memory the
 * kernel says the same. */
static bool is_reserved(const struct region *region)
{
    return region->share_mode == DARWIN_SHARE_EMPTY && region->tag != TAG_MALLOC &&
           region->tag != TAG_GUARD && !(region->tag == TAG_STACK && region->protection == 0) &&
           !region_is_of_device(region->tag);
}

void region_put_type(struct row *row, const struct region *region, struct region_image *image)
{
    const char *name;

    if (region->submap)
        name = "Submap";
    else if (region->tag == TAG_UNMAPPED)
        name = "owned unmapped memory";
    else if (region->tag == TAG_NONE)
        name = untagged_type(region, image);
    else
        name = tagged_type(region);
    row_text(row, name != NULL ? name : "Memory Tag ");
    if (name == NULL)
        row_number(row, region->tag, 10, 0, "");
    if (!region->submap && is_reserved(region))
        row_text(row, " (reserved)");
}

const char *region_share_mode(uint32_t share_mode)
{
    static const char *const modes[] = {
        [DARWIN_SHARE_COW] = "SM=COW",
        [DARWIN_SHARE_PRIVATE] = "SM=PRV",
        [DARWIN_SHARE_EMPTY] = "SM=NUL",
        [DARWIN_SHARE_SHARED] = "SM=ALI",
        [DARWIN_SHARE_TRUESHARED] = "SM=SHM",
        [DARWIN_SHARE_PRIVATE_ALIASED] = "SM=ZER",
        [DARWIN_SHARE_SHARED_ALIASED] = "SM=S/A",
        [DARWIN_SHARE_LARGE_PAGE] = "SM=LPG",
    };

    if (share_mode >= sizeof modes / sizeof *modes || modes[share_mode] == NULL)
        return "-";
    return modes[share_mode];
}
