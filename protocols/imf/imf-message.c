/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-message.h"
#include "imf-address.h"
#include "imf-fields.h"
#include "imf-trace.h"

#include <string.h>

WIRE_ELEMENT (message, "Message", 5322, "3.5");
WIRE_ELEMENT (header_section, "Header section", 5322, "2.1");
WIRE_ELEMENT (empty_line, "Empty line", 5322, "2.1");
WIRE_ELEMENT (body, "Body", 5322, "2.3");
WIRE_ELEMENT (field_name, "Field name", 5322, "2.2");
WIRE_ELEMENT (colon, "Colon", 5322, "2.2");
WIRE_ELEMENT (line_end, "End of line", 5322, "2.1");
WIRE_ELEMENT (msg_id, "Message identifier", 5322, "3.6.4");
WIRE_ELEMENT (id_left, "Left side of the identifier", 5322, "3.6.4");
WIRE_ELEMENT (id_right, "Right side of the identifier", 5322, "3.6.4");
WIRE_ELEMENT (obs_phrase, "Phrase among identifiers", 5322, "4.5.4");
WIRE_ELEMENT (keyword_phrase, "Key word", 5322, "3.6.5");
WIRE_ELEMENT (mbox_line, "Separator line of a mailbox file", 4155, "A");

WIRE_ELEMENT (orig_date, "Date", 5322, "3.6.1");
WIRE_ELEMENT (from, "From", 5322, "3.6.2");
WIRE_ELEMENT (sender, "Sender", 5322, "3.6.2");
WIRE_ELEMENT (reply_to, "Reply-To", 5322, "3.6.2");
WIRE_ELEMENT (to, "To", 5322, "3.6.3");
WIRE_ELEMENT (cc, "Cc", 5322, "3.6.3");
WIRE_ELEMENT (bcc, "Bcc", 5322, "3.6.3");
WIRE_ELEMENT (message_id, "Message-ID", 5322, "3.6.4");
WIRE_ELEMENT (in_reply_to, "In-Reply-To", 5322, "3.6.4");
WIRE_ELEMENT (references, "References", 5322, "3.6.4");
WIRE_ELEMENT (subject, "Subject", 5322, "3.6.5");
WIRE_ELEMENT (comments, "Comments", 5322, "3.6.5");
WIRE_ELEMENT (keywords, "Keywords", 5322, "3.6.5");
WIRE_ELEMENT (resent_date, "Resent-Date", 5322, "3.6.6");
WIRE_ELEMENT (resent_from, "Resent-From", 5322, "3.6.6");
WIRE_ELEMENT (resent_sender, "Resent-Sender", 5322, "3.6.6");
WIRE_ELEMENT (resent_to, "Resent-To", 5322, "3.6.6");
WIRE_ELEMENT (resent_cc, "Resent-Cc", 5322, "3.6.6");
WIRE_ELEMENT (resent_bcc, "Resent-Bcc", 5322, "3.6.6");
WIRE_ELEMENT (resent_message_id, "Resent-Message-ID", 5322, "3.6.6");
WIRE_ELEMENT (resent_reply_to, "Resent-Reply-To", 5322, "4.5.6");
WIRE_ELEMENT (return_path, "Return-Path", 5322, "3.6.7");
WIRE_ELEMENT (received, "Received", 5322, "3.6.7");
WIRE_ELEMENT (optional_field, "Other field", 5322, "3.6.8");

/* Bytes an id of any shape may have, as common readers take it. */
static gboolean
is_id_byte (guint8 byte)
{
  return !imf_is_control (byte) && strchr (" \t<>", byte) == NULL;
}

/* id-left "@" id-right, or their obsolete forms with CFWS in between */
static gboolean
scan_id_sides (WireScan *scan, GString *out)
{
  gboolean matched;
  WireMark mark;

  if (!imf_scan_dotted (scan, &id_left, TRUE, out))
    return FALSE;
  if (imf_scan_optional_cfws (scan))
    wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
  if (!wire_scan_byte (scan, '@'))
    return FALSE;
  if (out != NULL)
    g_string_append_c (out, '@');
  if (imf_scan_optional_cfws (scan))
    wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
  if (wire_scan_peek (scan) == '[')
    {
      mark = wire_scan_begin (scan, &id_right);
      matched = wire_scan_end (scan, mark, imf_scan_domain_literal (scan, out));
    }
  else
    matched = imf_scan_dotted (scan, &id_right, FALSE, out);
  imf_scan_optional_cfws (scan);
  return matched && wire_scan_peek (scan) == '>';
}

/* Anything between "<" and ">": tolerated, for ids are compared and never taken apart */
static gboolean
scan_opaque_id (WireScan *scan, GString *out)
{
  gsize start = scan->pos;

  if (wire_scan_while (scan, is_id_byte) == 0)
    return wire_scan_fail (scan);
  wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  if (out != NULL)
    g_string_append_len (out, (const char *) scan->data + start, (gssize) (scan->pos - start));
  return TRUE;
}

