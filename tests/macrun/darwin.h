/*
 * darwin.h - structures and constants of macOS on x86_64, as far as macrun serves them.
 *
 * Written by hand, for Linux has none of them, and without any header, so that abi_check.c can
 * include it beside Apple's own and compare: every constant of the lists, every size, and the
 * offsets that matter. Names are Apple's behind darwin_ and DARWIN_.
 */
#ifndef TESTS_MACRUN_DARWIN_H
#define TESTS_MACRUN_DARWIN_H

#include <stdint.h>

/* clang-format off */
#define DARWIN_CONSTANTS(X) \
    X(O_NONBLOCK, 0x4) X(O_APPEND, 0x8) X(O_SYNC, 0x80) X(O_NOFOLLOW, 0x100) X(O_CREAT, 0x200) \
    X(O_TRUNC, 0x400) X(O_EXCL, 0x800) X(O_NOCTTY, 0x20000) X(O_DIRECTORY, 0x100000) \
    X(O_CLOEXEC, 0x1000000) X(AT_FDCWD, -2) X(AT_SYMLINK_NOFOLLOW, 0x20) \
    X(F_GETFD, 1) X(F_SETFD, 2) X(F_GETFL, 3) X(F_SETFL, 4) X(F_FULLFSYNC, 51) \
    X(SIGHUP, 1) X(SIGINT, 2) X(SIGQUIT, 3) X(SIGILL, 4) X(SIGTRAP, 5) X(SIGABRT, 6) X(SIGFPE, 8) \
    X(SIGKILL, 9) X(SIGBUS, 10) X(SIGSEGV, 11) X(SIGSYS, 12) X(SIGPIPE, 13) X(SIGALRM, 14) \
    X(SIGTERM, 15) X(SIGURG, 16) X(SIGSTOP, 17) X(SIGTSTP, 18) X(SIGCONT, 19) X(SIGCHLD, 20) \
    X(SIGTTIN, 21) X(SIGTTOU, 22) X(SIGIO, 23) X(SIGXCPU, 24) X(SIGXFSZ, 25) X(SIGVTALRM, 26) \
    X(SIGPROF, 27) X(SIGWINCH, 28) X(SIGUSR1, 30) X(SIGUSR2, 31) \
    X(SA_RESTART, 2) X(SA_RESETHAND, 4) X(SA_NOCLDSTOP, 8) X(SA_NODEFER, 0x10) \
    X(SA_SIGINFO, 0x40) X(SIG_BLOCK, 1) X(SIG_UNBLOCK, 2) X(SIG_SETMASK, 3) \
    X(CLOCK_REALTIME, 0) X(CLOCK_MONOTONIC_RAW, 4) X(CLOCK_MONOTONIC, 6) X(CLOCK_UPTIME_RAW, 8) \
    X(CLOCK_PROCESS_CPUTIME_ID, 12) X(CLOCK_THREAD_CPUTIME_ID, 16) \
    X(_SC_NPROCESSORS_ONLN, 58) X(RUSAGE_SELF, 0) X(RUSAGE_CHILDREN, -1) \
    X(POSIX_SPAWN_SETPGROUP, 2) X(POSIX_SPAWN_SETSIGDEF, 4) X(POSIX_SPAWN_SETSIGMASK, 8) \
    X(POSIX_SPAWN_CLOEXEC_DEFAULT, 0x4000) X(WNOHANG, 1) X(WUNTRACED, 2) \
    X(DT_DIR, 4) X(DT_REG, 8) X(SEEK_CUR, 1) X(SEEK_END, 2) \
    X(POLLIN, 1) X(POLLOUT, 4) X(POLLERR, 8) X(POLLHUP, 0x10) X(POLLNVAL, 0x20) \
    X(HOST_VM_INFO64, 4) X(HOST_VM_INFO64_COUNT, 38) \
    X(PROC_ALL_PIDS, 1) X(PROC_PIDLISTFDS, 1) X(PROC_PIDTASKALLINFO, 2) X(PROC_PIDTBSDINFO, 3) \
    X(PROC_PIDREGIONINFO, 7) X(PROC_PIDPATHINFO, 11) X(PROC_PIDT_SHORTBSDINFO, 13) \
    X(PROC_PIDPATHINFO_MAXSIZE, 4096) \
    X(PROX_FDTYPE_VNODE, 1) X(PROX_FDTYPE_SOCKET, 2) X(PROX_FDTYPE_PIPE, 6) \
    X(PROC_FLAG_SYSTEM, 1) X(PROC_FLAG_LP64, 0x10) X(PROC_REGION_SUBMAP, 1) \
    X(PROC_REGION_SHARED, 2) X(SRUN, 2) X(SZOMB, 5) \
    X(SM_COW, 1) X(SM_PRIVATE, 2) X(SM_EMPTY, 3) X(SM_SHARED, 4) X(SM_TRUESHARED, 5) \
    X(SM_PRIVATE_ALIASED, 6) X(SM_SHARED_ALIASED, 7) X(SM_LARGE_PAGE, 8) \
    X(VM_REGION_SUBMAP_INFO_V2_COUNT_64, 19) X(VM_REGION_SUBMAP_INFO_V1_COUNT_64, 17) \
    X(VM_REGION_SUBMAP_INFO_V0_COUNT_64, 16) X(VM_REGION_SUBMAP_SHORT_INFO_COUNT_64, 12) \
    X(VM_PURGABLE_DENY, 3) \
    X(KERN_SUCCESS, 0) X(KERN_INVALID_ADDRESS, 1) X(KERN_PROTECTION_FAILURE, 2) \
    X(KERN_NO_SPACE, 3) X(KERN_INVALID_ARGUMENT, 4) X(KERN_FAILURE, 5) \
    X(KERN_RESOURCE_SHORTAGE, 6) X(KERN_NO_ACCESS, 8) X(KERN_ABORTED, 14) X(KERN_INVALID_NAME, 15) \
    X(KERN_INVALID_HOST, 22) X(KERN_NOT_SUPPORTED, 46) X(KERN_DENIED, 53) X(MIG_BAD_ID, -303) \
    X(MACH_SEND_INVALID_DEST, 0x10000003) \
    X(CTL_MAXNAME, 12) X(CTLTYPE_NODE, 1) X(CTLTYPE_INT, 2) X(CTLTYPE_STRING, 3) \
    X(CTLTYPE_QUAD, 4) X(CTLTYPE_OPAQUE, 5) X(CTL_KERN, 1) X(CTL_VM, 2) X(CTL_VFS, 3) \
    X(CTL_NET, 4) X(CTL_DEBUG, 5) X(CTL_HW, 6) X(CTL_MACHDEP, 7) X(CTL_USER, 8) \
    X(KERN_OSTYPE, 1) X(KERN_OSRELEASE, 2) X(KERN_VERSION, 4) X(KERN_HOSTNAME, 10) \
    X(KERN_BOOTTIME, 21) X(KERN_PROCARGS2, 49) X(KERN_OSVERSION, 65) X(HW_MACHINE, 1) \
    X(HW_MODEL, 2) X(HW_NCPU, 3) X(HW_PAGESIZE, 7) X(HW_MEMSIZE, 24) X(VM_SWAPUSAGE, 5) \
    X(CTLFLAG_RD, 0x80000000) X(CTLFLAG_MASKED, 0x04000000) \
    X(CTLFLAG_LOCKED, 0x00800000)

