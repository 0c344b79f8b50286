/* zones.c */
#include "formats/readers.h"

bool zones_read(struct str text, struct snapshot *snap, struct err *err)
{
    (void)text;
    (void)snap;
    return err_set(err, "not written yet");
}
