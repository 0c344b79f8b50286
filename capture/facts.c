/* facts.c - see facts.h. */
#include "capture/facts.h"

#include <inttypes.h>

#include "formats/sha256.h"

void fact_text(struct output *output, const char *key, const char *value)
{
    output_printf(output, "%s: ", key);
    output_name(output, value);
    output_printf(output, "\n");
}

void fact_number(struct output *output, const char *key, bool known, uint64_t number)
{
    if (known)
        output_printf(output, "%s: %" PRIu64 "\n", key, number);
    else
        output_printf(output, "%s: -\n", key);
}

void fact_yes_no(struct output *output, const char *key, enum yes_no value)
{
    output_printf(output, "%s: %s\n", key, value == YES ? "yes" : value == NO ? "no" : "-");
}

static void token_put(struct output *output, const char *key, const char *label, const char *id)
{
    uint8_t digest[SHA256_BYTES];
    char hex[SHA256_HEX];

    if (id == NULL) {
        fact_text(output, key, NULL);
        return;
    }
    hmac_sha256(str_of(label), str_of(id), digest);
    sha256_hex(digest, hex);
    fact_text(output, key, hex);
}

void fact_machine(struct output *output, const char *id)
{
    token_put(output, "machine_id", "wirediff machine id", id);
    token_put(output, "token_key", "wirediff token key", id);
}
