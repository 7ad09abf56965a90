/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"
#include "mail-imap-url.h"

/* APPEND and REPLACE (RFC 9051 section 6.3.12, RFC 3502, RFC 4469, RFC 8508): all messages of one
 * command, or none. */

/* The messages of a command, put together. */
typedef struct
{
  GPtrArray *messages; /* of MailMessage */
  GArray    *how;      /* of MailArrival; keywords are in: */
  GPtrArray *keywords; /* of const char **, NULL-terminated; strings are the command's */
  guint64    n_bytes;
} Load;

static Load *
load_new (void)
{
  Load *self = g_new0 (Load, 1);

  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_unref);
  self->how = g_array_new (FALSE, FALSE, sizeof (MailArrival));
  self->keywords = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
load_free (Load *self)
{
  g_ptr_array_unref (self->messages);
  g_array_unref (self->how);
  g_ptr_array_unref (self->keywords);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

static guint64
get_size_max (const MailImap *self)
{
  return self->host->config->size_max != 0 ? self->host->config->size_max
                                           : IMAP_SERVER_APPEND_BYTES_MAX;
}

/* Parts */

/* The mailbox that a URL is about, if the user may read it. */
static MailMailbox *
find_by_url (MailImap *self, const MailImapUrl *url)
{
  MailMailbox *mailbox = self->mailbox;

  if (url->mailbox != NULL)
    mailbox = mail_imap_find_readable (self, url->mailbox);
  if (mailbox == NULL || (url->uid_validity != 0 &&
                          url->uid_validity != mail_mailbox_get_uid_validity (mailbox)))
    return NULL;
  return mailbox;
}

/* Returns: (transfer full) (nullable): the octets that a URL names, NULL: it names none */
static GBytes *
fetch_url (MailImap *self, const char *text)
{
  MailImapUrl       url = { 0 };
  const MailStored *stored = NULL;
  g_autoptr (GBytes) bytes = NULL;
  MailMailbox *mailbox;
  gsize        length;

  if (!mail_imap_url_parse (text, &url))
    return NULL;
  mailbox = find_by_url (self, &url);
  if (mailbox != NULL)
    stored = mail_mailbox_find_stored (mailbox, url.uid);
  if (stored != NULL)
    bytes = mail_message_dup_section (stored->message, &url.section);
  mail_imap_url_clear (&url);
  if (bytes == NULL || !url.is_partial)
    return g_steal_pointer (&bytes);
  length = g_bytes_get_size (bytes);
  url.partial_offset = MIN (url.partial_offset, length);
  return g_bytes_new_from_bytes (bytes, (gsize) url.partial_offset,
                                 (gsize) MIN (url.partial_length, length - url.partial_offset));
}

/* The first URL that could not be followed is told (RFC 4469 section 4.1), as far as a response
 * code can have it. */
static void
refuse_url (MailImap *self, const char *url)
{
  g_autoptr (GString) code = g_string_new ("BADURL ");

  for (const char *c = url; *c != '\0'; c++)
    if (*c != ']' && *c != '\r' && *c != '\n')
      g_string_append_c (code, *c);
  mail_imap_complete (self, IMAP_NO, code->str, "There is nothing at this URL");
}

static gboolean
append_part (MailImap *self, const ImapAppendPart *part, GByteArray *out)
{
  g_autoptr (GBytes) bytes =
      part->text != NULL ? g_bytes_ref (part->text) : fetch_url (self, part->url);
  const guint8 *data;
  gsize         length;

  if (bytes == NULL)
    {
      refuse_url (self, part->url);
      return FALSE;
    }
  data = g_bytes_get_data (bytes, &length);
  if (length > get_size_max (self) || out->len > get_size_max (self) - length)
    {
      mail_imap_complete (self, IMAP_NO, "TOOBIG", "The message would be too large");
      return FALSE;
    }
  if (length > 0)
    g_byte_array_append (out, data, (guint) length);
  return TRUE;
}

/* Returns: (transfer full) (nullable): NULL: the command has been answered */
static GBytes *
put_together (MailImap *self, const ImapAppend *append)
{
  g_autoptr (GByteArray) out = NULL;

  if (!append->is_catenated && append->parts->len == 1)
    {
      const ImapAppendPart *part = &g_array_index (append->parts, ImapAppendPart, 0);

      if (g_bytes_get_size (part->text) <= get_size_max (self))
        return g_bytes_ref (part->text);
      mail_imap_complete (self, IMAP_NO, "TOOBIG", "The message is too large");
      return NULL;
    }
  out = g_byte_array_new ();
  for (guint i = 0; i < append->parts->len; i++)
    if (!append_part (self, &g_array_index (append->parts, ImapAppendPart, i), out))
      return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* Messages */

static const char *const *
list_keywords (Load *load, const ImapFlags *flags)
{
  guint        n = flags->keywords != NULL ? flags->keywords->len : 0;
  const char **names;

  if (n == 0)
    return NULL;
  names = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++)
    names[i] = g_ptr_array_index (flags->keywords, i);
  g_ptr_array_add (load->keywords, names);
  return names;
}

/* NUL is for literal8 alone (RFC 9051 section 9, CHAR8; RFC 3516 section 4.4). */
static gboolean
has_wrong_nul (const ImapAppend *append, GBytes *bytes)
{
  gsize       length;
  const char *data = g_bytes_get_data (bytes, &length);

  return !append->is_binary && !append->is_catenated && length > 0 &&
         memchr (data, '\0', length) != NULL;
}

/* Returns: FALSE: the command has been answered */
static gboolean
load_one (MailImap *self, Load *load, const ImapAppend *append, const char *rights)
{
  g_autoptr (GBytes) bytes = put_together (self, append);
  MailArrival arrival = { 0 };
  gboolean    may_keywords;

  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) == 0)
    {
      mail_imap_complete (self, IMAP_NO, NULL, "A message of no octets is none: not appended");
      return FALSE;
    }
  if (has_wrong_nul (append, bytes))
    {
      mail_imap_complete (self, IMAP_BAD, NULL, "Octets with NUL have to be a literal8");
      return FALSE;
    }
  arrival.number = mail_register_number (self->host->messages, bytes);
  arrival.flags = mail_imap_permit_flags (rights, append->flags.system, &may_keywords);
  if (may_keywords)
    arrival.keywords = list_keywords (load, &append->flags);
  arrival.has_date = append->has_date;
  arrival.internal_us = append->date.time_us;
  arrival.zone_minutes = append->date.zone_minutes;
  g_ptr_array_add (load->messages, mail_message_new (bytes));
  g_array_append_val (load->how, arrival);
  load->n_bytes += g_bytes_get_size (bytes);
  return TRUE;
}

