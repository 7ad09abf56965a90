/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-scan.h"

#include "imap-deviation.h"

#include <string.h>
#include <wire/wire-base64.h>

WIRE_ELEMENT (quoted, "Quoted string", 9051, "4.3");
WIRE_ELEMENT (literal, "Literal", 9051, "4.3");
WIRE_ELEMENT (literal8, "Literal of any octets", 9051, "4.3");
WIRE_ELEMENT (literal_size, "Announcement of a literal", 9051, "4.3");
WIRE_ELEMENT (literal_octets, "Octets of the literal", 9051, "4.3");
WIRE_ELEMENT (nil, "NIL", 9051, "4.5");
WIRE_ELEMENT (argument, "Argument", 9051, "2.2.1");
WIRE_ELEMENT (parenthesis, "Parenthesis", 9051, "4.4");

void
imap_text_clear (ImapText *self)
{
  g_free (self->unescaped);
  *self = (ImapText){ 0 };
}

char *
imap_text_dup (const ImapText *self)
{
  return g_strndup (self->text != NULL ? self->text : "", self->length);
}

GBytes *
imap_text_dup_bytes (const ImapText *self)
{
  return g_bytes_new (self->text, self->length);
}

/* What is read where the unit has ended already. */
static gboolean
take_nothing (ImapText *out_text)
{
  *out_text = (ImapText){ .text = "" };
  return TRUE;
}

static void
take_since (const ImapScan *self, gsize start, ImapText *out_text)
{
  *out_text = (ImapText){
    .text = (const char *) self->scan->data + start,
    .length = self->scan->pos - start,
  };
}

/* Octets beyond ASCII outside of literals: UTF-8 where that was agreed on. */
static gboolean
check_utf8 (ImapScan *self, const ImapText *text)
{
  for (gsize i = 0; i < text->length; i++)
    if ((guchar) text->text[i] >= 0x80)
      return (self->is_utf8 && g_utf8_validate_len (text->text, text->length, NULL)) ||
             imap_scan_deviate (self, &imap_deviation_eight_bit_string);
  return TRUE;
}

/* Atoms */

static gboolean
is_of_class (guint8 byte, guint classes)
{
  return (imap_byte_classes[byte] & classes) != 0;
}

static gsize
count_bytes (const ImapScan *self, guint classes)
{
  const WireScan *scan = self->scan;
  gsize           n = scan->pos;

  while (n < scan->length && is_of_class (scan->data[n], classes))
    n++;
  return n - scan->pos;
}

gboolean
imap_scan_atom (ImapScan *self, const WireElement *element, ImapText *out_text)
{
  WireScan *scan = self->scan;
  gsize     length;
  WireMark  mark;

  if (self->is_cut)
    return take_nothing (out_text);
  length = count_bytes (self, IMAP_BYTE_ATOM);
  mark = wire_scan_begin (scan, element);
  if (length == 0)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos += length;
  take_since (self, mark.pos, out_text);
  return wire_scan_end (scan, mark, TRUE);
}

/* Bytes of @classes, and what clients leave unquoted that is not. */
static gboolean
scan_bare (ImapScan *self, guint classes, ImapText *out_text)
{
  gsize    start = self->scan->pos;
  gsize    n_right = count_bytes (self, classes);
  gsize    n_odd = count_bytes (self, classes | IMAP_BYTE_ODD);
  ImapText text;

  self->scan->pos += n_right;
  if (n_odd == 0)
    return wire_scan_fail (self->scan);
  if (n_odd > n_right)
    {
      if (self->is_strict)
        return wire_scan_fail (self->scan);
      self->scan->pos = start + n_odd;
      take_since (self, start, &text);
      for (gsize i = n_right; i < n_odd; i++)
        if ((guchar) text.text[i] < 0x80 && !is_of_class ((guint8) text.text[i], classes))
          {
            wire_scan_deviate (self->scan, &imap_deviation_odd_atom);
            break;
          }
      check_utf8 (self, &text);
    }
  take_since (self, start, out_text);
  return TRUE;
}

/* Quoted strings */

static gboolean
is_quoted_special (int byte)
{
  return byte == '"' || byte == '\\';
}