/* Those that differ from Linux: all others of 1 to 34 are equal. */
#define DARWIN_ERRNOS(X) \
    X(EDEADLK, 11) X(EAGAIN, 35) X(EINPROGRESS, 36) X(EALREADY, 37) X(ENOTSOCK, 38) \
    X(EMSGSIZE, 40) X(EOPNOTSUPP, 102) X(ETIMEDOUT, 60) X(ELOOP, 62) X(ENAMETOOLONG, 63) \
    X(ENOTEMPTY, 66) X(EDQUOT, 69) X(ESTALE, 70) X(ENOLCK, 77) X(ENOSYS, 78) X(EOVERFLOW, 84) \
    X(ECANCELED, 89) X(EILSEQ, 92) X(EBADMSG, 94) X(ENODATA, 96) X(EPROTO, 100)

#define DARWIN_COMMON_ERRNOS(X) \
    X(EPERM, 1) X(ENOENT, 2) X(ESRCH, 3) X(EINTR, 4) X(EIO, 5) X(EBADF, 9) X(ENOMEM, 12) \
    X(EACCES, 13) X(EFAULT, 14) X(EBUSY, 16) X(EEXIST, 17) X(EXDEV, 18) X(ENOTDIR, 20) \
    X(EISDIR, 21) X(EINVAL, 22) X(EMFILE, 24) X(ENOTTY, 25) X(EFBIG, 27) X(ENOSPC, 28) \
    X(EROFS, 30) X(EPIPE, 32) X(ERANGE, 34)
/* clang-format on */

