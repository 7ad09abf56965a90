/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <dns/dns-message.h>
#include <string.h>

/* Bytes of one character-string (RFC 1035 section 3.3) times what a TXT record of a zone file
 * may sensibly hold: ours. */
#define TXT_BYTES_MAX 4096

/* Whether @name is @domain or below it; "" is the root, which holds all. */
static gboolean
is_within (const char *name, const char *domain)
{
  gsize n = strlen (name);
  gsize d = strlen (domain);

  if (d == 0 || g_strcmp0 (name, domain) == 0)
    return TRUE;
  return n > d + 1 && name[n - d - 1] == '.' && strcmp (name + n - d, domain) == 0;
}

/* Whether @name can own a record: its first label may be an asterisk, for all names below the
 * rest that are not there themselves (RFC 1034 section 4.3.3). */
static gboolean
is_owner (const char *name)
{
  return sim_scenario_is_name (g_str_has_prefix (name, "*.") ? name + 2 : name);
}

/* The owner of "TYPE NAME": NAME may be relative to the zone, or a full name in it.
 * Returns: (transfer full) (nullable): NULL when it can't be one */
static char *
resolve_owner (const char *domain, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autofree char *full = NULL;
  gboolean         is_full = g_str_has_suffix (lower, ".");

  if (is_full)
    lower[strlen (lower) - 1] = '\0';
  is_full = is_full || is_within (lower, domain);
  full = is_full ? g_strdup (lower) : g_strconcat (lower, ".", domain, NULL);
  return is_owner (full) && is_within (full, domain) ? g_steal_pointer (&full) : NULL;
}

/* What the value of each type should be. */
static const struct
{
  const char *type;
  const char *right;
} forms[] = {
  { "A", "an IPv4 address like 192.0.2.1" },
  { "AAAA", "an IPv6 address like 2001:db8::1" },
  { "MX", "a preference and a name like 10 mail.recipient.example" },
  { "TXT", "text of at most 4096 bytes" },
  { "SRV", "priority, weight, port and a name like 0 0 25 mail.recipient.example" },
  { "TLSA", "usage, selector, matching type and digits like 3 1 1 0123abcd" },
  { "SOA", "server, mailbox and five numbers like ns.recipient.example "
           "hostmaster.recipient.example 1 3600 600 1209600 300" },
};

static const char *
get_form (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (strcmp (forms[i].type, type) == 0)
      return forms[i].right;
  return "a full name like mail.recipient.example";
}

/* Names in a scenario are plain ones. The root stands for "none" in MX and SRV (RFC 7505
 * section 3, RFC 2782). */
static gboolean
are_names_plain (const DnsRecord *record)
{
  gboolean may_be_root = record->type == DNS_TYPE_MX || record->type == DNS_TYPE_SRV;

  if (record->target != NULL && !sim_scenario_is_name (record->target) &&
      !(may_be_root && *record->target == '\0'))
    return FALSE;
  return TRUE;
}

static gboolean
is_value (const char *type, const char *value)
{
  DnsRecord record = { .type = dns_type_from_string (type) };
  gboolean  is_good;

  if (record.type == DNS_TYPE_TXT)
    return strlen (value) <= TXT_BYTES_MAX;
  is_good = dns_record_read_data (&record, value) && are_names_plain (&record);
  g_free (record.target);
  g_free (record.mailbox);
  g_clear_pointer (&record.data, g_bytes_unref);
  return is_good;
}

static void
clear_record (gpointer data)
{
  SimScenarioRecord *record = data;

  g_free (record->name);
  g_free (record->type);
  g_free (record->value);
}

void
sim_scenario_zone_clear (gpointer data)
{
  SimScenarioZone *zone = data;

  g_free (zone->domain);
  g_array_unref (zone->records);
  g_array_unref (zone->serv_fails);
  g_array_unref (zone->lames);
}

/* One line of records: "TYPE = VALUE; VALUE" or "TYPE NAME = VALUE; VALUE". */
static gboolean
read_records (SimReader *reader, const SimReaderGroup *group, const SimReaderEntry *entry,
              SimScenarioZone *zone, GError **error)
{
  g_auto (GStrv)   words = g_strsplit (entry->key, " ", 2);
  g_auto (GStrv)   values = NULL;
  g_autofree char *owner = NULL;

  owner = words[1] != NULL ? resolve_owner (zone->domain, g_strstrip (words[1]))
                           : g_strdup (zone->domain);
  if (owner == NULL)
    return sim_reader_fail (reader->file, entry->line, error,
                            "\"%s\" is not a name in the zone, one looks like mail.%s", words[1],
                            zone->domain);
  if (!sim_reader_get_list (reader, group, entry->key, &values, error))
    return FALSE;
  if (values[0] == NULL)
    return sim_reader_fail (reader->file, entry->line, error,
                            "\"%s\" has no value, leave the line out if there is none", entry->key);
  for (guint i = 0; values[i] != NULL; i++)
    {
      SimScenarioRecord record = { entry->line, g_strdup (owner), g_strdup (words[0]),
                                   g_strdup (values[i]) };

      g_array_append_val (zone->records, record);
      if (!is_value (words[0], values[i]))
        return sim_reader_fail (reader->file, entry->line, error,
                                "\"%s\" has \"%s\", it should be %s", entry->key, values[i],
                                get_form (words[0]));
    }
  return TRUE;
}

