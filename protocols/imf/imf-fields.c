/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-fields.h"

#include <string.h>

static gboolean
is_white_space (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

/* ftext = %d33-57 / %d59-126 */
static gboolean
is_ftext (guint8 byte)
{
  return byte > 0x20 && byte < 0x7f && byte != ':';
}

gsize
imf_line_end_length (const guint8 *data, gsize length, gsize pos)
{
  if (pos < length && data[pos] == '\n')
    return 1;
  return length - pos >= 2 && data[pos] == '\r' && data[pos + 1] == '\n' ? 2 : 0;
}

/* Returns: where the next line begins. */
static gsize
find_next_line (const guint8 *data, gsize length, gsize pos)
{
  const guint8 *lf = memchr (data + pos, '\n', length - pos);

  return lf != NULL ? (gsize) (lf - data) + 1 : length;
}

/* Looks at "name *WSP :" only. Returns: whether a field begins at @pos. */
static gboolean
read_name (const guint8 *data, gsize length, gsize pos, ImfField *out_field)
{
  gsize end = pos;
  gsize colon;

  while (end < length && is_ftext (data[end]))
    end++;
  for (colon = end; colon < length && is_white_space (data[colon]); colon++)
    ;
  if (end == pos || colon == length || data[colon] != ':')
    return FALSE;
  out_field->name_length = end - pos;
  out_field->value_offset = colon + 1;
  return TRUE;
}

/* Reads the field at @pos, with the lines that continue it, or the line there that is none. */
static ImfField
read_field (const guint8 *data, gsize length, gsize pos)
{
  ImfField field = { .offset = pos, .name_offset = pos, .value_offset = pos };
  gboolean is_field = read_name (data, length, pos, &field);
  gsize    value_end;

  field.end = find_next_line (data, length, pos);
  while (is_field && field.end < length && data[field.end - 1] == '\n' &&
         is_white_space (data[field.end]))
    field.end = find_next_line (data, length, field.end);
  value_end = field.end;
  if (value_end > field.value_offset && data[value_end - 1] == '\n')
    {
      value_end--;
      if (value_end > field.value_offset && data[value_end - 1] == '\r')
        value_end--;
    }
  field.value_length = value_end - field.value_offset;
  return field;
}

/* Returns: whether the fields go on after a first line, at @pos, that is no field: the line that
 * mbox files put before each message; white space, or a field after a byte order mark, that
 * careless programs left there. */
static gboolean
is_passed_over (const guint8 *data, gsize length, gsize pos)
{
  static const char byte_order_mark[] = "\357\273\277";
  ImfField field;
  gsize    at = pos;

  if (length - pos >= 5 && memcmp (data + pos, "From ", 5) == 0)
    return TRUE;
  if (length - pos >= 3 && memcmp (data + pos, byte_order_mark, 3) == 0)
    return read_name (data, length, pos + 3, &field);
  while (at < length && is_white_space (data[at]))
    at++;
  at += at < length ? imf_line_end_length (data, length, at) : 0;
  return at > pos && data[at - 1] == '\n' && read_name (data, length, at, &field);
}

gsize
imf_fields_split (const guint8 *data,
                  gsize         begin,
                  gsize         end,
                  ImfStopFunc   is_stop,
                  gpointer      user_data,
                  GArray       *out_fields)
{
  gsize    pos = begin;
  guint    n_before = out_fields->len;
  ImfField field;

  while (pos < end && imf_line_end_length (data, end, pos) == 0)
    {
      if (is_stop != NULL && data[pos] == '-' && end - pos >= 2 && data[pos + 1] == '-' &&
          is_stop (data, pos, user_data))
        break;
      field = read_field (data, end, pos);
      if (pos == begin && field.name_length == 0 && !is_passed_over (data, end, pos))
        break;
      if (field.end - begin > IMF_HEADER_BYTES_MAX || out_fields->len - n_before == IMF_FIELDS_MAX)
        break;
      g_array_append_val (out_fields, field);
      pos = field.end;
    }
  return pos;
}

ImfHeader *
imf_header_new (const guint8 *data, gsize length)
{
  ImfHeader *self = g_new0 (ImfHeader, 1);

  self->data = data;
  self->length = length;
  self->fields = g_array_new (FALSE, FALSE, sizeof (ImfField));
  self->end = imf_fields_split (data, 0, length, NULL, NULL, self->fields);
  self->body_offset = self->end + imf_line_end_length (data, length, self->end);
  return self;
}

const ImfField *
imf_header_find (const ImfHeader *self, const char *name, const ImfField *after)
{
  const ImfField *fields = (const ImfField *) (gpointer) self->fields->data;
  gsize           name_length = strlen (name);

  for (guint i = after != NULL ? (guint) (after - fields) + 1 : 0; i < self->fields->len; i++)
    if (fields[i].name_length == name_length &&
        g_ascii_strncasecmp ((const char *) self->data + fields[i].name_offset, name,
                             name_length) == 0)
      return &fields[i];
  return NULL;
}

char *
imf_header_dup_value (const ImfHeader *self, const ImfField *field)
{
  const guint8 *value = self->data + field->value_offset;
  gsize         n = 0;
  gsize         begin = 0;
  char         *text = g_malloc (field->value_length + 1);

  for (gsize i = 0; i < field->value_length;)
    {
      gsize line_end = imf_line_end_length (value, field->value_length, i);

      if (line_end == 0 && value[i] != '\0')
        text[n++] = (char) value[i];
      i += MAX (line_end, 1);
    }
  while (n > 0 && is_white_space ((guint8) text[n - 1]))
    n--;
  while (begin < n && is_white_space ((guint8) text[begin]))
    begin++;
  memmove (text, text + begin, n - begin);
  text[n - begin] = '\0';
  return text;
}

void
imf_header_free (ImfHeader *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->fields);
  g_free (self);
}
