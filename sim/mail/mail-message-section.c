/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

GBytes *
mail_message_dup_section (MailMessage *self, const ImapSection *section)
{
  return section->path == NULL ? g_bytes_ref (mail_message_get_wire (self)) : NULL;
}

MailBinary
mail_message_dup_binary (MailMessage *self, const ImapSection *section, GBytes **out_bytes)
{
  *out_bytes = mail_message_dup_section (self, section);
  return *out_bytes != NULL ? MAIL_BINARY_OK : MAIL_BINARY_NO_PART;
}

char *
mail_message_dup_preview (MailMessage *self)
{
  return g_strdup ("");
}
