/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server-private.h"

#include <string.h>

#include "smtp-data.h"
#include "smtp-deviation.h"
#include "smtp-reply.h"
#include <wire/wire-dots.h>

/* Of a chunk that is refused, what is kept to be shown. */
#define REFUSED_CHUNK_BYTES_KEPT 4096

/* The order of the transaction */

/* Refuses the message, in LMTP for each of its recipients, and gives the transaction up. */
static void
refuse_message (SmtpServer *self, const SmtpRefusal *refusal, const char *text)
{
  guint n_replies = self->config.is_lmtp ? self->n_recipients : 1;

  for (guint i = 0; i < n_replies; i++)
    smtp_server_reply (self, refusal->code, refusal->status, text);
  smtp_server_end_transaction (self);
  smtp_server_tell (self, SMTP_EVENT_RESET, text);
  smtp_server_count_error (self);
}

static void
ask_message (SmtpServer *self)
{
  SmtpEvent *event = smtp_server_ask (self, SMTP_EVENT_MESSAGE, NULL);

  event->message = self->message;
  event->index = self->index;
}

void
smtp_server_message_answered (SmtpServer *self)
{
  if (self->config.is_lmtp && ++self->index < self->n_recipients)
    ask_message (self);
  else
    smtp_server_end_transaction (self);
}

/* The message is whole: hands it on, or says what is wrong with it. */
static void
finish_message (SmtpServer *self)
{
  self->must_wait = !smtp_server_may_pipeline (self, SMTP_VERB_MAIL);
  self->index = 0;
  if (self->refusal.code != 0)
    refuse_message (self, &self->refusal, self->refusal.text);
  else
    ask_message (self);
}

/* Content */

/* What RFC 5321 sections 2.3.8 and 4.5.3.1.6 do not allow in a text, and the reply to it; that to a
 * long line is of section 4.5.3.1.9. */
static const struct
{
  const WireDeviation *deviation;
  guint                leniency;
  guint                code;
  const char          *what;
} faults[] = {
  { &smtp_deviation_nul_in_data, SMTP_LENIENT_NUL, 550, "NUL" },
  { &smtp_deviation_bare_lf_in_data, SMTP_LENIENT_BARE_LF_DATA, 550, "Bare LF" },
  { &smtp_deviation_bare_cr_in_data, SMTP_LENIENT_BARE_CR_DATA, 550, "Bare CR" },
  { &smtp_deviation_long_line_in_data, SMTP_LENIENT_LONG_LINES, 500, "Line too long" },
};

typedef struct
{
  SmtpServer *server;
  gsize       length;     /* faults from here on are part of the end of the data */
  guint       leniencies; /* that were needed, and are there */
} Check;

/* Lets a fault pass, or refuses the message for the first that it does not. */
static void
check_fault (const WireDeviation *deviation, gsize offset, gsize length, gpointer user_data)
{
  Check      *check = user_data;
  SmtpServer *self = check->server;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      if (faults[i].deviation != deviation || offset >= check->length)
        continue;
      if ((self->config.profile & faults[i].leniency) != 0)
        check->leniencies |= faults[i].leniency;
      else if (self->refusal.code == 0)
        {
          g_snprintf (self->refusal_text, sizeof self->refusal_text,
                      "%s in the message, at octet %" G_GSIZE_FORMAT, faults[i].what, offset + 1);
          self->refusal = (SmtpRefusal){ faults[i].code, "5.6.0", self->refusal_text };
        }
    }
}

/* Whether there is nothing to find, as in nearly every message: lines that end in CRLF, none too
 * long, and no NUL. */
static gboolean
is_clean (const guint8 *text, gsize length)
{
  if (length > 0 && memchr (text, '\0', length) != NULL)
    return FALSE;
  for (gsize start = 0; start < length;)
    {
      const guint8 *cr = memchr (text + start, '\r', length - start);
      gsize         end = cr != NULL ? (gsize) (cr - text) + 2 : length;

      if (cr == NULL || end > length || cr[1] != '\n' ||
          end - start > SMTP_TEXT_LINE_BYTES_MAX ||
          memchr (text + start, '\n', end - 1 - start) != NULL)
        return FALSE;
      start = end;
    }
  return TRUE;
}

/* Returns: how much of the text belongs to an end of data of that form: the end of its last line,
 * which was let pass with it. */
