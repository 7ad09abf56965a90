/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

const char *
mail_message_get_envelope (MailMessage *self, gsize *out_length)
{
  if (self->envelope == NULL)
    self->envelope = g_string_new ("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  *out_length = self->envelope->len;
  return self->envelope->str;
}

const char *
mail_message_get_body (MailMessage *self, gsize *out_length)
{
  if (self->body == NULL)
    self->body = g_string_new ("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)");
  *out_length = self->body->len;
  return self->body->str;
}

const char *
mail_message_get_body_structure (MailMessage *self, gsize *out_length)
{
  return mail_message_get_body (self, out_length);
}
