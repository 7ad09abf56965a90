/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-downgrade.h"

#include "mime-tree.h"

#include <string.h>

#include <imf/imf-composer.h>

/* Octets of a body or a message that get in the way. */
typedef enum
{
  TROUBLE_8BIT = 1 << 0,
  TROUBLE_NUL = 1 << 1,
  TROUBLE_LONG_LINE = 1 << 2, /* above IMF_LINE_CHARACTERS_MAX */
  TROUBLE_LINE_ENDS = 1 << 3, /* others than the message's, so that a relay would change them */
} Trouble;

/** What no 7-bit message has. */
#define TROUBLES_OF_7BIT (TROUBLE_8BIT | TROUBLE_NUL | TROUBLE_LONG_LINE)

/* The new message as it is written, from the beginning to @pos of the old one. */
typedef struct
{
  const MimeTree *tree;
  const guint8   *data;
  gsize           length;
  gboolean        has_lf; /* lines end in LF: a message as it is kept in a file */
  GString        *out;
  gsize           pos;
  const char     *problem; /* (nullable): why it can't be done */
} Downgrade;

/* Whether the first line ends in LF alone. */
static gboolean
has_lf_lines (const guint8 *data, gsize length)
{
  const guint8 *lf = length > 0 ? memchr (data, '\n', length) : NULL;

  return lf != NULL && (lf == data || lf[-1] != '\r');
}

/* A CR that is no line end of the message's, or an LF that is none. */
static gboolean
is_odd_line_end (const guint8 *data, gsize length, gsize i, gboolean has_lf)
{
  if (data[i] == '\r')
    return has_lf || i + 1 == length || data[i + 1] != '\n';
  return !has_lf && (i == 0 || data[i - 1] != '\r');
}

static guint
find_trouble (const guint8 *data, gsize length, gboolean has_lf)
{
  guint trouble = 0;
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    {
      guint8 c = data[i];

      if (c >= 0x80)
        trouble |= TROUBLE_8BIT;
      else if (c == '\0')
        trouble |= TROUBLE_NUL;
      if (c != '\r' && c != '\n')
        {
          trouble |= i - line >= IMF_LINE_CHARACTERS_MAX ? TROUBLE_LONG_LINE : 0;
          continue;
        }
      trouble |= is_odd_line_end (data, length, i, has_lf) ? TROUBLE_LINE_ENDS : 0;
      line = i + 1;
    }
  return trouble;
}

static void
copy_up_to (Downgrade *self, gsize pos)
{
  g_string_append_len (self->out, (const char *) self->data + self->pos,
                       (gssize) (pos - self->pos));
  self->pos = pos;
}

static void
append_line_end (Downgrade *self)
{
  g_string_append (self->out, self->has_lf ? "\n" : "\r\n");
}

/* Text that was written with CRLF, with the message's line ends. */
static void
append_text (Downgrade *self, GString *text)
{
  if (self->has_lf)
    g_string_replace (text, "\r\n", "\n", 0);
  g_string_append_len (self->out, text->str, (gssize) text->len);
}

/* Headers */

static gboolean
is_transfer_encoding (const Downgrade *self, const ImfField *field)
{
  const char *name = "Content-Transfer-Encoding";

  return field->name_length == strlen (name) &&
         g_ascii_strncasecmp ((const char *) self->data + field->name_offset, name,
                              strlen (name)) == 0;
}

/* Whether @part is a message, with MIME-Version among its fields. */
static gboolean
is_message (const Downgrade *self, const MimePart *part)
{
  return part->parent == MIME_NO_PART ||
         mime_tree_get_part (self->tree, part->parent)->kind == MIME_PART_MESSAGE;
}

/* Goes to the header of @part. Where that is the message in a part which broke off before its
 * empty line, a field would become that part's: the line comes first. */
static void
copy_up_to_header (Downgrade *self, const MimePart *part)
{
  const MimePart *parent =
      part->parent != MIME_NO_PART ? mime_tree_get_part (self->tree, part->parent) : NULL;

  copy_up_to (self, part->header_offset);
  if (parent == NULL || parent->kind != MIME_PART_MESSAGE ||
      parent->body_offset > parent->header_offset + parent->header_length)
    return;
  if (self->out->len > 0 && self->out->str[self->out->len - 1] != '\n')
    append_line_end (self);
  append_line_end (self);
}