static gsize
get_bytes_before_dot (guint end)
{
  switch (end)
    {
    case 0:
      return 0;
    case SMTP_LENIENT_END_CRLF_LF:
    case SMTP_LENIENT_END_CRLF_CR:
    case SMTP_LENIENT_END_CRLF_NUL:
      return 2;
    case SMTP_LENIENT_END_CRCRLF_CRCRLF:
      return 3;
    default:
      return 1;
    }
}

/* Returns: what is let pass of the block, as SmtpLeniency; sets the refusal for what is not. */
static guint
check_block (SmtpServer *self, const guint8 *block, gsize length, gsize text_bytes, guint end)
{
  Check check = { self, text_bytes - MIN (get_bytes_before_dot (end), text_bytes), end };

  if (!is_clean (block, text_bytes))
    smtp_data_foreach (block, length, check_fault, &check);
  return check.leniencies;
}

/* Data */

void
smtp_server_do_data (SmtpServer *self)
{
  if (self->mail.body == SMTP_BODY_BINARYMIME) /* RFC 3030 section 3 */
    {
      smtp_server_refuse (self, 503, "5.5.1", "Bad sequence of commands: BINARYMIME takes BDAT");
      return;
    }
  smtp_server_reply (self, 354, NULL, "Start mail input; end with <CRLF>.<CRLF>");
  self->state = SMTP_STATE_DATA;
  self->is_early = FALSE;
  self->refusal.code = 0;
}

/* Whether a line begins with a dot, which may be one that was put there for transparency. */
static gboolean
has_dots (const guint8 *text, gsize length)
{
  const guint8 *end = text + length;

  for (const guint8 *line = text; line < end;)
    {
      const guint8 *lf = memchr (line, '\n', (gsize) (end - line));

      if (*line == '.')
        return TRUE;
      if (lf == NULL)
        return FALSE;
      line = lf + 1;
    }
  return FALSE;
}

/* Returns: (transfer full): the text, in the memory of @block where nothing was stuffed. */
static GBytes *
unstuff (SmtpServer *self, GBytes *block, gsize text_bytes)
{
  guint         flags = smtp_leniencies_get_framer_flags (self->config.profile);
  const guint8 *data = g_bytes_get_data (block, NULL);

  /* Where other forms end the data, lines may begin after CR alone. */
  if ((flags & WIRE_FRAMER_ENDS) != 0 || has_dots (data, text_bytes))
    return wire_dots_unstuff (data, g_bytes_get_size (block), flags);
  return g_bytes_new_from_bytes (block, 0, text_bytes);
}

/* Takes the text out of a block. Returns: what was let pass in it, as SmtpLeniency. */
static guint
read_block (SmtpServer *self, GBytes *block)
{
  guint         end = smtp_leniency_of_end (wire_framer_get_end (self->framer));
  gsize         length;
  const guint8 *data = g_bytes_get_data (block, &length);
  gsize         text_bytes = length - wire_dots_get_end_length (data, length);

  self->message = unstuff (self, block, text_bytes);
  if (g_bytes_get_size (self->message) > self->config.size_max)
    self->refusal = (SmtpRefusal){ 552, "5.3.4", "Message size exceeds the limit" };
  return check_block (self, data, length, text_bytes, end);
}

gboolean
smtp_server_take_data (SmtpServer *self)
{
  /* Stuffing makes ".\r\n" a third longer, ".\n" half as long again. */
  gsize         bytes_max = self->config.size_max + self->config.size_max / 2 + 5;
  guint         flags = smtp_leniencies_get_framer_flags (self->config.profile);
  const guint8 *data;
  gsize         length;
  WireFrame     frame;
  guint         leniencies = 0;
  g_autoptr (GBytes) block = NULL;

  if (self->must_wait && wire_framer_get_n_waiting (self->framer) > 0)
    {
      if ((self->config.profile & SMTP_LENIENT_EARLY_PIPELINING) == 0)
        {
          smtp_server_refuse_early (self);
          return TRUE;
        }
      self->is_early = TRUE;
      self->must_wait = FALSE;
    }
  frame = wire_framer_next_block (self->framer, bytes_max, flags, &data, &length);
  if (frame == WIRE_FRAME_MORE)
    return FALSE;
  smtp_server_begin_unit (self);
  block = g_bytes_new (data, length);
  wire_outbox_note_bytes (&self->outbox, "data", block);
  g_clear_pointer (&self->message, g_bytes_unref);
  if (frame == WIRE_FRAME_TOO_LONG)
    self->refusal = (SmtpRefusal){ 552, "5.3.4", "Message size exceeds the limit" };
  else
    leniencies = read_block (self, block);
  if (self->is_early)
    leniencies |= SMTP_LENIENT_EARLY_PIPELINING;
  smtp_server_run_after_telling (self, leniencies, finish_message);
  return TRUE;
}

