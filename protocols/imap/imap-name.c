/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-name.h"

#include <string.h>

/* Modified UTF-7 (RFC 3501 section 5.1.3) */

/* base64 with "," for "/" */
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* Bits that wait to be written or read, six at a time on the wire and 16 in text. */
typedef struct
{
  guint32 bits;
  guint   n_bits;
} Shift;

static gboolean
is_direct (gunichar c)
{
  return c >= 0x20 && c <= 0x7e;
}

static void
append_unit (GString *out, Shift *shift, guint unit)
{
  shift->bits = shift->bits << 16 | unit;
  shift->n_bits += 16;
  while (shift->n_bits >= 6)
    {
      shift->n_bits -= 6;
      g_string_append_c (out, alphabet[shift->bits >> shift->n_bits & 63]);
    }
}

static void
append_shifted (GString *out, Shift *shift, gunichar c)
{
  if (c < 0x10000)
    {
      append_unit (out, shift, c);
      return;
    }
  append_unit (out, shift, 0xd800 + ((c - 0x10000) >> 10));
  append_unit (out, shift, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void
end_shift (GString *out, Shift *shift)
{
  if (shift->n_bits > 0)
    g_string_append_c (out, alphabet[shift->bits << (6 - shift->n_bits) & 63]);
  g_string_append_c (out, '-');
  *shift = (Shift){ 0, 0 };
}

char *
imap_name_to_utf7 (const char *name)
{
  GString *out = g_string_new (NULL);
  gboolean is_shifted = FALSE;
  Shift    shift = { 0, 0 };

  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (is_direct (c) == is_shifted)
        {
          if (is_shifted)
            end_shift (out, &shift);
          else
            g_string_append_c (out, '&');
          is_shifted = !is_shifted;
        }
      if (is_shifted)
        append_shifted (out, &shift, c);
      else if (c == '&')
        g_string_append (out, "&-");
      else
        g_string_append_c (out, (char) c);
    }
  if (is_shifted)
    end_shift (out, &shift);
  return g_string_free (out, FALSE);
}

/* Appends what one unit of UTF-16 says. @high: the first half of a pair that waits; 0: none.
 * Returns: FALSE for half a pair, NUL, and what needs no shift */
static gboolean
append_utf16 (GString *out, guint unit, guint *high)
{
  gboolean is_low = unit >= 0xdc00 && unit <= 0xdfff;

  if (is_low != (*high != 0))
    return FALSE;
  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      *high = unit;
      return TRUE;
    }
  if (unit == 0 || is_direct (unit))
    return FALSE;
  g_string_append_unichar (out, is_low ? 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00)
                                       : unit);
  *high = 0;
  return TRUE;
}

/* Reads what stands between "&" and "-" at @at. Returns: where the "-" stands; NULL: it is
 * wrong. */
static const char *
read_shifted (const char *at, const char *end, GString *out)
{
  Shift shift = { 0, 0 };
  guint high = 0;

  for (; at < end && *at != '-'; at++)
    {
      const char *digit = *at != '\0' ? strchr (alphabet, *at) : NULL;

      if (digit == NULL)
        return NULL;
      shift.bits = shift.bits << 6 | (guint32) (digit - alphabet);
      shift.n_bits += 6;
      if (shift.n_bits < 16)
        continue;
      shift.n_bits -= 16;
      if (!append_utf16 (out, shift.bits >> shift.n_bits & 0xffff, &high))
        return NULL;
    }
  /* What is left over is less than a digit, and zero. */
  if (at == end || high != 0 || shift.n_bits >= 6 || (shift.bits & ((1u << shift.n_bits) - 1)) != 0)
    return NULL;
  return at;
}

