/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-profile.h"

#include <string.h>

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
