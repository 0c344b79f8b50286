/* unsupported.c - the back end of systems that have none yet: builds anywhere, captures nothing. */
#include "capture/backend.h"

static bool no_open(struct host **host, const struct capture_options *options, struct err *err)
{
    (void)host;
    (void)options;
    return err_set(err, "this system cannot be captured, only Linux and macOS can; wirediff "
                        "reads their bundles here");
}

const struct backend backend = {.platform = "unsupported", .open = no_open};
