/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-mbox.h"

#include <string.h>

#include "imf-fields.h"

#define FROM "From "
#define FROM_LENGTH 5

/* A longer line is no separator (RFC 5322 section 2.1.1), so that looking at one costs little. */
#define SEPARATOR_BYTES_MAX 998

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Separator lines: "From " sender date, with "remote from HOST" after it in old ones. */

/* One line without its end, and how far it has been read. */
typedef struct
{
  const guint8 *data;
  gsize         length;
  gsize         pos;
} Line;

static gboolean
skip_spaces (Line *line)
{
  gsize before = line->pos;

  while (line->pos < line->length &&
         (line->data[line->pos] == ' ' || line->data[line->pos] == '\t'))
    line->pos++;
  return line->pos > before;
}

/* A run of anything but white space and controls; a quoted string (RFC 5322 section 3.2.4), which
 * a local part can be, may hold spaces. */
static gboolean
skip_word (Line *line)
{
  gsize    begin = line->pos;
  gboolean is_quoted = FALSE;

  for (; line->pos < line->length; line->pos++)
    {
      guint8 byte = line->data[line->pos];

      if (is_quoted && byte == '\\' && line->pos + 1 < line->length)
        byte = line->data[++line->pos];
      else if (byte == '"')
        is_quoted = !is_quoted;
      if (byte < ' ' || byte == 0x7F || (byte == ' ' && !is_quoted))
        break;
    }
  return line->pos > begin && !is_quoted;
}

/* "user at host.example", as web archives hide addresses. */
static void
skip_hidden_host (Line *line)
{
  Line ahead = *line;

  if (skip_spaces (&ahead) && line->length - ahead.pos > 3 &&
      memcmp (line->data + ahead.pos, "at ", 3) == 0)
    {
      ahead.pos += 2;
      if (skip_spaces (&ahead) && skip_word (&ahead))
        *line = ahead;
    }
}

/* One of the names of three letters in @names. */
static gboolean
skip_name (Line *line, const char *names)
{
  if (line->length - line->pos < 3)
    return FALSE;
  for (; *names != '\0'; names += 3)
    if (memcmp (line->data + line->pos, names, 3) == 0)
      {
        line->pos += 3;
        return TRUE;
      }
  return FALSE;
}

static gboolean
skip_digits (Line *line, guint min, guint max)
{
  guint n = 0;

  while (n < max && line->pos < line->length && g_ascii_isdigit (line->data[line->pos]))
    {
      line->pos++;
      n++;
    }
  return n >= min;
}

static gboolean
skip_byte (Line *line, guint8 byte)
{
  if (line->pos == line->length || line->data[line->pos] != byte)
    return FALSE;
  line->pos++;
  return TRUE;
}

static gboolean
skip_time (Line *line)
{
  return skip_digits (line, 1, 2) && skip_byte (line, ':') && skip_digits (line, 2, 2) &&
         (!skip_byte (line, ':') || skip_digits (line, 2, 2));
}

/* A zone by name or as +0000, with the space before it; TRUE, too, if there is none. */
static gboolean
skip_zone (Line *line)
{
  Line  ahead = *line;
  gsize begin;

  if (!skip_spaces (&ahead))
    return TRUE;
  begin = ahead.pos;
  if (skip_byte (&ahead, '+') || skip_byte (&ahead, '-'))
    {
      if (!skip_digits (&ahead, 4, 4))
        return FALSE;
    }
  else
    while (ahead.pos < ahead.length && g_ascii_isupper (ahead.data[ahead.pos]))
      ahead.pos++;
  if (ahead.pos > begin)
    *line = ahead;
  return TRUE;
}

/* "Tue Nov 24 08:00:00 2026", as asctime() writes it. */
static gboolean
skip_date (Line *line)
{
  return skip_name (line, day_names) && skip_spaces (line) && skip_name (line, month_names) &&
         skip_spaces (line) && skip_digits (line, 1, 2) && skip_spaces (line) &&
         skip_time (line) && skip_zone (line) && skip_spaces (line) && skip_digits (line, 4, 4) &&
         skip_zone (line);
}

static gboolean
skip_remote_from (Line *line)
{
  static const char words[] = "remote from ";
  gsize             length = sizeof words - 1;

  skip_spaces (line);
  if (line->length - line->pos < length || memcmp (line->data + line->pos, words, length) != 0)
    return TRUE;
  line->pos += length;
  if (!skip_word (line))
    return FALSE;
  skip_spaces (line);
  return TRUE;
}

