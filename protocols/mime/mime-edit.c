/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-edit.h"
#include "mime-writer.h"

#include <string.h>

#include <imf/imf-composer.h>

static gboolean
refuse (char **out_problem, const char *problem)
{
  if (out_problem != NULL)
    *out_problem = g_strdup (problem);
  return FALSE;
}

/* Returns: 1 for LF, 2 for CRLF, 0 for none at @pos. */
static gsize
get_line_end (const guint8 *data, gsize length, gsize pos)
{
  if (pos < length && data[pos] == '\n')
    return 1;
  return pos + 1 < length && data[pos] == '\r' && data[pos + 1] == '\n' ? 2 : 0;
}

/* Whether the first line that ends after @from ends in LF alone; when none does, the message's. */
static gboolean
has_lf_lines (const guint8 *data, gsize length, gsize from)
{
  const guint8 *lf = from < length ? memchr (data + from, '\n', length - from) : NULL;

  if (lf == NULL && length > 0)
    lf = memchr (data, '\n', length);
  return lf != NULL && (lf == data || lf[-1] != '\r');
}

/* Makes text that was written with CRLF end its lines as those after @from do. */
static void
adapt_line_ends (GString *text, const MimeTree *tree, gsize from)
{
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);

  if (has_lf_lines (data, length, from))
    g_string_replace (text, "\r\n", "\n", 0);
}

/* Returns: how the first line of @part, or of the message, ends. */
static const char *
get_line_end_of (const MimeTree *tree, const MimePart *part)
{
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);

  return has_lf_lines (data, length, part->header_offset) ? "\n" : "\r\n";
}

static void
append_range (GString *out, const guint8 *data, gsize begin, gsize end)
{
  g_string_append_len (out, (const char *) data + begin, (gssize) (end - begin));
}

/* Appends all that is before @part. Where that is the message in a part which broke off before its
 * empty line, the line, so that a header of @part is not taken for that part's. */
static void
append_before_part (GString *out, const MimeTree *tree, const MimePart *part)
{
  const MimePart *parent =
      part->parent != MIME_NO_PART ? mime_tree_get_part (tree, part->parent) : NULL;
  gsize length;

  append_range (out, mime_tree_get_data (tree, &length), 0, part->header_offset);
  if (parent == NULL || parent->kind != MIME_PART_MESSAGE ||
      parent->body_offset > parent->header_offset + parent->header_length)
    return;
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append (out, get_line_end_of (tree, part));
  g_string_append (out, get_line_end_of (tree, part));
}

/* Appends the header of @part, from its beginning to where its fields end, with @field replaced by
 * @text, which may be empty; a @field of NULL adds it. */
static void
append_edited_header (
    GString *out, const MimeTree *tree, const MimePart *part, const ImfField *field, GString *text)
{
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);
  gsize end = part->header_offset + part->header_length;
  gsize from = field != NULL ? field->offset : end;

  adapt_line_ends (text, tree, field != NULL ? field->offset : part->header_offset);
  append_range (out, data, part->header_offset, from);
  if (field == NULL && out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append (out, get_line_end_of (tree, part));
  if (field != NULL && text->len > 0 && data[field->end - 1] != '\n')
    g_string_truncate (text, text->len - (g_str_has_suffix (text->str, "\r\n") ? 2 : 1));
  g_string_append_len (out, text->str, (gssize) text->len);
  append_range (out, data, field != NULL ? field->end : end, end);
}

GBytes *
mime_edit_replace_field (const MimeTree *tree,
                         guint part_index,
                         const ImfField *field,
                         const char *name,
                         const char *value,
                         char **out_problem)
{
  const MimePart *part = mime_tree_get_part (tree, part_index);
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);
  gsize end = part->header_offset + part->header_length;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) out = g_string_sized_new (length + 128);

  g_return_val_if_fail (field == NULL || field->end <= end, NULL);
  if (value != NULL && !mime_write_field (text, name, value, FALSE, out_problem))
    return NULL;
  append_before_part (out, tree, part);
  if (value != NULL || field != NULL)
    append_edited_header (out, tree, part, field, text);
  else
    append_range (out, data, part->header_offset, end);
  /* A body that came without a header is not to become part of the field. */
  if (field == NULL && value != NULL && part->body_offset == end &&
      (end < length || part->header_length == 0))
    g_string_append (out, get_line_end_of (tree, part));
  append_range (out, data, end, length);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

/* Content. */

/* Whether a line of @body begins with "--" and the boundary of a multipart that @part is in. */
static gboolean
has_boundary_line (const MimeTree *tree, const MimePart *part, const GString *body)
{
  for (guint parent = part->parent; parent != MIME_NO_PART;
       parent = mime_tree_get_part (tree, parent)->parent)
    {
      const char *boundary = mime_tree_get_part (tree, parent)->boundary;
      gsize boundary_length = boundary != NULL ? strlen (boundary) : 0;
      const char *line = body->str;

      if (boundary == NULL || mime_tree_get_part (tree, parent)->kind != MIME_PART_MULTIPART)
        continue;
      while (line != NULL)
        {
          gsize left = body->len - (gsize) (line - body->str);

          if (left >= boundary_length + 2 && line[0] == '-' && line[1] == '-' &&
              memcmp (line + 2, boundary, boundary_length) == 0)
            return TRUE;
          line = memchr (line, '\n', left);
          line = line != NULL ? line + 1 : NULL;
        }
    }
  return FALSE;
}

