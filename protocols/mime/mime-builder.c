/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-builder.h"
#include "mime-value.h"
#include "mime-flowed.h"
#include "mime-writer.h"

#include <string.h>

#include <imf/imf-composer.h>

struct _MimeNode
{
  GString *type;   /* the field Content-Type, without a line end */
  GString *fields; /* those that come after Content-Transfer-Encoding */
  gboolean is_plain;
  MimeEncoding encoding;
  gboolean is_text; /* line ends of the content are line ends */
  GBytes *content;
  GPtrArray *children; /* (nullable): of MimeNode */
};

static MimeNode *
node_new (const char *type)
{
  MimeNode *self = g_new0 (MimeNode, 1);

  self->type = g_string_new ("Content-Type: ");
  g_string_append (self->type, type);
  self->fields = g_string_new (NULL);
  return self;
}

void
mime_node_free (MimeNode *self)
{
  if (self == NULL)
    return;
  g_string_free (self->type, TRUE);
  g_string_free (self->fields, TRUE);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

gboolean
mime_node_is_plain (const MimeNode *self)
{
  return self->is_plain;
}

/* Lines that end in CRLF, whatever they ended in; the last one gets an end, too. */
static char *
dup_canonical (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 64);

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");

      g_string_append_len (out, text, (gssize) length);
      g_string_append (out, "\r\n");
      text += length;
      if (text[0] == '\r' && text[1] == '\n')
        text += 2;
      else if (*text != '\0')
        text++;
    }
  return g_string_free (out, FALSE);
}

/* What lines a content has. */
typedef struct
{
  gboolean has_8bit, has_nul, has_control; /* controls but TAB, CR and LF */
  gboolean has_bare_cr, has_bare_lf;
  gsize n_longest; /* octets, without the line end */
} Survey;

static Survey
survey_lines (const guint8 *data, gsize length)
{
  Survey survey = { 0 };
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    {
      guint8 c = data[i];

      if (c == '\n')
        {
          gboolean is_crlf = i > line && data[i - 1] == '\r';

          survey.has_bare_lf |= !is_crlf;
          survey.n_longest = MAX (survey.n_longest, i - line - (is_crlf ? 1 : 0));
          line = i + 1;
        }
      else if (c == '\r')
        survey.has_bare_cr |= i + 1 == length || data[i + 1] != '\n';
      else if (c >= 0x80)
        survey.has_8bit = TRUE;
      else if (c == '\0')
        survey.has_nul = TRUE;
      else if ((c < 0x20 && c != '\t') || c == 0x7f)
        survey.has_control = TRUE;
    }
  survey.n_longest = MAX (survey.n_longest, length - line);
  return survey;
}

/* The encoding of text whose lines end in CRLF. As mime_encoding_choose(), but no line is longer
 * than a line should be (RFC 5322 section 2.1.1), and no control goes as it is. */
static MimeEncoding
choose_text_encoding (const guint8 *data, gsize length, gboolean allows_8bit)
{
  MimeEncoding encoding = mime_encoding_choose (data, length, TRUE);
  Survey survey = survey_lines (data, length);

  if (encoding == MIME_ENCODING_7BIT &&
      (survey.n_longest > IMF_LINE_CHARACTERS_WANTED || survey.has_control))
    return MIME_ENCODING_QUOTED_PRINTABLE;
  if (allows_8bit && survey.has_8bit && !survey.has_control &&
      survey.n_longest <= IMF_LINE_CHARACTERS_MAX)
    return MIME_ENCODING_8BIT;
  return encoding;
}

