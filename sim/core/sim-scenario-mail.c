/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <string.h>

#include <imap/imap-capability.h>
#include <sasl/sasl-mechanism.h>
#include <smtp/smtp-extension.h>
#include <smtp/smtp-profile.h>

/* What a host is told of mail: whom it trusts, what it offers, where mail goes on to; and the
 * mailing lists. */

/* In the order of SimCertificate, the first, "not said", left out. */
static const char *const certificates[] = {
  "none",       "good",        "expired",        "not-yet-valid",
  "wrong-name", "self-signed", "unknown-issuer", NULL,
};

/* In the order of SimTlsUse. */
static const char *const tls_uses[] = { "if-offered", "never", "always", "verified", NULL };

/* One name out of a list of names. */
static gboolean
read_choice (SimReader            *reader,
             const SimReaderGroup *group,
             const char           *key,
             const char *const    *names,
             guint                *out_index,
             GError              **error)
{
  g_autofree char *name = NULL;
  g_autofree char *all = NULL;

  if (!sim_reader_get_text (reader, group, key, &name, error))
    return FALSE;
  if (name == NULL)
    return TRUE;
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      {
        *out_index = i;
        return TRUE;
      }
  all = g_strjoinv (", ", (char **) names);
  return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                          "%s is \"%s\", it should be one of %s", key, name, all);
}

static gboolean
read_tls (SimReader *reader, const SimReaderGroup *group, SimScenarioHost *host, GError **error)
{
  guint certificate = G_MAXUINT;
  guint use = SIM_TLS_IF_OFFERED;

  if (!read_choice (reader, group, "Certificate", certificates, &certificate, error) ||
      !read_choice (reader, group, "Tls", tls_uses, &use, error) ||
      !sim_reader_get_truth (reader, group, "Compress", &host->compresses, error) ||
      !sim_reader_get_truth (reader, group, "DemandTls", &host->demands_tls, error))
    return FALSE;
  if (certificate != G_MAXUINT)
    host->certificate = (SimCertificate) (certificate + 1);
  host->tls = (SimTlsUse) use;
  return TRUE;
}

/* A set of named things: @find gives the bits of a name, 0 for none; @get the names there are. */
static gboolean
read_names (SimReader            *reader,
            const SimReaderGroup *group,
            const char           *key,
            guint               (*find) (const char *name),
            const char         *(*get) (guint i),
            guint                *out_set,
            GError              **error)
{
  g_auto (GStrv) names = NULL;

  if (!sim_reader_get_list (reader, group, key, &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint bits = find (names[i]);

      if (bits == 0)
        {
          g_autoptr (GString) all = g_string_new (NULL);

          for (guint j = 0; get (j) != NULL; j++)
            g_string_append_printf (all, "%s%s", j > 0 ? ", " : "", get (j));
          return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                                  "%s has \"%s\", it should be a list of %s", key, names[i],
                                  all->str);
        }
      *out_set |= bits;
    }
  return TRUE;
}

/* Extensions of SMTP, and of IMAP; STARTTLS is of both. */
static gboolean
read_extensions (SimReader            *reader,
                 const SimReaderGroup *group,
                 const char           *key,
                 guint                *out_smtp,
                 guint32              *out_imap,
                 GError              **error)
{
  g_auto (GStrv) names = NULL;

  if (!sim_reader_get_list (reader, group, key, &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint   smtp = smtp_extension_find (names[i]);
      guint32 imap = imap_capability_find (names[i]);

      if (smtp == 0 && imap == 0)
        return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                                "%s has \"%s\", it should be a list of extensions of SMTP, like "
                                "PIPELINING, or of IMAP, like QRESYNC", key, names[i]);
      *out_smtp |= smtp;
      *out_imap |= imap;
    }
  return TRUE;
}

static guint
find_mechanism (const char *name)
{
  return sasl_mechanism_find (name);
}

static const char *
get_mechanism (guint i)
{
  return i < SASL_N_MECHANISMS ? sasl_mechanism_get_name ((SaslMechanism) (1u << i)) : NULL;
}

/* Whether a list consists of the single word "none". */
static gboolean
is_none (SimReader *reader, const SimReaderGroup *group, const char *key)
{
  g_auto (GStrv) names = NULL;

  return sim_reader_has (group, key) && sim_reader_get_list (reader, group, key, &names, NULL) &&
         g_strv_length (names) == 1 && strcmp (names[0], "none") == 0;
}

gboolean
sim_scenario_read_mechanisms (SimReader            *reader,
                              const SimReaderGroup *group,
                              const char           *key,
                              guint                *out_set,
                              GError              **error)
{
  guint set = 0;

  if (!sim_reader_has (group, key))
    return TRUE;
  if (!is_none (reader, group, key) &&
      !read_names (reader, group, key, find_mechanism, get_mechanism, &set, error))
    return FALSE;
  *out_set = set;
  return TRUE;
}

