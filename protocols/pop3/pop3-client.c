/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-client.h"

#include <string.h>

#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

/* Stuffing adds most to a message of lines of a single dot, then comes the final line. */
#define BLOCK_BYTES_MAX(message_bytes) ((message_bytes) + (message_bytes) / 3 + 8)

typedef enum
{
  STEP_GREETING,
  STEP_CAPA,
  STEP_STLS,
  STEP_USER,
  STEP_PASS,
  STEP_STAT,
  STEP_UIDL,
  STEP_LIST,
  STEP_RETR,
  STEP_DELE,
  STEP_QUIT,
  STEP_DONE,
} Step;

typedef struct
{
  guint64 number;
  guint64 octets;
} Entry;

struct _Pop3Client
{
  WireFramer         *framer;
  WireOutbox          outbox;
  char               *user;
  char               *password;
  Pop3Policy          policy;
  gboolean            is_capa_skipped;
  GHashTable         *seen;        /* set of unique-ids */
  gint64              timeout_us;
  gint64              deadline_us;
  gsize               message_bytes_max;
  Step                step;        /* whose response is awaited */
  Pop3Status          status;      /* of the response at hand */
  GByteArray         *listing;     /* (nullable): the multi-line response at hand, so far */
  gboolean            is_in_data;  /* the message is to come */
  gboolean            has_capa;    /* the server listed its capabilities ... */
  gboolean            has_uidl;    /* ... and UIDL was among them */
  GHashTable         *unique_ids;  /* message number -> unique-id */
  GArray             *entries;     /* of Entry, as LIST gave them */
  guint               position;    /* in entries: the message at hand */
  Pop3ClientEventKind event;       /* to be told, or NONE */
  GBytes             *message;     /* (nullable): of the MESSAGE event */
  char               *reason;      /* (nullable): why REFUSED or FAILED */
  Pop3ClientResult    result;
  gboolean            is_input_over;
  Pop3TlsUse          tls;
  gboolean            has_stls;    /* among the server's capabilities */
  gboolean            is_starting; /* it agreed to STLS: no more is read before TLS */
  gboolean            starts_tls;  /* and that is not told yet */
  gboolean            is_secured;
};

static void go (Pop3Client *self, Step step);

/* Endings */

static void
set_reason (Pop3Client *self, const char *text)
{
  g_free (self->reason);
  self->reason = g_strdup (text);
}

/* Closes without QUIT, so that the server deletes nothing. */
static void G_GNUC_PRINTF (2, 3)
fail (Pop3Client *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          args;

  self->step = STEP_DONE;
  wire_framer_drop (self->framer);
  if (self->result.outcome != POP3_OUTCOME_PENDING)
    return; /* refused and told; how the farewell went does not matter */
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  set_reason (self, text);
  self->result.outcome = POP3_OUTCOME_FAILED;
  self->event = POP3_CLIENT_EVENT_FAILED;
}

static void
on_refused (Pop3Client *self)
{
  set_reason (self, self->status.text);
  self->result.outcome = POP3_OUTCOME_REFUSED;
  self->event = POP3_CLIENT_EVENT_REFUSED;
  go (self, STEP_QUIT);
}

static void
on_unwilling (Pop3Client *self)
{
  fail (self, "the server answered %s with -ERR %s", pop3_client_get_step_name (self),
        self->status.text);
}

/* Which message is next */

static const Entry *
get_entry (const Pop3Client *self)
{
  return &g_array_index (self->entries, Entry, self->position);
}

static const char *
get_unique_id (const Pop3Client *self)
{
  return g_hash_table_lookup (self->unique_ids, &get_entry (self)->number);
}

