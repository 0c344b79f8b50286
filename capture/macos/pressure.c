/* pressure.c - pressure.txt: how short of memory the kernel says it is, as sysctl(8) prints it. */
#include <inttypes.h>

#include "capture/macos/host.h"
#include "capture/macos/host_calls.h"

/* The level: 1 normal, 2 warning, 4 critical. Some are hidden from a walk through all variables. */
static const char *const names[] = {
    "kern.memorystatus_vm_pressure_level",
    "kern.memorystatus_level",
    "vm.memory_pressure",
    "vm.page_free_wanted",
    "vm.compressor_available",
    "vm.swap_enabled",
};

void pressure_write(struct host *host, struct output *output)
{
    uint64_t number;

    (void)host;
    output_begin(output, "pressure.txt");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (call_sysctl_number(names[i], &number))
            output_printf(output, "%s: %" PRIu64 "\n", names[i], number);
    if (output_size_bytes(output) == 0)
        output_note(output, "this kernel has none of the variables that tell it");
    output_end(output, output_size_bytes(output) > 0 ? STATUS_OK : STATUS_ABSENT, 0);
}
