/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct
{
  const char *name;
  guint       value;
} Choice;

static const Choice roles[] = {
  { "MUA", SIM_ROLE_MUA }, { "MSA", SIM_ROLE_MSA }, { "MTA", SIM_ROLE_MTA },
  { "MDA", SIM_ROLE_MDA }, { "MS", SIM_ROLE_MS },   { "DNS", SIM_ROLE_DNS },
};

static const Choice services[] = {
  { "smtp", SIM_SERVICE_SMTP },
  { "submission", SIM_SERVICE_SUBMISSION },
  { "submissions", SIM_SERVICE_SUBMISSIONS },
  { "lmtp", SIM_SERVICE_LMTP },
  { "pop3", SIM_SERVICE_POP3 },
  { "pop3s", SIM_SERVICE_POP3S },
  { "imap", SIM_SERVICE_IMAP },
  { "imaps", SIM_SERVICE_IMAPS },
};

static const Choice profiles[] = {
  { "strict", SIM_PROFILE_STRICT },
  { "common", SIM_PROFILE_COMMON },
  { "lenient", SIM_PROFILE_LENIENT },
};

static gboolean
find_choice (const Choice *choices, guint n_choices, const char *name, guint *out_value)
{
  for (guint i = 0; i < n_choices; i++)
    if (strcmp (choices[i].name, name) == 0)
      {
        *out_value = choices[i].value;
        return TRUE;
      }
  return FALSE;
}

char *
sim_roles_to_string (guint set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (set & roles[i].value)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", roles[i].name);
  return g_string_free (text, FALSE);
}

gboolean
sim_scenario_is_name (const char *text)
{
  gsize n_label = 0;

  if (strlen (text) > 253)
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '.' && n_label == 0)
        return FALSE;
      if (*at != '.' && *at != '-' && *at != '_' && !g_ascii_isalnum (*at))
        return FALSE;
      n_label = *at == '.' ? 0 : n_label + 1;
      if (n_label > 63)
        return FALSE;
    }
  return n_label > 0;
}

gboolean
sim_scenario_is_ipv4 (const char *text, guint32 *out_ipv4)
{
  struct in_addr address;

  if (inet_pton (AF_INET, text, &address) != 1)
    return FALSE;
  *out_ipv4 = ntohl (address.s_addr);
  return TRUE;
}

/* A set of names out of a table. */
static gboolean
read_set (SimReader            *reader,
          const SimReaderGroup *group,
          const char           *key,
          const Choice         *choices,
          guint                 n_choices,
          const char           *all,
          guint                *out_set,
          GError              **error)
{
  g_auto (GStrv) names = NULL;

  if (!sim_reader_get_list (reader, group, key, &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint value;

      if (!find_choice (choices, n_choices, names[i], &value))
        return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                                "%s has \"%s\", it should be a list of %s", key, names[i], all);
      *out_set |= value;
    }
  return TRUE;
}