/* From the message at the position on, finds one to fetch or to delete. */
static void
go_to_message (Pop3Client *self)
{
  for (; self->position < self->entries->len; self->position++)
    {
      const char *unique_id = get_unique_id (self);

      if (unique_id != NULL && g_hash_table_contains (self->seen, unique_id))
        {
          self->result.n_seen++;
          if (self->policy == POP3_POLICY_DELETE)
            {
              go (self, STEP_DELE);
              return;
            }
        }
      else if (get_entry (self)->octets > self->message_bytes_max)
        self->result.n_skipped++;
      else
        {
          go (self, STEP_RETR);
          return;
        }
    }
  go (self, STEP_QUIT);
}

static void
go_to_next_message (Pop3Client *self)
{
  self->position++;
  go_to_message (self);
}

/* What becomes of each response */

/* Whether USER and PASS can carry the words: nothing that ends the line or breaks
 * its grammar may slip into it. */
static gboolean
can_send_login (const Pop3Client *self)
{
  gsize user_bytes = strlen (self->user);
  gsize password_bytes = strlen (self->password);
  gsize bytes_max = POP3_COMMAND_BYTES_MAX - strlen ("USER \r\n");

  for (const char *c = self->user; *c != '\0'; c++)
    if (*c == ' ' || g_ascii_iscntrl (*c))
      return FALSE;
  return user_bytes >= 1 && user_bytes <= bytes_max && password_bytes >= 1 &&
         password_bytes <= bytes_max && strpbrk (self->password, "\r\n") == NULL;
}

/* The password comes next, unless it would have to go in clear against the owner's will. */
static void
go_to_login (Pop3Client *self)
{
  if (!self->is_secured && self->tls >= POP3_TLS_ALWAYS)
    fail (self, "the server offers no TLS");
  else
    go (self, STEP_USER);
}

static void
go_to_capabilities (Pop3Client *self)
{
  if (self->is_capa_skipped)
    go_to_login (self);
  else
    go (self, STEP_CAPA);
}

static void
on_greeted (Pop3Client *self)
{
  if (!can_send_login (self))
    fail (self, "user name or password can't be sent in a POP3 command");
  else
    go_to_capabilities (self);
}

static gboolean
on_capability (Pop3Client *self, WireScan *line)
{
  g_autofree char *tag = NULL;

  if (!pop3_scan_capability (line, &tag))
    return FALSE;
  self->has_uidl = self->has_uidl || g_ascii_strcasecmp (tag, "UIDL") == 0;
  self->has_stls = self->has_stls || g_ascii_strcasecmp (tag, "STLS") == 0;
  return TRUE;
}

static void
on_capabilities (Pop3Client *self)
{
  self->has_capa = TRUE;
  if (self->has_stls && !self->is_secured && self->tls != POP3_TLS_NEVER)
    go (self, STEP_STLS);
  else
    go_to_login (self);
}

static void
on_stls (Pop3Client *self)
{
  self->is_starting = self->starts_tls = TRUE;
  wire_framer_drop (self->framer);
}

/* A server without CAPA: what it can do shows when it is asked to. */
static void
on_no_capabilities (Pop3Client *self)
{
  go_to_login (self);
}

static void
on_user (Pop3Client *self)
{
  go (self, STEP_PASS);
}

static void
on_logged_in (Pop3Client *self)
{
  go (self, STEP_STAT);
}

static void
on_stat (Pop3Client *self)
{
  guint64  n_messages = 0;
  guint64  n_octets = 0;
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) self->status.text, strlen (self->status.text), NULL);
  if (!pop3_scan_drop_listing (&scan, &n_messages, &n_octets))
    fail (self, "malformed answer to STAT");
  else if (n_messages == 0)
    go (self, STEP_QUIT);
  else
    go (self, self->has_capa && !self->has_uidl ? STEP_LIST : STEP_UIDL);
}

static gboolean
on_unique_id (Pop3Client *self, WireScan *line)
{
  guint64 number = 0;
  char   *unique_id = NULL;

  if (!pop3_scan_unique_id_listing (line, &number, &unique_id))
    return FALSE;
  g_hash_table_insert (self->unique_ids, g_memdup2 (&number, sizeof number), unique_id);
  return TRUE;
}

