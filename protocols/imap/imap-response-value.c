/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-response-value.h"

#include <string.h>

#include "imap-deviation.h"
#include "imap-grammar.h"
#include "imap-response-shape.h"

WIRE_ELEMENT (response_value, "Value", 9051, "4");
WIRE_ELEMENT (response_list, "Values in parentheses", 9051, "4.4");
WIRE_ELEMENT (other_section, "What stands in brackets", 9051, "7.5.2");
WIRE_ELEMENT (body_origin, "Offset of a part that was cut out", 9051, "7.5.2");

static const ImapShape any_shape;

void
imap_value_scan_init (ImapValueScan *self, WireScan *scan)
{
  *self = (ImapValueScan){ .scan = scan, .strings = { .scan = scan, .is_utf8 = TRUE } };
}

/* Adds a value, where values are wanted. Returns: (nullable) */
static ImapValue *
add_value (GPtrArray *values, ImapValueKind kind, const char *text, gsize length)
{
  ImapValue *value;

  if (values == NULL)
    return NULL;
  value = g_new0 (ImapValue, 1);
  value->kind = kind;
  if (kind == IMAP_VALUE_ATOM || kind == IMAP_VALUE_STRING)
    {
      value->length = length;
      value->text = g_malloc (length + 1);
      if (length > 0)
        memcpy (value->text, text, length);
      value->text[length] = '\0';
    }
  g_ptr_array_add (values, value);
  return value;
}

/* string, or literal8 */
static gboolean
scan_string (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  WireScan  *scan = self->scan;
  WireMark   mark;
  ImapText   text = { 0 };
  gboolean   matched;
  ImapValue *value;

  mark = wire_scan_begin (scan, shape->element != NULL ? shape->element : &response_value);
  matched = wire_scan_peek (scan) == '"'
                ? imap_scan_quoted (&self->strings, &text)
                : imap_scan_literal (&self->strings, IMAP_LITERAL_BINARY | IMAP_LITERAL_NUL, &text);
  value = matched ? add_value (values, IMAP_VALUE_STRING, text.text, text.length) : NULL;
  if (value != NULL)
    value->is_literal = text.is_literal;
  imap_text_clear (&text);
  return wire_scan_end (scan, mark, matched);
}

/* Atoms */

/* Wider than ATOM-CHAR: servers write flags, numbers, names with "%" or "]", and worse. */
static gboolean
is_response_char (guint8 byte)
{
  return byte > ' ' && byte != 0x7f && byte != '(' && byte != ')' && byte != '"';
}

/* Returns: how many bytes the atom at the cursor has */
static gsize
take_atom (ImapValueScan *self)
{
  WireScan *scan = self->scan;
  gsize     start = scan->pos;
  gboolean  is_ascii = TRUE;

  for (; scan->pos < scan->length && is_response_char (scan->data[scan->pos]); scan->pos++)
    {
      guint8 byte = scan->data[scan->pos];

      if (self->is_code && byte == ']')
        break;
      is_ascii = is_ascii && byte < 0x80;
    }
  if (!is_ascii)
    wire_scan_deviate (scan, &imap_deviation_odd_atom);
  return scan->pos - start;
}

gsize
imap_scan_response_atom (ImapValueScan *self, const WireElement *element)
{
  WireMark mark = wire_scan_begin (self->scan, element);
  gsize    length = take_atom (self);

  if (length == 0)
    wire_scan_fail (self->scan);
  wire_scan_end (self->scan, mark, length > 0);
  return length;
}

/* section = "[" [section-spec] "]"; of names that are not known, whatever stands in brackets. */
static gboolean
scan_section (ImapValueScan *self, gsize name_length)
{
  WireScan     *scan = self->scan;
  const guint8 *name = scan->data + scan->pos - name_length;
  gboolean      is_binary = name_length >= 6 &&
                       g_ascii_strncasecmp ((const char *) name, "BINARY", 6) == 0;
  WireMark      mark;

  if (is_binary || (name_length == 4 && g_ascii_strncasecmp ((const char *) name, "BODY", 4) == 0))
    {
      ImapSection section = { 0 };
      gboolean    matched = imap_scan_section (&self->strings, is_binary, &section);

      imap_section_clear (&section);
      return matched;
    }
  mark = wire_scan_begin (scan, &other_section);
  while (wire_scan_peek (scan) >= ' ' && wire_scan_peek (scan) != ']')
    scan->pos++;
  return wire_scan_end (scan, mark, wire_scan_byte (scan, ']'));
}

