/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-finder.h"

#include <net/sim-resolver.h>

#define KEY "findings"

/* The host keeps what is not found yet, in an array of these. */
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

/* Hands the result over; the finding is gone by then. */
static void
finish (Finding *self, const char *address, gboolean is_permanent, const char *reason)
{
  MailFinderFunc func = self->func;
  gpointer       user_data = self->user_data;

  g_ptr_array_remove (sim_host_get_attached (self->host, KEY), self);
  func (address, is_permanent, reason, user_data);
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

          finish (self, address, FALSE, NULL);
          return;
        }
    }
  reason = g_strdup_printf ("no address of %s (%s)", self->name,
                            sim_resolver_status_get_name (status));
  finish (self, NULL, status == SIM_RESOLVER_NXDOMAIN || status == SIM_RESOLVER_NODATA, reason);
}

/* Without a resolver: from the scenario, as from a hosts file. */
static void
on_looked_up (gpointer data)
{
  Finding         *self = data;
  SimHost         *found = sim_network_find_host (sim_host_get_network (self->host), self->name);
  g_autofree char *reason = g_strdup_printf ("no host is called %s", self->name);

  if (found != NULL)
    finish (self, sim_host_get_address (found), FALSE, NULL);
  else
    finish (self, NULL, TRUE, reason);
}

void
mail_finder_find (SimHost *host, const char *name, MailFinderFunc func, gpointer user_data)
{
  Finding  *self = g_new0 (Finding, 1);
  SimWorld *world = sim_host_get_world (host);

  if (sim_host_get_attached (host, KEY) == NULL)
    sim_host_attach (host, KEY, g_ptr_array_new_with_free_func (free_finding),
                     (GDestroyNotify) g_ptr_array_unref);
  *self = (Finding){ host, g_strdup (name), func, user_data };
  g_ptr_array_add (sim_host_get_attached (host, KEY), self);
  if (sim_host_get_scenario (host)->resolver != SIM_SCENARIO_NONE)
    sim_resolver_query (host, name, DNS_TYPE_A, on_answer, self);
  else
    sim_world_schedule (world, sim_world_get_now (world), on_looked_up, self, NULL);
}
