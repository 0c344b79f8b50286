/*
 * sim_kexts.c - kext_request: the loaded extensions as XML, in the way of OSSerialize: every object
 * has an ID, and one that was there before is written as its IDREF.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/macrun/macrun.h"
#include "tests/macrun/scenario.h"

#define NOT_PRIVILEGED ((int)0xdc008004) /* kOSKextReturnNotPrivileged */

static void read_kext_more(struct kext *kext, struct str field)
{
    struct str key, text, word;

    if (!scenario_pair(field, &key, &text))
        scenario_bad("expected key=value, not %.*s", (int)field.len, field.at);
    if (str_is(key, "refs"))
        kext->references = scenario_number(text);
    else if (!str_is(key, "linked"))
        scenario_bad("no such key of an extension: %.*s", (int)key.len, key.at);
    else
        while (str_word(&text, &word)) {
            if (kext->linked_count == LINKED_MAX)
                scenario_bad("linked against more than %d", LINKED_MAX);
            kext->linked[kext->linked_count++] = scenario_number(word);
        }
}

/* LOAD_TAG ID VERSION ADDRESS SIZE WIRED UUID PATH [refs=N] [linked=LOAD_TAG...] */
void read_kext(const struct line *line)
{
    struct kext *kext;

    line_needs(line, 8, "LOAD_TAG, ID, VERSION, ADDRESS, SIZE, WIRED, UUID, PATH");
    kext = arena_append(&mac.arena, &mac.kexts, &mac.kext_count, sizeof *kext);
    kext->load_tag = scenario_number(line->fields[0]);
    kext->id = scenario_name(line->fields[1]);
    kext->version = scenario_name(line->fields[2]);
    kext->address = scenario_number(line->fields[3]);
    kext->size = scenario_number(line->fields[4]);
    kext->wired = scenario_number(line->fields[5]);
    kext->has_uuid = line->fields[6].len > 0;
    if (kext->has_uuid)
        scenario_all_bytes(line->fields[6], kext->uuid, sizeof kext->uuid);
    kext->path = scenario_name(line->fields[7]);
    kext->references = kext->load_tag % 7;
    for (size_t i = 8; i < line->field_count; i++)
        read_kext_more(kext, line->fields[i]);
}

static void put_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '&')
            (void)fputs("&amp;", out);
        else if (*text == '<')
            (void)fputs("&lt;", out);
        else
            (void)fputc(*text, out);
}

static void put_string(FILE *out, const char *key, int id, const char *text)
{
    (void)fprintf(out, "<key>%s</key><string ID=\"%d\">", key, id);
    put_text(out, text);
    (void)fputs("</string>", out);
}

static void put_number(FILE *out, const char *key, int id, unsigned bits, uint64_t value)
{
    (void)fprintf(out, "<key>%s</key><integer size=\"%u\" ID=\"%d\">%#llx</integer>", key, bits, id,
                  (unsigned long long)value);
}

static void put_uuid(FILE *out, int id, const uint8_t uuid[16])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    (void)fprintf(out, "<key>OSBundleUUID</key><data ID=\"%d\">", id);
    for (size_t i = 0; i < 16; i += 3) {
        uint32_t bits = (uint32_t)uuid[i] << 16;

        if (i + 1 < 16)
            bits |= (uint32_t)uuid[i + 1] << 8 | uuid[i + 2];
        (void)fprintf(out, "%c%c", digits[bits >> 18], digits[bits >> 12 & 63]);
        if (i + 1 < 16)
            (void)fprintf(out, "%c%c", digits[bits >> 6 & 63], digits[bits & 63]);
    }
    (void)fputs("==</data>", out);
}

/* A load tag that was written with its extension before is the same object. Returns the next free
 * ID. */
