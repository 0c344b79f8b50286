/* table.c - see groups.h. */
#include <errno.h>

#include "capture/linux/groups.h"

void table_write(struct host *host, struct output *output, const char *member, const char *header,
                 const char *folder, host_visit_fn *visit)
{
    bool cut;
    int errnum = 0;

    output_begin(output, "%s", member);
    output_printf(output, "%s", header);
    if (host_each(host, folder, HOST_NAMES_MAX, visit, output, &cut)) {
        output_end(output, cut ? STATUS_TRUNCATED : STATUS_OK, 0);
        return;
    }
    errnum = errno;
    output_drop(output);
    output_missing(output, output_status_of(errnum), errnum, "%s", member);
}
