/* What kext_request answers, as kextstat prints it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/macos/kext_plist.h"
#include "capture/macos/plist.h"
#include "tests/unit/kept_output.h"

#define HEADER \
    "Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>\n"

static struct output *output;

static void enter(void)
{
    output = kept_output();
}

static void leave(void)
{
    kept_output_free(output);
}

TestSuite(mac_kexts, .init = enter, .fini = leave);

/* Exactly so large: reading past the end is an error that ASan sees. */
static const struct kept *list_bytes(const char *text, size_t len, size_t *count, bool *cut)
{
    char *copy = malloc(len > 0 ? len : 1);

    cr_assert_not_null(copy);
    memcpy(copy, text, len);
    output_begin(output, "kextstat.txt");
    *count = kext_plist_write((struct str){copy, len}, 23, output, cut);
    output_end(output, STATUS_OK, 0);
    free(copy);
    return kept_member(output, "kextstat.txt");
}

static const struct kept *list(const char *text)
{
    size_t count;
    bool cut;

    return list_bytes(text, strlen(text), &count, &cut);
}

/* As libkern serialises it: every object has a number, and what was there before is named by it. */
static const char plist[] =
    "<dict ID=\"0\"><key>com.example.driver.Wheel</key><dict ID=\"1\">"
    "<key>CFBundleIdentifier</key><string ID=\"2\">com.example.driver.Wheel</string>"
    "<key>CFBundleVersion</key><string ID=\"3\">2.1.0d4</string>"
    "<key>OSBundleUUID</key><data ID=\"4\">AAECAwQFBgcICQoLDA0ODw==</data>"
    "<key>OSBundleLoadTag</key><integer size=\"32\" ID=\"5\">0x8d</integer>"
    "<key>OSBundleLoadAddress</key><integer size=\"64\" ID=\"6\">0xffffff7f9a2c1000</integer>"
    "<key>OSBundleLoadSize</key><integer size=\"32\" ID=\"7\">0x7000</integer>"
    "<key>OSBundleWiredSize</key><integer size=\"32\" ID=\"8\">0x6000</integer>"
    "<key>OSBundleRetainCount</key><integer size=\"32\" ID=\"9\">0x0</integer>"
    "<key>OSBundleDependencies</key><array ID=\"10\"><integer size=\"32\" ID=\"11\">0x3</integer>"
    "<integer size=\"32\" ID=\"12\">0x7</integer></array><key>OSBundleStarted</key><true/></dict>"
    "<key>com.apple.kpi.iokit</key><dict ID=\"13\">"
    "<key>CFBundleIdentifier</key><string ID=\"14\">com.apple.kpi.iokit</string>"
    "<key>CFBundleVersion</key><string IDREF=\"3\"/>"
    "<key>OSBundleLoadTag</key><integer IDREF=\"11\"/>"
    "<key>OSBundleRetainCount</key><integer size=\"32\" ID=\"15\">61</integer>"
    "<key>OSBundleDependencies</key><array IDREF=\"10\"/>"
    "<key>OSBundleUUID</key><data ID=\"16\">AAEC</data></dict>"
    "<key>__kernel__</key><dict ID=\"17\">"
    "<key>CFBundleIdentifier</key><string ID=\"18\">__kernel__</string>"
    "<key>OSBundleLoadTag</key><integer size=\"32\" ID=\"19\">0x0</integer></dict>"
    "<key>com.example.dext</key><dict ID=\"20\">"
    "<key>CFBundleIdentifier</key><string ID=\"21\">com.example.dext</string>"
    "<key>OSBundleLoadTag</key><integer size=\"32\" ID=\"22\">0x90</integer>"
    "<key>OSBundleLoadAddress</key><integer size=\"64\" ID=\"23\">0x90</integer>"
    "<key>OSBundleLoadSize</key><integer size=\"32\" ID=\"24\">0x1</integer></dict></dict>";

Test(mac_kexts, as_kextstat_prints_them)
{
    const struct kept *kept = list(plist);
    struct arena arena = {0};
    struct snapshot snap;

    cr_assert_str_eq(kept->text, HEADER
                     "    3   61 0                  0          0          com.apple.kpi.iokit "
                     "(2.1.0d4) <7 3>\n"
                     "  141    0 0xffffff7f9a2c1000 0x7000     0x6000     "
                     "com.example.driver.Wheel (2.1.0d4) 00010203-0405-0607-0809-0A0B0C0D0E0F "
                     "<7 3>\n");
    cr_assert(kept_read(kept, kextstat_read, 20, &arena, &snap));
    cr_assert_eq(snap.extension_count, 2);
    cr_assert_str_eq(snap.extensions[1].name, "com.example.driver.Wheel");
    cr_assert_eq(snap.extensions[1].load_tag.n, 141);
    cr_assert_eq(snap.extensions[1].size.bytes, 0x7000);
    cr_assert_str_eq(snap.extensions[0].version, "2.1.0d4");
    cr_assert_eq(snap.note_count, 0);
    arena_free(&arena);
}

