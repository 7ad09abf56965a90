/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-dns-lookup.h"

#include "sim-dns-inquiry.h"

#include <string.h>

/* A stub waits for an answer at first as long as RFC 1123 section 6.1.3.3 says: no less than 5
 * seconds. A name server that asks for others has to be done before they give up, and takes the
 * least that RFC 1035 section 4.2.1 allows. */
#define STUB_WAIT_US (5 * G_USEC_PER_SEC)
#define STUB_ROUNDS 3
#define SERVER_WAIT_US (2 * G_USEC_PER_SEC)
#define SERVER_ROUNDS 2

/* A note shows at most this much of an answer: no table has room for more. */
#define DATA_CHARACTERS_MAX 120

typedef struct
{
  SimDnsLookupFunc func; /* NULL: forgotten */
  gpointer         user_data;
} Waiter;

struct _SimDnsLookups
{
  SimHost                  *host;
  const SimDnsLookupsFuncs *funcs;
  gpointer                  user_data;
  SimDnsCache              *cache;
  SimDnsCache              *referrals; /* answers that refer, by the domain they refer for */
  GPtrArray                *lookups;   /* of SimDnsLookup, under way */
  GHashTable               *by_key;    /* key -> SimDnsLookup; looked up only */
};

struct _SimDnsLookup
{
  SimDnsLookups *owner;
  char          *key;
  char          *name;
  guint16        type;
  guint          depth;
  guint          n_referrals;
  guint          n_server_lookups;
  GArray        *waiters; /* of Waiter */
  gboolean       is_over; /* its waiters are being told */
  guint64        timer;
  SimDnsInquiry *inquiry;
  char          *zone;        /* that the servers are in charge of; NULL for a stub */
  GPtrArray     *servers;     /* of char: servers whose addresses are not known yet */
  DnsMessage    *alias;       /* an answer whose alias is being followed */
  SimDnsLookup  *waits_for;
};

static void begin (SimDnsLookup *self);
static void find_server (SimDnsLookup *self);

static SimWorld *
get_world (SimDnsLookup *self)
{
  return sim_host_get_world (self->owner->host);
}

static gint64
get_now (SimDnsLookup *self)
{
  return sim_world_get_now (get_world (self));
}

static void
free_lookup (SimDnsLookup *self)
{
  sim_world_cancel (get_world (self), self->timer);
  sim_dns_inquiry_free (self->inquiry);
  dns_message_free (self->alias);
  g_array_unref (self->waiters);
  g_ptr_array_unref (self->servers);
  g_free (self->zone);
  g_free (self->key);
  g_free (self->name);
  g_free (self);
}

/* Takes the lookup out of the tables, so that the same question starts anew. */
static void
detach (SimDnsLookup *self)
{
  g_hash_table_remove (self->owner->by_key, self->key);
  g_ptr_array_remove (self->owner->lookups, self);
}

/* Hands the result over. Nobody but the caller owns the answer: a waiter that asks for more can't
 * spoil it. */
static void
finish (SimDnsLookup *self, SimResolverStatus status, const DnsMessage *answer)
{
  detach (self);
  self->is_over = TRUE;
  for (guint i = 0; i < self->waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (self->waiters, Waiter, i);

      if (waiter->func != NULL)
        waiter->func (status, answer, waiter->user_data);
    }
  free_lookup (self);
}

void
sim_dns_lookup_forget (SimDnsLookup *self, gpointer user_data)
{
  gboolean has_waiter = FALSE;

  for (guint i = 0; i < self->waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (self->waiters, Waiter, i);

      if (waiter->user_data == user_data)
        waiter->func = NULL;
      has_waiter = has_waiter || waiter->func != NULL;
    }
  if (has_waiter || self->is_over)
    return;
  if (self->waits_for != NULL)
    sim_dns_lookup_forget (self->waits_for, self);
  detach (self);
  free_lookup (self);
}

/* Remembering */

