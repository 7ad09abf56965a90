/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-submission.h"

#include <string.h>

#include "mail-address.h"
#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-date.h>
#include <imf/imf-fields.h>
#include <imf/imf-value.h>
#include <smtp/smtp-mailbox.h>

#define MESSAGE_ID_LENGTH 8

/* The fields that hold addresses. */
static const char *const address_fields[] = {
  "From",        "Sender",        "Reply-To",  "To",        "Cc",         "Bcc",
  "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Bcc",
};

/* One message being completed. */
typedef struct
{
  MailHost            *host;
  const MailSubmitter *submitter;
  ImfHeader           *header;
  GPtrArray           *replaced; /* of char * or NULL: what stands for a field of the header */
  GString             *added;    /* fields before all others */
  GString             *changes;
  MailRefusal         *refusal;
} Completion;

void
mail_refusal_clear (MailRefusal *refusal)
{
  g_clear_pointer (&refusal->text, g_free);
}

static gboolean G_GNUC_PRINTF (4, 5)
refuse (MailRefusal *out_refusal, guint code, const char *status, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  *out_refusal = (MailRefusal){ code, status, g_strdup_vprintf (format, arguments) };
  va_end (arguments);
  return FALSE;
}

/* Addresses */

/* A single label is complete nowhere but in its own network (RFC 6409 section 4.2), unless it is a
 * domain that the host takes mail for: a world may well have its mail at a top-level domain. */
static gboolean
is_qualified (const MailHost *host, const char *domain)
{
  return domain[0] == '[' || strchr (domain, '.') != NULL ||
         mail_host_is_local_domain (host, domain);
}

/* A local part may get a domain only where it is somebody's (RFC 6409 section 8). */
static gboolean
is_somebody (MailHost *host, const char *local_part)
{
  ImfMailbox       mailbox = { .local_part = (char *) local_part,
                               .domain = (char *) mail_host_get_domain (host) };
  g_autofree char *path = imf_mailbox_format_addr_spec (&mailbox);
  MailAddress      address;

  mail_address_resolve (host, path, &address);
  return address.kind != MAIL_ADDRESS_UNKNOWN && address.kind != MAIL_ADDRESS_ELSEWHERE;
}

gboolean
mail_submission_complete_path (MailHost    *host,
                               const char  *path,
                               gboolean     is_sender,
                               char       **out_path,
                               MailRefusal *out_refusal)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;

  smtp_mailbox_split (path, &local_part, &domain);
  if (domain != NULL && !is_qualified (host, domain))
    return refuse (out_refusal, 554, is_sender ? "5.1.8" : "5.1.2",
                   "The domain of <%s> is not fully qualified", path);
  if (domain != NULL || g_ascii_strcasecmp (path, "postmaster") == 0)
    *out_path = g_strdup (path);
  else if (is_somebody (host, local_part))
    *out_path = g_strdup_printf ("%s@%s", path, mail_host_get_domain (host));
  else
    return refuse (out_refusal, 554, is_sender ? "5.1.7" : "5.1.3", "<%s> has no domain", path);
  return TRUE;
}

static void
tell_change (Completion *self, const char *name)
{
  g_string_append_printf (self->changes, "%s%s", self->changes->len > 0 ? ", " : "", name);
}

static gboolean
is_field (const ImfHeader *header, const ImfField *field, const char *name)
{
  return field->name_length == strlen (name) &&
         g_ascii_strncasecmp ((const char *) header->data + field->name_offset, name,
                              field->name_length) == 0;
}

static void
replace_field (Completion *self, guint index, const char *name, const char *value)
{
  GString *field = g_string_new (NULL);

  if (value != NULL)
    imf_append_field (field, name, value);
  g_free (g_ptr_array_index (self->replaced, index));
  g_ptr_array_index (self->replaced, index) = g_string_free (field, FALSE);
}

/* One mailbox of a field. @out_is_changed: it got a domain. */
static gboolean
complete_mailbox (Completion *self, ImfMailbox *mailbox, const char *name, gboolean *out_is_changed)
{
  if (mailbox->local_part[0] == '\0')
    return refuse (self->refusal, 554, "5.6.0", "%s has an empty address", name);
  if (mailbox->domain[0] != '\0' && !is_qualified (self->host, mailbox->domain))
    return refuse (self->refusal, 554, "5.6.0",
                   "%s has the domain %s, which is not fully qualified", name, mailbox->domain);
  if (mailbox->domain[0] != '\0')
    return TRUE;
  if (!is_somebody (self->host, mailbox->local_part))
    return refuse (self->refusal, 554, "5.6.0", "%s has an address without a domain", name);
  g_free (mailbox->domain);
  mailbox->domain = g_strdup (mail_host_get_domain (self->host));
  *out_is_changed = TRUE;
  return TRUE;
}

