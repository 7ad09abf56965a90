/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-trace.h"
#include "imf-address.h"
#include "imf-deviation.h"
#include "imf-other.h"
#include "imf-token.h"

#include <string.h>

WIRE_ELEMENT (from_clause, "From clause: who sent it", 5321, "4.4");
WIRE_ELEMENT (by_clause, "By clause: who received it", 5321, "4.4");
WIRE_ELEMENT (via_clause, "Via clause: over which link", 5321, "4.4");
WIRE_ELEMENT (with_clause, "With clause: by which protocol", 5321, "4.4");
WIRE_ELEMENT (id_clause, "Id clause: the receiver's name for it", 5321, "4.4");
WIRE_ELEMENT (for_clause, "For clause: for which recipient", 5321, "4.4");
WIRE_ELEMENT (clause_keyword, "Keyword of a clause", 5321, "4.4");
WIRE_ELEMENT (received_token, "Token of a trace field", 5322, "3.6.7");
WIRE_ELEMENT (path, "Path", 5322, "3.6.7");
WIRE_ELEMENT (unread_date, "Date that can't be read", 5322, "3.3");

static const struct
{
  const char        *keyword;
  const WireElement *element;
} clauses[] = {
  { "from", &from_clause }, { "by", &by_clause }, { "via", &via_clause },
  { "with", &with_clause }, { "id", &id_clause }, { "for", &for_clause },
};

/* "<" [CFWS] ">": the null path of a bounce */
static gboolean
scan_null_path (WireScan *scan)
{
  ImfPlace place = imf_scan_save (scan);

  if (!wire_scan_byte (scan, '<'))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return wire_scan_byte (scan, '>') || imf_scan_restore (scan, place);
}

/* An addr-spec without its brackets, which mailing programs and filters write */
static gboolean
scan_naked_path (WireScan *scan)
{
  if (wire_scan_peek (scan) == '<' || !imf_scan_addr_spec (scan, NULL))
    return FALSE;
  wire_scan_deviate (scan, &imf_deviation_path_without_brackets);
  return TRUE;
}

/* path = angle-addr / ([CFWS] "<" [CFWS] ">" [CFWS]) */
gboolean
imf_scan_path (WireScan *scan)
{
  ImfPlace place = imf_scan_save (scan);
  WireMark mark;
  gboolean matched;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &path);
  matched = scan_null_path (scan) || imf_scan_angle_addr (scan, NULL) || scan_naked_path (scan);
  if (!wire_scan_end (scan, mark, matched))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* What a token without quotes and brackets may have; more than RFC 5322 lets it. */
static gboolean
is_token_byte (guint8 byte)
{
  switch (byte)
    {
    case '(':
    case ')':
    case '<':
    case '>':
    case ';':
    case '"':
      return FALSE;
    default:
      return byte > ' ' && byte != 0x7f;
    }
}

/* Returns: the length of the token at the cursor; in @out_is_address whether it is an
 * addr-spec without quotes, in @out_is_plain whether it has nothing but atext and dots, none of
 * them at its end: what follows white space would be of an obs-domain else. */
static gsize
look_at_token (const WireScan *scan, gboolean *out_is_address, gboolean *out_is_plain)
{
  gsize length = 0;
  gsize n_ats = 0;
  gsize n_others = 0;
  int   byte;

  while ((byte = wire_scan_peek_at (scan, length)) != -1 && is_token_byte ((guint8) byte))
    {
      n_ats += byte == '@';
      n_others += byte != '@' && byte != '.' && !imf_is_atext ((guint8) byte);
      length++;
    }
  *out_is_address = n_ats == 1 && n_others == 0;
  *out_is_plain =
      n_ats == 0 && n_others == 0 && length > 0 && scan->data[scan->pos + length - 1] != '.';
  return length;
}

