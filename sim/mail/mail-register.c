/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-register.h"

#include <imf/imf-fields.h>

struct _MailRegister
{
  GHashTable *numbers; /* identity -> number; looked up only */
  guint       n_messages;
};

/* Where the message begins as it was sent: after the trace fields that hosts put before it. */
static gsize
skip_trace_fields (const ImfHeader *header)
{
  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);
      const char     *name = (const char *) header->data + field->name_offset;

      if (!(field->name_length == 8 && g_ascii_strncasecmp (name, "Received", 8) == 0) &&
          !(field->name_length == 11 && g_ascii_strncasecmp (name, "Return-Path", 11) == 0))
        return field->offset;
    }
  return header->end;
}

/* The Message-ID, or a digest of the message when it has none. */
static char *
dup_identity (GBytes *message)
{
  gsize           length, start;
  const guint8   *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  const ImfField *field = imf_header_find (header, "Message-ID", NULL);

  if (field != NULL)
    return imf_header_dup_value (header, field);
  start = skip_trace_fields (header);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data + start, length - start);
}

guint
mail_register_number (MailRegister *self, GBytes *message)
{
  g_autofree char *id = dup_identity (message);
  gpointer         number;

  if (g_hash_table_lookup_extended (self->numbers, id, NULL, &number))
    return GPOINTER_TO_UINT (number);
  self->n_messages++;
  g_hash_table_insert (self->numbers, g_steal_pointer (&id), GUINT_TO_POINTER (self->n_messages));
  return self->n_messages;
}

MailRegister *
mail_register_new (void)
{
  MailRegister *self = g_new0 (MailRegister, 1);

  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
mail_register_free (MailRegister *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->numbers);
  g_free (self);
}
