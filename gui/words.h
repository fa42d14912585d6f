/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as they are shown. Thread: any. */
#pragma once

/* "1:02:03.4" or "02:03.4". To be freed. */
char *wb_words_time(double seconds);
