/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-meaning.h"

#include <string.h>

#include "smtp-parameters.h"
#include "smtp-reply.h"
#include "smtp-status.h"
#include <wire/wire-base64.h>

/* How much of a long text is told. */
#define MEANING_BYTES_MAX 1024

/* What a NUL among text is shown as: U+2400, SYMBOL FOR NULL. PLAIN parts its words by NUL. */
#define NUL_SYMBOL "\342\220\200"

/* Octets as text where they are UTF-8 without control characters, else in hexadecimal. */
static char *
tell_octets (const guint8 *octets, gsize length)
{
  GString *text = g_string_new (NULL);
  gboolean is_text = TRUE;

  for (gsize i = 0; i < length && text->len < MEANING_BYTES_MAX; i++)
    if (octets[i] == '\0')
      g_string_append (text, NUL_SYMBOL);
    else
      g_string_append_c (text, (char) octets[i]);
  for (gsize i = 0; i < text->len; i++)
    is_text &= (guint8) text->str[i] >= ' ' || strchr ("\t\r\n", text->str[i]) != NULL;
  if (is_text && g_utf8_validate_len (text->str, text->len, NULL))
    return g_string_free (text, FALSE);
  g_string_truncate (text, 0);
  for (gsize i = 0; i < length && text->len < MEANING_BYTES_MAX; i++)
    g_string_append_printf (text, i > 0 ? " %02x" : "%02x", octets[i]);
  return g_string_free (text, FALSE);
}

static char *
tell_base64 (const char *text, gsize length)
{
  g_autoptr (GBytes) octets = wire_base64_decode (text, length, NULL);
  gsize         n;
  const guint8 *data;

  if (octets == NULL)
    return NULL;
  data = g_bytes_get_data (octets, &n);
  return n > 0 ? tell_octets (data, n) : NULL;
}

static char *
tell_xtext (const char *text, gsize length)
{
  g_autofree char *xtext = g_strndup (text, length);
  g_autofree char *decoded = smtp_xtext_decode (xtext);

  if (decoded == NULL || strcmp (decoded, xtext) == 0)
    return NULL;
  return tell_octets ((const guint8 *) decoded, strlen (decoded));
}

static char *
tell_utf8_address (const char *text, gsize length)
{
  g_autofree char *written = g_strndup (text, length);
  g_autofree char *decoded = smtp_utf8_address_decode (written, TRUE);

  return decoded != NULL && strcmp (decoded, written) != 0 ? g_steal_pointer (&decoded) : NULL;
}

static char *
tell_code (const char *text, gsize length)
{
  g_autofree char *code = g_strndup (text, length);

  return g_strdup (smtp_code_get_meaning ((guint) g_ascii_strtoull (code, NULL, 10)));
}

/* Where the detail is not known, the subject is to be told (RFC 3463 section 2). */
static char *
tell_status (const char *text, gsize length)
{
  SmtpStatus  status;
  const char *meaning;

  if (smtp_status_parse (text, length, &status) != length)
    return NULL;
  meaning = smtp_status_get_meaning (&status);
  if (meaning == NULL)
    meaning = smtp_status_get_subject_meaning (status.subject);
  return g_strdup (meaning);
}

static char *
tell_class (const char *text, gsize length)
{
  return g_strdup (smtp_status_get_class_meaning ((guint) (text[0] - '0')));
}

static char *
tell_subject (const char *text, gsize length)
{
  return length == 1 ? g_strdup (smtp_status_get_subject_meaning ((guint) (text[0] - '0'))) : NULL;
}

/* What is told of which element. */
static const struct
{
  const char *name;
  char *(*tell) (const char *text, gsize length);
} tellers[] = {
  { "sasl_response", tell_base64 },
  { "sasl_challenge", tell_base64 },
  { "xtext", tell_xtext },
  { "hexchar", tell_xtext },
  { "utf8_address", tell_utf8_address },
  { "unicode_char", tell_utf8_address },
  { "reply_code", tell_code },
  { "enhanced_code", tell_status },
  { "status_class", tell_class },
  { "status_subject", tell_subject },
};

char *
smtp_meaning_dup (const WireSpan *span, const guint8 *data)
{
  for (guint i = 0; i < G_N_ELEMENTS (tellers); i++)
    if (strcmp (tellers[i].name, span->element->name) == 0 && span->length > 0)
      return tellers[i].tell ((const char *) data + span->offset, span->length);
  return NULL;
}
