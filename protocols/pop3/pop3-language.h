/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The languages in which a server speaks to people: LANG (RFC 6856 section 3). */

typedef enum
{
  POP3_LANGUAGE_ENGLISH, /* the default: nothing but ASCII */
  POP3_LANGUAGE_GERMAN,
  POP3_N_LANGUAGES,
} Pop3Language;

/** Returns: "de" */
const char *
pop3_language_get_tag (Pop3Language language);
/** Returns: what those who speak it call it: "Deutsch" */
const char *
pop3_language_get_name (Pop3Language language);

/** @range: a basic language range (RFC 6856 section 3.2): "*" is the default. Returns: the
 * language, -1: there is none */
int
pop3_language_find (const char *range);

/** Returns: @english in @language, with the same places for values in the same order; itself where
 * it has not been translated. */
const char *
pop3_language_translate (Pop3Language language, const char *english) G_GNUC_FORMAT (2);

G_END_DECLS
