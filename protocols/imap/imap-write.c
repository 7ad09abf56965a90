/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-write.h"

#include <string.h>

/* A quoted string longer than this goes as a literal: ours, so that lines stay short. */
#define QUOTED_BYTES_MAX 1000

/* ATOM-CHAR: any CHAR except atom-specials (RFC 9051 section 9) */
static gboolean
is_atom_char (guint8 byte)
{
  return byte > ' ' && byte < 0x7f && strchr ("(){%*\"\\]", byte) == NULL;
}

/* ASTRING-CHAR = ATOM-CHAR / resp-specials */
static gboolean
is_astring_char (guint8 byte)
{
  return byte == ']' || is_atom_char (byte);
}

static gboolean
has_only (const char *text, gsize length, gboolean (*is_member) (guint8 byte))
{
  for (gsize i = 0; i < length; i++)
    if (!is_member ((guint8) text[i]))
      return FALSE;
  return length > 0;
}

gboolean
imap_is_atom (const char *text, gsize length)
{
  return has_only (text, length, is_atom_char);
}

gboolean
imap_is_astring_atom (const char *text, gsize length)
{
  return has_only (text, length, is_astring_char);
}

static gboolean
can_be_quoted (const char *text, gsize length, guint flags)
{
  gboolean is_ascii = TRUE;

  if (length > QUOTED_BYTES_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\0' || text[i] == '\r' || text[i] == '\n')
        return FALSE;
      is_ascii = is_ascii && (guint8) text[i] < 0x80;
    }
  return is_ascii || ((flags & IMAP_WRITE_UTF8) && g_utf8_validate (text, (gssize) length, NULL));
}

static void
append_quoted (GString *out, const char *text, gsize length)
{
  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '"' || text[i] == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, text[i]);
    }
  g_string_append_c (out, '"');
}

void
imap_append_string (GString *out, const char *text, gsize length, guint flags)
{
  if (can_be_quoted (text, length, flags))
    {
      append_quoted (out, text, length);
      return;
    }
  if (memchr (text, '\0', length) != NULL)
    g_string_append_c (out, '~');
  imap_append_literal (out, (const guint8 *) text, length);
}

void
imap_append_nstring (GString *out, const char *text, guint flags)
{
  if (text == NULL)
    g_string_append (out, "NIL");
  else
    imap_append_string (out, text, strlen (text), flags);
}

void
imap_append_astring (GString *out, const char *text, guint flags)
{
  gsize length = strlen (text);

  if (imap_is_astring_atom (text, length) && g_ascii_strcasecmp (text, "NIL") != 0)
    g_string_append (out, text);
  else
    imap_append_string (out, text, length, flags);
}

void
imap_append_mailbox (GString *out, const char *name, guint flags)
{
  g_autofree char *utf7 = (flags & IMAP_WRITE_UTF8) ? NULL : imap_name_to_utf7 (name);

  imap_append_astring (out, utf7 != NULL ? utf7 : name, flags);
}

void
imap_append_literal (GString *out, const guint8 *data, gsize length)
{
  g_string_append_printf (out, "{%" G_GSIZE_FORMAT "}\r\n", length);
  g_string_append_len (out, (const char *) data, (gssize) length);
}

void
imap_append_date_time (GString *out, const ImapDate *date)
{
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  gint64 local_s = date->time_us / G_USEC_PER_SEC + date->zone_minutes * 60;
  guint  zone = (guint) ABS (date->zone_minutes);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (local_s);

  /* Only moments beyond the year 9999, or before the year 1, have none. */
  if (time == NULL)
    time = g_date_time_new_from_unix_utc (0);
  g_string_append_printf (out, "\"%2d-%s-%04d %02d:%02d:%02d %c%02u%02u\"",
                          g_date_time_get_day_of_month (time),
                          months[g_date_time_get_month (time) - 1], g_date_time_get_year (time),
                          g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time), date->zone_minutes < 0 ? '-' : '+',
                          zone / 60, zone % 60);
}

void
imap_append_delimiter (GString *out, char delimiter)
{
  if (delimiter == '\0')
    g_string_append (out, "NIL");
  else
    append_quoted (out, &delimiter, 1);
}
