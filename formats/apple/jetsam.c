/* jetsam.c */
#include "formats/readers.h"

bool jetsam_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}

bool jetsam_is_like(struct str text)
{
    (void)text;
    return false;
}
