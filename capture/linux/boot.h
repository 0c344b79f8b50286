/*
 * boot.h - what holds from boot to boot, and decides how the counters are to be understood.
 */
#ifndef CAPTURE_LINUX_BOOT_H
#define CAPTURE_LINUX_BOOT_H

#include "capture/linux/host.h"

/* Whether kernel stacks come from vmalloc, by the kernel's configuration; where that is not to be
 * had, by the architectures on which it is the default. */
enum yes_no boot_vmap_stack(const struct host *host);

/* Whether a virtio balloon keeps its pages inside MemTotal. NO when there is no balloon. */
enum yes_no boot_balloon_deflate_on_oom(struct host *host);

#endif