static void
on_unique_ids (Pop3Client *self)
{
  go (self, STEP_LIST);
}

static gboolean
on_entry (Pop3Client *self, WireScan *line)
{
  Entry entry = { 0 };

  if (!pop3_scan_scan_listing (line, &entry.number, &entry.octets) || entry.number == 0)
    return FALSE;
  g_array_append_val (self->entries, entry);
  return TRUE;
}

static void
on_entries (Pop3Client *self)
{
  self->result.n_listed = self->entries->len;
  go_to_message (self);
}

static void
on_fetched (Pop3Client *self)
{
  self->result.n_fetched++;
  self->result.n_octets += g_bytes_get_size (self->message);
  self->event = POP3_CLIENT_EVENT_MESSAGE;
}

static void
on_not_fetched (Pop3Client *self)
{
  self->result.n_skipped++;
  go_to_next_message (self);
}

static void
on_deleted (Pop3Client *self)
{
  self->result.n_deleted++;
  go_to_next_message (self);
}

static void
on_farewell (Pop3Client *self)
{
  self->step = STEP_DONE;
  wire_framer_drop (self->framer);
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
  Followed    followed;
  gboolean (*on_line) (Pop3Client *self, WireScan *line);
  void (*on_ok) (Pop3Client *self);
  void (*on_err) (Pop3Client *self);
} steps[] = {
  [STEP_GREETING] = { "greeting", FOLLOWED_BY_NOTHING, NULL, on_greeted, on_unwilling },
  [STEP_CAPA] = { "CAPA", FOLLOWED_BY_LISTING, on_capability, on_capabilities, on_no_capabilities },
  [STEP_STLS] = { "STLS", FOLLOWED_BY_NOTHING, NULL, on_stls, go_to_login },
  [STEP_USER] = { "USER", FOLLOWED_BY_NOTHING, NULL, on_user, on_refused },
  [STEP_PASS] = { "PASS", FOLLOWED_BY_NOTHING, NULL, on_logged_in, on_refused },
  [STEP_STAT] = { "STAT", FOLLOWED_BY_NOTHING, NULL, on_stat, on_unwilling },
  [STEP_UIDL] = { "UIDL", FOLLOWED_BY_LISTING, on_unique_id, on_unique_ids, on_unique_ids },
  [STEP_LIST] = { "LIST", FOLLOWED_BY_LISTING, on_entry, on_entries, on_unwilling },
  [STEP_RETR] = { "RETR", FOLLOWED_BY_MESSAGE, NULL, on_fetched, on_not_fetched },
  [STEP_DELE] = { "DELE", FOLLOWED_BY_NOTHING, NULL, on_deleted, go_to_next_message },
  [STEP_QUIT] = { "QUIT", FOLLOWED_BY_NOTHING, NULL, on_farewell, on_unwilling },
  [STEP_DONE] = { "", FOLLOWED_BY_NOTHING, NULL, NULL, NULL },
};

/* Sends the step's command. */
static void
go (Pop3Client *self, Step step)
{
  g_autofree char *line = NULL;

  self->step = step;
  switch (step)
    {
    case STEP_USER:
      line = g_strdup_printf ("USER %s\r\n", self->user);
      break;
    case STEP_PASS:
      line = g_strdup_printf ("PASS %s\r\n", self->password);
      break;
    case STEP_RETR:
    case STEP_DELE:
      line = g_strdup_printf ("%s %" G_GUINT64_FORMAT "\r\n", steps[step].name,
                              get_entry (self)->number);
      break;
    default:
      line = g_strdup_printf ("%s\r\n", steps[step].name);
    }
  wire_outbox_send_text (&self->outbox, "command", line);
}

/* Reading */

