/* system_extensions.c */
#include "formats/readers.h"

bool system_extensions_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}

bool system_extensions_is_like(struct str text)
{
    (void)text;
    return false;
}