/* A zone has one SOA, at its top (RFC 2181 section 6.1); a name with a CNAME has nothing else
 * (RFC 1034 section 3.6.2). */
static gboolean
check_records (SimReader *reader, const SimScenarioZone *zone, GError **error)
{
  gboolean has_soa = FALSE;

  for (guint i = 0; i < zone->records->len; i++)
    {
      const SimScenarioRecord *record = &g_array_index (zone->records, SimScenarioRecord, i);

      if (strcmp (record->type, "SOA") == 0)
        {
          if (has_soa || strcmp (record->name, zone->domain) != 0)
            return sim_reader_fail (reader->file, record->line, error,
                                    "an SOA too many, a zone has one for the zone itself");
          has_soa = TRUE;
        }
      if (strcmp (record->type, "CNAME") != 0)
        continue;
      for (guint j = 0; j < zone->records->len; j++)
        if (i != j && strcmp (g_array_index (zone->records, SimScenarioRecord, j).name,
                              record->name) == 0)
          return sim_reader_fail (reader->file, record->line, error,
                                  "%s has a CNAME and another record, a CNAME should be alone",
                                  record->name);
    }
  return TRUE;
}

/* Keys of the group that are no records. */
static gboolean
is_setting (const char *key)
{
  static const char *const settings[] = { "Server", "Ttl", "ServFail", "Lame", "DelayMs",
                                          "Truncate", NULL };

  return g_strv_contains (settings, key);
}

static gboolean
read_trouble (SimReader *reader, const SimReaderGroup *group, SimScenarioZone *zone,
              GError **error)
{
  double delay_ms = 0;

  if (!sim_scenario_read_spans (reader, group, "ServFail", zone->serv_fails, error) ||
      !sim_scenario_read_spans (reader, group, "Lame", zone->lames, error) ||
      !sim_reader_get_number (reader, group, "DelayMs", &delay_ms, error) ||
      !sim_reader_get_truth (reader, group, "Truncate", &zone->truncates, error))
    return FALSE;
  zone->delay_us = (gint64) (delay_ms * 1000 + 0.5);
  return TRUE;
}

static gboolean
fill_zone (SimScenario *self, SimReader *reader, const SimReaderGroup *group, SimScenarioZone *zone,
           GError **error)
{
  double ttl = 300;

  if (zone->domain[0] != '\0' && !sim_scenario_is_name (zone->domain))
    return sim_reader_fail (reader->file, group->line, error,
                            "\"%s\" is not a domain, one looks like recipient.example",
                            zone->domain);
  for (guint i = 0; i < self->zones->len; i++)
    {
      const SimScenarioZone *other = &g_array_index (self->zones, SimScenarioZone, i);

      if (strcmp (other->domain, zone->domain) == 0)
        return sim_reader_fail (reader->file, group->line, error,
                                "second zone \"%s\", the first is in line %u", zone->domain,
                                other->line);
    }
  if (!sim_scenario_read_host_name (self, reader, group, "Server", &zone->server, error) ||
      !sim_reader_get_number (reader, group, "Ttl", &ttl, error))
    return FALSE;
  if (!(sim_scenario_get_host (self, zone->server)->roles & SIM_ROLE_DNS))
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Server"), error,
                            "Server is \"%s\", that host should have the role DNS",
                            sim_scenario_get_host (self, zone->server)->name);
  zone->ttl = (guint) ttl;
  if (!read_trouble (reader, group, zone, error))
    return FALSE;
  for (guint i = 0; i < group->entries->len; i++)
    {
      const SimReaderEntry *entry = &g_array_index (group->entries, SimReaderEntry, i);

      if (!is_setting (entry->key) && !read_records (reader, group, entry, zone, error))
        return FALSE;
    }
  return check_records (reader, zone, error);
}

gboolean
sim_scenario_read_zone (SimScenario          *self,
                        SimReader            *reader,
                        const SimReaderGroup *group,
                        GError              **error)
{
  SimScenarioZone zone = { .line = group->line };
  gsize           length;

  zone.domain = g_ascii_strdown (group->words[0], -1);
  length = strlen (zone.domain);
  if (zone.domain[length - 1] == '.')
    zone.domain[length - 1] = '\0';
  zone.serv_fails = g_array_new (FALSE, FALSE, sizeof (SimScenarioSpan));
  zone.lames = g_array_new (FALSE, FALSE, sizeof (SimScenarioSpan));
  zone.records = g_array_new (FALSE, FALSE, sizeof (SimScenarioRecord));
  g_array_set_clear_func (zone.records, clear_record);
  if (!fill_zone (self, reader, group, &zone, error))
    {
      sim_scenario_zone_clear (&zone);
      return FALSE;
    }
  g_array_append_val (self->zones, zone);
  return TRUE;
}