static void
read_status_line (Pop3Client *self, const guint8 *line, gsize length)
{
  Followed followed = steps[self->step].followed;
  WireScan scan;

  pop3_status_clear (&self->status);
  wire_scan_init (&scan, line, length, NULL);
  if (!pop3_scan_status_line (&scan, &self->status) || !wire_scan_at_end (&scan))
    {
      wire_outbox_note (&self->outbox, "response", line, length);
      fail (self, "malformed answer to %s", steps[self->step].name);
      return;
    }
  if (self->status.is_ok && followed == FOLLOWED_BY_LISTING)
    {
      self->listing = g_byte_array_new ();
      g_byte_array_append (self->listing, line, (guint) length);
      return;
    }
  wire_outbox_note (&self->outbox, "response", line, length);
  if (!self->status.is_ok)
    steps[self->step].on_err (self);
  else if (followed == FOLLOWED_BY_MESSAGE)
    self->is_in_data = TRUE;
  else
    steps[self->step].on_ok (self);
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
  gboolean is_read;
  WireScan scan;

  g_byte_array_append (self->listing, line, (guint) length);
  if (is_last)
    {
      note_listing (self);
      steps[self->step].on_ok (self);
      return;
    }
  /* No listing line may begin with a dot, so there is none to unstuff. */
  wire_scan_init (&scan, line, length - strlen ("\r\n"), NULL);
  is_read = steps[self->step].on_line (self, &scan) && wire_scan_at_end (&scan);
  if (is_read && self->listing->len <= POP3_CLIENT_LISTING_BYTES_MAX)
    return;
  note_listing (self);
  fail (self, is_read ? "the listing of %s is too long" : "malformed line in the listing of %s",
        steps[self->step].name);
}

