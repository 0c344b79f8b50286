/*
 * darwin_calls.h - Darwin's calls: Apple's headers and the prototypes that subsets of them lack.
 *
 * Only what calls the kernel includes it; what decodes includes darwin.h. Apple's command line tools
 * have mach/mach_vm.h, the headers that come with zig do not: a prototype here is the same as
 * Apple's, so that both compile. Each is exported by libSystem since before the oldest release that
 * wirecap runs on, but for those of which only the type is here: they are looked up by dlsym.
 */
#ifndef CAPTURE_MACOS_DARWIN_CALLS_H
#define CAPTURE_MACOS_DARWIN_CALLS_H

#include <libproc.h>
#include <mach/host_priv.h>
#include <mach/mach.h>
#include <mach/mach_host.h>
#include <mach/vm_page_size.h>
#include <mach/vm_region.h>
#include <mach/vm_statistics.h>
#include <mach_debug/zone_info.h>
#include <stddef.h>
#include <sys/proc_info.h>
#include <sys/resource.h>
#include <sys/sysctl.h>

#include "capture/macos/darwin.h"

/* osfmk/mach/mach_vm.defs */
kern_return_t mach_vm_region_recurse(vm_map_read_t task, mach_vm_address_t *address,
                                     mach_vm_size_t *size, natural_t *depth,
                                     vm_region_recurse_info_t info, mach_msg_type_number_t *count);

/* bsd/kern/syscalls.master, 373: bsd/kern/sys_generic.c, ledger() */
int ledger(int command, caddr_t arg1, caddr_t arg2, caddr_t arg3);

/* bsd/kern/syscalls.master, 169: bsd/sys/codesign.h */
int csops(pid_t pid, unsigned int operation, void *answer, size_t size);

/* osfmk/mach/mach_traps.h; task_read_for_pid is in macOS 11 and later. It returns an errno, which
 * task_for_pid does not. */
typedef int task_read_for_pid_fn(mach_port_name_t own, int pid, mach_port_name_t *task);

/* Our layouts are Apple's. Those that the kernel fills as far as it is asked to grow at their ends: of
 * them ours may be the beginning. */
