/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <imap/imap-write.h>
#include <imf/imf-address.h>
#include <string.h>

/* ENVELOPE (RFC 9051 section 7.5.2) */

/* address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")" */
static void
append_address (GString *out, const char *name, const char *route, const char *mailbox,
                const char *host)
{
  g_string_append_c (out, '(');
  imap_append_nstring (out, name, 0);
  g_string_append_c (out, ' ');
  imap_append_nstring (out, route, 0);
  g_string_append_c (out, ' ');
  imap_append_nstring (out, mailbox, 0);
  g_string_append_c (out, ' ');
  imap_append_nstring (out, host, 0);
  g_string_append_c (out, ')');
}

static void
append_mailbox (GString *out, const ImfMailbox *mailbox)
{
  append_address (out,
                  mailbox->display_name != NULL ? mailbox->display_name : mailbox->comment,
                  mailbox->route, mailbox->local_part, mailbox->domain);
}

/* Groups have a beginning, their name in the mailbox's place, and an end, all NIL. */
static void
append_list (GString *out, const ImfAddressList *list)
{
  guint i = 0;

  for (guint group = 0; group < list->groups->len; group++)
    {
      while (i < imf_address_list_get_group_start (list, group))
        append_mailbox (out, imf_address_list_get (list, i++));
      append_address (out, NULL, NULL, g_ptr_array_index (list->groups, group), NULL);
      while (i < imf_address_list_get_group_end (list, group))
        append_mailbox (out, imf_address_list_get (list, i++));
      append_address (out, NULL, NULL, NULL, NULL);
    }
  while (i < imf_address_list_get_n (list))
    append_mailbox (out, imf_address_list_get (list, i++));
}

/* The addresses of all fields NAME as one list. Returns: whether there are any */
static gboolean
append_addresses (GString *out, const MailMessageHeader *header, const char *name)
{
  gsize           begin = out->len;
  const ImfField *field = NULL;

  g_string_append_c (out, '(');
  while ((field = mail_message_header_find (header, name, field)) != NULL)
    {
      g_autoptr (ImfAddressList) list =
          imf_address_list_parse (header->data + field->value_offset, field->value_length);

      if (list != NULL)
        append_list (out, list);
    }
  if (out->len > begin + 1)
    {
      g_string_append_c (out, ')');
      return TRUE;
    }
  g_string_truncate (out, begin);
  return FALSE;
}

static void
append_value (GString *out, const MailMessageHeader *header, const char *name)
{
  const ImfField  *field = mail_message_header_find (header, name, NULL);
  g_autofree char *value =
      field != NULL ? mail_message_header_dup_value (header, field) : NULL;

  imap_append_nstring (out, value, 0);
}

/* envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
 *            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")" */
static const struct
{
  const char *name;
  gboolean    is_addresses;
  gboolean    may_be_from; /* From stands for it where it is not there */
} members[] = {
  { "Date", FALSE, FALSE },       { "Subject", FALSE, FALSE },    { "From", TRUE, FALSE },
  { "Sender", TRUE, TRUE },       { "Reply-To", TRUE, TRUE },     { "To", TRUE, FALSE },
  { "Cc", TRUE, FALSE },          { "Bcc", TRUE, FALSE },         { "In-Reply-To", FALSE, FALSE },
  { "Message-ID", FALSE, FALSE },
};

void
mail_message_append_envelope (GString *out, const MailMessageHeader *header)
{
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_string_append_c (out, i == 0 ? '(' : ' ');
      if (!members[i].is_addresses)
        append_value (out, header, members[i].name);
      else if (!append_addresses (out, header, members[i].name) &&
               !(members[i].may_be_from && append_addresses (out, header, "From")))
        g_string_append (out, "NIL");
    }
  g_string_append_c (out, ')');
}

const char *
mail_message_get_envelope (MailMessage *self, gsize *out_length)
{
  if (self->envelope == NULL)
    {
      MailMessageHeader header;

      self->envelope = g_string_new (NULL);
      mail_message_header_init (self, &header);
      mail_message_append_envelope (self->envelope, &header);
      mail_message_header_clear (&header);
    }
  *out_length = self->envelope->len;
  return self->envelope->str;
}