/* The data of records, those of other types than @type with their type. */
static void
append_data (GString *text, const GArray *records, guint16 type)
{
  for (guint i = 0; i < records->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (records, i);
      g_autofree char *name = dns_type_to_string (record->type);
      g_autofree char *data = dns_record_dup_data (record);
      gboolean         is_other = record->type != type;

      g_string_append_printf (text, "%s%s%s%s", text->len > 0 ? ", " : "", is_other ? name : "",
                              is_other ? " " : "", data);
    }
}

/* What is remembered, in few words; of a referral, the servers. */
static char *
dup_data (const SimDnsCacheEntry *entry)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *start = NULL;

  if (entry->status != SIM_RESOLVER_ANSWER)
    return g_strdup (sim_resolver_status_get_name (entry->status));
  append_data (text, entry->answer->answers, entry->type);
  if (text->len == 0)
    append_data (text, entry->answer->authorities, entry->type);
  if (g_utf8_strlen (text->str, -1) <= DATA_CHARACTERS_MAX)
    return g_strdup (text->str);
  start = g_utf8_substring (text->str, 0, DATA_CHARACTERS_MAX);
  return g_strconcat (start, "…", NULL);
}

/* The subject of "... is remembered". */
static char *
dup_subject (const SimDnsCacheEntry *entry)
{
  g_autofree char *type = dns_type_to_string (entry->type);

  switch (entry->status)
    {
    case SIM_RESOLVER_NXDOMAIN:
      return g_strdup_printf ("that there is no %s", entry->name);
    case SIM_RESOLVER_NODATA:
      return g_strdup_printf ("that %s has no %s", entry->name, type);
    case SIM_RESOLVER_SERVFAIL:
    case SIM_RESOLVER_TIMEOUT:
      return g_strdup_printf ("that nobody could tell %s %s", type, entry->name);
    case SIM_RESOLVER_ANSWER:
      break;
    }
  return g_strdup_printf ("%s %s", type, entry->name);
}

static void
note_cached (SimDnsLookups *self, const SimDnsCacheEntry *entry)
{
  SimWorld        *world = sim_host_get_world (self->host);
  g_autofree char *type = dns_type_to_string (entry->type);
  g_autofree char *data = dup_data (entry);
  g_autofree char *subject = dup_subject (entry);
  gint64           seconds = (entry->until_us - entry->stored_us) / G_USEC_PER_SEC;

  sim_world_note (world, sim_host_get_actor (self->host), "cached", 0, 0,
                  "%s is remembered for %" G_GINT64_FORMAT " %s\nname: %s\ntype: %s\n"
                  "data: %s\nexpires: %" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
                  subject, seconds, seconds == 1 ? "second" : "seconds", entry->name, type, data,
                  entry->until_us / G_USEC_PER_SEC,
                  entry->until_us % G_USEC_PER_SEC);
}

/* Remembers a result, if it may be. The note must not become the cause of what follows from the
 * answer. */
static void
remember (SimDnsLookup *self, SimResolverStatus status, const DnsMessage *answer)
{
  SimWorld *world = get_world (self);
  guint     cause = sim_world_get_cause (world);
  guint32   seconds = SIM_DNS_FAILURE_SECONDS;

  if (status != SIM_RESOLVER_SERVFAIL)
    seconds = sim_dns_cache_get_seconds (status, answer);
  if (seconds == 0)
    return;
  note_cached (self->owner,
               sim_dns_cache_add (self->owner->cache, self->name, self->type, status,
                                  answer != NULL ? dns_message_copy (answer) : NULL, seconds,
                                  get_now (self)));
  sim_world_set_cause (world, cause);
}

static void
remember_and_finish (SimDnsLookup *self, SimResolverStatus status, const DnsMessage *answer)
{
  remember (self, status, answer);
  finish (self, status, answer);
}

static void
fail (SimDnsLookup *self)
{
  remember_and_finish (self, SIM_RESOLVER_SERVFAIL, NULL);
}

/* Waiting for other lookups */

/* Whether @other waits, over however many, for @self. */
static gboolean
is_waiting_for (const SimDnsLookup *other, const SimDnsLookup *self)
{
  while (other != NULL && other != self)
    other = other->waits_for;
  return other == self;
}

