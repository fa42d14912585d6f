/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/connections.h"
#include "engine/session/session.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct {
    char *folder;
} Scratch;

static int set_up(void **state)
{
    Scratch *scratch = g_new0(Scratch, 1);
    scratch->folder = g_dir_make_tmp("wideberth-session-XXXXXX", NULL);
    *state = scratch;
    return scratch->folder == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    Scratch *scratch = *state;
    GDir *dir = g_dir_open(scratch->folder, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(scratch->folder, name, NULL);
        g_remove(path);
    }
    g_dir_close(dir);
    g_rmdir(scratch->folder);
    g_free(scratch->folder);
    g_free(scratch);
    return 0;
}

static char *session_path(const Scratch *scratch)
{
    return g_build_filename(scratch->folder, WB_SESSION_FILE, NULL);
}

static WbSession *parse(const char *text, GError **error)
{
    return wb_session_parse(text, strlen(text), "s.json", error);
}

/* A session in which every value differs from its default. */
static WbSession *rich_session(const char *folder)
{
    WbSession *session = wb_session_new(folder, 44100);
    session->mix = (WbMixSettings){.strength_percent = 62.5,
                                   .background_depth_db = 9,
                                   .support_depth_db = 6,
                                   .gain_db = -0.1,
                                   .carve_bypass = true};
    session->loop_start = 96000;
    session->loop_end = 192000;
    session->loop = true;
    session->guard = WB_GUARD_HIGH;
    session->record_format = WB_FORMAT_FLAC;
    WbTrack *vox = wb_session_add_track(session, "Vox \"été\" \\ 主唱", 1);
    vox->role = WB_ROLE_LEAD;
    vox->colour = 0x00ff7f;
    vox->gain_db = 1.0 / 3.0;
    vox->pan = -0.25;
    vox->solo = true;
    vox->invert = true;
    vox->trim_db = WB_FADER_SHUT_DB;
    vox->arm = true;
    vox->monitor = true;
    vox->offset_frames = -WB_OFFSET_MAX_FRAMES;
    vox->compensate = false;
    vox->direct_out = true;
    vox->record_carved = true;
    WbTrack *pad = wb_session_add_track(session, "Pad", 2);
    pad->role = WB_ROLE_BACKGROUND;
    pad->mute = true;
    pad->depth_db = 0;
    pad->low_hz = 200;
    pad->high_hz = 4000.5;
    pad->carve_bypass = true;
    wb_track_set_never_yields_to(pad, vox->id, true);
    WbClip *clip = wb_track_add_clip(pad, "audio/100% \xff pad.wav");
    clip->position = G_GINT64_CONSTANT(281474976710656);
    clip->offset = 7;
    clip->length = 48000;
    clip->gain_db = -6.02;
    clip->fade_in = 480;
    clip->fade_out = 960;
    wb_track_add_clip(pad, "/elsewhere/pad.flac");
    return session;
}

static void all_that_was_saved_comes_back(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) saved = rich_session(scratch->folder);
    assert_true(wb_session_save(saved, NULL));
    g_autoptr(WbSession) loaded = wb_session_load(scratch->folder, NULL);
    assert_non_null(loaded);
    assert_true(wb_session_equal(saved, loaded));
    assert_string_equal(loaded->folder, scratch->folder);

    const WbTrack *vox = loaded->tracks->pdata[0];
    assert_string_equal(vox->name, "Vox \"été\" \\ 主唱");
    assert_true(vox->gain_db == 1.0 / 3.0);
    const WbTrack *pad = loaded->tracks->pdata[1];
    const WbClip *clip = pad->clips->pdata[0];
    assert_string_equal(clip->file, "audio/100% \xff pad.wav");
    assert_true(clip->position == G_GINT64_CONSTANT(281474976710656));
}

static void loading_and_saving_gives_the_same_bytes(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) session = rich_session(scratch->folder);
    g_autofree char *first = wb_session_to_text(session);
    assert_true(wb_session_save(session, NULL));
    g_autoptr(WbSession) loaded = wb_session_load(scratch->folder, NULL);
    assert_true(wb_session_save(loaded, NULL));
    g_autofree char *path = session_path(scratch);
    g_autofree char *second = NULL;
    assert_true(g_file_get_contents(path, &second, NULL, NULL));
    assert_string_equal(first, second);
}

