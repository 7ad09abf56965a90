/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-server-private.h"

#include <string.h>

/* Octets of a refused literal that are read away rather than the connection closed (RFC 7888
 * section 4): ours; a mistaken client, not a stream without end. */
#define SKIPPED_BYTES_MAX IMAP_SERVER_APPENDS_BYTES_MAX
/* The same of a client that nobody knows. */
#define SKIPPED_BYTES_MAX_BEFORE IMAP_SERVER_LITERAL_BYTES_MAX
/* Inflated bytes whose memory is kept for the next. */
#define INFLATED_BYTES_KEPT 4096

static const ImapRefusal too_long = { IMAP_BAD, NULL, "Command line too long" };
static const ImapRefusal appends_too_big = { IMAP_NO, "TOOBIG", "The message is too big" };
static const ImapRefusal literals_too_big = { IMAP_BAD, "TOOBIG", "The literals are too big" };
/* RFC 7888 section 5. */
static const ImapRefusal not_minus = { IMAP_BAD, "TOOBIG",
                                       "A literal that large must wait for leave" };

gsize
imap_server_get_n_waiting (const ImapServer *self)
{
  gsize n = imap_framer_get_n_waiting (self->framer);

  return self->deflate != NULL ? n + imap_deflate_get_n_waiting (self->deflate) : n;
}

void
imap_server_begin_unit (ImapServer *self)
{
  self->is_begun = FALSE;
  self->begun_us = self->now_us;
  self->unit_octets = imap_server_get_n_waiting (self);
}

/* Hands the framer more of what is compressed. Returns: FALSE when there is no more. */
static gboolean
inflate_more (ImapServer *self)
{
  gboolean has_failed = FALSE;

  if (self->deflate == NULL)
    return FALSE;
  if (imap_deflate_next (self->deflate, self->inflated, &has_failed))
    {
      imap_framer_push (self->framer, self->inflated->data, self->inflated->len);
      if (self->inflated->len > INFLATED_BYTES_KEPT)
        {
          g_byte_array_unref (self->inflated);
          self->inflated = g_byte_array_new ();
        }
      g_byte_array_set_size (self->inflated, 0);
      return TRUE;
    }
  if (has_failed)
    imap_server_close (self, NULL, "What came is not compressed as agreed",
                       "what came is not compressed as agreed");
  return FALSE;
}

/* Literals of any kind that a client may send now, all of one command together. */
static guint64
get_literals_max (const ImapServer *self)
{
  if (self->state == IMAP_STATE_NOT_AUTHENTICATED)
    return IMAP_SERVER_LITERAL_MINUS_BYTES_MAX;
  return MAX (IMAP_SERVER_APPENDS_BYTES_MAX, self->config.append_bytes_max);
}

static ImapFrame
next_piece (ImapServer *self, ImapPiece *out_piece)
{
  ImapFrame frame;

  do
    frame = imap_framer_next (self->framer, IMAP_COMMAND_BYTES_MAX, get_literals_max (self),
                              !self->config.is_strict, out_piece);
  while (frame == IMAP_FRAME_MORE && inflate_more (self));
  return frame;
}

ImapFrame
imap_server_next_line (ImapServer *self, const char *name, ImapPiece *out_piece)
{
  ImapFrame frame;

  do
    frame = imap_framer_next_line (self->framer, IMAP_COMMAND_BYTES_MAX,
                                   !self->config.is_strict, name, out_piece);
  while (frame == IMAP_FRAME_MORE && inflate_more (self));
  if (frame != IMAP_FRAME_MORE)
    {
      imap_server_begin_unit (self);
      wire_outbox_note (&self->outbox, out_piece->name, out_piece->data, out_piece->length);
    }
  return frame;
}

/* Literals */

/* How large the literals of a command are. */
typedef struct
{
  guint64 largest;
  guint64 largest_at_once; /* for whose octets nobody waited */
  guint64 total;
} Literals;

/* Reads an announcement that ends before @end, a line's. Returns: FALSE when there is none. */
static gboolean
read_announcement (const guint8 *data, gsize end, guint64 *out_octets, gboolean *out_at_once)
{
  guint64 octets = 0, unit = 1;
  gsize   at = end;

  if (at > 0 && data[at - 1] == '\r')
    at--;
  if (at == 0 || data[--at] != '}')
    return FALSE;
  *out_at_once = at > 0 && data[at - 1] == '+';
  if (*out_at_once)
    at--;
  for (; at > 0 && g_ascii_isdigit (data[at - 1]) && unit < G_MAXUINT64 / 100; unit *= 10)
    octets += unit * (data[--at] - '0');
  *out_octets = octets;
  return unit > 1;
}