MimeNode *
mime_node_new_text (const char *subtype, const char *text, guint flags)
{
  char *flowed = (flags & MIME_TEXT_FLOWED) != 0 ? mime_flowed_encode (text) : NULL;
  gboolean is_wrapped = flowed != NULL;
  char *content = is_wrapped ? flowed : dup_canonical (text);
  gsize length = strlen (content);
  gboolean is_ascii = g_str_is_ascii (content);
  g_autofree char *type = g_strdup_printf ("text/%s", subtype);
  MimeNode *self = node_new (type);

  self->is_text = TRUE;
  self->encoding = choose_text_encoding ((const guint8 *) content, length,
                                         (flags & MIME_TEXT_8BIT) != 0);
  self->content = g_bytes_new_take (content, length);
  self->is_plain = is_ascii && !is_wrapped && self->encoding == MIME_ENCODING_7BIT &&
                   strcmp (subtype, "plain") == 0;
  mime_write_parameter (self->type, "charset", is_ascii ? "us-ascii" : "utf-8");
  if (is_wrapped)
    {
      mime_write_parameter (self->type, "format", "flowed");
      mime_write_parameter (self->type, "delsp", "no");
    }
  return self;
}

/* A copy of @content whose bare LFs are CRLFs. */
static GBytes *
to_crlf (GBytes *content)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  GByteArray *out = g_byte_array_sized_new ((guint) MIN (length + length / 32, G_MAXUINT / 2));

  for (gsize i = 0; i < length;)
    {
      const guint8 *lf = memchr (data + i, '\n', length - i);
      gsize end = lf != NULL ? (gsize) (lf - data) : length;
      gboolean is_bare = lf != NULL && (end == i || data[end - 1] != '\r');

      g_byte_array_append (out, data + i, (guint) (end - i));
      if (is_bare)
        g_byte_array_append (out, (const guint8 *) "\r", 1);
      if (lf != NULL)
        g_byte_array_append (out, lf, 1);
      i = end + 1;
    }
  return g_byte_array_free_to_bytes (out);
}

/* Decides how an attachment is sent. Returns: FALSE when it can't be of its type: then it is
 * application/octet-stream. */
static gboolean
encode_attachment (MimeNode *self, GBytes *content, gboolean is_message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  Survey survey = survey_lines (data, length);

  self->content = g_bytes_ref (content);
  if (is_message)
    {
      if (survey.has_nul || survey.has_bare_cr || survey.n_longest > IMF_LINE_CHARACTERS_MAX)
        return FALSE;
      self->encoding = survey.has_8bit ? MIME_ENCODING_8BIT : MIME_ENCODING_7BIT;
      if (survey.has_bare_lf)
        {
          g_bytes_unref (self->content);
          self->content = to_crlf (content);
        }
    }
  else if (length == 0)
    self->encoding = MIME_ENCODING_7BIT;
  else if (self->is_text && !survey.has_nul && !survey.has_bare_cr && !survey.has_bare_lf)
    self->encoding = choose_text_encoding (data, length, FALSE);
  else
    self->encoding = MIME_ENCODING_BASE64;
  return TRUE;
}

/* Returns: FALSE when text has octets of a charset that nobody told. */
static gboolean
add_charset (MimeNode *self, GBytes *content, gboolean has_charset)
{
  gsize length;
  const char *data = g_bytes_get_data (content, &length);
  Survey survey = survey_lines ((const guint8 *) data, length);

  if (has_charset || !survey.has_8bit)
    return TRUE;
  if (survey.has_nul || !g_utf8_validate_len (data, length, NULL))
    return FALSE;
  mime_write_parameter (self->type, "charset", "utf-8");
  return TRUE;
}

static gboolean
refuse_type (const char *type, char **out_problem)
{
  if (out_problem != NULL)
    *out_problem = g_strdup_printf ("\"%s\" can't be the type of an attachment.", type);
  return FALSE;
}