/* Whether lines of @body, which end as @has_lf says, may go without an encoding. */
static gboolean
fits_lines (const GString *body, gboolean has_lf, gboolean allows_8bit)
{
  gsize line = 0;

  for (gsize i = 0; i < body->len; i++)
    {
      guint8 c = (guint8) body->str[i];

      if (c == '\0' || (c >= 0x80 && !allows_8bit))
        return FALSE;
      if (c == '\r' && (has_lf || i + 1 == body->len || body->str[i + 1] != '\n'))
        return FALSE;
      if (c == '\n' && !has_lf && (i == 0 || body->str[i - 1] != '\r'))
        return FALSE;
      if (c == '\n')
        line = i + 1;
      else if (i + 1 - line > IMF_LINE_CHARACTERS_MAX + (c == '\r' ? 1 : 0))
        return FALSE;
    }
  return TRUE;
}

/* Text with all its line ends made CRLF or LF. */
static void
append_text_lines (GString *out, const guint8 *data, gsize length, gboolean has_lf)
{
  for (gsize i = 0; i < length;)
    {
      gsize n = get_line_end (data, length, i);

      if (n > 0)
        g_string_append (out, has_lf ? "\n" : "\r\n");
      else
        g_string_append_c (out, (char) data[i]);
      i += MAX (n, 1);
    }
}

/* Appends the content in @encoding. Returns: whether that can carry it there. */
static gboolean
append_body (GString *out,
             const MimeTree *tree,
             const MimePart *part,
             MimeEncoding encoding,
             GBytes *content)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  gboolean is_text = strcmp (part->type, "text") == 0;
  gsize message_length;
  const guint8 *message = mime_tree_get_data (tree, &message_length);
  gboolean has_lf = has_lf_lines (message, message_length, part->header_offset);

  g_string_truncate (out, 0);
  if (encoding == MIME_ENCODING_UNKNOWN || encoding == MIME_ENCODING_UUENCODE)
    return FALSE;
  if (encoding == MIME_ENCODING_BASE64)
    mime_append_base64 (out, data, length);
  else if (encoding == MIME_ENCODING_QUOTED_PRINTABLE)
    mime_append_quoted_printable (out, data, length, is_text);
  else if (is_text && encoding != MIME_ENCODING_BINARY)
    append_text_lines (out, data, length, has_lf);
  else
    g_string_append_len (out, (const char *) data, (gssize) length);
  if (mime_encoding_is_identity (encoding))
    {
      if (encoding != MIME_ENCODING_BINARY &&
          !fits_lines (out, has_lf, encoding == MIME_ENCODING_8BIT))
        return FALSE;
    }
  else if (has_lf)
    g_string_replace (out, "\r\n", "\n", 0);
  return !has_boundary_line (tree, part, out);
}

/* Appends the body as the header says, or as it can be. Returns: the encoding. */
static MimeEncoding
encode_body (GString *out, const MimeTree *tree, const MimePart *part, GBytes *content)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  MimeEncoding choice = mime_encoding_choose (data, length, strcmp (part->type, "text") == 0);

  if (append_body (out, tree, part, part->encoding, content))
    return part->encoding;
  if (choice == MIME_ENCODING_7BIT) /* which has just failed, or a boundary is in the way */
    choice = MIME_ENCODING_QUOTED_PRINTABLE;
  if (append_body (out, tree, part, choice, content))
    return choice;
  append_body (out, tree, part, MIME_ENCODING_BASE64, content);
  return MIME_ENCODING_BASE64;
}

/* Appends what comes before the body: the header, its transfer encoding changed if need be, and the
 * empty line. */
static void
append_before_body (GString *out, const MimeTree *tree, const MimePart *part, MimeEncoding encoding)
{
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);
  gsize end = part->header_offset + part->header_length;
  g_autoptr (GString) text = g_string_new (NULL);

  if (encoding != part->encoding)
    {
      imf_append_field (text, "Content-Transfer-Encoding", mime_encoding_get_name (encoding));
      append_edited_header (out, tree, part,
                            mime_tree_find_field (tree, part, "Content-Transfer-Encoding"), text);
    }
  else
    append_range (out, data, part->header_offset, end);
  append_range (out, data, end, part->body_offset);
  /* Of a part that broke off in its header, or has none: the content is not to become one. */
  if (part->body_offset == end)
    {
      if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append (out, get_line_end_of (tree, part));
      g_string_append (out, get_line_end_of (tree, part));
    }
}

GBytes *
mime_edit_replace_content (const MimeTree *tree,
                           guint part_index,
                           GBytes *content,
                           char **out_problem)
{
  const MimePart *part = mime_tree_get_part (tree, part_index);
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);
  gsize body_end = part->body_offset + part->body_length;
  MimeEncoding encoding;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) out = NULL;

  if (part->kind != MIME_PART_LEAF)
    {
      refuse (out_problem, "The part is made of other parts.");
      return NULL;
    }
  encoding = encode_body (body, tree, part, content);
  out = g_string_sized_new (length + body->len + 128);
  append_before_part (out, tree, part);
  append_before_body (out, tree, part, encoding);
  g_string_append_len (out, body->str, (gssize) body->len);
  /* A boundary line begins on a line of its own. */
  if (body_end < length && get_line_end (data, length, body_end) == 0)
    g_string_append (out, get_line_end_of (tree, part));
  append_range (out, data, body_end, length);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}