/* "<" number ">" */
static gboolean
scan_origin (WireScan *scan)
{
  WireMark mark;

  if (wire_scan_peek (scan) != '<')
    return TRUE;
  mark = wire_scan_begin (scan, &body_origin);
  scan->pos++;
  return wire_scan_end (scan, mark, wire_scan_number (scan, 1, G_MAXUINT, NULL) &&
                                        wire_scan_byte (scan, '>'));
}

/* The name of a pair: "UID", "BODY[1.HEADER.FIELDS (DATE)]<0>". */
static gboolean
scan_name (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, shape->element);
  gboolean  matched = TRUE;

  while (scan->pos < scan->length && is_response_char (scan->data[scan->pos]) &&
         scan->data[scan->pos] != '[' && scan->data[scan->pos] != ']')
    scan->pos++;
  if (scan->pos == mark.pos)
    matched = wire_scan_fail (scan);
  else if (wire_scan_peek (scan) == '[')
    matched = scan_section (self, scan->pos - mark.pos) && scan_origin (scan);
  if (matched)
    add_value (values, IMAP_VALUE_ATOM, (const char *) scan->data + mark.pos,
               scan->pos - mark.pos);
  return wire_scan_end (scan, mark, matched);
}

static gboolean
is_number (const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (data[i]))
      return FALSE;
  return length > 0;
}

static gboolean
scan_atom (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  WireScan     *scan = self->scan;
  const guint8 *start = scan->data + scan->pos;
  WireMark      mark;
  gsize         length;
  gboolean      is_nil;

  mark = wire_scan_begin (scan, shape->element != NULL ? shape->element : &response_value);
  length = take_atom (self);
  is_nil = length == 3 && g_ascii_strncasecmp ((const char *) start, "NIL", 3) == 0;
  if (length == 0 || (shape->has_numbers && !is_nil && !is_number (start, length)))
    {
      scan->pos = mark.pos;
      return wire_scan_end (scan, mark, wire_scan_fail (scan));
    }
  add_value (values, is_nil ? IMAP_VALUE_NIL : IMAP_VALUE_ATOM, (const char *) start, length);
  return wire_scan_end (scan, mark, TRUE);
}

/* Lists */

static gboolean
scan_list (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  WireScan          *scan = self->scan;
  const WireElement *element = shape->list != NULL ? shape->list : shape->element;
  gboolean           was_deep = self->is_deep;
  ImapValue         *value;
  WireMark           mark;
  gboolean           matched;

  self->is_deep = was_deep || shape->is_deep;
  if (self->depth >= (self->is_deep ? IMAP_BODY_DEPTH_MAX : IMAP_LIST_DEPTH_MAX))
    return wire_scan_fail (scan);
  value = add_value (values, IMAP_VALUE_LIST, NULL, 0);
  if (value != NULL)
    value->children = g_ptr_array_new_with_free_func ((GDestroyNotify) imap_value_free);
  mark = wire_scan_begin (scan, element != NULL ? element : &response_list);
  self->depth++;
  matched = wire_scan_byte (scan, '(') &&
            imap_scan_values (self, shape, value != NULL ? value->children : NULL) &&
            wire_scan_byte (scan, ')');
  self->depth--;
  self->is_deep = was_deep;
  return wire_scan_end (scan, mark, matched);
}

static gboolean
begins_literal (const WireScan *scan)
{
  gsize ahead = wire_scan_peek (scan) == '~' ? 1 : 0;

  return wire_scan_peek_at (scan, ahead) == '{' &&
         g_ascii_isdigit (wire_scan_peek_at (scan, ahead + 1));
}

static gboolean
scan_value (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  if (wire_scan_peek (self->scan) == '(')
    return scan_list (self, shape, values);
  if (wire_scan_peek (self->scan) == '"' || begins_literal (self->scan))
    return scan_string (self, shape, values);
  return scan_atom (self, shape, values);
}

