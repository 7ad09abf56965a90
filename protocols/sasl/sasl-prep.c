/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-prep.h"

#include "sasl-secret.h"

#include <string.h>

typedef struct
{
  gunichar first, last;
} Range;

/* RFC 3454 table C.1.2, mapped to SPACE; it is looked up before B.1, which has U+200B too. */
static const Range spaces[] = {
  { 0xa0, 0xa0 },     { 0x1680, 0x1680 }, { 0x2000, 0x200b },
  { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 },
};

/* Table B.1, mapped to nothing. */
static const Range nothings[] = {
  { 0xad, 0xad },     { 0x34f, 0x34f },   { 0x1806, 0x1806 }, { 0x180b, 0x180d },
  { 0x200b, 0x200d }, { 0x2060, 0x2060 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
};

/* Tables C.2.1 to C.9 without C.7: what both profiles prohibit. The non-characters at the end of
 * each plane (C.4) are left to is_prohibited(), surrogates (C.5) are not UTF-8. */
static const Range prohibited[] = {
  { 0x0, 0x1f },        { 0x7f, 0x9f },         { 0x340, 0x341 },     { 0x6dd, 0x6dd },
  { 0x70f, 0x70f },     { 0x180e, 0x180e },     { 0x200c, 0x200f },   { 0x2028, 0x202e },
  { 0x2060, 0x2063 },   { 0x206a, 0x206f },     { 0xe000, 0xf8ff },   { 0xfdd0, 0xfdef },
  { 0xfeff, 0xfeff },   { 0xfff9, 0xfffd },     { 0x1d173, 0x1d17a }, { 0xe0001, 0xe0001 },
  { 0xe0020, 0xe007f }, { 0xf0000, 0xffffd },   { 0x100000, 0x10fffd },
};

/* Table C.7: SASLprep prohibits these too. */
static const Range descriptions[] = { { 0x2ff0, 0x2ffb } };

/* Table D.1: right-to-left. */
static const Range rtl_letters[] = {
  { 0x5be, 0x5be },   { 0x5c0, 0x5c0 },   { 0x5c3, 0x5c3 },   { 0x5d0, 0x5ea },
  { 0x5f0, 0x5f4 },   { 0x61b, 0x61b },   { 0x61f, 0x61f },   { 0x621, 0x63a },
  { 0x640, 0x64a },   { 0x66d, 0x66f },   { 0x671, 0x6d5 },   { 0x6dd, 0x6dd },
  { 0x6e5, 0x6e6 },   { 0x6fa, 0x6fe },   { 0x700, 0x70d },   { 0x710, 0x710 },
  { 0x712, 0x72c },   { 0x780, 0x7a5 },   { 0x7b1, 0x7b1 },   { 0x200f, 0x200f },
  { 0xfb1d, 0xfb1d }, { 0xfb1f, 0xfb28 }, { 0xfb2a, 0xfb36 }, { 0xfb38, 0xfb3c },
  { 0xfb3e, 0xfb3e }, { 0xfb40, 0xfb41 }, { 0xfb43, 0xfb44 }, { 0xfb46, 0xfbb1 },
  { 0xfbd3, 0xfd3d }, { 0xfd50, 0xfd8f }, { 0xfd92, 0xfdc7 }, { 0xfdf0, 0xfdfc },
  { 0xfe70, 0xfe74 }, { 0xfe76, 0xfefc },
};

static gboolean
is_in (gunichar c, const Range *ranges, guint n_ranges)
{
  for (guint i = 0; i < n_ranges && c >= ranges[i].first; i++)
    if (c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

#define IS_IN(c, ranges) is_in (c, ranges, G_N_ELEMENTS (ranges))

static gboolean
is_prohibited (gunichar c)
{
  return (c & 0xfffe) == 0xfffe || IS_IN (c, prohibited);
}

static gboolean
is_ltr_letter (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return !IS_IN (c, rtl_letters) &&
         (g_unichar_isalpha (c) || type == G_UNICODE_LETTER_NUMBER ||
          type == G_UNICODE_SPACING_MARK);
}

/* RFC 3454: a text with a right-to-left letter begins and ends with one, and has none
 * from left to right. */
static gboolean
has_bidi_error (const char *text, const char *end)
{
  gboolean has_rtl = FALSE, has_ltr = FALSE;
  gunichar c = 0, first = text < end ? g_utf8_get_char (text) : 0;

  for (const char *at = text; at < end; at = g_utf8_next_char (at))
    {
      c = g_utf8_get_char (at);
      has_rtl |= IS_IN (c, rtl_letters);
      has_ltr |= is_ltr_letter (c);
    }
  return has_rtl && (has_ltr || !IS_IN (first, rtl_letters) || !IS_IN (c, rtl_letters));
}

/* The first step of RFC 4013. */
static GString *
map (const char *text)
{
  GString *mapped = g_string_sized_new (MAX (64, 2 * strlen (text)));

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (IS_IN (c, spaces))
        g_string_append_c (mapped, ' ');
      else if (!IS_IN (c, nothings))
        g_string_append_unichar (mapped, c);
    }
  return mapped;
}

/* The last steps of RFC 4013, after normalisation. */
static gboolean
is_allowed (const char *text, SaslPrepUse use)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_prohibited (c) || IS_IN (c, descriptions) || IS_IN (c, spaces) ||
          (use == SASL_PREP_STORED && !g_unichar_isdefined (c)))
        return FALSE;
    }
  return !has_bidi_error (text, text + strlen (text));
}

char *
sasl_prep (const char *text, SaslPrepUse use)
{
  GString *mapped;
  char    *prepared;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  mapped = map (text);
  prepared = g_utf8_normalize (mapped->str, (gssize) mapped->len, G_NORMALIZE_NFKC);
  sasl_secret_wipe (mapped->str, mapped->len);
  g_string_free (mapped, TRUE);
  if (prepared != NULL && is_allowed (prepared, use))
    return prepared;
  sasl_secret_free (prepared);
  return NULL;
}

gboolean
sasl_prep_is_trace (const char *text, gsize length)
{
  const char *end = text + length;

  if (!g_utf8_validate_len (text, length, NULL))
    return FALSE;
  for (const char *at = text; at < end; at = g_utf8_next_char (at))
    if (is_prohibited (g_utf8_get_char (at)))
      return FALSE;
  return !has_bidi_error (text, end);
}
