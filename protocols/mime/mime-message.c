/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "mime"
#include "mime-message.h"
#include "mime-body.h"
#include "mime-check.h"
#include "mime-deviation.h"
#include "mime-fields.h"

#include <string.h>

#include <imf/imf-report.h>

WIRE_ELEMENT (message, "Message", 5322, "3.5");
WIRE_ELEMENT (encapsulated_message, "Message within a message", 2046, "5.2.1");
WIRE_ELEMENT (body_part, "Body part", 2046, "5.1");
WIRE_ELEMENT (empty_line, "Empty line", 5322, "2.1");
WIRE_ELEMENT (body, "Body", 5322, "2.3");
WIRE_ELEMENT (multipart_body, "Body of several parts", 2046, "5.1.1");
WIRE_ELEMENT (message_body, "Body that is a message", 2046, "5.2.1");
WIRE_ELEMENT (preamble, "Preamble", 2046, "5.1.1");
WIRE_ELEMENT (epilogue, "Epilogue", 2046, "5.1.1");
WIRE_ELEMENT (unread_parts, "Parts that are not told apart", 2046, "5.1");
WIRE_ELEMENT (delimiter, "Boundary line", 2046, "5.1.1");
WIRE_ELEMENT (close_delimiter, "Closing boundary line", 2046, "5.1.1");
WIRE_ELEMENT (dashes, "Two hyphens", 2046, "5.1.1");
WIRE_ELEMENT (boundary, "Boundary", 2046, "5.1.1");
WIRE_ELEMENT (closing_dashes, "Two closing hyphens", 2046, "5.1.1");
WIRE_ELEMENT (transport_padding, "Padding after the boundary", 2046, "5.1.1");
WIRE_ELEMENT (per_message_fields, "Fields about the message", 3464, "2.2");
WIRE_ELEMENT (per_recipient_fields, "Fields about one recipient", 3464, "2.3");
WIRE_ELEMENT (notification_fields, "Fields of the notification", 8098, "3.1");
WIRE_ELEMENT (feedback_fields, "Fields of the feedback report", 5965, "3");
WIRE_ELEMENT (returned_header, "Header of another message", 6522, "4");
WIRE_ELEMENT (phantom_header, "Header of a body that is elsewhere", 2046, "5.2.3");

static void scan_entity (WireScan *scan, MimeCheck *check, guint i);

/* Leaf types whose body is made of header fields: the elements of the first block and of others. */
static const struct
{
  const char        *type;
  const char        *subtype;
  const WireElement *first;
  const WireElement *others; /* (nullable): there is one block; text may follow */
  ImfKindFunc        find_kind;
} field_bodies[] = {
  { "message", "delivery-status", &per_message_fields, &per_recipient_fields,
    imf_kind_find_delivery_status },
  { "message", "global-delivery-status", &per_message_fields, &per_recipient_fields,
    imf_kind_find_delivery_status },
  { "message", "disposition-notification", &notification_fields, NULL,
    imf_kind_find_disposition_notification },
  { "message", "global-disposition-notification", &notification_fields, NULL,
    imf_kind_find_disposition_notification },
  { "message", "feedback-report", &feedback_fields, NULL, imf_kind_find_feedback_report },
  { "message", "external-body", &phantom_header, NULL, mime_kind_find },
  { "message", "global-headers", &returned_header, NULL, mime_kind_find },
  { "text", "rfc822-headers", &returned_header, NULL, mime_kind_find },
};

/* Runs @scan_rest to @end of the scan. */
static gsize
begin_region (WireScan *scan, gsize end)
{
  gsize whole = scan->length;

  scan->length = end;
  return whole;
}

static void
scan_lines (WireScan *scan, const WireElement *element, gsize end)
{
  gsize    whole;
  WireMark mark;

  if (scan->pos >= end)
    return;
  whole = begin_region (scan, end);
  mark = wire_scan_begin (scan, element);
  mime_scan_leaf_body (scan, MIME_ENCODING_BINARY, TRUE, FALSE, FALSE);
  wire_scan_end (scan, mark, TRUE);
  scan->length = whole;
}

static void
scan_empty_line (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &empty_line);

  imf_scan_line_end (scan);
  wire_scan_end (scan, mark, TRUE);
}

