/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-client-private.h"

#include <string.h>

/* Listings */

void
pop3_client_on_stat (Pop3Client *self)
{
  guint64 n_messages = 0;
  guint64 n_octets = 0;
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) self->status.text, strlen (self->status.text), NULL);
  if (!pop3_scan_drop_listing (&scan, &n_messages, &n_octets))
    pop3_client_fail (self, "malformed answer to STAT");
  else if (n_messages == 0)
    pop3_client_go (self, POP3_STEP_QUIT);
  else
    pop3_client_go (self, self->offer.has_capa && !self->offer.has_uidl ? POP3_STEP_LIST
                                                                        : POP3_STEP_UIDL);
}

gboolean
pop3_client_on_unique_id (Pop3Client *self, WireScan *line)
{
  guint64 number = 0;
  char *unique_id = NULL;

  if (!pop3_scan_unique_id_listing (line, &number, &unique_id))
    return FALSE;
  g_hash_table_insert (self->unique_ids, g_memdup2 (&number, sizeof number), unique_id);
  return TRUE;
}

void
pop3_client_on_unique_ids (Pop3Client *self)
{
  pop3_client_go (self, POP3_STEP_LIST);
}

gboolean
pop3_client_on_entry (Pop3Client *self, WireScan *line)
{
  Pop3Entry entry = { 0 };

  if (!pop3_scan_scan_listing (line, &entry.number, &entry.octets) || entry.number == 0)
    return FALSE;
  g_array_append_val (self->entries, entry);
  return TRUE;
}

const char *
pop3_client_get_unique_id (const Pop3Client *self, guint entry)
{
  return g_hash_table_lookup (self->unique_ids, &pop3_client_get_entry (self, entry)->number);
}

/* What to do with each */

/* Whether a message that was fetched, earlier if @seen_us is not NULL, is to be deleted now. */
static gboolean
is_to_go (const Pop3Client *self, const gint64 *seen_us)
{
  gint64 leave_us = (gint64) self->config.leave_days * 24 * 60 * 60 * G_USEC_PER_SEC;

  if (self->config.policy == POP3_POLICY_LEAVE)
    return seen_us != NULL && self->started_us - *seen_us > leave_us;
  return self->config.policy == POP3_POLICY_DELETE;
}

static void
send_for (Pop3Client *self, Pop3Step step, guint entry)
{
  guint64 number = pop3_client_get_entry (self, entry)->number;
  g_autofree char *line = NULL;

  if (step == POP3_STEP_TOP)
    line = g_strdup_printf ("TOP %" G_GUINT64_FORMAT " %u", number, self->config.top_lines);
  else
    line =
        g_strdup_printf ("%s %" G_GUINT64_FORMAT, step == POP3_STEP_RETR ? "RETR" : "DELE", number);
  pop3_client_send (self, step, entry, line);
}

static void
skip (Pop3Client *self, guint entry, const char *reason)
{
  self->result.n_skipped++;
  self->event = POP3_CLIENT_EVENT_SKIPPED;
  self->told = entry;
  pop3_client_set_reason (self, reason);
}

/* Deals with the next message of the listing. */
static void
take_entry (Pop3Client *self)
{
  guint i = self->n_asked++;
  const char *unique_id = pop3_client_get_unique_id (self, i);
  Pop3Entry *entry = pop3_client_get_entry (self, i);
  const gint64 *seen_us = unique_id != NULL ? g_hash_table_lookup (self->seen, unique_id) : NULL;

  if (seen_us != NULL)
    {
      self->result.n_seen++;
      if (is_to_go (self, seen_us))
        send_for (self, POP3_STEP_DELE, i);
    }
  else if (entry->octets <= self->config.message_bytes_max)
    send_for (self, POP3_STEP_RETR, i);
  else if (self->config.top_lines > 0 && (self->offer.has_top || !self->offer.has_capa))
    send_for (self, POP3_STEP_TOP, i);
  else
    skip (self, i, "too large");
}

/* Sends what may be sent: deletions first, for they are of messages that are safe. At the end of
 * all, QUIT. */
static void
pump (Pop3Client *self)
{
  guint n_max =
      self->offer.has_pipelining && !self->config.avoids_pipelining ? POP3_CLIENT_PIPELINE_MAX : 1;

  while (self->event == POP3_CLIENT_EVENT_NONE && self->awaited.length < n_max)
    if (self->n_doomed < self->doomed->len)
      send_for (self, POP3_STEP_DELE, g_array_index (self->doomed, guint, self->n_doomed++));
    else if (self->n_asked < self->entries->len)
      take_entry (self);
    else
      break;
  if (self->event == POP3_CLIENT_EVENT_NONE && self->awaited.length == 0)
    pop3_client_go (self, POP3_STEP_QUIT);
}

void
pop3_client_on_entries (Pop3Client *self)
{
  self->result.n_listed = self->entries->len;
  pump (self);
}

/* What the server answers */

/* A message has come. Without a unique-id of the server's, what it is shows only now. */
void
pop3_client_on_fetched (Pop3Client *self)
{
  const gint64 *seen_us = NULL;

  self->told = self->at.entry;
  if (pop3_client_get_unique_id (self, self->told) == NULL)
    {
      g_free (self->digest);
      self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->message);
      seen_us = g_hash_table_lookup (self->seen, self->digest);
    }
  if (seen_us == NULL)
    {
      self->result.n_fetched++;
      self->result.n_octets += g_bytes_get_size (self->message);
      self->event = POP3_CLIENT_EVENT_MESSAGE;
      return;
    }
  self->result.n_seen++;
  if (is_to_go (self, seen_us))
    g_array_append_val (self->doomed, self->told);
  g_clear_pointer (&self->message, g_bytes_unref);
  pump (self);
}

void
pop3_client_on_not_fetched (Pop3Client *self)
{
  g_autofree char *reason = g_strdup_printf ("the server does not give it: %s", self->status.text);

  skip (self, self->at.entry, reason);
  self->code = self->status.code;
}

void
pop3_client_on_top (Pop3Client *self)
{
  self->result.n_skipped++;
  self->told = self->at.entry;
  self->event = POP3_CLIENT_EVENT_TOP;
}

void
pop3_client_on_no_top (Pop3Client *self)
{
  skip (self, self->at.entry, "too large");
  self->code = self->status.code;
}

void
pop3_client_on_deleted (Pop3Client *self)
{
  self->result.n_deleted++;
  pump (self);
}

void
pop3_client_on_not_deleted (Pop3Client *self)
{
  pump (self);
}

void
pop3_client_go_on (Pop3Client *self, Pop3ClientEventKind taken)
{
  if (taken == POP3_CLIENT_EVENT_MESSAGE && is_to_go (self, NULL))
    g_array_append_val (self->doomed, self->told);
  if (!self->is_over)
    pump (self);
}
