/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-way.h"

#include <string.h>

/* The recipients of one domain, or all of them with a smarthost. */
typedef struct
{
  MailWay   *way;
  char      *domain;
  GPtrArray *recipients; /* (nullable): of MailRecipient; NULL once they have gone on */
  MailRoute  route;
} Branch;

struct _MailWay
{
  MailEntry    *entry;
  MailOutbound *outbound;
  GPtrArray    *branches; /* of Branch, in the order of the recipients */
  GPtrArray    *hops;     /* of MailHop */
  guint         n_questions;
  MailWayFunc   func;
};

static void
finish_if_done (MailWay *self)
{
  if (self->n_questions == 0 && self->hops->len == 0)
    self->func (self, self->entry);
}

static void
on_hop_done (MailHop *hop, gpointer data)
{
  MailWay *self = data;

  g_ptr_array_remove (self->hops, hop);
  finish_if_done (self);
}

/* What an answer without hosts means for the recipients. */
static const struct
{
  gboolean    is_permanent;
  const char *status;
  const char *reason;
} dead_ends[] = {
  [MAIL_ROUTE_HOSTS] = { TRUE, "5.4.4", "no host takes mail for the domain" },
  [MAIL_ROUTE_IMPLICIT] = { TRUE, "5.4.4", "no host takes mail for the domain" },
  [MAIL_ROUTE_NULL_MX] = { TRUE, "5.1.10", "the domain takes no mail (null MX)" },
  [MAIL_ROUTE_LOOP] = { TRUE, "5.4.6", "mail loops back to this host" },
  [MAIL_ROUTE_NO_DOMAIN] = { TRUE, "5.1.2", "there is no such domain" },
  [MAIL_ROUTE_UNKNOWN] = { FALSE, "4.4.3", "DNS gives no answer" },
};

static void
settle_dead_end (MailWay *self, const Branch *branch)
{
  MailOutcome outcome = { .status = dead_ends[branch->route.kind].status,
                          .reason = dead_ends[branch->route.kind].reason };

  mail_hop_settle (self->entry, branch->domain, branch->recipients,
                   dead_ends[branch->route.kind].is_permanent, &outcome);
}

/* Sends the recipients of @branch, and of those after it whose mail goes to the same hosts. */
static void
start_hop (MailWay *self, guint at)
{
  Branch          *first = g_ptr_array_index (self->branches, at);
  g_autofree char *key = mail_route_dup_key (&first->route);
  GPtrArray       *recipients = g_steal_pointer (&first->recipients);

  for (guint i = at + 1; i < self->branches->len; i++)
    {
      Branch          *branch = g_ptr_array_index (self->branches, i);
      g_autofree char *other = NULL;

      if (branch->recipients == NULL || branch->route.hosts == NULL)
        continue;
      other = mail_route_dup_key (&branch->route);
      if (strcmp (key, other) == 0)
        {
          g_ptr_array_extend (recipients, branch->recipients, NULL, NULL);
          g_clear_pointer (&branch->recipients, g_ptr_array_unref);
        }
    }
  g_ptr_array_add (self->hops, mail_hop_new (self->entry, self->outbound, first->domain,
                                             recipients, &first->route, on_hop_done, self));
}

/* All questions have been answered. */
static void
go (MailWay *self)
{
  for (guint i = 0; i < self->branches->len; i++)
    {
      Branch *branch = g_ptr_array_index (self->branches, i);

      if (branch->recipients == NULL)
        continue;
      if (branch->route.hosts->len > 0)
        start_hop (self, i);
      else
        settle_dead_end (self, branch);
    }
  finish_if_done (self);
}

static void
note_route (const Branch *branch)
{
  const MailEntry *entry = branch->way->entry;
  g_autofree char *hosts = mail_route_describe (&branch->route);

  if (branch->route.kind == MAIL_ROUTE_HOSTS)
    mail_host_note (entry->host, entry->number, 0, "mx-chosen",
                    "mail for %s goes to %s\nid: %s\ndomain: %s\nhosts: %s", branch->domain, hosts,
                    entry->id, branch->domain, hosts);
  else if (branch->route.kind == MAIL_ROUTE_IMPLICIT)
    mail_host_note (entry->host, entry->number, 0, "mx-implicit",
                    "%s has no MX: its own address is tried\nid: %s\ndomain: %s\nhosts: %s",
                    branch->domain, entry->id, branch->domain, hosts);
}