static char *
make_key (const char *name, guint16 type)
{
  gsize            length = strlen (name);
  g_autofree char *lower = NULL;

  if (length > 0 && name[length - 1] == '.')
    length--;
  lower = g_ascii_strdown (name, (gssize) length);
  return g_strdup_printf ("%u %s", type, lower);
}

static void
on_start (gpointer data)
{
  SimDnsLookup           *self = data;
  const SimDnsCacheEntry *entry =
      sim_dns_cache_get (self->owner->cache, self->name, self->type, get_now (self));

  self->timer = 0;
  if (entry == NULL)
    {
      begin (self);
      return;
    }
  {
    g_autofree char *type = dns_type_to_string (self->type);
    g_autoptr (DnsMessage) answer =
        entry->answer != NULL ? dns_message_copy (entry->answer) : NULL;

    sim_world_note (get_world (self), sim_host_get_actor (self->owner->host), "cache-hit", 0, 0,
                    "%s %s is remembered", type, self->name);
    finish (self, entry->status, answer);
  }
}

static SimDnsLookup *
find (SimDnsLookups   *self,
      const char      *name,
      guint16          type,
      guint            depth,
      SimDnsLookupFunc func,
      gpointer         user_data)
{
  SimWorld        *world = sim_host_get_world (self->host);
  g_autofree char *key = make_key (name, type);
  SimDnsLookup    *lookup = g_hash_table_lookup (self->by_key, key);
  Waiter           waiter = { func, user_data };

  if (lookup == NULL)
    {
      lookup = g_new0 (SimDnsLookup, 1);
      *lookup = (SimDnsLookup){ .owner = self,
                                .key = g_steal_pointer (&key),
                                .name = g_strdup (name),
                                .type = type,
                                .depth = depth,
                                .servers = g_ptr_array_new_with_free_func (g_free),
                                .waiters = g_array_new (FALSE, FALSE, sizeof (Waiter)) };
      g_hash_table_insert (self->by_key, lookup->key, lookup);
      g_ptr_array_add (self->lookups, lookup);
      lookup->timer =
          sim_world_schedule (world, sim_world_get_now (world), on_start, lookup, NULL);
    }
  g_array_append_val (lookup->waiters, waiter);
  return lookup;
}

SimDnsLookup *
sim_dns_lookups_find (SimDnsLookups   *self,
                      const char      *name,
                      guint16          type,
                      SimDnsLookupFunc func,
                      gpointer         user_data)
{
  return find (self, name, type, 0, func, user_data);
}

/* Waits for another lookup. Returns: FALSE when that would never end */
static gboolean
wait_for (SimDnsLookup *self, const char *name, guint16 type, SimDnsLookupFunc func)
{
  g_autofree char *key = make_key (name, type);

  if (self->depth + 1 > SIM_DNS_LOOKUP_DEPTH_MAX ||
      is_waiting_for (g_hash_table_lookup (self->owner->by_key, key), self))
    return FALSE;
  self->waits_for = find (self->owner, name, type, self->depth + 1, func, self);
  return TRUE;
}

/* Answers */

/* Follows @name through the answers. Returns: (transfer none): the name at the end, which has
 * records of @type if @out_is_found. */
static const char *
follow (const DnsMessage *answer, const char *name, guint16 type, gboolean *out_is_found)
{
  *out_is_found = FALSE;
  for (guint n = 0; n <= answer->answers->len; n++)
    {
      const char *target = NULL;

      for (guint i = 0; i < answer->answers->len; i++)
        {
          const DnsRecord *record = dns_message_get_record (answer->answers, i);

          if (!dns_name_equals (record->name, name))
            continue;
          if (record->type == type || type == DNS_TYPE_ANY)
            {
              *out_is_found = TRUE;
              return name;
            }
          if (record->type == DNS_TYPE_CNAME && target == NULL)
            target = record->target;
        }
      if (target == NULL)
        return name;
      name = target;
    }
  return name;
}

static gboolean
has_type (const GArray *section, guint16 type)
{
  for (guint i = 0; i < section->len; i++)
    if (dns_message_get_record (section, i)->type == type)
      return TRUE;
  return FALSE;
}