static gboolean
begins_with_from (const guint8 *data, gsize length)
{
  return length >= FROM_LENGTH && memcmp (data, FROM, FROM_LENGTH) == 0;
}

/* Whether the line, given without its end, is a separator. */
static gboolean
is_separator (const guint8 *data, gsize length)
{
  Line line = { data, length, FROM_LENGTH };

  if (!begins_with_from (data, length) || length > SEPARATOR_BYTES_MAX)
    return FALSE;
  skip_spaces (&line);
  if (!skip_word (&line))
    return FALSE;
  skip_hidden_host (&line);
  return skip_spaces (&line) && skip_date (&line) && skip_remote_from (&line) &&
         line.pos == line.length;
}

/* Reading */

typedef struct
{
  ImfMbox *mbox;
  gsize    pos; /* of the line that comes next */

  /* Of the message being read; none before the first separator */
  gboolean is_open;
  gboolean is_header;
  gboolean has_content_length;
  guint64  content_length;

  /* What the lines tell of the variant */
  gboolean has_unquoted; /* a line of a counted body that would have been quoted */
  gboolean has_quoted_twice;
  gboolean has_counted; /* a Content-Length that was right */
} Reader;

/* Returns: the length of the line at @pos, its end included; @out_text without it. */
static gsize
measure_line (const ImfMbox *mbox, gsize pos, gsize *out_text)
{
  const guint8 *data = mbox->data + pos;
  gsize         rest = mbox->length - pos;
  const guint8 *lf = memchr (data, '\n', rest);
  gsize         text = lf != NULL ? (gsize) (lf - data) : rest;

  *out_text = lf != NULL && text > 0 && data[text - 1] == '\r' ? text - 1 : text;
  return lf != NULL ? text + 1 : rest;
}

static gboolean
is_separator_at (const ImfMbox *mbox, gsize pos)
{
  gsize   end = MIN (mbox->length, pos + SEPARATOR_BYTES_MAX + 2);
  ImfMbox ahead = { mbox->data, end, IMF_MBOX_O, NULL };
  gsize   text;

  if (pos == mbox->length || !begins_with_from (mbox->data + pos, mbox->length - pos))
    return FALSE;
  measure_line (&ahead, pos, &text);
  return is_separator (mbox->data + pos, text);
}

/* What a line that is no separator tells of the variant. */
static void
note_line (Reader *self, const guint8 *data, gsize length, gboolean is_counted)
{
  gsize n_quotes = 0;

  if (data[0] != '>' && data[0] != 'F')
    return;
  while (n_quotes < length && data[n_quotes] == '>')
    n_quotes++;
  if (!begins_with_from (data + n_quotes, length - n_quotes))
    return;
  self->has_unquoted |= is_counted && n_quotes == 0;
  self->has_quoted_twice |= n_quotes > 1;
}

/* Content-Length = "Content-Length:" *WSP 1*DIGIT *WSP */
static void
note_content_length (Reader *self, const guint8 *data, gsize length)
{
  static const char name[] = "content-length:";
  Line              line = { data, length, sizeof name - 1 };
  guint64           value = 0;
  gsize             begin;

  if (length < line.pos || g_ascii_strncasecmp ((const char *) data, name, line.pos) != 0)
    return;
  skip_spaces (&line);
  begin = line.pos;
  /* More digits count more bytes than there can be. */
  if (!skip_digits (&line, 1, 18))
    return;
  for (gsize i = begin; i < line.pos; i++)
    value = value * 10 + (data[i] - (guint) '0');
  skip_spaces (&line);
  if (line.pos != length)
    return;
  self->has_content_length = TRUE;
  self->content_length = value;
}

/* Whether a body that ends at @end leads on: after the end of its last line and an empty line,
 * either of which may be missing, a separator comes or the file ends. */
static gboolean
leads_on (const ImfMbox *mbox, gsize end, gsize *out_next)
{
  for (guint i = 0; i < 3; i++)
    {
      gsize line_end;

      if (end == mbox->length || (mbox->data[end - 1] == '\n' && is_separator_at (mbox, end)))
        {
          *out_next = end;
          return TRUE;
        }
      line_end = imf_line_end_length (mbox->data, mbox->length, end);
      if (line_end == 0)
        return FALSE;
      end += line_end;
    }
  return FALSE;
}

