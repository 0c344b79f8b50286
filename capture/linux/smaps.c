/* smaps.c - see smaps.h. */
#include "capture/linux/smaps.h"

#include <string.h>

/* Without the colon. Index: enum smaps_figure. */
static const char *const keys[] = {
    [SMAPS_RSS] = "Rss",
    [SMAPS_SHARED_CLEAN] = "Shared_Clean",
    [SMAPS_SHARED_DIRTY] = "Shared_Dirty",
    [SMAPS_PRIVATE_CLEAN] = "Private_Clean",
    [SMAPS_PRIVATE_DIRTY] = "Private_Dirty",
    [SMAPS_LAZY_FREE] = "LazyFree",
    [SMAPS_SHARED_HUGETLB] = "Shared_Hugetlb",
    [SMAPS_PRIVATE_HUGETLB] = "Private_Hugetlb",
    [SMAPS_SWAP] = "Swap",
    [SMAPS_LOCKED] = "Locked",
};

_Static_assert(sizeof keys / sizeof keys[0] == SMAPS_FIGURES, "a key for each figure");

void smaps_begin(struct smaps *smaps, smaps_region_fn *each, void *context)
{
    smaps->each = each;
    smaps->context = context;
    smaps->in_region = false;
    smaps->line_len = 0;
}

static void end_region(struct smaps *smaps)
{
    if (smaps->in_region)
        smaps->each(smaps->context, &smaps->region);
    smaps->in_region = false;
}

static bool is_octal(char c, char most)
{
    return c >= '0' && c <= most;
}

/* The kernel writes a newline in a name as \012. (It leaves a backslash alone, so that a name
 * which holds the four characters \012 cannot be told from it.) */
static struct str undo_octal(char *out, struct str name)
{
    size_t used = 0;

    for (size_t i = 0; i < name.len; i++) {
        const char *at = name.at + i;

        if (*at == '\\' && name.len - i > 3 && is_octal(at[1], '3') && is_octal(at[2], '7') &&
            is_octal(at[3], '7')) {
            out[used++] = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            i += 3;
        } else {
            out[used++] = *at;
        }
    }
    return (struct str){out, used};
}

static bool read_device(struct str device, struct smaps_region *region)
{
    struct str major;
    uint64_t a, b;

    if (!str_cut(&device, ':', &major) || !str_u64(major, 16, &a) || !str_u64(device, 16, &b) ||
        a > UINT32_MAX || b > UINT32_MAX)
        return false;
    region->major = (uint32_t)a;
    region->minor = (uint32_t)b;
    return true;
}

/* "rwxp", with "-" for what is not allowed, and "s" for what is shared. */
static bool is_protection(struct str word)
{
    static const char *const letters[] = {"r-", "w-", "x-", "ps"};

    if (word.len != 4)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (memchr(letters[i], word.at[i], 2) == NULL)
            return false;
    return true;
}

/* "START-END PROT OFFSET MAJOR:MINOR INODE   PATH" */
static bool read_header(struct smaps *smaps, struct str line)
{
    struct smaps_region *region = &smaps->region;
    struct str start, end, protection, offset, device, inode;

    memset(region, 0, sizeof *region);
    if (!str_cut(&line, '-', &start) || !str_cut(&line, ' ', &end) ||
        !str_word(&line, &protection) || !str_word(&line, &offset) || !str_word(&line, &device) ||
        !str_word(&line, &inode))
        return false;
    if (!str_u64(start, 16, &region->start) || !str_u64(end, 16, &region->end) ||
        region->start >= region->end || !is_protection(protection) ||
        !str_u64(offset, 16, &region->offset) || !read_device(device, region) ||
        !str_u64(inode, 10, &region->inode))
        return false;
    memcpy(region->protection, protection.at, 4);
    while (line.len > 0 && *line.at == ' ')
        line = (struct str){line.at + 1, line.len - 1};
    region->path = undo_octal(smaps->path, line);
    return true;
}

static void read_figure(struct smaps_region *region, struct str line)
{
    for (size_t i = 0; i < SMAPS_FIGURES; i++) {
        size_t len = strlen(keys[i]);
        struct str value, number;

        if (line.len <= len || line.at[len] != ':' || memcmp(line.at, keys[i], len) != 0)
            continue;
        value = (struct str){line.at + len + 1, line.len - len - 1};
        if (str_word(&value, &number) && str_bytes(number, 1024, &region->bytes[i]))
            region->known[i] = true;
        return;
    }
}

static void read_flags(struct smaps *smaps, struct str flags)
{
    flags = str_trim(flags);
    if (flags.len > sizeof smaps->flags)
        flags.len = sizeof smaps->flags;
    memcpy(smaps->flags, flags.at, flags.len);
    smaps->region.flags = (struct str){smaps->flags, flags.len};
}

static bool is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* A header starts with a digit of an address; keys are capitalised. */
static void read_line(struct smaps *smaps, struct str line)
{
    if (line.len > 0 && is_hex_digit(*line.at)) {
        end_region(smaps);
        smaps->in_region = read_header(smaps, line);
    } else if (smaps->in_region && str_skip(&line, "VmFlags:")) {
        read_flags(smaps, line);
    } else if (smaps->in_region) {
        read_figure(&smaps->region, line);
    }
}

static void keep(struct smaps *smaps, const char *bytes, size_t len)
{
    size_t room = sizeof smaps->line - smaps->line_len;

    if (len > room)
        len = room;
    memcpy(smaps->line + smaps->line_len, bytes, len);
    smaps->line_len += len;
}

void smaps_feed(struct smaps *smaps, const char *bytes, size_t len)
{
    while (len > 0) {
        const char *newline = memchr(bytes, '\n', len);
        size_t line_len = newline != NULL ? (size_t)(newline - bytes) : len;

        if (newline == NULL) {
            keep(smaps, bytes, len);
            return;
        }
        if (smaps->line_len > 0 || line_len > sizeof smaps->line) {
            keep(smaps, bytes, line_len);
            read_line(smaps, (struct str){smaps->line, smaps->line_len});
            smaps->line_len = 0;
        } else {
            read_line(smaps, (struct str){bytes, line_len});
        }
        bytes += line_len + 1;
        len -= line_len + 1;
    }
}

void smaps_end(struct smaps *smaps)
{
    if (smaps->line_len > 0)
        read_line(smaps, (struct str){smaps->line, smaps->line_len});
    smaps->line_len = 0;
    end_region(smaps);
}

bool smaps_flag(const struct smaps_region *region, const char flag[2])
{
    struct str flags = region->flags;

    for (size_t i = 0; i + 1 < flags.len; i += 3)
        if (flags.at[i] == flag[0] && flags.at[i + 1] == flag[1])
            return true;
    return false;
}
