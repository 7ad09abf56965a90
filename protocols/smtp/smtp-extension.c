/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-extension.h"

/* In the order of SmtpExtension. */
static const char *const keywords[SMTP_N_EXTENSIONS] = {
  "SIZE",     "8BITMIME",   "PIPELINING", "CHUNKING", "BINARYMIME", "DSN",  "ENHANCEDSTATUSCODES",
  "SMTPUTF8", "STARTTLS",   "REQUIRETLS", "AUTH",     "VRFY",       "EXPN", "HELP",
};

const char *
smtp_extension_get_keyword (SmtpExtension extension)
{
  return keywords[g_bit_nth_lsf (extension, -1)];
}

SmtpExtension
smtp_extension_find (const char *keyword)
{
  for (guint i = 0; i < SMTP_N_EXTENSIONS; i++)
    if (g_ascii_strcasecmp (keywords[i], keyword) == 0)
      return (SmtpExtension) (1u << i);
  return 0;
}