/* Where the quoted string ends that begins at the cursor: at its DQUOTE, or where it is wrong.
 * @is_escaped: whether a backslash in it stands for what follows; @is_odd: whether one does not */
static gsize
find_quoted_end (const WireScan *scan, gboolean *is_escaped, gboolean *is_odd)
{
  gsize at = scan->pos + 1;

  *is_escaped = *is_odd = FALSE;
  for (; at < scan->length; at++)
    {
      guint8 byte = scan->data[at];

      if (byte == '"' || byte == '\0' || byte == '\r' || byte == '\n')
        break;
      if (byte != '\\')
        continue;
      if (at + 1 < scan->length && is_quoted_special (scan->data[at + 1]))
        {
          *is_escaped = TRUE;
          at++;
        }
      else
        *is_odd = TRUE;
    }
  return at;
}

static void
unescape (ImapText *text)
{
  char *to = text->unescaped = g_malloc (text->length + 1);

  for (gsize i = 0; i < text->length; i++)
    {
      if (text->text[i] == '\\' && i + 1 < text->length && is_quoted_special (text->text[i + 1]))
        i++;
      *to++ = text->text[i];
    }
  *to = '\0';
  text->length = (gsize) (to - text->unescaped);
  text->text = text->unescaped;
}

/* quoted = DQUOTE *QUOTED-CHAR DQUOTE */
gboolean
imap_scan_quoted (ImapScan *self, ImapText *out_text)
{
  WireScan *scan = self->scan;
  gboolean  is_escaped;
  gboolean  is_odd;
  WireMark  mark;
  ImapText  text;
  gsize     end;

  if (self->is_cut)
    return take_nothing (out_text);
  mark = wire_scan_begin (scan, &quoted);
  if (wire_scan_peek (scan) != '"')
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  end = find_quoted_end (scan, &is_escaped, &is_odd);
  scan->pos = end;
  take_since (self, mark.pos + 1, &text);
  if (!wire_scan_byte (scan, '"') || !check_utf8 (self, &text) ||
      (is_odd && !imap_scan_deviate (self, &imap_deviation_odd_backslash)))
    return wire_scan_end (scan, mark, FALSE);
  if (is_escaped)
    unescape (&text);
  *out_text = text;
  return wire_scan_end (scan, mark, TRUE);
}

/* Literals */

/* "{" number64 ["+"] "}" CRLF (RFC 7888 section 8) */
static gboolean
scan_literal_size (ImapScan *self, gboolean is_binary, guint64 *out_size)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &literal_size);
  gboolean  matched;

  matched = (!is_binary || wire_scan_byte (scan, '~')) && wire_scan_byte (scan, '{') &&
            wire_scan_number (scan, 1, G_MAXUINT, out_size) &&
            (*out_size <= IMAP_NUMBER64_MAX || wire_scan_fail (scan));
  if (matched && wire_scan_peek (scan) == '+')
    scan->pos++;
  matched = matched && wire_scan_byte (scan, '}');
  if (matched && wire_scan_peek (scan) == '\n')
    {
      matched = imap_scan_deviate (self, &imap_deviation_lf_ends_imap_line);
      scan->pos += matched;
    }
  else
    matched = matched && wire_scan_crlf (scan);
  return wire_scan_end (scan, mark, matched);
}

/* *OCTET, or else *CHAR8, which has no NUL; @flags: IMAP_LITERAL_NUL lets one pass */
static gboolean
scan_literal_octets (ImapScan *self, guint64 size, gboolean is_binary, guint flags,
                     ImapText *out_text)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &literal_octets);
  gboolean  matched = TRUE;

  if (scan->length - scan->pos < size)
    {
      scan->pos = scan->length;
      return wire_scan_end (scan, mark, wire_scan_fail (scan));
    }
  scan->pos += size;
  take_since (self, mark.pos, out_text);
  if (!is_binary && size > 0 && memchr (out_text->text, '\0', size) != NULL)
    matched = (flags & IMAP_LITERAL_NUL) != 0
                  ? imap_scan_deviate (self, &imap_deviation_nul_in_literal)
                  : wire_scan_fail (scan);
  return wire_scan_end (scan, mark, matched);
}

