/* sim_host.c - the machine as a whole: host_statistics64 and its rate limit, UUID, page sizes. */
#include <pthread.h>
#include <string.h>

#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

/* ---- host_statistics64 --------------------------------------------------------------------- */

#define REV0_COUNT 24 /* words of the oldest form */

static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
#define FIELD(field)                                            \
    {                                                           \
#field, offsetof(struct darwin_vm_statistics64, field), \
            sizeof((struct darwin_vm_statistics64 *)0)->field   \
    }
    FIELD(free_count),
    FIELD(active_count),
    FIELD(inactive_count),
    FIELD(wire_count),
    FIELD(zero_fill_count),
    FIELD(reactivations),
    FIELD(pageins),
    FIELD(pageouts),
    FIELD(faults),
    FIELD(cow_faults),
    FIELD(lookups),
    FIELD(hits),
    FIELD(purges),
    FIELD(purgeable_count),
    FIELD(speculative_count),
    FIELD(decompressions),
    FIELD(compressions),
    FIELD(swapins),
    FIELD(swapouts),
    FIELD(compressor_page_count),
    FIELD(throttled_count),
    FIELD(external_page_count),
    FIELD(internal_page_count),
    FIELD(total_uncompressed_pages_in_compressor)};

void vm_statistics_add(const char *field, int64_t amount)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *at = (char *)&mac.vm + fields[i].offset;
        uint64_t value = 0; /* little-endian: its lower half is a 32-bit field's value */

        if (strcmp(fields[i].name, field) != 0)
            continue;
        memcpy(&value, at, fields[i].size);
        value += (uint64_t)amount;
        memcpy(at, &value, fields[i].size);
        return;
    }
    scenario_bad("no such field of vm_statistics64: %s", field);
}

/* The kernel gives a program that is not Apple's a few fresh answers a window, how many being its
 * secret; after that the last one again, and success. */
static void take_statistics(struct darwin_vm_statistics64 *statistics)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct darwin_vm_statistics64 last;
    static uint64_t window_ns, answers, answers_max;
    uint64_t now_ns = mac_uptime_ns();

    (void)pthread_mutex_lock(&lock);
    if (answers_max == 0 || now_ns - window_ns >= mac.rate_window_ms * 1000000) {
        window_ns = now_ns;
        answers = 0;
        answers_max = mac.rate_min + now_ns / 1000 % (mac.rate_max - mac.rate_min + 1);
    }
    if (answers < answers_max) {
        answers++;
        last = mac.vm;
        for (size_t i = 0; i < mac.drift_count; i++)
            vm_statistics_add(mac.drifts[i].field, mac.drifts[i].each);
    }
    *statistics = last;
    (void)pthread_mutex_unlock(&lock);
}

static int mac_host_statistics64(uint32_t host, int flavor, void *info, uint32_t *count)
{
    int fault = mac_fault("host_statistics64", -1);
    struct darwin_vm_statistics64 statistics;

    if (fault != 0)
        return fault;
    if (host != HOST_PORT)
        return DARWIN_KERN_INVALID_HOST;
    if (flavor != DARWIN_HOST_VM_INFO64)
        return DARWIN_KERN_INVALID_ARGUMENT;
    if (*count < REV0_COUNT)
        return DARWIN_KERN_FAILURE;
    *count = *count >= DARWIN_HOST_VM_INFO64_COUNT ? DARWIN_HOST_VM_INFO64_COUNT : REV0_COUNT;
    take_statistics(&statistics);
    memcpy(info, &statistics, *count * sizeof(uint32_t));
    return 0;
}

/* ---- the rest ------------------------------------------------------------------------------ */

static int mac_gethostuuid(uint8_t *uuid, const struct darwin_timespec *patience)
{
    int fault = mac_fault("gethostuuid", -1);

    (void)patience;
    if (fault != 0)
        return mac_fail(fault);
    (void)scenario_bytes(
        str_of(mac_setting("hardware_uuid", "7A0C3B1E-52D4-5F60-8E21-94B6C0D7A513")), uuid, 16);
    return 0;
}

const struct shim shims_host[] = {SHIM(host_statistics64), SHIM(gethostuuid),
                                  SHIM_DATA(vm_kernel_page_size, mac.page_bytes), SHIM_END};