static void
on_mx (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Branch   *branch = data;
  MailWay  *self = branch->way;
  MailHost *host = self->entry->host;

  mail_route_choose (branch->domain, host->name, status, answer, sim_host_get_random (host->net),
                     &branch->route);
  note_route (branch);
  if (--self->n_questions == 0)
    go (self);
}

static void
on_known (gpointer data)
{
  MailWay *self = data;

  if (--self->n_questions == 0)
    go (self);
}

/* An address literal is its own route. */
static void
ask (Branch *branch)
{
  MailWay  *self = branch->way;
  MailHost *host = self->entry->host;

  self->n_questions++;
  if (branch->domain[0] == '[')
    {
      mail_route_set (branch->domain, &branch->route);
      sim_world_schedule (host->sim, mail_host_get_now (host), on_known, self, NULL);
    }
  else
    sim_resolver_query (host->net, branch->domain, DNS_TYPE_MX, on_mx, branch);
}

static Branch *
add_branch (MailWay *self, const char *domain)
{
  Branch *branch = g_new0 (Branch, 1);

  branch->way = self;
  branch->domain = g_strdup (domain);
  branch->recipients = g_ptr_array_new ();
  g_ptr_array_add (self->branches, branch);
  return branch;
}

/* A host that takes all mail on its way out: no MX is asked for. */
static void
set_smarthost (MailWay *self, guint smarthost, GPtrArray *recipients)
{
  MailHost         *host = self->entry->host;
  const SimScenario *scenario = sim_network_get_scenario (sim_host_get_network (host->net));
  const char       *name = sim_scenario_get_host (scenario, smarthost)->name;
  Branch           *branch = add_branch (self, name);

  g_ptr_array_extend (branch->recipients, recipients, NULL, NULL);
  mail_route_set (name, &branch->route);
  mail_host_note (host, self->entry->number, 0, "smarthost",
                  "all mail leaves by %s\nid: %s\nhost: %s", name, self->entry->id, name);
  self->n_questions++;
  sim_world_schedule (host->sim, mail_host_get_now (host), on_known, self, NULL);
}

static void
divide (MailWay *self, GPtrArray *recipients)
{
  g_autoptr (GHashTable) domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < recipients->len; i++)
    {
      MailRecipient   *recipient = g_ptr_array_index (recipients, i);
      g_autofree char *lower = g_ascii_strdown (recipient->domain, -1);
      Branch          *branch = g_hash_table_lookup (domains, lower);

      if (branch == NULL)
        {
          branch = add_branch (self, recipient->domain);
          g_hash_table_insert (domains, g_steal_pointer (&lower), branch);
        }
      g_ptr_array_add (branch->recipients, recipient);
    }
  for (guint i = 0; i < self->branches->len; i++)
    ask (g_ptr_array_index (self->branches, i));
}

static void
free_branch (gpointer data)
{
  Branch *branch = data;

  g_clear_pointer (&branch->recipients, g_ptr_array_unref);
  mail_route_clear (&branch->route);
  g_free (branch->domain);
  g_free (branch);
}

MailWay *
mail_way_new (MailEntry    *entry,
              MailOutbound *outbound,
              GPtrArray    *recipients,
              MailWayFunc   func)
{
  MailWay *self = g_new0 (MailWay, 1);
  guint    smarthost = entry->host->config->smarthost;

  self->entry = entry;
  self->outbound = outbound;
  self->branches = g_ptr_array_new_with_free_func (free_branch);
  self->hops = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_hop_free);
  self->func = func;
  if (smarthost != SIM_SCENARIO_NONE)
    set_smarthost (self, smarthost, recipients);
  else
    divide (self, recipients);
  return self;
}

void
mail_way_free (MailWay *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->hops);
  g_ptr_array_unref (self->branches);
  g_free (self);
}
