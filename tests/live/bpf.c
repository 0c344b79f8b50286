#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/live/hold.h"

static bool create_map(union bpf_attr *attributes, struct err *err)
{
    if (syscall(SYS_bpf, BPF_MAP_CREATE, attributes, sizeof *attributes) < 0)
        return err_errno(err, "BPF_MAP_CREATE");
    return true;
}

bool hold_bpf_array(const struct hold *hold, struct err *err)
{
    const size_t value_bytes = 4096;
    union bpf_attr attributes = {
        .map_type = BPF_MAP_TYPE_ARRAY,
        .key_size = sizeof(uint32_t),
        .value_size = (uint32_t)value_bytes,
        .max_entries = (uint32_t)(hold->amounts[0] * HOLD_MIB / value_bytes),
    };

    return create_map(&attributes, err);
}

bool hold_bpf_ringbuf(const struct hold *hold, struct err *err)
{
    union bpf_attr attributes = {
        .map_type = BPF_MAP_TYPE_RINGBUF,
        .max_entries = (uint32_t)(hold->amounts[0] * HOLD_MIB),
    };

    return create_map(&attributes, err);
}
