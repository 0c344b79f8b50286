/*
 * devices.c - sys/block.tsv: drivers of block devices that count their memory themselves.
 *
 *     kind	name	bytes	raw
 *     zram	zram0	41943040	 33554432 33554432 41943040 0 41943040 0 0 0 0
 *     ramdisk	ram0	8388608	-
 */
#include "formats/readers.h"
#include "formats/tsv.h"

bool devices_read(struct str text, struct snapshot *snap, struct err *err)
{
    struct tsv tsv;

    if (!tsv_open(&tsv, text, snap, "bytes"))
        return err_set(err, "not a table of devices: no column bytes");
    while (tsv_next(&tsv)) {
        struct device *device;
        struct str kind = tsv_field(&tsv, "kind");

        if ((!str_is(kind, "zram") && !str_is(kind, "ramdisk")) || !tsv_says(&tsv, "name")) {
            tsv_note(&tsv, "an unknown kind of device, or no name: line skipped");
            continue;
        }
        if (snap->device_count >= RECORDS_MAX) {
            tsv_note(&tsv, "too many devices: the rest is skipped");
            break;
        }
        device = arena_append(snap->arena, &snap->devices, &snap->device_count, sizeof *device);
        device->kind = str_is(kind, "zram") ? DEVICE_ZRAM : DEVICE_RAMDISK;
        device->name = tsv_name(&tsv, "name");
        device->size = tsv_amount(&tsv, "bytes");
    }
    return true;
}
