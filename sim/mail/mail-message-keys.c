/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

void
mail_message_keys_free (MailMessageKeys *self)
{
  g_free (self);
}

void
mail_message_fill_sort_item (MailMessage *self, gint64 arrival_us, ImapSortItem *out_item)
{
  out_item->sent_us = arrival_us;
  out_item->size = mail_message_get_size (self);
  out_item->cc = out_item->from = out_item->to = out_item->display_from = out_item->display_to = "";
  out_item->subject = "";
}

void
mail_message_fill_thread_item (MailMessage *self, gint64 arrival_us, ImapThreadItem *out_item)
{
  static const char *const none[] = { NULL };

  out_item->sent_us = arrival_us;
  out_item->references = none;
  out_item->subject = "";
}

gboolean
mail_message_get_sent_day (MailMessage *self, ImapDay *out_day)
{
  return FALSE;
}
