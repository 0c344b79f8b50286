/*
 * modules.c - sys/module.tsv: what /sys/module says of each module.
 *
 *     name	version	srcversion	taint	size_bytes	init_bytes	text	init_text	init_text_bytes
 *     zram	-	8F3C0A	-	40960	0	ffffffffc0440000	ffffffffc0448000	4096
 *     tcp_cubic	-	-	-	-	-	-	-	-
 *
 * What is built into the kernel is listed too, without a size: no module of its own. Addresses
 * of .init.text tell what a vmalloc caller without a symbol may have been.
 */
#include "formats/extensions.h"
#include "formats/readers.h"
#include "formats/tsv.h"

static uint64_t read_address(const struct tsv *tsv, const char *column)
{
    uint64_t address = 0;

    if (tsv_says(tsv, column) && !str_u64(tsv_field(tsv, column), 16, &address))
        tsv_note(tsv, "not an address: taken as not known");
    return address;
}

static void read_line(const struct tsv *tsv, struct extension *module)
{
    struct amount size = tsv_amount(tsv, "size_bytes");
    const char *taint = tsv_name(tsv, "taint");

    module->version = tsv_name(tsv, "version");
    if (module->version == NULL)
        module->version = tsv_name(tsv, "srcversion");
    if (taint != NULL && *taint != '\0')
        module->taint = taint;
    if (!module->size.known)
        module->size = size;
    module->init_text_start = read_address(tsv, "init_text");
    module->init_text_bytes = tsv_amount(tsv, "init_text_bytes").bytes;
}

bool modules_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct extensions extensions = extensions_begin(snap);
    struct tsv tsv;
    bool ok = tsv_open(&tsv, text, snap, "size_bytes");

    while (ok && tsv_next(&tsv)) {
        const char *name = tsv_name(&tsv, "name");
        struct extension *module;

        if (name == NULL) {
            tsv_note(&tsv, "no name: line skipped");
            continue;
        }
        module = extensions_find(&extensions, name);
        if (module == NULL && !tsv_says(&tsv, "size_bytes"))
            continue;
        module = extensions_add(&extensions, name);
        if (module == NULL) {
            tsv_note(&tsv, "too many modules: the rest is skipped");
            break;
        }
        read_line(&tsv, module);
    }
    extensions_end(&extensions);
    return ok || err_set(err, "not a table of modules: no column size_bytes");
}
