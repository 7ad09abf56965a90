/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "smtp"
#include "smtp-mailbox.h"

#include "smtp-deviation.h"
#include "smtp-profile.h"

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
WIRE_ELEMENT (ipv4_address, "IPv4 address", 5321, "4.1.3");
WIRE_ELEMENT (ipv6_address, "IPv6 address", 5321, "4.1.3");
WIRE_ELEMENT (literal_tag, "Kind of address", 5321, "4.1.3");
WIRE_ELEMENT (other_address, "Address of another kind", 5321, "4.1.3");

/* Classes of characters. */
enum
{
  ATEXT = 1 << 0,    /* of RFC 5322 section 3.2.3, which RFC 5321's Atom is made of */
  LDH = 1 << 1,      /* ALPHA / DIGIT / "-" */
  DCONTENT = 1 << 2, /* printable but "[", "\", "]" */
};

#define ALL (ATEXT | LDH | DCONTENT)

static const guint8 classes[256] = {
  ['0' ... '9'] = ALL,       ['A' ... 'Z'] = ALL,       ['a' ... 'z'] = ALL,
  ['-'] = ALL,               ['!'] = ATEXT | DCONTENT,  ['"'] = DCONTENT,
  ['#' ... '\''] = ATEXT | DCONTENT, ['(' ... ')'] = DCONTENT,
  ['*' ... '+'] = ATEXT | DCONTENT,  [','] = DCONTENT,
  ['.'] = DCONTENT,          ['/'] = ATEXT | DCONTENT,  [':' ... '<'] = DCONTENT,
  ['='] = ATEXT | DCONTENT,  ['>'] = DCONTENT,          ['?'] = ATEXT | DCONTENT,
  ['@'] = DCONTENT,          ['^' ... '`'] = ATEXT | DCONTENT,
  ['{' ... '~'] = ATEXT | DCONTENT,
};

/* Whether the byte at the cursor is of a class. */
static inline gboolean
is_next (const WireScan *scan, guint class)
{
  return scan->pos < scan->length && (classes[scan->data[scan->pos]] & class) != 0;
}

gboolean
smtp_scan_utf8_char (WireScan *scan)
{
  gsize    left = scan->length - scan->pos;
  gunichar c;

  if (left == 0 || scan->data[scan->pos] < 0x80)
    return wire_scan_fail (scan);
  c = g_utf8_get_char_validated ((const char *) scan->data + scan->pos, (gssize) left);
  if (c >= (gunichar) -2)
    return wire_scan_fail (scan);
  scan->pos += (gsize) g_unichar_to_utf8 (c, NULL);
  return TRUE;
}

static gboolean
scan_beyond_ascii (WireScan *scan, SmtpNeeds *needs)
{
  needs->is_utf8 = TRUE;
  return smtp_scan_utf8_char (scan);
}

/* Lets pass what only lenient servers take. */
static void
be_lenient (WireScan *scan, SmtpNeeds *needs, const WireDeviation *deviation, SmtpLeniency leniency)
{
  wire_scan_deviate (scan, deviation);
  needs->leniencies |= leniency;
}

/* Domains */

