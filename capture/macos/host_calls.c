/* host_calls.c - see host_calls.h. */
#include "capture/macos/host_calls.h"

#include <errno.h>
#include <string.h>
#include <sys/sysctl.h>
#include <time.h>
#include <unistd.h>

#include "capture/macos/darwin_calls.h"
#include "capture/macos/kern.h"

static_assert(KERN_CODE_INVALID_ARGUMENT == KERN_INVALID_ARGUMENT &&
                  KERN_CODE_FAILURE == KERN_FAILURE &&
                  KERN_CODE_RESOURCE_SHORTAGE == KERN_RESOURCE_SHORTAGE &&
                  KERN_CODE_NO_ACCESS == KERN_NO_ACCESS && KERN_CODE_ABORTED == KERN_ABORTED &&
                  KERN_CODE_INVALID_HOST == KERN_INVALID_HOST &&
                  KERN_CODE_NOT_SUPPORTED == KERN_NOT_SUPPORTED &&
                  KERN_CODE_INVALID_DEST == MACH_SEND_INVALID_DEST,
              "codes of Mach");

uint64_t call_page_bytes(void)
{
    return (uint64_t)vm_kernel_page_size;
}

/* Each call of mach_host_self() is a reference more. */
static void host_release(mach_port_t host)
{
    (void)mach_port_deallocate(mach_task_self(), host);
}

static void memory_release(const void *at, size_t len)
{
    if (at != NULL && len > 0)
        (void)vm_deallocate(mach_task_self(), (vm_address_t)at, (vm_size_t)len);
}

int call_vm_counters(struct vm_counters *counters)
{
    mach_port_t host = mach_host_self();
    mach_msg_type_number_t words = sizeof counters->counts / sizeof(integer_t);
    kern_return_t error;

    *counters = (struct vm_counters){0};
    error = host_statistics64(host, HOST_VM_INFO64, (host_info64_t)&counters->counts, &words);
    counters->words = words;
    host_release(host);
    return error;
}

void call_memory(unsigned darwin, struct memory_answer *answer)
{
    mach_port_t host = mach_host_self();
    mach_zone_name_array_t names = NULL;
    mach_zone_info_array_t zones = NULL;
    mach_memory_info_array_t entries = NULL;
    mach_msg_type_number_t name_count = 0, zone_count = 0, entry_count = 0;

    answer->error =
        mach_memory_info(host, &names, &name_count, &zones, &zone_count, &entries, &entry_count);
    host_release(host);
    answer->names = (struct str){(const char *)names, name_count * sizeof *names};
    answer->zones = (struct str){(const char *)zones, zone_count * sizeof *zones};
    answer->entries = (struct str){(const char *)entries, entry_count * memory_entry_bytes(darwin)};
}

void call_memory_end(struct memory_answer *answer)
{
    memory_release(answer->names.at, answer->names.len);
    memory_release(answer->zones.at, answer->zones.len);
    memory_release(answer->entries.at, answer->entries.len);
    *answer = (struct memory_answer){0};
}

int call_kexts(const char *request, struct str *answer, int *result)
{
    mach_port_t host = mach_host_self();
    vm_offset_t response = 0, log = 0;
    mach_msg_type_number_t response_bytes = 0, log_bytes = 0;
    kern_return_t error;

    *result = 0;
    /* The request stays ours: the kernel gets a copy. */
    error = kext_request(host, 0, (vm_offset_t)request, (mach_msg_type_number_t)strlen(request) + 1,
                         &response, &response_bytes, &log, &log_bytes, result);
    host_release(host);
    memory_release((const void *)log, log_bytes);
    *answer = (struct str){(const char *)response, response_bytes};
    return error;
}

void call_kexts_end(struct str *answer)
{
    memory_release(answer->at, answer->len);
    *answer = (struct str){0};
}

int call_sysctl(void *context, const int *mib, size_t count, void *value, size_t *len)
{
    int name[CTL_MAXNAME + 2];

    (void)context;
    if (count > sizeof name / sizeof *name)
        return EINVAL;
    memcpy(name, mib, count * sizeof *mib);
    return sysctl(name, (u_int)count, value, len, NULL, 0) == 0 ? 0 : errno;
}

bool call_sysctl_text(const char *name, char *text, size_t size)
{
    size_t len = size - 1;

    if (sysctlbyname(name, text, &len, NULL, 0) != 0 || len >= size)
        return false;
    text[len] = '\0';
    return *text != '\0';
}

bool call_sysctl_number(const char *name, uint64_t *number)
{
    uint64_t wide = 0;
    uint32_t narrow;
    size_t len = sizeof wide;

    if (sysctlbyname(name, &wide, &len, NULL, 0) != 0)
        return false;
    memcpy(&narrow, &wide, sizeof narrow);
    *number = len == sizeof narrow ? narrow : wide;
    return len == sizeof narrow || len == sizeof wide;
}

bool call_sysctl_bytes(const char *name, void *value, size_t size)
{
    size_t len = size;

    return sysctlbyname(name, value, &len, NULL, 0) == 0 && len == size;
}

bool call_hardware_uuid(uint8_t uuid[16])
{
    const struct timespec patience = {.tv_sec = 5};

    return gethostuuid(uuid, &patience) == 0;
}
