/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-draft.h"
#include "mime-builder.h"
#include "mime-fields.h"
#include "mime-writer.h"

#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>

/* The fields of a draft in the order of RFC 5322 section 3.6; Date comes before them. */
static const struct
{
  const char *name;
  glong offset; /* of a char *, (nullable) */
  gboolean (*write) (
      GString *out, const char *name, const char *text, gboolean allows_utf8, char **out_problem);
} fields[] = {
  { "From", G_STRUCT_OFFSET (MimeDraft, from), mime_write_addresses },
  { "Sender", G_STRUCT_OFFSET (MimeDraft, sender), mime_write_addresses },
  { "Reply-To", G_STRUCT_OFFSET (MimeDraft, reply_to), mime_write_addresses },
  { "To", G_STRUCT_OFFSET (MimeDraft, to), mime_write_addresses },
  { "Cc", G_STRUCT_OFFSET (MimeDraft, cc), mime_write_addresses },
  { "Bcc", G_STRUCT_OFFSET (MimeDraft, bcc), mime_write_addresses },
  { "Subject", G_STRUCT_OFFSET (MimeDraft, subject), mime_write_unstructured },
  { "Message-ID", G_STRUCT_OFFSET (MimeDraft, message_id), NULL }, /* without brackets */
  { "In-Reply-To", G_STRUCT_OFFSET (MimeDraft, in_reply_to), mime_write_ids },
  { "References", G_STRUCT_OFFSET (MimeDraft, references), mime_write_ids },
};

static gboolean G_GNUC_PRINTF (2, 3) refuse (char **out_problem, const char *format, ...)
{
  va_list arguments;

  if (out_problem != NULL)
    {
      va_start (arguments, format);
      *out_problem = g_strdup_vprintf (format, arguments);
      va_end (arguments);
    }
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t")] == '\0';
}

/* Reads who wrote and who sent it (RFC 5322 section 3.6.2). */
static gboolean
check_originators (const MimeDraft *self, gboolean *out_needs_sender, char **out_problem)
{
  g_autoptr (ImfAddressList) from = NULL;
  g_autoptr (ImfAddressList) sender = NULL;

  if (is_blank (self->from))
    return refuse (out_problem, "The message has no author.");
  from = imf_address_list_parse_text (self->from);
  sender = is_blank (self->sender) ? NULL : imf_address_list_parse_text (self->sender);
  if (from != NULL && imf_address_list_get_n (from) > 1 && sender == NULL)
    return refuse (out_problem, "Of several authors one has to be the sender.");
  *out_needs_sender = TRUE;
  if (from != NULL && sender != NULL && imf_address_list_get_n (from) == 1 &&
      imf_address_list_get_n (sender) == 1)
    {
      const ImfMailbox *author = imf_address_list_get (from, 0);
      const ImfMailbox *other = imf_address_list_get (sender, 0);

      *out_needs_sender = g_strcmp0 (author->local_part, other->local_part) != 0 ||
                          g_ascii_strcasecmp (author->domain, other->domain) != 0;
    }
  return TRUE;
}

static gboolean
append_fields (const MimeDraft *self, GString *out, char **out_problem)
{
  g_autofree char *date = imf_date_format (&self->date);
  gboolean needs_sender = TRUE;

  if (!check_originators (self, &needs_sender, out_problem))
    return FALSE;
  imf_append_field (out, "Date", date);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *text = G_STRUCT_MEMBER (char *, self, fields[i].offset);

      if (is_blank (text) || (!needs_sender && text == self->sender))
        continue;
      if (fields[i].write == NULL)
        {
          g_autofree char *id = g_strdup_printf ("<%s>", text);

          if (!mime_write_ids (out, fields[i].name, id, self->allows_utf8_header, out_problem))
            return FALSE;
        }
      else if (!fields[i].write (out, fields[i].name, text, self->allows_utf8_header, out_problem))
        return FALSE;
    }
  return TRUE;
}

