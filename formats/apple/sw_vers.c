/* sw_vers.c */
#include "formats/readers.h"

bool sw_vers_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}

bool sw_vers_is_like(struct str text)
{
    (void)text;
    return false;
}
