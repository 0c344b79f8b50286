/* mac_machine.c - see mac_machine.h. */
#include "tests/unit/mac_machine.h"

#include <errno.h>
#include <string.h>

#include "capture/clock.h"
#include "capture/macos/kern.h"

struct mac_machine mac_machine;

static const struct mac_variable *find(const char *name)
{
    for (size_t i = 0; i < mac_machine.variable_count; i++)
        if (strcmp(mac_machine.variables[i].name, name) == 0)
            return &mac_machine.variables[i];
    return NULL;
}

uint64_t call_page_bytes(void)
{
    return 16384;
}

int call_vm_counters(struct vm_counters *counters)
{
    size_t i = mac_machine.counters_asked++;

    if (i < sizeof mac_machine.asked_us / sizeof *mac_machine.asked_us)
        mac_machine.asked_us[i] = clock_now_us();
    if (mac_machine.counters_error != 0)
        return mac_machine.counters_error;
    *counters =
        mac_machine.counters[i < mac_machine.counters_count ? i : mac_machine.counters_count - 1];
    return 0;
}

void call_memory(unsigned darwin, struct memory_answer *answer)
{
    (void)darwin;
    *answer = (struct memory_answer){.error = KERN_CODE_NO_ACCESS};
}

void call_memory_end(struct memory_answer *answer)
{
    *answer = (struct memory_answer){0};
}

int call_kexts(const char *request, struct str *answer, int *result)
{
    (void)request;
    *result = 0;
    *answer = (struct str){0};
    if (mac_machine.kexts == NULL)
        return KERN_CODE_NO_ACCESS;
    *answer = str_of(mac_machine.kexts);
    *result = mac_machine.kexts_result;
    return 0;
}

void call_kexts_end(struct str *answer)
{
    *answer = (struct str){0};
}

int call_sysctl(void *context, const int *mib, size_t count, void *value, size_t *len)
{
    (void)context;
    (void)mib;
    (void)count;
    (void)value;
    *len = 0;
    return ENOENT;
}

bool call_sysctl_text(const char *name, char *text, size_t size)
{
    const struct mac_variable *variable = find(name);

    if (variable == NULL || variable->text == NULL || strlen(variable->text) >= size)
        return false;
    strcpy(text, variable->text);
    return true;
}

bool call_sysctl_number(const char *name, uint64_t *number)
{
    const struct mac_variable *variable = find(name);

    if (variable == NULL || variable->value == NULL || variable->len > sizeof *number)
        return false;
    *number = 0;
    memcpy(number, variable->value, variable->len);
    return true;
}

bool call_sysctl_bytes(const char *name, void *value, size_t size)
{
    const struct mac_variable *variable = find(name);

    if (variable == NULL || variable->value == NULL || variable->len != size)
        return false;
    memcpy(value, variable->value, size);
    return true;
}

bool call_hardware_uuid(uint8_t uuid[16])
{
    if (mac_machine.uuid != NULL)
        memcpy(uuid, mac_machine.uuid, 16);
    return mac_machine.uuid != NULL;
}