static gboolean
scan_bare_msg_id (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &msg_id);
  ImfPlace place;
  gsize    out_length = out != NULL ? out->len : 0;
  gboolean matched = wire_scan_byte (scan, '<');

  place = imf_scan_save (scan);
  if (matched && !scan_id_sides (scan, out))
    {
      imf_scan_restore (scan, place);
      if (out != NULL)
        g_string_truncate (out, out_length);
      matched = scan_opaque_id (scan, out);
    }
  matched = matched && wire_scan_byte (scan, '>');
  if (!matched && out != NULL)
    g_string_truncate (out, out_length);
  return wire_scan_end (scan, mark, matched);
}

gboolean
imf_scan_msg_id (WireScan *scan, GString *out)
{
  ImfPlace place = imf_scan_save (scan);

  imf_scan_optional_cfws (scan);
  if (!scan_bare_msg_id (scan, out))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* Values of fields. Each rule matches to the end of the scan or fails. */

/* msg-id; one without its brackets is tolerated */
static gboolean
scan_one_msg_id (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) == '<')
    return imf_scan_msg_id (scan, NULL);
  mark = wire_scan_begin (scan, &msg_id);
  if (!wire_scan_end (scan, mark, scan_opaque_id (scan, NULL)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* 1*msg-id / *(phrase / msg-id); commas between are tolerated */
static gboolean
scan_msg_ids (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      gboolean matched;

      switch (wire_scan_peek (scan))
        {
        case '<':
          matched = scan_bare_msg_id (scan, NULL);
          break;
        case ',':
          matched = wire_scan_byte (scan, ',');
          wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
          break;
        default:
          mark = wire_scan_begin (scan, &obs_phrase);
          wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
          matched = wire_scan_end (scan, mark, imf_scan_word (scan, NULL));
          break;
        }
      if (!matched)
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  return TRUE;
}

static gboolean
scan_date (WireScan *scan)
{
  return imf_scan_date_time (scan, NULL);
}

static gboolean
scan_received (WireScan *scan)
{
  return imf_scan_received (scan, NULL);
}

static gboolean
scan_one_mailbox (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_mailbox (scan, NULL))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* Flags a list of addresses that has none. */
static gboolean
flag_blank (WireScan *scan, gsize start)
{
  WireScan ahead = *scan;

  ahead.pos = start;
  ahead.recorder = NULL;
  imf_scan_optional_cfws (&ahead);
  if (wire_scan_at_end (&ahead))
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  return TRUE;
}

static gboolean
scan_mailboxes (WireScan *scan)
{
  gsize start = scan->pos;

  return imf_scan_mailbox_list (scan, NULL) && flag_blank (scan, start);
}

static gboolean
scan_addresses (WireScan *scan)
{
  gsize start = scan->pos;

  return imf_scan_address_list (scan, NULL) && flag_blank (scan, start);
}

/* Bcc may be blank. */
static gboolean
scan_optional_addresses (WireScan *scan)
{
  return imf_scan_address_list (scan, NULL);
}

/* phrase *("," phrase) / obs-phrase-list */
static gboolean
scan_phrases (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  while (!wire_scan_at_end (scan))
    {
      if (wire_scan_peek (scan) == ',')
        {
          scan->pos++;
          wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
        }
      else if (!imf_scan_phrase_as (scan, &keyword_phrase, "", NULL))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (!wire_scan_at_end (scan) && !wire_scan_byte (scan, ','))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  return TRUE;
}

/* Which grammar reads which field. A name that is not here is an optional-field. */
static const struct
{
  const char        *name;
  const WireElement *element;
  gboolean (*scan_value) (WireScan *scan);
} kinds[] = {
  { "Return-Path", &return_path, imf_scan_path },
  { "Received", &received, scan_received },
  { "Date", &orig_date, scan_date },
  { "From", &from, scan_mailboxes },
  { "Sender", &sender, scan_one_mailbox },
  { "Reply-To", &reply_to, scan_addresses },
  { "To", &to, scan_addresses },
  { "Cc", &cc, scan_addresses },
  { "Bcc", &bcc, scan_optional_addresses },
  { "Message-ID", &message_id, scan_one_msg_id },
  { "In-Reply-To", &in_reply_to, scan_msg_ids },
  { "References", &references, scan_msg_ids },
  { "Subject", &subject, imf_scan_unstructured },
  { "Comments", &comments, imf_scan_unstructured },
  { "Keywords", &keywords, scan_phrases },
  { "Resent-Date", &resent_date, scan_date },
  { "Resent-From", &resent_from, scan_mailboxes },
  { "Resent-Sender", &resent_sender, scan_one_mailbox },
  { "Resent-To", &resent_to, scan_addresses },
  { "Resent-Cc", &resent_cc, scan_addresses },
  { "Resent-Bcc", &resent_bcc, scan_optional_addresses },
  { "Resent-Message-ID", &resent_message_id, scan_one_msg_id },
  { "Resent-Reply-To", &resent_reply_to, scan_addresses },
};

#define KIND_OPTIONAL G_N_ELEMENTS (kinds)

static guint
find_kind (const guint8 *name, gsize length)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strlen (kinds[i].name) == length &&
        g_ascii_strncasecmp (kinds[i].name, (const char *) name, length) == 0)
      break;
  return i;
}

/* Always matches. */
static void
scan_line_end (WireScan *scan)
{
  gsize    length = imf_line_end_length (scan->data, scan->length, scan->pos);
  WireMark mark;

  if (length == 0)
    return;
  mark = wire_scan_begin (scan, &line_end);
  scan->pos += length;
  if (length == 1)
    wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
  wire_scan_end (scan, mark, TRUE);
}

/* Always matches: a value that its own grammar does not match to the end is still text. */
static void
scan_value (WireScan *scan, guint kind, gsize value_end)
{
  gsize    whole = scan->length;
  ImfPlace place = imf_scan_save (scan);

  scan->length = value_end;
  if (kind == KIND_OPTIONAL)
    imf_scan_unstructured (scan);
  else if (!kinds[kind].scan_value (scan) || !wire_scan_at_end (scan))
    {
      imf_scan_restore (scan, place);
      imf_scan_unstructured (scan);
      wire_scan_flag (scan, WIRE_SPAN_TOLERATED);
    }
  scan->length = whole;
}

/* field-name *WSP ":" value CRLF. @base: where the message begins in the scan */
static void
scan_field (WireScan *scan, const ImfField *field, gsize base)
{
  guint    kind = find_kind (scan->data + scan->pos, field->name_length);
  gboolean is_optional = kind == KIND_OPTIONAL;
  WireMark mark = wire_scan_begin (scan, is_optional ? &optional_field : kinds[kind].element);

  wire_scan_leaf (scan, &field_name, field->name_length);
  if (scan->pos + 1 < base + field->value_offset)
    wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
  scan->pos = base + field->value_offset - 1;
  wire_scan_leaf (scan, &colon, 1);
  scan_value (scan, kind, base + field->value_offset + field->value_length);
  scan_line_end (scan);
  wire_scan_end (scan, mark, TRUE);
}

/* A line of the header section that is no field. */
static void
scan_other_line (WireScan *scan, const ImfField *line, gsize base)
{
  WireMark mark = wire_scan_begin (scan, line->offset == 0 ? &mbox_line : wire_unrecognised);

  scan->pos = base + line->value_offset + line->value_length;
  wire_scan_flag (scan, line->offset == 0 ? WIRE_SPAN_TOLERATED : WIRE_SPAN_UNRECOGNISED);
  scan_line_end (scan);
  wire_scan_end (scan, mark, TRUE);
}

static void
scan_header_section (WireScan *scan, const ImfHeader *header)
{
  WireMark mark = wire_scan_begin (scan, &header_section);

  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      if (field->name_length > 0)
        scan_field (scan, field, mark.pos);
      else
        scan_other_line (scan, field, mark.pos);
    }
  wire_scan_end (scan, mark, TRUE);
}

