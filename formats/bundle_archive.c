/*
 * bundle_archive.c - walking a tar archive, or a single file, under gzip, xz, zstd or nothing. The
 * only file that knows libarchive.
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "formats/bundle_walk.h"
#include "formats/gunzip.h"
#include "formats/sysdiagnose.h"

#define RATIO_WINDOW ((uint64_t)64 << 20)
#define RATIO_MAX    500

/* What is larger is not checked against checksums when there are no others inside. */
#define CHECKED_BYTES_MAX ((off_t)32 << 20)

struct input {
    struct archive *archive;
    uint64_t window_out, window_in; /* where the current window of the ratio began */
    char top[BUNDLE_NAME_MAX + 2];  /* the top folder with its "/", or "" */
    bool top_known, began;
    struct str left;      /* of the member: what libarchive gave and was not handed out yet... */
    uint64_t left_at, at; /* ...where it belongs, and how much was handed out */
    struct gunzip gunzip; /* what the archive is read from */
};

/* Damage of the compressed data comes first: what the archive lacks follows from it. */
static const char *error_of(const struct input *input)
{
    const char *text = archive_error_string(input->archive);

    if (input->gunzip.damage.text[0] != '\0')
        return input->gunzip.damage.text;
    return text == NULL ? "libarchive does not say why" : text;
}

static enum walked damaged(const struct input *input, struct err *err)
{
    err_set(err, "the archive is damaged: %s", error_of(input));
    return WALK_DAMAGED;
}

/* Output is what was unpacked, headers included, or what members came to: a sparse member is all
 * holes. */
static enum walked check_ratio(const struct walk *walk, struct input *input, size_t n,
                               struct err *err)
{
    uint64_t out = (uint64_t)archive_filter_bytes(input->archive, 0);
    uint64_t in = input->gunzip.in_bytes;

    if (out < walk->bytes + n)
        out = walk->bytes + n;
    if (out > BUNDLE_BYTES_MAX)
        return walk_refuse(err, "refused: more than 8 GiB in all");
    if (out - input->window_out < RATIO_WINDOW)
        return WALK_OK;
    if (in - input->window_in < (out - input->window_out) / RATIO_MAX)
        return walk_refuse(err, "refused: it unpacks to more than %d times its size", RATIO_MAX);
    input->window_out = out;
    input->window_in = in;
    return WALK_OK;
}

/* Lets libarchive's own memory be looked at; what a sparse member leaves out is zeros. */
static enum walked next_piece(struct walk *walk, void *context, struct str *piece, struct err *err)
{
    struct input *input = context;

    while (input->left.len == 0) {
        const void *block;
        la_int64_t offset;
        size_t len;
        int result = archive_read_data_block(input->archive, &block, &len, &offset);

        *piece = str_of("");
        if (result == ARCHIVE_EOF)
            return WALK_OK;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return damaged(input, err);
        input->left = (struct str){block, len};
        input->left_at = offset > 0 ? (uint64_t)offset : 0;
    }
    if (input->left_at > input->at) {
        uint64_t gap = input->left_at - input->at;

        memset(walk->block, 0, WALK_BLOCK_BYTES);
        *piece = (struct str){walk->block, gap < WALK_BLOCK_BYTES ? (size_t)gap : WALK_BLOCK_BYTES};
    } else {
        *piece = input->left;
        input->left.len = 0;
    }
    input->at += piece->len;
    return check_ratio(walk, input, piece->len, err);
}

/* What is not wanted is unpacked all the same, and may be too much. */
static enum walked drain(struct walk *walk, struct input *input, struct err *err)
{
    enum walked walked;
    struct str piece;

    do
        walked = next_piece(walk, input, &piece, err);
    while (walked == WALK_OK && piece.len > 0);
    return walked;
}

/* The name without "." parts and doubled "/". False: it points out of the bundle, or is too long. */
static bool clean_name(char out[BUNDLE_NAME_MAX + 1], const char *raw, struct err *err)
{
    struct str rest = str_of(raw), part;
    size_t used = 0;
    bool more = true;

    if (rest.len > BUNDLE_NAME_MAX)
        return err_set(err, "refused: a name of more than %d bytes", BUNDLE_NAME_MAX);
    if (*raw == '/')
        return err_set(err, "refused: '%s' is an absolute name", raw);
    while (more) {
        more = str_cut(&rest, '/', &part);
        if (str_is(part, ".."))
            return err_set(err, "refused: '%s' points out of the bundle", raw);
        if (part.len == 0 || str_is(part, "."))
            continue;
        if (used > 0)
            out[used++] = '/';
        memcpy(out + used, part.at, part.len);
        used += part.len;
    }
    out[used] = '\0';
    return true;
}

/* The first entry tells the top folder. "." itself, or a bare file: there is none. */
static void learn_top(struct input *input, const char *name, bool folder)
{
    size_t len = strcspn(name, "/");

    if (input->top_known)
        return;
    input->top_known = true;
    if (len == 0 || (name[len] == '\0' && !folder))
        return;
    memcpy(input->top, name, len);
    input->top[len] = '/';
}

