/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-message.h"

#include <arpa/inet.h>
#include <string.h>

/* The words of a record's data. The most that any type has is the seven of SOA. */
#define WORDS_MAX 8

/* A number of at most @max, in decimal. */
static gboolean
read_number (const char *word, guint32 max, guint32 *out_number)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (word, 10, 0, max, &number, NULL))
    return FALSE;
  *out_number = (guint32) number;
  return TRUE;
}

/* A name, in the one form that names have here. The root is written as the dot alone. */
static gboolean
read_name (const char *word, char **out_name)
{
  g_autoptr (GByteArray) wire = *word != '\0' ? dns_name_to_wire (word) : NULL;
  GString *name;

  if (wire == NULL)
    return FALSE;
  name = g_string_new (NULL);
  for (gsize at = 0; wire->data[at] != 0; at += wire->data[at] + 1u)
    dns_name_append_label (name, wire->data + at + 1, wire->data[at]);
  *out_name = g_string_free (name, FALSE);
  return TRUE;
}

static gboolean
read_address (DnsRecord *record, char **words, guint n_words)
{
  return n_words == 1 && inet_pton (record->type == DNS_TYPE_A ? AF_INET : AF_INET6, words[0],
                                    record->address) == 1;
}

static gboolean
read_target (DnsRecord *record, char **words, guint n_words)
{
  return n_words == 1 && read_name (words[0], &record->target);
}

static gboolean
read_mx (DnsRecord *record, char **words, guint n_words)
{
  guint32 preference;

  if (n_words != 2 || !read_number (words[0], G_MAXUINT16, &preference) ||
      !read_name (words[1], &record->target))
    return FALSE;
  record->preference = (guint16) preference;
  return TRUE;
}

static gboolean
read_srv (DnsRecord *record, char **words, guint n_words)
{
  guint32 numbers[3];

  if (n_words != 4)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (!read_number (words[i], G_MAXUINT16, &numbers[i]))
      return FALSE;
  if (!read_name (words[3], &record->target))
    return FALSE;
  record->preference = (guint16) numbers[0];
  record->weight = (guint16) numbers[1];
  record->port = (guint16) numbers[2];
  return TRUE;
}

static gboolean
read_soa (DnsRecord *record, char **words, guint n_words)
{
  guint32         *numbers[] = { &record->serial, &record->refresh, &record->retry,
                                 &record->expire, &record->minimum };
  g_autofree char *target = NULL;

  if (n_words != 7)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!read_number (words[2 + i], G_MAXUINT32, numbers[i]))
      return FALSE;
  if (!read_name (words[0], &target) || !read_name (words[1], &record->mailbox))
    return FALSE;
  record->target = g_steal_pointer (&target);
  return TRUE;
}

/* As RFC 7672 section 3.1 writes them: three numbers, then hexadecimal digits in any number of
 * words. */
static gboolean
read_tlsa (DnsRecord *record, char **words, guint n_words)
{
  g_autofree char *digits = n_words > 3 ? g_strjoinv (NULL, words + 3) : NULL;
  guint32          numbers[3];
  GByteArray      *data;

  if (digits == NULL || strlen (digits) % 2 != 0 ||
      strspn (digits, "0123456789abcdefABCDEF") != strlen (digits))
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (!read_number (words[i], G_MAXUINT8, &numbers[i]))
      return FALSE;
  record->usage = (guint8) numbers[0];
  record->selector = (guint8) numbers[1];
  record->matching = (guint8) numbers[2];
  data = g_byte_array_new ();
  for (const char *at = digits; *at != '\0'; at += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1]));

      g_byte_array_append (data, &byte, 1);
    }
  record->data = g_byte_array_free_to_bytes (data);
  return TRUE;
}

/* What the data of each type looks like in a zone file. TXT is not among them: its strings are
 * written as they are in a scenario, without quotes. */
static const struct
{
  guint16 type;
  gboolean (*read) (DnsRecord *record, char **words, guint n_words);
} readers[] = {
  { DNS_TYPE_A, read_address },   { DNS_TYPE_AAAA, read_address }, { DNS_TYPE_NS, read_target },
  { DNS_TYPE_CNAME, read_target }, { DNS_TYPE_PTR, read_target },  { DNS_TYPE_MX, read_mx },
  { DNS_TYPE_SRV, read_srv },     { DNS_TYPE_SOA, read_soa },      { DNS_TYPE_TLSA, read_tlsa },
};

/* The words between spaces. Returns: (transfer full) */
static char **
split_words (const char *text, guint words_max)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint n_words = 0;

  for (guint i = 0; parts[i] != NULL && n_words < words_max; i++)
    if (*parts[i] != '\0')
      {
        g_strv_builder_add (words, parts[i]);
        n_words++;
      }
  return g_strv_builder_end (words);
}

gboolean
dns_record_read_data (DnsRecord *record, const char *text)
{
  g_auto (GStrv) words =
      split_words (text, record->type == DNS_TYPE_TLSA ? G_MAXUINT : WORDS_MAX);

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    if (readers[i].type == record->type)
      return readers[i].read (record, words, g_strv_length (words));
  return FALSE;
}