char *
imap_name_from_utf7 (const char *text, gsize length)
{
  g_autoptr (GString) out = g_string_sized_new (length);
  const char *end = length > 0 ? text + length : text;
  gboolean    was_shifted = FALSE; /* and nothing stands between: one shift would have done */

  for (const char *at = text; at < end; at++)
    {
      if (!is_direct ((guchar) *at))
        return NULL;
      if (*at != '&')
        {
          g_string_append_c (out, *at);
          was_shifted = FALSE;
        }
      else if (at + 1 < end && at[1] == '-')
        {
          g_string_append_c (out, '&');
          was_shifted = FALSE;
          at++;
        }
      else if (was_shifted || (at = read_shifted (at + 1, end, out)) == NULL)
        return NULL;
      else
        was_shifted = TRUE;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
imap_name_is_valid (const char *name, char delimiter)
{
  gsize    length = strlen (name);
  guint    n_levels = 1;
  gboolean is_level_empty = TRUE;

  if (length == 0 || length > IMAP_NAME_BYTES_MAX || !g_utf8_validate_len (name, length, NULL))
    return FALSE;
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == '%' ||
          c == '*')
        return FALSE;
      if (c != (guchar) delimiter)
        is_level_empty = FALSE;
      else if (is_level_empty)
        return FALSE;
      else
        {
          n_levels++;
          is_level_empty = TRUE;
        }
    }
  return !is_level_empty && n_levels <= IMAP_NAME_LEVELS_MAX;
}

gboolean
imap_name_is_inbox (const char *name)
{
  return g_ascii_strcasecmp (name, "INBOX") == 0;
}

/* Patterns of LIST */

static gboolean
is_wildcard (char c)
{
  return c == '*' || c == '%';
}

/* How much of @name is INBOX as its first level: there case does not count. */
static gsize
get_inbox_length (const char *name, char delimiter)
{
  gsize length = strlen ("INBOX");

  if (g_ascii_strncasecmp (name, "INBOX", length) == 0 &&
      (name[length] == '\0' || name[length] == delimiter))
    return length;
  return 0;
}

/* "**", "%*" and the like are no more than "*", and "%%" no more than "%". Returns: the pattern's
 * length now; @n_literals: of it, what is no wild card */
static gsize
collapse (char *pattern, gsize *n_literals)
{
  gsize n = 0;

  *n_literals = 0;
  for (const char *at = pattern; *at != '\0'; at++)
    if (!is_wildcard (*at))
      {
        pattern[n++] = *at;
        ++*n_literals;
      }
    else if (n == 0 || !is_wildcard (pattern[n - 1]))
      pattern[n++] = *at;
    else if (*at == '*')
      pattern[n - 1] = '*';
  pattern[n] = '\0';
  return n;
}

/* All ways through the pattern at once: a place in it is reached, or not. Wild cards are passed by
 * for nothing. */
static void
reach (guint8 *reached, const char *pattern, gsize at)
{
  reached[at] = TRUE;
  while (is_wildcard (pattern[at]))
    reached[++at] = TRUE;
}

static gboolean
match_wild (const char *pattern, gsize length, const char *name, char delimiter, gsize n_inbox)
{
  g_autofree guint8 *now = g_malloc0 (length + 1);
  g_autofree guint8 *next = g_malloc0 (length + 1);

  reach (now, pattern, 0);
  for (gsize i = 0; name[i] != '\0'; i++)
    {
      gboolean is_any = FALSE;

      memset (next, 0, length + 1);
      for (gsize at = 0; at < length; at++)
        {
          if (!now[at])
            continue;
          if (pattern[at] == '*' || (pattern[at] == '%' && name[i] != delimiter))
            reach (next, pattern, at);
          else if (pattern[at] == name[i] ||
                   (i < n_inbox && g_ascii_toupper (pattern[at]) == g_ascii_toupper (name[i])))
            reach (next, pattern, at + 1);
          else
            continue;
          is_any = TRUE;
        }
      if (!is_any)
        return FALSE;
      memcpy (now, next, length + 1);
    }
  return now[length];
}

gboolean
imap_name_matches (const char *pattern, const char *name, char delimiter)
{
  g_autofree char *collapsed = NULL;
  gsize            n_inbox = get_inbox_length (name, delimiter);
  gsize            n_literals;
  gsize            length;

  /* What comes before the first wild card settles most names. */
  for (gsize i = 0; !is_wildcard (pattern[i]); i++)
    {
      if (pattern[i] != name[i] &&
          (i >= n_inbox || g_ascii_toupper (pattern[i]) != g_ascii_toupper (name[i])))
        return FALSE;
      if (pattern[i] == '\0')
        return TRUE;
    }
  collapsed = g_strdup (pattern);
  length = collapse (collapsed, &n_literals);
  return n_literals <= strlen (name) && match_wild (collapsed, length, name, delimiter, n_inbox);
}
