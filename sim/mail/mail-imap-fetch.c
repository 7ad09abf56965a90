/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-imap-parts.h"

/* FETCH (RFC 9051 section 6.4.5, RFC 7162 section 3.1.4, RFC 3516, RFC 8474, RFC 8514, RFC 8970): a
 * response for each message, given as there is room for them. */

/* Messages whose \Seen is set by one change, before they are said: ours; and octets, so that what
 * is seen has not far to go. */
#define SEEN_MESSAGES 128
#define SEEN_BYTES MAIL_IMAP_OUTPUT_BYTES

/* Messages that are looked at in one step though none of them has to be said. */
#define SKIPPED_MESSAGES 1000

typedef struct
{
  MailImap          *imap;
  const ImapCommand *command; /* borrowed: it is there until it is completed */
  ImapSet           *numbers; /* message sequence numbers */
  guint              range;   /* where in them: */
  guint              number;  /* 0: at the beginning of the range */
  guint              prepared; /* messages up to this number are \Seen */
  gboolean           sees;     /* \Seen is set */
  gboolean           wants_uid, wants_flags, wants_modseq; /* though not asked for */
  gboolean           is_gone;    /* a message was there no more */
  gboolean           is_unknown; /* a transfer encoding was */
  GHashTable        *just_seen;  /* of UIDs that have become \Seen by it: looked up only */
  GString           *out;
} Fetch;

static void
free_fetch (gpointer data)
{
  Fetch *self = data;

  imap_set_free (self->numbers);
  g_hash_table_unref (self->just_seen);
  g_string_free (self->out, TRUE);
  g_free (self);
}

/* Items */

/* Cuts @bytes down to what a partial fetch wants. Returns: (transfer full) */
static GBytes *
cut (GBytes *bytes, const ImapFetchItem *item)
{
  gsize   length = g_bytes_get_size (bytes);
  guint64 offset = MIN (item->partial_offset, length);

  if (!item->is_partial)
    return g_bytes_ref (bytes);
  return g_bytes_new_from_bytes (bytes, (gsize) offset,
                                 (gsize) MIN (item->partial_length, length - offset));
}

/* NUL can't be in a literal (RFC 9051 section 9, CHAR8): as is common practice, it is told as
 * 0x80. */
static void
append_octets (GString *out, GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize         at = out->len;

  imap_append_literal (out, data, length);
  if (length > 0 && memchr (data, '\0', length) != NULL)
    for (gsize i = at; i < out->len; i++)
      if (out->str[i] == '\0')
        out->str[i] = (char) 0x80;
}

static void
append_section_name (GString *out, const char *name, const ImapFetchItem *item)
{
  g_string_append (out, name);
  g_string_append_c (out, '[');
  imap_section_append (&item->section, out);
  g_string_append_c (out, ']');
  if (item->is_partial)
    g_string_append_printf (out, "<%" G_GUINT64_FORMAT ">", item->partial_offset);
  g_string_append_c (out, ' ');
}

static void
append_section (GString *out, MailMessage *message, const ImapFetchItem *item)
{
  g_autoptr (GBytes) bytes = mail_message_dup_section (message, &item->section);
  g_autoptr (GBytes) part = bytes != NULL ? cut (bytes, item) : NULL;

  if (part != NULL)
    append_octets (out, part);
  else
    g_string_append (out, "NIL");
}

/* RFC822, RFC822.HEADER and RFC822.TEXT (RFC 3501 section 6.4.5). */
static void
append_rfc822 (GString *out, MailMessage *message, ImapSectionKind kind)
{
  ImapFetchItem item = { .section = { .kind = kind } };

  append_section (out, message, &item);
}

/* Returns: FALSE: the transfer encoding is none that is known */
static gboolean
append_binary (GString *out, MailMessage *message, const ImapFetchItem *item)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) part = NULL;
  MailBinary    result = mail_message_dup_binary (message, &item->section, &bytes);
  gsize         length;
  const guint8 *data;

  if (result == MAIL_BINARY_UNKNOWN_CTE)
    return FALSE;
  append_section_name (out, "BINARY", item);
  if (result == MAIL_BINARY_NO_PART)
    {
      g_string_append (out, "NIL");
      return TRUE;
    }
  part = cut (bytes, item);
  data = g_bytes_get_data (part, &length);
  if (length > 0 && memchr (data, '\0', length) != NULL)
    g_string_append_c (out, '~');
  imap_append_literal (out, data, length);
  return TRUE;
}

