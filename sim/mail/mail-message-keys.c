/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <imf/imf-address.h>
#include <imf/imf-date.h>
#include <mime/mime-words.h>
#include <string.h>

/* What a message is sorted and threaded by (RFC 5256, RFC 5957), and the day it was sent. */

/* Addresses */

/* What RFC 9051 calls addr-name, addr-mailbox and addr-host of a field's first address. */
typedef struct
{
  char *name;    /* (nullable), decoded */
  char *mailbox; /* (nullable) */
  char *host;    /* (nullable) */
} Address;

static void
address_clear (Address *self)
{
  g_free (self->name);
  g_free (self->mailbox);
  g_free (self->host);
}

static void
take_first (Address *self, const ImfAddressList *list)
{
  const ImfMailbox *mailbox;
  const char       *name;

  if (list->groups->len > 0 && imf_address_list_get_group_start (list, 0) == 0)
    {
      self->mailbox = g_strdup (g_ptr_array_index (list->groups, 0));
      return;
    }
  mailbox = imf_address_list_get (list, 0);
  name = mailbox->display_name != NULL ? mailbox->display_name : mailbox->comment;
  if (name != NULL)
    self->name = mime_words_decode_text (mail_message_get_charsets (), name);
  self->mailbox = g_strdup (mailbox->local_part);
  self->host = mailbox->domain[0] != '\0' ? g_strdup (mailbox->domain) : NULL;
}

static void
find_first_address (const MailMessageHeader *header, const char *name, Address *out_address)
{
  const ImfField *field = NULL;

  *out_address = (Address){ 0 };
  while ((field = mail_message_header_find (header, name, field)) != NULL)
    {
      g_autoptr (ImfAddressList) list =
          imf_address_list_parse (header->data + field->value_offset, field->value_length);

      if (list == NULL || (imf_address_list_get_n (list) == 0 && list->groups->len == 0))
        continue;
      take_first (out_address, list);
      return;
    }
}

/* RFC 5957 section 3 */
static char *
dup_display (const Address *address)
{
  g_autofree char *spec = NULL;

  if (address->name != NULL && address->name[0] != '\0')
    return imap_collate (address->name);
  if (address->mailbox == NULL)
    return g_strdup ("");
  if (address->host == NULL)
    return imap_collate (address->mailbox);
  spec = g_strconcat (address->mailbox, "@", address->host, NULL);
  return imap_collate (spec);
}

/* @out_display: (optional) */
static void
take_addresses (const MailMessageHeader *header, const char *name, char **out_mailbox,
                char **out_display)
{
  Address address;

  find_first_address (header, name, &address);
  *out_mailbox = imap_collate (address.mailbox != NULL ? address.mailbox : "");
  if (out_display != NULL)
    *out_display = dup_display (&address);
  address_clear (&address);
}

/* Dates */

/* Reads a date whose zone, or whose time and zone, make no sense: they count as UTC, and as 00:00
 * (RFC 5256 section 2.2). What is before the day of the month, maybe without its comma, does not
 * count. */
static gboolean
parse_broken_date (const char *text, ImfDate *out_date)
{
  static const char *const ends[] = { " 00:00:00 +0000", " +0000" };
  const char    *day = text + strcspn (text, "0123456789");
  g_auto (GStrv) words = g_strsplit_set (day, " \t", 32);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  if (imf_date_parse (day, strlen (day), out_date))
    return TRUE;
  for (guint i = 0; words[i] != NULL && found->len < 4; i++)
    if (words[i][0] != '\0')
      g_ptr_array_add (found, words[i]);
  for (guint n = found->len; n >= 3; n--)
    {
      g_autoptr (GString) tried = g_string_new (NULL);

      for (guint i = 0; i < n; i++)
        g_string_append_printf (tried, "%s%s", i > 0 ? " " : "",
                                (const char *) g_ptr_array_index (found, i));
      g_string_append (tried, ends[n - 3]);
      if (imf_date_parse (tried->str, tried->len, out_date))
        return TRUE;
    }
  return FALSE;
}

static void
take_date (const MailMessageHeader *header, MailMessageKeys *keys)
{
  const ImfField       *field = mail_message_header_find (header, "Date", NULL);
  g_autofree char      *text = NULL;
  g_autoptr (GDateTime) epoch = NULL;
  g_autoptr (GDateTime) day = NULL;
  ImfDate               date;

  if (field == NULL)
    return;
  text = mail_message_header_dup_value (header, field);
  if (!imf_date_parse (text, strlen (text), &date) && !parse_broken_date (text, &date))
    return;
  epoch = g_date_time_new_from_unix_utc (0);
  day = g_date_time_add (epoch, date.time_us + date.zone_minutes * 60 * (gint64) G_USEC_PER_SEC);
  if (day == NULL)
    return;
  keys->has_date = TRUE;
  keys->sent_us = date.time_us;
  keys->sent_day.year = (guint16) g_date_time_get_year (day);
  keys->sent_day.month = (guint8) g_date_time_get_month (day);
  keys->sent_day.day = (guint8) g_date_time_get_day_of_month (day);
}

/* Message ids */

/* Where message ids are read. */
typedef struct
{
  const char *pos;
  gboolean    has_quotes; /* FALSE once a quote was not closed: it, and those after it, mean nothing
                           * then */
} IdScan;