/* sub-domain = Let-dig [Ldh-str] / U-label. Underscores are tolerated. */
static gboolean
scan_sub_domain (WireScan *scan, SmtpNeeds *needs, gboolean *has_underscore)
{
  gsize start = scan->pos;

  for (;;)
    {
      int byte = wire_scan_peek (scan);

      if (is_next (scan, LDH))
        scan->pos++;
      else if (byte == '_')
        {
          *has_underscore = TRUE;
          scan->pos++;
        }
      else if (byte < 0x80)
        break;
      else if (!scan_beyond_ascii (scan, needs))
        return FALSE;
    }
  if (scan->pos == start)
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
smtp_scan_domain (WireScan *scan, SmtpNeeds *needs)
{
  WireMark mark = wire_scan_begin (scan, &domain);
  gboolean has_underscore = FALSE;
  gboolean has_trailing_dot = FALSE;
  gboolean matched = scan_sub_domain (scan, needs, &has_underscore);

  while (matched && !has_trailing_dot && wire_scan_peek (scan) == '.')
    {
      int next = wire_scan_peek_at (scan, 1);

      scan->pos++;
      /* What can follow a whole path. */
      has_trailing_dot = next == '>' || next == ' ' || next == '\r' || next == '\n';
      matched = has_trailing_dot || scan_sub_domain (scan, needs, &has_underscore);
    }
  if (matched && has_underscore)
    be_lenient (scan, needs, &smtp_deviation_underscore_in_path, SMTP_LENIENT_ODD_PATHS);
  if (matched && has_trailing_dot)
    be_lenient (scan, needs, &smtp_deviation_trailing_dot_in_path, SMTP_LENIENT_ODD_PATHS);
  return wire_scan_end (scan, mark,
                        matched && (scan->pos - mark.pos <= SMTP_DOMAIN_BYTES_MAX ||
                                    wire_scan_fail (scan)));
}

/* Address literals */

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

/* IPv6-addr. GLib also takes one with a zone after "%", which no literal has. */
static gboolean
is_ipv6 (const char *text)
{
  return strchr (text, ':') != NULL && strchr (text, '%') == NULL &&
         g_hostname_is_ip_address (text) && has_room_for_zeros (text);
}

/* Standardized-tag ":" 1*dcontent */
static gboolean
is_general (const char *text, const char *colon)
{
  for (const char *c = text; c < colon; c++)
    if ((classes[(guint8) *c] & LDH) == 0)
      return FALSE;
  return colon > text && colon[-1] != '-' && colon[1] != '\0';
}

/* IPv4-address-literal / IPv6-address-literal / General-address-literal, which is @text */
static gboolean
scan_literal_content (WireScan *scan, const char *text)
{
  const char *colon = strchr (text, ':');
  gsize       tag_length = colon != NULL ? (gsize) (colon - text) + 1 : 0;

  if (g_ascii_strncasecmp (text, "IPv6:", 5) == 0)
    {
      if (!is_ipv6 (text + 5))
        return wire_scan_fail (scan);
      wire_scan_leaf (scan, &literal_tag, tag_length);
      wire_scan_leaf (scan, &ipv6_address, strlen (text + 5));
    }
  else if (colon == NULL)
    {
      if (!g_hostname_is_ip_address (text))
        return wire_scan_fail (scan);
      wire_scan_leaf (scan, &ipv4_address, strlen (text));
    }
  else
    {
      if (!is_general (text, colon))
        return wire_scan_fail (scan);
      wire_scan_leaf (scan, &literal_tag, tag_length);
      wire_scan_leaf (scan, &other_address, strlen (colon + 1));
    }
  return TRUE;
}

gboolean
smtp_scan_address_literal (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &address_literal);
  gboolean matched = wire_scan_byte (scan, '[');

  if (matched)
    {
      g_autofree char *text = NULL;
      gsize            length = 0;

      while (scan->pos + length < scan->length &&
             (classes[scan->data[scan->pos + length]] & DCONTENT) != 0)
        length++;
      text = g_strndup ((const char *) scan->data + scan->pos, length);
      matched = scan_literal_content (scan, text) && wire_scan_byte (scan, ']');
    }
  return wire_scan_end (scan, mark, matched);
}

/* Mailboxes */

/* Quoted-string = DQUOTE *QcontentSMTP DQUOTE */
static gboolean
scan_quoted_string (WireScan *scan, SmtpNeeds *needs)
{
  WireMark mark = wire_scan_begin (scan, &quoted_string);
  gboolean matched = wire_scan_byte (scan, '"');

  while (matched && wire_scan_peek (scan) != '"')
    {
      gboolean is_pair = wire_scan_peek (scan) == '\\';

      if (is_pair)
        scan->pos++;
      if (!is_pair && wire_scan_peek (scan) >= 0x80)
        matched = scan_beyond_ascii (scan, needs);
      else if (wire_scan_peek (scan) >= 32 && wire_scan_peek (scan) <= 126)
        scan->pos++;
      else
        matched = wire_scan_fail (scan);
    }
  return wire_scan_end (scan, mark, matched && wire_scan_byte (scan, '"'));
}

/* Dot-string = Atom *("." Atom). Dots without an Atom on both sides are tolerated. */
static gboolean
scan_dot_string (WireScan *scan, SmtpNeeds *needs)
{
  gboolean is_after_dot = TRUE;
  gboolean has_odd_dot = FALSE;
  gboolean has_atom = FALSE;

  for (;;)
    {
      int byte = wire_scan_peek (scan);

      if (byte == '.')
        {
          has_odd_dot |= is_after_dot;
          is_after_dot = TRUE;
          scan->pos++;
          continue;
        }
      if (is_next (scan, ATEXT))
        scan->pos++;
      else if (byte < 0x80)
        break;
      else if (!scan_beyond_ascii (scan, needs))
        return FALSE;
      is_after_dot = FALSE;
      has_atom = TRUE;
    }
  if (!has_atom)
    return wire_scan_fail (scan);
  if (has_odd_dot || is_after_dot)
    be_lenient (scan, needs, &smtp_deviation_dot_in_path, SMTP_LENIENT_ODD_PATHS);
  return TRUE;
}

