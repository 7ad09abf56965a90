/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sasl-mechanism.h"

#include <wire/wire-base64.h>

/* 144 bits: no two exchanges share a nonce by chance; a multiple of 3, so no padding. */
#define NONCE_BYTES 18

/* In the order of SaslMechanism. */
static const struct
{
  const char *name;
  int         hash; /* GChecksumType, or -1 */
} mechanisms[SASL_N_MECHANISMS] = {
  { "EXTERNAL", -1 },
  { "OAUTHBEARER", -1 },
  { "SCRAM-SHA-256-PLUS", G_CHECKSUM_SHA256 },
  { "SCRAM-SHA-1-PLUS", G_CHECKSUM_SHA1 },
  { "SCRAM-SHA-256", G_CHECKSUM_SHA256 },
  { "SCRAM-SHA-1", G_CHECKSUM_SHA1 },
  { "CRAM-MD5", G_CHECKSUM_MD5 },
  { "PLAIN", -1 },
  { "LOGIN", -1 },
  { "ANONYMOUS", -1 },
};

/* In the order of SaslFailure. */
static const struct
{
  const char *name, *text;
} failures[SASL_N_FAILURES] = {
  [SASL_FAILURE_NONE] = { "none", "Nothing is wrong" },
  [SASL_FAILURE_CANCELLED] = { "cancelled", "The exchange was cancelled" },
  [SASL_FAILURE_TOO_LONG] = { "too-long", "The message is too long" },
  [SASL_FAILURE_MALFORMED] = { "malformed", "The message is not of the form that is due" },
  [SASL_FAILURE_ENCODING] = { "encoding", "A text is not UTF-8 or has forbidden characters" },
  [SASL_FAILURE_UNEXPECTED] = { "unexpected", "No message is due" },
  [SASL_FAILURE_EXTENSION] = { "extension", "A mandatory extension is not known" },
  [SASL_FAILURE_NO_BINDING] = { "no-binding", "Mechanism and use of channel binding differ" },
  [SASL_FAILURE_BINDING_TYPE] = { "binding-type", "The type of channel binding is not supported" },
  [SASL_FAILURE_BINDING] = { "binding", "The channel is not the one that the client sees" },
  [SASL_FAILURE_DOWNGRADE] = { "downgrade", "The client was not shown the -PLUS mechanisms" },
  [SASL_FAILURE_NONCE] = { "nonce", "The nonce belongs to another exchange" },
  [SASL_FAILURE_ITERATIONS] = { "iterations", "The iteration count is out of bounds" },
  [SASL_FAILURE_SIGNATURE] = { "signature", "The server has not proved that it knows the user" },
  [SASL_FAILURE_CREDENTIALS] = { "credentials", "Name or password is wrong" },
  [SASL_FAILURE_AUTHORIZATION] = { "authorization", "The user may not act as another" },
  [SASL_FAILURE_UNAVAILABLE] = { "unavailable", "Users can't be looked up for the moment" },
  [SASL_FAILURE_REFUSED] = { "refused", "The server refused" },
};

static guint
get_index (SaslMechanism mechanism)
{
  int i = g_bit_nth_lsf (mechanism, -1);

  g_assert (i >= 0 && i < SASL_N_MECHANISMS && mechanism == 1u << i);
  return (guint) i;
}

const char *
sasl_mechanism_get_name (SaslMechanism mechanism)
{
  return mechanisms[get_index (mechanism)].name;
}

SaslMechanism
sasl_mechanism_find (const char *name)
{
  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    if (g_ascii_strcasecmp (name, mechanisms[i].name) == 0)
      return (SaslMechanism) (1u << i);
  return (SaslMechanism) 0;
}

int
sasl_mechanism_get_hash (SaslMechanism mechanism)
{
  return mechanisms[get_index (mechanism)].hash;
}

char *
sasl_mechanisms_format (guint set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    if (set & 1u << i)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", mechanisms[i].name);
  return g_string_free (text, FALSE);
}

guint
sasl_mechanisms_parse (const char *names)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);
  guint set = 0;

  for (guint i = 0; words[i] != NULL; i++)
    set |= sasl_mechanism_find (words[i]);
  return set;
}

SaslMechanism
sasl_mechanisms_choose (guint offered, guint usable)
{
  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    if (offered & usable & 1u << i)
      return (SaslMechanism) (1u << i);
  return (SaslMechanism) 0;
}

const char *
sasl_failure_get_name (SaslFailure failure)
{
  return failures[failure].name;
}

const char *
sasl_failure_get_text (SaslFailure failure)
{
  return failures[failure].text;
}

char *
sasl_nonce_new (SaslRandomFunc random, gpointer random_data)
{
  guint8 octets[NONCE_BYTES];

  random (octets, sizeof octets, random_data);
  return wire_base64_encode (octets, sizeof octets);
}
