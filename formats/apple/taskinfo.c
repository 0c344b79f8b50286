/* taskinfo.c */
#include "formats/readers.h"

bool taskinfo_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}

bool taskinfo_is_like(struct str text)
{
    (void)text;
    return false;
}