/* Before macOS 11 an extension that is linked against nothing has no brackets. */
Test(mac_kexts, as_old_kextstat_prints_them)
{
    static const struct {
        unsigned darwin;
        const char *end;
    } cases[] = {{19, "a.b (0)\n"}, {20, "a.b (0) <>\n"}, {0, "a.b (0) <>\n"}};
    static const char text[] =
        "<dict><key>a.b</key><dict><key>OSBundleLoadTag</key><integer>5</integer>"
        "<key>CFBundleIdentifier</key><string>a.b</string></dict></dict>";

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct output *other = kept_output();
        struct arena arena = {0};
        struct snapshot snap;
        const struct kept *kept;
        bool cut;

        output_begin(other, "kextstat.txt");
        cr_assert_eq(kext_plist_write(str_of(text), cases[i].darwin, other, &cut), 1);
        output_end(other, STATUS_OK, 0);
        kept = kept_member(other, "kextstat.txt");
        cr_assert_not_null(strstr(kept->text, cases[i].end), "%s", kept->text);
        cr_assert(kept_read(kept, kextstat_read, cases[i].darwin, &arena, &snap));
        cr_assert_eq(snap.extension_count, 1);
        cr_assert_eq(snap.note_count, 0);
        arena_free(&arena);
        kept_output_free(other);
    }
}

Test(mac_kexts, the_request_is_one_element)
{
    struct str text = str_of(kext_plist_request);
    struct element element;

    cr_assert(plist_next(&text, &element));
    cr_assert(str_is(element.name, "dict"));
    cr_assert_eq(text.len, 0);
}

/* As macOS 15 answers a stranger; also nothing at all, and no list. */
Test(mac_kexts, empty_answers)
{
    static const char *const texts[] = {
        "",      "<dict ID=\"0\"></dict>", "<dict/>", "<",
        "<dict", "<string>no</string>",    "&&&",     "<dict><key>a</key></dict>"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct output *other = kept_output();
        bool cut;

        output_begin(other, "kextstat.txt");
        cr_assert_eq(kext_plist_write(str_of(texts[i]), 23, other, &cut), 0, "%s", texts[i]);
        kept_output_free(other);
    }
}

/* Wherever the text ends, what is there is read, and no more is. */
Test(mac_kexts, cut_anywhere)
{
    size_t counts[3] = {0};

    for (size_t len = 0; len < sizeof plist; len++) {
        struct output *other = output;
        size_t count;
        bool cut;

        output = kept_output();
        (void)list_bytes(plist, len, &count, &cut);
        cr_assert_leq(count, 2);
        cr_assert(cut || len == 0 || len >= sizeof plist - 1, "%zu", len);
        counts[count]++;
        kept_output_free(output);
        output = other;
    }
    cr_assert(counts[0] > 0 && counts[1] > 0 && counts[2] > 0);
}

#define KEXT(tag, name, more)                                   \
    "<key>x</key><dict><key>OSBundleLoadTag</key><integer>" tag \
    "</integer><key>CFBundleIdentifier</key><string>" name "</string>" more "</dict>"

Test(mac_kexts, hostile_texts)
{
    const struct kept *kept =
        list("<?xml version='1.0'?><!DOCTYPE plist SYSTEM \"a>b\"><plist version=\"1.0\"><dict>"
             "<!-- <dict> -->" KEXT("9", "a&lt;b&amp;&#27;&bogus;\n\x1b[2J", "")
                 KEXT("8", "com.example.loop", "<key>CFBundleVersion</key><string IDREF=\"4711\"/>")
                     KEXT("7", "com.example.self",
                          "<key>OSBundleDependencies</key><array ID=\"1\">"
                          "<array IDREF=\"1\"/><integer>-1</integer>"
                          "<integer>99999999999999999999</integer>"
                          "<integer>5</integer></array>")
                         KEXT("6", "com.example.type",
                              "<key>OSBundleLoadSize</key><string>6</string>"
                              "<key>OSBundleUUID</key><string>AAEC</string>"
                              "<key>CFBundleVersion</key><integer>3</integer>") KEXT("5", "", "")
                             KEXT("0x1ffffffff", "com.example.large", "")
                                 KEXT("not a number", "com.example.none",
                                      "") "<key>lost</key><string>no dict</string></dict></plist>");

    cr_assert_str_eq(
        kept->text,
        HEADER "    6    0 0                  0          0          com.example.type (0) <>\n"
               "    7    0 0                  0          0          com.example.self (0) <5>\n"
               "    8    0 0                  0          0          com.example.loop (0) <>\n"
               "    9    0 0                  0          0          "
               "a<b&&#27;&bogus;\\n\\x1b[2J (0) <>\n");
}

