/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-apop.h"

#include <string.h>

#include "pop3-grammar.h"
#include <sasl/sasl-prep.h>
#include <sasl/sasl-secret.h>

#define RANDOM_BYTES 8

char *
pop3_apop_make_timestamp (const char *host_name,
                          gint64 time_s,
                          SaslRandomFunc random,
                          gpointer random_data)
{
  GString *timestamp = g_string_new ("<");
  guint8 octets[RANDOM_BYTES];

  random (octets, sizeof octets, random_data);
  for (gsize i = 0; i < sizeof octets; i++)
    g_string_append_printf (timestamp, "%02x", octets[i]);
  g_string_append_printf (timestamp, ".%" G_GINT64_FORMAT "@%s>", time_s, host_name);
  return g_string_free (timestamp, FALSE);
}

/* timestamp = "<" *VCHAR ">" ; MUST conform to RFC-822 msg-id */
gsize
pop3_apop_get_timestamp_length (const guint8 *data, gsize length)
{
  gboolean has_at = FALSE;

  if (length == 0 || data[0] != '<')
    return 0;
  for (gsize i = 1; i < length && data[i] > 0x20 && data[i] < 0x7f && data[i] != '<'; i++)
    {
      if (data[i] == '>')
        return has_at ? i + 1 : 0;
      has_at = has_at || data[i] == '@';
    }
  return 0;
}

char *
pop3_apop_find_timestamp (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    {
      gsize n = pop3_apop_get_timestamp_length ((const guint8 *) text + i, length - i);

      if (n > 0)
        return g_strndup (text + i, n);
    }
  return NULL;
}

char *
pop3_apop_digest (const char *timestamp, const char *password)
{
  char *prepared = sasl_prep (password, SASL_PREP_STORED);
  g_autofree char *both = NULL;
  char *digest;

  if (prepared == NULL)
    return NULL;
  both = g_strconcat (timestamp, prepared, NULL);
  sasl_secret_free (prepared);
  digest = g_compute_checksum_for_string (G_CHECKSUM_MD5, both, -1);
  sasl_secret_wipe (both, strlen (both));
  return digest;
}
