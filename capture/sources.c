/* sources.c - see sources.h. */
#include "capture/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/escape.h"

#define MEMBER_NAME_MAX 1024 /* escaped */

static void put(struct sources *sources, const char *text)
{
    sha256_update(&sources->sha, str_of(text));
    member_write(sources->lines, text, strlen(text));
}

bool sources_init(struct sources *sources)
{
    *sources = (struct sources){.lines = member_create()};
    if (sources->lines == NULL)
        return false;
    sha256_init(&sources->sha);
    put(sources, "member\tstatus\terrno\tbytes\tus\tcrc32\tnote\n");
    return true;
}

void sources_end(struct sources *sources)
{
    member_free(sources->lines);
    free(sources->claimed);
}

static uint64_t hash_of(const char *name)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    return hash == 0 ? 1 : hash;
}

static uint64_t *slot_of(uint64_t *claimed, size_t capacity, uint64_t hash)
{
    size_t i = (size_t)hash & (capacity - 1);

    while (claimed[i] != 0 && claimed[i] != hash)
        i = (i + 1) & (capacity - 1);
    return &claimed[i];
}

static bool grow(struct sources *sources)
{
    size_t capacity = sources->claimed_capacity == 0 ? 1024 : 2 * sources->claimed_capacity;
    uint64_t *claimed = calloc(capacity, sizeof *claimed);

    if (claimed == NULL)
        return false;
    for (size_t i = 0; i < sources->claimed_capacity; i++)
        if (sources->claimed[i] != 0)
            *slot_of(claimed, capacity, sources->claimed[i]) = sources->claimed[i];
    free(sources->claimed);
    sources->claimed = claimed;
    sources->claimed_capacity = capacity;
    return true;
}

bool sources_claim(struct sources *sources, const char *member)
{
    uint64_t hash = hash_of(member);
    uint64_t *slot;

    /* Without memory to remember it: a bundle with this member is worth more than the guard. */
    if (4 * (sources->claimed_count + 1) > 3 * sources->claimed_capacity && !grow(sources) &&
        sources->claimed_count + 1 >= sources->claimed_capacity)
        return true;
    slot = slot_of(sources->claimed, sources->claimed_capacity, hash);
    if (*slot != 0)
        return false;
    *slot = hash;
    sources->claimed_count++;
    return true;
}

void sources_add(struct sources *sources, const struct source_line *line)
{
    char text[MEMBER_NAME_MAX + 256];
    char name[MEMBER_NAME_MAX];
    char bytes[24] = "-", crc[16] = "-";

    (void)escape_name(name, sizeof name, str_of(line->member));
    if (line->stored) {
        (void)snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)line->bytes);
        (void)snprintf(crc, sizeof crc, "%08x", line->crc32);
    }
    (void)snprintf(text, sizeof text, "%s\t%s\t%d\t%s\t%llu\t%s\t%s\n", name,
                   status_name(line->status), line->errnum, bytes, (unsigned long long)line->us,
                   crc, line->note == NULL ? "-" : line->note);
    put(sources, text);
    sources->counts[line->status]++;
}