/* Returns: (transfer full) (nullable): NULL: the command has been answered */
static Load *
load_all (MailImap *self, const ImapCommand *command, const char *rights)
{
  g_autoptr (Load) load = load_new ();

  for (guint i = 0; i < command->appends->len; i++)
    if (!load_one (self, load, &g_array_index (command->appends, ImapAppend, i), rights))
      return NULL;
  return g_steal_pointer (&load);
}

/* Returns: (transfer full): "APPENDUID 38505 3955:3957" (RFC 4315 section 3) */
static char *
store (MailMailbox *target, const Load *load)
{
  guint   n = load->messages->len;
  guint32 first = mail_mailbox_store (target, (MailMessage *const *) load->messages->pdata,
                                      (const MailArrival *) load->how->data, n);

  if (n == 1)
    return g_strdup_printf ("APPENDUID %u %u", mail_mailbox_get_uid_validity (target), first);
  return g_strdup_printf ("APPENDUID %u %u:%u", mail_mailbox_get_uid_validity (target), first,
                          first + n - 1);
}

/* REPLACE: the UID of the message that goes. Returns: 0: the command has been answered */
static guint32
find_replaced (MailImap *self, const ImapCommand *command, guint64 *out_size)
{
  g_autoptr (ImapSet) numbers = NULL;
  const MailStored *stored = NULL;

  if (!mail_imap_may_change (self, "t") || !mail_imap_may_change (self, "e"))
    return 0;
  numbers = mail_imap_resolve (self, command->set, command->is_uid);
  if (numbers == NULL)
    return 0;
  if (imap_set_count (numbers) == 1)
    stored = mail_imap_get_stored (self, g_array_index (numbers->ranges, ImapRange, 0).from);
  if (stored == NULL)
    {
      mail_imap_complete (self, IMAP_NO, NULL, "There is no such message to replace");
      return 0;
    }
  *out_size = mail_message_get_size (stored->message);
  return stored->uid;
}

/* The new message is there before the old one goes, and told before (RFC 8508 section 3.2). */
static void
replace (MailImap *self, guint32 uid, const char *append_uid)
{
  g_autofree char *code = NULL;

  imap_server_send_status (self->engine, IMAP_OK, append_uid, "The new message is there");
  mail_imap_tell_present (self);
  mail_mailbox_expunge (self->mailbox, &uid, 1, self);
  if (mail_imap_has_enabled (self, IMAP_ENABLED_QRESYNC))
    code = g_strdup_printf ("HIGHESTMODSEQ %" G_GUINT64_FORMAT,
                            mail_mailbox_get_modseq (self->mailbox));
  mail_imap_complete (self, IMAP_OK, code, "Replaced");
}

void
mail_imap_do_append (MailImap *self, const ImapCommand *command)
{
  gboolean    is_replace = command->verb == IMAP_VERB_REPLACE;
  g_autoptr (Load) load = NULL;
  g_autofree char *rights = NULL;
  g_autofree char *code = NULL;
  MailAccount     *account;
  MailMailbox     *target = mail_imap_find_target (self, command->mailbox, &account, &rights);
  guint64          size = 0;
  guint32          uid = 0;

  if (target == NULL)
    return;
  if (is_replace && (uid = find_replaced (self, command, &size)) == 0)
    return;
  load = load_all (self, command, rights);
  if (load == NULL)
    return;
  /* Room is what is left once the old message has gone (RFC 8508 section 3.4). */
  if (!is_replace || account != self->account)
    size = 0;
  if (!mail_imap_check_room (self, account, load->messages->len,
                             load->n_bytes > size ? load->n_bytes - size : 0))
    return;
  code = store (target, load);
  if (is_replace)
    replace (self, uid, code);
  else
    mail_imap_complete (self, IMAP_OK, code, "Appended");
}
