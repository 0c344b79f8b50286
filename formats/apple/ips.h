/*
 * ips.h - Apple's reports of crashes, panics and memory shortage (".ips"): a line of JSON about the
 * report, then the report in JSON.
 *
 * What people paste of them is often without the first line, cut off at the end, or broken into
 * lines within a string. What is there is read; what is missing was not said.
 */
#ifndef FORMATS_APPLE_IPS_H
#define FORMATS_APPLE_IPS_H

#include <jansson.h>

#include "formats/err.h"
#include "formats/snapshot.h"

struct ips {
    json_t *header; /* NULL: there is none */
    json_t *body;
    bool cut; /* the body is not whole: the part that is in order was read */
};

/* False: it is no JSON object. */
bool ips_open(struct str text, struct ips *ips, struct err *err);

void ips_close(struct ips *ips);

/* The kind of report that text is the start of: "298" is a JetsamEvent, "210" a panic. Empty: it
 * does not say, within so much of it as a quick look allows. False: it begins with no JSON. */
bool ips_type(struct str text, struct str *type);

/* Members of an object. False: there is none, or it is of another type. object NULL: none. */
bool ips_text(const json_t *object, const char *key, struct str *text);
bool ips_number(const json_t *object, const char *key, uint64_t *number);

/* The machine, the release and the moment that the report is about, where the manifest does not say
 * them yet. What is about another computer in the same case ("Bridge OS") is passed over. */
void ips_say_machine(const struct ips *ips, struct snapshot *snap);

/* Whether body is about that other computer. */
bool ips_is_bridge(const struct ips *ips);

#endif
