/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "mime"
#include "mime-lines.h"
#include "mime-deviation.h"
#include "mime-encoding.h"

#include <string.h>

WIRE_ELEMENT (line_end, "Line end", 2045, "2.1");
WIRE_ELEMENT (quoted_printable_line, "Line in quoted-printable", 2045, "6.7");
WIRE_ELEMENT (encoded_octets, "Encoded octets", 2045, "6.7");
WIRE_ELEMENT (soft_line_break, "Soft line break", 2045, "6.7");
WIRE_ELEMENT (trailing_space, "White space at the end of a line", 2045, "6.7");
WIRE_ELEMENT (base64_data, "Base64 data", 2045, "6.8");
WIRE_ELEMENT (base64_padding, "Padding", 2045, "6.8");
WIRE_ELEMENT (base64_space, "White space in base64", 2045, "6.8");
WIRE_ELEMENT (foreign_octets, "Octets that are no base64", 2045, "6.8");
WIRE_ELEMENT (octets_after_padding, "Octets after the padding", 2045, "6.8");
WIRE_ELEMENT (uu_begin, "Beginning of a uuencoded file", 1154, "4.7");
WIRE_ELEMENT (uu_mode, "Mode of the file", 1154, "4.7");
WIRE_ELEMENT (uu_name, "Name of the file", 1154, "4.7");
WIRE_ELEMENT (uu_line, "Line in uuencode", 1154, "4.7");
WIRE_ELEMENT (uu_length, "Length of the line's data", 1154, "4.7");
WIRE_ELEMENT (uu_end, "End of a uuencoded file", 1154, "4.7");
WIRE_ELEMENT (outside_line, "Line outside of the file", 1154, "4.7");

static gboolean
is_blank (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

gboolean
mime_lines_next (MimeLines *self)
{
  WireScan     *scan = self->scan;
  const guint8 *feed;

  if (wire_scan_at_end (scan))
    return FALSE;
  feed = memchr (scan->data + scan->pos, '\n', scan->length - scan->pos);
  self->end = self->content_end = scan->length;
  if (feed != NULL)
    {
      self->content_end = (gsize) (feed - scan->data);
      self->end = self->content_end + 1;
      if (self->content_end > scan->pos && scan->data[self->content_end - 1] == '\r')
        self->content_end--;
    }
  return TRUE;
}

void
mime_lines_end (MimeLines *self)
{
  WireMark mark;

  if (self->content_end == self->end)
    return;
  mark = wire_scan_begin (self->scan, &line_end);
  if (self->end - self->content_end == 1 && !self->allows_bare_line_ends)
    mime_lines_note (self, &mime_deviation_bare_line_end_in_body, self->content_end, 1);
  self->scan->pos = self->end;
  wire_scan_end (self->scan, mark, TRUE);
}

/* Returns: @deviation the first time in a body, then NULL. */
static const WireDeviation *
once (MimeLines *self, const WireDeviation *deviation)
{
  for (guint i = 0; i < self->n_noted; i++)
    if (self->noted[i] == deviation)
      return NULL;
  g_assert (self->n_noted < G_N_ELEMENTS (self->noted));
  return self->noted[self->n_noted++] = deviation;
}

void
mime_lines_note (MimeLines *self, const WireDeviation *deviation, gsize offset, gsize length)
{
  if (once (self, deviation) != NULL)
    wire_scan_deviate_at (self->scan, deviation, offset, length);
}

/* A span with nothing inside. @deviation: (nullable): what is wrong with it */
static void
scan_run (MimeLines           *self,
          const WireElement   *element,
          gsize                length,
          const WireDeviation *deviation)
{
  WireMark mark = wire_scan_begin (self->scan, element);

  if (deviation != NULL)
    wire_scan_deviate_at (self->scan, deviation, self->scan->pos, length);
  self->scan->pos += length;
  wire_scan_end (self->scan, mark, TRUE);
}

void
mime_lines_check_length (MimeLines *self, const WireDeviation *encoded_deviation)
{
  gsize length = self->content_end - self->scan->pos;

  if (encoded_deviation != NULL && length > MIME_ENCODED_LINE_MAX)
    mime_lines_note (self, encoded_deviation, self->scan->pos, length);
  if (length > MIME_LINE_OCTETS_MAX)
    wire_scan_deviate_at (self->scan, &mime_deviation_body_line_over_998, self->scan->pos, length);
}

/* ---- quoted-printable ---- */

/* Returns: whether a hexadecimal octet is at @pos. */
static gboolean
is_hex_octet (const WireScan *scan, gsize pos, gsize end)
{
  return end - pos > 2 && scan->data[pos] == '=' && g_ascii_isxdigit (scan->data[pos + 1]) &&
         g_ascii_isxdigit (scan->data[pos + 2]);
}

/* hex-octet := "=" 2(DIGIT / "A" / "B" / "C" / "D" / "E" / "F"), as many as there are */
static void
scan_encoded_octets (MimeLines *self)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &encoded_octets);

  for (; is_hex_octet (scan, scan->pos, self->content_end); scan->pos += 3)
    if (g_ascii_islower (scan->data[scan->pos + 1]) || g_ascii_islower (scan->data[scan->pos + 2]))
      mime_lines_note (self, &mime_deviation_qp_lower_case, scan->pos, 3);
  wire_scan_end (scan, mark, TRUE);
}