/* The target of an alias has been looked up: what was found for it belongs to the name, too. */
static void
on_alias (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  SimDnsLookup *self = data;
  g_autoptr (DnsMessage) whole = g_steal_pointer (&self->alias);

  self->waits_for = NULL;
  if (status == SIM_RESOLVER_TIMEOUT || (status == SIM_RESOLVER_SERVFAIL && answer == NULL))
    {
      fail (self);
      return;
    }
  whole->rcode = answer->rcode;
  whole->is_authoritative = FALSE;
  for (guint i = 0; i < answer->answers->len; i++)
    dns_message_add_copy (whole->answers, dns_message_get_record (answer->answers, i));
  for (guint i = 0; i < answer->authorities->len; i++)
    dns_message_add_copy (whole->authorities, dns_message_get_record (answer->authorities, i));
  if (status == SIM_RESOLVER_SERVFAIL)
    {
      /* Nobody is known who could say more: what there is may still help the asker. */
      whole->rcode = DNS_RCODE_NOERROR;
      finish (self, status, whole);
      return;
    }
  remember_and_finish (self, status, whole);
}

static void
take_answer (SimDnsLookup *self, const DnsMessage *answer)
{
  gboolean    is_found;
  const char *last = follow (answer, self->name, self->type, &is_found);

  if (answer->rcode == DNS_RCODE_NXDOMAIN)
    remember_and_finish (self, SIM_RESOLVER_NXDOMAIN, answer);
  else if (answer->rcode != DNS_RCODE_NOERROR)
    fail (self);
  else if (is_found)
    remember_and_finish (self, SIM_RESOLVER_ANSWER, answer);
  else if (last == self->name || has_type (answer->authorities, DNS_TYPE_SOA))
    remember_and_finish (self, SIM_RESOLVER_NODATA, answer);
  else
    {
      self->alias = dns_message_copy (answer);
      g_array_set_size (self->alias->authorities, 0);
      g_array_set_size (self->alias->additionals, 0);
      if (!wait_for (self, follow (self->alias, self->name, self->type, &is_found), self->type,
                     on_alias))
        fail (self);
    }
}

gboolean
sim_dns_is_referral (const DnsMessage *answer, const char *zone, const char *name,
                     const char **out_cut)
{
  if (answer->rcode != DNS_RCODE_NOERROR || answer->answers->len > 0 ||
      has_type (answer->authorities, DNS_TYPE_SOA))
    return FALSE;
  for (guint i = 0; i < answer->authorities->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (answer->authorities, i);

      if (record->type == DNS_TYPE_NS && dns_name_is_within (name, record->name) &&
          dns_name_is_within (record->name, zone) && !dns_name_equals (record->name, zone))
        {
          *out_cut = record->name;
          return TRUE;
        }
    }
  return FALSE;
}

/* Asking */

static SimDnsWorth
judge (const DnsMessage *answer, gpointer data)
{
  SimDnsLookup *self = data;
  const char   *cut;
  gboolean      has_records =
      answer->answers->len > 0 || has_type (answer->authorities, DNS_TYPE_SOA);

  if (answer->rcode == DNS_RCODE_REFUSED)
    return SIM_DNS_LAME;
  if (answer->rcode != DNS_RCODE_NOERROR && answer->rcode != DNS_RCODE_NXDOMAIN)
    return SIM_DNS_FAILURE;
  if (self->zone == NULL)
    return has_records || !has_type (answer->authorities, DNS_TYPE_NS) ? SIM_DNS_USEFUL
                                                                       : SIM_DNS_LAME;
  return answer->is_authoritative || sim_dns_is_referral (answer, self->zone, self->name, &cut)
             ? SIM_DNS_USEFUL
             : SIM_DNS_LAME;
}

/* A server that refers to itself is no help. */
static void
add_address (GArray *addresses, const SimDnsLookup *self, const DnsRecord *record)
{
  guint32 address = 0;

  for (guint i = 0; i < 4; i++)
    address = address << 8 | record->address[i];
  if (address == sim_host_get_ipv4 (self->owner->host))
    return;
  g_array_append_val (addresses, address);
}