/* "NAME:TARGET TARGET" */
static gboolean
parse_alias (const char *text, SimScenarioAlias *out_alias)
{
  const char *colon = strchr (text, ':');
  g_autoptr (GStrvBuilder) targets = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  guint n_targets = 0;

  if (colon == NULL || colon == text)
    return FALSE;
  words = g_strsplit_set (colon + 1, " \t", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      {
        g_strv_builder_add (targets, words[i]);
        n_targets++;
      }
  if (n_targets == 0)
    return FALSE;
  *out_alias = (SimScenarioAlias){ g_strndup (text, (gsize) (colon - text)),
                                   g_strv_builder_end (targets) };
  return TRUE;
}

static gboolean
read_aliases (SimReader            *reader,
              const SimReaderGroup *group,
              const char           *key,
              GArray               *aliases,
              GError              **error)
{
  g_auto (GStrv) items = NULL;
  guint line = sim_reader_get_line (group, key);

  if (!sim_reader_get_list (reader, group, key, &items, error))
    return FALSE;
  for (guint i = 0; items != NULL && items[i] != NULL; i++)
    {
      SimScenarioAlias alias;

      if (!parse_alias (items[i], &alias))
        return sim_reader_fail (reader->file, line, error,
                                "%s has \"%s\", it should look like NAME:TARGET TARGET", key,
                                items[i]);
      g_array_append_val (aliases, alias);
      for (guint j = 0; j + 1 < aliases->len; j++)
        if (g_ascii_strcasecmp (g_array_index (aliases, SimScenarioAlias, j).name, alias.name) == 0)
          return sim_reader_fail (reader->file, line, error,
                                  "%s has \"%s\" twice, its targets go into one", key, alias.name);
    }
  return TRUE;
}

static gboolean
read_seconds (SimReader *reader, const SimReaderGroup *group, const char *key, gint64 *out_us,
              GError **error)
{
  double seconds = 0;

  if (!sim_reader_get_number (reader, group, key, &seconds, error))
    return FALSE;
  *out_us = (gint64) (seconds * G_USEC_PER_SEC + 0.5);
  return TRUE;
}

/* A whole number that fits an int, so that nothing that counts with it can overflow. */
static gboolean
read_count (SimReader *reader, const SimReaderGroup *group, const char *key, guint *out_count,
            GError **error)
{
  guint64 count = *out_count;

  if (!sim_reader_get_whole (reader, group, key, &count, error))
    return FALSE;
  if (count > G_MAXINT)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                            "%s is too large, %d is the most", key, G_MAXINT);
  *out_count = (guint) count;
  return TRUE;
}

static gboolean
read_limits (SimReader *reader, const SimReaderGroup *group, SimScenarioHost *host, GError **error)
{
  return sim_reader_get_whole (reader, group, "Quota", &host->quota, error) &&
         sim_reader_get_whole (reader, group, "MessageBytes", &host->size_max, error) &&
         read_count (reader, group, "MessageRecipients", &host->recipients_max, error) &&
         read_count (reader, group, "ClientConnections", &host->connections_max, error) &&
         read_count (reader, group, "ClientMessages", &host->messages_max, error) &&
         sim_reader_get_truth (reader, group, "Apop", &host->offers_apop, error) &&
         read_seconds (reader, group, "LoginDelay", &host->login_delay_us, error) &&
         read_seconds (reader, group, "Greylist", &host->greylist_us, error) &&
         read_seconds (reader, group, "WarnAfter", &host->warn_us, error) &&
         read_seconds (reader, group, "ExpireAfter", &host->expire_us, error);
}

gboolean
sim_scenario_read_host_mail (SimReader            *reader,
                             const SimReaderGroup *group,
                             SimScenarioHost      *host,
                             GError              **error)
{
  return read_tls (reader, group, host, error) &&
         read_names (reader, group, "Lenient", smtp_leniency_find, smtp_leniency_get_name,
                     &host->leniencies, error) &&
         read_extensions (reader, group, "Without", &host->without, &host->without_imap, error) &&
         read_extensions (reader, group, "Unused", &host->unused, &host->unused_imap, error) &&
         sim_scenario_read_mechanisms (reader, group, "Mechanisms", &host->mechanisms, error) &&
         read_aliases (reader, group, "Aliases", host->aliases, error) &&
         read_aliases (reader, group, "Forward", host->forwards, error) &&
         read_limits (reader, group, host, error);
}