/* The "=" at the end of a line, transport-padding, and the line end; the cursor is at the "=". */
static void
scan_soft_line_break (MimeLines *self)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &soft_line_break);

  if (self->content_end == self->end)
    wire_scan_deviate_at (scan, &mime_deviation_qp_bad_escape, scan->pos, 1);
  else if (scan->pos + 1 < self->content_end)
    mime_lines_note (self, &mime_deviation_qp_trailing_space, scan->pos + 1,
                     self->content_end - scan->pos - 1);
  scan->pos = self->content_end;
  mime_lines_end (self);
  wire_scan_end (scan, mark, TRUE);
}

/* Returns: where the white space begins that a reader takes away, as MimeDecoder does. */
static gsize
find_trailing_space (const MimeLines *self)
{
  gsize begin = self->content_end;

  while (begin > self->scan->pos && self->content_end - begin < MIME_TRAILING_SPACE_MAX &&
         is_blank (self->scan->data[begin - 1]))
    begin--;
  return begin;
}

/* ptext and white space up to @end, or to a soft line break. Returns: TRUE at a soft line break */
static gboolean
scan_qp_text (MimeLines *self, gsize end)
{
  WireScan *scan = self->scan;
  gboolean  is_wrong = FALSE;

  while (scan->pos < end)
    {
      guint8 c = scan->data[scan->pos];

      if (is_hex_octet (scan, scan->pos, self->content_end))
        {
          scan_encoded_octets (self);
          continue;
        }
      if (c == '=' && scan->pos == end - 1)
        return TRUE;
      if (c == '=' && !is_wrong)
        {
          wire_scan_deviate_at (scan, &mime_deviation_qp_bad_escape, scan->pos, 1);
          is_wrong = TRUE;
        }
      else if ((c < ' ' && c != '\t') || c > 126)
        mime_lines_note (self, &mime_deviation_qp_raw_octet, scan->pos, 1);
      scan->pos++;
    }
  return FALSE;
}

/* qp-line, one line of it */
static void
scan_qp_line (MimeLines *self)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &quoted_printable_line);
  gsize     text_end = find_trailing_space (self);

  mime_lines_check_length (self, &mime_deviation_qp_long_line);
  if (scan_qp_text (self, text_end))
    scan_soft_line_break (self);
  else if (text_end < self->content_end)
    scan_run (self, &trailing_space, self->content_end - text_end,
              once (self, &mime_deviation_qp_trailing_space));
  if (scan->pos < self->end)
    mime_lines_end (self);
  wire_scan_end (scan, mark, TRUE);
}

void
mime_lines_scan_quoted_printable (MimeLines *self)
{
  while (mime_lines_next (self))
    if (self->content_end > self->scan->pos)
      scan_qp_line (self);
    else
      mime_lines_end (self);
}

/* ---- base64 ---- */

/* Where reading has come to; as MimeDecoder has it. */
typedef struct
{
  guint    n_characters; /* of a group that is not whole yet */
  guint    n_pads;       /* in that group */
  gboolean has_ended;
  gsize    offset; /* of the last run of data */
  gsize    length;
} Base64;

typedef enum
{
  BASE64_CHARACTER,
  BASE64_PAD,
  BASE64_SPACE,
  BASE64_FOREIGN,
} Base64Class;

static Base64Class
classify_base64 (guint8 c)
{
  if (g_ascii_isalnum (c) || c == '+' || c == '/')
    return BASE64_CHARACTER;
  if (c == '=')
    return BASE64_PAD;
  return is_blank (c) || c == '\r' ? BASE64_SPACE : BASE64_FOREIGN;
}

static void
scan_base64_data (MimeLines *self, Base64 *state, gsize length)
{
  const WireDeviation *deviation = NULL;

  if (state->n_pads > 0)
    deviation = once (self, &mime_deviation_base64_bad_padding);
  state->n_pads = 0;
  state->n_characters = (guint) ((state->n_characters + length) % 4);
  state->offset = self->scan->pos;
  state->length = length;
  scan_run (self, &base64_data, length, deviation);
}

/* A run of "=": it completes a group, or part of it does, or it is out of place. */
static void
scan_base64_padding (MimeLines *self, Base64 *state, gsize length)
{
  gsize n_needed = 4 - state->n_characters - state->n_pads;

  if (state->n_characters < 2)
    {
      scan_run (self, &foreign_octets, length, once (self, &mime_deviation_base64_bad_padding));
      return;
    }
  length = MIN (length, n_needed);
  state->n_pads += (guint) length;
  scan_run (self, &base64_padding, length, NULL);
  if (length == n_needed)
    {
      state->has_ended = TRUE;
      state->n_characters = 0;
    }
}