/* @data: a command, or up to an announcement */
static Literals
measure_literals (const guint8 *data, gsize length)
{
  Literals      literals = { 0 };
  gsize         pos = 0;
  const guint8 *end;

  while (pos < length && (end = memchr (data + pos, '\n', length - pos)) != NULL)
    {
      guint64  octets = 0;
      gboolean at_once = FALSE;

      pos = (gsize) (end - data) + 1;
      if (!read_announcement (data, pos - 1, &octets, &at_once))
        continue;
      literals.largest = MAX (literals.largest, octets);
      if (at_once)
        literals.largest_at_once = MAX (literals.largest_at_once, octets);
      literals.total += octets;
      pos = octets < length - pos ? pos + (gsize) octets : length;
    }
  return literals;
}

static gboolean
is_append (const ImapServer *self)
{
  return self->command.verb == IMAP_VERB_APPEND || self->command.verb == IMAP_VERB_REPLACE;
}

/* Returns: (nullable): what is wrong with the literals of a command, or of its beginning. */
static const ImapRefusal *
check_literals (const ImapServer *self, const guint8 *data, gsize length)
{
  Literals literals = measure_literals (data, length);

  if (literals.largest_at_once > IMAP_SERVER_LITERAL_MINUS_BYTES_MAX &&
      !imap_server_has (self, IMAP_CAPABILITY_LITERAL_PLUS))
    return &not_minus;
  if (is_append (self) ? literals.largest > self->config.append_bytes_max ||
                             literals.total > IMAP_SERVER_APPENDS_BYTES_MAX
                       : literals.total > IMAP_SERVER_LITERAL_BYTES_MAX)
    return is_append (self) ? &appends_too_big : &literals_too_big;
  return NULL;
}

/* Commands */

/* What is wrong with the command that was read, but for its arguments; text NULL: nothing. */
static ImapRefusal
check_command (ImapServer *self)
{
  ImapRefusal refusal;

  if (self->command.tag == NULL)
    return (ImapRefusal){ IMAP_BAD, NULL, "A command begins with a tag" };
  imap_server_find_row (self, &refusal);
  return refusal;
}

/* Whether the command that was read will be run, but for what its owner says. */
static gboolean
is_let_pass (ImapServer *self)
{
  if (!self->is_matched || check_command (self).text != NULL)
    return FALSE;
  return !self->command.has_initial || self->command.initial != NULL;
}

/* Notes by name what of a command departs from the standards and is let pass. */
static void
note_tolerated (ImapServer *self, const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) spans = wire_spans_new ();
  ImapReading reading = { .enabled = self->enabled };
  ImapCommand command = { 0 };
  WireScan    scan;

  wire_scan_init (&scan, data, length, spans);
  imap_scan_command (&scan, &reading, &command);
  imap_command_clear (&command);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      const char *name = wire_spans_get_deviation (spans, i).deviation->name;
      gboolean    is_known = FALSE;

      for (guint j = 0; j < self->n_tolerated; j++)
        is_known = is_known || strcmp (self->tolerated[j], name) == 0;
      if (!is_known && self->n_tolerated < IMAP_SERVER_TOLERATED_MAX)
        self->tolerated[self->n_tolerated++] = name;
    }
}

/* Reads a command into self->command. @may_be_cut: it may end in an announcement, and match so far.
 * Returns: the flags of the scan. */
static guint
read_command (ImapServer *self, const guint8 *data, gsize length, gboolean may_be_cut)
{
  ImapReading reading = { .enabled = self->enabled,
                          .is_strict = self->config.is_strict,
                          .may_be_cut = may_be_cut };
  WireScan    scan;

  imap_command_clear (&self->command);
  wire_scan_init (&scan, data, length, NULL);
  self->is_matched =
      imap_scan_command (&scan, &reading, &self->command) && wire_scan_at_end (&scan);
  return scan.flags;
}

static void
refuse_arguments (ImapServer *self)
{
  char        text[80];
  ImapRefusal refusal = { IMAP_BAD, NULL, text };

  g_snprintf (text, sizeof text, "Error in the arguments of %s",
              imap_verb_get_keyword (self->command.verb));
  imap_server_refuse (self, &refusal);
}

/* Runs what was read, be it a command or not. */
static void
run_command (ImapServer *self)
{
  ImapRefusal refusal = check_command (self);

  if (refusal.text != NULL)
    imap_server_refuse (self, &refusal);
  else if (!self->is_matched)
    refuse_arguments (self);
  else if (self->row->run != NULL)
    self->row->run (self);
  else
    imap_server_ask (self, IMAP_SERVER_EVENT_COMMAND)->command = &self->command;
}

/* Takes a command that is all there. */
static void
take_command (ImapServer *self, const guint8 *data, gsize length)
{
  gboolean           has_literals = memchr (data, '\n', length - 1) != NULL;
  guint              flags = read_command (self, data, length, FALSE);
  const ImapRefusal *refusal = has_literals ? check_literals (self, data, length) : NULL;

  if (refusal != NULL)
    {
      imap_server_refuse (self, refusal);
      return;
    }
  if (flags != 0 && is_let_pass (self))
    note_tolerated (self, data, length);
  if (self->n_tolerated > 0)
    self->pending = run_command;
  else
    run_command (self);
}