/* Returns: (nullable): the element of the clause whose keyword stands at the cursor. */
static const WireElement *
find_clause (const WireScan *scan, gsize *out_length)
{
  gboolean is_address, is_plain;
  gsize    length = look_at_token (scan, &is_address, &is_plain);

  for (guint i = 0; i < G_N_ELEMENTS (clauses); i++)
    if (strlen (clauses[i].keyword) == length &&
        g_ascii_strncasecmp (clauses[i].keyword, (const char *) scan->data + scan->pos, length) ==
            0)
      {
        *out_length = length;
        return clauses[i].element;
      }
  return NULL;
}

/* Anything between "<" and ">", as in "for <multiple recipients>" */
static gboolean
scan_odd_brackets (WireScan *scan)
{
  WireMark      mark = wire_scan_begin (scan, &received_token);
  const guint8 *end = memchr (scan->data + scan->pos, '>', scan->length - scan->pos);

  if (end == NULL)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  imf_scan_skip_until (scan, '>');
  scan->pos++;
  wire_scan_deviate (scan, &imf_deviation_odd_received_token);
  return wire_scan_end (scan, mark, TRUE);
}

/* received-token = word / angle-addr / addr-spec / domain */
static gboolean
scan_received_token (WireScan *scan)
{
  gboolean is_address, is_plain;
  gsize    length;
  WireMark mark;

  switch (wire_scan_peek (scan))
    {
    case '<':
      return imf_scan_path (scan) || scan_odd_brackets (scan);
    case '"':
      return imf_scan_quoted_string (scan, NULL);
    case '[':
      if (imf_scan_domain_literal (scan, NULL))
        return TRUE;
      break;
    default:
      break;
    }
  length = look_at_token (scan, &is_address, &is_plain);
  if (length == 0)
    return wire_scan_fail (scan);
  if (is_address && imf_scan_addr_spec (scan, NULL))
    return TRUE;
  mark = wire_scan_begin (scan, &received_token);
  scan->pos += length;
  if (!is_plain)
    wire_scan_deviate (scan, &imf_deviation_odd_received_token);
  imf_scan_flag_bytes (scan, mark.pos);
  return wire_scan_end (scan, mark, TRUE);
}

/* The name of a host, which is a domain unless it has what no domain has */
static gboolean
scan_host (WireScan *scan)
{
  gboolean is_address, is_plain;
  gsize    length = look_at_token (scan, &is_address, &is_plain);

  return (length > 0 && is_plain && imf_scan_domain (scan, NULL)) || scan_received_token (scan);
}

/* Tokens and comments up to the next clause, ";" or the end. The token right after the keyword
 * is the clause's own, whatever it looks like: the keyword of another, even. */
static gboolean
scan_clause_value (WireScan *scan, gboolean (*scan_first) (WireScan *scan))
{
  gboolean is_first = TRUE;
  gboolean has_comment = FALSE;
  gsize    keyword_length;

  for (;;)
    {
      ImfPlace place = imf_scan_save (scan);
      int      byte;

      imf_scan_fws (scan);
      byte = wire_scan_peek (scan);
      if (byte == -1 || byte == ';' ||
          ((!is_first || has_comment) && find_clause (scan, &keyword_length) != NULL))
        {
          imf_scan_restore (scan, place);
          return TRUE;
        }
      if (byte == '(')
        {
          if (!imf_scan_comment (scan))
            return FALSE;
          has_comment = TRUE;
          continue;
        }
      if (is_first ? !scan_first (scan) : !scan_received_token (scan))
        return FALSE;
      is_first = FALSE;
    }
}

/* A clause, or tokens that belong to none */
static gboolean
scan_clause (WireScan *scan)
{
  gsize              keyword_length = 0;
  const WireElement *element = find_clause (scan, &keyword_length);
  gboolean           is_host;
  WireMark           mark;

  if (element == NULL)
    return scan_received_token (scan);
  mark = wire_scan_begin (scan, element);
  wire_scan_leaf (scan, &clause_keyword, keyword_length);
  is_host = element == &from_clause || element == &by_clause;
  return wire_scan_end (scan, mark,
                        scan_clause_value (scan, is_host ? scan_host : scan_received_token));
}

