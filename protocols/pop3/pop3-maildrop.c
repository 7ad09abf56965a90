/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-maildrop.h"

void
pop3_maildrop_add (Pop3Maildrop *self, guint64 octets, const char *unique_id)
{
  Pop3MaildropMessage message = { octets, g_strdup (unique_id), FALSE };

  g_array_append_val (self->messages, message);
}

guint
pop3_maildrop_get_n (const Pop3Maildrop *self)
{
  return self->messages->len;
}

Pop3MaildropMessage *
pop3_maildrop_get (const Pop3Maildrop *self, guint i)
{
  g_assert (i < self->messages->len);
  return &g_array_index (self->messages, Pop3MaildropMessage, i);
}

void
pop3_maildrop_reset (Pop3Maildrop *self)
{
  for (guint i = 0; i < self->messages->len; i++)
    pop3_maildrop_get (self, i)->is_deleted = FALSE;
}

void
pop3_maildrop_count (const Pop3Maildrop *self, guint *out_n_messages, guint64 *out_octets)
{
  guint n_messages = 0;
  guint64 octets = 0;

  for (guint i = 0; i < self->messages->len; i++)
    {
      const Pop3MaildropMessage *message = pop3_maildrop_get (self, i);

      if (message->is_deleted)
        continue;
      n_messages++;
      octets += message->octets;
    }
  *out_n_messages = n_messages;
  *out_octets = octets;
}

char *
pop3_maildrop_describe (const Pop3Maildrop *self, Pop3Language language)
{
  guint n_messages;
  guint64 octets;

  pop3_maildrop_count (self, &n_messages, &octets);
  if (n_messages == 1)
    return g_strdup_printf (
        pop3_language_translate (language, "%u message (%" G_GUINT64_FORMAT " octets)"), n_messages,
        octets);
  return g_strdup_printf (
      pop3_language_translate (language, "%u messages (%" G_GUINT64_FORMAT " octets)"), n_messages,
      octets);
}

GArray *
pop3_maildrop_list_deleted (const Pop3Maildrop *self)
{
  GArray *deleted = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->messages->len; i++)
    if (pop3_maildrop_get (self, i)->is_deleted)
      g_array_append_val (deleted, i);
  return deleted;
}

static void
clear_message (gpointer message)
{
  g_free (((Pop3MaildropMessage *) message)->unique_id);
}

void
pop3_maildrop_init (Pop3Maildrop *self)
{
  self->messages = g_array_new (FALSE, FALSE, sizeof (Pop3MaildropMessage));
  g_array_set_clear_func (self->messages, clear_message);
}

void
pop3_maildrop_clear (Pop3Maildrop *self)
{
  g_clear_pointer (&self->messages, g_array_unref);
}