static void the_file_is_the_documented_one(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/nowhere", 48000);
    WbTrack *track = wb_session_add_track(session, "Bass", 1);
    track->gain_db = -3.1;
    track->colour = 0xabcdef;
    wb_track_add_clip(track, "audio/bass.wav")->length = 96000;
    wb_session_set_connections(session, WB_CONNECT_BUS, 0, 1, (const char *const[]){NULL});
    wb_session_set_connections(session, WB_CONNECT_INPUT, 1, 0,
                               (const char *const[]){"system:capture_1", NULL});
    g_autofree char *text = wb_session_to_text(session);
    assert_string_equal(text, "{\n"
                              "  \"format\": \"wideberth-session\",\n"
                              "  \"version\": 2,\n"
                              "  \"sample_rate\": 48000,\n"
                              "  \"loop_start\": 0,\n"
                              "  \"loop_end\": 0,\n"
                              "  \"loop\": false,\n"
                              "  \"guard\": \"normal\",\n"
                              "  \"record_format\": \"wav-24\",\n"
                              "  \"mix\": {\n"
                              "    \"strength_percent\": 40,\n"
                              "    \"background_depth_db\": 12,\n"
                              "    \"support_depth_db\": 12,\n"
                              "    \"gain_db\": 0,\n"
                              "    \"carve_bypass\": false\n"
                              "  },\n"
                              "  \"tracks\": [\n"
                              "    {\n"
                              "      \"id\": 1,\n"
                              "      \"name\": \"Bass\",\n"
                              "      \"role\": \"support\",\n"
                              "      \"colour\": \"#abcdef\",\n"
                              "      \"channels\": 1,\n"
                              "      \"gain_db\": -3.1,\n"
                              "      \"pan\": 0,\n"
                              "      \"mute\": false,\n"
                              "      \"solo\": false,\n"
                              "      \"invert\": false,\n"
                              "      \"trim_db\": 0,\n"
                              "      \"low_hz\": 20,\n"
                              "      \"high_hz\": 20000,\n"
                              "      \"carve_bypass\": false,\n"
                              "      \"arm\": false,\n"
                              "      \"monitor\": false,\n"
                              "      \"offset_frames\": 0,\n"
                              "      \"compensate\": true,\n"
                              "      \"direct_out\": false,\n"
                              "      \"record_carved\": false,\n"
                              "      \"never\": [],\n"
                              "      \"clips\": [\n"
                              "        {\n"
                              "          \"file\": \"audio/bass.wav\",\n"
                              "          \"position\": 0,\n"
                              "          \"offset\": 0,\n"
                              "          \"length\": 96000,\n"
                              "          \"gain_db\": 0,\n"
                              "          \"fade_in\": 0,\n"
                              "          \"fade_out\": 0\n"
                              "        }\n"
                              "      ]\n"
                              "    }\n"
                              "  ],\n"
                              "  \"connections\": [\n"
                              "    {\n"
                              "      \"port\": \"input\",\n"
                              "      \"track\": 1,\n"
                              "      \"channel\": 1,\n"
                              "      \"to\": [\n"
                              "        \"system:capture_1\"\n"
                              "      ]\n"
                              "    },\n"
                              "    {\n"
                              "      \"port\": \"bus\",\n"
                              "      \"channel\": 2,\n"
                              "      \"to\": []\n"
                              "    }\n"
                              "  ]\n"
                              "}\n");
}

static void a_short_file_gets_the_defaults(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(WbSession) session =
        parse("{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":48000,\"tracks\":["
              "{\"id\":7,\"name\":\"A\",\"role\":\"lead\",\"channels\":2,"
              "\"clips\":[{\"file\":\"a.wav\"}]}]}",
              &error);
    assert_null(error);
    assert_true(session->mix.strength_percent == 40.0);
    assert_true(session->mix.background_depth_db == 12.0);
    const WbTrack *track = session->tracks->pdata[0];
    assert_true(track->depth_db == WB_DEPTH_OF_ROLE);
    assert_true(track->low_hz == 20.0 && track->high_hz == 20000.0);
    assert_true(track->compensate && !track->arm && track->offset_frames == 0);
    assert_int_equal(session->guard, WB_GUARD_NORMAL);
    assert_int_equal(session->record_format, WB_FORMAT_WAV_24);
    assert_null(wb_session_connections(session, WB_CONNECT_BUS, 0, 0));
    assert_int_equal(wb_session_add_track(session, "B", 1)->id, 8);
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
    const Scratch *scratch = *state;
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"};
    const char *locale = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(locales) && !locale; i++) {
        if (setlocale(LC_NUMERIC, locales[i]))
            locale = locales[i];
    }
    setlocale(LC_NUMERIC, "C");
    if (!locale)
        skip();
    g_autoptr(WbSession) session = rich_session(scratch->folder);
    g_autofree char *plain = wb_session_to_text(session);
    setlocale(LC_NUMERIC, locale);
    g_autofree char *text = wb_session_to_text(session);
    g_autoptr(WbSession) loaded = parse(text, NULL);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(text, plain);
    assert_true(wb_session_equal(session, loaded));
}

