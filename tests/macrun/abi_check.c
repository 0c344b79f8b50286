/*
 * abi_check.c - compares darwin.h with Apple's headers. It is compiled for a Mac, and that is all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libproc.h>
#include <mach/host_info.h>
#include <mach/mach.h>
#include <mach/vm_region.h>
#include <mach_debug/zone_info.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/proc.h>
#include <sys/proc_info.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/macrun/darwin.h"

#define X(name, value) _Static_assert((int)(name) == DARWIN_##name, #name);
DARWIN_CONSTANTS(X)
DARWIN_ERRNOS(X)
DARWIN_COMMON_ERRNOS(X)
#undef X
_Static_assert(ENOTSUP == DARWIN_ENOTSUP, "ENOTSUP");

#define SIZE(theirs, ours) _Static_assert(sizeof(theirs) == sizeof(struct ours), #ours)

/* The same place and width; where it has another name, only its place and width are compared. */
#define FIELD_AS(theirs, name, ours, other)                                          \
    _Static_assert(offsetof(theirs, name) == offsetof(struct ours, other) &&         \
                       sizeof((theirs *)0)->name == sizeof((struct ours *)0)->other, \
                   #ours "." #other)
#define FIELD(theirs, ours, name) FIELD_AS(theirs, name, ours, name)

/* ---- files, signals, time ---- */

SIZE(struct timespec, darwin_timespec);
SIZE(struct stat, darwin_stat);
FIELD(struct stat, darwin_stat, st_mode);
FIELD(struct stat, darwin_stat, st_nlink);
FIELD(struct stat, darwin_stat, st_ino);
FIELD(struct stat, darwin_stat, st_gid);
FIELD(struct stat, darwin_stat, st_rdev);
FIELD(struct stat, darwin_stat, st_mtimespec);
FIELD(struct stat, darwin_stat, st_birthtimespec);
FIELD(struct stat, darwin_stat, st_size);
FIELD(struct stat, darwin_stat, st_blocks);
FIELD(struct stat, darwin_stat, st_blksize);
SIZE(struct dirent, darwin_dirent);
FIELD(struct dirent, darwin_dirent, d_reclen);
FIELD(struct dirent, darwin_dirent, d_namlen);
FIELD(struct dirent, darwin_dirent, d_type);
FIELD(struct dirent, darwin_dirent, d_name);
SIZE(struct sigaction, darwin_sigaction);
FIELD(struct sigaction, darwin_sigaction, sa_mask);
FIELD(struct sigaction, darwin_sigaction, sa_flags);

/* What shim_threads.c and shim_spawn.c put behind the program's objects has room there. */
_Static_assert(sizeof(pthread_mutex_t) >= 16, "a signature, a word");
_Static_assert(sizeof(pthread_attr_t) >= 56, "a signature, a word");
_Static_assert(sizeof(posix_spawn_file_actions_t) == 8 && sizeof(posix_spawnattr_t) == 8, "a word");
_Static_assert(sizeof(sigset_t) == 4 && sizeof(pid_t) == 4 && sizeof(mode_t) == 2, "as passed");
_Static_assert(sizeof(mach_port_t) == 4 && sizeof(kern_return_t) == 4, "as passed");

/* Arguments and results that are the host's own structures. */
_Static_assert(sizeof(struct rusage) == 144 && offsetof(struct rusage, ru_maxrss) == 32, "rusage");
_Static_assert(sizeof(struct pollfd) == 8 && offsetof(struct pollfd, revents) == 6, "pollfd");
_Static_assert(sizeof(struct tm) == 56 && offsetof(struct tm, tm_gmtoff) == 40, "tm");

/* ---- the machine ---- */

SIZE(struct vm_statistics64, darwin_vm_statistics64);
FIELD(struct vm_statistics64, darwin_vm_statistics64, wire_count);
FIELD(struct vm_statistics64, darwin_vm_statistics64, faults);
FIELD(struct vm_statistics64, darwin_vm_statistics64, purgeable_count);
FIELD(struct vm_statistics64, darwin_vm_statistics64, speculative_count);
FIELD(struct vm_statistics64, darwin_vm_statistics64, decompressions);
FIELD(struct vm_statistics64, darwin_vm_statistics64, swapouts);
FIELD(struct vm_statistics64, darwin_vm_statistics64, compressor_page_count);
FIELD(struct vm_statistics64, darwin_vm_statistics64, throttled_count);
FIELD(struct vm_statistics64, darwin_vm_statistics64, internal_page_count);
FIELD(struct vm_statistics64, darwin_vm_statistics64, total_uncompressed_pages_in_compressor);
SIZE(mach_memory_info_t, darwin_memory_info);
FIELD(mach_memory_info_t, darwin_memory_info, site);
FIELD(mach_memory_info_t, darwin_memory_info, size);
FIELD(mach_memory_info_t, darwin_memory_info, largest);
FIELD(mach_memory_info_t, darwin_memory_info, collectable_bytes);
FIELD(mach_memory_info_t, darwin_memory_info, mapped);
FIELD(mach_memory_info_t, darwin_memory_info, peak);
FIELD(mach_memory_info_t, darwin_memory_info, tag);
FIELD(mach_memory_info_t, darwin_memory_info, zone);
FIELD(mach_memory_info_t, darwin_memory_info, name);
SIZE(mach_zone_name_t, darwin_zone_name);
SIZE(mach_zone_info_t, darwin_zone_info);
FIELD(mach_zone_info_t, darwin_zone_info, mzi_cur_size);
FIELD(mach_zone_info_t, darwin_zone_info, mzi_elem_size);
FIELD(mach_zone_info_t, darwin_zone_info, mzi_sum_size);
FIELD(mach_zone_info_t, darwin_zone_info, mzi_collectable);
SIZE(struct xsw_usage, darwin_swap_usage);
FIELD(struct xsw_usage, darwin_swap_usage, xsu_used);
FIELD(struct xsw_usage, darwin_swap_usage, xsu_encrypted);

/* ---- processes ---- */

SIZE(struct proc_bsdinfo, darwin_bsdinfo);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_ppid);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_svgid);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_comm);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_name);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_nfiles);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_nice);
FIELD(struct proc_bsdinfo, darwin_bsdinfo, pbi_start_tvusec);
SIZE(struct proc_bsdshortinfo, darwin_bsdshortinfo);
FIELD(struct proc_bsdshortinfo, darwin_bsdshortinfo, pbsi_status);
FIELD(struct proc_bsdshortinfo, darwin_bsdshortinfo, pbsi_comm);
FIELD(struct proc_bsdshortinfo, darwin_bsdshortinfo, pbsi_uid);
SIZE(struct proc_taskinfo, darwin_taskinfo);
FIELD(struct proc_taskinfo, darwin_taskinfo, pti_total_system);
FIELD(struct proc_taskinfo, darwin_taskinfo, pti_pageins);
FIELD(struct proc_taskinfo, darwin_taskinfo, pti_threadnum);
SIZE(struct proc_taskallinfo, darwin_taskallinfo);
SIZE(struct proc_fdinfo, darwin_fdinfo);
SIZE(struct proc_regioninfo, darwin_regioninfo);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_flags);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_offset);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_user_wired_count);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_user_tag);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_pages_dirtied);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_share_mode);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_obj_id);
FIELD(struct proc_regioninfo, darwin_regioninfo, pri_address);
SIZE(struct vinfo_stat, darwin_vinfo_stat);
FIELD(struct vinfo_stat, darwin_vinfo_stat, vst_ino);
FIELD(struct vinfo_stat, darwin_vinfo_stat, vst_size);
SIZE(struct vnode_info_path, darwin_vnode_info_path);
FIELD(struct vnode_info_path, darwin_vnode_info_path, vip_path);
SIZE(struct proc_regionwithpathinfo, darwin_regionwithpathinfo);
FIELD(struct proc_regionwithpathinfo, darwin_regionwithpathinfo, prp_vip);
SIZE(struct rusage_info_v0, darwin_rusage_info);
FIELD(struct rusage_info_v0, darwin_rusage_info, ri_wired_size);
FIELD(struct rusage_info_v0, darwin_rusage_info, ri_phys_footprint);