enum {
#define X(name, value) DARWIN_##name = (int)(value),
    DARWIN_CONSTANTS(X) DARWIN_ERRNOS(X) DARWIN_COMMON_ERRNOS(X)
#undef X
        DARWIN_ENOTSUP = 45,
    /* In no public header: */
    DARWIN_PROC_PIDUNIQIDENTIFIERINFO = 17,
    DARWIN_PROC_PIDREGIONPATHINFO2 = 22,
    DARWIN_PROC_PIDIPCTABLEINFO = 32,
    DARWIN_CTL_NAME = 1, /* of the sysctl {0, ...} */
    DARWIN_CTL_NEXT = 2,
    DARWIN_CTL_OID = 3,
    DARWIN_CTL_FORMAT = 4,
    DARWIN_CS_OPS_STATUS = 0,
    DARWIN_CS_OPS_IDENTITY = 11,
    DARWIN_CS_OPS_TEAMID = 14,
    DARWIN_CS_GET_TASK_ALLOW = 0x4,
    DARWIN_CS_RUNTIME = 0x10000,
    DARWIN_CS_PLATFORM_BINARY = 0x4000000,
    DARWIN_LEDGER_ENTRY_INFO = 1,
    DARWIN_LEDGER_TEMPLATE_INFO = 2,
    DARWIN_SITE_KMOD = 1, /* VM_KERN_SITE_ */
    DARWIN_SITE_KERNEL = 2,
    DARWIN_SITE_COUNTER = 3,
    DARWIN_SITE_WIRED = 0x100,
    DARWIN_SITE_HIDE = 0x200,
    DARWIN_SITE_NAMED = 0x400,
    DARWIN_SITE_ZONE = 0x800,
    DARWIN_SITE_ZONE_VIEW = 0x1000,
    DARWIN_TAG_ZONE = 12, /* VM_KERN_MEMORY_ZONE */
};

/* ---- files, signals, time ---- */

struct darwin_timespec {
    int64_t tv_sec, tv_nsec;
};

struct darwin_stat {
    int32_t st_dev;
    uint16_t st_mode, st_nlink;
    uint64_t st_ino;
    uint32_t st_uid, st_gid;
    int32_t st_rdev;
    struct darwin_timespec st_atimespec, st_mtimespec, st_ctimespec, st_birthtimespec;
    int64_t st_size, st_blocks;
    int32_t st_blksize;
    uint32_t st_flags, st_gen;
    int32_t st_lspare;
    int64_t st_qspare[2];
};

struct darwin_dirent {
    uint64_t d_ino, d_seekoff;
    uint16_t d_reclen, d_namlen;
    uint8_t d_type;
    char d_name[1024];
};

struct darwin_sigaction {
    void (*handler)(int);
    uint32_t sa_mask;
    int32_t sa_flags;
};

/* ---- the machine ---- */

struct darwin_vm_statistics64 {
    uint32_t free_count, active_count, inactive_count, wire_count;
    uint64_t zero_fill_count, reactivations, pageins, pageouts, faults, cow_faults, lookups, hits,
        purges;
    uint32_t purgeable_count, speculative_count;
    uint64_t decompressions, compressions, swapins, swapouts;
    uint32_t compressor_page_count, throttled_count, external_page_count, internal_page_count;
    uint64_t total_uncompressed_pages_in_compressor;
};

struct darwin_memory_info {
    uint64_t flags, site, size, free, largest, collectable_bytes, mapped, peak;
    uint16_t tag, zone, reserved_a[2];
    uint64_t reserved[3];
    char name[80];
};

struct darwin_zone_name {
    char mzn_name[80];
};

struct darwin_zone_info {
    uint64_t mzi_count, mzi_cur_size, mzi_max_size, mzi_elem_size, mzi_alloc_size, mzi_sum_size,
        mzi_exhaustible, mzi_collectable;
};

struct darwin_swap_usage {
    uint64_t xsu_total, xsu_avail, xsu_used;
    uint32_t xsu_pagesize, xsu_encrypted;
};

/* ---- processes ---- */

struct darwin_bsdinfo {
    uint32_t pbi_flags, pbi_status, pbi_xstatus, pbi_pid, pbi_ppid, pbi_uid, pbi_gid, pbi_ruid,
        pbi_rgid, pbi_svuid, pbi_svgid, rfu_1;
    char pbi_comm[16], pbi_name[32];
    uint32_t pbi_nfiles, pbi_pgid, pbi_pjobc, e_tdev, e_tpgid;
    int32_t pbi_nice;
    uint64_t pbi_start_tvsec, pbi_start_tvusec;
};