/* [CFWS] date [CFWS], to the end */
static gboolean
scan_date_to_end (WireScan *scan,
                  gboolean (*scan_date) (WireScan *scan, ImfDate *out_date),
                  ImfDate *out_date)
{
  ImfPlace place = imf_scan_save (scan);
  ImfDate  date = { 0 };

  imf_scan_optional_cfws (scan);
  if (!scan_date (scan, &date))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  if (!wire_scan_at_end (scan))
    return imf_scan_restore (scan, place);
  if (out_date != NULL)
    *out_date = date;
  return TRUE;
}

/* ";" date-time. What can't be read is noted and passed over: the clauses before it are worth
 * telling all the same. */
static gboolean
scan_received_date (WireScan *scan, ImfDate *out_date)
{
  if (!wire_scan_byte (scan, ';'))
    return FALSE;
  if (scan_date_to_end (scan, imf_scan_date_time, out_date) ||
      scan_date_to_end (scan, imf_scan_ctime, out_date))
    return TRUE;
  imf_scan_optional_cfws (scan);
  if (wire_scan_at_end (scan))
    {
      wire_scan_deviate (scan, &imf_deviation_received_without_date);
      return TRUE;
    }
  wire_scan_deviate_at (scan, &imf_deviation_unreadable_date, scan->pos,
                        scan->length - scan->pos);
  return imf_scan_text_as (scan, &unread_date);
}

/* received = *received-token ";" date-time; obs-received has no date */
gboolean
imf_scan_received (WireScan *scan, ImfDate *out_date)
{
  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan) && wire_scan_peek (scan) != ';')
    {
      if (!scan_clause (scan))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  if (wire_scan_at_end (scan))
    {
      wire_scan_deviate (scan, &imf_deviation_received_without_date);
      return TRUE;
    }
  return scan_received_date (scan, out_date);
}

/* Returns: (transfer full): the bytes of a token, without the brackets of a path. */
static char *
dup_token (const guint8 *value, const WireSpan *span)
{
  const char *text = (const char *) value + span->offset;
  gsize       length = span->length;

  if (span->element == &path && length >= 2 && text[0] == '<' && text[length - 1] == '>')
    return g_strndup (text + 1, length - 2);
  return g_strndup (text, length);
}

/* Returns: (nullable): where the value of the clause belongs. */
static char **
find_member (ImfReceivedClauses *self, const WireElement *element)
{
  const struct
  {
    const WireElement *element;
    char             **member;
  } members[] = {
    { &from_clause, &self->from }, { &by_clause, &self->by }, { &via_clause, &self->via },
    { &with_clause, &self->with }, { &id_clause, &self->id }, { &for_clause, &self->for_path },
  };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (members[i].element == element)
      return members[i].member;
  return NULL;
}

/* Whether the span is no token: the keyword, white space, a comment */
static gboolean
is_filler (const WireElement *element)
{
  return element == &clause_keyword || strcmp (element->name, "fws") == 0 ||
         strcmp (element->name, "comment") == 0;
}

/* Keeps the first token after each keyword; of two clauses with the same keyword, the first. */
static void
keep_clauses (ImfReceivedClauses *self, const guint8 *value, const WireSpans *spans)
{
  char **member = NULL;
  guint  depth = 0;

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);
      char          **opened = find_member (self, span->element);

      if (opened != NULL)
        {
          member = *opened == NULL ? opened : NULL;
          depth = span->depth + 1u;
        }
      else if (span->depth < depth)
        member = NULL;
      else if (member != NULL && span->depth == depth && !is_filler (span->element))
        {
          *member = dup_token (value, span);
          member = NULL;
        }
    }
}