/* Whether the values end here. */
static gboolean
is_at_end (const ImapValueScan *self)
{
  int byte = wire_scan_peek (self->scan);

  return byte < 0 || byte == ')' || byte == '\r' || byte == '\n' ||
         (self->is_code && self->depth == 0 && byte == ']');
}

/* Spaces before a value or the end: one between values, none elsewhere. Between lists it is left
 * out in body structures and addresses. */
static void
skip_spaces (ImapValueScan *self, guint i)
{
  WireScan *scan = self->scan;
  gsize     start = scan->pos;
  gboolean  is_first = i == 0 && self->depth > 0;

  while (wire_scan_peek (scan) == ' ')
    scan->pos++;
  if (scan->pos > start + 1 || (scan->pos > start && (is_first || is_at_end (self))))
    wire_scan_deviate_at (scan, &imap_deviation_extra_space, start, scan->pos - start);
  else if (scan->pos == start && !is_first && !is_at_end (self) &&
           (scan->data[start - 1] != ')' || scan->data[start] != '('))
    wire_scan_deviate_at (scan, &imap_deviation_missing_space, start - 1, 1);
}

static const ImapShape *
find_pair (const ImapShape *shape, const guint8 *name, gsize length)
{
  const guint8 *bracket = memchr (name, '[', length);

  if (name[0] == '"' && length >= 2)
    {
      name++;
      length -= 2;
    }
  for (const ImapShapePair *pair = shape->pairs; pair->name != NULL; pair++)
    {
      gsize n = strlen (pair->name);

      if ((pair->name[n - 1] == '[' ? bracket == name + n - 1 : n == length) &&
          g_ascii_strncasecmp ((const char *) name, pair->name, n) == 0)
        return pair->name[n - 1] == '[' && pair->shape == NULL
                   ? imap_shape_find_section (name, length)
                   : pair->shape;
    }
  return shape->other != NULL ? shape->other : &any_shape;
}

/* Names and values in turn. */
static gboolean
scan_pairs (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  WireScan *scan = self->scan;

  for (guint i = 0;; i++)
    {
      gsize            start;
      const ImapShape *found;

      skip_spaces (self, i);
      if (is_at_end (self))
        return TRUE;
      start = scan->pos;
      if (wire_scan_peek (scan) == '(' || wire_scan_peek (scan) == '"')
        {
          if (!scan_value (self, shape->name, values))
            return FALSE;
          if (scan->data[start] == '(')
            continue;
        }
      else if (!scan_name (self, shape->name, values))
        return FALSE;
      found = find_pair (shape, scan->data + start, scan->pos - start);
      if (found == NULL)
        continue;
      skip_spaces (self, 1);
      if (!scan_value (self, found, values))
        return FALSE;
    }
}

static gboolean
scan_body (ImapValueScan *self, GPtrArray *values)
{
  ImapBodyPlace place = { 0 };

  for (guint i = 0;; i++)
    {
      const ImapShape *shape;

      skip_spaces (self, i);
      if (is_at_end (self))
        return TRUE;
      shape = imap_shape_next_body_field (&place, wire_scan_peek (self->scan));
      if (!scan_value (self, shape, values))
        return FALSE;
    }
}

static gboolean
scan_fields (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  guint at = 0;

  for (guint i = 0;; i++)
    {
      const ImapShape *field = &any_shape;

      skip_spaces (self, i);
      if (is_at_end (self))
        return TRUE;
      if (shape->fields != NULL)
        {
          if (shape->fields[at] == NULL)
            at = shape->repeat;
          if (shape->fields[at] != NULL)
            field = shape->fields[at++];
        }
      if (!scan_value (self, field, values))
        return FALSE;
    }
}

gboolean
imap_scan_values (ImapValueScan *self, const ImapShape *shape, GPtrArray *values)
{
  if (shape == NULL)
    shape = &any_shape;
  switch (shape->kind)
    {
    case IMAP_SHAPE_PAIRS:
      return scan_pairs (self, shape, values);
    case IMAP_SHAPE_BODY:
      return scan_body (self, values);
    default:
      return scan_fields (self, shape, values);
    }
}
