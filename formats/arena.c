/* arena.c - see arena.h. */
#include "formats/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)64 << 10)
#define ALIGN       16

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(ALIGN) char bytes[];
};

static _Noreturn void out_of_memory(void)
{
    (void)fputs("out of memory: the evidence holds more than can be analysed here\n", stderr);
    exit(2);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    struct arena_block *block = arena->blocks;
    void *at;

    if (bytes > ARENA_MAX || arena->used_bytes > ARENA_MAX - bytes)
        out_of_memory();
    bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (block == NULL || block->size - block->used < bytes) {
        size_t size = bytes > BLOCK_BYTES / 4 ? bytes : BLOCK_BYTES;

        block = calloc(1, sizeof *block + size);
        if (block == NULL)
            out_of_memory();
        block->size = size;
        if (size == bytes && arena->blocks != NULL) { /* full at once: keep the open one in front */
            block->next = arena->blocks->next;
            arena->blocks->next = block;
        } else {
            block->next = arena->blocks;
            arena->blocks = block;
        }
    }
    at = block->bytes + block->used;
    block->used += bytes;
    arena->used_bytes += bytes;
    return at;
}

void *arena_append(struct arena *arena, void *array, size_t *count, size_t element_bytes)
{
    char **elements = array;
    size_t n = *count;

    if (n == 0 || (n >= 8 && (n & (n - 1)) == 0)) {
        size_t room = n == 0 ? 8 : 2 * n;
        char *moved;

        if (room > ARENA_MAX / element_bytes)
            out_of_memory();
        moved = arena_alloc(arena, room * element_bytes);
        if (n > 0)
            memcpy(moved, *elements, n * element_bytes);
        *elements = moved;
    }
    *count = n + 1;
    return *elements + n * element_bytes;
}

/* FNV-1a from a start that nobody outside can know, so that no bundle can be made of colliding
 * names. Nothing that is printed depends on it. */
static uint64_t hash_of(struct str name, uint64_t seed)
{
    uint64_t hash = 14695981039346656037u ^ seed;

    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.at[i]) * 1099511628211u;
    return hash;
}

static const char **slot_of(const char **names, size_t capacity, uint64_t seed, struct str name)
{
    size_t i = (size_t)hash_of(name, seed) & (capacity - 1);

    while (names[i] != NULL && !str_equal(str_of(names[i]), name))
        i = (i + 1) & (capacity - 1);
    return &names[i];
}

static void grow_names(struct arena *arena)
{
    size_t capacity = arena->name_capacity == 0 ? 256 : 2 * arena->name_capacity;
    const char **names = arena_alloc(arena, capacity * sizeof *names);

    if (arena->seed == 0) /* where the system happened to put it */
        arena->seed = (uint64_t)(uintptr_t)names * 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < arena->name_capacity; i++)
        if (arena->names[i] != NULL)
            *slot_of(names, capacity, arena->seed, str_of(arena->names[i])) = arena->names[i];
    arena->names = names;
    arena->name_capacity = capacity;
}

const char *arena_intern(struct arena *arena, struct str name)
{
    const char *nul = name.len > 0 ? memchr(name.at, '\0', name.len) : NULL;
    const char **slot;
    char *copy;

    if (nul != NULL)
        name.len = (size_t)(nul - name.at);
    if (2 * arena->name_count >= arena->name_capacity)
        grow_names(arena);
    slot = slot_of(arena->names, arena->name_capacity, arena->seed, name);
    if (*slot == NULL) {
        copy = arena_alloc(arena, name.len + 1);
        if (name.len > 0)
            memcpy(copy, name.at, name.len);
        *slot = copy;
        arena->name_count++;
    }
    return *slot;
}

const char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    char *text;
    int len;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = arena_alloc(arena, len > 0 ? (size_t)len + 1 : 1);
    if (len > 0)
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->blocks;

    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
    *arena = (struct arena){0};
}