/* Local-part = Dot-string / Quoted-string */
static gboolean
scan_local_part (WireScan *scan, SmtpNeeds *needs)
{
  WireMark mark = wire_scan_begin (scan, &local_part);
  gboolean matched = wire_scan_peek (scan) == '"' ? scan_quoted_string (scan, needs)
                                                  : scan_dot_string (scan, needs);

  return wire_scan_end (scan, mark,
                        matched && (scan->pos - mark.pos <= SMTP_LOCAL_PART_BYTES_MAX ||
                                    wire_scan_fail (scan)));
}

gboolean
smtp_scan_mailbox (WireScan *scan, SmtpNeeds *needs)
{
  WireMark mark = wire_scan_begin (scan, &mailbox);

  return wire_scan_end (scan, mark,
                        scan_local_part (scan, needs) && wire_scan_byte (scan, '@') &&
                            (wire_scan_peek (scan) == '[' ? smtp_scan_address_literal (scan)
                                                          : smtp_scan_domain (scan, needs)));
}

gboolean
smtp_mailbox_is_valid (const char *text, gboolean may_be_utf8)
{
  SmtpNeeds needs = { 0 };
  WireScan  scan;

  wire_scan_init (&scan, (const guint8 *) text, strlen (text), NULL);
  return smtp_scan_mailbox (&scan, &needs) && wire_scan_at_end (&scan) && needs.leniencies == 0 &&
         (may_be_utf8 || !needs.is_utf8);
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
scan_source_route (WireScan *scan, SmtpNeeds *needs)
{
  WireMark mark = wire_scan_begin (scan, &source_route);
  gboolean matched = wire_scan_byte (scan, '@') && smtp_scan_domain (scan, needs);

  while (matched && wire_scan_peek (scan) == ',')
    {
      scan->pos++;
      matched = wire_scan_byte (scan, '@') && smtp_scan_domain (scan, needs);
    }
  wire_scan_deviate (scan, &smtp_deviation_route_in_path);
  return wire_scan_end (scan, mark, matched && wire_scan_byte (scan, ':'));
}

/* Path = "<" [ A-d-l ":" ] Mailbox ">"; without brackets it is tolerated. What is
 * handed out is the mailbox, its source route left out. */
static gboolean
scan_path (WireScan *scan, SmtpNeeds *needs, char **out_path)
{
  gsize    start = scan->pos;
  gboolean is_bracketed = wire_scan_peek (scan) == '<';
  gsize    mailbox_start;
  gsize    mailbox_end;

  if (is_bracketed)
    scan->pos++;
  else
    be_lenient (scan, needs, &smtp_deviation_missing_brackets, SMTP_LENIENT_NO_BRACKETS);
  if (is_bracketed && wire_scan_peek (scan) == '@' && !scan_source_route (scan, needs))
    return FALSE;
  mailbox_start = scan->pos;
  if (!smtp_scan_mailbox (scan, needs))
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
smtp_scan_reverse_path (WireScan *scan, SmtpNeeds *needs, char **out_path)
{
  WireMark mark = wire_scan_begin (scan, &reverse_path);

  if (wire_scan_peek (scan) == '<' && wire_scan_peek_at (scan, 1) == '>')
    {
      wire_scan_leaf (scan, &null_path, 2);
      *out_path = g_strdup ("");
      return wire_scan_end (scan, mark, TRUE);
    }
  return wire_scan_end (scan, mark, scan_path (scan, needs, out_path));
}

/* <Postmaster>, the one forward-path without a domain (RFC 5321 section 4.1.1.3). */
static gboolean
scan_postmaster (WireScan *scan, char **out_path)
{
  WireMark mark;

  if (wire_scan_peek (scan) != '<' || (wire_scan_peek_at (scan, 1) | 0x20) != 'p')
    return FALSE;
  mark = wire_scan_begin (scan, &postmaster);
  scan->pos++;
  if (!wire_scan_text (scan, "Postmaster") || !wire_scan_byte (scan, '>'))
    return wire_scan_end (scan, mark, FALSE);
  *out_path = g_strdup ("postmaster");
  return wire_scan_end (scan, mark, TRUE);
}

gboolean
smtp_scan_forward_path (WireScan *scan, SmtpNeeds *needs, char **out_path)
{
  WireMark mark = wire_scan_begin (scan, &forward_path);

  return wire_scan_end (scan, mark,
                        scan_postmaster (scan, out_path) || scan_path (scan, needs, out_path));
}