/* Chunks (RFC 3030) */

/* All octets of the chunk are here; what it says of the message is done. @data: (nullable): the
 * chunk, of which nothing is kept when it is refused */
static void
finish_chunk (SmtpServer *self, GBytes *data)
{
  const SmtpChunk chunk = self->chunk;

  self->chunk = (SmtpChunk){ 0 };
  if (!chunk.is_legal && self->config.is_lmtp && self->state == SMTP_STATE_MAIL && chunk.is_last)
    {
      /* No recipients, no replies (RFC 2033 section 4.3). */
      smtp_server_end_transaction (self);
      smtp_server_tell (self, SMTP_EVENT_RESET, chunk.refusal.text);
      return;
    }
  if (!chunk.is_legal)
    {
      smtp_server_refuse (self, chunk.refusal.code, chunk.refusal.status, chunk.refusal.text);
      return;
    }
  self->state = SMTP_STATE_CHUNKS;
  self->refusal = chunk.refusal;
  if (chunk.refusal.code != 0 && !chunk.is_last)
    {
      self->is_spoiled = TRUE;
      g_clear_pointer (&self->chunks, g_byte_array_unref);
      smtp_server_refuse (self, chunk.refusal.code, chunk.refusal.status, chunk.refusal.text);
      return;
    }
  g_clear_pointer (&self->message, g_bytes_unref);
  if (chunk.refusal.code == 0 && chunk.is_last && self->chunks == NULL)
    self->message = data != NULL ? g_bytes_ref (data) : g_bytes_new (NULL, 0);
  else if (chunk.refusal.code == 0)
    {
      if (self->chunks == NULL)
        self->chunks = g_byte_array_new ();
      if (data != NULL)
        g_byte_array_append (self->chunks, g_bytes_get_data (data, NULL), (guint) chunk.size);
      if (chunk.is_last)
        self->message = g_byte_array_free_to_bytes (g_steal_pointer (&self->chunks));
    }
  if (chunk.is_last)
    finish_message (self);
  else
    {
      self->n_errors = 0;
      smtp_server_reply_printf (self, 250, "2.0.0", "%" G_GUINT64_FORMAT " octets received",
                                chunk.size);
    }
}

void
smtp_server_do_bdat (SmtpServer *self, const SmtpRefusal *refusal)
{
  gsize n_kept = self->chunks != NULL ? self->chunks->len : 0;

  self->chunk = (SmtpChunk){ .is_coming = TRUE,
                             .size = self->command.chunk_size,
                             .is_last = self->command.is_last,
                             .is_legal = refusal->code == 0,
                             .refusal = *refusal };
  if (refusal->code == 0 && self->is_spoiled)
    self->chunk.refusal = (SmtpRefusal){ 503, "5.5.1", "A chunk was refused: send RSET" };
  else if (refusal->code == 0 && self->chunk.size > self->config.size_max - n_kept)
    self->chunk.refusal = (SmtpRefusal){ 552, "5.3.4", "Message size exceeds the limit" };
  if (self->chunk.size == 0)
    finish_chunk (self, NULL);
}

gboolean
smtp_server_take_chunk (SmtpServer *self)
{
  gsize bytes_max = self->chunk.refusal.code == 0 ? (gsize) self->chunk.size
                                                  : REFUSED_CHUNK_BYTES_KEPT;
  const guint8 *data;
  gsize         length;
  g_autoptr (GBytes) bytes = NULL;

  if (wire_framer_next_counted (self->framer, self->chunk.size, bytes_max, &data, &length) ==
      WIRE_FRAME_MORE)
    return FALSE;
  smtp_server_begin_unit (self);
  bytes = g_bytes_new (data, length);
  wire_outbox_note_bytes (&self->outbox, "chunk", bytes);
  finish_chunk (self, bytes);
  return TRUE;
}