SIZE(struct vm_region_submap_info_64, darwin_region);
FIELD(struct vm_region_submap_info_64, darwin_region, offset);
FIELD(struct vm_region_submap_info_64, darwin_region, user_tag);
FIELD(struct vm_region_submap_info_64, darwin_region, pages_dirtied);
FIELD(struct vm_region_submap_info_64, darwin_region, shadow_depth);
FIELD(struct vm_region_submap_info_64, darwin_region, share_mode);
FIELD(struct vm_region_submap_info_64, darwin_region, is_submap);
FIELD(struct vm_region_submap_info_64, darwin_region, object_id);
FIELD(struct vm_region_submap_info_64, darwin_region, user_wired_count);
FIELD(struct vm_region_submap_info_64, darwin_region, pages_reusable);
FIELD(struct vm_region_submap_info_64, darwin_region, object_id_full);
SIZE(struct vm_region_submap_short_info_64, darwin_region_short);
FIELD(struct vm_region_submap_short_info_64, darwin_region_short, user_tag);
FIELD(struct vm_region_submap_short_info_64, darwin_region_short, ref_count);
FIELD(struct vm_region_submap_short_info_64, darwin_region_short, share_mode);
FIELD(struct vm_region_submap_short_info_64, darwin_region_short, object_id);
FIELD(struct vm_region_submap_short_info_64, darwin_region_short, user_wired_count);
