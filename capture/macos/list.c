/* list.c - the processes, as the kernel lists them to everybody. */
#include <stdlib.h>

#include "capture/macos/process.h"
#include "capture/macos/process_calls.h"

#define PIDS_MAX ((size_t)1 << 20)
#define TRIES    4 /* a list that is full may lack the latest */

/* One list, with room for size pids. False: it failed, or may lack some. */
static bool read_list(int32_t **pids, size_t size, size_t *count)
{
    int32_t *room = realloc(*pids, size * sizeof *room);

    if (room == NULL)
        return false;
    *pids = room;
    *count = call_pids(room, size);
    return *count > 0 && *count < size;
}

bool mac_list(struct host *host, int32_t **pids, size_t *count, bool *whole, struct err *err)
{
    size_t size = call_pids(NULL, 0); /* with slack, and even so more may have come meanwhile */

    (void)host;
    *pids = NULL;
    *count = 0;
    *whole = false;
    for (unsigned i = 0; i < TRIES && size > 0 && !*whole; i++) {
        size += size / 4 + 32;
        size = size < PIDS_MAX ? size : PIDS_MAX;
        *whole = read_list(pids, size, count);
    }
    if (*count > 0)
        return true;
    (void)err_errno(err, "the list of processes");
    free(*pids);
    *pids = NULL;
    return false;
}