gboolean
sim_scenario_read_trusts (SimScenario          *self,
                          SimReader            *reader,
                          const SimReaderGroup *group,
                          GError              **error)
{
  guint            index = sim_scenario_find_host (self, group->words[0]);
  SimScenarioHost *host = &g_array_index (self->hosts, SimScenarioHost, index);
  g_auto (GStrv) names = NULL;
  guint n_names;

  if (!sim_scenario_read_host_name (self, reader, group, "Smarthost", &host->smarthost, error) ||
      !sim_reader_get_list (reader, group, "Trusts", &names, error))
    return FALSE;
  if (names == NULL)
    return TRUE;
  n_names = is_none (reader, group, "Trusts") ? 0 : g_strv_length (names);
  host->trusted = g_new (guint, n_names + 1);
  host->trusted[0] = SIM_SCENARIO_NONE;
  for (guint i = 0; i < n_names; i++)
    {
      host->trusted[i] = sim_scenario_find_host (self, names[i]);
      host->trusted[i + 1] = SIM_SCENARIO_NONE;
      if (host->trusted[i] == SIM_SCENARIO_NONE)
        return sim_reader_fail (reader->file, sim_reader_get_line (group, "Trusts"), error,
                                "Trusts has \"%s\", there should be a group [Host %s]", names[i],
                                names[i]);
    }
  return TRUE;
}

static void
clear_alias (gpointer data)
{
  SimScenarioAlias *alias = data;

  g_free (alias->name);
  g_strfreev (alias->targets);
}

void
sim_scenario_host_mail_init (SimScenarioHost *host)
{
  host->smarthost = SIM_SCENARIO_NONE;
  host->mechanisms = G_MAXUINT;
  host->aliases = g_array_new (FALSE, FALSE, sizeof (SimScenarioAlias));
  host->forwards = g_array_new (FALSE, FALSE, sizeof (SimScenarioAlias));
  g_array_set_clear_func (host->aliases, clear_alias);
  g_array_set_clear_func (host->forwards, clear_alias);
}

void
sim_scenario_host_mail_clear (SimScenarioHost *host)
{
  g_free (host->trusted);
  g_array_unref (host->aliases);
  g_array_unref (host->forwards);
}

/* Lists */

void
sim_scenario_list_clear (gpointer data)
{
  SimScenarioList *list = data;

  g_free (list->address);
  g_free (list->name);
  g_free (list->owner);
  g_strfreev (list->members);
}

static gboolean
is_domain_of (const SimScenarioHost *host, const char *domain)
{
  for (guint i = 0; host->domains[i] != NULL; i++)
    if (g_ascii_strcasecmp (host->domains[i], domain) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
fill_list (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
           SimScenarioList *list, GError **error)
{
  const char *at = strrchr (list->address, '@');

  if (!sim_scenario_is_address (list->address))
    return sim_reader_fail (reader->file, group->line, error,
                            "\"%s\" is not a list's address, one looks like news@lists.example",
                            list->address);
  for (guint i = 0; i < self->lists->len; i++)
    {
      const SimScenarioList *other = &g_array_index (self->lists, SimScenarioList, i);

      if (g_ascii_strcasecmp (other->address, list->address) == 0)
        return sim_reader_fail (reader->file, group->line, error,
                                "second list \"%s\", the first is in line %u", list->address,
                                other->line);
    }
  if (!sim_scenario_read_host_name (self, reader, group, "Host", &list->host, error) ||
      !sim_scenario_read_addresses (reader, group, "Members", &list->members, error) ||
      !sim_reader_get_text (reader, group, "Name", &list->name, error) ||
      !sim_reader_get_text (reader, group, "Owner", &list->owner, error))
    return FALSE;
  if (!is_domain_of (sim_scenario_get_host (self, list->host), at + 1))
    return sim_reader_fail (reader->file, group->line, error,
                            "host \"%s\" takes no mail for %s, its Domains should have it",
                            sim_scenario_get_host (self, list->host)->name, at + 1);
  if (strpbrk (list->name, "\r\n") != NULL)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Name"), error,
                            "Name has a line break, it should be one line");
  if (list->owner[0] != '\0' && !sim_scenario_is_address (list->owner))
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Owner"), error,
                            "Owner has \"%s\", it should be an address like anna@sender.example",
                            list->owner);
  return TRUE;
}

gboolean
sim_scenario_read_list (SimScenario          *self,
                        SimReader            *reader,
                        const SimReaderGroup *group,
                        GError              **error)
{
  SimScenarioList list = {
    .line = group->line,
    .address = g_strdup (group->words[0]),
    .host = SIM_SCENARIO_NONE,
    .name = g_strdup (""),
    .owner = g_strdup (""),
    .members = g_new0 (char *, 1),
  };

  if (!fill_list (self, reader, group, &list, error))
    {
      sim_scenario_list_clear (&list);
      return FALSE;
    }
  g_array_append_val (self->lists, list);
  return TRUE;
}
