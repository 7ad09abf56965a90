/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-framer.h"

#include <string.h>

/* How much given-out data may lie in front before it is moved away, and how large an empty buffer
 * may stay: as in wire-framer.c. */
#define COMPACT_BYTES 65536

typedef enum
{
  LINE,    /* looking for a line's end */
  OCTETS,  /* of a literal that is part of the piece, or that is read away */
  LITERAL, /* of one that is a piece by itself */
  STUCK,   /* TOO_BIG was told: refuse_literal() or skip_literal() goes on */
} State;

/* How far an announcement is read: "~{310+}" CR. */
typedef enum
{
  NOTHING,
  TILDE,
  BRACE,
  DIGITS,
  PLUS,
  CLOSED,
  CLOSED_CR,
} Progress;

/* What the line so far tells about its end. */
typedef struct
{
  gboolean is_quoted;   /* a quoted string is open */
  gboolean is_escaped;  /* the next byte belongs to it, whatever it is */
  gboolean may_begin;   /* a string may begin here: no atom is under way */
  gboolean is_string;   /* the announcement stands where a string may begin */
  gboolean is_binary;
  gboolean is_plus;
  guint8   last;
  Progress progress;
  guint64  number;      /* G_MAXUINT64: too large to tell */
} Look;

struct _ImapFramer
{
  GByteArray *waiting;
  gboolean    is_server;
  gsize       unit_start;  /* of the command, whose pieces lie one after the other */
  gsize       unit_end;    /* of what was given out of it */
  gsize       piece_start; /* first byte not yet given out */
  gsize       at;          /* first byte not yet looked at */
  State       state;
  Look        look;
  gboolean    is_done;     /* the unit has been given out: the next begins at piece_start */
  gboolean    is_skipping; /* what is left of the unit is read away */
  gboolean    is_over;     /* the line is too long: what lies behind over_at is not kept */
  gsize       over_at;
  guint64     n_missing;   /* octets of the literal that have not come */
  guint64     line_bytes;  /* of the unit so far */
  guint64     literal_bytes;
  guint       n_literals;
};

static const Look line_begin = { .may_begin = TRUE };

void
imap_framer_push (ImapFramer *self, const guint8 *data, gsize length)
{
  g_byte_array_append (self->waiting, data, (guint) length);
}

/* Drops the unit that was given out, and at times its memory. */
static void
compact (ImapFramer *self)
{
  gsize start = self->unit_start;

  if (start == self->waiting->len && start > COMPACT_BYTES)
    {
      g_byte_array_unref (self->waiting);
      self->waiting = g_byte_array_new ();
    }
  else if (start == self->waiting->len)
    g_byte_array_set_size (self->waiting, 0);
  else if (start > COMPACT_BYTES && start > self->waiting->len / 2)
    g_byte_array_remove_range (self->waiting, 0, (guint) start);
  else
    return;
  self->unit_start = 0;
  self->unit_end -= start;
  self->piece_start -= start;
  self->at -= start;
}

static void
begin_unit (ImapFramer *self)
{
  self->is_done = FALSE;
  self->line_bytes = self->literal_bytes = 0;
  self->n_literals = 0;
  self->unit_start = self->unit_end = self->piece_start;
  compact (self);
}

static void
look_at_number (Look *look, guint8 byte)
{
  guint digit = byte - '0';

  look->number = look->number > (G_MAXUINT64 - digit) / 10 ? G_MAXUINT64
                                                           : look->number * 10 + digit;
}

