/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-mailbox.h"

#include <string.h>

WIRE_ELEMENT (reverse_path, "Reverse-path", 5321, "4.1.2");
WIRE_ELEMENT (forward_path, "Forward-path", 5321, "4.1.2");
WIRE_ELEMENT (null_path, "Null reverse-path", 5321, "4.5.5");
WIRE_ELEMENT (postmaster, "Postmaster", 5321, "4.5.1");
WIRE_ELEMENT (source_route, "Source route", 5321, "4.1.2");
WIRE_ELEMENT (mailbox, "Mailbox", 5321, "4.1.2");
WIRE_ELEMENT (local_part, "Local-part", 5321, "4.1.2");
WIRE_ELEMENT (quoted_string, "Quoted-string", 5321, "4.1.2");
WIRE_ELEMENT (domain, "Domain", 5321, "4.1.2");
WIRE_ELEMENT (address_literal, "Address literal", 5321, "4.1.3");

/* atext of RFC 5322 section 3.2.3, which RFC 5321's Atom is made of. */
static gboolean
is_atext (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", byte) != NULL);
}

static gboolean
is_let_dig_hyphen (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '-';
}

static gboolean
is_dcontent (guint8 byte)
{
  return (byte >= 33 && byte <= 90) || (byte >= 94 && byte <= 126);
}

/* Domains */

/* sub-domain = Let-dig [Ldh-str]. */
static gboolean
scan_sub_domain (WireScan *scan)
{
  gsize start = scan->pos;

  if (wire_scan_while (scan, is_let_dig_hyphen) == 0)
    return wire_scan_fail (scan);
  if (scan->data[start] == '-' || scan->data[scan->pos - 1] == '-')
    {
      wire_scan_fail (scan);
      scan->pos = start;
      return FALSE;
    }
  return TRUE;
}

gboolean
smtp_scan_domain (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &domain);
  gboolean matched = scan_sub_domain (scan);

  while (matched && wire_scan_peek (scan) == '.')
    {
      scan->pos++;
      matched = scan_sub_domain (scan);
    }
  return wire_scan_end (scan, mark,
                        matched && (scan->pos - mark.pos <= SMTP_DOMAIN_BYTES_MAX ||
                                    wire_scan_fail (scan)));
}

/* IPv6-comp, IPv6v4-comp: "::" stands for two groups at the least, so that there are no more than
 * six others; an IPv4 address is two. */
static gboolean
has_room_for_zeros (const char *address)
{
  guint n_groups = strchr (address, '.') != NULL ? 1 : 0;

  if (strstr (address, "::") == NULL)
    return TRUE;
  for (const char *c = address; *c != '\0'; c++)
    n_groups += *c != ':' && (c == address || c[-1] == ':');
  return n_groups <= 6;
}

/* What stands between the brackets: an IPv4 address, "IPv6:" and an IPv6
 * address, or a tag (Ldh-str), ":" and something. GLib also takes an IPv6 address
 * with a zone after "%", which no literal has. */
static gboolean
is_literal (const char *text)
{
  const char *colon = strchr (text, ':');

  if (g_ascii_strncasecmp (text, "IPv6:", 5) == 0)
    return strchr (text + 5, ':') != NULL && strchr (text, '%') == NULL &&
           g_hostname_is_ip_address (text + 5) && has_room_for_zeros (text + 5);
  if (colon == NULL)
    return g_hostname_is_ip_address (text);
  for (const char *c = text; c < colon; c++)
    if (!is_let_dig_hyphen ((guint8) *c))
      return FALSE;
  return colon > text && colon[-1] != '-' && colon[1] != '\0';
}

gboolean
smtp_scan_address_literal (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &address_literal);
  gboolean matched = wire_scan_byte (scan, '[');

  if (matched)
    {
      gsize            start = scan->pos;
      g_autofree char *text = NULL;

      wire_scan_while (scan, is_dcontent);
      text = g_strndup ((const char *) scan->data + start, scan->pos - start);
      matched = is_literal (text) ? wire_scan_byte (scan, ']') : wire_scan_fail (scan);
    }
  return wire_scan_end (scan, mark, matched);
}

/* Mailboxes */

/* Quoted-string = DQUOTE *QcontentSMTP DQUOTE */
static gboolean
scan_quoted_string (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &quoted_string);
  gboolean matched = wire_scan_byte (scan, '"');

  while (matched && wire_scan_peek (scan) != '"')
    {
      if (wire_scan_peek (scan) == '\\')
        scan->pos++;
      matched = wire_scan_peek (scan) >= 32 && wire_scan_peek (scan) <= 126;
      if (matched)
        scan->pos++;
      else
        wire_scan_fail (scan);
    }
  return wire_scan_end (scan, mark, matched && wire_scan_byte (scan, '"'));
}

/* Dot-string = Atom *("." Atom) */
static gboolean
scan_dot_string (WireScan *scan)
{
  do
    if (wire_scan_while (scan, is_atext) == 0)
      return wire_scan_fail (scan);
  while (wire_scan_peek (scan) == '.' && scan->pos++ < scan->length);
  return TRUE;
}