/* Whether the draft has a place of its own for a field, or other hosts write it. */
static gboolean
is_reserved (const char *name)
{
  const ImfKind *kind = mime_kind_find ((const guint8 *) name, strlen (name));

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strcasecmp (fields[i].name, name) == 0)
      return TRUE;
  return kind->group == IMF_GROUP_ORIGINATION_DATE || kind->group == IMF_GROUP_TRACE ||
         kind->group == IMF_GROUP_RESENT || kind->group == IMF_GROUP_MIME ||
         g_ascii_strncasecmp (name, "Content-", strlen ("Content-")) == 0 ||
         g_ascii_strncasecmp (name, "Resent-", strlen ("Resent-")) == 0;
}

static gboolean
append_extra_fields (const MimeDraft *self, GString *out, char **out_problem)
{
  const GPtrArray *extra = self->extra_fields;

  g_return_val_if_fail (extra->len % 2 == 0, FALSE);
  for (guint i = 0; i < extra->len; i += 2)
    {
      const char *name = g_ptr_array_index (extra, i);
      const ImfKind *kind = mime_kind_find ((const guint8 *) name, strlen (name));

      if (is_reserved (name))
        return refuse (out_problem, "%s can't be an additional field.", name);
      for (guint j = 0; j < i; j += 2)
        if (kind->max == 1 && g_ascii_strcasecmp (g_ptr_array_index (extra, j), name) == 0)
          return refuse (out_problem, "%s may be there only once.", name);
      if (!mime_write_field (out, name, g_ptr_array_index (extra, i + 1), self->allows_utf8_header,
                             out_problem))
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
nodes_new (MimeNode *first)
{
  GPtrArray *nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) mime_node_free);

  if (first != NULL)
    g_ptr_array_add (nodes, first);
  return nodes;
}

/* Appends those attachments that the HTML shows, or the others. Returns: whether all are right. */
static gboolean
add_attachments (const MimeDraft *self, GPtrArray *nodes, gboolean is_related, char **out_problem)
{
  for (guint i = 0; i < self->attachments->len; i++)
    {
      const MimeAttachment *attachment = g_ptr_array_index (self->attachments, i);
      gboolean is_shown =
          self->html != NULL && attachment->is_inline && attachment->content_id != NULL;
      MimeNode *node;

      if (is_shown != is_related)
        continue;
      node = mime_node_new_attachment (attachment, is_related, out_problem);
      if (node == NULL)
        return FALSE;
      g_ptr_array_add (nodes, node);
    }
  return TRUE;
}

/* Returns: (transfer full): its only node, or a multipart of them; @nodes is consumed. */
static MimeNode *
join_nodes (GPtrArray *nodes, const char *subtype)
{
  MimeNode *only;

  if (nodes->len != 1)
    return mime_node_new_multipart (subtype, nodes);
  only = g_ptr_array_steal_index (nodes, 0);
  g_ptr_array_unref (nodes);
  return only;
}

/* Returns: (transfer full) (nullable): what is read: related (alternative (text, html), parts);
 * NULL when there is nothing, or @out_problem was set. */
static MimeNode *
make_readable (const MimeDraft *self, gboolean needs_text, char **out_problem)
{
  guint flags = self->allows_8bit ? MIME_TEXT_8BIT : 0;
  g_autoptr (GPtrArray) nodes = NULL;
  MimeNode *text = NULL;

  if (self->text != NULL || (needs_text && self->html == NULL))
    text = mime_node_new_text ("plain", self->text != NULL ? self->text : "",
                               (self->is_flowed ? MIME_TEXT_FLOWED : 0) | flags);
  if (self->html == NULL)
    return text;
  nodes = nodes_new (text);
  g_ptr_array_add (nodes, mime_node_new_text ("html", self->html, flags));
  nodes = nodes_new (join_nodes (g_steal_pointer (&nodes), "alternative"));
  if (!add_attachments (self, nodes, TRUE, out_problem))
    return NULL;
  return join_nodes (g_steal_pointer (&nodes), "related");
}

