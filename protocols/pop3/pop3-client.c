/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-client-private.h"

#include <string.h>

#include <sasl/sasl-secret.h>
#include <wire/wire-dots.h>

/* Stuffing adds most to a message of lines of a single dot, then comes the final line. */
#define BLOCK_BYTES_MAX(message_bytes) ((message_bytes) + (message_bytes) / 3 + 8)

/* Endings */

void
pop3_client_set_reason (Pop3Client *self, const char *text)
{
  g_free (self->reason);
  self->reason = g_strdup (text);
}

static void
end (Pop3Client *self)
{
  self->is_over = TRUE;
  wire_framer_drop (self->framer);
}

void
pop3_client_fail (Pop3Client *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  end (self);
  if (self->result.outcome != POP3_OUTCOME_PENDING)
    return; /* refused and told; how the farewell went does not matter */
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  pop3_client_set_reason (self, text);
  g_free (self->result_text);
  self->result_text = g_strdup (text);
  self->result.outcome = POP3_OUTCOME_FAILED;
  self->event = POP3_CLIENT_EVENT_FAILED;
}

void
pop3_client_on_refused (Pop3Client *self)
{
  pop3_client_set_reason (self, self->status.text);
  g_free (self->result_text);
  self->result_text = g_strdup (self->status.text);
  self->result.outcome = POP3_OUTCOME_REFUSED;
  self->event = POP3_CLIENT_EVENT_REFUSED;
  self->code = self->status.code;
  pop3_client_go (self, POP3_STEP_QUIT);
}

static void
on_unwilling (Pop3Client *self);

static void
on_farewell (Pop3Client *self)
{
  end (self);
  if (self->result.outcome != POP3_OUTCOME_PENDING)
    return;
  self->result.outcome = POP3_OUTCOME_DONE;
  self->event = POP3_CLIENT_EVENT_DONE;
}

typedef enum
{
  FOLLOWED_BY_NOTHING,
  FOLLOWED_BY_LISTING,
  FOLLOWED_BY_MESSAGE,
} Followed;

/* The order of a session as this client goes through it: each command, what
 * follows a +OK to it, what is done with each line, with +OK and with -ERR. */
static const struct
{
  const char *name;
  Followed followed;
  gboolean (*on_line) (Pop3Client *self, WireScan *line);
  void (*on_ok) (Pop3Client *self);
  void (*on_err) (Pop3Client *self);
} steps[] = {
  [POP3_STEP_GREETING] = { "greeting", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_greeted,
                           on_unwilling },
  [POP3_STEP_CAPA] = { "CAPA", FOLLOWED_BY_LISTING, pop3_client_on_capability,
                       pop3_client_on_capabilities, pop3_client_on_no_capabilities },
  [POP3_STEP_STLS] = { "STLS", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_stls,
                       pop3_client_on_no_stls },
  [POP3_STEP_UTF8] = { "UTF8", FOLLOWED_BY_NOTHING, NULL, pop3_client_log_in, pop3_client_log_in },
  [POP3_STEP_AUTH] = { "AUTH", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_auth,
                       pop3_client_on_no_auth },
  [POP3_STEP_APOP] = { "APOP", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_logged_in,
                       pop3_client_on_refused },
  [POP3_STEP_USER] = { "USER", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_user,
                       pop3_client_on_refused },
  [POP3_STEP_PASS] = { "PASS", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_logged_in,
                       pop3_client_on_refused },
  [POP3_STEP_STAT] = { "STAT", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_stat, on_unwilling },
  [POP3_STEP_UIDL] = { "UIDL", FOLLOWED_BY_LISTING, pop3_client_on_unique_id,
                       pop3_client_on_unique_ids, pop3_client_on_unique_ids },
  [POP3_STEP_LIST] = { "LIST", FOLLOWED_BY_LISTING, pop3_client_on_entry, pop3_client_on_entries,
                       on_unwilling },
  [POP3_STEP_TOP] = { "TOP", FOLLOWED_BY_MESSAGE, NULL, pop3_client_on_top, pop3_client_on_no_top },
  [POP3_STEP_RETR] = { "RETR", FOLLOWED_BY_MESSAGE, NULL, pop3_client_on_fetched,
                       pop3_client_on_not_fetched },
  [POP3_STEP_DELE] = { "DELE", FOLLOWED_BY_NOTHING, NULL, pop3_client_on_deleted,
                       pop3_client_on_not_deleted },
  [POP3_STEP_QUIT] = { "QUIT", FOLLOWED_BY_NOTHING, NULL, on_farewell, on_unwilling },
  [POP3_STEP_DONE] = { "", FOLLOWED_BY_NOTHING, NULL, NULL, NULL },
};