/* A few bytes must not stand for many, nor nesting take the stack. */
Test(mac_kexts, bombs)
{
    size_t len = 0, count, size = (size_t)4 << 20;
    char *text = malloc(size);
    bool cut;

    cr_assert_not_null(text);
    while (len + 8 < size / 2) {
        memcpy(text + len, "<array>", 7);
        len += 7;
    }
    (void)list_bytes(text, len, &count, &cut);
    cr_assert_eq(count, 0);
    cr_assert(cut);

    len = 0;
    memcpy(text, "<dict><key>k</key><string ID=\"1\">", 33);
    len = 33;
    memset(text + len, 'x', 1 << 20);
    len += 1 << 20;
    memcpy(text + len, "</string>", 9);
    len += 9;
    while (len + 64 < size) {
        static const char reference[] =
            "<dict><key>CFBundleVersion</key><string IDREF=\"1\"/></dict>";

        memcpy(text + len, reference, sizeof reference - 1);
        len += sizeof reference - 1;
    }
    len += (size_t)snprintf(text + len, size - len, "</dict>");
    kept_output_free(output);
    output = kept_output();
    (void)list_bytes(text, len, &count, &cut);
    cr_assert_eq(count, 0);
    cr_assert(cut, "what was not read is told");
    free(text);
}

Test(mac_kexts, two_with_one_number)
{
    static const char text[] =
        "<dict>" KEXT("3", "a.b", "<key>CFBundleVersion</key><string ID=\"1\">first</string>")
            KEXT("4", "c.d", "<key>CFBundleVersion</key><string ID=\"1\">second</string>")
                KEXT("5", "e.f", "<key>CFBundleVersion</key><string IDREF=\"1\"/>") "</dict>";

    cr_assert_not_null(strstr(list(text)->text, "e.f (first) <>"));
}

/* A list that is too large to be read as often as it is referred to. */
Test(mac_kexts, one_large_list_for_all)
{
    static const char begin[] = "<dict><key>k</key><array ID=\"1\">";
    static const char number[] = "<integer>7</integer>";
    static const char reference[] =
        "<dict><key>OSBundleLoadTag</key><integer>3</integer><key>CFBundleIdentifier</key>"
        "<string>a.b</string><key>OSBundleDependencies</key><array IDREF=\"1\"/></dict>";
    size_t count, len = sizeof begin - 1, size = (size_t)2 << 20;
    char *text = malloc(size);
    bool cut;

    cr_assert_not_null(text);
    memcpy(text, begin, len);
    for (; len < size / 2; len += sizeof number - 1)
        memcpy(text + len, number, sizeof number - 1);
    len += (size_t)snprintf(text + len, size - len, "</array>");
    for (size_t i = 0; i < 100; i++, len += sizeof reference - 1)
        memcpy(text + len, reference, sizeof reference - 1);
    len += (size_t)snprintf(text + len, size - len, "</dict>");
    (void)list_bytes(text, len, &count, &cut);
    cr_assert_eq(count, 100);
    cr_assert(cut);
    free(text);
}

/* Room for its number would take more memory than the whole capture may. */
Test(mac_kexts, an_enormous_number)
{
    static const char text[] =
        "<dict>" KEXT("3", "a.b", "<key>CFBundleVersion</key><string ID=\"131072\">1</string>")
            KEXT("4", "c.d", "<key>CFBundleVersion</key><string IDREF=\"131072\"/>") "</dict>";
    size_t count;
    bool cut;

    cr_assert_not_null(strstr(list_bytes(text, sizeof text - 1, &count, &cut)->text, "c.d (0) <>"));
    cr_assert_eq(count, 2);
    cr_assert(cut);
}

Test(mac_kexts, too_many)
{
    size_t count, len = 6, size = (size_t)2 << 20;
    char *text = malloc(size);
    bool cut;

    cr_assert_not_null(text);
    memcpy(text, "<dict>", 6);
    for (unsigned i = 1; i <= 5000; i++)
        len += (size_t)snprintf(text + len, size - len,
                                "<dict><key>OSBundleLoadTag</key><integer>%u</integer>"
                                "<key>CFBundleIdentifier</key><string>a.b</string></dict>",
                                i);
    len += (size_t)snprintf(text + len, size - len, "</dict>");
    (void)list_bytes(text, len, &count, &cut);
    cr_assert_eq(count, 4096);
    cr_assert(cut);
    free(text);
}