static ImfMboxMessage *
get_last (const Reader *self)
{
  return &g_array_index (self->mbox->messages, ImfMboxMessage, self->mbox->messages->len - 1);
}

static void
close_message (Reader *self, gsize end)
{
  ImfMboxMessage *message = get_last (self);

  message->length = end - message->offset;
  self->is_open = FALSE;
}

/* As close_message(), at a separator or the end of the file: the empty line before it, if there
 * is one, is the file's. */
static void
close_before (Reader *self, gsize end)
{
  const guint8 *data = self->mbox->data;
  gsize         begin = get_last (self)->offset;
  gsize         kept = end;

  if (kept > begin && data[kept - 1] == '\n')
    {
      kept--;
      if (kept > begin && data[kept - 1] == '\r')
        kept--;
      if (kept > begin && data[kept - 1] != '\n')
        kept = end; /* the end of a line with text */
    }
  close_message (self, kept);
}

/* The body begins: passes over it if its length was told, and rightly. */
static void
begin_body (Reader *self)
{
  gsize rest = self->mbox->length - self->pos;
  gsize end, next;

  self->is_header = FALSE;
  if (!self->has_content_length || self->content_length > rest)
    return;
  end = self->pos + (gsize) self->content_length;
  if (!leads_on (self->mbox, end, &next))
    return;
  self->has_counted = TRUE;
  while (self->pos < end)
    {
      gsize text;
      gsize length = measure_line (self->mbox, self->pos, &text);

      note_line (self, self->mbox->data + self->pos, text, TRUE);
      self->pos += length;
    }
  close_message (self, end);
  self->pos = next;
}

static void
read_line (Reader *self)
{
  const guint8 *data = self->mbox->data + self->pos;
  gsize         text;
  gsize         length = measure_line (self->mbox, self->pos, &text);

  if (is_separator (data, text))
    {
      ImfMboxMessage message = { self->pos, self->pos + length, 0 };

      if (self->is_open)
        close_before (self, self->pos);
      g_array_append_val (self->mbox->messages, message);
      self->pos += length;
      self->is_open = self->is_header = TRUE;
      self->has_content_length = FALSE;
      return;
    }
  self->pos += length;
  if (!self->is_open)
    return;
  note_line (self, data, text, FALSE);
  if (self->is_header && text == 0)
    begin_body (self);
  else if (self->is_header)
    note_content_length (self, data, text);
}

static ImfMboxVariant
tell_variant (const Reader *self)
{
  if (self->has_counted)
    return self->has_unquoted ? IMF_MBOX_CL2 : IMF_MBOX_CL;
  return self->has_quoted_twice ? IMF_MBOX_RD : IMF_MBOX_O;
}

gboolean
imf_mbox_is (const guint8 *data, gsize length)
{
  ImfMbox mbox = { data, length, IMF_MBOX_O, NULL };

  return is_separator_at (&mbox, 0);
}

ImfMbox *
imf_mbox_new (const guint8 *data, gsize length)
{
  ImfMbox *self = g_new0 (ImfMbox, 1);
  Reader   reader = { .mbox = self };

  self->data = data;
  self->length = length;
  self->messages = g_array_new (FALSE, FALSE, sizeof (ImfMboxMessage));
  while (reader.pos < length)
    read_line (&reader);
  if (reader.is_open)
    close_before (&reader, length);
  self->variant = tell_variant (&reader);
  return self;
}

void
imf_mbox_free (ImfMbox *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->messages);
  g_free (self);
}

const char *
imf_mbox_variant_get_name (ImfMboxVariant variant)
{
  static const char *const names[] = { "mboxo", "mboxrd", "mboxcl", "mboxcl2" };

  return names[variant];
}

/* Quoting */

/* Returns: how many ">" stand before "From " at the beginning of the line; -1: it is another. */
static gssize
count_quotes (const guint8 *data, gsize length)
{
  gsize n = 0;

  while (n < length && data[n] == '>')
    n++;
  return begins_with_from (data + n, length - n) ? (gssize) n : -1;
}

/* Appends the bytes line by line, with a ">" less before "From ". */
static void
append_unquoted (GString *out, ImfMboxVariant variant, const guint8 *data, gsize length)
{
  for (gsize pos = 0; pos < length;)
    {
      const guint8 *lf = memchr (data + pos, '\n', length - pos);
      gsize         line = lf != NULL ? (gsize) (lf - (data + pos)) + 1 : length - pos;
      gssize        n_quotes = count_quotes (data + pos, line);
      gsize         skipped = n_quotes == 1 || (n_quotes > 1 && variant == IMF_MBOX_RD) ? 1 : 0;

      g_string_append_len (out, (const char *) data + pos + skipped, (gssize) (line - skipped));
      pos += line;
    }
}