/* body = (*(*998text CRLF) *998text) / obs-body: NUL, bare CR and bare LF are obsolete */
static void
scan_body (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &body);
  gboolean is_obsolete = FALSE;

  for (gsize i = scan->pos; !is_obsolete && i < scan->length; i++)
    {
      guint8 byte = scan->data[i];

      if (byte == '\r' && i + 1 < scan->length && scan->data[i + 1] == '\n')
        i++;
      else
        is_obsolete = byte == '\0' || byte == '\r' || byte == '\n';
    }
  scan->pos = scan->length;
  if (is_obsolete)
    wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
  wire_scan_end (scan, mark, TRUE);
}

/* message = (fields / obs-fields) [CRLF body] */
static gboolean
scan_message (WireScan *scan)
{
  g_autoptr (ImfHeader) header = imf_header_new (scan->data + scan->pos, scan->length - scan->pos);
  WireMark mark;

  if (imf_header_get_n (header) > 0)
    scan_header_section (scan, header);
  if (header->body_offset > header->end)
    {
      mark = wire_scan_begin (scan, &empty_line);
      scan_line_end (scan);
      wire_scan_end (scan, mark, TRUE);
    }
  if (!wire_scan_at_end (scan))
    scan_body (scan);
  return TRUE;
}

const WireGrammar imf_grammar_message = { "message", "Message", &message, scan_message };
