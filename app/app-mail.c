/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-mail.h"

#include <imf/imf-address.h>
#include <imf/imf-date.h>
#include <mime/mime-fields.h>
#include <mime/mime-words.h>
#include <string.h>
#include <wire/wire-text.h>

/* How far a file is looked into for what it is. */
#define LOOK_BYTES_MAX (64 * 1024)
#define LOOK_FIELDS_MAX 50

/* Bytes of a field that a list shows something of. */
#define SUMMARY_BYTES_MAX 1000

struct _AppMail
{
  GBytes       *file;
  ImfMbox      *mbox; /* (nullable): NULL of one message */
  MimeCharsets *charsets;
};

gboolean
app_mail_is_mbox (GBytes *file)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (file, &length);
  g_autoptr (ImfMbox) mbox = NULL;

  if (!imf_mbox_is (data, length))
    return FALSE;
  mbox = imf_mbox_new (data, length);
  return imf_mbox_get_n (mbox) > 1;
}

gboolean
app_mail_looks_so (const guint8 *data, gsize length)
{
  g_autoptr (ImfHeader) header = NULL;

  if (imf_mbox_is (data, length))
    return TRUE;
  header = imf_header_new (data, MIN (length, LOOK_BYTES_MAX));
  for (guint i = 0; i < MIN (imf_header_get_n (header), LOOK_FIELDS_MAX); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      if (field->name_length == 0 && i == 0)
        return FALSE;
      if (mime_kind_find (data + field->name_offset, field->name_length)->name[0] != '\0')
        return TRUE;
    }
  return FALSE;
}

AppMail *
app_mail_new (GBytes *file, gboolean is_mbox)
{
  AppMail      *self = g_rc_box_new0 (AppMail);
  gsize         length;
  const guint8 *data = g_bytes_get_data (file, &length);

  self->file = g_bytes_ref (file);
  self->mbox = is_mbox ? imf_mbox_new (data, length) : NULL;
  self->charsets = mime_charsets_new ();
  return self;
}

AppMail *
app_mail_ref (AppMail *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AppMail *self = data;

  g_clear_pointer (&self->mbox, imf_mbox_free);
  mime_charsets_free (self->charsets);
  g_bytes_unref (self->file);
}

void
app_mail_unref (AppMail *self)
{
  if (self != NULL)
    g_rc_box_release_full (self, clear);
}

guint
app_mail_get_n (AppMail *self)
{
  return self->mbox != NULL ? imf_mbox_get_n (self->mbox) : 1;
}

gsize
app_mail_get_length (AppMail *self)
{
  return g_bytes_get_size (self->file);
}

const char *
app_mail_get_variant (AppMail *self)
{
  return self->mbox != NULL ? imf_mbox_variant_get_name (self->mbox->variant) : NULL;
}

/* Where message @i is in the file. */
static void
get_range (AppMail *self, guint i, gsize *out_offset, gsize *out_length)
{
  const ImfMboxMessage *message = self->mbox != NULL ? imf_mbox_get (self->mbox, i) : NULL;

  *out_offset = message != NULL ? message->offset : 0;
  *out_length = message != NULL ? message->length : g_bytes_get_size (self->file);
}

AppDocument *
app_mail_dup_document (AppMail *self, guint i)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize offset, length;

  get_range (self, i, &offset, &length);
  bytes = g_bytes_new_from_bytes (self->file, offset, length);
  return app_document_new ("message", bytes, offset);
}

/* Summaries */

/* Returns: (transfer full): the first field NAME as it is meant, on one line; "" without one. */
static char *
dup_text (AppMail *self, const ImfHeader *header, const char *name)
{
  const ImfField  *field = imf_header_find (header, name, NULL);
  g_autofree char *text = NULL;

  if (field == NULL)
    return g_strdup ("");
  text = mime_words_decode (self->charsets, header->data + field->value_offset,
                            MIN (field->value_length, SUMMARY_BYTES_MAX));
  g_strstrip (text);
  return wire_text_escape ((const guint8 *) text, strlen (text));
}

/* Returns: (transfer full) (nullable): the names of the authors, or their addresses. */
static char *
dup_names (AppMail *self, const ImfHeader *header)
{
  const ImfField *field = imf_header_find (header, "From", NULL);
  g_autoptr (ImfAddressList) list = NULL;
  g_autoptr (GString) names = g_string_new (NULL);

  if (field != NULL && field->value_length <= SUMMARY_BYTES_MAX)
    list = imf_address_list_parse (header->data + field->value_offset, field->value_length);
  if (list == NULL || imf_address_list_get_n (list) == 0)
    return NULL;
  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    {
      const ImfMailbox *mailbox = imf_address_list_get (list, i);
      const char       *called =
          mailbox->display_name != NULL ? mailbox->display_name : mailbox->comment;
      g_autofree char *name = called != NULL ? mime_words_decode_text (self->charsets, called)
                                             : imf_mailbox_format_addr_spec (mailbox);

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    }
  return wire_text_escape ((const guint8 *) names->str, names->len);
}

/* Returns: (transfer full) (nullable): the moment, as clocks showed it where it was written. */
static char *
dup_date (const ImfHeader *header)
{
  const ImfField  *field = imf_header_find (header, "Date", NULL);
  g_autofree char *text = field != NULL ? imf_header_dup_value (header, field) : NULL;
  g_autoptr (GDateTime) time = NULL;
  ImfDate date;

  if (text == NULL || !imf_date_parse (text, strlen (text), &date))
    return NULL;
  time = g_date_time_new_from_unix_utc (date.time_us / G_USEC_PER_SEC + date.zone_minutes * 60);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;
}

void
app_mail_summarize (AppMail *self, guint i, AppMailSummary *out_summary)
{
  const guint8 *data = g_bytes_get_data (self->file, NULL);
  g_autoptr (ImfHeader) header = NULL;
  gsize offset, length;

  get_range (self, i, &offset, &length);
  header = imf_header_new (data + offset, length);
  out_summary->subject = dup_text (self, header, "Subject");
  out_summary->from = dup_names (self, header);
  if (out_summary->from == NULL)
    out_summary->from = dup_text (self, header, "From");
  out_summary->date = dup_date (header);
  if (out_summary->date == NULL)
    out_summary->date = dup_text (self, header, "Date");
}

void
app_mail_summary_clear (AppMailSummary *summary)
{
  g_clear_pointer (&summary->subject, g_free);
  g_clear_pointer (&summary->from, g_free);
  g_clear_pointer (&summary->date, g_free);
}