/* Adds @field at the end of the header of @part, and what it has to have with it. */
static void
add_field (Downgrade *self, const MimePart *part, GString *field)
{
  gsize end = part->header_offset + part->header_length;

  copy_up_to_header (self, part);
  copy_up_to (self, end);
  if (self->out->len > 0 && self->out->str[self->out->len - 1] != '\n')
    append_line_end (self);
  if (is_message (self, part) && mime_tree_find_field (self->tree, part, "MIME-Version") == NULL)
    g_string_prepend (field, "MIME-Version: 1.0\r\n");
  append_text (self, field);
}

/* Copies the header of @part and what parts it from the body; its encoding becomes @encoding. */
static void
change_encoding (Downgrade *self, const MimePart *part, MimeEncoding encoding)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_said = FALSE;

  imf_append_field (text, "Content-Transfer-Encoding", mime_encoding_get_name (encoding));
  for (guint i = 0; i < part->n_fields; i++)
    {
      const ImfField *field = mime_tree_get_field (self->tree, part->first_field + i);

      if (!is_transfer_encoding (self, field))
        continue;
      copy_up_to (self, field->offset);
      if (!is_said)
        append_text (self, text);
      is_said = TRUE;
      self->pos = field->end;
    }
  if (!is_said)
    add_field (self, part, text);
  copy_up_to (self, part->body_offset);
  /* Where the body began without an empty line, what becomes of it could be taken for fields. */
  if (part->body_offset == part->header_offset + part->header_length && part->body_length > 0)
    append_line_end (self);
}

/* Bodies */