/* Of what Apple's archives hold next to nothing is read, and its checksum is that of all. */
static void trust_if_large(struct input *input)
{
    struct stat st;

    if (fstat(input->gunzip.fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > CHECKED_BYTES_MAX)
        gunzip_trust(&input->gunzip);
}

/* Whose the archive is, by the first thing in it that is no folder. */
static void begin(struct walk *walk, struct input *input, const char *name)
{
    char top[sizeof input->top];
    size_t len = strlen(input->top);

    if (input->began)
        return;
    input->began = true;
    memcpy(top, input->top, sizeof top);
    if (len > 0)
        top[len - 1] = '\0';
    if (strcmp(name, "manifest.txt") == 0)
        walk_begin(walk, BUNDLE_OURS, top);
    else
        walk_begin(walk, sysdiagnose_is(top) ? BUNDLE_SYSDIAGNOSE : BUNDLE_ARCHIVE, top);
    if (walk->kind == BUNDLE_SYSDIAGNOSE)
        trust_if_large(input);
}

static bool is_link(struct archive_entry *entry)
{
    return archive_entry_hardlink(entry) != NULL || archive_entry_symlink(entry) != NULL ||
           archive_entry_filetype(entry) != AE_IFREG;
}

/* Checks the entry's name. *name becomes the member's, or "" when there is nothing to read in it. */
static bool check_name(struct input *input, struct archive_entry *entry,
                       char name[BUNDLE_NAME_MAX + 1], struct err *err)
{
    bool folder = archive_entry_filetype(entry) == AE_IFDIR;
    const char *raw = archive_entry_pathname(entry);
    size_t top_len;

    if (raw == NULL) /* a name that the C locale cannot spell */
        raw = archive_entry_pathname_utf8(entry);
    if (raw == NULL)
        return err_set(err, "refused: a member without a name");
    if (!clean_name(name, raw, err))
        return false;
    if (!walk_is_apple_double(name)) {
        learn_top(input, name, folder);
        top_len = strlen(input->top);
        if (!folder && strncmp(name, input->top, top_len) == 0 && name[top_len] != '\0') {
            memmove(name, name + top_len, strlen(name + top_len) + 1);
            return true;
        }
        if (!folder)
            return err_set(err, "refused: '%s' lies outside of the bundle's folder", raw);
    }
    *name = '\0';
    return true;
}

static enum walked walk_entry(struct walk *walk, struct input *input, struct archive_entry *entry,
                              struct err *err)
{
    char name[BUNDLE_NAME_MAX + 1];
    enum walked walked = walk_count(walk, err);

    input->left = str_of("");
    input->at = 0;
    if (walked == WALK_OK)
        walked = check_ratio(walk, input, 0, err);
    if (walked != WALK_OK)
        return walked;
    if (!check_name(input, entry, name, err))
        return WALK_REFUSED;
    if (*name != '\0')
        begin(walk, input, name);
    if (*name != '\0' && is_link(entry))
        walked = walk_link(walk, name, err);
    else if (*name != '\0')
        walked = walk_member(walk, name, next_piece, input, err);
    return walked == WALK_OK ? drain(walk, input, err) : walked;
}

static enum walked no_piece(struct walk *walk, void *context, struct str *piece, struct err *err)
{
    (void)walk;
    (void)context;
    (void)err;
    *piece = str_of("");
    return WALK_OK;
}

/* The whole is one file, however it is compressed. */
static enum walked walk_file(struct walk *walk, struct input *input, bool empty, struct err *err)
{
    const char *name = strcmp(walk->path, "-") == 0 ? "standard input" : walk_base_name(walk->path);
    enum walked walked;

    walk_begin(walk, BUNDLE_FILE, name);
    walked = walk_member(walk, name, empty ? no_piece : next_piece, input, err);
    if (walked == WALK_OK && input->gunzip.damage.text[0] != '\0')
        return damaged(input, err);
    return walked;
}

static enum walked walk_entries(struct walk *walk, struct input *input, struct err *err)
{
    struct archive_entry *entry;
    enum walked walked;
    int result;

    for (;;) {
        result = archive_read_next_header(input->archive, &entry);
        if (result == ARCHIVE_EOF && input->gunzip.damage.text[0] == '\0')
            return archive_format(input->archive) == ARCHIVE_FORMAT_EMPTY
                       ? walk_file(walk, input, true, err)
                       : WALK_OK;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN && walk->members == 0)
            return walk_refuse(err, "cannot be read: %s", error_of(input));
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return damaged(input, err);
        if (archive_format(input->archive) == ARCHIVE_FORMAT_RAW)
            return walk_file(walk, input, false, err);
        walked = walk_entry(walk, input, entry, err);
        if (walked != WALK_OK)
            return walked;
    }
}

static la_ssize_t read_input(struct archive *archive, void *context, const void **bytes)
{
    struct input *input = context;

    (void)archive;
    return (la_ssize_t)gunzip_read(&input->gunzip, bytes);
}

/* What is no tar is one file. For a compression that it was built without, libarchive would run a
 * program. */
static void support(struct archive *archive, bool unpacked)
{
    if (!unpacked && archive_liblzma_version() != NULL)
        archive_read_support_filter_xz(archive);
    if (!unpacked && archive_libzstd_version() != NULL)
        archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    archive_read_set_format_option(archive, "tar", "mac-ext", NULL);
}

static enum walked walk_input(struct walk *walk, struct input *input, struct err *err)
{
    support(input->archive, input->gunzip.packed);
    if (archive_read_open(input->archive, input, NULL, read_input, NULL) != ARCHIVE_OK)
        return walk_refuse(err, "cannot be read: %s", error_of(input));
    return walk_entries(walk, input, err);
}

enum walked walk_archive(struct walk *walk, int fd, struct err *err)
{
    struct input *input = calloc(1, sizeof *input);
    enum walked walked;

    if (input == NULL)
        return walk_refuse(err, "out of memory");
    input->archive = archive_read_new();
    if (input->archive != NULL && gunzip_begin(&input->gunzip, fd))
        walked = walk_input(walk, input, err);
    else
        walked = walk_refuse(err, "out of memory");
    archive_read_free(input->archive);
    gunzip_end(&input->gunzip);
    free(input);
    return walked;
}
