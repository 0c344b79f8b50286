/* smaps as a hostile process could make it look, in two pieces, and rendered. */
#include <stdlib.h>

#include "capture/linux/region.h"
#include "capture/linux/smaps.h"
#include "capture/linux/vmmap.h"

struct rendering {
    struct region_below below;
    char row[VMMAP_ROW_MAX];
};

static void render(void *context, const struct smaps_region *region)
{
    struct rendering *rendering = context;
    const char *type = region_type(region, &rendering->below);
    size_t len = vmmap_row(rendering->row, type, region);

    if (len == 0 || len > sizeof rendering->row || rendering->row[len - 1] != '\n')
        abort();
    for (size_t i = 0; i + 1 < len; i++)
        if (rendering->row[i] < 0x20 || rendering->row[i] > 0x7e)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smaps *smaps = malloc(sizeof *smaps);
    struct rendering *rendering = calloc(1, sizeof *rendering);
    size_t first = size > 0 ? data[0] % size : 0;

    smaps_begin(smaps, render, rendering);
    smaps_feed(smaps, (const char *)data, first);
    smaps_feed(smaps, (const char *)data + first, size - first);
    smaps_end(smaps);
    free(rendering);
    free(smaps);
    return 0;
}