/* Returns: (transfer full) (nullable): all of it: mixed (readable, attachments) */
static MimeNode *
make_root (const MimeDraft *self, char **out_problem)
{
  g_autoptr (GPtrArray) nodes = nodes_new (NULL);
  MimeNode *readable = NULL;

  if ((self->text != NULL && !g_utf8_validate (self->text, -1, NULL)) ||
      (self->html != NULL && !g_utf8_validate (self->html, -1, NULL)))
    {
      refuse (out_problem, "The text is not UTF-8.");
      return NULL;
    }
  readable = make_readable (self, self->attachments->len == 0, out_problem);
  if (readable == NULL && (self->text != NULL || self->html != NULL))
    return NULL;
  if (readable != NULL)
    g_ptr_array_add (nodes, readable);
  if (!add_attachments (self, nodes, FALSE, out_problem))
    return NULL;
  return join_nodes (g_steal_pointer (&nodes), "mixed");
}

/* Returns: (transfer full) (nullable): the header so far */
static GString *
write_header (const MimeDraft *self, char **out_problem)
{
  GString *out = g_string_new (NULL);

  if (append_fields (self, out, out_problem) && append_extra_fields (self, out, out_problem))
    return out;
  g_string_free (out, TRUE);
  return NULL;
}

/* @out: (transfer full): the header so far */
static GBytes *
write_content (GString *out, MimeNode *root, MimeRandom random, gpointer user_data)
{
  if (!mime_node_is_plain (root))
    imf_append_field (out, "MIME-Version", "1.0");
  mime_node_append (root, out, random, user_data);
  return g_string_free_to_bytes (out);
}

GBytes *
mime_draft_build_with (const MimeDraft *self,
                       MimeNode        *root,
                       MimeRandom       random,
                       gpointer         user_data,
                       char           **out_problem)
{
  GString *out;

  g_return_val_if_fail (random != NULL, NULL);
  out = write_header (self, out_problem);
  return out != NULL ? write_content (out, root, random, user_data) : NULL;
}

GBytes *
mime_draft_build (const MimeDraft *self, MimeRandom random, gpointer user_data, char **out_problem)
{
  g_autoptr (GString) out = NULL;
  g_autoptr (MimeNode) root = NULL;

  g_return_val_if_fail (random != NULL, NULL);
  out = write_header (self, out_problem);
  root = out != NULL ? make_root (self, out_problem) : NULL;
  if (root == NULL)
    return NULL;
  return write_content (g_steal_pointer (&out), root, random, user_data);
}

static void
attachment_free (MimeAttachment *attachment)
{
  g_free (attachment->type);
  g_free (attachment->filename);
  g_free (attachment->content_id);
  g_free (attachment->description);
  g_bytes_unref (attachment->content);
  g_free (attachment);
}

MimeAttachment *
mime_draft_attach (MimeDraft *self, const char *type, const char *filename, GBytes *content)
{
  MimeAttachment *attachment = g_new0 (MimeAttachment, 1);

  attachment->type = g_strdup (type);
  attachment->filename = g_strdup (filename);
  attachment->content = g_bytes_ref (content);
  g_ptr_array_add (self->attachments, attachment);
  return attachment;
}

MimeDraft *
mime_draft_new (void)
{
  MimeDraft *self = g_new0 (MimeDraft, 1);

  self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) attachment_free);
  self->extra_fields = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
mime_draft_free (MimeDraft *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_free (G_STRUCT_MEMBER (char *, self, fields[i].offset));
  g_free (self->text);
  g_free (self->html);
  g_ptr_array_unref (self->attachments);
  g_ptr_array_unref (self->extra_fields);
  g_free (self);
}
