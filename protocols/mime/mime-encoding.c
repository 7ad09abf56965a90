/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-encoding.h"

#include <string.h>

/* Names in mail. The last three are of no standard; they are what UUCP's encoding is called. */
static const struct
{
  const char  *name;
  MimeEncoding encoding;
} names[] = {
  { "7bit", MIME_ENCODING_7BIT },
  { "8bit", MIME_ENCODING_8BIT },
  { "binary", MIME_ENCODING_BINARY },
  { "quoted-printable", MIME_ENCODING_QUOTED_PRINTABLE },
  { "base64", MIME_ENCODING_BASE64 },
  { "x-uuencode", MIME_ENCODING_UUENCODE },
  { "x-uue", MIME_ENCODING_UUENCODE },
  { "uuencode", MIME_ENCODING_UUENCODE },
};

MimeEncoding
mime_encoding_find (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i].name) == length && g_ascii_strncasecmp (names[i].name, name, length) == 0)
      return names[i].encoding;
  return MIME_ENCODING_UNKNOWN;
}

const char *
mime_encoding_get_name (MimeEncoding encoding)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].encoding == encoding)
      return names[i].name;
  return "unknown";
}

gboolean
mime_encoding_is_identity (MimeEncoding encoding)
{
  return encoding < MIME_ENCODING_QUOTED_PRINTABLE || encoding == MIME_ENCODING_UNKNOWN;
}

/* Copies at most @n octets between buffers that don't overlap. Returns: how many. */
static gsize
copy (guint8 *out, const guint8 *data, gsize n)
{
  if (n > 0)
    memcpy (out, data, n);
  return n;
}