static void
on_unwilling (Pop3Client *self)
{
  pop3_client_fail (self, "the server answered %s with -ERR %s", steps[self->at.step].name,
                    self->status.text);
}

/* Sending */

static void
await (Pop3Client *self, Pop3Step step, guint entry)
{
  Pop3Awaited *awaited = g_new (Pop3Awaited, 1);

  *awaited = (Pop3Awaited){ step, entry };
  g_queue_push_tail (&self->awaited, awaited);
}

void
pop3_client_send (Pop3Client *self, Pop3Step step, guint entry, const char *line)
{
  g_autofree char *whole = g_strconcat (line, "\r\n", NULL);

  wire_outbox_send_text (&self->outbox, "command", whole);
  sasl_secret_wipe (whole, strlen (whole));
  await (self, step, entry);
}

void
pop3_client_go (Pop3Client *self, Pop3Step step)
{
  pop3_client_send (self, step, 0, steps[step].name);
}

/* Reading */

/* The step whose answer is being read. */
static Pop3Step
get_step (const Pop3Client *self)
{
  const Pop3Awaited *awaited = g_queue_peek_head ((GQueue *) &self->awaited);

  return awaited != NULL && !self->is_over ? awaited->step : POP3_STEP_DONE;
}

/* The answer is whole: what it leads to may send more. */
static void
end_step (Pop3Client *self, gboolean is_ok)
{
  g_autofree Pop3Awaited *awaited = g_queue_pop_head (&self->awaited);

  self->at = *awaited;
  (is_ok ? steps[self->at.step].on_ok : steps[self->at.step].on_err) (self);
}

static void
read_status_line (Pop3Client *self, const guint8 *line, gsize length)
{
  Pop3Step step = get_step (self);
  Followed followed = steps[step].followed;
  WireScan scan;

  pop3_status_clear (&self->status);
  self->code = NULL;
  wire_scan_init (&scan, line, length, NULL);
  if (!pop3_scan_status_line (&scan, &self->status) || !wire_scan_at_end (&scan))
    {
      wire_outbox_note (&self->outbox, "response", line, length);
      pop3_client_fail (self, "malformed answer to %s", steps[step].name);
      return;
    }
  if (self->status.is_ok && followed == FOLLOWED_BY_LISTING)
    {
      self->listing = g_byte_array_new ();
      g_byte_array_append (self->listing, line, (guint) length);
      return;
    }
  wire_outbox_note (&self->outbox, "response", line, length);
  if (self->status.is_ok && followed == FOLLOWED_BY_MESSAGE)
    self->is_in_data = TRUE;
  else
    end_step (self, self->status.is_ok);
}

/* Takes a challenge, if it is one: the answer to AUTH is still to come. */
static gboolean
read_challenge (Pop3Client *self, const guint8 *line, gsize length)
{
  g_autofree char *base64 = NULL;
  WireScan scan;

  wire_scan_init (&scan, line, length, NULL);
  if (get_step (self) != POP3_STEP_AUTH || !pop3_scan_challenge (&scan, &base64))
    return FALSE;
  wire_outbox_note (&self->outbox, "response", line, length);
  pop3_client_on_challenge (self, base64);
  return TRUE;
}

/* Notes the multi-line response, whole or as far as it came. */
static void
note_listing (Pop3Client *self)
{
  wire_outbox_note (&self->outbox, "response", self->listing->data, self->listing->len);
  g_clear_pointer (&self->listing, g_byte_array_unref);
}

static void
read_listing_line (Pop3Client *self, const guint8 *line, gsize length)
{
  gboolean is_last = wire_dots_get_end_length (line, length) == length;
  Pop3Step step = get_step (self);
  gboolean is_read;
  WireScan scan;

  g_byte_array_append (self->listing, line, (guint) length);
  if (is_last)
    {
      note_listing (self);
      end_step (self, TRUE);
      return;
    }
  /* No listing line may begin with a dot, so there is none to unstuff. */
  wire_scan_init (&scan, line, length - strlen ("\r\n"), NULL);
  is_read = steps[step].on_line (self, &scan) && wire_scan_at_end (&scan);
  if (is_read && self->listing->len <= POP3_CLIENT_LISTING_BYTES_MAX)
    return;
  note_listing (self);
  pop3_client_fail (
      self, is_read ? "the listing of %s is too long" : "malformed line in the listing of %s",
      steps[step].name);
}