static gboolean
append_binary_size (GString *out, MailMessage *message, const ImapFetchItem *item)
{
  g_autoptr (GBytes) bytes = NULL;
  MailBinary result = mail_message_dup_binary (message, &item->section, &bytes);

  if (result == MAIL_BINARY_UNKNOWN_CTE)
    return FALSE;
  append_section_name (out, "BINARY.SIZE", item);
  g_string_append_printf (out, "%" G_GSIZE_FORMAT, bytes != NULL ? g_bytes_get_size (bytes) : 0);
  return TRUE;
}

static void
append_date (GString *out, gint64 time_us, int zone_minutes)
{
  ImapDate date = { time_us, zone_minutes };

  imap_append_date_time (out, &date);
}

static void
append_preview (Fetch *self, MailMessage *message)
{
  g_autofree char *preview = mail_message_dup_preview (message);

  imap_append_string (self->out, preview, strlen (preview),
                      mail_imap_get_write_flags (self->imap));
}

/* Returns: FALSE: see append_binary() */
static gboolean
append_item (Fetch *self, const MailStored *stored, const ImapFetchItem *item)
{
  GString    *out = self->out;
  MailMessage *message = stored->message;
  const char *text;
  gsize       length;

  switch (item->kind)
    {
    case IMAP_FETCH_ENVELOPE:
      g_string_append (out, "ENVELOPE ");
      text = mail_message_get_envelope (message, &length);
      g_string_append_len (out, text, (gssize) length);
      break;
    case IMAP_FETCH_BODY:
      g_string_append (out, "BODY ");
      text = mail_message_get_body (message, &length);
      g_string_append_len (out, text, (gssize) length);
      break;
    case IMAP_FETCH_BODYSTRUCTURE:
      g_string_append (out, "BODYSTRUCTURE ");
      text = mail_message_get_body_structure (message, &length);
      g_string_append_len (out, text, (gssize) length);
      break;
    case IMAP_FETCH_FLAGS:
      mail_imap_append_flags (self->imap, stored, out);
      break;
    case IMAP_FETCH_INTERNALDATE:
      g_string_append (out, "INTERNALDATE ");
      append_date (out, stored->internal_us, stored->zone_minutes);
      break;
    case IMAP_FETCH_SAVEDATE:
      g_string_append (out, "SAVEDATE ");
      append_date (out, stored->saved_us, 0);
      break;
    case IMAP_FETCH_RFC822_SIZE:
      g_string_append_printf (out, "RFC822.SIZE %" G_GUINT64_FORMAT,
                              mail_message_get_size (message));
      break;
    case IMAP_FETCH_UID:
      g_string_append_printf (out, "UID %u", stored->uid);
      break;
    case IMAP_FETCH_MODSEQ:
      g_string_append_printf (out, "MODSEQ (%" G_GUINT64_FORMAT ")", stored->modseq);
      break;
    case IMAP_FETCH_EMAILID:
      g_string_append_printf (out, "EMAILID (%s)", mail_message_get_email_id (message));
      break;
    case IMAP_FETCH_THREADID:
      g_string_append (out, "THREADID NIL");
      break;
    case IMAP_FETCH_PREVIEW:
      g_string_append (out, "PREVIEW ");
      append_preview (self, message);
      break;
    case IMAP_FETCH_RFC822:
      g_string_append (out, "RFC822 ");
      append_rfc822 (out, message, IMAP_SECTION_ALL);
      break;
    case IMAP_FETCH_RFC822_HEADER:
      g_string_append (out, "RFC822.HEADER ");
      append_rfc822 (out, message, IMAP_SECTION_HEADER);
      break;
    case IMAP_FETCH_RFC822_TEXT:
      g_string_append (out, "RFC822.TEXT ");
      append_rfc822 (out, message, IMAP_SECTION_TEXT);
      break;
    case IMAP_FETCH_BODY_SECTION:
      append_section_name (out, "BODY", item);
      append_section (out, message, item);
      break;
    case IMAP_FETCH_BINARY:
      return append_binary (out, message, item);
    case IMAP_FETCH_BINARY_SIZE:
      return append_binary_size (out, message, item);
    }
  return TRUE;
}

/* Whether an item is the whole message, from its first octet to its last. */
static gboolean
is_whole (const ImapFetchItem *item, MailMessage *message)
{
  if (item->kind == IMAP_FETCH_RFC822)
    return TRUE;
  if (item->kind != IMAP_FETCH_BODY_SECTION || item->section.kind != IMAP_SECTION_ALL ||
      (item->section.path != NULL && item->section.path->len > 0))
    return FALSE;
  return !item->is_partial || (item->partial_offset == 0 &&
                               item->partial_length >= mail_message_get_size (message));
}