/* Whether a line of @body could be taken for a boundary line of a multipart that @part is in. */
static gboolean
has_boundary_line (const Downgrade *self, const MimePart *part, const GString *body)
{
  for (guint i = part->parent; i != MIME_NO_PART; i = mime_tree_get_part (self->tree, i)->parent)
    {
      const MimePart *parent = mime_tree_get_part (self->tree, i);
      g_autofree char *line = NULL;
      g_autofree char *first = NULL;

      if (parent->kind != MIME_PART_MULTIPART)
        continue;
      first = g_strconcat ("--", parent->boundary, NULL);
      line = g_strconcat ("\n", first, NULL);
      if (g_str_has_prefix (body->str, first) || strstr (body->str, line) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full): the shorter of the two encodings of @content. */
static GString *
encode (const Downgrade *self, const MimePart *part, GBytes *content, MimeEncoding *out_encoding)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  gboolean is_text = strcmp (part->type, "text") == 0 &&
                     (find_trouble (data, length, self->has_lf) & TROUBLE_LINE_ENDS) == 0;
  GString *quoted = g_string_new (NULL);
  GString *base64 = g_string_new (NULL);

  mime_append_quoted_printable (quoted, data, length, is_text);
  mime_append_base64 (base64, data, length);
  if (quoted->len <= base64->len && !has_boundary_line (self, part, quoted))
    {
      g_string_free (base64, TRUE);
      *out_encoding = MIME_ENCODING_QUOTED_PRINTABLE;
      return quoted;
    }
  g_string_free (quoted, TRUE);
  *out_encoding = MIME_ENCODING_BASE64;
  return base64;
}

static void
encode_leaf (Downgrade *self, const MimePart *part)
{
  gsize end = part->body_offset + part->body_length;
  g_autoptr (GBytes) content = mime_tree_dup_content (self->tree, part);
  MimeEncoding encoding;
  g_autoptr (GString) body = encode (self, part, content, &encoding);

  change_encoding (self, part, encoding);
  append_text (self, body);
  self->pos = end;
  /* A boundary line begins on a line of its own. */
  if (end < self->length && self->data[end] != '\r' && self->data[end] != '\n')
    append_line_end (self);
}

/* Whether the body of the leaf may be encoded. */
static gboolean
allows_encoding (const MimePart *part)
{
  if (part->encoding == MIME_ENCODING_UNKNOWN || part->encoding == MIME_ENCODING_UUENCODE)
    return FALSE;
  if (strcmp (part->type, "message") == 0)
    return g_str_has_prefix (part->subtype, "global");
  return strcmp (part->type, "multipart") != 0;
}

static gboolean
is_signed (const Downgrade *self, const MimePart *part)
{
  for (guint i = part->parent; i != MIME_NO_PART; i = mime_tree_get_part (self->tree, i)->parent)
    {
      const MimePart *parent = mime_tree_get_part (self->tree, i);

      if (strcmp (parent->type, "multipart") == 0 && strcmp (parent->subtype, "signed") == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
says_more_than_7bit (const MimePart *part)
{
  return part->encoding == MIME_ENCODING_8BIT || part->encoding == MIME_ENCODING_BINARY;
}

static void
downgrade_leaf (Downgrade *self, const MimePart *part)
{
  gboolean is_locked = is_signed (self, part);
  guint trouble =
      find_trouble (self->data + part->body_offset, part->body_length, self->has_lf);

  /* Line ends of encoded bodies mean nothing; those of locked ones can't be helped. */
  if (is_locked || !allows_encoding (part) || !mime_encoding_is_identity (part->encoding))
    trouble &= TROUBLES_OF_7BIT;
  if (trouble != 0 && is_locked)
    self->problem = "A signed part can't be changed.";
  else if (trouble != 0 && !allows_encoding (part))
    self->problem = "A part is of a kind, or in an encoding, that can't be encoded.";
  else if (trouble != 0)
    encode_leaf (self, part);
  else if (says_more_than_7bit (part) && !is_locked)
    change_encoding (self, part, MIME_ENCODING_7BIT);
}

/* Whether what was written is made of the same parts still. What this catches is so broken that
 * programs differ on what it is. */
static gboolean
is_alike (const MimeTree *old, const GString *text)
{
  g_autoptr (MimeTree) new = mime_tree_new ((const guint8 *) text->str, text->len);
  gboolean is_same = mime_tree_get_n_parts (old) == mime_tree_get_n_parts (new);

  for (guint i = 0; is_same && i < mime_tree_get_n_parts (old); i++)
    {
      const MimePart *a = mime_tree_get_part (old, i), *b = mime_tree_get_part (new, i);

      is_same = a->kind == b->kind && a->parent == b->parent && strcmp (a->type, b->type) == 0 &&
                strcmp (a->subtype, b->subtype) == 0;
    }
  return is_same;
}

static GBytes *
downgrade (GBytes *message, char **out_problem)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (MimeTree) tree = mime_tree_new (data, length);
  g_autoptr (GString) out = g_string_sized_new (length + length / 8);
  Downgrade self = { tree, data, length, has_lf_lines (data, length), out, 0, NULL };

  for (guint i = 0; i < mime_tree_get_n_parts (tree) && self.problem == NULL; i++)
    {
      const MimePart *part = mime_tree_get_part (tree, i);

      if (part->kind == MIME_PART_LEAF)
        downgrade_leaf (&self, part);
      else if (says_more_than_7bit (part) && !is_signed (&self, part))
        change_encoding (&self, part, MIME_ENCODING_7BIT);
    }
  copy_up_to (&self, length);
  if (self.problem == NULL &&
      find_trouble ((const guint8 *) out->str, out->len, self.has_lf) & TROUBLES_OF_7BIT)
    self.problem = "The header, or text around the parts, is not ASCII in lines of 998.";
  if (self.problem == NULL && !is_alike (tree, out))
    self.problem = "The message is too broken for its parts to be changed alone.";
  if (self.problem != NULL)
    {
      if (out_problem != NULL)
        *out_problem = g_strdup (self.problem);
      return NULL;
    }
  if (out->len == length && memcmp (out->str, data, length) == 0)
    return g_bytes_ref (message);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
mime_downgrade (GBytes *message, char **out_problem)
{
  return g_bytes_get_size (message) > 0 ? downgrade (message, out_problem)
                                        : g_bytes_ref (message);
}
