/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-message.h"

#include <arpa/inet.h>

static const struct
{
  guint16     type;
  const char *name;
} types[] = {
  { DNS_TYPE_A, "A" },     { DNS_TYPE_NS, "NS" }, { DNS_TYPE_CNAME, "CNAME" },
  { DNS_TYPE_SOA, "SOA" }, { DNS_TYPE_PTR, "PTR" }, { DNS_TYPE_MX, "MX" },
  { DNS_TYPE_TXT, "TXT" }, { DNS_TYPE_AAAA, "AAAA" }, { DNS_TYPE_SRV, "SRV" },
  { DNS_TYPE_OPT, "OPT" }, { DNS_TYPE_TLSA, "TLSA" }, { DNS_TYPE_ANY, "ANY" },
};

/* By number, RFC 1035 section 4.1.1. */
static const char *const rcodes[16] = {
  "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED", "RCODE6",  "RCODE7",
  "RCODE8",  "RCODE9",  "RCODE10",  "RCODE11",  "RCODE12", "RCODE13", "RCODE14", "RCODE15",
};

char *
dns_type_to_string (guint16 type)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].type == type)
      return g_strdup (types[i].name);
  return g_strdup_printf ("TYPE%u", type);
}

guint16
dns_type_from_string (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (types[i].name, text) == 0)
      return types[i].type;
  return 0;
}

const char *
dns_rcode_to_string (guint8 rcode)
{
  return rcodes[rcode & 0x0F];
}

static void
append_character_strings (GString *text, GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i += data[i] + 1u)
    {
      g_string_append (text, i > 0 ? " \"" : "\"");
      for (gsize j = i + 1; j <= i + data[i] && j < length; j++)
        if (data[j] == '"' || data[j] == '\\')
          g_string_append_printf (text, "\\%c", data[j]);
        else if (data[j] >= 0x20 && data[j] < 0x7F)
          g_string_append_c (text, (char) data[j]);
        else
          g_string_append_printf (text, "\\%03u", data[j]);
      g_string_append_c (text, '"');
    }
}

static void
append_hex (GString *text, GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", data[i]);
}

/* The root, which is no text at all, is shown as its dot. */
static const char *
show_name (const char *name)
{
  return *name != '\0' ? name : ".";
}

char *
dns_record_dup_data (const DnsRecord *record)
{
  GString *text = g_string_new (NULL);
  char     address[INET6_ADDRSTRLEN];

  switch (record->type)
    {
    case DNS_TYPE_A:
      g_string_append (text, inet_ntop (AF_INET, record->address, address, sizeof address));
      break;
    case DNS_TYPE_AAAA:
      g_string_append (text, inet_ntop (AF_INET6, record->address, address, sizeof address));
      break;
    case DNS_TYPE_MX:
      g_string_append_printf (text, "%u %s", record->preference, show_name (record->target));
      break;
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
      g_string_append (text, show_name (record->target));
      break;
    case DNS_TYPE_SOA:
      g_string_append_printf (text, "%s %s %u %u %u %u %u", show_name (record->target),
                              show_name (record->mailbox), record->serial, record->refresh,
                              record->retry, record->expire, record->minimum);
      break;
    case DNS_TYPE_TXT:
      append_character_strings (text, record->data);
      break;
    case DNS_TYPE_SRV:
      g_string_append_printf (text, "%u %u %u %s", record->preference, record->weight,
                              record->port, show_name (record->target));
      break;
    case DNS_TYPE_TLSA:
      g_string_append_printf (text, "%u %u %u ", record->usage, record->selector,
                              record->matching);
      append_hex (text, record->data);
      break;
    case DNS_TYPE_OPT:
      g_string_append_printf (text, "version %u, datagrams of %u bytes",
                              record->ttl >> 16 & G_MAXUINT8, record->klass);
      break;
    default:
      g_string_append_printf (text, "%" G_GSIZE_FORMAT " bytes", g_bytes_get_size (record->data));
    }
  return g_string_free (text, FALSE);
}

static void
append_questions (GString *text, const GArray *questions)
{
  for (guint i = 0; i < questions->len; i++)
    {
      const DnsQuestion *question = &g_array_index (questions, DnsQuestion, i);
      g_autofree char   *type = dns_type_to_string (question->type);

      g_string_append_printf (text, "%s%s %s?", i > 0 ? ", " : "", type,
                              show_name (question->name));
    }
}

static void
append_records (GString *text, const GArray *records)
{
  for (guint i = 0; i < records->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (records, i);
      g_autofree char *type = dns_type_to_string (record->type);
      g_autofree char *data = dns_record_dup_data (record);

      g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", type, data);
    }
}

/* Without an answer: servers named in the authority section, and no SOA record, refer to
 * these servers; all else says that there is no such record (RFC 2308 section 2.2). */
static void
append_no_records (GString *text, const GArray *authorities)
{
  g_autoptr (GString) servers = g_string_new (NULL);

  for (guint i = 0; i < authorities->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (authorities, i);

      if (record->type == DNS_TYPE_NS)
        g_string_append_printf (servers, "%s%s", servers->len > 0 ? ", " : "ask ",
                                show_name (record->target));
      else if (record->type == DNS_TYPE_SOA)
        {
          g_string_truncate (servers, 0);
          break;
        }
    }
  g_string_append (text, servers->len > 0 ? servers->str : "no such record");
}

char *
dns_message_dup_summary (const DnsMessage *self)
{
  GString *text = g_string_new (NULL);

  if (!self->is_response)
    append_questions (text, self->questions);
  else if (self->rcode != DNS_RCODE_NOERROR)
    g_string_append (text, dns_rcode_to_string (self->rcode));
  else if (self->answers->len > 0)
    append_records (text, self->answers);
  else if (!self->is_truncated)
    append_no_records (text, self->authorities);
  if (self->is_truncated)
    g_string_append (text, text->len > 0 ? " (truncated)" : "truncated");
  return g_string_free (text, FALSE);
}