static void on_done (const DnsMessage *answer, gboolean is_timeout, gpointer data);

static void
ask (SimDnsLookup *self, const GArray *servers)
{
  static const SimDnsInquiryFuncs funcs = { judge, on_done };
  gboolean                        is_stub = self->owner->funcs == NULL;
  SimDnsInquiryPlan               plan = { .name = self->name,
                                           .type = self->type,
                                           .recurse = is_stub,
                                           .wait_us = is_stub ? STUB_WAIT_US : SERVER_WAIT_US,
                                           .n_rounds = is_stub ? STUB_ROUNDS : SERVER_ROUNDS };

  sim_dns_inquiry_free (self->inquiry);
  self->inquiry = sim_dns_inquiry_new (self->owner->host, &plan, servers, &funcs, self);
}

/* Goes on with the servers that a referral names: first with those whose addresses came along. */
static void
take_referral (SimDnsLookup *self, const DnsMessage *referral, const char *cut)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (++self->n_referrals > SIM_DNS_LOOKUP_REFERRALS_MAX)
    {
      fail (self);
      return;
    }
  g_free (self->zone);
  self->zone = g_strdup (cut);
  g_ptr_array_set_size (self->servers, 0);
  for (guint i = 0; i < referral->authorities->len; i++)
    {
      const DnsRecord *server = dns_message_get_record (referral->authorities, i);
      guint            n_addresses = 0;

      if (server->type != DNS_TYPE_NS || !dns_name_equals (server->name, cut))
        continue;
      for (guint j = 0; j < referral->additionals->len; j++)
        {
          const DnsRecord *record = dns_message_get_record (referral->additionals, j);

          if (record->type == DNS_TYPE_A && dns_name_equals (record->name, server->target))
            {
              add_address (addresses, self, record);
              n_addresses++;
            }
        }
      if (n_addresses == 0)
        g_ptr_array_add (self->servers, g_strdup (server->target));
    }
  if (addresses->len > 0)
    ask (self, addresses);
  else
    find_server (self);
}

static void
on_server (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  SimDnsLookup *self = data;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (guint32));

  self->waits_for = NULL;
  for (guint i = 0; status == SIM_RESOLVER_ANSWER && i < answer->answers->len; i++)
    if (dns_message_get_record (answer->answers, i)->type == DNS_TYPE_A)
      add_address (addresses, self, dns_message_get_record (answer->answers, i));
  if (addresses->len > 0)
    ask (self, addresses);
  else
    find_server (self);
}

/* Looks up the address of the next server that has none yet. */
static void
find_server (SimDnsLookup *self)
{
  while (self->servers->len > 0 && self->depth < SIM_DNS_LOOKUP_SERVER_DEPTH_MAX &&
         self->n_server_lookups < SIM_DNS_LOOKUP_SERVERS_MAX)
    {
      g_autofree char *name = g_ptr_array_steal_index (self->servers, 0);

      self->n_server_lookups++;
      if (wait_for (self, name, DNS_TYPE_A, on_server))
        return;
    }
  fail (self);
}

static void
remember_referral (SimDnsLookup *self, const DnsMessage *referral, const char *cut)
{
  guint32   seconds = G_MAXINT32;
  SimWorld *world = get_world (self);
  guint     cause = sim_world_get_cause (world);

  for (guint i = 0; i < referral->authorities->len; i++)
    seconds = MIN (seconds, dns_message_get_record (referral->authorities, i)->ttl);
  if (seconds == 0)
    return;
  note_cached (self->owner,
               sim_dns_cache_add (self->owner->referrals, cut, DNS_TYPE_NS, SIM_RESOLVER_ANSWER,
                                  dns_message_copy (referral), seconds, get_now (self)));
  sim_world_set_cause (world, cause);
}

