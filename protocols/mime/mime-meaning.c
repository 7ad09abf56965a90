/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-meaning.h"
#include "mime-encoding.h"
#include "mime-words.h"

#include <string.h>

#include <imf/imf-date.h>
#include <imf/imf-word.h>

/* How much of a long text is told. */
#define MEANING_BYTES_MAX 1024

struct _MimeMeaning
{
  const WireSpans *spans;    /* borrowed */
  const guint8    *data;     /* borrowed */
  MimeCharsets    *charsets; /* borrowed */
  /* The body that was asked about last, so that its charset is looked for once. */
  guint body, body_end; /* indices of spans; body_end 0: none yet */
  char *charset;        /* (nullable) */
};

/* Returns: (transfer full) (nullable): @text, cut where it is long; NULL when it tells nothing that
 * @bytes don't */
static char *
finish (GString *text, const guint8 *bytes, gsize length)
{
  const char *end;

  if (text->len == length && memcmp (text->str, bytes, length) == 0)
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  if (text->len > MEANING_BYTES_MAX)
    {
      g_string_truncate (text, MEANING_BYTES_MAX);
      if (!g_utf8_validate_len (text->str, text->len, &end))
        g_string_truncate (text, (gsize) (end - text->str));
      g_string_append (text, " \342\200\246");
    }
  return g_string_free (text, FALSE);
}

static char *
tell_words (MimeMeaning *self, guint i)
{
  const WireSpan  *span = wire_spans_get (self->spans, i);
  const guint8    *bytes = self->data + span->offset;
  g_autofree char *decoded = NULL;

  if (g_strstr_len ((const char *) bytes, span->length, "=?") == NULL)
    return NULL;
  decoded = mime_words_decode (self->charsets, bytes, span->length);
  return finish (g_string_new (decoded), bytes, span->length);
}

/* A moment that was told in another zone, or oddly: in UTC. */
static char *
tell_date (MimeMeaning *self, guint i)
{
  const WireSpan  *span = wire_spans_get (self->spans, i);
  const guint8    *bytes = self->data + span->offset;
  g_autofree char *text = NULL;
  ImfDate          date;

  if (!imf_date_parse ((const char *) bytes, span->length, &date))
    return NULL;
  date.zone_minutes = 0;
  date.zone_is_unknown = FALSE;
  text = imf_date_format (&date);
  return finish (g_string_new (text), bytes, span->length);
}

/* Returns: (nullable): the span that holds span @i and is of an element NAME. */
static const WireSpan *
find_around (MimeMeaning *self, guint i, const char *name)
{
  while (i != G_MAXUINT)
    {
      const WireSpan *span = wire_spans_get (self->spans, i);

      if (strcmp (span->element->name, name) == 0)
        return span;
      i = wire_spans_get_parent (self->spans, i);
    }
  return NULL;
}

/* Octets of one encoded-word, read in its charset as if they were all of it. */
static char *
tell_part_of_word (MimeMeaning *self, guint i)
{
  const WireSpan *span = wire_spans_get (self->spans, i);
  const WireSpan *whole = find_around (self, i, "encoded_word");
  g_autoptr (GString) word = g_string_new ("=?");
  g_autofree char *decoded = NULL;
  ImfWord          pieces;

  if (whole == NULL ||
      !imf_word_find (self->data, whole->offset + whole->length, whole->offset, &pieces))
    return NULL;
  g_string_append_len (word, (const char *) self->data + pieces.charset_offset,
                       (gssize) pieces.charset_length);
  g_string_append_printf (word, "?%c?", pieces.encoding);
  g_string_append_len (word, (const char *) self->data + span->offset, (gssize) span->length);
  g_string_append (word, "?=");
  decoded = mime_words_decode (self->charsets, (const guint8 *) word->str, word->len);
  if (strcmp (decoded, word->str) == 0)
    return NULL;
  return finish (g_string_new (decoded), self->data + span->offset, span->length);
}