static int put_linked(FILE *out, const struct kext *kext, int id)
{
    (void)fprintf(out, "<key>OSBundleDependencies</key><array ID=\"%d\">", id++);
    for (size_t i = 0; i < kext->linked_count; i++) {
        const struct kext *other = mac.kexts;

        while (other < kext && other->load_tag != kext->linked[i])
            other++;
        if (other < kext)
            (void)fprintf(out, "<integer size=\"32\" IDREF=\"%d\"/>", other->tag_id);
        else
            (void)fprintf(out, "<integer size=\"32\" ID=\"%d\">%#llx</integer>", id++,
                          (unsigned long long)kext->linked[i]);
    }
    (void)fputs("</array>", out);
    return id;
}

/* Returns the next free ID. The name of the executable is the bundle id's last part on a Mac; here
 * it is the same object, for the sake of an IDREF. */
static int put_kext(FILE *out, struct kext *kext, int id)
{
    int identifier = id + 1;

    (void)fputs("<key>", out);
    put_text(out, kext->id);
    (void)fprintf(out, "</key><dict ID=\"%d\">", id);
    put_string(out, "CFBundleIdentifier", identifier, kext->id);
    put_string(out, "CFBundleVersion", id + 2, kext->version);
    put_number(out, "OSBundleLoadTag", id + 3, 32, kext->load_tag);
    put_number(out, "OSBundleLoadAddress", id + 4, 64,
               mac.euid == 0 || mac.darwin < 20 ? kext->address : 0);
    put_number(out, "OSBundleLoadSize", id + 5, 32, kext->size);
    put_number(out, "OSBundleWiredSize", id + 6, 32, kext->wired);
    put_number(out, "OSBundleRetainCount", id + 7, 32, kext->references);
    kext->tag_id = id + 3;
    if (kext->has_uuid)
        put_uuid(out, id + 8, kext->uuid);
    (void)fprintf(out, "<key>OSBundleExecutableName</key><string IDREF=\"%d\"/>", identifier);
    put_string(out, "OSBundlePath", id + 9, kext->path);
    id = put_linked(out, kext, id + 10);
    (void)fputs("<key>OSBundleStarted</key><true/></dict>", out);
    return id;
}

static void *give_list(bool empty, uint32_t *bytes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int id = 1;
    void *given;

    if (out == NULL)
        die("out of memory");
    (void)fputs("<dict ID=\"0\">", out);
    for (size_t i = 0; i < mac.kext_count && !empty; i++)
        id = put_kext(out, &mac.kexts[i], id);
    (void)fputs("</dict>", out);
    (void)fclose(out);
    *bytes = (uint32_t)size + 1;
    given = kernel_memory_give(text, size + 1);
    free(text);
    return given;
}

static int mac_kext_request(uint32_t host, uint32_t spec, uint64_t request, uint32_t request_bytes,
                            uint64_t *response, uint32_t *response_bytes, uint64_t *log,
                            uint32_t *log_bytes, int *result)
{
    static const char no_messages[] = "<array ID=\"0\"></array>";
    const char *mode = mac_setting("kext_request", mac.darwin >= 24 ? "empty" : "list");
    struct str text = {(const char *)(uintptr_t)request, request_bytes};
    int fault = mac_fault("kext_request", -1);

    (void)spec;
    *response = *log = 0;
    *response_bytes = *log_bytes = 0;
    *result = 0;
    if (fault != 0)
        return fault;
    if (host != HOST_PORT)
        return DARWIN_KERN_INVALID_HOST;
    /* The log is there even when nobody asked for messages: one more page to give back. */
    *log = (uintptr_t)kernel_memory_give(no_messages, sizeof no_messages);
    *log_bytes = sizeof no_messages;
    if (strcmp(mode, "denied") == 0 || str_find(text, "Get Loaded Kext Info") == SIZE_MAX)
        *result = NOT_PRIVILEGED;
    else
        *response = (uintptr_t)give_list(strcmp(mode, "empty") == 0, response_bytes);
    return 0;
}

const struct shim shims_kexts[] = {SHIM(kext_request), SHIM_END};
