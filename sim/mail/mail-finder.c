/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-finder.h"

#include <net/sim-resolver.h>

#define KEY "findings"

/* The host keeps what is not found yet, in an array of these. One of the functions is there. */
typedef struct
{
  SimHost          *host;
  char             *name;
  MailFinderFunc    func;
  MailFinderAllFunc all_func;
  gpointer          user_data;
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
finish (Finding *self, const char *const *addresses, gboolean is_permanent, const char *reason)
{
  MailFinderFunc    func = self->func;
  MailFinderAllFunc all_func = self->all_func;
  gpointer          user_data = self->user_data;

  g_ptr_array_remove_fast (sim_host_get_attached (self->host, KEY), self);
  if (all_func != NULL)
    all_func (addresses, is_permanent, reason, user_data);
  else
    func (addresses != NULL ? addresses[0] : NULL, is_permanent, reason, user_data);
}

static void
fail (Finding *self, SimResolverStatus status)
{
  g_autofree char *reason = g_strdup_printf ("no address of %s (%s)", self->name,
                                             sim_resolver_status_get_name (status));

  finish (self, NULL, status == SIM_RESOLVER_NXDOMAIN || status == SIM_RESOLVER_NODATA, reason);
}

/* To tell a host that is out of reach from one that does not exist. */
static void
on_ipv6_answer (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Finding         *self = data;
  g_autofree char *reason = NULL;

  if (status != SIM_RESOLVER_ANSWER)
    {
      fail (self, SIM_RESOLVER_NODATA);
      return;
    }
  reason = g_strdup_printf ("%s has IPv6 addresses only, this host has none to reach them from",
                            self->name);
  finish (self, NULL, TRUE, reason);
}

static void
on_answer (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Finding *self = data;
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; status == SIM_RESOLVER_ANSWER && i < answer->answers->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (answer->answers, i);

      if (record->type == DNS_TYPE_A)
        g_ptr_array_add (addresses, dns_record_dup_data (record));
    }
  if (addresses->len > 0)
    {
      g_ptr_array_add (addresses, NULL);
      finish (self, (const char *const *) addresses->pdata, FALSE, NULL);
    }
  else if (status == SIM_RESOLVER_NODATA)
    sim_resolver_query (self->host, self->name, DNS_TYPE_AAAA, on_ipv6_answer, self);
  else
    fail (self, status);
}

/* Without a resolver: from the scenario, as from a hosts file. */
static void
on_looked_up (gpointer data)
{
  Finding         *self = data;
  SimHost         *found = sim_network_find_host (sim_host_get_network (self->host), self->name);
  g_autofree char *reason = g_strdup_printf ("no host is called %s", self->name);
  const char      *addresses[] = { found != NULL ? sim_host_get_address (found) : NULL, NULL };

  finish (self, found != NULL ? addresses : NULL, TRUE, found != NULL ? NULL : reason);
}

static void
find (SimHost          *host,
      const char       *name,
      MailFinderFunc    func,
      MailFinderAllFunc all_func,
      gpointer          user_data)
{
  Finding  *self = g_new0 (Finding, 1);
  SimWorld *world = sim_host_get_world (host);

  if (sim_host_get_attached (host, KEY) == NULL)
    sim_host_attach (host, KEY, g_ptr_array_new_with_free_func (free_finding),
                     (GDestroyNotify) g_ptr_array_unref);
  *self = (Finding){ host, g_strdup (name), func, all_func, user_data };
  g_ptr_array_add (sim_host_get_attached (host, KEY), self);
  if (sim_host_get_scenario (host)->resolver != SIM_SCENARIO_NONE)
    sim_resolver_query (host, name, DNS_TYPE_A, on_answer, self);
  else
    sim_world_schedule (world, sim_world_get_now (world), on_looked_up, self, NULL);
}

void
mail_finder_find (SimHost *host, const char *name, MailFinderFunc func, gpointer user_data)
{
  find (host, name, func, NULL, user_data);
}

void
mail_finder_find_all (SimHost *host, const char *name, MailFinderAllFunc func, gpointer user_data)
{
  find (host, name, NULL, func, user_data);
}