/* Whether @text can be shown on a screen as it is. */
static gboolean
is_showable (const GString *text)
{
  for (gsize i = 0; i < text->len; i++)
    if ((guint8) text->str[i] < 0x20 && strchr ("\t\n\r", text->str[i]) == NULL)
      return FALSE;
  return memchr (text->str, '\0', text->len) == NULL;
}

/* Octets as text where they are all of @charset and can be shown, else in hexadecimal. */
static char *
tell_octets (MimeMeaning *self, const char *charset, GBytes *octets, const guint8 *bytes,
             gsize length)
{
  gsize          n;
  const guint8  *data = g_bytes_get_data (octets, &n);
  GString       *text = g_string_new (NULL);
  MimeConversion conversion = { 0 };

  mime_charsets_convert (self->charsets, charset, data, n, text, &conversion);
  if (!conversion.is_unknown && conversion.n_invalid == 0 && is_showable (text))
    return finish (text, bytes, length);
  g_string_truncate (text, 0);
  for (gsize i = 0; i < n && text->len < MEANING_BYTES_MAX; i++)
    g_string_append_printf (text, i > 0 ? " %02x" : "%02x", data[i]);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): the charset that the fields of spans @from to @to name */
static char *
read_charset (MimeMeaning *self, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      const WireSpan *name = wire_spans_get (self->spans, i);
      const WireSpan *value;
      const char     *text;

      if (strcmp (name->element->name, "attribute") != 0 || name->length != strlen ("charset") ||
          g_ascii_strncasecmp ((const char *) self->data + name->offset, "charset", 7) != 0)
        continue;
      for (i++; i < to && wire_spans_get (self->spans, i)->depth > name->depth; i++)
        ;
      value = i < to ? wire_spans_get (self->spans, i) : NULL;
      if (value == NULL || value->depth != name->depth)
        return NULL;
      text = (const char *) self->data + value->offset;
      if (value->length >= 2 && text[0] == '"')
        return g_strndup (text + 1, value->length - 2);
      return g_strndup (text, value->length);
    }
  return NULL;
}

/* Returns: the charset of the body that span @i lies in; UTF-8 where none is told, for that shows
 * ASCII as it is. */
static const char *
find_charset (MimeMeaning *self, guint i)
{
  guint n = wire_spans_get_n (self->spans);
  guint body = i;
  guint header;
  guint depth;

  if (i > self->body && i < self->body_end)
    return self->charset != NULL ? self->charset : "utf-8";
  while (body != G_MAXUINT &&
         strcmp (wire_spans_get (self->spans, body)->element->name, "body") != 0)
    body = wire_spans_get_parent (self->spans, body);
  if (body == G_MAXUINT)
    return "utf-8";
  depth = wire_spans_get (self->spans, body)->depth;
  self->body = body;
  for (self->body_end = body + 1;
       self->body_end < n && wire_spans_get (self->spans, self->body_end)->depth > depth;
       self->body_end++)
    ;
  for (header = body; header > 0 && wire_spans_get (self->spans, header - 1)->depth >= depth;
       header--)
    ;
  g_free (self->charset);
  self->charset = read_charset (self, header, body);
  return self->charset != NULL ? self->charset : "utf-8";
}

static char *
tell_encoded (MimeMeaning *self, guint i, MimeEncoding encoding)
{
  const WireSpan *span = wire_spans_get (self->spans, i);
  const guint8   *bytes = self->data + span->offset;
  gsize           length = MIN (span->length, MEANING_BYTES_MAX);
  g_autoptr (GBytes) octets = mime_decode (encoding, bytes, length, NULL);

  if (g_bytes_get_size (octets) == 0)
    return NULL;
  return tell_octets (self, find_charset (self, i), octets, bytes, span->length);
}

static char *
tell_quoted_printable (MimeMeaning *self, guint i)
{
  return tell_encoded (self, i, MIME_ENCODING_QUOTED_PRINTABLE);
}