/* One block of fields under @element. Returns: FALSE where there is none. */
static gboolean
scan_field_block (WireScan *scan, const WireElement *element, ImfKindFunc find_kind)
{
  g_autoptr (ImfHeader) header = imf_header_new (scan->data + scan->pos, scan->length - scan->pos);
  WireMark mark;

  if (imf_header_get_n (header) == 0)
    return FALSE;
  mark = wire_scan_begin (scan, element);
  imf_scan_header_section (scan, header, find_kind);
  return wire_scan_end (scan, mark, TRUE);
}

/* A body made of blocks of fields with empty lines between; what is none is text. */
static void
scan_field_body (WireScan *scan, guint kind, MimeEncoding encoding)
{
  const WireElement *element = field_bodies[kind].first;

  while (!wire_scan_at_end (scan))
    {
      if (imf_line_end_length (scan->data, scan->length, scan->pos) > 0)
        {
          scan_empty_line (scan);
          continue;
        }
      if (element == NULL || !scan_field_block (scan, element, field_bodies[kind].find_kind))
        break;
      element = field_bodies[kind].others;
    }
  if (!wire_scan_at_end (scan))
    mime_scan_leaf_body (scan, encoding, TRUE, FALSE, FALSE);
}

static guint
find_field_body (const MimePart *part)
{
  guint kind = 0;

  while (kind < G_N_ELEMENTS (field_bodies) &&
         !(strcmp (part->type, field_bodies[kind].type) == 0 &&
           strcmp (part->subtype, field_bodies[kind].subtype) == 0))
    kind++;
  return kind;
}

/* The value of a parameter, if there is one and it is @value, whatever its case. */
static gboolean
has_parameter (const MimeTree *tree, const MimePart *part, const char *name, const char *value)
{
  const char *found = mime_tree_find_parameter (tree, part, name);

  return found != NULL && g_ascii_strcasecmp (found, value) == 0;
}

static void
scan_leaf (WireScan *scan, MimeCheck *check, const MimePart *part)
{
  WireMark mark = wire_scan_begin (scan, &body);
  guint    kind = find_field_body (part);

  mime_check_content (check, scan, part);
  if (kind < G_N_ELEMENTS (field_bodies) && mime_encoding_is_identity (part->encoding))
    scan_field_body (scan, kind, part->encoding);
  else
    mime_scan_leaf_body (scan, part->encoding,
                         strcmp (part->type, "text") == 0 || strcmp (part->type, "message") == 0,
                         has_parameter (check->tree, part, "format", "flowed"),
                         has_parameter (check->tree, part, "charset", "utf-8"));
  wire_scan_end (scan, mark, TRUE);
}

/* Returns: where the line begins that ends just before @end, but not before @from. */
static gsize
find_line_begin (const guint8 *data, gsize from, gsize end)
{
  gsize pos = end > from && data[end - 1] == '\n' ? end - 1 : end;

  while (pos > from && data[pos - 1] != '\n')
    pos--;
  return pos;
}

/* Returns: where the line end begins that ends at @pos, but not before @from. */
static gsize
before_line_end (const guint8 *data, gsize from, gsize pos)
{
  if (pos > from && data[pos - 1] == '\n')
    {
      pos--;
      if (pos > from && data[pos - 1] == '\r')
        pos--;
    }
  return pos;
}

/* What stands after the boundary on its line: padding is allowed, other things are let pass. */
static void
scan_padding (WireScan *scan)
{
  gsize    end = scan->pos;
  gboolean is_blank = TRUE;

  while (end < scan->length && imf_line_end_length (scan->data, scan->length, end) == 0)
    {
      is_blank = is_blank && (scan->data[end] == ' ' || scan->data[end] == '\t');
      end++;
    }
  if (end == scan->pos)
    return;
  if (!is_blank)
    wire_scan_deviate_at (scan, &mime_deviation_boundary_with_tail, scan->pos, end - scan->pos);
  wire_scan_leaf (scan, &transport_padding, end - scan->pos);
}

/* delimiter := CRLF "--" boundary transport-padding CRLF, the line end before it included if
 * there is one; and close-delimiter. */
static void
scan_delimiter (WireScan *scan, gsize boundary_length, gboolean is_close)
{
  WireMark mark = wire_scan_begin (scan, is_close ? &close_delimiter : &delimiter);

  imf_scan_line_end (scan);
  wire_scan_leaf (scan, &dashes, 2);
  wire_scan_leaf (scan, &boundary, boundary_length);
  if (is_close)
    wire_scan_leaf (scan, &closing_dashes, 2);
  scan_padding (scan);
  imf_scan_line_end (scan);
  wire_scan_end (scan, mark, TRUE);
}

