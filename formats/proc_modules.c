/*
 * proc_modules.c - /proc/modules: loaded modules.
 *
 *     zram 40960 1 - Live 0x0000000000000000
 *     wiredmod 12288 0 - Live 0x0000000000000000 (OE)
 *
 * The size is that of code and data, not of what the module allocates.
 */
#include "formats/extensions.h"
#include "formats/readers.h"

/* "size refcnt deps state address [taints]" */
static bool read_module(struct snapshot *snap, unsigned n, struct str line,
                        struct extension *module)
{
    struct str word;
    uint64_t bytes;

    if (!str_word(&line, &word) || !str_bytes(word, 1, &bytes) || bytes > AMOUNT_MAX)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!str_word(&line, &word))
            return false;
    module->size = amount_of(bytes);
    if (str_word(&line, &word) && str_skip(&word, "(") && str_ends(word, ")"))
        module->taint = snapshot_name(snap, n, (struct str){word.at, word.len - 1});
    return true;
}

bool proc_modules_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct extensions extensions = extensions_begin(snap);
    bool empty = text.len == 0, any = false;
    struct str line, name;

    for (unsigned n = 1; str_line(&text, &line); n++) {
        struct extension read = {0}, *module;

        if (!str_word(&line, &name) || !read_module(snap, n, line, &read)) {
            snapshot_note(snap, n, "not a line of a module: skipped");
            continue;
        }
        any = true;
        module = extensions_add(&extensions, snapshot_name(snap, n, name));
        if (module == NULL) {
            snapshot_note(snap, n, "too many modules: the rest is skipped");
            break;
        }
        module->size = read.size;
        if (read.taint != NULL)
            module->taint = read.taint;
    }
    extensions_end(&extensions);
    return empty || any || err_set(err, "not /proc/modules: no line of a module");
}