static gboolean
complete_addresses (Completion *self, guint index, const char *name)
{
  const ImfField *field = imf_header_get (self->header, index);
  g_autoptr (ImfAddressList) list = imf_address_list_parse (
      self->header->data + field->value_offset, field->value_length);
  gboolean is_changed = FALSE;

  if (list == NULL)
    return refuse (self->refusal, 554, "5.6.0", "%s can't be read as addresses", name);
  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    if (!complete_mailbox (self, g_ptr_array_index (list->mailboxes, i), name, &is_changed))
      return FALSE;
  if (is_changed && list->groups->len > 0)
    return refuse (self->refusal, 554, "5.6.0", "%s has a group with an address without a domain",
                   name);
  if (is_changed)
    {
      g_autofree char *value = imf_address_list_format (list);

      replace_field (self, index, name, value);
      tell_change (self, name);
    }
  return TRUE;
}

static gboolean
complete_all_addresses (Completion *self)
{
  for (guint i = 0; i < imf_header_get_n (self->header); i++)
    for (guint j = 0; j < G_N_ELEMENTS (address_fields); j++)
      if (is_field (self->header, imf_header_get (self->header, i), address_fields[j]) &&
          !complete_addresses (self, i, address_fields[j]))
        return FALSE;
  return TRUE;
}

/* Octets */

/* Fields are ASCII, or UTF-8 where the client has said so (RFC 6532 section 3, RFC 6531 section
 * 3.4). */
static gboolean
check_octets (Completion *self)
{
  const char *data = (const char *) self->header->data;
  gboolean    is_ascii = TRUE;

  for (gsize i = 0; i < self->header->end && is_ascii; i++)
    is_ascii = (guint8) data[i] < 0x80;
  if (is_ascii)
    return TRUE;
  if (!self->submitter->is_utf8)
    return refuse (self->refusal, 554, "5.6.0", "The header has 8-bit octets, that takes SMTPUTF8");
  for (gsize i = 0; i < self->header->end; i++)
    if (data[i] == '\0')
      return refuse (self->refusal, 554, "5.6.0", "The header has NUL octets");
  if (!g_utf8_validate_len (data, self->header->end, NULL))
    return refuse (self->refusal, 554, "5.6.0", "The header is not UTF-8");
  return TRUE;
}

/* Originator */

static const ImfField *
find_field (const Completion *self, const char *name, guint *out_index, guint *out_n)
{
  const ImfField *found = NULL;

  *out_n = 0;
  for (guint i = 0; i < imf_header_get_n (self->header); i++)
    if (is_field (self->header, imf_header_get (self->header, i), name))
      {
        if ((*out_n)++ > 0)
          continue;
        found = imf_header_get (self->header, i);
        *out_index = i;
      }
  return found;
}

/* Whether it is known who wrote a message that does not say. */
static gboolean
has_author (const Completion *self)
{
  return self->submitter->reverse_path != NULL && *self->submitter->reverse_path != '\0' &&
         imf_header_get_n (self->header) > 0;
}

/* From and Sender are what the rest depends on. */
static gboolean
check_originator (Completion *self)
{
  guint           index, n;
  const ImfField *from = find_field (self, "From", &index, &n);
  g_autoptr (ImfAddressList) authors = NULL;

  if (from == NULL && has_author (self))
    {
      imf_append_field (self->added, "From", self->submitter->reverse_path);
      tell_change (self, "From");
      return TRUE;
    }
  if (from == NULL)
    return refuse (self->refusal, 554, "5.6.0", "The message has no From");
  if (n > 1)
    return refuse (self->refusal, 554, "5.6.0", "The message has more than one From");
  authors = imf_address_list_parse (self->header->data + from->value_offset, from->value_length);
  if (authors != NULL && imf_address_list_get_n (authors) == 0 && authors->groups->len == 0)
    return refuse (self->refusal, 554, "5.6.0", "From is empty");
  find_field (self, "Sender", &index, &n);
  if (n > 1)
    return refuse (self->refusal, 554, "5.6.0", "The message has more than one Sender");
  return TRUE;
}

static gboolean
is_of_user (Completion *self, const ImfMailbox *mailbox)
{
  g_autofree char *path = imf_mailbox_format_addr_spec (mailbox);
  MailAddress      address;

  mail_address_resolve (self->host, path, &address);
  return address.user != NULL && address.user == self->submitter->user &&
         address.kind == MAIL_ADDRESS_MAILBOX;
}