/* Responses */

static const ImapFetchItem *
get_item (const Fetch *self, guint i)
{
  return &g_array_index (self->command->fetch_items, ImapFetchItem, i);
}

static void
append_space (GString *out)
{
  if (out->str[out->len - 1] != '(')
    g_string_append_c (out, ' ');
}

/* What was not asked for: flags that the command itself has set, and what goes with them. */
static void
append_unasked (Fetch *self, const MailStored *stored, gboolean was_seen)
{
  gboolean tells = was_seen && mail_imap_has_enabled (self->imap, IMAP_ENABLED_CONDSTORE);

  if (was_seen && self->wants_flags)
    {
      append_space (self->out);
      mail_imap_append_flags (self->imap, stored, self->out);
    }
  if (self->wants_modseq && (tells || self->command->modifiers.has_changed_since))
    {
      append_space (self->out);
      g_string_append_printf (self->out, "MODSEQ (%" G_GUINT64_FORMAT ")", stored->modseq);
    }
}

static void
tell_retrieved (Fetch *self, const MailStored *stored)
{
  MailImap *imap = self->imap;

  for (guint i = 0; stored->number != 0 && i < self->command->fetch_items->len; i++)
    if (is_whole (get_item (self, i), stored->message))
      {
        mail_host_tell_message (imap->host, "retrieved", stored->number, imap->host->actor,
                                imap->peer.actor, "%s fetches the message from the mailbox",
                                imap->user->name);
        return;
      }
}

static void
say (Fetch *self, const MailStored *stored, gboolean was_seen)
{
  g_autoptr (GBytes) bytes = NULL;
  GString *out = self->out;

  g_string_printf (out, "* %u FETCH (", self->number);
  if (self->wants_uid)
    g_string_append_printf (out, "UID %u", stored->uid);
  for (guint i = 0; i < self->command->fetch_items->len; i++)
    {
      append_space (out);
      if (!append_item (self, stored, get_item (self, i)))
        {
          self->is_unknown = TRUE;
          return;
        }
    }
  append_unasked (self, stored, was_seen);
  g_string_append (out, ")\r\n");
  tell_retrieved (self, stored);
  if (out->len < MAIL_IMAP_OUTPUT_BYTES / 4)
    {
      imap_server_send (self->imap->engine, out->str, out->len);
      return;
    }
  /* Large: not copied once more, nor kept. */
  bytes = g_string_free_to_bytes (g_steal_pointer (&self->out));
  self->out = g_string_new (NULL);
  imap_server_send_bytes (self->imap->engine, bytes);
}

/* Which messages */

/* Moves on to the next number. Returns: FALSE: there is none */
static gboolean
move_on (Fetch *self)
{
  const ImapRange *range;

  while (self->range < self->numbers->ranges->len)
    {
      range = &g_array_index (self->numbers->ranges, ImapRange, self->range);
      if (self->number < range->from)
        self->number = range->from;
      else
        self->number++;
      if (self->number <= range->to)
        return TRUE;
      self->range++;
    }
  return FALSE;
}

static gboolean
is_wanted (const Fetch *self, const MailStored *stored)
{
  const ImapModifiers *modifiers = &self->command->modifiers;

  return !modifiers->has_changed_since || stored->modseq > modifiers->modseq;
}

/* Sets \Seen of the next messages, this one included, by one change. */
static void
prepare (Fetch *self)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (MailFlagChange));
  Fetch   ahead = *self;
  guint64 n_bytes = 0;

  do
    {
      const MailStored *stored = mail_imap_get_stored (self->imap, ahead.number);

      self->prepared = ahead.number;
      if (stored == NULL || !is_wanted (self, stored))
        continue;
      n_bytes += mail_message_get_size (stored->message);
      if ((stored->flags & IMAP_FLAG_SEEN) == 0)
        {
          MailFlagChange change = { stored->uid, stored->flags | IMAP_FLAG_SEEN,
                                    stored->keywords };

          g_array_append_val (changes, change);
        }
    }
  while (changes->len < SEEN_MESSAGES && n_bytes < SEEN_BYTES && move_on (&ahead));
  g_hash_table_remove_all (self->just_seen);
  for (guint i = 0; i < changes->len; i++)
    g_hash_table_add (self->just_seen,
                      GUINT_TO_POINTER (g_array_index (changes, MailFlagChange, i).uid));
  if (changes->len > 0)
    mail_imap_set_flags (self->imap, (const MailFlagChange *) changes->data, changes->len);
}