/* What follows the padding; white space may. */
static void
scan_after_padding (MimeLines *self)
{
  WireScan *scan = self->scan;
  gsize     at = scan->pos;

  while (at < self->content_end && classify_base64 (scan->data[at]) == BASE64_SPACE)
    at++;
  if (at == self->content_end)
    scan_run (self, &base64_space, at - scan->pos, NULL);
  else
    scan_run (self, &octets_after_padding, self->content_end - scan->pos,
              once (self, &mime_deviation_base64_after_padding));
}

/* One line up to its end, run by run of octets of a kind. */
static void
scan_base64_line (MimeLines *self, Base64 *state)
{
  WireScan *scan = self->scan;
  gboolean  has_foreign = FALSE;

  mime_lines_check_length (self, &mime_deviation_base64_long_line);
  while (scan->pos < self->content_end && !state->has_ended)
    {
      Base64Class class = classify_base64 (scan->data[scan->pos]);
      gsize       end = scan->pos + 1;

      while (end < self->content_end && classify_base64 (scan->data[end]) == class)
        end++;
      if (class == BASE64_CHARACTER)
        scan_base64_data (self, state, end - scan->pos);
      else if (class == BASE64_PAD)
        scan_base64_padding (self, state, end - scan->pos);
      else if (class == BASE64_SPACE)
        scan_run (self, &base64_space, end - scan->pos, NULL);
      else
        {
          scan_run (self, &foreign_octets, end - scan->pos,
                    has_foreign ? NULL : &mime_deviation_base64_bad_character);
          has_foreign = TRUE;
        }
    }
  if (scan->pos < self->content_end)
    scan_after_padding (self);
}

void
mime_lines_scan_base64 (MimeLines *self)
{
  Base64 state = { 0 };

  while (mime_lines_next (self))
    {
      scan_base64_line (self, &state);
      mime_lines_end (self);
    }
  if (state.n_characters > 0)
    mime_lines_note (self, &mime_deviation_base64_bad_padding, state.offset, state.length);
}

/* ---- uuencode ---- */

static gboolean
starts_with (const MimeLines *self, const char *text)
{
  gsize length = strlen (text);

  return self->content_end - self->scan->pos >= length &&
         memcmp (self->scan->data + self->scan->pos, text, length) == 0;
}

/* "begin" SP mode SP name */
static gboolean
scan_uu_begin (MimeLines *self)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &uu_begin);
  gsize     mode_end = scan->pos + 6;

  if (!starts_with (self, "begin "))
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  while (mode_end < self->content_end && g_ascii_isdigit (scan->data[mode_end]))
    mode_end++;
  if (mode_end - scan->pos < 9 || self->content_end - scan->pos < 11)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos += 6;
  wire_scan_leaf (scan, &uu_mode, mode_end - scan->pos);
  if (self->content_end - scan->pos > 1)
    {
      scan->pos++;
      wire_scan_leaf (scan, &uu_name, self->content_end - scan->pos);
    }
  scan->pos = self->content_end;
  mime_lines_end (self);
  return wire_scan_end (scan, mark, TRUE);
}

/* Returns: whether the characters after the line's length are those of so many octets. A checksum
 * of one character may follow, and what the last group does not need may be missing. */
static gboolean
is_uu_line (const MimeLines *self)
{
  const guint8 *line = self->scan->data + self->scan->pos;
  gsize         n_characters = self->content_end - self->scan->pos - 1;
  gsize         n_octets = (gsize) (line[0] - ' ') & 63;

  for (gsize i = 0; i <= n_characters; i++)
    if (line[i] < ' ' || line[i] > '`')
      return FALSE;
  return n_characters >= (n_octets * 8 + 5) / 6 && n_characters <= (n_octets + 2) / 3 * 4 + 1;
}

static void
scan_uu_line (MimeLines *self)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &uu_line);

  if (!is_uu_line (self))
    wire_scan_deviate_at (scan, &mime_deviation_uuencode_bad_line, scan->pos,
                          self->content_end - scan->pos);
  wire_scan_leaf (scan, &uu_length, 1);
  scan->pos = self->content_end;
  mime_lines_end (self);
  wire_scan_end (scan, mark, TRUE);
}

static void
scan_line_as (MimeLines *self, const WireElement *element)
{
  WireMark mark = wire_scan_begin (self->scan, element);

  self->scan->pos = self->content_end;
  mime_lines_end (self);
  wire_scan_end (self->scan, mark, TRUE);
}

void
mime_lines_scan_uuencode (MimeLines *self)
{
  gboolean is_within = FALSE, has_ended = FALSE;

  while (mime_lines_next (self))
    {
      mime_lines_check_length (self, NULL);
      if (self->content_end == self->scan->pos)
        mime_lines_end (self);
      else if (!is_within && !has_ended && scan_uu_begin (self))
        is_within = TRUE;
      else if (!is_within)
        scan_line_as (self, &outside_line);
      else if (starts_with (self, "end"))
        {
          scan_line_as (self, &uu_end);
          is_within = FALSE;
          has_ended = TRUE;
        }
      else
        scan_uu_line (self);
    }
}
