/* subject_identity.c - who a process is. */
#include <stdlib.h>
#include <string.h>

#include "capture/macos/identity.h"
#include "capture/macos/process_calls.h"
#include "capture/macos/subject.h"
#include "capture/script.h"

#define BLOB_MAX (DARWIN_CS_BLOB_HEADER + NAME_BYTES_MAX + 1)

bool subject_info(struct subject *subject)
{
    struct process *process = subject->process;
    struct process_info info;
    int errnum;

    process->unique_id.known = call_unique_id(process->pid, true, &process->unique_id.n) == 0;
    errnum = call_info(process->pid, &info);
    process->status = output_status_of(errnum);
    if (errnum != 0)
        return false;
    subject->zombie = info.zombie;
    process->ppid = (int32_t)info.ppid;
    process->uid = subject_count(info.uid);
    if (info.name[0] != '\0')
        process->name = arena_intern(subject->arena, identity_field(info.name, sizeof info.name));
    if (info.start_us != 0)
        process->start = subject_count(info.start_us);
    if (info.whole) {
        process->thread_count = subject_count(info.thread_count);
        process->virtual_size = amount_of(info.virtual_bytes);
    }
    if (!info.whole && !info.zombie)
        process->status = STATUS_DENIED;
    return true;
}

bool subject_is_gone(const struct subject *subject)
{
    const struct process *process = subject->process;
    uint64_t id;
    int errnum = call_unique_id(process->pid, false, &id);

    if (errnum != 0)
        return output_status_of(errnum) == STATUS_VANISHED;
    return process->unique_id.known && id != process->unique_id.n;
}

static void read_path(struct subject *subject)
{
    char path[CALL_PATH_MAX];

    if (call_path(subject->process->pid, path) == 0 && path[0] != '\0')
        subject->process->path = arena_intern(subject->arena, str_of(path));
}

static const char *read_blob(struct subject *subject, unsigned operation)
{
    char blob[BLOB_MAX] = {0};
    struct str text;

    if (call_signing(subject->process->pid, operation, blob, sizeof blob) != 0 ||
        !identity_of_blob(blob, sizeof blob, &text))
        return NULL;
    return arena_intern(subject->arena, text);
}

static void read_signature(struct subject *subject)
{
    struct process *process = subject->process;
    uint32_t flags;

    process->signing_id = read_blob(subject, DARWIN_CS_IDENTITY);
    process->team = read_blob(subject, DARWIN_CS_TEAMID);
    subject->platform = call_signing(process->pid, DARWIN_CS_STATUS, &flags, sizeof flags) == 0 &&
                        (flags & DARWIN_CS_PLATFORM_BINARY) != 0;
}

void subject_identity(struct subject *subject)
{
    read_path(subject);
    if (!subject->process->kernel) /* asked for pid 0, the kernel answers for ourselves */
        read_signature(subject);
}

/* Of the arguments nothing but an interpreter's script. What looks like a variable of the
 * environment is none, wherever it was found. */
void subject_script(struct subject *subject)
{
    struct process *process = subject->process;
    struct str arguments;
    char *bytes;
    size_t len;

    if (process->path == NULL || !script_is_interpreter(str_of(process->path)) ||
        call_arguments(process->pid, &bytes, &len) != 0)
        return;
    if (identity_arguments(bytes, len, &arguments))
        process->script = script_of(str_of(process->path), arguments, subject->arena);
    if (process->script != NULL && strchr(process->script, '=') != NULL)
        process->script = NULL;
    free(bytes);
}
