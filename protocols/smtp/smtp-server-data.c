/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-server-private.h"

#include <string.h>

#include "smtp-reply.h"
#include <wire/wire-dots.h>

/* Of a chunk that is refused, what is kept to be shown. */
#define REFUSED_CHUNK_BYTES_KEPT 4096

/* The ends of data: the bytes before the dot that end the line before, and the dot's line. */
static const struct
{
  guint       leniency; /* 0: the one of the standard */
  const char *before;
  const char *line;
  gsize       line_bytes;
} ends[] = {
  { 0, "\r\n", ".\r\n", 3 },
  { SMTP_LENIENT_END_CRCRLF_CRCRLF, "\r\r\n", ".\r\r\n", 4 },
  { SMTP_LENIENT_END_CRLF_NUL, "\r\n", "\0.\r\n", 4 },
  { SMTP_LENIENT_END_CRLF_LF, "\r\n", ".\n", 2 },
  { SMTP_LENIENT_END_CRLF_CR, "\r\n", ".\r", 2 },
  { SMTP_LENIENT_END_LF_CRLF, "\n", ".\r\n", 3 },
  { SMTP_LENIENT_END_LF_LF, "\n", ".\n", 2 },
  { SMTP_LENIENT_END_LF_CR, "\n", ".\r", 2 },
  { SMTP_LENIENT_END_CR_CRLF, "\r", ".\r\n", 3 },
  { SMTP_LENIENT_END_CR_LF, "\r", ".\n", 2 },
  { SMTP_LENIENT_END_CR_CR, "\r", ".\r", 2 },
};

/* Returns: which of the ends the block has; the CRLF of DATA stands before its first octet. */
static guint
find_end (guint profile, const guint8 *block, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      gsize before_bytes = strlen (ends[i].before);
      gsize text_bytes = length - ends[i].line_bytes;

      if ((ends[i].leniency & ~profile) != 0 || length < ends[i].line_bytes ||
          memcmp (block + text_bytes, ends[i].line, ends[i].line_bytes) != 0)
        continue;
      if (text_bytes == 0 && strcmp (ends[i].before, "\r\n") == 0)
        return i;
      if (text_bytes >= before_bytes &&
          memcmp (block + text_bytes - before_bytes, ends[i].before, before_bytes) == 0)
        return i;
    }
  g_return_val_if_reached (0);
}

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

static const struct
{
  guint       leniency;
  guint       code;
  const char *what;
} faults[] = {
  { SMTP_LENIENT_NUL, 550, "NUL" },
  { SMTP_LENIENT_BARE_LF_DATA, 550, "Bare LF" },
  { SMTP_LENIENT_BARE_CR_DATA, 550, "Bare CR" },
  { SMTP_LENIENT_LONG_LINES, 500, "Line too long" }, /* RFC 5321 section 4.5.3.1.9 */
};

/* Notes where a fault was first met. */
static void
note_fault (gsize *positions, guint fault, gsize position)
{
  if (positions[fault] == 0)
    positions[fault] = position + 1;
}

/* Fills in where each of the faults is first met, counted from 1; 0: nowhere. */
static void
find_faults (const guint8 *text, gsize length, gsize *positions)
{
  const guint8 *nul = memchr (text, '\0', length);

  if (nul != NULL)
    note_fault (positions, 0, (gsize) (nul - text));
  for (gsize start = 0; start < length;)
    {
      const guint8 *lf = memchr (text + start, '\n', length - start);
      gsize         end = lf != NULL ? (gsize) (lf - text) + 1 : length;
      gboolean      has_crlf = end - start >= 2 && text[end - 2] == '\r' && lf != NULL;
      const guint8 *cr;

      if (lf != NULL && !has_crlf)
        note_fault (positions, 1, end - 1);
      cr = memchr (text + start, '\r', end - start - (has_crlf ? 2 : 0));
      if (cr != NULL)
        note_fault (positions, 2, (gsize) (cr - text));
      if (end - start > SMTP_SERVER_TEXT_LINE_BYTES_MAX)
        note_fault (positions, 3, start);
      start = end;
    }
}

/* Looks for what is no text as RFC 5321 sections 2.3.8, 2.3.9 and 4.5.3.1.6 have it. Returns: what
 * of it is let pass, as SmtpLeniency; sets the refusal for what is not. */
static guint
check_text (SmtpServer *self, const guint8 *text, gsize length)
{
  gsize positions[G_N_ELEMENTS (faults)] = { 0 };
  guint leniencies = 0;

  find_faults (text, length, positions);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      if (positions[i] == 0)
        continue;
      if ((self->config.profile & faults[i].leniency) != 0)
        leniencies |= faults[i].leniency;
      else if (self->refusal.code == 0)
        {
          g_snprintf (self->refusal_text, sizeof self->refusal_text,
                      "%s in the message, at octet %" G_GSIZE_FORMAT, faults[i].what,
                      positions[i]);
          self->refusal = (SmtpRefusal){ faults[i].code, "5.6.0", self->refusal_text };
        }
    }
  return leniencies;
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
  gsize         length;
  const guint8 *data = g_bytes_get_data (block, &length);
  guint         end = find_end (self->config.profile, data, length);
  guint         leniencies = ends[end].leniency;
  const guint8 *text;

  self->message = unstuff (self, block, length - ends[end].line_bytes);
  text = g_bytes_get_data (self->message, &length);
  if (length > self->config.size_max)
    self->refusal = (SmtpRefusal){ 552, "5.3.4", "Message size exceeds the limit" };
  /* The end of the last line is part of the end of the data, which was let pass as a whole. */
  if (leniencies != 0)
    length -= MIN (strlen (ends[end].before), length);
  if (length > 0)
    leniencies |= check_text (self, text, length);
  return leniencies;
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