#define BEGINS(ours, apples) \
    static_assert(sizeof(struct ours) <= sizeof(apples), #ours " is more than " #apples)
#define SAME_SIZE(ours, apples) \
    static_assert(sizeof(struct ours) == sizeof(apples), #ours " is not " #apples)
#define SAME_PLACE(ours, field, apples, apples_field)                                           \
    static_assert(offsetof(struct ours, field) == offsetof(apples, apples_field) &&             \
                      sizeof(((struct ours *)0)->field) == sizeof(((apples *)0)->apples_field), \
                  #ours "." #field)

BEGINS(darwin_vm_statistics, vm_statistics64_data_t);
SAME_PLACE(darwin_vm_statistics, wire_count, vm_statistics64_data_t, wire_count);
SAME_PLACE(darwin_vm_statistics, speculative_count, vm_statistics64_data_t, speculative_count);
SAME_PLACE(darwin_vm_statistics, internal_page_count, vm_statistics64_data_t, internal_page_count);
SAME_PLACE(darwin_vm_statistics, total_uncompressed_pages_in_compressor, vm_statistics64_data_t,
           total_uncompressed_pages_in_compressor);

SAME_SIZE(darwin_memory_info, mach_memory_info_t);
SAME_PLACE(darwin_memory_info, peak, mach_memory_info_t, peak);
SAME_PLACE(darwin_memory_info, tag, mach_memory_info_t, tag);
SAME_PLACE(darwin_memory_info, zone, mach_memory_info_t, zone);
SAME_PLACE(darwin_memory_info, name, mach_memory_info_t, name);
SAME_SIZE(darwin_zone_name, mach_zone_name_t);
SAME_SIZE(darwin_zone_info, mach_zone_info_t);
SAME_PLACE(darwin_zone_info, elem_size, mach_zone_info_t, mzi_elem_size);
SAME_PLACE(darwin_zone_info, collectable, mach_zone_info_t, mzi_collectable);
SAME_SIZE(darwin_swap_usage, struct xsw_usage);
SAME_PLACE(darwin_swap_usage, used, struct xsw_usage, xsu_used);

BEGINS(darwin_region, vm_region_submap_info_data_64_t);
SAME_PLACE(darwin_region, user_tag, vm_region_submap_info_data_64_t, user_tag);
SAME_PLACE(darwin_region, share_mode, vm_region_submap_info_data_64_t, share_mode);
SAME_PLACE(darwin_region, is_submap, vm_region_submap_info_data_64_t, is_submap);
SAME_PLACE(darwin_region, user_wired_count, vm_region_submap_info_data_64_t, user_wired_count);
SAME_PLACE(darwin_region, object_id_full, vm_region_submap_info_data_64_t, object_id_full);
SAME_SIZE(darwin_region_short, vm_region_submap_short_info_data_64_t);
SAME_PLACE(darwin_region_short, share_mode, vm_region_submap_short_info_data_64_t, share_mode);
SAME_PLACE(darwin_region_short, object_id, vm_region_submap_short_info_data_64_t, object_id);
SAME_PLACE(darwin_region_short, user_wired_count, vm_region_submap_short_info_data_64_t,
           user_wired_count);
static_assert(DARWIN_REGION_SHORT_COUNT == VM_REGION_SUBMAP_SHORT_INFO_COUNT_64 &&
                  DARWIN_REGION_V0_COUNT == VM_REGION_SUBMAP_INFO_V0_COUNT_64 &&
                  DARWIN_REGION_V1_COUNT == VM_REGION_SUBMAP_INFO_V1_COUNT_64 &&
                  DARWIN_REGION_COUNT == VM_REGION_SUBMAP_INFO_V2_COUNT_64,
              "counts of the regions' layouts");
static_assert(DARWIN_SHARE_COW == SM_COW && DARWIN_SHARE_LARGE_PAGE == SM_LARGE_PAGE, "SM_*");

SAME_SIZE(darwin_proc_region, struct proc_regioninfo);
SAME_PLACE(darwin_proc_region, user_wired_count, struct proc_regioninfo, pri_user_wired_count);
SAME_PLACE(darwin_proc_region, user_tag, struct proc_regioninfo, pri_user_tag);
SAME_PLACE(darwin_proc_region, object_id, struct proc_regioninfo, pri_obj_id);
SAME_PLACE(darwin_proc_region, size, struct proc_regioninfo, pri_size);
SAME_SIZE(darwin_proc_region_path, struct proc_regionwithpathinfo);
SAME_PLACE(darwin_proc_region_path, path, struct proc_regionwithpathinfo, prp_vip.vip_path);
static_assert(DARWIN_PIDREGIONINFO == PROC_PIDREGIONINFO &&
                  DARWIN_PIDREGIONPATHINFO == PROC_PIDREGIONPATHINFO &&
                  DARWIN_PROC_REGION_SUBMAP == PROC_REGION_SUBMAP &&
                  DARWIN_PROC_REGION_SHARED == PROC_REGION_SHARED,
              "PROC_*");
SAME_SIZE(darwin_file, struct proc_fdinfo);
SAME_PLACE(darwin_file, type, struct proc_fdinfo, proc_fdtype);
static_assert(DARWIN_FILE_SOCKET == PROX_FDTYPE_SOCKET && DARWIN_FILE_PIPE == PROX_FDTYPE_PIPE,
              "PROX_FDTYPE_*");
SAME_SIZE(darwin_rusage, struct rusage_info_v0);
SAME_PLACE(darwin_rusage, wired_size, struct rusage_info_v0, ri_wired_size);
SAME_PLACE(darwin_rusage, footprint, struct rusage_info_v0, ri_phys_footprint);

#undef BEGINS
#undef SAME_SIZE
#undef SAME_PLACE

#endif