/* Goes on in an announcement. Returns: FALSE when @byte is not of one. */
static gboolean
look_at_announcement (Look *look, guint8 byte)
{
  Progress progress = look->progress;

  if (byte == '~' && look->may_begin)
    {
      look->progress = TILDE;
      return TRUE;
    }
  if (byte == '{')
    {
      look->is_binary = progress == TILDE;
      look->is_string = look->is_binary || look->may_begin;
      look->is_plus = FALSE;
      look->number = 0;
      look->progress = BRACE;
      return TRUE;
    }
  if ((progress == BRACE || progress == DIGITS) && g_ascii_isdigit (byte))
    {
      look_at_number (look, byte);
      look->progress = DIGITS;
      return TRUE;
    }
  if (progress == DIGITS && byte == '+')
    {
      look->is_plus = TRUE;
      look->progress = PLUS;
      return TRUE;
    }
  if ((progress == DIGITS || progress == PLUS) && byte == '}')
    {
      look->progress = CLOSED;
      return TRUE;
    }
  if (progress == CLOSED && byte == '\r')
    {
      look->progress = CLOSED_CR;
      return TRUE;
    }
  return FALSE;
}

/* One byte of a line that is not its end. */
static void
look_at (Look *look, guint8 byte)
{
  if (!look_at_announcement (look, byte))
    look->progress = NOTHING;
  if (look->is_escaped)
    look->is_escaped = FALSE;
  else if (look->is_quoted && byte == '\\')
    look->is_escaped = TRUE;
  else if (byte == '"' && (look->is_quoted || look->may_begin))
    look->is_quoted = !look->is_quoted;
  look->may_begin = !look->is_quoted && byte != '\0' && strchr (" ()[\"", byte) != NULL;
  look->last = byte;
}

/* Looks at what has come of a line. Returns: whether its end is there, and look is about all
 * before it. */
static gboolean
find_line_end (ImapFramer *self, gsize line_bytes_max, gboolean allows_bare_lf)
{
  gsize    start = self->at;
  gboolean is_found = FALSE;
  gsize    room = self->line_bytes < line_bytes_max ? line_bytes_max - (gsize) self->line_bytes : 0;

  while (self->at < self->waiting->len && !is_found)
    {
      guint8 byte = self->waiting->data[self->at++];

      is_found = byte == '\n' && (allows_bare_lf || self->look.last == '\r');
      if (!is_found)
        look_at (&self->look, byte);
    }
  self->line_bytes += self->at - start;
  if (self->at - start > room && !self->is_over)
    {
      self->is_over = TRUE;
      self->over_at = start + room;
    }
  return is_found;
}

/* Nothing more has come: what is read away needs no memory. */
static ImapFrame
wait_for_more (ImapFramer *self)
{
  if (self->is_skipping)
    {
      g_byte_array_set_size (self->waiting, (guint) self->piece_start);
      self->unit_start = self->unit_end = self->at = self->piece_start;
      compact (self);
    }
  else if (self->is_over)
    {
      g_byte_array_set_size (self->waiting, (guint) self->over_at);
      self->at = self->over_at;
    }
  return IMAP_FRAME_MORE;
}

/* A status response, or the server's "+", ends in free text (RFC 9051 section 7.1), where "{5}" is
 * not an announcement. */
