/* kext_plist.c - see kext_plist.h. */
#include "capture/macos/kext_plist.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/darwin.h"
#include "capture/macos/plist.h"
#include "capture/macos/uuid.h"

#define KEXTS_MAX        4096
#define DEPENDENCIES_MAX 256
#define TEXT_BYTES       256

/* Of libkern/c++/OSKext.cpp; kexts know more, which is large. */
const char kext_plist_request[] =
    "<dict><key>Kext Request Predicate</key><string>Get Loaded Kext Info</string>"
    "<key>Kext Request Arguments</key><dict><key>Kext Request Info Keys</key><array>"
    "<string>CFBundleIdentifier</string><string>CFBundleVersion</string>"
    "<string>OSBundleLoadTag</string><string>OSBundleRetainCount</string>"
    "<string>OSBundleLoadAddress</string><string>OSBundleLoadSize</string>"
    "<string>OSBundleWiredSize</string><string>OSBundleUUID</string>"
    "<string>OSBundleDependencies</string>"
    "</array></dict></dict>";

struct kext {
    uint64_t load_tag, references, address, size, wired;
    bool has_tag;
    char name[TEXT_BYTES], version[TEXT_BYTES];
    uint8_t uuid[UUID_BYTES];
    bool has_uuid;
    struct str dependencies; /* an array's content */
};

static void text_set(const struct element *element, char text[TEXT_BYTES])
{
    if (str_is(element->name, "string"))
        plist_text(element->content, text, TEXT_BYTES);
}

static void kext_set(struct kext *kext, struct str key, const struct element *value)
{
    if (str_is(key, "CFBundleIdentifier"))
        text_set(value, kext->name);
    else if (str_is(key, "CFBundleVersion"))
        text_set(value, kext->version);
    else if (str_is(key, "OSBundleLoadTag"))
        kext->has_tag = plist_number(value, &kext->load_tag);
    else if (str_is(key, "OSBundleRetainCount"))
        (void)plist_number(value, &kext->references);
    else if (str_is(key, "OSBundleLoadAddress"))
        (void)plist_number(value, &kext->address);
    else if (str_is(key, "OSBundleLoadSize"))
        (void)plist_number(value, &kext->size);
    else if (str_is(key, "OSBundleWiredSize"))
        (void)plist_number(value, &kext->wired);
    else if (str_is(key, "OSBundleUUID"))
        kext->has_uuid = plist_data(value, kext->uuid, sizeof kext->uuid) == sizeof kext->uuid;
    else if (str_is(key, "OSBundleDependencies") && str_is(value->name, "array"))
        kext->dependencies = value->content;
}

/* What kextstat does not print: the kernel itself, and drivers that run as programs, whose address
 * is their index. */
static bool is_listed(const struct kext *kext)
{
    if (!kext->has_tag || kext->load_tag == 0 || kext->load_tag > UINT32_MAX || *kext->name == '\0')
        return false;
    return kext->size != 1 || kext->address != kext->load_tag;
}

static int by_tag(const void *a, const void *b)
{
    const struct kext *left = a, *right = b;

    return (left->load_tag > right->load_tag) - (left->load_tag < right->load_tag);
}

static int descending(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left < right) - (left > right);
}

/* " <7 6 3>"; of nothing, kmutil prints the brackets, too: that is what kextstat runs since macOS 11. */
static void dependencies_put(struct plist_ids *ids, unsigned darwin, struct output *output,
                             struct str array)
{
    uint64_t tags[DEPENDENCIES_MAX];
    struct element element;
    size_t count = 0;

    while (count < DEPENDENCIES_MAX && plist_next(&array, &element))
        if (plist_resolve(ids, &element) && plist_number(&element, &tags[count]))
            count++;
    if (count > 0)
        qsort(tags, count, sizeof *tags, descending);
    if (count > 0 || darwin == 0 || darwin >= DARWIN_MACOS_11) {
        output_printf(output, " <");
        for (size_t i = 0; i < count; i++)
            output_printf(output, i == 0 ? "%" PRIu64 : " %" PRIu64, tags[i]);
        output_printf(output, ">");
    }
    output_printf(output, "\n");
}

static void kext_put(struct plist_ids *ids, unsigned darwin, struct output *output,
                     const struct kext *kext)
{
    char uuid[UUID_TEXT];

    output_printf(output,
                  "%5" PRIu64 " %4" PRIu64 " %#-18" PRIx64 " %#-10" PRIx64 " %#-10" PRIx64 " ",
                  kext->load_tag, kext->references, kext->address, kext->size, kext->wired);
    output_name(output, kext->name);
    output_printf(output, " (");
    output_name(output, *kext->version == '\0' ? "0" : kext->version);
    output_printf(output, ")");
    if (kext->has_uuid)
        output_printf(output, " %s", uuid_text(kext->uuid, uuid));
    dependencies_put(ids, darwin, output, kext->dependencies);
}

/* A dictionary by bundle id; older kernels answer with an array. Into kexts, which has room for
 * KEXTS_MAX. */
static size_t kexts_read(struct plist_ids *ids, struct str plist, struct kext *kexts)
{
    struct element element;
    size_t count = 0;

    if (!plist_root(plist, &element))
        return 0;
    plist = element.content;
    while (plist_next(&plist, &element)) {
        struct kext kext = {0};
        struct element value;
        struct str key;

        if (element.is_cut || !str_is(element.name, "dict") || !plist_resolve(ids, &element))
            continue;
        while (plist_pair(ids, &element.content, &key, &value))
            kext_set(&kext, key, &value);
        if (!is_listed(&kext))
            continue;
        if (count == KEXTS_MAX) {
            ids->cut = true;
            break;
        }
        kexts[count++] = kext;
    }
    return count;
}

size_t kext_plist_write(struct str plist, unsigned darwin, struct output *output, bool *cut)
{
    struct kext *kexts = calloc(KEXTS_MAX, sizeof *kexts);
    struct plist_ids ids = {0};
    size_t count = 0;

    ids.cut = true;
    if (kexts != NULL && plist_ids_read(&ids, plist))
        count = kexts_read(&ids, plist, kexts);
    if (count > 0)
        qsort(kexts, count, sizeof *kexts, by_tag);
    output_printf(output, "Index Refs Address            Size       Wired      Name (Version) UUID "
                          "<Linked Against>\n");
    for (size_t i = 0; i < count; i++)
        kext_put(&ids, darwin, output, &kexts[i]);
    *cut = ids.cut;
    plist_ids_end(&ids);
    free(kexts);
    return count;
}
