/* ps.c */
#include "formats/readers.h"

bool ps_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}

bool ps_is_like(struct str text)
{
    (void)text;
    return false;
}