static gboolean
read_line (Pop3Client *self)
{
  const guint8 *line;
  gsize         length;
  WireFrame     frame;

  frame = wire_framer_next_line (self->framer, POP3_RESPONSE_BYTES_MAX, WIRE_FRAMER_STRICT, &line,
                                 &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  if (frame == WIRE_FRAME_TOO_LONG)
    {
      if (self->listing != NULL)
        note_listing (self);
      wire_outbox_note (&self->outbox, "response", line, length);
      fail (self, "a line longer than %d octets in the answer to %s", POP3_RESPONSE_BYTES_MAX,
            steps[self->step].name);
    }
  else if (self->listing != NULL)
    read_listing_line (self, line, length);
  else
    read_status_line (self, line, length);
  return TRUE;
}

static gboolean
read_data (Pop3Client *self)
{
  const guint8 *block;
  gsize         length;
  WireFrame     frame;

  frame = wire_framer_next_block (self->framer, BLOCK_BYTES_MAX (self->message_bytes_max),
                                  WIRE_FRAMER_STRICT, &block, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, "data", block, length);
  self->is_in_data = FALSE;
  if (frame == WIRE_FRAME_UNIT)
    self->message = wire_dots_unstuff (block, length, FALSE);
  if (frame == WIRE_FRAME_UNIT && g_bytes_get_size (self->message) <= self->message_bytes_max)
    steps[self->step].on_ok (self);
  else
    fail (self, "message %" G_GUINT64_FORMAT " is larger than the server said",
          get_entry (self)->number);
  return TRUE;
}

/* The owner's moves */

void
pop3_client_receive (Pop3Client *self, const guint8 *data, gsize length, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  if (self->step == STEP_DONE || self->is_input_over || self->is_starting)
    return;
  self->deadline_us = now_us + self->timeout_us;
  wire_framer_push (self->framer, data, length);
}

void
pop3_client_receive_end (Pop3Client *self)
{
  g_return_if_fail (self != NULL);

  self->is_input_over = TRUE;
}

static void
fill_event (Pop3Client *self, Pop3ClientEvent *out_event)
{
  out_event->kind = self->event;
  if (self->event == POP3_CLIENT_EVENT_MESSAGE)
    {
      out_event->message = self->message;
      out_event->unique_id = get_unique_id (self);
      out_event->message_number = get_entry (self)->number;
      if (self->policy == POP3_POLICY_DELETE)
        go (self, STEP_DELE);
      else
        go_to_next_message (self);
    }
  else if (self->event == POP3_CLIENT_EVENT_REFUSED)
    out_event->code = self->status.code;
  if (self->event != POP3_CLIENT_EVENT_MESSAGE)
    out_event->text = self->reason;
  self->event = POP3_CLIENT_EVENT_NONE;
}

gboolean
pop3_client_next_event (Pop3Client *self, Pop3ClientEvent *out_event)
{
  g_return_val_if_fail (self != NULL, FALSE);

  *out_event = (Pop3ClientEvent){ .kind = POP3_CLIENT_EVENT_NONE };
  g_clear_pointer (&self->message, g_bytes_unref);
  while (self->event == POP3_CLIENT_EVENT_NONE && self->step != STEP_DONE && !self->is_starting)
    if (!(self->is_in_data ? read_data (self) : read_line (self)))
      break;
  if (self->event == POP3_CLIENT_EVENT_NONE && self->step != STEP_DONE && self->is_input_over)
    fail (self, "the connection ended before the answer to %s", steps[self->step].name);
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
pop3_client_secured (Pop3Client *self, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  self->is_secured = TRUE;
  self->deadline_us = now_us + self->timeout_us;
  self->has_capa = self->has_uidl = self->has_stls = FALSE;
  if (self->is_starting)
    go_to_capabilities (self);
  self->is_starting = FALSE;
}

gboolean
pop3_client_trusts (const Pop3Client *self)
{
  return self->tls != POP3_TLS_VERIFIED;
}

void
pop3_client_tls_failed (Pop3Client *self, const char *reason)
{
  if (self->step != STEP_DONE)
    fail (self, "%s", reason);
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

  return self->step == STEP_DONE ? G_MAXINT64 : self->deadline_us;
}

void
pop3_client_expire (Pop3Client *self, gint64 now_us)
{
  if (now_us >= pop3_client_get_deadline (self))
    fail (self, "no answer to %s in time", steps[self->step].name);
}

gboolean
pop3_client_is_done (const Pop3Client *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->step == STEP_DONE;
}

void
pop3_client_get_result (const Pop3Client *self, Pop3ClientResult *out_result)
{
  g_return_if_fail (self != NULL);

  *out_result = self->result;
  out_result->text = self->reason;
}

const char *
pop3_client_get_step_name (const Pop3Client *self)
{
  g_return_val_if_fail (self != NULL, "");

  return steps[self->step].name;
}

/* Lifecycle */

Pop3Client *
pop3_client_new (const Pop3ClientConfig *config, gint64 now_us)
{
  Pop3Client *self = g_new0 (Pop3Client, 1);

  self->framer = wire_framer_new ();
  wire_outbox_init (&self->outbox);
  self->user = g_strdup (config->user);
  self->password = g_strdup (config->password);
  self->policy = config->policy;
  self->tls = config->tls;
  self->is_capa_skipped = config->is_capa_skipped;
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; config->seen_unique_ids != NULL && config->seen_unique_ids[i] != NULL; i++)
    g_hash_table_add (self->seen, g_strdup (config->seen_unique_ids[i]));
  self->timeout_us = config->timeout_us != 0 ? config->timeout_us : POP3_CLIENT_TIMEOUT_US;
  self->deadline_us = now_us + self->timeout_us;
  self->message_bytes_max = config->message_bytes_max != 0 ? config->message_bytes_max
                                                           : POP3_CLIENT_MESSAGE_BYTES_MAX;
  self->unique_ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return self;
}

void
pop3_client_free (Pop3Client *self)
{
  if (self == NULL)
    return;
  wire_framer_free (self->framer);
  wire_outbox_clear (&self->outbox);
  pop3_status_clear (&self->status);
  g_clear_pointer (&self->listing, g_byte_array_unref);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->unique_ids);
  g_array_unref (self->entries);
  g_free (self->user);
  g_free (self->password);
  g_free (self->reason);
  g_free (self);
}
