/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK (sim-scenario-error-quark, sim_scenario_error)

#define START_DEFAULT "2026-01-01T00:00:00Z"

/* Ethernet's, and so nearly everybody's. */
#define MTU_DEFAULT 1500

guint
sim_scenario_find_host (const SimScenario *self, const char *name)
{
  for (guint i = 0; i < self->hosts->len; i++)
    if (g_ascii_strcasecmp (sim_scenario_get_host (self, i)->name, name) == 0)
      return i;
  return SIM_SCENARIO_NONE;
}

static gboolean
read_start (SimScenario *self, SimReader *reader, const SimReaderGroup *group, GError **error)
{
  g_autofree char *text = g_strdup (START_DEFAULT);
  g_autoptr (GDateTime) start = NULL;

  if (!sim_reader_get_text (reader, group, "Start", &text, error))
    return FALSE;
  start = g_str_has_suffix (text, "Z") ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  if (start == NULL)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Start"), error,
                            "Start is \"%s\", it should be a time in UTC like " START_DEFAULT,
                            text);
  self->start_us =
      g_date_time_to_unix (start) * G_USEC_PER_SEC + g_date_time_get_microsecond (start);
  return TRUE;
}

static gboolean
read_scenario (SimScenario *self, SimReader *reader, const SimReaderGroup *group, GError **error)
{
  return sim_reader_get_text (reader, group, "Title", &self->title, error) &&
         sim_reader_get_whole (reader, group, "Seed", &self->seed, error) &&
         read_start (self, reader, group, error);
}

static gboolean
read_ends (SimScenario *self, SimReader *reader, const SimReaderGroup *group, SimScenarioLink *link,
           GError **error)
{
  for (guint i = 0; i < 2; i++)
    {
      link->hosts[i] = sim_scenario_find_host (self, group->words[i]);
      if (link->hosts[i] == SIM_SCENARIO_NONE)
        return sim_reader_fail (reader->file, group->line, error,
                                "a link to \"%s\", there should be a group [Host %s]",
                                group->words[i], group->words[i]);
    }
  if (link->hosts[0] == link->hosts[1])
    return sim_reader_fail (reader->file, group->line, error,
                            "a link from \"%s\" to itself, it should join two hosts",
                            group->words[0]);
  for (guint i = 0; i < self->links->len; i++)
    {
      const SimScenarioLink *other = &g_array_index (self->links, SimScenarioLink, i);

      if ((other->hosts[0] == link->hosts[0] && other->hosts[1] == link->hosts[1]) ||
          (other->hosts[0] == link->hosts[1] && other->hosts[1] == link->hosts[0]))
        return sim_reader_fail (reader->file, group->line, error,
                                "second link between \"%s\" and \"%s\", the first is in line %u",
                                group->words[0], group->words[1], other->line);
    }
  return TRUE;
}

static gboolean
read_link (SimScenario *self, SimReader *reader, const SimReaderGroup *group, GError **error)
{
  SimScenarioLink link = { .line = group->line, .bandwidth_kbps = 100000 };
  double          latency_ms = 1;
  double          mtu = MTU_DEFAULT;

  if (!read_ends (self, reader, group, &link, error) ||
      !sim_reader_get_number (reader, group, "LatencyMs", &latency_ms, error) ||
      !sim_reader_get_number (reader, group, "BandwidthKbps", &link.bandwidth_kbps, error) ||
      !sim_reader_get_number (reader, group, "Loss", &link.loss, error) ||
      !sim_reader_get_number (reader, group, "Mtu", &mtu, error))
    return FALSE;
  link.latency_us = (gint64) (latency_ms * 1000 + 0.5);
  link.mtu = (guint) mtu;
  g_array_append_val (self->links, link);
  return TRUE;
}

typedef gboolean (*ReadGroup) (SimScenario *, SimReader *, const SimReaderGroup *, GError **);

/* What is read when: names before what refers to them. */
static const struct
{
  const char *kind;
  ReadGroup   read;
} passes[] = {
  { "Scenario", read_scenario },
  { "Host", sim_scenario_read_host },
  { "Host", sim_scenario_read_resolver },
  { "Host", sim_scenario_read_trusts },
  { "Link", read_link },
  { "Zone", sim_scenario_read_zone },
  { "List", sim_scenario_read_list },
  { "Mailbox", sim_scenario_read_mailbox },
  { "Action", sim_scenario_read_action },
};

static gboolean
read_pass (SimScenario *self, SimReader *reader, const char *kind, ReadGroup read, GError **error)
{
  guint n_groups = 0;

  for (guint i = 0; i < reader->groups->len; i++)
    {
      const SimReaderGroup *group = &g_array_index (reader->groups, SimReaderGroup, i);

      if (strcmp (group->kind, kind) != 0)
        continue;
      if (++n_groups > SIM_SCENARIO_GROUPS_MAX)
        return sim_reader_fail (reader->file, group->line, error,
                                "too many groups [%s ...], %u are the most", kind,
                                (guint) SIM_SCENARIO_GROUPS_MAX);
      if (!read (self, reader, group, error))
        return FALSE;
    }
  return TRUE;
}