static void
on_done (const DnsMessage *answer, gboolean is_timeout, gpointer data)
{
  SimDnsLookup *self = data;
  const char   *cut;

  g_clear_pointer (&self->inquiry, sim_dns_inquiry_free);
  if (answer == NULL && self->servers->len > 0)
    find_server (self);
  else if (answer == NULL && is_timeout && self->owner->funcs == NULL)
    finish (self, SIM_RESOLVER_TIMEOUT, NULL);
  else if (answer == NULL)
    fail (self);
  else if (self->zone != NULL && sim_dns_is_referral (answer, self->zone, self->name, &cut))
    {
      remember_referral (self, answer, cut);
      take_referral (self, answer, cut);
    }
  else
    take_answer (self, answer);
}

/* Whom to ask */

/* Returns: (nullable) (transfer full): the referral that is remembered for the nearest zone. */
static DnsMessage *
find_referral (SimDnsLookup *self, const char **out_cut)
{
  for (const char *name = self->name; name != NULL; name = dns_name_get_parent (name))
    {
      const SimDnsCacheEntry *entry =
          sim_dns_cache_get (self->owner->referrals, name, DNS_TYPE_NS, get_now (self));

      if (entry != NULL)
        {
          *out_cut = name;
          return dns_message_copy (entry->answer);
        }
    }
  return NULL;
}

static void
begin_at_hint (SimDnsLookup *self)
{
  g_autoptr (GArray) servers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (DnsMessage) unknown = NULL;
  SimDnsHint hint;

  if (self->owner->funcs->get_hint (self->name, &hint, self->owner->user_data) &&
      hint.address != sim_host_get_ipv4 (self->owner->host))
    {
      self->zone = g_strdup (hint.domain);
      g_array_append_val (servers, hint.address);
      ask (self, servers);
      return;
    }
  unknown = dns_message_new ();
  unknown->rcode = DNS_RCODE_REFUSED;
  finish (self, SIM_RESOLVER_SERVFAIL, unknown);
}

static void
begin_as_server (SimDnsLookup *self)
{
  const SimDnsLookupsFuncs *funcs = self->owner->funcs;
  g_autoptr (DnsMessage) own = funcs->get_own (self->name, self->type, self->owner->user_data);
  g_autoptr (DnsMessage) referral = NULL;
  const char *cut;

  if (own != NULL && sim_dns_is_referral (own, "", self->name, &cut))
    take_referral (self, own, cut);
  else if (own != NULL)
    take_answer (self, own);
  else if ((referral = find_referral (self, &cut)) != NULL)
    take_referral (self, referral, cut);
  else
    begin_at_hint (self);
}

static void
begin_as_stub (SimDnsLookup *self)
{
  SimHost      *host = self->owner->host;
  const GArray *resolvers = sim_host_get_scenario (host)->resolvers;
  g_autoptr (GArray) servers = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < resolvers->len; i++)
    {
      SimHost *server =
          sim_network_get_host (sim_host_get_network (host), g_array_index (resolvers, guint, i));
      guint32  address = sim_host_get_ipv4 (server);

      g_array_append_val (servers, address);
    }
  if (servers->len == 0)
    finish (self, SIM_RESOLVER_SERVFAIL, NULL);
  else
    ask (self, servers);
}

static void
begin (SimDnsLookup *self)
{
  if (self->owner->funcs != NULL)
    begin_as_server (self);
  else
    begin_as_stub (self);
}

SimDnsCache *
sim_dns_lookups_get_cache (SimDnsLookups *self)
{
  return self->cache;
}

SimDnsLookups *
sim_dns_lookups_new (SimHost *host, const SimDnsLookupsFuncs *funcs, gpointer user_data)
{
  SimDnsLookups *self = g_new0 (SimDnsLookups, 1);

  self->host = host;
  self->funcs = funcs;
  self->user_data = user_data;
  self->cache = sim_dns_cache_new ();
  self->referrals = sim_dns_cache_new ();
  self->lookups = g_ptr_array_new ();
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
sim_dns_lookups_free (SimDnsLookups *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_key);
  for (guint i = 0; i < self->lookups->len; i++)
    free_lookup (g_ptr_array_index (self->lookups, i));
  g_ptr_array_unref (self->lookups);
  sim_dns_cache_free (self->cache);
  sim_dns_cache_free (self->referrals);
  g_free (self);
}
