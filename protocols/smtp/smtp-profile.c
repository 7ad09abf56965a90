/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-profile.h"

#include <string.h>

#include <wire/wire-framer.h>

static const struct
{
  guint       set;
  const char *name;
} leniencies[] = {
  { SMTP_LENIENT_BARE_LF_ENDS_LINE, "bare-lf-ends-line" },
  { SMTP_LENIENT_BARE_CR_ENDS_LINE, "bare-cr-ends-line" },
  { SMTP_LENIENT_SPACES, "needless-spaces" },
  { SMTP_LENIENT_NO_BRACKETS, "missing-brackets" },
  { SMTP_LENIENT_ODD_NAMES, "odd-names" },
  { SMTP_LENIENT_EARLY_PIPELINING, "early-pipelining" },
  { SMTP_LENIENT_ODD_PATHS, "odd-paths" },
  { SMTP_LENIENT_LONG_LINES, "long-lines" },
  { SMTP_LENIENT_NUL, "nul-bytes" },
  { SMTP_LENIENT_BARE_LF_DATA, "bare-lf-in-data" },
  { SMTP_LENIENT_BARE_CR_DATA, "bare-cr-in-data" },
  { SMTP_LENIENT_EIGHT_BIT, "eight-bit" },
  { SMTP_LENIENT_END_LF_LF, "lf-dot-lf-ends-data" },
  { SMTP_LENIENT_END_LF_CRLF, "lf-dot-crlf-ends-data" },
  { SMTP_LENIENT_END_CRLF_LF, "crlf-dot-lf-ends-data" },
  { SMTP_LENIENT_END_CR_CR, "cr-dot-cr-ends-data" },
  { SMTP_LENIENT_END_CR_CRLF, "cr-dot-crlf-ends-data" },
  { SMTP_LENIENT_END_CRLF_CR, "crlf-dot-cr-ends-data" },
  { SMTP_LENIENT_END_LF_CR, "lf-dot-cr-ends-data" },
  { SMTP_LENIENT_END_CR_LF, "cr-dot-lf-ends-data" },
  { SMTP_LENIENT_END_CRCRLF_CRCRLF, "crcrlf-dot-crcrlf-ends-data" },
  { SMTP_LENIENT_END_CRLF_NUL, "crlf-nul-dot-crlf-ends-data" },
  { SMTP_LENIENT_BARE_LF_ENDS_DATA, "bare-lf-ends-data" },
};

/* The forms of an end of data are in the same order there and here. */
#define ENDS_SHIFT 14
G_STATIC_ASSERT (WIRE_FRAMER_ENDS << ENDS_SHIFT == SMTP_LENIENT_ENDS);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_LF_LF << ENDS_SHIFT == (guint) SMTP_LENIENT_END_LF_LF);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_LF_CRLF << ENDS_SHIFT == (guint) SMTP_LENIENT_END_LF_CRLF);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CRLF_LF << ENDS_SHIFT == (guint) SMTP_LENIENT_END_CRLF_LF);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CR_CR << ENDS_SHIFT == (guint) SMTP_LENIENT_END_CR_CR);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CR_CRLF << ENDS_SHIFT == (guint) SMTP_LENIENT_END_CR_CRLF);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CRLF_CR << ENDS_SHIFT == (guint) SMTP_LENIENT_END_CRLF_CR);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_LF_CR << ENDS_SHIFT == (guint) SMTP_LENIENT_END_LF_CR);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CR_LF << ENDS_SHIFT == (guint) SMTP_LENIENT_END_CR_LF);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CRCRLF_CRCRLF << ENDS_SHIFT ==
                 (guint) SMTP_LENIENT_END_CRCRLF_CRCRLF);
G_STATIC_ASSERT ((guint) WIRE_FRAMER_END_CRLF_NUL << ENDS_SHIFT ==
                 (guint) SMTP_LENIENT_END_CRLF_NUL);

guint
smtp_leniencies_get_framer_flags (guint set)
{
  guint flags = (set & SMTP_LENIENT_ENDS) >> ENDS_SHIFT;

  if (set & SMTP_LENIENT_BARE_LF_ENDS_LINE)
    flags |= WIRE_FRAMER_BARE_LF_ENDS_LINE;
  if (set & SMTP_LENIENT_BARE_CR_ENDS_LINE)
    flags |= WIRE_FRAMER_BARE_CR_ENDS_LINE;
  return flags;
}

guint
smtp_leniency_of_end (guint end)
{
  return end << ENDS_SHIFT;
}

const char *
smtp_leniency_get_name (guint i)
{
  return i < G_N_ELEMENTS (leniencies) ? leniencies[i].name : NULL;
}

guint
smtp_leniency_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (leniencies); i++)
    if (strcmp (leniencies[i].name, name) == 0)
      return leniencies[i].set;
  return 0;
}

char *
smtp_leniencies_format (guint set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (leniencies); i++)
    if ((set & leniencies[i].set) != 0 && leniencies[i].set != SMTP_LENIENT_BARE_LF_ENDS_DATA)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", leniencies[i].name);
  return g_string_free (text, FALSE);
}