/* The boundary line before child @child of a multipart; before the first, the preamble, too. */
static void
scan_before_child (WireScan *scan, const MimePart *child, gsize boundary_length)
{
  gsize line = find_line_begin (scan->data, scan->pos, child->header_offset);
  gsize content_end = before_line_end (scan->data, scan->pos, line);

  scan_lines (scan, &preamble, content_end);
  scan_delimiter (scan, boundary_length, FALSE);
}

static void
scan_children (WireScan *scan, MimeCheck *check, guint i)
{
  const MimePart *part = mime_tree_get_part (check->tree, i);
  gsize           boundary_length = strlen (part->boundary);

  for (guint child = i + 1; child < part->next;
       child = mime_tree_get_part (check->tree, child)->next)
    {
      scan_before_child (scan, mime_tree_get_part (check->tree, child), boundary_length);
      scan_entity (scan, check, child);
    }
  if (part->flags & MIME_PART_PARTS_LIMIT)
    scan_lines (scan, &unread_parts, scan->length);
  else if (!(part->flags & MIME_PART_UNCLOSED))
    {
      scan_delimiter (scan, boundary_length, TRUE);
      scan_lines (scan, &epilogue, scan->length);
    }
}

/* multipart-body := [preamble CRLF] dash-boundary transport-padding CRLF body-part *encapsulation
 * close-delimiter transport-padding [CRLF epilogue] */
static void
scan_multipart (WireScan *scan, MimeCheck *check, guint i)
{
  const MimePart *part = mime_tree_get_part (check->tree, i);
  WireMark        mark = wire_scan_begin (scan, &multipart_body);

  mime_check_multipart (check, scan, part);
  if (part->n_children > 0)
    scan_children (scan, check, i);
  if (!wire_scan_at_end (scan))
    mime_scan_leaf_body (scan, MIME_ENCODING_BINARY, TRUE, FALSE, FALSE);
  wire_scan_end (scan, mark, TRUE);
}

static void
scan_body (WireScan *scan, MimeCheck *check, guint i)
{
  const MimePart *part = mime_tree_get_part (check->tree, i);
  WireMark        mark;

  if (wire_scan_at_end (scan) && part->n_children == 0)
    return;
  if (part->kind == MIME_PART_MULTIPART)
    scan_multipart (scan, check, i);
  else if (part->kind == MIME_PART_MESSAGE)
    {
      mark = wire_scan_begin (scan, &message_body);
      scan_entity (scan, check, i + 1);
      wire_scan_end (scan, mark, TRUE);
    }
  else
    scan_leaf (scan, check, part);
}

/* entity := header-fields [CRLF body], as it stands in the message */
static void
scan_entity_inside (WireScan *scan, MimeCheck *check, guint i)
{
  const MimePart *part = mime_tree_get_part (check->tree, i);
  g_autoptr (ImfHeader) header =
      imf_header_new (scan->data + part->header_offset, part->header_length);

  mime_check_header (check, scan, part, header);
  if (imf_header_get_n (header) > 0)
    imf_scan_header_section (scan, header, mime_kind_find);
  if (part->body_offset > scan->pos)
    scan_empty_line (scan);
  scan_body (scan, check, i);
}

/* The message itself is under the root; others have an element of their own. */
static void
scan_entity (WireScan *scan, MimeCheck *check, guint i)
{
  const MimePart *part = mime_tree_get_part (check->tree, i);
  gsize           whole = begin_region (scan, part->body_offset + part->body_length);
  WireMark        mark;

  if (part->parent == MIME_NO_PART)
    scan_entity_inside (scan, check, i);
  else
    {
      mark = wire_scan_begin (scan, mime_check_is_message (check, part) ? &encapsulated_message
                                                                         : &body_part);
      scan_entity_inside (scan, check, i);
      wire_scan_end (scan, mark, TRUE);
    }
  scan->length = whole;
}

/* The whole scan is one message: offsets of the tree are the scan's. */
static gboolean
scan_message (WireScan *scan)
{
  g_autoptr (MimeTree) tree = mime_tree_new (scan->data, scan->length);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  MimeCheck check = { tree, charsets };

  g_return_val_if_fail (scan->pos == 0, FALSE);
  scan_entity (scan, &check, 0);
  return TRUE;
}

const WireGrammar mime_grammar_message = { "message", "Message", &message, scan_message };