/* literal = "{" number64 ["+"] "}" CRLF *CHAR8; literal8 = "~{" number64 ["+"] "}" CRLF *OCTET */
gboolean
imap_scan_literal (ImapScan *self, guint flags, ImapText *out_text)
{
  WireScan *scan = self->scan;
  gboolean  is_binary = wire_scan_peek (scan) == '~' && (flags & IMAP_LITERAL_BINARY) != 0;
  ImapText  text = { .text = "" };
  guint64   size;
  WireMark  mark;

  if (self->is_cut)
    return take_nothing (out_text);
  mark = wire_scan_begin (scan, is_binary ? &literal8 : &literal);
  if (!scan_literal_size (self, is_binary, &size))
    return wire_scan_end (scan, mark, FALSE);
  if (self->may_be_cut && wire_scan_at_end (scan))
    self->is_cut = TRUE;
  else if (!scan_literal_octets (self, size, is_binary, flags, &text))
    return wire_scan_end (scan, mark, FALSE);
  *out_text = text;
  out_text->is_literal = TRUE;
  out_text->is_binary = is_binary;
  return wire_scan_end (scan, mark, TRUE);
}

/* string = quoted / literal */
gboolean
imap_scan_string (ImapScan *self, ImapText *out_text)
{
  return wire_scan_peek (self->scan) == '{' ? imap_scan_literal (self, 0, out_text)
                                            : imap_scan_quoted (self, out_text);
}

gboolean
imap_scan_string8 (ImapScan *self, ImapText *out_text)
{
  return wire_scan_peek (self->scan) == '~'
             ? imap_scan_literal (self, IMAP_LITERAL_BINARY, out_text)
             : imap_scan_string (self, out_text);
}

static gboolean
is_at_nil (const ImapScan *self)
{
  const WireScan *scan = self->scan;

  return scan->length - scan->pos >= 3 &&
         g_ascii_strncasecmp ((const char *) scan->data + scan->pos, "NIL", 3) == 0 &&
         count_bytes (self, IMAP_BYTE_ASTRING) == 3;
}

/* nstring = string / nil */
gboolean
imap_scan_nstring (ImapScan *self, const WireElement *element, ImapText *out_text)
{
  WireMark mark;
  gboolean matched;

  if (self->is_cut)
    return take_nothing (out_text);
  mark = wire_scan_begin (self->scan, element);
  if (is_at_nil (self))
    {
      wire_scan_leaf (self->scan, &nil, 3);
      *out_text = (ImapText){ .is_nil = TRUE };
      matched = TRUE;
    }
  else
    matched = imap_scan_string8 (self, out_text);
  return wire_scan_end (self->scan, mark, matched);
}

static gboolean
scan_text (ImapScan *self, const WireElement *element, guint classes, ImapText *out_text)
{
  int      next = wire_scan_peek (self->scan);
  WireMark mark;
  gboolean matched;

  if (self->is_cut)
    return take_nothing (out_text);
  mark = wire_scan_begin (self->scan, element);
  matched = next == '"' || next == '{' ? imap_scan_string (self, out_text)
                                       : scan_bare (self, classes, out_text);
  return wire_scan_end (self->scan, mark, matched);
}

/* astring = 1*ASTRING-CHAR / string */
gboolean
imap_scan_astring (ImapScan *self, const WireElement *element, ImapText *out_text)
{
  return scan_text (self, element, IMAP_BYTE_ASTRING, out_text);
}

gboolean
imap_scan_astring_dup (ImapScan *self, const WireElement *element, char **out_text)
{
  ImapText text;

  if (!imap_scan_astring (self, element, &text))
    return FALSE;
  *out_text = imap_text_dup (&text);
  imap_text_clear (&text);
  return TRUE;
}

/* Mailboxes */