static gboolean
ends_in_text (const guint8 *data, gsize length)
{
  static const char *const conditions[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
  const guint8 *space = memchr (data, ' ', length);
  const guint8 *end = data + length;

  if (length > 0 && data[0] == '+')
    return TRUE;
  for (guint i = 0; space != NULL && i < G_N_ELEMENTS (conditions); i++)
    {
      gsize n = strlen (conditions[i]);

      if ((gsize) (end - space) > n + 1 && strchr (" \r\n", space[n + 1]) != NULL &&
          g_ascii_strncasecmp ((const char *) space + 1, conditions[i], n) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Whether the line that just ended announces a literal. One for which nobody waits counts wherever
 * it stands (RFC 7888 section 4), any other only where a string may begin. */
static gboolean
is_announced (ImapFramer *self)
{
  const Look *look = &self->look;
  gsize       end = self->is_over ? self->over_at : self->at; /* the rest may not be kept */

  if (look->progress != CLOSED && look->progress != CLOSED_CR)
    return FALSE;
  if (self->is_server && look->is_plus)
    return TRUE;
  if (!look->is_string)
    return FALSE;
  return self->is_server || self->n_literals > 0 || self->is_skipping ||
         !ends_in_text (self->waiting->data + self->piece_start, end - self->piece_start);
}

static void
fill_piece (ImapFramer *self, const char *name, gsize end, ImapPiece *out_piece)
{
  *out_piece = (ImapPiece){ .name = name,
                            .data = self->waiting->data + self->piece_start,
                            .length = end - self->piece_start };
  self->unit_end = end;
  self->piece_start = self->at;
}

static const char *
get_name (const ImapFramer *self)
{
  if (!self->is_server)
    return "response";
  return self->piece_start == self->unit_start ? "command" : "rest";
}

/* Whether nobody waits between the announcement and the octets. */
static gboolean
goes_on_by_itself (const ImapFramer *self, const Look *look)
{
  return !self->is_server || look->is_plus;
}

static void
expect_octets (ImapFramer *self, State state, guint64 n_octets)
{
  self->state = state;
  self->n_missing = n_octets;
  self->look = line_begin;
}

/* A line of a unit that is read away has ended. */
static void
skip_line (ImapFramer *self)
{
  Look     look = self->look;
  gboolean is_more = is_announced (self) && goes_on_by_itself (self, &look);

  self->look = line_begin;
  self->piece_start = self->at;
  self->is_over = FALSE;
  if (is_more)
    expect_octets (self, OCTETS, look.number);
  else
    {
      self->is_skipping = FALSE;
      begin_unit (self);
    }
}

static ImapFrame
end_too_long (ImapFramer *self, gboolean is_more, const Look *look, ImapPiece *out_piece)
{
  fill_piece (self, get_name (self), self->over_at, out_piece);
  out_piece->is_end = TRUE;
  self->is_done = TRUE;
  self->is_over = FALSE;
  if (is_more && goes_on_by_itself (self, look))
    {
      self->is_skipping = TRUE;
      expect_octets (self, OCTETS, look->number);
    }
  return IMAP_FRAME_TOO_LONG;
}

/* A line has ended in an announcement. Returns: MORE when its literal is part of the piece. */
static ImapFrame
end_in_announcement (ImapFramer *self,
                     guint64     literal_bytes_max,
                     const Look *look,
                     ImapPiece  *out_piece)
{
  gboolean is_too_big = look->number > G_MAXINT64 || self->literal_bytes > literal_bytes_max ||
                        look->number > literal_bytes_max - self->literal_bytes ||
                        self->n_literals >= IMAP_LITERALS_MAX;

  self->n_literals++;
  if (!is_too_big)
    self->literal_bytes += look->number;
  expect_octets (self, is_too_big ? STUCK : LITERAL, look->number);
  if (!is_too_big && goes_on_by_itself (self, look))
    {
      self->state = OCTETS;
      return IMAP_FRAME_MORE;
    }
  fill_piece (self, get_name (self), self->at, out_piece);
  out_piece->announced = look->number;
  out_piece->is_binary = look->is_binary;
  out_piece->is_synchronizing = !goes_on_by_itself (self, look);
  return is_too_big ? IMAP_FRAME_TOO_BIG : IMAP_FRAME_UNIT;
}

/* Returns: MORE when there is nothing to give out yet, but maybe more to read. */
static ImapFrame
end_line (ImapFramer *self, guint64 literal_bytes_max, ImapPiece *out_piece)
{
  Look     look = self->look;
  gboolean is_more = is_announced (self);

  self->look = line_begin;
  if (self->is_over)
    return end_too_long (self, is_more, &look, out_piece);
  if (is_more)
    return end_in_announcement (self, literal_bytes_max, &look, out_piece);
  fill_piece (self, get_name (self), self->at, out_piece);
  out_piece->is_end = TRUE;
  self->is_done = TRUE;
  return IMAP_FRAME_UNIT;
}

/* Returns: whether all octets of the literal are there. */
static gboolean
pass_octets (ImapFramer *self)
{
  gsize n = (gsize) MIN (self->n_missing, self->waiting->len - self->at);

  self->at += n;
  self->n_missing -= n;
  if (self->is_skipping)
    self->piece_start = self->at;
  return self->n_missing == 0;
}

ImapFrame
imap_framer_next (ImapFramer *self,
                  gsize       line_bytes_max,
                  guint64     literal_bytes_max,
                  gboolean    allows_bare_lf,
                  ImapPiece  *out_piece)
{
  if (self->is_done)
    begin_unit (self);
  while (self->state != STUCK)
    {
      ImapFrame frame;

      if (self->state != LINE)
        {
          if (!pass_octets (self))
            break;
          if (self->state == LITERAL)
            {
              self->state = LINE;
              fill_piece (self, "literal", self->at, out_piece);
              return IMAP_FRAME_UNIT;
            }
          self->state = LINE;
        }
      if (!find_line_end (self, line_bytes_max, allows_bare_lf))
        break;
      if (self->is_skipping)
        skip_line (self);
      else if ((frame = end_line (self, literal_bytes_max, out_piece)) != IMAP_FRAME_MORE)
        return frame;
    }
  return wait_for_more (self);
}

const guint8 *
imap_framer_get_command (ImapFramer *self, gsize *out_length)
{
  *out_length = self->unit_end - self->unit_start;
  return *out_length > 0 ? self->waiting->data + self->unit_start : (const guint8 *) "";
}

void
imap_framer_refuse_literal (ImapFramer *self)
{
  g_return_if_fail (self->state == LITERAL || self->state == STUCK);
  self->state = LINE;
  self->n_missing = 0;
  self->at = self->piece_start;
  self->is_done = TRUE;
}

void
imap_framer_skip_literal (ImapFramer *self)
{
  g_return_if_fail (self->state == STUCK);
  self->state = OCTETS;
  self->is_skipping = TRUE;
  self->is_done = TRUE;
}

ImapFrame
imap_framer_next_line (ImapFramer *self,
                       gsize       line_bytes_max,
                       gboolean    allows_bare_lf,
                       const char *name,
                       ImapPiece  *out_piece)
{
  gboolean is_over;

  g_return_val_if_fail (self->state == LINE && !self->is_skipping, IMAP_FRAME_MORE);
  if (self->is_done)
    begin_unit (self);
  if (!find_line_end (self, line_bytes_max, allows_bare_lf))
    return wait_for_more (self);
  is_over = self->is_over;
  fill_piece (self, name, is_over ? self->over_at : self->at, out_piece);
  out_piece->is_end = TRUE;
  self->look = line_begin;
  self->is_over = FALSE;
  self->is_done = TRUE;
  return is_over ? IMAP_FRAME_TOO_LONG : IMAP_FRAME_UNIT;
}

gsize
imap_framer_get_n_waiting (const ImapFramer *self)
{
  return self->waiting->len - self->piece_start;
}

void
imap_framer_drop (ImapFramer *self)
{
  g_byte_array_set_size (self->waiting, 0);
  self->piece_start = self->at = 0;
  self->state = LINE;
  self->look = line_begin;
  self->is_skipping = self->is_over = FALSE;
  begin_unit (self);
}

GBytes *
imap_framer_take_waiting (ImapFramer *self)
{
  gsize   length = imap_framer_get_n_waiting (self);
  GBytes *bytes = g_bytes_new (self->waiting->data + (length > 0 ? self->piece_start : 0), length);

  imap_framer_drop (self);
  return bytes;
}

ImapFramer *
imap_framer_new (gboolean is_server)
{
  ImapFramer *self = g_new0 (ImapFramer, 1);

  self->waiting = g_byte_array_new ();
  self->is_server = is_server;
  self->look = line_begin;
  return self;
}

void
imap_framer_free (ImapFramer *self)
{
  if (self == NULL)
    return;
  g_byte_array_unref (self->waiting);
  g_free (self);
}
