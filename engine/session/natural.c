/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/session/natural.h"

#include <glib.h>
#include <string.h>

static size_t number_length(const char *text)
{
    return strspn(text, "0123456789");
}

/* Both at a digit; moves both past their numbers. */
static int compare_numbers(const char **a, const char **b)
{
    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    const size_t a_length = number_length(*a);
    const size_t b_length = number_length(*b);
    int order = 0;
    if (a_length != b_length)
        order = a_length < b_length ? -1 : 1;
    else
        order = memcmp(*a, *b, a_length);
    *a += a_length;
    *b += b_length;
    return order;
}

int wb_natural_compare(const char *a, const char *b)
{
    const char *x = a;
    const char *y = b;
    while (*x != '\0' && *y != '\0') {
        int order;
        if (g_ascii_isdigit(*x) && g_ascii_isdigit(*y)) {
            order = compare_numbers(&x, &y);
        } else {
            order = (int)(guchar)g_ascii_tolower(*x++) - (int)(guchar)g_ascii_tolower(*y++);
        }
        if (order != 0)
            return order;
    }
    if (*x != *y)
        return *x == '\0' ? -1 : 1;
    return strcmp(a, b);
}