#define HEAD "{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":48000,\"tracks\":["
#define GOOD "\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,\"clips\":[]"
#define OTHER "{\"id\":2,\"name\":\"Pad\",\"role\":\"background\",\"channels\":1,\"clips\":[]}"

static void each_mistake_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *says;
    } cases[] = {
        {"", WB_SESSION_ERROR_SYNTAX, "s.json:1:1: the text ends too early"},
        {"{\n  \"format\": \"wideberth-session\",\n  \"version\" 1\n}", WB_SESSION_ERROR_SYNTAX,
         "s.json:3:13: a colon is missing here"},
        {"{\"ä\": tru}", WB_SESSION_ERROR_SYNTAX, "s.json:1:7: "},
        {"{\"a\": 1,}", WB_SESSION_ERROR_SYNTAX, "s.json:1:9: "},
        {"{\"a\": 1, \"a\": 2}", WB_SESSION_ERROR_SYNTAX, "s.json:1:10: this key stands twice"},
        {"{\"a\": \"\xff\"}", WB_SESSION_ERROR_SYNTAX, "s.json:1:8: this byte is not valid UTF-8"},
        {"{\"a\": \"x", WB_SESSION_ERROR_SYNTAX, "s.json:1:7: the closing quote"},
        {"{\"a\": \"\\u0000\"}", WB_SESSION_ERROR_SYNTAX, "zero character"},
        {"{\"a\\ud800\": 1}", WB_SESSION_ERROR_SYNTAX, "half of a surrogate pair"},
        {"{\"a\": \"\\udc00\"}", WB_SESSION_ERROR_SYNTAX, "half of a surrogate pair"},
        {"{\"a\": \"\\ud83c\\u0041\"}", WB_SESSION_ERROR_SYNTAX, "half of a surrogate pair"},
        {"{\"a\": 0123}", WB_SESSION_ERROR_SYNTAX, "s.json:1:7: this is not a number"},
        {"{\"a\": NaN}", WB_SESSION_ERROR_SYNTAX, "s.json:1:7: a value is missing"},
        {"{\"a\": 1234567890123456789}", WB_SESSION_ERROR_SYNTAX, "too large"},
        {"{\"a\": -}", WB_SESSION_ERROR_SYNTAX, "this is not a number"},
        {"{\"a\": 1.}", WB_SESSION_ERROR_SYNTAX, "after the point"},
        {"{\"a\": 1e+}", WB_SESSION_ERROR_SYNTAX, "in the exponent"},
        {"{\"a\": \"\\x\"}", WB_SESSION_ERROR_SYNTAX, "unknown escape"},
        {"{\"a\": \"\\u12\"}", WB_SESSION_ERROR_SYNTAX, "four hexadecimal digits"},
        {"{\"a\": \"x\ny\"}", WB_SESSION_ERROR_SYNTAX, "s.json:1:9: a line break"},
        {"{a: 1}", WB_SESSION_ERROR_SYNTAX, "s.json:1:2: a text in double quotes is missing"},
        {"{\"a\": 1 \"b\": 2}", WB_SESSION_ERROR_SYNTAX, "s.json:1:9: a comma"},
        {"[1 2]", WB_SESSION_ERROR_SYNTAX, "s.json:1:4: a comma"},
        {"{} {}", WB_SESSION_ERROR_SYNTAX, "s.json:1:4: nothing may follow"},
        {"// comment\n{}", WB_SESSION_ERROR_SYNTAX, "s.json:1:1: "},
        {"[]", WB_SESSION_ERROR_FORMAT, "not a Wideberth session"},
        {"{\"format\":\"ardour\"}", WB_SESSION_ERROR_FORMAT, "not a Wideberth session"},
        {"{\"format\":\"wideberth-session\"}", WB_SESSION_ERROR_VALUE, "\"version\" is missing"},
        {"{\"format\":\"wideberth-session\",\"version\":3,\"new\":[]}", WB_SESSION_ERROR_VERSION,
         "newer Wideberth"},
        {"{\"format\":\"wideberth-session\",\"version\":1}", WB_SESSION_ERROR_VALUE,
         "\"sample_rate\" is missing"},
        {"{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":8000,\"tracks\":[]}",
         WB_SESSION_ERROR_VALUE, "\"sample_rate\" is 8000; it must be from 32000 to 192000"},
        {"{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":48000}",
         WB_SESSION_ERROR_VALUE, "\"tracks\" is missing"},
        {"{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":48000,\"tracks\":[],"
         "\"mix\":{\"strength_percent\":101}}",
         WB_SESSION_ERROR_VALUE, "mix: \"strength_percent\" is 101; it must be from 0 to 100"},
        {"{\"format\":\"wideberth-session\",\"version\":\"1\"}", WB_SESSION_ERROR_VALUE,
         "\"version\" must be a whole number"},
        {"{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":48000,\"tracks\":{}}",
         WB_SESSION_ERROR_VALUE, "\"tracks\" must be a list"},
        {"{\"format\":\"wideberth-session\",\"version\":1,\"sample_rate\":48000,\"tracks\":[],"
         "\"mix\":3}",
         WB_SESSION_ERROR_VALUE, "\"mix\" must be an object"},
        {HEAD "{\"id\":1,\"name\":7}]}", WB_SESSION_ERROR_VALUE, "\"name\" must be a text"},
        {HEAD "],\"extra\":1}", WB_SESSION_ERROR_VALUE, "\"extra\" is not a key"},
        {HEAD "],\"loop\":true}", WB_SESSION_ERROR_VALUE,
         "\"loop_start\" must be less than \"loop_end\""},
        {HEAD "],\"loop_end\":-1}", WB_SESSION_ERROR_VALUE, "\"loop_end\" is -1"},
        {HEAD "],\"guard\":\"max\"}", WB_SESSION_ERROR_VALUE,
         "\"guard\" must be off, low, normal or high"},
        {HEAD "],\"record_format\":\"mp3\"}", WB_SESSION_ERROR_VALUE,
         "\"record_format\" must be wav,"},
        {HEAD "{" GOOD ",\"offset_frames\":192001}]}", WB_SESSION_ERROR_VALUE,
         "\"offset_frames\" is 192001; it must be from -192000 to 192000"},
        {HEAD "],\"connections\":7}", WB_SESSION_ERROR_VALUE, "\"connections\" must be a list"},
        {HEAD "],\"connections\":[7]}", WB_SESSION_ERROR_VALUE, "connection 1: must be an object"},
        {HEAD "],\"connections\":[{\"port\":\"aux\"}]}", WB_SESSION_ERROR_VALUE,
         "connection 1: \"port\" must be input, direct, bus or listen"},
        {HEAD "],\"connections\":[{\"port\":\"input\",\"track\":1,\"channel\":1,\"to\":[]}]}",
         WB_SESSION_ERROR_VALUE, "\"track\" names a track that does not exist"},
        {HEAD "],\"connections\":[{\"port\":\"bus\",\"channel\":3,\"to\":[]}]}",
         WB_SESSION_ERROR_VALUE, "\"channel\" is no number that it may have"},
        {HEAD "],\"connections\":[{\"port\":\"bus\",\"channel\":1,\"to\":[\"a\",7]}]}",
         WB_SESSION_ERROR_VALUE, "\"to\" must be a list of port names"},
        {HEAD "],\"connections\":[{\"port\":\"bus\",\"track\":1,\"channel\":1,\"to\":[]}]}",
         WB_SESSION_ERROR_VALUE, "\"track\" is not a key"},
        {HEAD "],\"connections\":[{\"port\":\"bus\",\"channel\":1,\"to\":[]},"
              "{\"port\":\"bus\",\"channel\":1,\"to\":[]}]}",
         WB_SESSION_ERROR_VALUE, "connection 2: \"port\" stands here a second time"},
        {HEAD "3]}", WB_SESSION_ERROR_VALUE, "track 1: must be an object"},
        {HEAD "{\"id\":1}]}", WB_SESSION_ERROR_VALUE, "track 1: \"name\" is missing"},
        {HEAD "{" GOOD ",\"rolle\":1}]}", WB_SESSION_ERROR_VALUE,
         "track 1 \"Vox\": \"rolle\" is not a key"},
        {HEAD "{" GOOD ",\"pan\":3}]}", WB_SESSION_ERROR_VALUE,
         "track 1 \"Vox\": \"pan\" is 3; it must be from -1 to 1"},
        {HEAD "{" GOOD ",\"gain_db\":1e999}]}", WB_SESSION_ERROR_VALUE, "\"gain_db\" is inf"},
        {HEAD "{" GOOD ",\"gain_db\":null}]}", WB_SESSION_ERROR_VALUE,
         "\"gain_db\" must be a number"},
        {HEAD "{" GOOD ",\"gain_db\":\"0\"}]}", WB_SESSION_ERROR_VALUE,
         "\"gain_db\" must be a number"},
        {HEAD "{" GOOD ",\"mute\":1}]}", WB_SESSION_ERROR_VALUE, "\"mute\" must be true or false"},
        {HEAD "{" GOOD ",\"depth_db\":-1}]}", WB_SESSION_ERROR_VALUE, "\"depth_db\" is -1"},
        {HEAD "{" GOOD ",\"colour\":\"red\"}]}", WB_SESSION_ERROR_VALUE, "#rrggbb"},
        {HEAD "{" GOOD ",\"low_hz\":900,\"high_hz\":800}]}", WB_SESSION_ERROR_VALUE,
         "\"low_hz\" must be less"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"boss\",\"channels\":1,\"clips\":[]}]}",
         WB_SESSION_ERROR_VALUE, "unknown role \"boss\"; it must be lead, support or background"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":6,\"clips\":[]}]}",
         WB_SESSION_ERROR_VALUE, "\"channels\" is 6; it must be from 1 to 2"},
        {HEAD "{\"id\":1.5,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,\"clips\":[]}]}",
         WB_SESSION_ERROR_VALUE, "\"id\" must be a whole number"},
        {HEAD "{\"id\":1,\"name\":\" \",\"role\":\"lead\",\"channels\":1,\"clips\":[]}]}",
         WB_SESSION_ERROR_VALUE, "\"name\" is empty"},
        {HEAD "{" GOOD "},{" GOOD "}]}", WB_SESSION_ERROR_VALUE,
         "track 2 \"Vox\": \"id\" 1 is also that of track \"Vox\""},
        {HEAD "{" GOOD "},{\"id\":2,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,"
              "\"clips\":[]}]}",
         WB_SESSION_ERROR_VALUE, "track 2 \"Vox\": \"name\" is also that of another track"},
        {HEAD "{" GOOD ",\"never\":[9]}]}", WB_SESSION_ERROR_VALUE,
         "\"never\" names track id 9, which does not exist"},
        {HEAD "{" GOOD ",\"never\":[1]}]}", WB_SESSION_ERROR_VALUE, "names the track itself"},
        {HEAD "{" GOOD ",\"never\":[2,2]}," OTHER "]}", WB_SESSION_ERROR_VALUE, "ascending order"},
        {HEAD "{" GOOD ",\"never\":[99999999999]}]}", WB_SESSION_ERROR_VALUE, "list of track ids"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,"
              "\"clips\":[{\"file\":\"../a.wav\"}]}]}",
         WB_SESSION_ERROR_VALUE, "clip 1: \"file\" is \"../a.wav\", which leaves"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,"
              "\"clips\":[{\"file\":\"\"}]}]}",
         WB_SESSION_ERROR_VALUE, "clip 1: \"file\" is empty"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,"
              "\"clips\":[{\"file\":\"a%zz.wav\"}]}]}",
         WB_SESSION_ERROR_VALUE, "write %25"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,"
              "\"clips\":[{\"file\":\"a.wav\",\"position\":-1}]}]}",
         WB_SESSION_ERROR_VALUE, "clip 1: \"position\" is -1"},
        {HEAD "{\"id\":1,\"name\":\"Vox\",\"role\":\"lead\",\"channels\":1,"
              "\"clips\":[{\"file\":\"a.wav\",\"length\":9,\"fade_in\":5,\"fade_out\":5}]}]}",
         WB_SESSION_ERROR_VALUE, "together exceed \"length\""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(WbSession) session = parse(cases[i].text, &error);
        if (session != NULL)
            fail_msg("accepted: %s", cases[i].text);
        if (!g_error_matches(error, WB_SESSION_ERROR, cases[i].code) ||
            strstr(error->message, cases[i].says) == NULL)
            fail_msg("%s\n  gave (code %d): %s\n  not (code %d): %s", cases[i].text, error->code,
                     error->message, cases[i].code, cases[i].says);
    }
}

