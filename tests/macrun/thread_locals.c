/*
 * thread_locals.c - variables of which each thread has its own.
 *
 * For each there is a descriptor: a function, a key, the variable's offset. The program calls the
 * function with the descriptor in rdi, and has the address in rax; no other register may change, so
 * that a thread has its block before the first such call.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/macho.h"
#include "tests/macrun/macrun.h"

#define BLOCK_ALIGN ((size_t)64)

struct descriptor {
    void (*find)(void);
    uintptr_t key, offset;
};

_Thread_local char *macrun_thread_block;

static struct range initial; /* what a block begins as */

void macrun_thread_local(void);

__asm__(".text\n"
        ".globl macrun_thread_local\n"
        "macrun_thread_local:\n"
        "  movq %fs:macrun_thread_block@tpoff, %rax\n"
        "  addq 16(%rdi), %rax\n" /* offset */
        "  ret\n");

void thread_locals_load(const struct image *image)
{
    const struct range *table = &image->thread_descriptors;

    initial = image->thread_initial;
    for (uint64_t at = 0; at + sizeof(struct descriptor) <= table->size;
         at += sizeof(struct descriptor)) {
        struct descriptor descriptor;
        void *place = (void *)(table->address + (uintptr_t)at);

        memcpy(&descriptor, place, sizeof descriptor);
        if (descriptor.offset >= initial.size)
            die("a thread-local variable outside of its block");
        descriptor.find = macrun_thread_local;
        memcpy(place, &descriptor, sizeof descriptor);
    }
}

void thread_locals_begin(void)
{
    size_t size = (initial.size + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;

    if (size == 0)
        return;
    macrun_thread_block = aligned_alloc(BLOCK_ALIGN, size);
    if (macrun_thread_block == NULL)
        die("out of memory");
    memcpy(macrun_thread_block, (const void *)initial.address, initial.size);
}

void thread_locals_end(void)
{
    free(macrun_thread_block);
    macrun_thread_block = NULL;
}