/* An answer to AUTH may be long (RFC 5034 section 4). */
static gboolean
read_line (Pop3Client *self)
{
  Pop3Step step = get_step (self);
  gsize line_bytes_max =
      step == POP3_STEP_AUTH ? POP3_SASL_LINE_BYTES_MAX : POP3_RESPONSE_BYTES_MAX;
  const guint8 *line;
  gsize length;
  WireFrame frame;

  frame = wire_framer_next_line (self->framer, line_bytes_max, WIRE_FRAMER_STRICT, &line, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  if (frame == WIRE_FRAME_TOO_LONG)
    {
      if (self->listing != NULL)
        note_listing (self);
      wire_outbox_note (&self->outbox, "response", line, length);
      pop3_client_fail (self, "a line longer than %u octets in the answer to %s",
                        (guint) line_bytes_max, steps[step].name);
    }
  else if (self->listing != NULL)
    read_listing_line (self, line, length);
  else if (!read_challenge (self, line, length))
    read_status_line (self, line, length);
  return TRUE;
}

static gboolean
read_data (Pop3Client *self)
{
  const Pop3Awaited *awaited = g_queue_peek_head (&self->awaited);
  const guint8 *block;
  gsize length;
  WireFrame frame;

  frame = wire_framer_next_block (self->framer, BLOCK_BYTES_MAX (self->config.message_bytes_max),
                                  WIRE_FRAMER_STRICT, &block, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, "data", block, length);
  self->is_in_data = FALSE;
  if (frame == WIRE_FRAME_UNIT)
    self->message = wire_dots_unstuff (block, length, FALSE);
  if (frame == WIRE_FRAME_UNIT &&
      g_bytes_get_size (self->message) <= self->config.message_bytes_max)
    end_step (self, TRUE);
  else
    pop3_client_fail (self, "message %" G_GUINT64_FORMAT " is larger than the server said",
                      pop3_client_get_entry (self, awaited->entry)->number);
  return TRUE;
}

/* Nothing is read while TLS is to begin, and nothing behind an event. */
static void
read_on (Pop3Client *self)
{
  while (self->event == POP3_CLIENT_EVENT_NONE && !self->is_over && !self->is_starting)
    if (!(self->is_in_data ? read_data (self) : read_line (self)))
      break;
  if (self->event == POP3_CLIENT_EVENT_NONE && !self->is_over && self->is_input_over)
    pop3_client_fail (self, "the connection ended before the answer to %s",
                      pop3_client_get_step_name (self));
}

/* The owner's moves */

void
pop3_client_receive (Pop3Client *self, const guint8 *data, gsize length, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  if (self->is_over || self->is_input_over || self->is_starting)
    return;
  self->deadline_us = now_us + self->config.timeout_us;
  wire_framer_push (self->framer, data, length);
}

void
pop3_client_receive_end (Pop3Client *self)
{
  g_return_if_fail (self != NULL);

  self->is_input_over = TRUE;
}

/* What is told of one message. */
static void
fill_message (Pop3Client *self, Pop3ClientEvent *out_event)
{
  const Pop3Entry *entry = pop3_client_get_entry (self, self->told);

  out_event->message = self->message;
  out_event->unique_id = pop3_client_get_unique_id (self, self->told);
  if (out_event->unique_id == NULL && self->event == POP3_CLIENT_EVENT_MESSAGE)
    out_event->unique_id = self->digest;
  out_event->message_number = entry->number;
  out_event->octets = entry->octets;
}

static void
fill_event (Pop3Client *self, Pop3ClientEvent *out_event)
{
  Pop3ClientEventKind kind = self->event;
  gboolean is_of_message = kind == POP3_CLIENT_EVENT_MESSAGE || kind == POP3_CLIENT_EVENT_TOP ||
                           kind == POP3_CLIENT_EVENT_SKIPPED;

  out_event->kind = kind;
  if (is_of_message)
    fill_message (self, out_event);
  out_event->code = self->code;
  g_free (self->told_text);
  self->told_text = g_steal_pointer (&self->reason);
  out_event->text = self->told_text;
  self->event = POP3_CLIENT_EVENT_NONE;
  if (is_of_message)
    pop3_client_go_on (self, kind);
}

gboolean
pop3_client_next_event (Pop3Client *self, Pop3ClientEvent *out_event)
{
  g_return_val_if_fail (self != NULL, FALSE);

  *out_event = (Pop3ClientEvent){ .kind = POP3_CLIENT_EVENT_NONE };
  if (self->event == POP3_CLIENT_EVENT_NONE)
    {
      g_clear_pointer (&self->message, g_bytes_unref);
      self->code = NULL;
      read_on (self);
    }
  if (self->event == POP3_CLIENT_EVENT_NONE)
    return FALSE;
  fill_event (self, out_event);
  return TRUE;
}

gboolean
pop3_client_starts_tls (Pop3Client *self)
{
  gboolean starts = self->starts_tls;

  self->starts_tls = FALSE;
  return starts;
}

void
pop3_client_secured (Pop3Client *self, const WireSecurity *security, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  if (self->is_over)
    return;
  self->is_secured = TRUE;
  self->deadline_us = now_us + self->config.timeout_us;
  self->exporter = security->exporter != NULL ? g_bytes_ref (security->exporter) : NULL;
  self->end_point = security->end_point != NULL ? g_bytes_ref (security->end_point) : NULL;
  self->offer = (Pop3Offer){ 0 };
  self->result.login_delay_s = 0;
  self->result.expire_days = G_MAXUINT;
  if (self->is_starting)
    pop3_client_start_over (self);
  self->is_starting = FALSE;
}

gboolean
pop3_client_is_secured (const Pop3Client *self)
{
  return self->is_secured;
}

gboolean
pop3_client_trusts (const Pop3Client *self)
{
  return self->config.tls != POP3_TLS_VERIFIED;
}

void
pop3_client_tls_failed (Pop3Client *self, const char *reason)
{
  if (!self->is_over)
    pop3_client_fail (self, "%s", reason);
}

GBytes *
pop3_client_take_output (Pop3Client *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return wire_outbox_take_output (&self->outbox);
}

gboolean
pop3_client_next_unit (Pop3Client *self, WireUnit *out_unit)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return wire_outbox_next_unit (&self->outbox, out_unit);
}