/* Every host has to be reached over links: a world in pieces is a mistake. */
static gboolean
check_connected (SimScenario *self, SimReader *reader, GError **error)
{
  g_autofree gboolean *is_reached = g_new0 (gboolean, self->hosts->len);
  gboolean             is_growing = TRUE;

  is_reached[0] = TRUE;
  while (is_growing)
    {
      is_growing = FALSE;
      for (guint i = 0; i < self->links->len; i++)
        {
          const SimScenarioLink *link = &g_array_index (self->links, SimScenarioLink, i);

          if (is_reached[link->hosts[0]] != is_reached[link->hosts[1]])
            is_reached[link->hosts[0]] = is_reached[link->hosts[1]] = is_growing = TRUE;
        }
    }
  for (guint i = 0; i < self->hosts->len; i++)
    if (!is_reached[i])
      return sim_reader_fail (reader->file, sim_scenario_get_host (self, i)->line, error,
                              "no links lead from host \"%s\" to host \"%s\", every host should be "
                              "reached over [Link A B] groups",
                              sim_scenario_get_host (self, i)->name,
                              sim_scenario_get_host (self, 0)->name);
  return TRUE;
}

static int
compare_actions (gconstpointer a, gconstpointer b)
{
  const SimScenarioAction *first = a;
  const SimScenarioAction *second = b;

  if (first->at_us != second->at_us)
    return first->at_us < second->at_us ? -1 : 1;
  return first->number < second->number ? -1 : first->number > second->number;
}

static gboolean
read_all (SimScenario *self, SimReader *reader, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (passes); i++)
    if (!read_pass (self, reader, passes[i].kind, passes[i].read, error))
      return FALSE;
  if (self->title == NULL)
    return sim_reader_fail (reader->file, 1, error,
                            "no group [Scenario], it should be there and have a Title");
  if (self->hosts->len == 0)
    return sim_reader_fail (reader->file, 1, error,
                            "no host, there should be a group [Host NAME] for each");
  g_array_sort (self->actions, compare_actions);
  return check_connected (self, reader, error);
}

SimScenario *
sim_scenario_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (SimReader) reader = sim_reader_new (name, text, length, error);
  g_autoptr (SimScenario) self = NULL;

  if (reader == NULL)
    return NULL;
  self = g_new0 (SimScenario, 1);
  self->file = g_strdup (name);
  self->seed = 1;
  self->hosts = g_array_new (FALSE, FALSE, sizeof (SimScenarioHost));
  self->links = g_array_new (FALSE, FALSE, sizeof (SimScenarioLink));
  self->zones = g_array_new (FALSE, FALSE, sizeof (SimScenarioZone));
  self->lists = g_array_new (FALSE, FALSE, sizeof (SimScenarioList));
  self->mailboxes = g_array_new (FALSE, FALSE, sizeof (SimScenarioMailbox));
  self->actions = g_array_new (FALSE, FALSE, sizeof (SimScenarioAction));
  g_array_set_clear_func (self->hosts, sim_scenario_host_clear);
  g_array_set_clear_func (self->zones, sim_scenario_zone_clear);
  g_array_set_clear_func (self->lists, sim_scenario_list_clear);
  g_array_set_clear_func (self->mailboxes, sim_scenario_mailbox_clear);
  g_array_set_clear_func (self->actions, sim_scenario_action_clear);
  return read_all (self, reader, error) ? g_steal_pointer (&self) : NULL;
}

SimScenario *
sim_scenario_load (const char *path, GError **error)
{
  g_autofree char *text = g_malloc (SIM_SCENARIO_BYTES_MAX + 1);
  FILE            *file = fopen (path, "rb");
  gsize            length = 0;
  gboolean         is_bad = file == NULL;
  int              problem = errno;

  if (file != NULL)
    {
      length = fread (text, 1, SIM_SCENARIO_BYTES_MAX + 1, file);
      is_bad = ferror (file) != 0;
      problem = errno;
      fclose (file);
    }
  if (is_bad && problem == EISDIR)
    sim_reader_fail (path, 1, error, "a directory, a scenario is a file");
  else if (is_bad)
    sim_reader_fail (path, 1, error, "can't be read: %s", g_strerror (problem));
  return is_bad ? NULL : sim_scenario_parse (path, text, length, error);
}

void
sim_scenario_free (SimScenario *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_array_unref (self->hosts);
  g_array_unref (self->links);
  g_array_unref (self->zones);
  g_array_unref (self->lists);
  g_array_unref (self->mailboxes);
  g_array_unref (self->actions);
  g_free (self->file);
  g_free (self);
}
