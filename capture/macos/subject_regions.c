/* subject_regions.c - the regions of a process, by the best means that we are given. */
#include <errno.h>
#include <stdlib.h>

#include "capture/macos/ports.h"
#include "capture/macos/process_calls.h"
#include "capture/macos/subject.h"
#include "capture/macos/vmmap_member.h"

/* By its task's port; by its pid if there is none, or if it is good for nothing. */
static enum status read_map(struct subject *subject, const struct task_port *port,
                            struct vmmap_member *member)
{
    struct process *process = subject->process;
    struct region_target target = {process->pid, port->name};
    struct region_calls calls = call_regions(&target);
    struct region_walk walk = {
        .calls = &calls,
        .page_bytes = subject->host->page_bytes, /* also of translated ones */
        .full = subject->host->options.full,
        .visit = vmmap_member_add,
        .context = member,
    };
    enum status status = STATUS_DENIED;

    if (port->name != 0) {
        process->method = port->method;
        status = regions_of_task(&walk);
    }
    if (status != STATUS_OK && vmmap_member_rows(member) == 0) {
        process->method = "pidinfo";
        status = regions_of_pid(&walk);
    }
    if (status != STATUS_OK && vmmap_member_rows(member) == 0)
        process->method = "none";
    return status;
}

/* What a process owns, not yet known to be still the same. */
struct answer {
    bool asked;
    int errnum;
    char *bytes;
    size_t len;
};

static void keep_owned(struct subject *subject, const struct answer *answer)
{
    struct owned *owned = subject->host->processes->owned;

    if (answer->asked && answer->errnum == 0)
        owned_add(owned, subject->process->pid, answer->bytes, answer->len);
    else if (answer->asked)
        owned_missed(owned, output_status_of(answer->errnum));
}

static int errnum_of(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return 0;
    case STATUS_DENIED:
        return EPERM;
    case STATUS_VANISHED:
        return ESRCH;
    default:
        return EIO;
    }
}

/* The process may be gone, and its pid another's: then nothing of it is believed. */
static void end(struct subject *subject, enum status status, struct vmmap_member *member,
                const struct answer *answer)
{
    struct process *process = subject->process;

    if (subject_is_gone(subject))
        process->status = status = STATUS_VANISHED;
    else if (status == STATUS_VANISHED) /* it is there, but the kernel would not say more */
        status = STATUS_FAILED;
    process->regions_status = status;
    if (status == STATUS_OK)
        process->region_count = subject_count(vmmap_member_own(member));
    if (status != STATUS_VANISHED)
        keep_owned(subject, answer);
    vmmap_member_end(member, status, errnum_of(status));
}

void subject_regions(struct subject *subject)
{
    struct vmmap_member *member = vmmap_member_create(subject->output, subject->process);
    struct answer answer = {0};
    struct task_port port;
    enum status status;

    if (member == NULL) {
        subject->process->regions_status = STATUS_FAILED;
        return;
    }
    if (ports_get(subject->host, subject->process->pid, subject->platform, &port)) {
        answer.asked = true;
        answer.errnum = call_owned(port.name, &answer.bytes, &answer.len);
    }
    status = read_map(subject, &port, member);
    ports_put(&port);
    end(subject, status, member, &answer);
    if (answer.asked && answer.errnum == 0)
        free(answer.bytes);
}