/* Reads what "<" begins, up to ">", without quotes and white space, so that ids that are written
 * in several ways are one (RFC 5256 section 3). A "<" within begins anew.
 * Returns: (transfer full) (nullable): an id with "@" in it */
static char *
scan_id (IdScan *self)
{
  g_autoptr (GString) id = g_string_new (NULL);
  const char *quote = NULL; /* (nullable): where quotes are open */

  for (const char *pos = self->pos + 1;; pos++)
    {
      if (*pos == '\0' && quote != NULL)
        {
          self->has_quotes = FALSE;
          self->pos = quote;
          return NULL;
        }
      if (*pos == '\0' || (quote == NULL && (*pos == '<' || *pos == '>')))
        {
          self->pos = *pos == '>' ? pos + 1 : pos;
          break;
        }
      if (*pos == '"' && self->has_quotes)
        quote = quote == NULL ? pos : NULL;
      else if (quote != NULL && *pos == '\\' && pos[1] != '\0')
        g_string_append_c (id, *++pos);
      else if (quote != NULL || strchr (" \t", *pos) == NULL)
        g_string_append_c (id, *pos);
    }
  if (self->pos[-1] != '>' || strchr (id->str, '@') == NULL)
    return NULL;
  return g_string_free (g_steal_pointer (&id), FALSE);
}

/* Returns: (transfer full): the first @n_max valid ids of the field NAME */
static char **
dup_ids (const MailMessageHeader *header, const char *name, guint n_max)
{
  GPtrArray       *ids = g_ptr_array_new ();
  const ImfField  *field = mail_message_header_find (header, name, NULL);
  g_autofree char *value = field != NULL ? mail_message_header_dup_value (header, field) : NULL;
  IdScan           scan = { value, TRUE };

  while (scan.pos != NULL && ids->len < n_max && (scan.pos = strchr (scan.pos, '<')) != NULL)
    {
      char *id = scan_id (&scan);

      if (id != NULL)
        g_ptr_array_add (ids, id);
    }
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}

static void
take_ids (const MailMessageHeader *header, MailMessageKeys *keys)
{
  char **own = dup_ids (header, "Message-ID", 1);

  keys->message_id = own[0];
  g_free (own);
  keys->references = dup_ids (header, "References", G_MAXUINT);
  if (keys->references[0] != NULL)
    return;
  g_strfreev (keys->references);
  keys->references = dup_ids (header, "In-Reply-To", 1);
}

/* All of it */

static void
take_subject (const MailMessageHeader *header, MailMessageKeys *keys)
{
  const ImfField  *field = mail_message_header_find (header, "Subject", NULL);
  g_autofree char *decoded = NULL;
  g_autofree char *base = NULL;

  if (field != NULL)
    decoded = mime_words_decode (mail_message_get_charsets (), header->data + field->value_offset,
                                 field->value_length);
  base = imap_base_subject (decoded != NULL ? decoded : "", &keys->is_reply);
  keys->subject = imap_collate (base);
}

const MailMessageKeys *
mail_message_get_keys (MailMessage *self)
{
  MailMessageHeader header;

  if (self->keys != NULL)
    return self->keys;
  self->keys = g_new0 (MailMessageKeys, 1);
  mail_message_header_init (self, &header);
  take_date (&header, self->keys);
  take_addresses (&header, "From", &self->keys->from, &self->keys->display_from);
  take_addresses (&header, "To", &self->keys->to, &self->keys->display_to);
  take_addresses (&header, "Cc", &self->keys->cc, NULL);
  take_subject (&header, self->keys);
  take_ids (&header, self->keys);
  mail_message_header_clear (&header);
  return self->keys;
}

void
mail_message_keys_free (MailMessageKeys *self)
{
  if (self == NULL)
    return;
  g_free (self->cc);
  g_free (self->from);
  g_free (self->to);
  g_free (self->display_from);
  g_free (self->display_to);
  g_free (self->subject);
  g_free (self->message_id);
  g_strfreev (self->references);
  g_free (self);
}

void
mail_message_fill_sort_item (MailMessage *self, gint64 arrival_us, ImapSortItem *out_item)
{
  const MailMessageKeys *keys = mail_message_get_keys (self);

  out_item->arrival_us = arrival_us;
  out_item->sent_us = keys->has_date ? keys->sent_us : arrival_us;
  out_item->size = mail_message_get_size (self);
  out_item->cc = keys->cc;
  out_item->from = keys->from;
  out_item->to = keys->to;
  out_item->display_from = keys->display_from;
  out_item->display_to = keys->display_to;
  out_item->subject = keys->subject;
}

void
mail_message_fill_thread_item (MailMessage *self, gint64 arrival_us, ImapThreadItem *out_item)
{
  const MailMessageKeys *keys = mail_message_get_keys (self);

  out_item->sent_us = keys->has_date ? keys->sent_us : arrival_us;
  out_item->message_id = keys->message_id;
  out_item->references = (const char *const *) keys->references;
  out_item->subject = keys->subject;
  out_item->is_reply = keys->is_reply;
}

gboolean
mail_message_get_sent_day (MailMessage *self, ImapDay *out_day)
{
  const MailMessageKeys *keys = mail_message_get_keys (self);

  if (keys->has_date)
    *out_day = keys->sent_day;
  return keys->has_date;
}