static void
finish (Fetch *self)
{
  if (self->is_unknown)
    mail_imap_complete (self->imap, IMAP_NO, "UNKNOWN-CTE",
                        "The transfer encoding of a part is not known");
  else if (self->is_gone)
    mail_imap_complete (self->imap, IMAP_NO, "EXPUNGEISSUED",
                        "Some of the messages are there no more");
  else
    mail_imap_complete (self->imap, IMAP_OK, NULL, "Fetched");
}

static gboolean
step (gpointer data)
{
  Fetch *self = data;

  for (guint n_skipped = 0; n_skipped < SKIPPED_MESSAGES; n_skipped++)
    {
      const MailStored *stored;

      if (!move_on (self))
        {
          finish (self);
          return FALSE;
        }
      stored = mail_imap_get_stored (self->imap, self->number);
      if (stored == NULL)
        self->is_gone = self->is_gone || !self->command->is_uid;
      else if (is_wanted (self, stored))
        {
          gboolean was_seen = FALSE;

          if (self->sees && self->number > self->prepared)
            {
              prepare (self);
              stored = mail_imap_get_stored (self->imap, self->number);
            }
          if (self->sees)
            was_seen = g_hash_table_contains (self->just_seen,
                                              GUINT_TO_POINTER (stored->uid));
          say (self, stored, was_seen);
          return TRUE;
        }
    }
  return TRUE;
}

/* Beginning */

/* Whether an item sets \Seen (RFC 9051 section 6.4.5). */
static gboolean
is_seeing (const ImapFetchItem *item)
{
  switch (item->kind)
    {
    case IMAP_FETCH_RFC822:
    case IMAP_FETCH_RFC822_TEXT:
      return TRUE;
    case IMAP_FETCH_BODY_SECTION:
    case IMAP_FETCH_BINARY:
      return !item->is_peek;
    default:
      return FALSE;
    }
}

static void
look_at_items (Fetch *self)
{
  const ImapCommand *command = self->command;
  MailImap          *imap = self->imap;
  gboolean           has_uid = FALSE;

  self->wants_flags = self->wants_modseq = TRUE;
  for (guint i = 0; i < command->fetch_items->len; i++)
    {
      const ImapFetchItem *item = get_item (self, i);

      if (item->kind == IMAP_FETCH_UID)
        has_uid = TRUE;
      else if (item->kind == IMAP_FETCH_FLAGS)
        self->wants_flags = FALSE;
      else if (item->kind == IMAP_FETCH_MODSEQ)
        self->wants_modseq = FALSE;
      self->sees = self->sees || is_seeing (item);
    }
  self->sees = self->sees && !imap->is_read_only && strchr (imap->rights, 's') != NULL;
  if (!self->wants_modseq || command->modifiers.has_changed_since)
    mail_imap_enable_condstore (imap);
  /* Flags that the command sets go with the UID (RFC 7162 section 3.2.4). */
  self->wants_uid = !has_uid && (command->is_uid ||
                                 (self->sees &&
                                  mail_imap_has_enabled (imap, IMAP_ENABLED_CONDSTORE)));
}

void
mail_imap_do_fetch (MailImap *self, const ImapCommand *command)
{
  const ImapModifiers *modifiers = &command->modifiers;
  ImapSet             *numbers;
  Fetch               *fetch;

  if (modifiers->is_vanished && (!command->is_uid || !modifiers->has_changed_since ||
                                 !mail_imap_has_enabled (self, IMAP_ENABLED_QRESYNC)))
    {
      mail_imap_complete (self, IMAP_BAD, NULL,
                          "VANISHED is for UID FETCH with CHANGEDSINCE, once QRESYNC is enabled");
      return;
    }
  numbers = mail_imap_resolve (self, command->set, command->is_uid);
  if (numbers == NULL)
    return;
  fetch = g_new0 (Fetch, 1);
  fetch->imap = self;
  fetch->command = command;
  fetch->numbers = numbers;
  fetch->just_seen = g_hash_table_new (NULL, NULL);
  fetch->out = g_string_new (NULL);
  look_at_items (fetch);
  if (modifiers->is_vanished)
    mail_imap_tell_vanished (self, command->set, modifiers->modseq, 0);
  mail_imap_begin_work (self, step, fetch, free_fetch);
}
