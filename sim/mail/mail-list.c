/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-list.h"

#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-fields.h>
#include <mime/mime-writer.h>

#define ID_LENGTH 8

/* Fields of lists that are this list's to say: RFC 2369 section 4 has those of a list above it
 * removed, and section 5 those that authors made up. List-Archive stays. */
static const char *const own_fields[] = {
  "List-Id",          "List-Help",  "List-Subscribe", "List-Unsubscribe",
  "List-Unsubscribe-Post", "List-Post", "List-Owner", NULL,
};

char *
mail_list_dup_id (const SimScenarioList *list)
{
  char *id = g_ascii_strdown (list->address, -1);

  *strrchr (id, '@') = '.';
  return id;
}

/* "news-bounces@lists.example" */
static char *
dup_address (const SimScenarioList *list, const char *suffix)
{
  const char *at = strrchr (list->address, '@');

  return g_strdup_printf ("%.*s%s%s", (int) (at - list->address), list->address, suffix, at);
}

static gboolean
is_own_field (const ImfHeader *header, const ImfField *field)
{
  const char *name = (const char *) header->data + field->name_offset;

  for (guint i = 0; own_fields[i] != NULL; i++)
    if (field->name_length == strlen (own_fields[i]) &&
        g_ascii_strncasecmp (name, own_fields[i], field->name_length) == 0)
      return TRUE;
  return FALSE;
}

/* Whether a field of that name is @wanted or, of several words, ends in it; case is ignored. */
static gboolean
has_value (const ImfHeader *header, const char *name, const char *wanted)
{
  const ImfField  *field = NULL;

  while ((field = imf_header_find (header, name, field)) != NULL)
    {
      g_autofree char *value = imf_header_dup_value (header, field);
      const char      *word = strrchr (value, ' ');

      if (g_ascii_strcasecmp (word != NULL ? word + 1 : value, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Whether the message has come out of this list already: it has its List-Id (in any case: RFC 2919
 * section 6), or, where another list has put its own in the place of that, its Delivered-To. */
static gboolean
has_been_through (const SimScenarioList *list, GBytes *message)
{
  gsize            length;
  const guint8    *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  g_autofree char *id = mail_list_dup_id (list);
  g_autofree char *in_brackets = g_strdup_printf ("<%s>", id);

  return has_value (header, "List-Id", in_brackets) ||
         has_value (header, "Delivered-To", list->address);
}

/* "<mailto:news-request@lists.example?subject=help>" (RFC 2369 section 2) */
static void
append_mailto (GString *out, const char *name, const char *address, const char *subject)
{
  g_autofree char *escaped = g_uri_escape_string (address, "@!$'*+", FALSE);
  g_autofree char *value = subject != NULL
                               ? g_strdup_printf ("<mailto:%s?subject=%s>", escaped, subject)
                               : g_strdup_printf ("<mailto:%s>", escaped);

  mime_write_field (out, name, value, FALSE, NULL);
}

/* The name is a phrase before the identifier, where it can be one. */
static void
append_id (GString *out, const SimScenarioList *list)
{
  g_autofree char *id = mail_list_dup_id (list);
  g_autofree char *plain = g_strdup_printf ("<%s>", id);
  g_autofree char *escaped = g_strescape (list->name, NULL);
  g_autofree char *named = g_strdup_printf ("\"%s\" <%s>", escaped, id);

  if (*list->name == '\0' || !g_str_is_ascii (list->name) ||
      !mime_write_field (out, "List-Id", named, FALSE, NULL))
    mime_write_field (out, "List-Id", plain, FALSE, NULL);
}

GBytes *
mail_list_dress (const SimScenarioList *list, GBytes *message)
{
  gsize            length;
  const guint8    *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  g_autofree char *request = dup_address (list, "-request");
  GString         *out = g_string_sized_new (length + 512);

  imf_append_field (out, "Delivered-To", list->address);
  append_id (out, list);
  append_mailto (out, "List-Help", request, "help");
  append_mailto (out, "List-Unsubscribe", request, "unsubscribe");
  append_mailto (out, "List-Post", list->address, NULL);
  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      if (!is_own_field (header, field))
        g_string_append_len (out, (const char *) data + field->offset,
                             (gssize) (field->end - field->offset));
    }
  g_string_append_len (out, (const char *) data + header->end, (gssize) (length - header->end));
  return g_string_free_to_bytes (out);
}

/* Returns: (transfer full): of SmtpRecipient; the members' addresses, which may have names */
static GArray *
make_recipients (const SimScenarioList *list)
{
  GArray *recipients = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));

  g_array_set_clear_func (recipients, (GDestroyNotify) smtp_recipient_clear);
  for (guint i = 0; list->members[i] != NULL; i++)
    {
      g_autoptr (ImfAddressList) addresses = imf_address_list_parse_text (list->members[i]);
      SmtpRecipient recipient = { 0 };

      if (addresses != NULL && imf_address_list_get_n (addresses) == 1)
        recipient.path = imf_mailbox_format_addr_spec (imf_address_list_get (addresses, 0));
      if (recipient.path != NULL)
        g_array_append_val (recipients, recipient);
    }
  return recipients;
}

void
mail_list_post (MailEntry *entry, const SimScenarioList *list)
{
  MailHost        *host = entry->host;
  g_autofree char *id = NULL;
  g_autofree char *bounces = dup_address (list, "-bounces");
  g_autoptr (GArray) recipients = make_recipients (list);
  g_autoptr (GBytes) message = NULL;
  MailQueued queued;

  if (has_been_through (list, entry->message))
    {
      mail_host_note (host, entry->number, TRACE_FLAG_ERROR, "list-loop",
                      "%s has been through %s already and is dropped\nid: %s\nlist: %s", entry->id,
                      list->address, entry->id, list->address);
      return;
    }
  if (recipients->len == 0)
    {
      mail_host_note (host, entry->number, TRACE_FLAG_WARNING, "list-empty",
                      "%s has no members\nid: %s\nlist: %s", list->address, entry->id,
                      list->address);
      return;
    }
  id = sim_random_token (sim_host_get_random (host->net), ID_LENGTH);
  message = mail_list_dress (list, entry->message);
  mail_host_note (host, entry->number, 0, "expanded",
                  "%s goes to the %u members of %s\nid: %s\nfrom: %s\nto: %u members\nlist-id: %s",
                  entry->id, recipients->len, list->address, entry->id, list->address,
                  recipients->len, id);
  queued = (MailQueued){ .id = id,
                         .mail = { .reverse_path = bounces,
                                   .body = entry->mail.body,
                                   .is_utf8 = entry->mail.is_utf8,
                                   .requires_tls = entry->mail.requires_tls },
                         .recipients = (const SmtpRecipient *) recipients->data,
                         .n_recipients = recipients->len,
                         .message = message,
                         .number = entry->number };
  mail_queue_accept (host->queue, &queued);
}
