/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-register.h"

#include <imf/imf-fields.h>

struct _MailRegister
{
  GHashTable *numbers; /* Message-ID -> number; looked up only */
  guint       n_messages;
};

static char *
dup_message_id (GBytes *message)
{
  gsize           length;
  const guint8   *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  const ImfField *field = imf_header_find (header, "Message-ID", NULL);

  return field != NULL ? imf_header_dup_value (header, field) : NULL;
}

guint
mail_register_number (MailRegister *self, GBytes *message)
{
  g_autofree char *id = dup_message_id (message);
  gpointer         number;

  if (id == NULL)
    return ++self->n_messages;
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
