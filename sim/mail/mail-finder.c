/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-finder.h"

#include <net/sim-resolver.h>

typedef struct
{
  SimHost       *host;
  char          *name;
  MailFinderFunc func;
  gpointer       user_data;
} Finding;

static void
free_finding (gpointer data)
{
  Finding *self = data;

  g_free (self->name);
  g_free (self);
}

static void
on_answer (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Finding *self = data;
  g_autofree char *reason = NULL;

  for (guint i = 0; status == SIM_RESOLVER_ANSWER && i < answer->answers->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (answer->answers, i);

      if (record->type == DNS_TYPE_A)
        {
          g_autofree char *address = dns_record_dup_data (record);

          self->func (address, FALSE, NULL, self->user_data);
          free_finding (self);
          return;
        }
    }
  reason = g_strdup_printf ("no address of %s (%s)", self->name,
                            sim_resolver_status_get_name (status));
  self->func (NULL, status == SIM_RESOLVER_NXDOMAIN || status == SIM_RESOLVER_NODATA, reason,
              self->user_data);
  free_finding (self);
}

/* Without a resolver: from the scenario, as from a hosts file. */
static void
on_looked_up (gpointer data)
{
  Finding         *self = data;
  SimHost         *found = sim_network_find_host (sim_host_get_network (self->host), self->name);
  g_autofree char *reason = g_strdup_printf ("no host is called %s", self->name);

  if (found != NULL)
    self->func (sim_host_get_address (found), FALSE, NULL, self->user_data);
  else
    self->func (NULL, TRUE, reason, self->user_data);
}

void
mail_finder_find (SimHost *host, const char *name, MailFinderFunc func, gpointer user_data)
{
  Finding  *self = g_new0 (Finding, 1);
  SimWorld *world = sim_host_get_world (host);

  *self = (Finding){ host, g_strdup (name), func, user_data };
  if (sim_host_get_scenario (host)->resolver != SIM_SCENARIO_NONE)
    sim_resolver_query (host, name, DNS_TYPE_A, on_answer, self);
  else
    sim_world_schedule (world, sim_world_get_now (world), on_looked_up, self, free_finding);
}
