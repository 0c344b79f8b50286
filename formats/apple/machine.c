/* machine.c - see machine.h. */
#include "formats/apple/machine.h"

#include "formats/apple/figures.h"

#define PAGE_BYTES_MIN ((uint64_t)4 << 10)
#define PAGE_BYTES_MAX ((uint64_t)64 << 10)
#define DARWIN_MAX     999

/* Takes the digits off the front of *text. */
static struct str take_digits(struct str *text)
{
    struct str digits = {text->at, 0};

    while (digits.len < text->len && text->at[digits.len] >= '0' && text->at[digits.len] <= '9')
        digits.len++;
    *text = (struct str){text->at + digits.len, text->len - digits.len};
    return digits;
}

bool mac_page_is_valid(uint64_t page_bytes)
{
    return page_bytes >= PAGE_BYTES_MIN && page_bytes <= PAGE_BYTES_MAX &&
           (page_bytes & (page_bytes - 1)) == 0;
}

bool mac_page_read(struct str text, uint64_t *page_bytes)
{
    static const char before[] = "page size of ";
    size_t at = str_find(text, before);
    struct str digits;
    uint64_t number;

    if (at == SIZE_MAX)
        return false;
    text = (struct str){text.at + at, text.len - at};
    str_skip(&text, before);
    text = str_trim(text);
    digits = take_digits(&text);
    if (text.len == 0 || !str_u64(digits, 10, &number) || !mac_page_is_valid(number))
        return false;
    *page_bytes = number;
    return true;
}

void mac_page_set(struct snapshot *snap, uint64_t page_bytes)
{
    if (!snap->manifest.page_bytes.known)
        snap->manifest.page_bytes = (struct count){page_bytes, true};
}

bool mac_memory_set(struct snapshot *snap, uint64_t bytes)
{
    if (bytes == 0 || bytes > MACHINE_MAX || bytes % PAGE_BYTES_MIN != 0)
        return false;
    mac_total_set(snap, MAC_MEMSIZE, (struct figure){bytes, 0, true});
    if (!snap->manifest.memory.known)
        snap->manifest.memory = (struct amount){bytes, true};
    return true;
}

static bool set_darwin(struct snapshot *snap, struct str digits)
{
    uint64_t major;

    if (!str_u64(digits, 10, &major) || major == 0 || major > DARWIN_MAX)
        return false;
    if (!snap->manifest.darwin.known)
        snap->manifest.darwin = (struct count){major, true};
    return true;
}

void mac_darwin_of_build(struct snapshot *snap, struct str build)
{
    struct str rest = str_trim(build), digits;

    if (rest.len == 0)
        return;
    digits = take_digits(&rest);
    if (rest.len > 0 && *rest.at >= 'A' && *rest.at <= 'Z')
        (void)set_darwin(snap, digits);
}

bool mac_darwin_of_release(struct snapshot *snap, struct str release)
{
    struct str digits;

    release = str_trim(release);
    if (release.len == 0)
        return false;
    digits = take_digits(&release);
    return str_starts(release, ".") && set_darwin(snap, digits);
}