static gboolean
read_profile (SimReader *reader, const SimReaderGroup *group, SimProfile *out_profile,
              GError **error)
{
  g_autofree char *name = NULL;
  guint            value;

  if (!sim_reader_get_text (reader, group, "Profile", &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  if (!find_choice (profiles, G_N_ELEMENTS (profiles), name, &value))
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Profile"), error,
                            "Profile is \"%s\", it should be strict, common or lenient", name);
  *out_profile = value;
  return TRUE;
}

/* An address of one host: not a network's, a group's, this host's or everybody's. */
static gboolean
read_address (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
              SimScenarioHost *host, GError **error)
{
  guint line = sim_reader_get_line (group, "Address");

  if (!sim_reader_get_text (reader, group, "Address", &host->address, error))
    return FALSE;
  if (!sim_scenario_is_ipv4 (host->address, &host->ipv4))
    return sim_reader_fail (reader->file, line, error,
                            "Address is \"%s\", it should be an IPv4 address like 192.0.2.1",
                            host->address);
  if (host->ipv4 >> 24 == 0 || host->ipv4 >> 24 == 127 || host->ipv4 >> 24 >= 224)
    return sim_reader_fail (reader->file, line, error,
                            "no host can have the address %s, one like 192.0.2.1 would do",
                            host->address);
  for (guint i = 0; i < self->hosts->len; i++)
    if (sim_scenario_get_host (self, i)->ipv4 == host->ipv4)
      return sim_reader_fail (reader->file, line, error,
                              "%s is the address of host \"%s\" already, every host needs its own",
                              host->address, sim_scenario_get_host (self, i)->name);
  return TRUE;
}

static gboolean
read_domains (SimReader *reader, const SimReaderGroup *group, SimScenarioHost *host,
              GError **error)
{
  if (!sim_reader_get_list (reader, group, "Domains", &host->domains, error))
    return FALSE;
  for (guint i = 0; host->domains[i] != NULL; i++)
    {
      char *lower = g_ascii_strdown (host->domains[i], -1);

      g_free (host->domains[i]);
      host->domains[i] = lower;
      if (!sim_scenario_is_name (lower))
        return sim_reader_fail (reader->file, sim_reader_get_line (group, "Domains"), error,
                                "\"%s\" is not a domain, one looks like recipient.example", lower);
    }
  return TRUE;
}

static gboolean
read_users (SimReader *reader, const SimReaderGroup *group, SimScenarioHost *host, GError **error)
{
  g_auto (GStrv) users = NULL;
  guint line = sim_reader_get_line (group, "Users");

  if (!sim_reader_get_list (reader, group, "Users", &users, error))
    return FALSE;
  for (guint i = 0; users != NULL && users[i] != NULL; i++)
    {
      const char     *colon = strchr (users[i], ':');
      SimScenarioUser user;

      if (colon == NULL || colon == users[i] || colon[1] == '\0')
        return sim_reader_fail (reader->file, line, error,
                                "Users has \"%s\", a user looks like NAME:PASSWORD", users[i]);
      user = (SimScenarioUser){ g_strndup (users[i], (gsize) (colon - users[i])),
                                g_strdup (colon + 1) };
      g_array_append_val (host->users, user);
      for (guint j = 0; j + 1 < host->users->len; j++)
        if (strcmp (g_array_index (host->users, SimScenarioUser, j).name, user.name) == 0)
          return sim_reader_fail (reader->file, line, error,
                                  "Users has \"%s\" twice, a user has one password", user.name);
    }
  return TRUE;
}

static gint64
to_us (double seconds)
{
  return (gint64) (seconds * G_USEC_PER_SEC + 0.5);
}

/* "FROM-TO", in seconds. */
static gboolean
parse_span (const char *text, SimScenarioSpan *out_span)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", -1);
  double from;
  double to;

  if (g_strv_length (ends) != 2 ||
      !sim_reader_parse_number (g_strstrip (ends[0]), 0, SIM_SCENARIO_SECONDS_MAX, &from) ||
      !sim_reader_parse_number (g_strstrip (ends[1]), 0, SIM_SCENARIO_SECONDS_MAX, &to) ||
      to_us (from) >= to_us (to))
    return FALSE;
  *out_span = (SimScenarioSpan){ to_us (from), to_us (to) };
  return TRUE;
}

gboolean
sim_scenario_read_spans (SimReader *reader, const SimReaderGroup *group, const char *key,
                         GArray *spans, GError **error)
{
  g_auto (GStrv) items = NULL;
  guint line = sim_reader_get_line (group, key);

  if (!sim_reader_get_list (reader, group, key, &items, error))
    return FALSE;
  for (guint i = 0; items != NULL && items[i] != NULL; i++)
    {
      SimScenarioSpan span;

      if (!parse_span (items[i], &span))
        return sim_reader_fail (reader->file, line, error,
                                "%s has \"%s\", it should be seconds like 10-20.5", key, items[i]);
      if (spans->len > 0 &&
          g_array_index (spans, SimScenarioSpan, spans->len - 1).to_us >= span.from_us)
        return sim_reader_fail (reader->file, line, error,
                                "%s has \"%s\" too early, each should begin after the one before",
                                key, items[i]);
      g_array_append_val (spans, span);
    }
  return TRUE;
}

static void
clear_user (gpointer data)
{
  SimScenarioUser *user = data;

  g_free (user->name);
  g_free (user->password);
}

void
sim_scenario_host_clear (gpointer data)
{
  SimScenarioHost *host = data;

  g_free (host->name);
  g_free (host->address);
  g_strfreev (host->domains);
  g_array_unref (host->resolvers);
  g_array_unref (host->users);
  g_strfreev (host->mailboxes);
  g_array_unref (host->downs);
  g_array_unref (host->refuses);
  sim_scenario_host_mail_clear (host);
}