/* @text as the name it is, in UTF-8. Returns: (transfer full) (nullable) */
static char *
read_name (ImapScan *self, const ImapText *text, gboolean is_new)
{
  gboolean is_ascii = TRUE;
  char    *name;

  for (gsize i = 0; i < text->length; i++)
    is_ascii = is_ascii && (guchar) text->text[i] < 0x80;
  if (!self->is_utf8)
    {
      if (is_ascii && (text->length == 0 || memchr (text->text, '&', text->length) == NULL))
        return imap_text_dup (text);
      name = imap_name_from_utf7 (text->text, text->length);
      if (name != NULL)
        return name;
      if (is_new || !imap_scan_deviate (self, &imap_deviation_odd_mailbox_name))
        return NULL;
    }
  if (!g_utf8_validate_len (text->text, text->length, NULL))
    return NULL;
  /* Net-Unicode is composed (RFC 9051 section 5.1). */
  name = imap_text_dup (text);
  if (!is_ascii)
    {
      char *composed = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);

      g_free (name);
      name = composed;
    }
  return name;
}

static gboolean
scan_name (ImapScan          *self,
           const WireElement *element,
           guint              classes,
           gboolean           is_new,
           char             **out_name)
{
  int      next = wire_scan_peek (self->scan);
  gboolean matched = FALSE;
  ImapText text;
  WireMark mark;

  if (self->is_cut)
    {
      *out_name = g_strdup ("");
      return TRUE;
    }
  mark = wire_scan_begin (self->scan, element);
  if (next == '"' || next == '{' ? imap_scan_string (self, &text)
                                 : scan_bare (self, classes, &text))
    {
      char *name = read_name (self, &text, is_new);

      matched = name != NULL || wire_scan_fail (self->scan);
      if (matched)
        *out_name = name;
      imap_text_clear (&text);
    }
  return wire_scan_end (self->scan, mark, matched);
}

/* mailbox = "INBOX" / astring */
gboolean
imap_scan_mailbox (ImapScan          *self,
                   const WireElement *element,
                   gboolean           is_new,
                   char             **out_name)
{
  if (!scan_name (self, element, IMAP_BYTE_ASTRING, is_new, out_name))
    return FALSE;
  if (imap_name_is_inbox (*out_name))
    memcpy (*out_name, "INBOX", strlen ("INBOX"));
  return TRUE;
}

/* list-mailbox = 1*list-char / string */
gboolean
imap_scan_list_mailbox (ImapScan *self, const WireElement *element, char **out_pattern)
{
  return scan_name (self, element, IMAP_BYTE_LIST, FALSE, out_pattern);
}

/* What is not known */

static gboolean
scan_any_run (ImapScan *self)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &argument);

  while (wire_scan_peek (scan) > ' ' && wire_scan_peek (scan) != 0x7f &&
         strchr ("(){\"", wire_scan_peek (scan)) == NULL)
    scan->pos++;
  return wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

static gboolean
scan_any_argument (ImapScan *self, int next)
{
  ImapText text = { 0 };
  gboolean matched;

  if (next == '(' || next == ')')
    {
      wire_scan_leaf (self->scan, &parenthesis, 1);
      return TRUE;
    }
  if (next != '"' && next != '{' && (next != '~' || wire_scan_peek_at (self->scan, 1) != '{'))
    return scan_any_run (self);
  matched = next == '"' ? imap_scan_quoted (self, &text)
                        : imap_scan_literal (self, IMAP_LITERAL_BINARY | IMAP_LITERAL_NUL, &text);
  imap_text_clear (&text);
  return matched;
}

gboolean
imap_scan_arguments (ImapScan *self)
{
  while (!self->is_cut)
    {
      int next = wire_scan_peek (self->scan);

      if (next == '\r' || next == '\n')
        return TRUE;
      if (next == ' ')
        self->scan->pos++;
      else if (!scan_any_argument (self, next))
        return FALSE;
    }
  return TRUE;
}

/* Base64 */

gboolean
imap_scan_base64 (ImapScan *self, const WireElement *element, GBytes **out_bytes)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, element);

  while (wire_scan_peek (scan) > ' ')
    scan->pos++;
  *out_bytes =
      wire_base64_decode ((const char *) scan->data + mark.pos, scan->pos - mark.pos, NULL);
  if (*out_bytes == NULL)
    wire_scan_deviate (scan, &imap_deviation_not_base64);
  return wire_scan_end (scan, mark, TRUE);
}