/* Reads "image/png" or "text/plain; charset=iso-8859-1" into @self. */
static gboolean
set_type (MimeNode *self,
          const MimeAttachment *attachment,
          gboolean *out_is_message,
          char **out_problem)
{
  const char *text = attachment->type != NULL ? attachment->type : "application/octet-stream";
  g_autoptr (GString) strings = g_string_new (NULL);
  MimeValue value = { .text = strings };
  gboolean has_charset = FALSE;
  const char *type;
  const char *subtype;
  const char *name;
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) text, strlen (text), NULL);
  if (!mime_write_is_clean (text) || !mime_scan_content_type (&scan, &value) ||
      !wire_scan_at_end (&scan) || scan.flags != 0)
    return refuse_type (text, out_problem);
  type = strings->str;
  subtype = type + strlen (type) + 1;
  if (*subtype == '\0' || strcmp (type, "multipart") == 0)
    return refuse_type (text, out_problem);
  g_string_printf (self->type, "Content-Type: %s/%s", type, subtype);
  name = subtype + strlen (subtype) + 1;
  for (guint i = 0; i < value.n_parameters; i++)
    {
      const char *parameter = name + strlen (name) + 1;

      mime_write_parameter (self->type, name, parameter);
      has_charset |= strcmp (name, "charset") == 0;
      name = parameter + strlen (parameter) + 1;
    }
  *out_is_message = strcmp (type, "message") == 0;
  self->is_text = strcmp (type, "text") == 0;
  if (!self->is_text || add_charset (self, attachment->content, has_charset))
    return TRUE;
  self->is_text = FALSE;
  g_string_assign (self->type, "Content-Type: application/octet-stream");
  return TRUE;
}

/* Content-Disposition, with the last part of @filename only: a path is nobody's business
 * (RFC 2183 section 2.3). */
static gboolean
add_disposition (MimeNode *self, const MimeAttachment *attachment, char **out_problem)
{
  const char *filename = attachment->filename;

  g_string_append_printf (self->fields, "Content-Disposition: %s",
                          attachment->is_inline ? "inline" : "attachment");
  if (filename != NULL && !mime_write_is_clean (filename))
    {
      if (out_problem != NULL)
        *out_problem = g_strdup ("A file name has control characters.");
      return FALSE;
    }
  for (const char *at = filename; at != NULL && *at != '\0'; at++)
    if (*at == '/' || *at == '\\')
      filename = at + 1;
  if (filename != NULL && *filename != '\0')
    mime_write_parameter (self->fields, "filename", filename);
  g_string_append (self->fields, "\r\n");
  return TRUE;
}

MimeNode *
mime_node_new_attachment (const MimeAttachment *attachment, gboolean is_related, char **out_problem)
{
  g_autoptr (MimeNode) self = node_new ("");
  gboolean is_message = FALSE;

  if (!set_type (self, attachment, &is_message, out_problem))
    return NULL;
  if (!encode_attachment (self, attachment->content, is_message))
    {
      g_string_assign (self->type, "Content-Type: application/octet-stream");
      self->encoding = MIME_ENCODING_BASE64;
    }
  if (attachment->content_id != NULL)
    {
      g_autofree char *id = g_strdup_printf ("<%s>", attachment->content_id);

      if (!mime_write_ids (self->fields, "Content-ID", id, FALSE, out_problem))
        return NULL;
    }
  if (attachment->description != NULL && *attachment->description != '\0' &&
      !mime_write_unstructured (self->fields, "Content-Description", attachment->description, FALSE,
                                out_problem))
    return NULL;
  return add_disposition (self, attachment, out_problem) ? g_steal_pointer (&self) : NULL;
}

void
mime_node_add_parameter (MimeNode *self, const char *name, const char *value)
{
  mime_write_parameter (self->type, name, value);
}

MimeNode *
mime_node_new_part (const char *type, const char *description, GBytes *content, char **out_problem)
{
  g_autoptr (MimeNode) self = node_new ("");
  MimeAttachment attachment = { .type = (char *) type, .content = content };
  gboolean is_message = FALSE;

  if (!set_type (self, &attachment, &is_message, out_problem))
    return NULL;
  if (g_str_has_prefix (type, "message/global"))
    {
      is_message = FALSE;
      self->is_text = TRUE;
    }
  if (!encode_attachment (self, content, is_message))
    {
      g_string_assign (self->type, "Content-Type: application/octet-stream");
      self->encoding = MIME_ENCODING_BASE64;
    }
  if (description != NULL)
    imf_append_field (self->fields, "Content-Description", description);
  return g_steal_pointer (&self);
}