static char *
tell_base64 (MimeMeaning *self, guint i)
{
  return tell_encoded (self, i, MIME_ENCODING_BASE64);
}

/* "%XX" and what is between them. */
static char *
tell_percent (MimeMeaning *self, guint i)
{
  const WireSpan *span = wire_spans_get (self->spans, i);
  const guint8   *bytes = self->data + span->offset;
  g_autoptr (GByteArray) octets = g_byte_array_new ();
  g_autoptr (GBytes) content = NULL;

  for (gsize at = 0; at < span->length; at++)
    {
      guint8 octet = bytes[at];

      if (octet == '%' && span->length - at >= 3 && g_ascii_isxdigit (bytes[at + 1]) &&
          g_ascii_isxdigit (bytes[at + 2]))
        {
          octet = (guint8) (g_ascii_xdigit_value (bytes[at + 1]) * 16 +
                            g_ascii_xdigit_value (bytes[at + 2]));
          at += 2;
        }
      g_byte_array_append (octets, &octet, 1);
    }
  content = g_byte_array_free_to_bytes (g_steal_pointer (&octets));
  return tell_octets (self, "utf-8", content, bytes, span->length);
}

/* The value of a parameter in its own charset, its first piece telling which. */
static char *
tell_extended (MimeMeaning *self, guint i)
{
  const WireSpan *span = wire_spans_get (self->spans, i);
  g_autofree char *value =
      g_strndup ((const char *) self->data + span->offset, span->length);
  const char *first = strchr (value, '\'');
  const char *second = first != NULL ? strchr (first + 1, '\'') : NULL;
  g_autoptr (GString) word = NULL;

  if (second == NULL || first == value)
    return tell_percent (self, i);
  word = g_string_new ("=?");
  g_string_append_len (word, value, first - value);
  g_string_append (word, "?Q?");
  for (const char *at = second + 1; *at != '\0'; at++)
    {
      if (*at == '_')
        g_string_append (word, "=5F");
      else
        g_string_append_c (word, *at == '%' ? '=' : *at);
    }
  g_string_append (word, "?=");
  return mime_words_decode_text (self->charsets, word->str);
}

/* What is told of which element. */
static const struct
{
  const char *module;
  const char *name;
  char *(*tell) (MimeMeaning *self, guint i);
} tellers[] = {
  { "imf", "unstructured", tell_words },
  { "imf", "display_name", tell_words },
  { "imf", "keyword_phrase", tell_words },
  { "imf", "comment", tell_words },
  { "imf", "encoded_word", tell_words },
  { "imf", "q_octets", tell_part_of_word },
  { "imf", "q_spaces", tell_part_of_word },
  { "imf", "b_quanta", tell_part_of_word },
  { "imf", "date_time", tell_date },
  { "mime", "parameter_value", tell_words },
  { "mime", "extended_value", tell_extended },
  { "mime", "percent_octets", tell_percent },
  { "mime", "encoded_octets", tell_quoted_printable },
  { "mime", "base64_data", tell_base64 },
};

char *
mime_meaning_dup (MimeMeaning *self, guint i)
{
  const WireElement *element = wire_spans_get (self->spans, i)->element;

  for (guint at = 0; at < G_N_ELEMENTS (tellers); at++)
    if (strcmp (tellers[at].module, element->module) == 0 &&
        strcmp (tellers[at].name, element->name) == 0)
      return tellers[at].tell (self, i);
  return NULL;
}

MimeMeaning *
mime_meaning_new (const WireSpans *spans, const guint8 *data, MimeCharsets *charsets)
{
  MimeMeaning *self = g_new0 (MimeMeaning, 1);

  self->spans = spans;
  self->data = data;
  self->charsets = charsets;
  return self;
}

void
mime_meaning_free (MimeMeaning *self)
{
  if (self == NULL)
    return;
  g_free (self->charset);
  g_free (self);
}