static gboolean
is_blank (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

/* ---- base64 (RFC 2045 section 6.8) ---- */

/* The state is how many "=" have been seen in the group that is being read, or this. */
#define BASE64_ENDED 4

#define BASE64_BAD ((guint32) 1 << 31)

/* What each octet gives as the first, second, third and fourth of a group, or BASE64_BAD: so
 * that a whole group is four look-ups, and one test says whether all four are good. */
static guint32 base64_values[4][256];

static void
base64_prepare (void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static gsize      is_ready;

  if (!g_once_init_enter (&is_ready))
    return;
  for (guint i = 0; i < 4; i++)
    {
      for (guint c = 0; c < 256; c++)
        base64_values[i][c] = BASE64_BAD;
      for (guint value = 0; value < 64; value++)
        base64_values[i][(guint8) alphabet[value]] = value << (18 - 6 * i);
    }
  g_once_init_leave (&is_ready, 1);
}

/* Decodes whole groups up to the first octet that is not of the alphabet. Writes one octet more
 * than it counts. */
static gsize
base64_groups (const guint8 **in, const guint8 *end, guint8 *out)
{
  const guint8 *data = *in;
  guint8       *start = out;

  while (end - data >= 4)
    {
      guint32 value = base64_values[0][data[0]] | base64_values[1][data[1]] |
                      base64_values[2][data[2]] | base64_values[3][data[3]];

      if (value & BASE64_BAD)
        break;
      value = GUINT32_TO_BE (value << 8);
      memcpy (out, &value, 4);
      out += 3;
      data += 4;
    }
  *in = data;
  return (gsize) (out - start);
}

/* Writes the octets that @n_pending characters make whole. */
static gsize
base64_flush (MimeDecoder *self, guint8 *out)
{
  gsize n = self->n_pending > 0 ? self->n_pending - 1 : 0;

  for (gsize i = 0; i < n; i++)
    out[i] = (guint8) (self->bits >> (16 - 8 * i));
  self->bits = 0;
  self->n_pending = 0;
  return n;
}

/* A "=": it ends the data when it completes a group (section 6.8 lets a reader take it so);
 * before the third character of a group it is just another wrong character. */
static gsize
base64_pad (MimeDecoder *self, guint8 *out)
{
  if (self->n_pending < 2)
    self->n_wrong++;
  else if (self->n_pending + ++self->state == 4)
    {
      self->state = BASE64_ENDED;
      return base64_flush (self, out);
    }
  return 0;
}

/* One octet, whatever it is. */
static gsize
base64_octet (MimeDecoder *self, guint8 c, guint8 *out)
{
  if (c == '\r' || c == '\n' || is_blank (c))
    return 0;
  if (self->state == BASE64_ENDED)
    self->n_wrong++;
  else if (c == '=')
    return base64_pad (self, out);
  else if (base64_values[0][c] == BASE64_BAD)
    self->n_wrong++;
  else
    {
      if (self->state > 0) /* a "=" with more of its group behind it */
        self->n_wrong++;
      self->state = 0;
      self->bits |= base64_values[self->n_pending++][c];
      if (self->n_pending == 4)
        return base64_flush (self, out);
    }
  return 0;
}

static gsize
base64_push (MimeDecoder *self, const guint8 *data, gsize length, guint8 *out)
{
  const guint8 *end = data + length;
  gsize         n_out = 0;

  while (data < end)
    {
      if (self->n_pending == 0 && self->state == 0)
        {
          n_out += base64_groups (&data, end, out + n_out);
          if (end - data >= 2 && data[0] == '\r' && data[1] == '\n')
            {
              data += 2;
              continue;
            }
        }
      if (data < end)
        n_out += base64_octet (self, *data++, out + n_out);
    }
  return n_out;
}

static gsize
base64_finish (MimeDecoder *self, guint8 *out)
{
  if (self->n_pending > 0)
    self->n_wrong++;
  return base64_flush (self, out);
}

/* ---- quoted-printable (RFC 2045 section 6.7) ---- */

/* Values of hexadecimal digits plus 1; 0 for what is none. */
static const guint8 hex_values[256] = {
  ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
  ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
  ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* Copies up to the first "=", eight octets at a time: runs are short, so that calls of memchr() and
 * memcpy() would take most of the time. Returns: how many */
static inline gsize
qp_copy_plain (const guint8 *data, gsize length, guint8 *out)
{
  static const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  gsize                at = 0;

  for (; length - at >= 8; at += 8)
    {
      guint64 octets, others, found;

      memcpy (&octets, data + at, 8);
      memcpy (out + at, &octets, 8);
      others = GUINT64_FROM_LE (octets) ^ (ones * '=');
      found = (others - ones) & ~others & (ones << 7);
      if (found != 0)
        return at + (gsize) __builtin_ctzll (found) / 8;
    }
  for (; at < length && data[at] != '='; at++)
    out[at] = data[at];
  return at;
}

typedef enum
{
  ESCAPE_UNDECIDED, /* the input ends within it */
  ESCAPE_WRONG,
  ESCAPE_SOFT_BREAK,
} Escape;

/* What the "=" at @data, which no two hexadecimal digits follow, is: soft line break, with the
 * white space that transports may have put behind it (transport-padding), or nothing. */
static Escape
qp_read_break (const guint8 *data, gsize length, gboolean is_last, gsize *out_n_used)
{
  gsize i = 1;

  while (i < length && i <= MIME_TRAILING_SPACE_MAX && is_blank (data[i]))
    i++;
  if (i == length && is_last)
    {
      *out_n_used = i;
      return ESCAPE_SOFT_BREAK;
    }
  if (i < length && data[i] == '\r')
    i++;
  if (i < length && data[i] == '\n')
    {
      *out_n_used = i + 1;
      return ESCAPE_SOFT_BREAK;
    }
  return i < length || is_last ? ESCAPE_WRONG : ESCAPE_UNDECIDED;
}

/* The escapes of one line: @pos is moved to what follows the last of them, and that is copied but
 * not counted, for it may end in white space. Returns: FALSE at an escape that is undecided. */
static gboolean
qp_escapes (MimeDecoder *self, const guint8 *data, gsize length, gsize line_end, gboolean is_last,
            gsize *pos, guint8 **out)
{
  gsize at = *pos;

  while (at < line_end)
    {
      gsize n_plain = data[at] == '=' ? 0 : qp_copy_plain (data + at, line_end - at, *out);
      gsize n_used = 1;

      if (at + n_plain == line_end)
        break;
      *out += n_plain;
      at += n_plain;
      if (length - at > 2 && hex_values[data[at + 1]] > 0 && hex_values[data[at + 2]] > 0)
        {
          *(*out)++ =
              (guint8) ((hex_values[data[at + 1]] - 1) << 4 | (hex_values[data[at + 2]] - 1));
          at += 3;
          continue;
        }
      if (length - at == 2 && !is_last && hex_values[data[at + 1]] > 0)
        n_used = 0;
      else
        switch (qp_read_break (data + at, length - at, is_last, &n_used))
          {
          case ESCAPE_UNDECIDED:
            n_used = 0;
            break;
          case ESCAPE_WRONG:
            self->n_wrong++;
            *(*out)++ = '=';
            break;
          case ESCAPE_SOFT_BREAK:
            self->n_wrong += at + n_used == length && data[at + n_used - 1] != '\n';
            break;
          }
      at += n_used;
      *pos = at;
      if (n_used == 0)
        return FALSE;
    }
  *pos = at;
  return TRUE;
}

/* Decodes @data up to what can't be decided yet, of which there is nothing when @is_last. */
static gsize
qp_decode (MimeDecoder  *self,
           const guint8 *data,
           gsize         length,
           gboolean      is_last,
           gsize        *out_n_used,
           guint8       *out)
{
  guint8 *start = out;
  gsize   pos = 0;

  while (pos < length)
    {
      const guint8 *feed = memchr (data + pos, '\n', length - pos);
      gsize         line_end = feed != NULL ? (gsize) (feed - data) : length;
      gsize         text_end, blank, limit;

      if (!qp_escapes (self, data, length, line_end, is_last, &pos, &out))
        break;
      if (pos > line_end || pos == length)
        continue; /* a soft line break */

      text_end = line_end;
      if (text_end > pos && data[text_end - 1] == '\r' && (feed != NULL || !is_last))
        text_end--;
      blank = text_end;
      limit = text_end - pos > MIME_TRAILING_SPACE_MAX ? text_end - MIME_TRAILING_SPACE_MAX : pos;
      while (blank > limit && is_blank (data[blank - 1]))
        blank--;
      out += blank - pos; /* qp_escapes() has copied it */
      pos = blank;
      if (feed == NULL && !is_last && blank < text_end)
        break;
      out += copy (out, data + text_end, line_end - text_end);
      pos = line_end;
      if (feed != NULL)
        {
          *out++ = '\n';
          pos++;
        }
    }
  *out_n_used = pos;
  return (gsize) (out - start);
}

/* Returns: whether white space was left open and @data goes on with as much as may ever be taken
 * away: then what was left open stays. */
static gboolean
qp_goes_on_blank (const MimeDecoder *self, const guint8 *data, gsize length)
{
  gsize i = 0;

  if (length < MIME_TRAILING_SPACE_MAX || !is_blank (self->pending[0]))
    return FALSE;
  while (i < MIME_TRAILING_SPACE_MAX && is_blank (data[i]))
    i++;
  return i == MIME_TRAILING_SPACE_MAX;
}

/* First decides what the piece before left open, with as much of @data as that takes. */
static gsize
qp_push (MimeDecoder *self, const guint8 *data, gsize length, guint8 *out)
{
  gsize n_out = 0, n_used;

  while (self->n_pending > 0 && length > 0)
    {
      guint n_old = self->n_pending;
      gsize n_more = MIN (length, sizeof self->pending - n_old);

      if (qp_goes_on_blank (self, data, length))
        {
          n_out += copy (out + n_out, self->pending, n_old);
          self->n_pending = 0;
          break;
        }
      copy (self->pending + n_old, data, n_more);
      n_out += qp_decode (self, self->pending, n_old + n_more, FALSE, &n_used, out + n_out);
      if (n_used >= n_old)
        n_more = n_used - n_old;
      self->n_pending = (guint) (n_old + n_more - n_used);
      memmove (self->pending, self->pending + n_used, self->n_pending);
      data += n_more;
      length -= n_more;
    }
  if (length > 0)
    {
      n_out += qp_decode (self, data, length, FALSE, &n_used, out + n_out);
      self->n_pending = (guint) copy (self->pending, data + n_used, length - n_used);
    }
  return n_out;
}

static gsize
qp_finish (MimeDecoder *self, guint8 *out)
{
  gsize n_used;
  gsize n_out = qp_decode (self, self->pending, self->n_pending, TRUE, &n_used, out);

  self->n_pending = 0;
  return n_out;
}

/* ---- uuencode ---- */

typedef enum
{
  UU_BEFORE,
  UU_WITHIN,
  UU_AFTER,
} UuState;

/* Each character stands for six bits; " " and "`" are both zero. */
static gboolean
uu_value (guint8 c, guint *out_value)
{
  *out_value = (guint) (c - ' ') & 63;
  return c >= ' ' && c <= '`';
}

/* Returns: whether a line is "begin MODE NAME". */
static gboolean
uu_is_begin (const guint8 *line, gsize length)
{
  return length > 10 && memcmp (line, "begin ", 6) == 0 && g_ascii_isdigit (line[6]) &&
         g_ascii_isdigit (line[7]) && g_ascii_isdigit (line[8]);
}

/* A length, and characters for that many octets; what is not there is not made up. */
static gsize
uu_data_line (MimeDecoder *self, const guint8 *line, gsize length, guint8 *out)
{
  guint   n_octets, value;
  guint32 bits = 0;
  gsize   n_out = 0;

  if (!uu_value (line[0], &n_octets))
    {
      self->n_wrong++;
      return 0;
    }
  for (gsize i = 1; i < length && n_out < n_octets; i++)
    {
      if (!uu_value (line[i], &value))
        self->n_wrong++;
      bits = bits << 6 | value;
      if (i % 4 != 1)
        out[n_out++] = (guint8) (bits >> (2 * (4 - (i - 1) % 4 - 1)));
    }
  if (n_out < n_octets)
    self->n_wrong++;
  return n_out;
}

/* One line without its LF. */
static gsize
uu_line (MimeDecoder *self, const guint8 *line, gsize length, guint8 *out)
{
  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (length == 0)
    return 0;
  switch ((UuState) self->state)
    {
    case UU_BEFORE:
      if (uu_is_begin (line, length))
        self->state = UU_WITHIN;
      return 0;
    case UU_WITHIN:
      if (length < 3 || memcmp (line, "end", 3) != 0)
        return uu_data_line (self, line, length, out);
      self->state = UU_AFTER;
      return 0;
    case UU_AFTER:
      return 0;
    }
  return 0;
}

/* A line is read when it is whole, and of a long one the beginning. */
static gsize
uu_push (MimeDecoder *self, const guint8 *data, gsize length, guint8 *out)
{
  gsize n_out = 0;

  while (length > 0)
    {
      const guint8 *feed = memchr (data, '\n', length);
      gsize         n_line = feed != NULL ? (gsize) (feed - data) : length;
      gsize         room = sizeof self->pending - self->n_pending;

      if (feed != NULL && self->n_pending == 0)
        n_out += uu_line (self, data, MIN (n_line, room), out + n_out);
      else
        self->n_pending += (guint) copy (self->pending + self->n_pending, data, MIN (n_line, room));
      if (feed == NULL)
        break;
      if (self->n_pending > 0)
        n_out += uu_line (self, self->pending, self->n_pending, out + n_out);
      self->n_pending = 0;
      data += n_line + 1;
      length -= n_line + 1;
    }
  return n_out;
}

static gsize
uu_finish (MimeDecoder *self, guint8 *out)
{
  gsize n_out = uu_line (self, self->pending, self->n_pending, out);

  self->n_pending = 0;
  self->n_wrong += self->state != UU_AFTER;
  return n_out;
}

/* ---- all of them ---- */

void
mime_decoder_init (MimeDecoder *self, MimeEncoding encoding)
{
  self->encoding = encoding;
  self->n_wrong = 0;
  self->state = 0;
  self->bits = 0;
  self->n_pending = 0;
  base64_prepare ();
}

gsize
mime_decoder_get_room (gsize n_bytes)
{
  return n_bytes + sizeof ((MimeDecoder *) NULL)->pending;
}

gsize
mime_decoder_push (MimeDecoder *self, const guint8 *data, gsize length, guint8 *out)
{
  if (length == 0)
    return 0;
  switch (self->encoding)
    {
    case MIME_ENCODING_QUOTED_PRINTABLE:
      return qp_push (self, data, length, out);
    case MIME_ENCODING_BASE64:
      return base64_push (self, data, length, out);
    case MIME_ENCODING_UUENCODE:
      return uu_push (self, data, length, out);
    case MIME_ENCODING_7BIT:
    case MIME_ENCODING_8BIT:
    case MIME_ENCODING_BINARY:
    case MIME_ENCODING_UNKNOWN:
      break;
    }
  return copy (out, data, length);
}

gsize
mime_decoder_finish (MimeDecoder *self, guint8 *out)
{
  switch (self->encoding)
    {
    case MIME_ENCODING_QUOTED_PRINTABLE:
      return qp_finish (self, out);
    case MIME_ENCODING_BASE64:
      return base64_finish (self, out);
    case MIME_ENCODING_UUENCODE:
      return uu_finish (self, out);
    case MIME_ENCODING_7BIT:
    case MIME_ENCODING_8BIT:
    case MIME_ENCODING_BINARY:
    case MIME_ENCODING_UNKNOWN:
      break;
    }
  return 0;
}

GBytes *
mime_decode (MimeEncoding encoding, const guint8 *data, gsize length, gsize *out_n_wrong)
{
  MimeDecoder decoder;
  guint8     *out = g_malloc (mime_decoder_get_room (length));
  gsize       n;

  mime_decoder_init (&decoder, encoding);
  n = mime_decoder_push (&decoder, data, length, out);
  n += mime_decoder_finish (&decoder, out + n);
  if (out_n_wrong != NULL)
    *out_n_wrong = decoder.n_wrong;
  return g_bytes_new_take (g_realloc (out, MAX (n, 1)), n);
}
