/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <arpa/inet.h>
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
  return sim_scenario_is_name (full) && is_within (full, domain) ? g_steal_pointer (&full) : NULL;
}

/* A full name as a value, with or without its final dot. */
static gboolean
fix_name (char **value)
{
  gsize length = strlen (*value);

  if (length > 1 && (*value)[length - 1] == '.')
    (*value)[length - 1] = '\0';
  return sim_scenario_is_name (*value);
}

/* "10 mail.example", or "0 ." for a domain that takes no mail (RFC 7505 section 3). */
static gboolean
fix_mx (SimScenarioRecord *record)
{
  g_auto (GStrv) words = g_strsplit (record->value, " ", 2);
  guint64 preference;

  if (words[0] == NULL || words[1] == NULL ||
      !g_ascii_string_to_unsigned (words[0], 10, 0, G_MAXUINT16, &preference, NULL))
    return FALSE;
  record->preference = (guint) preference;
  g_free (record->value);
  record->value = g_strdup (g_strstrip (words[1]));
  if (strcmp (record->value, ".") == 0)
    {
      record->value[0] = '\0';
      return TRUE;
    }
  return fix_name (&record->value);
}

/* Returns: what would be right, NULL when the value is. */
static const char *
fix_value (SimScenarioRecord *record)
{
  guint32         ipv4;
  struct in6_addr ipv6;

  if (strcmp (record->type, "A") == 0)
    return sim_scenario_is_ipv4 (record->value, &ipv4) ? NULL : "an IPv4 address like 192.0.2.1";
  if (strcmp (record->type, "AAAA") == 0)
    return inet_pton (AF_INET6, record->value, &ipv6) == 1 ? NULL
                                                           : "an IPv6 address like 2001:db8::1";
  if (strcmp (record->type, "MX") == 0)
    return fix_mx (record) ? NULL : "a preference and a name like 10 mail.recipient.example";
  if (strcmp (record->type, "TXT") == 0)
    return strlen (record->value) <= TXT_BYTES_MAX ? NULL : "text of at most 4096 bytes";
  return fix_name (&record->value) ? NULL : "a full name like mail.recipient.example";
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
                                   g_strdup (values[i]), 0 };
      const char       *right = fix_value (&record);

      g_array_append_val (zone->records, record);
      if (right != NULL)
        return sim_reader_fail (reader->file, entry->line, error,
                                "\"%s\" has \"%s\", it should be %s", entry->key, values[i], right);
    }
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
  for (guint i = 0; i < group->entries->len; i++)
    {
      const SimReaderEntry *entry = &g_array_index (group->entries, SimReaderEntry, i);

      if (strcmp (entry->key, "Server") != 0 && strcmp (entry->key, "Ttl") != 0 &&
          !read_records (reader, group, entry, zone, error))
        return FALSE;
    }
  return TRUE;
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
