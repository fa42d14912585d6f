/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/session/json_check.h"

#include <glib/gi18n.h>
#include <string.h>

#define INTEGER_DIGITS_MAX 18

typedef struct {
    const char *at;
    const char *end;
    unsigned depth;
    const char *message; /* of the fault, which is at `at` */
} Cursor;

static bool check_value(Cursor *cursor);

static bool fault(Cursor *cursor, const char *message)
{
    cursor->message = message;
    return false;
}

static void skip_space(Cursor *cursor)
{
    while (cursor->at < cursor->end && strchr(" \t\r\n", *cursor->at) != NULL &&
           *cursor->at != '\0')
        cursor->at++;
}

static bool next_is(const Cursor *cursor, char c)
{
    return cursor->at < cursor->end && *cursor->at == c;
}

static bool accept(Cursor *cursor, char c)
{
    if (!next_is(cursor, c))
        return false;
    cursor->at++;
    return true;
}

static size_t accept_digits(Cursor *cursor)
{
    const char *start = cursor->at;
    while (cursor->at < cursor->end && g_ascii_isdigit(*cursor->at))
        cursor->at++;
    return (size_t)(cursor->at - start);
}

static bool check_number(Cursor *cursor)
{
    const char *start = cursor->at;
    accept(cursor, '-');
    const bool zero = next_is(cursor, '0');
    const size_t digits = accept_digits(cursor);
    if (digits == 0 || (zero && digits > 1)) {
        cursor->at = start;
        return fault(cursor, _("this is not a number"));
    }
    bool integer = true;
    if (accept(cursor, '.')) {
        integer = false;
        if (accept_digits(cursor) == 0)
            return fault(cursor, _("a digit is missing after the point"));
    }
    if (accept(cursor, 'e') || accept(cursor, 'E')) {
        integer = false;
        if (!accept(cursor, '+'))
            accept(cursor, '-');
        if (accept_digits(cursor) == 0)
            return fault(cursor, _("a digit is missing in the exponent"));
    }
    if (integer && digits > INTEGER_DIGITS_MAX) {
        cursor->at = start;
        return fault(cursor, _("this number is too large"));
    }
    return true;
}

/* The four digits after \u. */
static bool check_code(Cursor *cursor, unsigned *code)
{
    *code = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (cursor->at >= cursor->end || !g_ascii_isxdigit(*cursor->at))
            return fault(cursor, _("four hexadecimal digits must follow \\u"));
        *code = *code * 16 + (unsigned)g_ascii_xdigit_value(*cursor->at++);
    }
    return true;
}

/* A character beyond U+FFFF is written as two codes, of which neither stands alone. */
static bool check_second_half(Cursor *cursor)
{
    unsigned code;
    const bool follows = accept(cursor, '\\') && accept(cursor, 'u');
    if (follows && !check_code(cursor, &code))
        return false;
    return (follows && code >= 0xdc00 && code <= 0xdfff) ||
           fault(cursor, _("half of a surrogate pair"));
}

static bool check_escape(Cursor *cursor)
{
    if (cursor->at < cursor->end && *cursor->at != '\0' &&
        strchr("\"\\/bfnrt", *cursor->at) != NULL) {
        cursor->at++;
        return true;
    }
    if (!accept(cursor, 'u'))
        return fault(cursor, _("unknown escape after a backslash"));
    unsigned code;
    if (!check_code(cursor, &code))
        return false;
    if (code == 0)
        return fault(cursor, _("a text must not contain a zero character"));
    if (code >= 0xdc00 && code <= 0xdfff)
        return fault(cursor, _("half of a surrogate pair"));
    return code < 0xd800 || code > 0xdfff || check_second_half(cursor);
}

static bool check_string(Cursor *cursor)
{
    const char *start = cursor->at;
    if (!accept(cursor, '"'))
        return fault(cursor, _("a text in double quotes is missing here"));
    while (cursor->at < cursor->end) {
        if (accept(cursor, '"'))
            return true;
        if (accept(cursor, '\\')) {
            if (!check_escape(cursor))
                return false;
        } else if ((guchar)*cursor->at < 0x20) {
            return fault(cursor, _("a line break or control character inside a text"));
        } else {
            cursor->at++;
        }
    }
    cursor->at = start;
    return fault(cursor, _("the closing quote of this text is missing"));
}

static bool check_word(Cursor *cursor, const char *word)
{
    const size_t length = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
        return fault(cursor, _("a value is missing here"));
    cursor->at += length;
    return true;
}

static bool check_member(Cursor *cursor, GHashTable *keys)
{
    const char *start = cursor->at;
    if (!check_string(cursor))
        return false;
    if (!g_hash_table_add(keys, g_strndup(start, (gsize)(cursor->at - start)))) {
        cursor->at = start;
        return fault(cursor, _("this key stands twice in the same object"));
    }
    skip_space(cursor);
    if (!accept(cursor, ':'))
        return fault(cursor, _("a colon is missing here"));
    return check_value(cursor);
}

static bool check_object(Cursor *cursor)
{
    skip_space(cursor);
    if (accept(cursor, '}'))
        return true;
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    do {
        skip_space(cursor);
        if (!check_member(cursor, keys))
            return false;
    } while (accept(cursor, ','));
    if (!accept(cursor, '}'))
        return fault(cursor, _("a comma or a closing brace is missing here"));
    return true;
}

static bool check_array(Cursor *cursor)
{
    skip_space(cursor);
    if (accept(cursor, ']'))
        return true;
    do {
        if (!check_value(cursor))
            return false;
    } while (accept(cursor, ','));
    if (!accept(cursor, ']'))
        return fault(cursor, _("a comma or a closing bracket is missing here"));
    return true;
}

/* A value and the white space around it. */
static bool check_value(Cursor *cursor)
{
    skip_space(cursor);
    if (cursor->at == cursor->end)
        return fault(cursor, _("the text ends too early"));
    bool good;
    const char c = *cursor->at;
    if (c == '{' || c == '[') {
        if (cursor->depth == WB_JSON_DEPTH_MAX)
            return fault(cursor, _("too deeply nested"));
        cursor->at++;
        cursor->depth++;
        good = c == '{' ? check_object(cursor) : check_array(cursor);
        cursor->depth--;
    } else if (c == '"') {
        good = check_string(cursor);
    } else if (c == '-' || g_ascii_isdigit(c)) {
        good = check_number(cursor);
    } else {
        good = check_word(cursor, c == 't' ? "true" : c == 'f' ? "false" : "null");
    }
    if (good)
        skip_space(cursor);
    return good;
}

static void locate(const char *text, const char *at, WbJsonFault *fault)
{
    fault->line = 1;
    fault->column = 1;
    for (const char *c = text; c < at; c++) {
        if (*c == '\n') {
            fault->line++;
            fault->column = 1;
        } else if (((guchar)*c & 0xc0) != 0x80) {
            fault->column++;
        }
    }
}

bool wb_json_check(const char *text, gsize length, WbJsonFault *fault)
{
    const char *stop = NULL;
    if (!g_utf8_validate_len(text, length, &stop)) {
        locate(text, stop, fault);
        fault->message = _("this byte is not valid UTF-8");
        return false;
    }
    Cursor cursor = {.at = text, .end = text + length};
    if (check_value(&cursor)) {
        if (cursor.at == cursor.end)
            return true;
        cursor.message = _("nothing may follow the end of the value");
    }
    locate(text, cursor.at, fault);
    fault->message = cursor.message;
    return false;
}