/* Local-part = Dot-string / Quoted-string */
static gboolean
scan_local_part (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &local_part);
  gboolean matched =
      wire_scan_peek (scan) == '"' ? scan_quoted_string (scan) : scan_dot_string (scan);

  return wire_scan_end (scan, mark,
                        matched && (scan->pos - mark.pos <= SMTP_LOCAL_PART_BYTES_MAX ||
                                    wire_scan_fail (scan)));
}

gboolean
smtp_scan_mailbox (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &mailbox);

  return wire_scan_end (scan, mark,
                        scan_local_part (scan) && wire_scan_byte (scan, '@') &&
                            (wire_scan_peek (scan) == '[' ? smtp_scan_address_literal (scan)
                                                          : smtp_scan_domain (scan)));
}

/* The "@" that ends a local-part: there may be others in quotes before it, and in an
 * address literal after it. Returns: (nullable) */
static const char *
find_at (const char *mailbox)
{
  const char *c = mailbox;

  if (*c == '"')
    for (c++; *c != '\0' && *c != '"'; c++)
      if (*c == '\\' && c[1] != '\0')
        c++;
  return strchr (c, '@');
}

void
smtp_mailbox_split (const char *text, char **out_local_part, char **out_domain)
{
  const char *at = find_at (text);
  const char *end = at != NULL ? at : text + strlen (text);
  GString    *local = g_string_new (NULL);

  if (end - text >= 2 && *text == '"' && end[-1] == '"')
    for (const char *c = text + 1; c < end - 1; c++)
      {
        if (*c == '\\' && c + 1 < end - 1)
          c++;
        g_string_append_c (local, *c);
      }
  else
    g_string_append_len (local, text, end - text);
  *out_local_part = g_string_free (local, FALSE);
  *out_domain = at != NULL ? g_strdup (at + 1) : NULL;
}

/* Paths */

/* A-d-l ":", accepted and ignored. */
static gboolean
scan_source_route (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &source_route);
  gboolean matched = wire_scan_byte (scan, '@') && smtp_scan_domain (scan);

  while (matched && wire_scan_peek (scan) == ',')
    {
      scan->pos++;
      matched = wire_scan_byte (scan, '@') && smtp_scan_domain (scan);
    }
  wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
  return wire_scan_end (scan, mark, matched && wire_scan_byte (scan, ':'));
}

/* Path = "<" [ A-d-l ":" ] Mailbox ">"; without brackets it is tolerated. What is
 * handed out is the mailbox, its source route left out. */
static gboolean
scan_path (WireScan *scan, char **out_path)
{
  gsize    start = scan->pos;
  gboolean is_bracketed = wire_scan_peek (scan) == '<';
  gsize    mailbox_start;
  gsize    mailbox_end;

  if (is_bracketed)
    scan->pos++;
  else
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  if (is_bracketed && wire_scan_peek (scan) == '@' && !scan_source_route (scan))
    return FALSE;
  mailbox_start = scan->pos;
  if (!smtp_scan_mailbox (scan))
    return FALSE;
  mailbox_end = scan->pos;
  if (is_bracketed && !wire_scan_byte (scan, '>'))
    return FALSE;
  if (scan->pos - start > SMTP_PATH_BYTES_MAX)
    return wire_scan_fail (scan);
  *out_path = g_strndup ((const char *) scan->data + mailbox_start, mailbox_end - mailbox_start);
  return TRUE;
}

gboolean
smtp_scan_reverse_path (WireScan *scan, char **out_path)
{
  WireMark mark = wire_scan_begin (scan, &reverse_path);

  if (wire_scan_peek (scan) == '<' && wire_scan_peek_at (scan, 1) == '>')
    {
      wire_scan_leaf (scan, &null_path, 2);
      *out_path = g_strdup ("");
      return wire_scan_end (scan, mark, TRUE);
    }
  return wire_scan_end (scan, mark, scan_path (scan, out_path));
}

/* <Postmaster>, the one forward-path without a domain (RFC 5321 section 4.1.1.3). */
static gboolean
scan_postmaster (WireScan *scan, char **out_path)
{
  WireMark mark;

  if (wire_scan_peek (scan) != '<')
    return FALSE;
  mark = wire_scan_begin (scan, &postmaster);
  scan->pos++;
  if (!wire_scan_text (scan, "Postmaster") || !wire_scan_byte (scan, '>'))
    return wire_scan_end (scan, mark, FALSE);
  *out_path = g_strdup ("postmaster");
  return wire_scan_end (scan, mark, TRUE);
}

gboolean
smtp_scan_forward_path (WireScan *scan, char **out_path)
{
  WireMark mark = wire_scan_begin (scan, &forward_path);

  return wire_scan_end (scan, mark,
                        scan_postmaster (scan, out_path) || scan_path (scan, out_path));
}
