/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

void
mail_message_text_free (MailMessageText *self)
{
  g_free (self);
}

gboolean
mail_message_has_in_header (MailMessage *self, const char *name, const char *needle)
{
  return FALSE;
}

gboolean
mail_message_has_in_body (MailMessage *self, const char *needle)
{
  return FALSE;
}

gboolean
mail_message_has_in_text (MailMessage *self, const char *needle)
{
  return FALSE;
}
