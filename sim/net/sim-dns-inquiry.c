/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-dns-inquiry.h"

#include "sim-dns-exchange.h"

typedef struct
{
  guint32         address;
  SimDnsExchange *exchange; /* NULL: not asked yet */
  gboolean        is_out;   /* it answered, and will not say */
} Server;

struct _SimDnsInquiry
{
  SimHost                  *host;
  SimDnsInquiryPlan         plan;
  GArray                   *servers; /* of Server */
  guint                     at;      /* the one asked last */
  guint                     round;
  guint64                   timer;
  gboolean                  has_failure;
  const SimDnsInquiryFuncs *funcs;
  gpointer                  user_data;
};

static void ask (SimDnsInquiry *self, guint i);

static Server *
get_server (SimDnsInquiry *self, guint i)
{
  return &g_array_index (self->servers, Server, i);
}

static void
note (SimDnsInquiry *self, const char *what, const char *format, guint32 address)
{
  SimNetwork      *network = sim_host_get_network (self->host);
  TraceLog        *log = sim_world_get_log (sim_host_get_world (self->host));
  guint            actor = sim_network_get_actor (network, address);
  const char      *server = trace_log_get_actor (log, actor)->name;
  g_autofree char *type = dns_type_to_string (self->plan.type);
  g_autofree char *sentence = g_strdup_printf (format, server, type, self->plan.name);

  sim_world_note (sim_host_get_world (self->host), sim_host_get_actor (self->host), what,
                  TRACE_FLAG_WARNING, 0, "%s\nname: %s\ntype: %s\nserver: %s", sentence,
                  self->plan.name, type, server);
}

static void
end (SimDnsInquiry *self, const DnsMessage *answer)
{
  self->funcs->done (answer, !self->has_failure, self->user_data);
}

/* Who is asked after @self->at; past the last server comes the next round.
 * Returns: FALSE when nobody is left to ask */
static gboolean
find_next (SimDnsInquiry *self, guint *out_next)
{
  guint i = self->at;

  for (guint n = 0; n < self->servers->len; n++)
    {
      i = (i + 1) % self->servers->len;
      if (i == 0 && ++self->round == self->plan.n_rounds)
        return FALSE;
      if (!get_server (self, i)->is_out)
        {
          *out_next = i;
          return TRUE;
        }
    }
  return FALSE;
}

static void
go_on (SimDnsInquiry *self)
{
  guint last = self->at;
  guint next;

  sim_world_cancel (sim_host_get_world (self->host), self->timer);
  self->timer = 0;
  if (!find_next (self, &next))
    {
      end (self, NULL);
      return;
    }
  if (next != last)
    note (self, "dns-switch", "%s is asked next for %s %s", get_server (self, next)->address);
  ask (self, next);
}

/* Out-of-turn answers, from a server asked earlier, count as well; only a server that will not
 * say when it is its turn makes the next one's turn come. */
static void
on_answer (SimDnsExchange *exchange, const DnsMessage *answer, gpointer data)
{
  SimDnsInquiry *self = data;
  SimDnsWorth    worth = SIM_DNS_FAILURE;
  guint          i = 0;

  while (get_server (self, i)->exchange != exchange)
    i++;
  if (answer != NULL)
    worth = self->funcs->judge (answer, self->user_data);
  if (worth == SIM_DNS_USEFUL)
    {
      end (self, answer);
      return;
    }
  if (get_server (self, i)->is_out)
    return;
  get_server (self, i)->is_out = TRUE;
  self->has_failure = TRUE;
  if (worth == SIM_DNS_LAME)
    note (self, "dns-lame", "%s is not in charge of %s %s", get_server (self, i)->address);
  else if (answer != NULL)
    note (self, "dns-servfail", "%s can't answer %s %s", get_server (self, i)->address);
  else
    note (self, "dns-failed", "%s gives no answer over TCP to %s %s",
          get_server (self, i)->address);
  if (i == self->at)
    go_on (self);
}

static void
on_timeout (gpointer data)
{
  SimDnsInquiry *self = data;

  self->timer = 0;
  note (self, "dns-timeout", "%s does not answer %s %s", get_server (self, self->at)->address);
  go_on (self);
}

static void
on_impossible (gpointer data)
{
  SimDnsInquiry *self = data;

  self->timer = 0;
  self->has_failure = TRUE;
  end (self, NULL);
}

static void
ask (SimDnsInquiry *self, guint i)
{
  SimWorld *world = sim_host_get_world (self->host);
  Server   *server = get_server (self, i);

  self->at = i;
  if (server->exchange == NULL)
    server->exchange = sim_dns_exchange_new (self->host, server->address, self->plan.name,
                                             self->plan.type, self->plan.recurse, on_answer, self);
  if (server->exchange == NULL)
    {
      /* No such name can be asked for, by anybody. */
      self->timer =
          sim_world_schedule (world, sim_world_get_now (world), on_impossible, self, NULL);
      return;
    }
  self->timer = sim_world_schedule (
      world, sim_world_get_now (world) + (self->plan.wait_us << self->round), on_timeout, self,
      NULL);
  sim_dns_exchange_send (server->exchange);
}

SimDnsInquiry *
sim_dns_inquiry_new (SimHost                  *host,
                     const SimDnsInquiryPlan  *plan,
                     const GArray             *servers,
                     const SimDnsInquiryFuncs *funcs,
                     gpointer                  user_data)
{
  SimDnsInquiry *self = g_new0 (SimDnsInquiry, 1);

  g_assert (servers->len > 0);
  *self = (SimDnsInquiry){ .host = host, .plan = *plan, .funcs = funcs, .user_data = user_data };
  self->servers = g_array_new (FALSE, FALSE, sizeof (Server));
  for (guint i = 0; i < MIN (servers->len, SIM_DNS_INQUIRY_SERVERS_MAX); i++)
    {
      Server server = { g_array_index (servers, guint32, i), NULL, FALSE };

      g_array_append_val (self->servers, server);
    }
  ask (self, 0);
  return self;
}

void
sim_dns_inquiry_free (SimDnsInquiry *self)
{
  if (self == NULL)
    return;
  sim_world_cancel (sim_host_get_world (self->host), self->timer);
  for (guint i = 0; i < self->servers->len; i++)
    sim_dns_exchange_free (get_server (self, i)->exchange);
  g_array_unref (self->servers);
  g_free (self);
}