/* Appends the bytes line by line, with a ">" more where the variant wants one. */
static void
append_quoted (GString *out, ImfMboxVariant variant, const guint8 *data, gsize length)
{
  for (gsize pos = 0; pos < length;)
    {
      const guint8 *lf = memchr (data + pos, '\n', length - pos);
      gsize         line = lf != NULL ? (gsize) (lf - (data + pos)) + 1 : length - pos;
      gssize        n_quotes = count_quotes (data + pos, line);

      if (n_quotes == 0 || (n_quotes > 0 && variant == IMF_MBOX_RD))
        g_string_append_c (out, '>');
      g_string_append_len (out, (const char *) data + pos, (gssize) line);
      pos += line;
    }
}

GBytes *
imf_mbox_dup_message (const ImfMbox *self, guint i)
{
  const ImfMboxMessage *message = imf_mbox_get (self, i);
  const guint8         *data = self->data + message->offset;
  GString              *text;

  if (self->variant == IMF_MBOX_CL2)
    return g_bytes_new (data, message->length);
  text = g_string_sized_new (message->length);
  append_unquoted (text, self->variant, data, message->length);
  return g_string_free_to_bytes (text);
}

/* Writing */

static void
append_separator (GString *out, const char *sender, gint64 time_us, const char *line_end)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  Line line = { (const guint8 *) sender, sender != NULL ? strlen (sender) : 0, 0 };

  if (sender == NULL || !skip_word (&line) || line.pos != line.length)
    sender = "MAILER-DAEMON";
  if (time == NULL)
    time = g_date_time_new_from_unix_utc (0);
  g_string_append_printf (out, FROM "%s %.3s %.3s %2d %02d:%02d:%02d %04d%s", sender,
                          day_names + g_date_time_get_day_of_week (time) % 7 * 3,
                          month_names + (g_date_time_get_month (time) - 1) * 3,
                          g_date_time_get_day_of_month (time), g_date_time_get_hour (time),
                          g_date_time_get_minute (time), g_date_time_get_second (time),
                          g_date_time_get_year (time), line_end);
}

/* Returns: the line end of the first line. */
static const char *
find_line_end (const guint8 *data, gsize length)
{
  const guint8 *lf = memchr (data, '\n', length);

  return lf != NULL && lf > data && lf[-1] == '\r' ? "\r\n" : "\n";
}

/* The message with its body counted, after the body was quoted or not. */
static void
append_counted (GString       *out,
                ImfMboxVariant variant,
                const guint8  *data,
                gsize          length,
                const char    *line_end)
{
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  g_autoptr (GString) body = g_string_new (NULL);
  gsize begin = header->body_offset;
  gsize head = out->len;

  if (variant == IMF_MBOX_CL)
    {
      append_quoted (body, variant, data + begin, length - begin);
      append_quoted (out, variant, data, header->end);
    }
  else
    {
      g_string_append_len (body, (const char *) data + begin, (gssize) (length - begin));
      g_string_append_len (out, (const char *) data, (gssize) header->end);
    }
  if (out->len > head && out->str[out->len - 1] != '\n')
    g_string_append (out, line_end);
  g_string_append_printf (out, "Content-Length: %" G_GSIZE_FORMAT "%s", body->len, line_end);
  if (begin > header->end)
    g_string_append_len (out, (const char *) data + header->end, (gssize) (begin - header->end));
  else
    g_string_append (out, line_end);
  g_string_append_len (out, body->str, (gssize) body->len);
}

void
imf_mbox_append (GString       *out,
                 ImfMboxVariant variant,
                 const char    *sender,
                 gint64         time_us,
                 GBytes        *message)
{
  gsize         length;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  const guint8 *data = bytes != NULL ? bytes : (const guint8 *) ""; /* of an empty message */
  const char   *line_end = find_line_end (data, length);

  append_separator (out, sender, time_us, line_end);
  if (variant == IMF_MBOX_O || variant == IMF_MBOX_RD)
    append_quoted (out, variant, data, length);
  else
    append_counted (out, variant, data, length, line_end);
  if (length > 0 && out->str[out->len - 1] != '\n')
    g_string_append (out, line_end);
  g_string_append (out, line_end);
}