struct darwin_bsdshortinfo {
    uint32_t pbsi_pid, pbsi_ppid, pbsi_pgid, pbsi_status;
    char pbsi_comm[16];
    uint32_t pbsi_flags, pbsi_uid, pbsi_gid, pbsi_ruid, pbsi_rgid, pbsi_svuid, pbsi_svgid, pbsi_rfu;
};

struct darwin_taskinfo {
    uint64_t pti_virtual_size, pti_resident_size, pti_total_user, pti_total_system,
        pti_threads_user, pti_threads_system;
    int32_t pti_policy, pti_faults, pti_pageins, pti_cow_faults, pti_messages_sent,
        pti_messages_received, pti_syscalls_mach, pti_syscalls_unix, pti_csw, pti_threadnum,
        pti_numrunning, pti_priority;
};

struct darwin_taskallinfo {
    struct darwin_bsdinfo pbsd;
    struct darwin_taskinfo ptinfo;
};

struct darwin_fdinfo {
    int32_t proc_fd;
    uint32_t proc_fdtype;
};

struct darwin_uniqidentifierinfo {
    uint8_t p_uuid[16];
    uint64_t p_uniqueid, p_puniqueid;
    int32_t p_idversion, p_orig_ppidversion;
    uint64_t p_reserve2, p_reserve3;
};

struct darwin_ipctableinfo {
    uint32_t table_size, table_free;
};

struct darwin_regioninfo {
    uint32_t pri_protection, pri_max_protection, pri_inheritance, pri_flags;
    uint64_t pri_offset;
    uint32_t pri_behavior, pri_user_wired_count, pri_user_tag, pri_pages_resident,
        pri_pages_shared_now_private, pri_pages_swapped_out, pri_pages_dirtied, pri_ref_count,
        pri_shadow_depth, pri_share_mode, pri_private_pages_resident, pri_shared_pages_resident,
        pri_obj_id, pri_depth;
    uint64_t pri_address, pri_size;
};

struct darwin_vinfo_stat {
    uint32_t vst_dev;
    uint16_t vst_mode, vst_nlink;
    uint64_t vst_ino;
    uint32_t vst_uid, vst_gid;
    int64_t times[8], vst_size, vst_blocks;
    int32_t vst_blksize;
    uint32_t vst_flags, vst_gen, vst_rdev;
    int64_t vst_qspare[2];
};

struct darwin_vnode_info_path {
    struct darwin_vinfo_stat vi_stat;
    int32_t vi_type, vi_pad, vi_fsid[2];
    char vip_path[1024];
};

struct darwin_regionwithpathinfo {
    struct darwin_regioninfo prp_prinfo;
    struct darwin_vnode_info_path prp_vip;
};

struct darwin_rusage_info { /* version 0, which each later one begins with */
    uint8_t ri_uuid[16];
    uint64_t ri_user_time, ri_system_time, ri_pkg_idle_wkups, ri_interrupt_wkups, ri_pageins,
        ri_wired_size, ri_resident_size, ri_phys_footprint, ri_proc_start_abstime,
        ri_proc_exit_abstime;
};

/* In no public header: */

struct darwin_ledger_template {
    char name[32], group[32], units[32];
};

struct darwin_ledger_entry {
    int64_t balance, credit, debit;
    uint64_t limit, refill, last;
};

struct darwin_owned_object {
    uint64_t object_id, virtual_size, resident_size, wired_size, reusable_size, compressed_size;
    uint64_t flags; /* no footprint: 1 bit; ledger tag: 3; purgeable: 2 */
};

_Static_assert(sizeof(struct darwin_uniqidentifierinfo) == 56, "as the kernel has it");
_Static_assert(sizeof(struct darwin_ledger_entry) == 48, "as the kernel has it");
_Static_assert(sizeof(struct darwin_owned_object) == 56, "as the kernel has it");

#pragma pack(push, 4)

struct darwin_region {
    int32_t protection, max_protection;
    uint32_t inheritance;
    uint64_t offset;
    uint32_t user_tag, pages_resident, pages_shared_now_private, pages_swapped_out, pages_dirtied,
        ref_count;
    uint16_t shadow_depth;
    uint8_t external_pager, share_mode;
    int32_t is_submap, behavior;
    uint32_t object_id;
    uint16_t user_wired_count;
    uint32_t pages_reusable;
    uint64_t object_id_full;
};

struct darwin_region_short {
    int32_t protection, max_protection;
    uint32_t inheritance;
    uint64_t offset;
    uint32_t user_tag, ref_count;
    uint16_t shadow_depth;
    uint8_t external_pager, share_mode;
    int32_t is_submap, behavior;
    uint32_t object_id;
    uint16_t user_wired_count;
};

#pragma pack(pop)

#endif