static void escapes_are_read(void **state)
{
    (void)state;
    g_autoptr(WbSession) session =
        parse(HEAD "{\"id\":1,\"name\":\"\\u00e9 \\ud83c\\udfb5 \\/ \\\"\",\"role\":\"lead\","
                   "\"channels\":1,\"clips\":[]}]}",
              NULL);
    assert_non_null(session);
    assert_string_equal(((const WbTrack *)session->tracks->pdata[0])->name,
                        "\xc3\xa9 \xf0\x9f\x8e\xb5 / \"");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    static const char *const openers[] = {"[", "{\"a\":"};
    for (size_t i = 0; i < G_N_ELEMENTS(openers); i++) {
        GString *text = g_string_new(NULL);
        for (unsigned n = 0; n < 1000000; n++)
            g_string_append(text, openers[i]);
        g_autoptr(GError) error = NULL;
        assert_null(wb_session_parse(text->str, text->len, "s.json", &error));
        assert_non_null(strstr(error->message, "too deeply nested"));
        g_string_free(text, TRUE);
    }
}

static void a_missing_session_says_what_to_do(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(GError) error = NULL;
    assert_null(wb_session_load(scratch->folder, &error));
    assert_true(g_error_matches(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ));
    assert_non_null(strstr(error->message, "wideberth import"));
    g_clear_error(&error);
    assert_null(wb_session_load("/no/such/folder", &error));
    assert_non_null(strstr(error->message, "/no/such/folder: no such session folder"));
}

