/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <string.h>

void
mail_message_header_of_part (const MimeTree *tree, guint i, MailMessageHeader *out_header)
{
  const MimePart *part = mime_tree_get_part (tree, i);

  *out_header = (MailMessageHeader){
    .n_fields = part->n_fields,
    .begin = part->header_offset,
    .end = part->header_offset + part->header_length,
    .body_offset = part->body_offset,
    .body_end = part->body_offset + part->body_length,
  };
  out_header->data = mime_tree_get_data (tree, &out_header->length);
  if (part->n_fields > 0)
    out_header->fields = mime_tree_get_field (tree, part->first_field);
}

void
mail_message_header_init (MailMessage *self, MailMessageHeader *out_header)
{
  gsize         length;
  const guint8 *data;
  ImfHeader    *header;

  if (self->tree != NULL)
    {
      mail_message_header_of_part (self->tree, 0, out_header);
      return;
    }
  data = g_bytes_get_data (mail_message_get_wire (self), &length);
  header = imf_header_new (data, length);
  *out_header = (MailMessageHeader){
    .data = data,
    .length = length,
    .fields = (const ImfField *) (gpointer) header->fields->data,
    .n_fields = header->fields->len,
    .end = header->end,
    .body_offset = header->body_offset,
    .body_end = length,
    .owned = header,
  };
}

void
mail_message_header_clear (MailMessageHeader *self)
{
  g_clear_pointer (&self->owned, imf_header_free);
}

gboolean
mail_message_header_is_named (const MailMessageHeader *self, const ImfField *field,
                              const char *name)
{
  return strlen (name) == field->name_length &&
         g_ascii_strncasecmp ((const char *) self->data + field->name_offset, name,
                              field->name_length) == 0;
}

const ImfField *
mail_message_header_find (const MailMessageHeader *self, const char *name, const ImfField *after)
{
  guint i = after != NULL ? (guint) (after - self->fields) + 1 : 0;

  for (; i < self->n_fields; i++)
    if (mail_message_header_is_named (self, &self->fields[i], name))
      return &self->fields[i];
  return NULL;
}

char *
mail_message_header_dup_value (const MailMessageHeader *self, const ImfField *field)
{
  ImfHeader header = { .data = self->data, .length = self->length };

  return imf_header_dup_value (&header, field);
}
