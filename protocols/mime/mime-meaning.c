/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-fields.h"
#include "mime-message.h"
#include "mime-words.h"

#include <string.h>

#include <imf/imf-date.h>
#include <imf/imf-word.h>

/* How much of a long text is told. */
#define MEANING_BYTES_MAX 1024

typedef struct
{
  const WireSpans *spans;
  const guint8    *data;
  MimeCharsets    *charsets;
} Context;

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
tell_words (const Context *self, const WireSpan *span)
{
  const guint8    *bytes = self->data + span->offset;
  g_autofree char *decoded = mime_words_decode (self->charsets, bytes, span->length);

  if (g_strstr_len ((const char *) bytes, span->length, "=?") == NULL)
    return NULL;
  return finish (g_string_new (decoded), bytes, span->length);
}

/* A moment that was told in another zone: in UTC. */
static char *
tell_date (const Context *self, const WireSpan *span)
{
  ImfDate date;

  if (!imf_date_parse ((const char *) self->data + span->offset, span->length, &date))
    return NULL;
  date.zone_minutes = 0;
  date.zone_is_unknown = FALSE;
  return imf_date_format (&date);
}

/* Returns: (nullable): the span that holds span @i and is of an element NAME. */
static const WireSpan *
find_around (const Context *self, guint i, const char *name)
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
tell_part_of_word (const Context *self, guint i)
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

/* Octets as text where they are UTF-8 that can be shown, else in hexadecimal. */
static char *
tell_octets (GBytes *octets, const guint8 *bytes, gsize length)
{
  gsize         n;
  const guint8 *data = g_bytes_get_data (octets, &n);
  GString      *text;
  gboolean      is_text = g_utf8_validate_len ((const char *) data, n, NULL);

  for (gsize i = 0; is_text && i < n; i++)
    is_text = data[i] >= 0x20 || data[i] == '\t' || data[i] == '\n' || data[i] == '\r';
  if (is_text)
    return finish (g_string_new_len ((const char *) data, (gssize) n), bytes, length);
  text = g_string_new (NULL);
  for (gsize i = 0; i < n && text->len < MEANING_BYTES_MAX; i++)
    g_string_append_printf (text, i > 0 ? " %02x" : "%02x", data[i]);
  return g_string_free (text, FALSE);
}

static char *
tell_encoded (const Context *self, guint i, MimeEncoding encoding)
{
  const WireSpan *span = wire_spans_get (self->spans, i);
  const guint8   *bytes = self->data + span->offset;
  gsize           length = MIN (span->length, MEANING_BYTES_MAX);
  g_autoptr (GBytes) octets = mime_decode (encoding, bytes, length, NULL);

  if (g_bytes_get_size (octets) == 0)
    return NULL;
  return tell_octets (octets, bytes, span->length);
}

static char *
tell_quoted_printable (const Context *self, guint i)
{
  return tell_encoded (self, i, MIME_ENCODING_QUOTED_PRINTABLE);
}

static char *
tell_base64 (const Context *self, guint i)
{
  return tell_encoded (self, i, MIME_ENCODING_BASE64);
}

static char *
tell_words_of (const Context *self, guint i)
{
  return tell_words (self, wire_spans_get (self->spans, i));
}

static char *
tell_date_of (const Context *self, guint i)
{
  return tell_date (self, wire_spans_get (self->spans, i));
}

/* "%XX" and what is between them. */
static char *
tell_percent (const Context *self, guint i)
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
  return tell_octets (content, bytes, span->length);
}

/* The value of a parameter in its own charset, its first piece telling which. */
static char *
tell_extended (const Context *self, guint i)
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
  char *(*tell) (const Context *self, guint i);
} tellers[] = {
  { "imf", "unstructured", tell_words_of },
  { "imf", "display_name", tell_words_of },
  { "imf", "keyword_phrase", tell_words_of },
  { "imf", "comment", tell_words_of },
  { "imf", "encoded_word", tell_words_of },
  { "imf", "encoded_text", tell_part_of_word },
  { "imf", "date_time", tell_date_of },
  { "mime", "parameter_value", tell_words_of },
  { "mime", "extended_value", tell_extended },
  { "mime", "percent_octets", tell_percent },
  { "mime", "encoded_octets", tell_quoted_printable },
  { "mime", "base64_data", tell_base64 },
};

char *
mime_dup_meaning (const WireSpans *spans, guint i, const guint8 *data, MimeCharsets *charsets)
{
  const WireElement *element = wire_spans_get (spans, i)->element;
  Context            self = { spans, data, charsets };

  for (guint at = 0; at < G_N_ELEMENTS (tellers); at++)
    if (strcmp (tellers[at].module, element->module) == 0 &&
        strcmp (tellers[at].name, element->name) == 0)
      return tellers[at].tell (&self, i);
  return NULL;
}