ImfReceivedClauses *
imf_received_parse (const guint8 *value, gsize length)
{
  g_autoptr (ImfReceivedClauses) self = g_new0 (ImfReceivedClauses, 1);
  g_autoptr (WireSpans) spans = wire_spans_new ();
  ImfDate  date = { .time_us = G_MININT64 };
  WireScan scan;

  wire_scan_init (&scan, value, length, spans);
  if (!imf_scan_received (&scan, &date) || !wire_scan_at_end (&scan))
    return NULL;
  keep_clauses (self, scan.data, spans);
  self->has_date = date.time_us != G_MININT64;
  if (self->has_date)
    self->date = date;
  return g_steal_pointer (&self);
}

void
imf_received_clauses_free (ImfReceivedClauses *self)
{
  if (self == NULL)
    return;
  g_free (self->from);
  g_free (self->by);
  g_free (self->via);
  g_free (self->with);
  g_free (self->id);
  g_free (self->for_path);
  g_free (self);
}

/* Appends @text with "?" for what could not stand in a domain, an address literal or an atom. */
static void
append_token (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    {
      gboolean is_safe = imf_is_atext ((guint8) *text) || strchr (".:[]", *text) != NULL;

      g_string_append_c (out, is_safe ? *text : '?');
    }
}

/* address-literal = "[" ( IPv4-address-literal / IPv6-address-literal ... ) "]" */
static void
append_address_literal (GString *out, const char *address)
{
  g_string_append (out, strchr (address, ':') != NULL ? "[IPv6:" : "[");
  append_token (out, address);
  g_string_append_c (out, ']');
}

/* Extended-Domain = Domain / ( Domain FWS "(" TCP-info ")" ) / address-literal ... */
static void
append_from (GString *out, const ImfReceived *received)
{
  gboolean has_name = received->from_name != NULL && received->from_name[0] != '\0';

  if (!has_name && received->from_address == NULL)
    return;
  g_string_append (out, "from ");
  if (has_name)
    append_token (out, received->from_name);
  else
    append_address_literal (out, received->from_address);
  if (has_name && received->from_address != NULL)
    {
      g_string_append (out, " (");
      append_address_literal (out, received->from_address);
      g_string_append_c (out, ')');
    }
  g_string_append_c (out, ' ');
}

static void
append_clause (GString *out, const char *keyword, const char *value)
{
  if (value == NULL || value[0] == '\0')
    return;
  g_string_append_printf (out, " %s ", keyword);
  append_token (out, value);
}

/* comment, of words */
static void
append_comment (GString *out, const char *text)
{
  g_auto (GStrv) words = NULL;

  if (text == NULL || text[0] == '\0')
    return;
  words = g_strsplit (text, " ", -1);
  g_string_append (out, " (");
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      append_token (out, words[i]);
    }
  g_string_append_c (out, ')');
}

static void
append_for (GString *out, const char *for_path)
{
  g_autofree char *text = NULL;
  ImfMailbox      *recipient;
  WireScan         scan;

  if (for_path == NULL)
    return;
  recipient = g_new0 (ImfMailbox, 1);
  wire_scan_init (&scan, (const guint8 *) for_path, strlen (for_path), NULL);
  if (imf_scan_addr_spec (&scan, recipient) && wire_scan_at_end (&scan))
    {
      text = imf_mailbox_format_addr_spec (recipient);
      g_string_append_printf (out, " for <%s>", text);
    }
  imf_mailbox_free (recipient);
}

char *
imf_format_received (const ImfReceived *received)
{
  GString         *out = g_string_new (NULL);
  g_autofree char *date = imf_date_format (&received->date);

  append_from (out, received);
  g_string_append (out, "by ");
  append_token (out, received->by_name);
  append_clause (out, "with", received->protocol);
  append_comment (out, received->tls);
  append_clause (out, "id", received->id);
  append_for (out, received->for_path);
  g_string_append_printf (out, "; %s", date);
  return g_string_free (out, FALSE);
}