/* Returns: whether @field names the user, and how many it names in all. */
static gboolean
names_user (Completion *self, const ImfField *field, guint *out_n)
{
  g_autoptr (ImfAddressList) list = imf_address_list_parse (
      self->header->data + field->value_offset, field->value_length);
  gboolean names = FALSE;

  *out_n = list != NULL ? imf_address_list_get_n (list) : 0;
  for (guint i = 0; i < *out_n; i++)
    names |= is_of_user (self, imf_address_list_get (list, i));
  return names;
}

/* Who really sends, where From does not say it alone (RFC 6409 section 8.1, RFC 5322 section
 * 3.6.2). */
static void
complete_sender (Completion *self)
{
  guint            index, n_fields, n_authors, n_senders;
  const ImfField  *from = find_field (self, "From", &index, &n_fields);
  const ImfField  *sender = find_field (self, "Sender", &index, &n_fields);
  g_autofree char *address = NULL;
  gboolean         is_author;

  if (self->submitter->user == NULL || from == NULL)
    return;
  is_author = names_user (self, from, &n_authors);
  if (sender != NULL ? names_user (self, sender, &n_senders) : is_author && n_authors == 1)
    return;
  address = mail_host_format_address (self->host, self->submitter->user);
  if (sender != NULL)
    replace_field (self, index, "Sender", is_author && n_authors == 1 ? NULL : address);
  else
    imf_append_field (self->added, "Sender", address);
  tell_change (self, "Sender");
}

/* Date and identifier */

static gboolean
has_valid_date (Completion *self, const ImfField *field)
{
  g_autofree char *value = imf_header_dup_value (self->header, field);
  ImfDate          date;

  return imf_date_parse (value, strlen (value), &date);
}

static void
complete_date (Completion *self)
{
  guint            index, n;
  const ImfField  *field = find_field (self, "Date", &index, &n);
  ImfDate          date = { .time_us = sim_world_get_unix_us (self->host->sim) };
  g_autofree char *value = NULL;

  if (field != NULL && has_valid_date (self, field))
    return;
  value = imf_date_format (&date);
  if (field != NULL)
    replace_field (self, index, "Date", value);
  else
    imf_append_field (self->added, "Date", value);
  tell_change (self, "Date");
}

static gboolean
has_valid_id (Completion *self, const ImfField *field)
{
  WireScan scan;

  wire_scan_init (&scan, self->header->data + field->value_offset, field->value_length, NULL);
  return imf_value_msg_id (&scan) && wire_scan_at_end (&scan) &&
         (scan.flags & WIRE_SPAN_TOLERATED) == 0;
}

static void
complete_message_id (Completion *self)
{
  guint            index, n;
  const ImfField  *field = find_field (self, "Message-ID", &index, &n);
  g_autofree char *token = NULL;
  g_autofree char *value = NULL;

  if (field != NULL && has_valid_id (self, field))
    return;
  token = sim_random_token (sim_host_get_random (self->host->net), MESSAGE_ID_LENGTH);
  value = g_strdup_printf ("<%s@%s>", token, self->host->name);
  if (field != NULL)
    replace_field (self, index, "Message-ID", value);
  else
    imf_append_field (self->added, "Message-ID", value);
  tell_change (self, "Message-ID");
}

/* The whole */

static GBytes *
build (Completion *self, GBytes *message)
{
  GString *text;

  if (self->changes->len == 0)
    return g_bytes_ref (message);
  text = g_string_new_len (self->added->str, (gssize) self->added->len);
  for (guint i = 0; i < imf_header_get_n (self->header); i++)
    {
      const ImfField *field = imf_header_get (self->header, i);
      const char     *replaced = g_ptr_array_index (self->replaced, i);

      if (replaced != NULL)
        g_string_append (text, replaced);
      else
        g_string_append_len (text, (const char *) self->header->data + field->offset,
                             (gssize) (field->end - field->offset));
    }
  g_string_append_len (text, (const char *) self->header->data + self->header->end,
                       (gssize) (self->header->length - self->header->end));
  return g_string_free_to_bytes (text);
}

GBytes *
mail_submission_complete (MailHost            *host,
                          const MailSubmitter *submitter,
                          GBytes              *message,
                          char               **out_changes,
                          MailRefusal         *out_refusal)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  g_autoptr (GPtrArray) replaced = g_ptr_array_new_full (imf_header_get_n (header), g_free);
  g_autoptr (GString) added = g_string_new (NULL);
  g_autoptr (GString) changes = g_string_new (NULL);
  Completion self = { host, submitter, header, replaced, added, changes, out_refusal };

  g_ptr_array_set_size (replaced, (int) imf_header_get_n (header));
  if (!check_octets (&self) || !check_originator (&self) || !complete_all_addresses (&self))
    return NULL;
  complete_date (&self);
  complete_sender (&self);
  complete_message_id (&self);
  *out_changes = g_strdup (changes->str);
  return build (&self, message);
}