/* Whether the literal that was announced may come: not for a command that is wrong already (RFC
 * 9051 section 4.3 has the client wait just for that). */
static gboolean
check_announcement (ImapServer *self, const guint8 *data, gsize length, ImapRefusal *out_refusal)
{
  const ImapRefusal *wrong;

  /* What is long was right so far the last time: what came since is looked at in the end. */
  if (!self->is_begun || length <= IMAP_COMMAND_BYTES_MAX)
    read_command (self, data, length, TRUE);
  *out_refusal = check_command (self);
  if (out_refusal->text == NULL && self->is_matched && self->command.verb == IMAP_VERB_LOGIN)
    *out_refusal = imap_server_check_login (self);
  if (out_refusal->text == NULL && self->is_matched)
    {
      wrong = check_literals (self, data, length);
      if (wrong != NULL)
        *out_refusal = *wrong;
    }
  return out_refusal->text == NULL && self->is_matched;
}

static void
take_announcement (ImapServer *self)
{
  gsize         length;
  const guint8 *data = imap_framer_get_command (self->framer, &length);
  ImapRefusal   refusal;

  if (check_announcement (self, data, length, &refusal))
    {
      self->is_begun = TRUE;
      imap_server_put (self, "+ Ready for literal data\r\n", 26);
      return;
    }
  imap_framer_refuse_literal (self->framer);
  imap_server_begin_unit (self);
  if (refusal.text != NULL)
    imap_server_refuse (self, &refusal);
  else
    refuse_arguments (self);
}

/* A literal is larger than any may be, or one too many. */
static void
take_too_big (ImapServer *self, const ImapPiece *piece)
{
  gboolean      is_known = self->state != IMAP_STATE_NOT_AUTHENTICATED;
  guint64       skipped_max = is_known ? SKIPPED_BYTES_MAX : SKIPPED_BYTES_MAX_BEFORE;
  gboolean      is_synchronizing = piece->is_synchronizing;
  guint64       announced = piece->announced;
  gsize         length;
  const guint8 *data = imap_framer_get_command (self->framer, &length);
  ImapRefusal   refusal;

  if (!self->is_begun || length <= IMAP_COMMAND_BYTES_MAX)
    read_command (self, data, length, TRUE);
  refusal = check_command (self);
  if (refusal.text == NULL)
    refusal = is_append (self) ? appends_too_big : literals_too_big;
  if (is_synchronizing)
    imap_framer_refuse_literal (self->framer);
  else if (announced > skipped_max)
    {
      imap_server_close (self, "TOOBIG", "The literal is too big, closing the connection",
                         "a literal is too big");
      return;
    }
  else
    imap_framer_skip_literal (self->framer);
  imap_server_begin_unit (self);
  imap_server_refuse (self, &refusal);
}

static void
take_too_long (ImapServer *self)
{
  gsize         length;
  const guint8 *data = imap_framer_get_command (self->framer, &length);

  read_command (self, data, length, TRUE);
  imap_server_begin_unit (self);
  imap_server_refuse (self, &too_long);
}

static gboolean
take_command_piece (ImapServer *self)
{
  ImapPiece     piece;
  ImapFrame     frame = next_piece (self, &piece);
  gsize         length;
  const guint8 *data;

  if (frame == IMAP_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, piece.name, piece.data, piece.length);
  if (frame == IMAP_FRAME_TOO_LONG)
    take_too_long (self);
  else if (frame == IMAP_FRAME_TOO_BIG)
    take_too_big (self, &piece);
  else if (piece.is_end)
    {
      data = imap_framer_get_command (self->framer, &length);
      imap_server_begin_unit (self);
      take_command (self, data, length);
    }
  else if (piece.is_synchronizing)
    take_announcement (self);
  return TRUE;
}

/* IDLE (RFC 9051 section 6.3.13) ends with a line "DONE". */
static gboolean
take_idle_line (ImapServer *self)
{
  ImapPiece piece;
  ImapFrame frame = imap_server_next_line (self, "command", &piece);
  gsize     length;

  if (frame == IMAP_FRAME_MORE)
    return FALSE;
  length = piece.length - 1;
  if (length > 0 && piece.data[length - 1] == '\r')
    length--;
  self->is_idle_wrong = frame != IMAP_FRAME_UNIT || length != 4 ||
                        g_ascii_strncasecmp ((const char *) piece.data, "DONE", 4) != 0;
  self->input = IMAP_INPUT_COMMANDS;
  imap_server_tell (self, IMAP_SERVER_EVENT_DONE, NULL);
  return TRUE;
}

gboolean
imap_server_take_unit (ImapServer *self)
{
  switch (self->input)
    {
    case IMAP_INPUT_SASL:
      return imap_server_take_sasl (self);
    case IMAP_INPUT_IDLE:
      return take_idle_line (self);
    default:
      return take_command_piece (self);
    }
}