gint64
pop3_client_get_deadline (const Pop3Client *self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  return self->is_over ? G_MAXINT64 : self->deadline_us;
}

void
pop3_client_expire (Pop3Client *self, gint64 now_us)
{
  if (now_us >= pop3_client_get_deadline (self))
    pop3_client_fail (self, "no answer to %s in time", pop3_client_get_step_name (self));
}

gboolean
pop3_client_is_done (const Pop3Client *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->is_over;
}

void
pop3_client_get_result (const Pop3Client *self, Pop3ClientResult *out_result)
{
  g_return_if_fail (self != NULL);

  *out_result = self->result;
  out_result->text = self->result_text;
}

const char *
pop3_client_get_step_name (const Pop3Client *self)
{
  g_return_val_if_fail (self != NULL, "");

  return steps[get_step (self)].name;
}

/* Lifecycle */

static void
copy_config (Pop3Client *self, const Pop3ClientConfig *config)
{
  self->config = *config;
  self->config.user = g_strdup (config->user);
  self->config.password = g_strdup (config->password);
  self->config.token = g_strdup (config->token);
  self->config.host_name = g_strdup (config->host_name);
  self->config.seen_unique_ids = NULL;
  self->config.seen_times_us = NULL;
  if (config->timeout_us == 0)
    self->config.timeout_us = POP3_CLIENT_TIMEOUT_US;
  if (config->message_bytes_max == 0)
    self->config.message_bytes_max = POP3_CLIENT_MESSAGE_BYTES_MAX;
}

Pop3Client *
pop3_client_new (const Pop3ClientConfig *config, gint64 now_us)
{
  Pop3Client *self = g_new0 (Pop3Client, 1);

  copy_config (self, config);
  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  g_queue_init (&self->awaited);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; config->seen_unique_ids != NULL && config->seen_unique_ids[i] != NULL; i++)
    {
      gint64 seen_us = config->seen_times_us != NULL ? config->seen_times_us[i] : now_us;

      g_hash_table_insert (self->seen, g_strdup (config->seen_unique_ids[i]),
                           g_memdup2 (&seen_us, sizeof seen_us));
    }
  self->started_us = now_us;
  self->deadline_us = now_us + self->config.timeout_us;
  self->unique_ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Pop3Entry));
  self->doomed = g_array_new (FALSE, FALSE, sizeof (guint));
  self->result.expire_days = G_MAXUINT;
  await (self, POP3_STEP_GREETING, 0);
  return self;
}

void
pop3_client_free (Pop3Client *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  g_queue_clear_full (&self->awaited, g_free);
  pop3_status_clear (&self->status);
  g_clear_pointer (&self->listing, g_byte_array_unref);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
  sasl_client_free (self->sasl);
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->unique_ids);
  g_array_unref (self->entries);
  g_array_unref (self->doomed);
  g_free ((char *) self->config.user);
  sasl_secret_free ((char *) self->config.password);
  sasl_secret_free ((char *) self->config.token);
  g_free ((char *) self->config.host_name);
  g_free (self->timestamp);
  g_free (self->digest);
  g_free (self->reason);
  g_free (self->told_text);
  g_free (self->result_text);
  g_free (self);
}