MimeNode *
mime_node_new_multipart (const char *subtype, GPtrArray *children)
{
  g_autofree char *type = g_strdup_printf ("multipart/%s", subtype);
  MimeNode *self = node_new (type);

  self->children = children;
  self->encoding = MIME_ENCODING_7BIT;
  for (guint i = 0; i < children->len; i++)
    {
      const MimeNode *child = g_ptr_array_index (children, i);

      if (child->encoding == MIME_ENCODING_8BIT) /* RFC 2045 section 6.4 */
        self->encoding = MIME_ENCODING_8BIT;
    }
  if (strcmp (subtype, "related") == 0) /* RFC 2387 section 3.1 */
    {
      const MimeNode *root = g_ptr_array_index (children, 0);
      const char *value = root->type->str + strlen ("Content-Type: ");
      g_autofree char *root_type = g_strndup (value, strcspn (value, ";"));

      mime_write_parameter (self->type, "type", root_type);
    }
  return self;
}

/* Whether @boundary is somewhere in a content that is sent as it is. */
static gboolean
has_boundary (const MimeNode *self, const char *boundary, gsize boundary_length)
{
  gsize length;
  const guint8 *data;

  for (guint i = 0; self->children != NULL && i < self->children->len; i++)
    if (has_boundary (g_ptr_array_index (self->children, i), boundary, boundary_length))
      return TRUE;
  if (self->content == NULL || !mime_encoding_is_identity (self->encoding))
    return FALSE;
  data = g_bytes_get_data (self->content, &length);
  for (const guint8 *at = data; length >= boundary_length;)
    {
      at = memchr (at, '=', length - (gsize) (at - data));
      if (at == NULL || length - (gsize) (at - data) < boundary_length)
        break;
      if (memcmp (at, boundary, boundary_length) == 0)
        return TRUE;
      at++;
    }
  return FALSE;
}

/* Returns: (transfer full): a boundary of its own. @level: how many multiparts it is inside of, so
 * that no two of them have the same one, or one that begins with another's */
static char *
draw_boundary (const MimeNode *self, guint level, MimeRandom random, gpointer user_data)
{
  guint64 attempt = 0;

  while (TRUE)
    {
      char *boundary = g_strdup_printf ("=_%u_%016" G_GINT64_MODIFIER "x", level,
                                        random (user_data) + attempt++);

      if (!has_boundary (self, boundary, strlen (boundary)))
        return boundary;
      g_free (boundary);
    }
}

static void
append_content (const MimeNode *self, GString *out, gboolean is_inside)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (self->content, &length);

  if (self->encoding == MIME_ENCODING_QUOTED_PRINTABLE)
    mime_append_quoted_printable (out, data, length, self->is_text);
  else if (self->encoding != MIME_ENCODING_BASE64)
    g_string_append_len (out, (const char *) data, (gssize) length);
  else
    {
      mime_append_base64 (out, data, length);
      if (is_inside && length > 0) /* the line end before the boundary is the last line's, too */
        g_string_truncate (out, out->len - 2);
    }
}

static void
append_node (MimeNode *self, GString *out, guint level, MimeRandom random, gpointer user_data)
{
  g_autofree char *boundary = NULL;

  if (self->children != NULL)
    {
      boundary = draw_boundary (self, level, random, user_data);
      mime_write_parameter (self->type, "boundary", boundary);
    }
  if (!self->is_plain || level > 0)
    {
      g_string_append_printf (out, "%s\r\n", self->type->str);
      if (self->encoding != MIME_ENCODING_7BIT)
        imf_append_field (out, "Content-Transfer-Encoding",
                          mime_encoding_get_name (self->encoding));
      g_string_append (out, self->fields->str);
    }
  g_string_append (out, "\r\n");
  for (guint i = 0; self->children != NULL && i < self->children->len; i++)
    {
      g_string_append_printf (out, "%s--%s\r\n", i > 0 ? "\r\n" : "", boundary);
      append_node (g_ptr_array_index (self->children, i), out, level + 1, random, user_data);
    }
  if (self->children != NULL)
    g_string_append_printf (out, "\r\n--%s--\r\n", boundary);
  else
    append_content (self, out, level > 0);
}

void
mime_node_append (MimeNode *self, GString *out, MimeRandom random, gpointer user_data)
{
  append_node (self, out, 0, random, user_data);
}
