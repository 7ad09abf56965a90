/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-url.h"

#include <imap/imap-name.h>
#include <imap/imap-scan.h>
#include <string.h>

void
mail_imap_url_clear (MailImapUrl *self)
{
  g_clear_pointer (&self->mailbox, g_free);
  imap_section_clear (&self->section);
}

/* Undoes percent-encoding. Returns: (transfer full) (nullable): NULL where "%" is not followed by
 * two hexadecimal digits, or encodes NUL */
static char *
decode (const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);

  return g_uri_unescape_string (part, NULL);
}

/* Skips "/;WORD=". Returns: whether it was there */
static gboolean
skip_word (const char **text, const char *word)
{
  gsize length = strlen (word);

  if (g_ascii_strncasecmp (*text, word, length) != 0)
    return FALSE;
  *text += length;
  return TRUE;
}

static gboolean
read_number (const char **text, guint64 max, guint64 *out_number)
{
  guint64 number = 0;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  for (; g_ascii_isdigit (**text); (*text)++)
    {
      guint digit = (guint) g_ascii_digit_value (**text);

      if (number > (max - digit) / 10)
        return FALSE;
      number = number * 10 + digit;
    }
  *out_number = number;
  return TRUE;
}

static gboolean
read_section (const char *text, gsize length, ImapSection *out_section)
{
  g_autofree char *decoded = decode (text, length);
  g_autofree char *unit = decoded != NULL ? g_strdup_printf ("[%s]", decoded) : NULL;
  WireScan         scan;
  ImapScan         rules = { .scan = &scan };

  if (unit == NULL)
    return FALSE;
  wire_scan_init (&scan, (const guint8 *) unit, strlen (unit), NULL);
  return imap_scan_section (&rules, FALSE, out_section) && wire_scan_at_end (&scan);
}

/* mailbox [";UIDVALIDITY=" number] */
static gboolean
read_mailbox (const char *text, gsize length, MailImapUrl *url)
{
  static const char word[] = ";UIDVALIDITY=";
  g_autofree char  *part = g_strndup (text, length);
  char             *semicolon = strrchr (part, ';');
  guint64           number;

  if (semicolon != NULL)
    {
      const char *rest = semicolon;

      if (!skip_word (&rest, word) || !read_number (&rest, G_MAXUINT32, &number) || *rest != '\0')
        return FALSE;
      url->uid_validity = (guint32) number;
      *semicolon = '\0';
    }
  if (*part == '\0')
    return TRUE;
  url->mailbox = decode (part, strlen (part));
  if (url->mailbox == NULL || !g_utf8_validate (url->mailbox, -1, NULL))
    return FALSE;
  if (imap_name_is_inbox (url->mailbox))
    {
      g_free (url->mailbox);
      url->mailbox = g_strdup ("INBOX");
    }
  return TRUE;
}

/* ["/;SECTION=" section] ["/;PARTIAL=" number ["." number]] */
static gboolean
read_rest (const char *text, MailImapUrl *url)
{
  url->partial_length = G_MAXUINT64;
  if (skip_word (&text, "/;SECTION="))
    {
      const char *end = strstr (text, "/;");
      gsize       length = end != NULL ? (gsize) (end - text) : strlen (text);

      if (!read_section (text, length, &url->section))
        return FALSE;
      text += length;
    }
  if (skip_word (&text, "/;PARTIAL="))
    {
      url->is_partial = TRUE;
      if (!read_number (&text, G_MAXUINT64, &url->partial_offset))
        return FALSE;
      if (*text == '.' && (text++, !read_number (&text, G_MAXUINT64, &url->partial_length)))
        return FALSE;
    }
  return *text == '\0';
}

/* Where "/;UID=" begins, or ";UID=" at the very beginning; NULL: nowhere. */
static const char *
find_uid (const char *text)
{
  for (const char *at = text; (at = strchr (at, ';')) != NULL; at++)
    if (g_ascii_strncasecmp (at, ";UID=", 5) == 0 && (at == text || at[-1] == '/'))
      return at;
  return NULL;
}

gboolean
mail_imap_url_parse (const char *text, MailImapUrl *out_url)
{
  MailImapUrl url = { 0 };
  const char *at;
  const char *rest;
  guint64     number = 0;
  gboolean    matched;

  if (g_str_has_prefix (text, "//") || strstr (text, "://") != NULL)
    return FALSE;
  if (*text == '/')
    text++;
  at = find_uid (text);
  if (at == NULL)
    return FALSE;
  rest = at + strlen (";UID=");
  matched = read_mailbox (text, at == text ? 0 : (gsize) (at - text) - 1, &url) &&
            read_number (&rest, G_MAXUINT32, &number) && number > 0 && read_rest (rest, &url);
  url.uid = (guint32) number;
  if (!matched)
    {
      mail_imap_url_clear (&url);
      return FALSE;
    }
  *out_url = url;
  return TRUE;
}