static void
init_host (SimScenarioHost *host, const SimReaderGroup *group)
{
  *host = (SimScenarioHost){
    .line = group->line,
    .name = g_strdup (group->words[0]),
    .resolver = SIM_SCENARIO_NONE,
    .resolvers = g_array_new (FALSE, FALSE, sizeof (guint)),
    .domains = g_new0 (char *, 1),
    .mailboxes = g_new0 (char *, 1),
    .users = g_array_new (FALSE, FALSE, sizeof (SimScenarioUser)),
    .downs = g_array_new (FALSE, FALSE, sizeof (SimScenarioSpan)),
    .refuses = g_array_new (FALSE, FALSE, sizeof (SimScenarioSpan)),
  };
  g_array_set_clear_func (host->users, clear_user);
  sim_scenario_host_mail_init (host);
}

static gboolean
fill_host (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
           SimScenarioHost *host, GError **error)
{
  guint other = sim_scenario_find_host (self, host->name);

  if (!sim_scenario_is_name (host->name))
    return sim_reader_fail (reader->file, group->line, error,
                            "\"%s\" is not a host's name, one looks like mail.sender.example",
                            host->name);
  if (other != SIM_SCENARIO_NONE)
    return sim_reader_fail (reader->file, group->line, error,
                            "second host \"%s\", the first is in line %u", host->name,
                            sim_scenario_get_host (self, other)->line);
  return read_set (reader, group, "Roles", roles, G_N_ELEMENTS (roles),
                   "MUA, MSA, MTA, MDA, MS and DNS", &host->roles, error) &&
         read_address (self, reader, group, host, error) &&
         read_domains (reader, group, host, error) && read_users (reader, group, host, error) &&
         sim_scenario_read_host_mailboxes (reader, group, host, error) &&
         read_set (reader, group, "Services", services, G_N_ELEMENTS (services),
                   "smtp, submission, submissions, lmtp, pop3, pop3s, imap and imaps",
                   &host->services, error) &&
         read_profile (reader, group, &host->profile, error) &&
         sim_scenario_read_host_mail (reader, group, host, error) &&
         sim_scenario_read_spans (reader, group, "Down", host->downs, error) &&
         sim_scenario_read_spans (reader, group, "Refuses", host->refuses, error);
}

gboolean
sim_scenario_read_host (SimScenario          *self,
                        SimReader            *reader,
                        const SimReaderGroup *group,
                        GError              **error)
{
  SimScenarioHost host;

  init_host (&host, group);
  if (!fill_host (self, reader, group, &host, error))
    {
      sim_scenario_host_clear (&host);
      return FALSE;
    }
  g_array_append_val (self->hosts, host);
  return TRUE;
}

gboolean
sim_scenario_read_host_name (SimScenario          *self,
                             SimReader            *reader,
                             const SimReaderGroup *group,
                             const char           *key,
                             guint                *out_host,
                             GError              **error)
{
  g_autofree char *name = NULL;
  guint            host;

  if (!sim_reader_get_text (reader, group, key, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  host = sim_scenario_find_host (self, name);
  if (host == SIM_SCENARIO_NONE)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                            "%s is \"%s\", there should be a group [Host %s]", key, name, name);
  *out_host = host;
  return TRUE;
}

gboolean
sim_scenario_read_resolver (SimScenario          *self,
                            SimReader            *reader,
                            const SimReaderGroup *group,
                            GError              **error)
{
  guint            index = sim_scenario_find_host (self, group->words[0]);
  SimScenarioHost *host = &g_array_index (self->hosts, SimScenarioHost, index);
  guint            line = sim_reader_get_line (group, "Resolver");
  g_auto (GStrv)   names = NULL;

  if (!sim_reader_get_list (reader, group, "Resolver", &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint server = sim_scenario_find_host (self, names[i]);

      if (server == SIM_SCENARIO_NONE)
        return sim_reader_fail (reader->file, line, error,
                                "Resolver is \"%s\", there should be a group [Host %s]", names[i],
                                names[i]);
      if (!(sim_scenario_get_host (self, server)->roles & SIM_ROLE_DNS))
        return sim_reader_fail (reader->file, line, error,
                                "Resolver is \"%s\", that host should have the role DNS",
                                sim_scenario_get_host (self, server)->name);
      g_array_append_val (host->resolvers, server);
    }
  if (host->resolvers->len > 0)
    host->resolver = g_array_index (host->resolvers, guint, 0);
  return TRUE;
}
