/* kextstat.c */
#include "formats/readers.h"

bool kextstat_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}

bool kextstat_is_like(struct str text)
{
    (void)text;
    return false;
}