static void the_file_itself_can_be_named(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) saved = rich_session(scratch->folder);
    assert_true(wb_session_save(saved, NULL));
    g_autofree char *path = session_path(scratch);
    g_autoptr(WbSession) loaded = wb_session_load(path, NULL);
    assert_string_equal(loaded->folder, scratch->folder);
}

static void a_pipe_is_not_waited_for(void **state)
{
    const Scratch *scratch = *state;
    g_autofree char *path = session_path(scratch);
    assert_int_equal(mkfifo(path, 0600), 0);
    g_autoptr(GError) error = NULL;
    assert_null(wb_session_load(scratch->folder, &error));
    assert_non_null(strstr(error->message, "not a regular file"));
}

static void an_endless_file_is_not_read(void **state)
{
    const Scratch *scratch = *state;
    g_autofree char *path = session_path(scratch);
    assert_true(g_file_set_contents(path, " ", -1, NULL));
    if (truncate(path, (off_t)1 << 40) != 0)
        skip();
    g_autoptr(GError) error = NULL;
    assert_null(wb_session_load(scratch->folder, &error));
    assert_true(g_error_matches(error, WB_SESSION_ERROR, WB_SESSION_ERROR_READ));
    assert_non_null(strstr(error->message, "longer than"));
}

static void what_cannot_be_loaded_is_not_saved(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) session = rich_session(scratch->folder);
    WbTrack *pad = session->tracks->pdata[1];
    pad->gain_db = NAN;
    g_autoptr(GError) error = NULL;
    assert_false(wb_session_save(session, &error));
    assert_non_null(strstr(error->message, "track 2 \"Pad\": \"gain_db\" is nan"));
    g_autofree char *path = session_path(scratch);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static unsigned count_files(const char *folder)
{
    unsigned count = 0;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    while (g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

static void a_save_that_fails_leaves_the_old_file(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) session = rich_session(scratch->folder);
    assert_true(wb_session_save(session, NULL));
    g_autofree char *path = session_path(scratch);
    g_autofree char *before = NULL;
    assert_true(g_file_get_contents(path, &before, NULL, NULL));

    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    const struct rlimit small = {.rlim_cur = 100, .rlim_max = limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    session->mix.strength_percent = 1;
    g_autoptr(GError) error = NULL;
    const bool saved = wb_session_save(session, &error);
    setrlimit(RLIMIT_FSIZE, &limit);

    assert_false(saved);
    assert_true(g_error_matches(error, WB_SESSION_ERROR, WB_SESSION_ERROR_WRITE));
    assert_non_null(strstr(error->message, path));
    g_autofree char *after = NULL;
    assert_true(g_file_get_contents(path, &after, NULL, NULL));
    assert_string_equal(before, after);
    assert_int_equal(count_files(scratch->folder), 1);
}

static void permissions_follow_the_umask(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) session = wb_session_new(scratch->folder, 48000);
    const mode_t old = umask(027);
    const bool saved = wb_session_save(session, NULL);
    umask(old);
    assert_true(saved);
    g_autofree char *path = session_path(scratch);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void a_copy_shares_nothing(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = rich_session("/nowhere");
    g_autoptr(WbSession) copy = wb_session_copy(session);
    assert_true(wb_session_equal(session, copy));
    WbTrack *pad = copy->tracks->pdata[1];
    WbClip *clip = pad->clips->pdata[0];
    clip->fade_in++;
    assert_false(wb_session_equal(session, copy));
    clip->fade_in--;
    assert_true(wb_session_equal(session, copy));
    wb_track_set_never_yields_to(pad, 1, false);
    assert_false(wb_session_equal(session, copy));
}

static void names_are_made_unique(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/nowhere", 48000);
    assert_string_equal(wb_session_add_track(session, "Vox", 1)->name, "Vox");
    assert_string_equal(wb_session_add_track(session, "Vox", 1)->name, "Vox 2");
    assert_string_equal(wb_session_add_track(session, " Vox ", 1)->name, "Vox 3");
    assert_string_equal(wb_session_add_track(session, "", 1)->name, "Track");
}

static void a_removed_track_is_forgotten_by_the_others(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/nowhere", 48000);
    const unsigned lead = wb_session_add_track(session, "Lead", 1)->id;
    const unsigned pad = wb_session_add_track(session, "Pad", 1)->id;
    wb_track_set_never_yields_to(wb_session_track(session, pad), lead, true);
    assert_true(wb_track_never_yields_to(wb_session_track(session, pad), lead));
    assert_true(wb_session_remove_track(session, lead));
    assert_false(wb_track_never_yields_to(wb_session_track(session, pad), lead));
    assert_false(wb_session_remove_track(session, lead));
    assert_true(wb_session_add_track(session, "Lead", 1)->id > pad);
}

static void tracks_move_within_the_order(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/nowhere", 48000);
    const unsigned a = wb_session_add_track(session, "A", 1)->id;
    const unsigned b = wb_session_add_track(session, "B", 1)->id;
    const unsigned c = wb_session_add_track(session, "C", 1)->id;
    WbTrack *const *tracks = (WbTrack **)session->tracks->pdata;
    assert_true(wb_session_move_track(session, a, 1));
    assert_int_equal(tracks[0]->id, b);
    assert_int_equal(tracks[1]->id, a);
    assert_true(wb_session_move_track(session, c, 0));
    assert_int_equal(tracks[0]->id, c);
    assert_true(wb_session_move_track(session, c, 99));
    assert_int_equal(tracks[2]->id, c);
    assert_false(wb_session_move_track(session, 77, 0));
}

static void a_renamed_track_keeps_names_unique(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/nowhere", 48000);
    const unsigned a = wb_session_add_track(session, "A", 1)->id;
    wb_session_add_track(session, "B", 1);
    assert_true(wb_session_rename_track(session, a, "A"));
    assert_string_equal(wb_session_track(session, a)->name, "A");
    assert_true(wb_session_rename_track(session, a, "B"));
    assert_string_equal(wb_session_track(session, a)->name, "B 2");
    assert_false(wb_session_rename_track(session, 77, "C"));
}

static void connections_come_back_but_are_no_change_of_the_document(void **state)
{
    const Scratch *scratch = *state;
    g_autoptr(WbSession) session = wb_session_new(scratch->folder, 48000);
    const unsigned vox = wb_session_add_track(session, "Vox", 1)->id;
    const unsigned gone = wb_session_add_track(session, "Gone", 1)->id;
    g_autoptr(WbSession) before = wb_session_copy(session);
    wb_session_set_connections(session, WB_CONNECT_BUS, 0, 0,
                               (const char *const[]){"b:2", "a:1 \xff%", "b:2", NULL});
    wb_session_set_connections(session, WB_CONNECT_INPUT, vox, 1, (const char *const[]){NULL});
    wb_session_set_connections(session, WB_CONNECT_DIRECT, gone, 0,
                               (const char *const[]){"x:y", NULL});
    assert_true(wb_session_equal(session, before));
    assert_false(wb_session_connections_equal(session, before));
    g_autoptr(WbSession) copy = wb_session_copy(session);
    assert_true(wb_session_connections_equal(session, copy));

    wb_session_remove_track(session, gone);
    assert_true(wb_session_save(session, NULL));
    g_autoptr(WbSession) loaded = wb_session_load(scratch->folder, NULL);
    assert_non_null(loaded);
    assert_true(wb_session_connections_equal(session, loaded));
    const char *const *bus = wb_session_connections(loaded, WB_CONNECT_BUS, 0, 0);
    assert_string_equal(bus[0], "a:1 \xff%");
    assert_string_equal(bus[1], "b:2");
    assert_null(bus[2]);
    assert_null(wb_session_connections(loaded, WB_CONNECT_INPUT, vox, 1)[0]);
    assert_null(wb_session_connections(loaded, WB_CONNECT_INPUT, vox, 0));
    assert_null(wb_session_connections(loaded, WB_CONNECT_DIRECT, gone, 0));
    assert_non_null(wb_session_connections(session, WB_CONNECT_DIRECT, gone, 0));
}

static void depth_is_the_tracks_own_or_its_roles(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/nowhere", 48000);
    session->mix.background_depth_db = 9;
    session->mix.support_depth_db = 6;
    WbTrack *track = wb_session_add_track(session, "T", 1);
    track->role = WB_ROLE_BACKGROUND;
    assert_true(wb_session_depth_db(session, track) == 9.0);
    track->role = WB_ROLE_SUPPORT;
    assert_true(wb_session_depth_db(session, track) == 6.0);
    track->depth_db = 3;
    assert_true(wb_session_depth_db(session, track) == 3.0);
    track->depth_db = 9;
    assert_true(wb_session_depth_db(session, track) == 6.0);
    track->carve_bypass = true;
    assert_true(wb_session_depth_db(session, track) == 0.0);
    track->carve_bypass = false;
    track->role = WB_ROLE_LEAD;
    assert_true(wb_session_depth_db(session, track) == 0.0);
}

static void clip_paths_are_inside_the_folder_unless_absolute(void **state)
{
    (void)state;
    g_autoptr(WbSession) session = wb_session_new("/music/song", 48000);
    const WbClip inside = {.file = (char *)"audio/a.wav"};
    const WbClip outside = {.file = (char *)"/takes/a.wav"};
    g_autofree char *first = wb_session_clip_path(session, &inside);
    g_autofree char *second = wb_session_clip_path(session, &outside);
    assert_string_equal(first, "/music/song/audio/a.wav");
    assert_string_equal(second, "/takes/a.wav");
}

#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(all_that_was_saved_comes_back),
        WITH_SCRATCH(loading_and_saving_gives_the_same_bytes),
        cmocka_unit_test(the_file_is_the_documented_one),
        cmocka_unit_test(a_short_file_gets_the_defaults),
        WITH_SCRATCH(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(each_mistake_is_named),
        cmocka_unit_test(escapes_are_read),
        cmocka_unit_test(deep_nesting_is_refused),
        WITH_SCRATCH(a_missing_session_says_what_to_do),
        WITH_SCRATCH(the_file_itself_can_be_named),
        WITH_SCRATCH(a_pipe_is_not_waited_for),
        WITH_SCRATCH(an_endless_file_is_not_read),
        WITH_SCRATCH(what_cannot_be_loaded_is_not_saved),
        WITH_SCRATCH(a_save_that_fails_leaves_the_old_file),
        WITH_SCRATCH(permissions_follow_the_umask),
        cmocka_unit_test(a_copy_shares_nothing),
        cmocka_unit_test(names_are_made_unique),
        cmocka_unit_test(a_removed_track_is_forgotten_by_the_others),
        cmocka_unit_test(tracks_move_within_the_order),
        cmocka_unit_test(a_renamed_track_keeps_names_unique),
        WITH_SCRATCH(connections_come_back_but_are_no_change_of_the_document),
        cmocka_unit_test(depth_is_the_tracks_own_or_its_roles),
        cmocka_unit_test(clip_paths_are_inside_the_folder_unless_absolute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
