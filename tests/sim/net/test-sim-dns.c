/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-world.h"

#include <net/sim-datagram.h>
#include <net/sim-nameserver.h>
#include <net/sim-resolver.h>
#include <trace/trace-grammar.h>
#include <string.h>

/* One host that asks, its resolver, and two servers that are in charge of zones, in a star. */
#define HOSTS                                                                                      \
  "[Host a]\nAddress=192.0.2.1\nResolver=res\n[Host res]\nAddress=192.0.2.53\nRoles=DNS\n"         \
  "[Host ns1]\nAddress=198.51.100.1\nRoles=DNS\n[Host ns2]\nAddress=198.51.100.2\nRoles=DNS\n"     \
  "[Link a res]\nLatencyMs=1\n[Link res ns1]\nLatencyMs=10\n[Link res ns2]\nLatencyMs=10\n"

/* Every type; and so many addresses that their answer does not fit 512 octets. */
#define Z                                                                                          \
  "[Zone z.example]\nServer=ns1\nTtl=60\nSOA=ns1 hostmaster.z.example 7 3600 600 86400 10\n"       \
  "NS=ns.z.example\nA ns=198.51.100.1\nMX=10 mail.z.example\nA mail=192.0.2.25\n"                  \
  "AAAA mail=2001:db8::25\nTXT=v=spf1 mx -all\nCNAME www=mail.z.example\n"                         \
  "PTR 25.ptr=mail.z.example\nTLSA _25._tcp.mail=3 1 1 00ff\n"                                     \
  "SRV _submission._tcp=0 1 587 mail.z.example\nCNAME far=host.y.example\n"                        \
  "CNAME round=round.y.example\nA *.wild=192.0.2.99\nA there.wild=192.0.2.98\n"                    \
  "A many=" MANY "\n"
#define TEN(n)                                                                                     \
  "10." n ".0.0;10." n ".0.1;10." n ".0.2;10." n ".0.3;10." n ".0.4;10." n ".0.5;10." n            \
  ".0.6;10." n ".0.7;10." n ".0.8;10." n ".0.9;"
#define MANY TEN ("1") TEN ("2") TEN ("3") TEN ("4")
#define Y                                                                                          \
  "[Zone y.example]\nServer=ns2\nTtl=30\nA host=192.0.2.77\nCNAME round=round.z.example\n"         \
  "A sub.host=192.0.2.78\n"

/* Each section as "name TTL type data" lines. */
static void
append_section (GString *text, const char *title, const GArray *section)
{
  for (guint i = 0; i < section->len; i++)
    {
      const DnsRecord *record = dns_message_get_record (section, i);
      g_autofree char *type = dns_type_to_string (record->type);
      g_autofree char *data = dns_record_dup_data (record);

      g_string_append_printf (text, "%s %s %u %s %s\n", title, record->name, record->ttl, type,
                              data);
    }
}

typedef struct
{
  NetWorld         *net;
  guint             n_answers;
  SimResolverStatus status;
  char             *text;
  gint64            at_us;
} Asker;

static void
on_answer (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Asker   *asker = data;
  GString *text = g_string_new (NULL);

  asker->n_answers++;
  asker->status = status;
  asker->at_us = sim_world_get_now (asker->net->world);
  g_string_append_printf (text, "%s\n", sim_resolver_status_get_name (status));
  if (answer != NULL)
    append_section (text, "=", answer->answers);
  g_free (asker->text);
  asker->text = g_string_free (text, FALSE);
}

static NetWorld *
new_world (const char *text, Asker *asker)
{
  NetWorld *net = net_world_new (1, text);

  sim_nameserver_serve_all (net->network);
  *asker = (Asker){ .net = net };
  return net;
}

/* Asks at @at_s, and gives the world ten seconds less a bit. */
static const char *
ask_at (Asker *asker, gint64 at_s, const char *name, guint16 type)
{
  guint n_before = asker->n_answers;

  sim_world_run (asker->net->world, at_s * G_USEC_PER_SEC);
  sim_resolver_query (net_world_get_host (asker->net, "a"), name, type, on_answer, asker);
  sim_world_run (asker->net->world, at_s * G_USEC_PER_SEC + 9900000);
  g_assert_cmpuint (asker->n_answers, ==, n_before + 1);
  return asker->text;
}

/* How often the trace has @what from the host @from (NULL: any). */
static guint
count (NetWorld *net, const char *what, const char *from)
{
  guint n = 0;

  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);

      n += strcmp (trace_log_get_what (net->log, event), what) == 0 &&
           (from == NULL ||
            strcmp (trace_log_get_actor (net->log, event->from)->name, from) == 0);
    }
  return n;
}

/* The text of the last note @what. */
static char *
dup_note (NetWorld *net, const char *what)
{
  for (guint i = trace_log_get_n_events (net->log); i-- > 0;)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);
      gsize             length;
      const guint8     *bytes = trace_log_get_bytes (net->log, event, &length);

      if (event->kind == TRACE_NOTE && strcmp (trace_log_get_what (net->log, event), what) == 0)
        return g_strndup ((const char *) bytes, length);
    }
  return NULL;
}

/* Every DNS unit and packet of the trace is explained to its last byte. */
static void
check_explained (NetWorld *net)
{
  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    {
      const TraceEvent *event = trace_log_get_event (net->log, i);
      const char       *grammar = trace_grammar_for_event (net->log, event);
      gsize             length;
      const guint8     *bytes = trace_log_get_bytes (net->log, event, &length);
      g_autoptr (WireSpans) spans = NULL;
      g_autofree char *problem = NULL;

      if (event->kind != TRACE_UNIT && event->kind != TRACE_PACKET)
        continue;
      spans = trace_grammar_annotate (grammar, bytes, length);
      problem = wire_spans_check (spans);
      g_assert_cmpstr (problem, ==, NULL);
      g_assert_null (spans->expected);
    }
}

/* Types */

static const struct
{
  const char *name;
  guint16     type;
  const char *answer;
} types[] = {
  { "mail.z.example", DNS_TYPE_A, "= mail.z.example 60 A 192.0.2.25\n" },
  { "mail.z.example", DNS_TYPE_AAAA, "= mail.z.example 60 AAAA 2001:db8::25\n" },
  { "z.example", DNS_TYPE_MX, "= z.example 60 MX 10 mail.z.example\n" },
  { "z.example", DNS_TYPE_TXT, "= z.example 60 TXT \"v=spf1 mx -all\"\n" },
  { "www.z.example", DNS_TYPE_CNAME, "= www.z.example 60 CNAME mail.z.example\n" },
  { "25.ptr.z.example", DNS_TYPE_PTR, "= 25.ptr.z.example 60 PTR mail.z.example\n" },
  { "z.example", DNS_TYPE_NS, "= z.example 60 NS ns.z.example\n" },
  { "z.example", DNS_TYPE_SOA,
    "= z.example 60 SOA ns1 hostmaster.z.example 7 3600 600 86400 10\n" },
  { "_25._tcp.mail.z.example", DNS_TYPE_TLSA, "= _25._tcp.mail.z.example 60 TLSA 3 1 1 00ff\n" },
  { "_submission._tcp.z.example", DNS_TYPE_SRV,
    "= _submission._tcp.z.example 60 SRV 0 1 587 mail.z.example\n" },
  { "www.z.example", DNS_TYPE_A,
    "= www.z.example 60 CNAME mail.z.example\n= mail.z.example 60 A 192.0.2.25\n" },
  { "far.z.example", DNS_TYPE_A,
    "= far.z.example 60 CNAME host.y.example\n= host.y.example 30 A 192.0.2.77\n" },
  { "any.wild.z.example", DNS_TYPE_A, "= any.wild.z.example 60 A 192.0.2.99\n" },
  { "a.b.wild.z.example", DNS_TYPE_A, "= a.b.wild.z.example 60 A 192.0.2.99\n" },
  { "there.wild.z.example", DNS_TYPE_A, "= there.wild.z.example 60 A 192.0.2.98\n" },
};

static void
test_types (gconstpointer data)
{
  gboolean is_tcp = GPOINTER_TO_INT (data);
  Asker    asker;
  g_autoptr (NetWorld) net = new_world (
      is_tcp ? HOSTS Z "Truncate=true\n" Y "Truncate=true\n" : HOSTS Z Y, &asker);

  g_test_summary ("Records of every type get to the asker over one resolver, by UDP and by TCP.");
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *expected = g_strconcat ("NOERROR\n", types[i].answer, NULL);

      g_assert_cmpstr (ask_at (&asker, 100 * i, types[i].name, types[i].type), ==, expected);
    }
  g_assert_true ((count (net, "dns-truncated", "res") > 0) == is_tcp);
  g_assert_true ((net_world_count (net, TRACE_OPEN, 0) > 0) == is_tcp);
  check_explained (net);
  g_free (asker.text);
}

static void
test_too_long (void)
{
  Asker            asker;
  g_autofree char *note = NULL;
  g_autoptr (NetWorld) net = new_world (HOSTS Z, &asker);

  g_test_summary ("An answer past 512 octets is cut off over UDP and asked for again over TCP, "
                  "on a connection of its own that is closed after it.");
  ask_at (&asker, 0, "many.z.example", DNS_TYPE_A);
  g_assert_nonnull (strstr (asker.text, "= many.z.example 60 A 10.1.0.0\n"));
  g_assert_nonnull (strstr (asker.text, "= many.z.example 60 A 10.4.0.9\n"));
  /* Both the resolver and the stub had to. */
  g_assert_cmpuint (count (net, "query", "res"), ==, 2);
  g_assert_cmpuint (count (net, "query", "a"), ==, 2);
  g_assert_cmpuint (net_world_count (net, TRACE_OPEN, 0), ==, 2);
  g_assert_cmpuint (net_world_count (net, TRACE_CLOSE, 0), ==, 4);
  g_assert_cmpuint (trace_log_get_n_connections (net->log), ==, 4);
  note = dup_note (net, "dns-truncated");
  g_assert_cmpstr (note, ==,
                   "the answer to A many.z.example does not fit a datagram: asks again over TCP\n"
                   "name: many.z.example\ntype: A\nserver: 192.0.2.53");
  check_explained (net);
  g_free (asker.text);
}

static void
test_tcp_refused (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (
      "[Host a]\nAddress=192.0.2.1\nResolver=res;other\n"
      "[Host res]\nAddress=192.0.2.53\nRoles=DNS\nRefuses=0.005-100\n"
      "[Host other]\nAddress=192.0.2.54\nRoles=DNS\n[Link a res]\nLatencyMs=2\n[Link a other]\n"
      "[Zone z.example]\nServer=res\nTruncate=true\nA mail=192.0.2.1\n",
      &asker);

  g_test_summary ("When TCP leads nowhere, the next server is asked.");
  g_assert_cmpstr (ask_at (&asker, 0, "mail.z.example", DNS_TYPE_A), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "dns-truncated", "a"), ==, 1);
  g_assert_cmpuint (net_world_count (net, TRACE_REFUSED, 0), ==, 1);
  g_assert_cmpuint (count (net, "dns-failed", "a"), ==, 1);
  g_assert_cmpuint (count (net, "dns-switch", "a"), ==, 1);
  g_free (asker.text);
}

/* What is remembered */

static void
test_ages (void)
{
  Asker            asker;
  g_autofree char *note = NULL;
  SimDnsCache     *cache;
  g_autoptr (NetWorld) net = new_world (HOSTS Z Y, &asker);

  g_test_summary ("What is remembered grows old: TTLs are what is left, for the resolver's other "
                  "clients as well.");
  ask_at (&asker, 0, "mail.z.example", DNS_TYPE_A);
  note = dup_note (net, "cached");
  g_assert_nonnull (note);
  g_assert_true (g_str_has_prefix (note, "A mail.z.example is remembered for 60 seconds\n"
                                         "name: mail.z.example\ntype: A\n"
                                         "data: 192.0.2.25\nexpires: 60."));
  g_assert_cmpuint (count (net, "cached", "a"), ==, 1);
  g_assert_cmpuint (count (net, "cached", "res"), ==, 1);
  g_assert_cmpstr (ask_at (&asker, 20, "mail.z.example", DNS_TYPE_A), ==,
                   "NOERROR\n= mail.z.example 41 A 192.0.2.25\n");
  g_assert_cmpstr (ask_at (&asker, 59, "MAIL.z.example.", DNS_TYPE_A), ==,
                   "NOERROR\n= mail.z.example 2 A 192.0.2.25\n");
  g_assert_cmpuint (count (net, "cache-hit", "a"), ==, 2);
  g_assert_cmpuint (count (net, "query", "a"), ==, 1);
  cache = sim_resolver_get_cache (net_world_get_host (net, "a"));
  g_assert_cmpuint (sim_dns_cache_get_n (cache), ==, 1);
  g_assert_cmpstr (sim_dns_cache_peek (cache, 0)->name, ==, "mail.z.example");
  g_assert_cmpuint (
      sim_dns_cache_get_n (sim_nameserver_get_cache (net_world_get_host (net, "res"))), ==, 1);
  g_assert_null (sim_nameserver_get_cache (net_world_get_host (net, "ns1")));
  g_assert_cmpstr (ask_at (&asker, 70, "mail.z.example", DNS_TYPE_A), ==,
                   "NOERROR\n= mail.z.example 60 A 192.0.2.25\n");
  g_assert_cmpuint (count (net, "query", "a"), ==, 2);
  g_assert_cmpuint (count (net, "query", "res"), ==, 2);
  g_free (asker.text);
}

static void
test_negative (void)
{
  static const struct
  {
    const char       *name;
    SimResolverStatus status;
  } names[] = { { "no.z.example", SIM_RESOLVER_NXDOMAIN }, { "ptr.z.example", SIM_RESOLVER_NODATA },
                { "x.there.wild.z.example", SIM_RESOLVER_NXDOMAIN } };

  g_test_summary ("That there is none is remembered for the lesser of the SOA's TTL and minimum, "
                  "here 10 seconds (RFC 2308 section 5).");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Asker asker;
      g_autoptr (NetWorld) net = new_world (HOSTS Z, &asker);
      SimHost *host = net_world_get_host (net, "a");

      ask_at (&asker, 0, names[i].name, DNS_TYPE_A);
      g_assert_cmpint (asker.status, ==, names[i].status);
      sim_world_run (net->world, 10 * G_USEC_PER_SEC);
      /* Still remembered, for some milliseconds; then no more. */
      sim_resolver_query (host, names[i].name, DNS_TYPE_A, on_answer, &asker);
      sim_world_run (net->world, 10500000);
      g_assert_cmpuint (count (net, "cache-hit", "a"), ==, 1);
      g_assert_cmpuint (count (net, "query", "a"), ==, 1);
      sim_resolver_query (host, names[i].name, DNS_TYPE_A, on_answer, &asker);
      sim_world_run (net->world, 15 * G_USEC_PER_SEC);
      g_assert_cmpuint (count (net, "query", "a"), ==, 2);
      g_assert_cmpuint (asker.n_answers, ==, 3);
      g_assert_cmpint (asker.status, ==, names[i].status);
      g_free (asker.text);
    }
}

static void
test_shared (void)
{
  Asker asker;
  guint ids[5];
  g_autoptr (NetWorld) net = new_world (HOSTS Z, &asker);
  SimHost *host = net_world_get_host (net, "a");

  g_test_summary ("Who asks for the same at once shares one query; each can take its own back.");
  for (guint i = 0; i < 5; i++)
    {
      ids[i] = sim_resolver_query (host, i % 2 ? "Z.example" : "z.example", DNS_TYPE_MX, on_answer,
                                   &asker);
      sim_world_run (net->world, 1000 * i);
    }
  sim_resolver_cancel (host, ids[0]);
  sim_resolver_cancel (host, ids[3]);
  sim_world_run (net->world, 1000000);
  g_assert_cmpuint (asker.n_answers, ==, 3);
  g_assert_cmpuint (count (net, "query", "a"), ==, 1);
  g_assert_cmpuint (count (net, "cache-hit", "a"), ==, 0);
  g_free (asker.text);
}

/* Takes back another's question when its own is answered. */
typedef struct
{
  SimHost *host;
  guint    other;
  guint    n_answers;
} Canceller;

static void
on_cancel_other (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Canceller *self = data;

  self->n_answers++;
  sim_resolver_cancel (self->host, self->other);
}

static void
test_cancel_in_answer (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (HOSTS Z Y, &asker);
  SimHost  *host = net_world_get_host (net, "a");
  Canceller canceller = { .host = host };

  g_test_summary ("A question may be taken back while its answer is being handed out.");
  sim_resolver_query (host, "z.example", DNS_TYPE_MX, on_cancel_other, &canceller);
  canceller.other = sim_resolver_query (host, "z.example", DNS_TYPE_MX, on_answer, &asker);
  sim_world_run (net->world, 1000000);
  g_assert_cmpuint (canceller.n_answers, ==, 1);
  g_assert_cmpuint (asker.n_answers, ==, 0);
}

static void
test_cancel_any_time (void)
{
  static const char *const names[] = { "out.w.example", "many.z.example", "far.z.example" };

  g_test_summary ("A question may be taken back at any time: while an alias is followed, while "
                  "the answer comes over TCP; asked again, it is answered.");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (gint64 at_us = 0; at_us < 150000; at_us += 500)
      {
        Asker asker;
        g_autoptr (NetWorld) net = new_world (
            HOSTS Z Y "[Zone w.example]\nServer=ns1\nCNAME out=elsewhere.test\n", &asker);
        SimHost *host = net_world_get_host (net, "a");
        guint    id = sim_resolver_query (host, names[i], DNS_TYPE_A, on_answer, &asker);
        guint    n_answers;

        sim_world_run (net->world, at_us);
        n_answers = asker.n_answers;
        sim_resolver_cancel (host, id);
        sim_resolver_query (host, names[i], DNS_TYPE_A, on_answer, &asker);
        sim_world_run (net->world, G_MAXINT64);
        g_assert_cmpuint (asker.n_answers, ==, n_answers + 1);
        g_free (asker.text);
      }
}

static void
test_bounded (void)
{
  SimDnsCache *cache = sim_dns_cache_new ();

  g_test_summary ("A cache has a limit; those go that would have expired first.");
  for (guint i = 0; i < 3 * SIM_DNS_CACHE_ENTRIES_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("h%u.example", i);

      sim_dns_cache_add (cache, name, DNS_TYPE_A, SIM_RESOLVER_SERVFAIL, NULL, 100000 - i, 0);
      g_assert_cmpuint (sim_dns_cache_get_n (cache), <=, SIM_DNS_CACHE_ENTRIES_MAX);
    }
  g_assert_nonnull (sim_dns_cache_get (cache, "h0.example", DNS_TYPE_A, 0));
  g_assert_nonnull (sim_dns_cache_get (cache, "H2999.Example", DNS_TYPE_A, 0));
  g_assert_null (sim_dns_cache_get (cache, "h2998.example", DNS_TYPE_A, 0));
  g_assert_null (sim_dns_cache_get (cache, "h0.example", DNS_TYPE_MX, 0));
  sim_dns_cache_add (cache, "last.example", DNS_TYPE_A, SIM_RESOLVER_SERVFAIL, NULL, 1,
                     G_GINT64_CONSTANT (100001) * G_USEC_PER_SEC);
  g_assert_cmpuint (sim_dns_cache_get_n (cache), ==, 1);
  sim_dns_cache_free (cache);
}

/* How long a message may be remembered. */
static const struct
{
  SimResolverStatus status;
  guint32           answer_ttls[2];
  guint32           soa_ttl, soa_minimum; /* 0: no SOA */
  guint32           seconds;
} durations[] = {
  { SIM_RESOLVER_ANSWER, { 60, 50 }, 0, 0, 50 },
  { SIM_RESOLVER_ANSWER, { 50, 60 }, 10, 10, 50 },
  { SIM_RESOLVER_ANSWER, { 50, 0 }, 0, 0, 0 },
  { SIM_RESOLVER_ANSWER, { 0x7fffffff, 0x7fffffff }, 0, 0, 0x7fffffff },
  { SIM_RESOLVER_ANSWER, { 60, 0x80000000 }, 0, 0, 0 },
  { SIM_RESOLVER_NXDOMAIN, { 60, 60 }, 50, 40, 40 },
  { SIM_RESOLVER_NXDOMAIN, { 60, 60 }, 40, 50, 40 },
  { SIM_RESOLVER_NODATA, { 30, 60 }, 40, 50, 30 },
  { SIM_RESOLVER_NODATA, { 86400, 86400 }, 86400, 86400, SIM_DNS_NEGATIVE_SECONDS_MAX },
  { SIM_RESOLVER_NODATA, { 60, 60 }, 0, 0, 0 },
};

static void
test_durations (void)
{
  g_test_summary ("The least TTL of an answer; of a denial also the SOA's TTL and minimum, and "
                  "never longer than three hours.");
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autoptr (DnsMessage) message = dns_message_new ();

      for (guint j = 0; j < 2; j++)
        dns_message_add_record (message->answers, "a", DNS_TYPE_A, durations[i].answer_ttls[j]);
      if (durations[i].soa_minimum > 0)
        dns_message_add_record (message->authorities, "a", DNS_TYPE_SOA, durations[i].soa_ttl)
            ->minimum = durations[i].soa_minimum;
      g_assert_cmpuint (sim_dns_cache_get_seconds (durations[i].status, message), ==,
                        durations[i].seconds);
    }
}

/* Trouble */

static void
test_servfail (void)
{
  Asker            asker;
  g_autofree char *note = NULL;
  g_autoptr (NetWorld) net = new_world (HOSTS Z "ServFail=0-30\n" Y, &asker);

  g_test_summary ("A server that fails, and recovers; the failure is remembered for 5 seconds.");
  g_assert_cmpstr (ask_at (&asker, 0, "z.example", DNS_TYPE_MX), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "dns-servfail", "a"), ==, 1);
  g_assert_cmpuint (count (net, "dns-servfail", "res"), ==, 1);
  note = dup_note (net, "dns-servfail");
  g_assert_cmpstr (note, ==,
                   "res can't answer MX z.example\nname: z.example\ntype: MX\nserver: res");
  sim_world_run (net->world, 20 * G_USEC_PER_SEC);
  for (guint i = 0; i < 2; i++)
    {
      sim_resolver_query (net_world_get_host (net, "a"), "z.example", DNS_TYPE_MX, on_answer,
                          &asker);
      sim_world_run (net->world, 24 * G_USEC_PER_SEC);
    }
  g_assert_cmpuint (asker.n_answers, ==, 3);
  g_assert_cmpuint (count (net, "query", "a"), ==, 2);
  g_assert_cmpuint (count (net, "cache-hit", "a"), ==, 1);
  g_assert_cmpstr (ask_at (&asker, 31, "z.example", DNS_TYPE_MX), ==,
                   "NOERROR\n= z.example 60 MX 10 mail.z.example\n");
  g_free (asker.text);
}

static const struct
{
  const char *name;
  guint16     type;
  const char *note;
} notes[] = {
  { "z.example", DNS_TYPE_MX,
    "MX z.example is remembered for 60 seconds\nname: z.example\ntype: MX\n"
    "data: 10 mail.z.example\nexpires: 60." },
  { "far.z.example", DNS_TYPE_A,
    "A far.z.example is remembered for 30 seconds\nname: far.z.example\ntype: A\n"
    "data: CNAME host.y.example, 192.0.2.77\nexpires: 30." },
  { "no.z.example", DNS_TYPE_A,
    "that there is no no.z.example is remembered for 10 seconds\nname: no.z.example\ntype: A\n"
    "data: NXDOMAIN\nexpires: 10." },
  { "mail.z.example", DNS_TYPE_MX,
    "that mail.z.example has no MX is remembered for 10 seconds\nname: mail.z.example\ntype: MX\n"
    "data: NODATA\nexpires: 10." },
  { "f.example", DNS_TYPE_MX,
    "that nobody could tell MX f.example is remembered for 5 seconds\nname: f.example\ntype: MX\n"
    "data: SERVFAIL\nexpires: 5." },
};

static void
test_notes (void)
{
  g_test_summary ("What is remembered is told in a sentence, and in lines for a table.");
  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    {
      Asker            asker;
      g_autofree char *note = NULL;
      g_autoptr (NetWorld) net = new_world (
          HOSTS Z Y "[Zone f.example]\nServer=ns1\nTruncate=true\nServFail=0-9\n", &asker);

      ask_at (&asker, 0, notes[i].name, notes[i].type);
      note = dup_note (net, "cached");
      g_assert_true (g_str_has_prefix (note, notes[i].note));
      g_assert_cmpuint (count (net, "dns-truncated", NULL), ==, 0);
      g_free (asker.text);
    }
}

static void
test_lame (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (HOSTS Z "Lame=0-30\n", &asker);

  g_test_summary ("A server that does not know its zone, until it does.");
  g_assert_cmpstr (ask_at (&asker, 0, "z.example", DNS_TYPE_MX), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "dns-lame", "res"), ==, 1);
  g_assert_cmpstr (ask_at (&asker, 31, "z.example", DNS_TYPE_MX), ==,
                   "NOERROR\n= z.example 60 MX 10 mail.z.example\n");
  g_free (asker.text);
}

static void
test_slow (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (HOSTS Z "DelayMs=2500\n", &asker);

  g_test_summary ("A slow server is asked again, and its first answer counts.");
  g_assert_cmpstr (ask_at (&asker, 0, "z.example", DNS_TYPE_MX), ==,
                   "NOERROR\n= z.example 60 MX 10 mail.z.example\n");
  g_assert_cmpint (asker.at_us / 10000, ==, 252);
  g_assert_cmpuint (count (net, "query", "res"), ==, 2);
  g_assert_cmpuint (count (net, "dns-timeout", "res"), ==, 1);
  g_assert_cmpuint (count (net, "answer", "ns1"), ==, 1);
  g_free (asker.text);
}

static void
test_no_server (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (
      "[Host a]\nAddress=192.0.2.1\nResolver=res\n[Host res]\nAddress=192.0.2.53\nRoles=DNS\n"
      "[Host ns1]\nAddress=198.51.100.1\nRoles=DNS\nDown=0-100\n[Link a res]\n[Link res ns1]\n" Z,
      &asker);

  g_test_summary ("A resolver gives up on a server that is down before its client does.");
  g_assert_cmpstr (ask_at (&asker, 0, "z.example", DNS_TYPE_MX), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "dns-timeout", "res"), ==, 2);
  /* The client asked once more meanwhile, and got one answer. */
  g_assert_cmpuint (count (net, "query", "a"), ==, 2);
  g_assert_cmpuint (count (net, "answer", "res"), ==, 1);
  g_free (asker.text);
}

/* Several resolvers */

#define TWO(first, second)                                                                         \
  "[Host a]\nAddress=192.0.2.1\nResolver=r1;r2\n[Host r1]\nAddress=192.0.2.53\nRoles=DNS\n" first  \
  "[Host r2]\nAddress=192.0.2.54\nRoles=DNS\n" second "[Link a r1]\n[Link a r2]\n[Link r1 r2]\n"

static const struct
{
  const char *name;
  const char *world;
  const char *answer;
  guint       n_queries;
  gint64      at_s;
  const char *note;
} switches[] = {
  { "timeout", TWO ("Down=0-100\n", "") "[Zone z.example]\nServer=r2\nA=192.0.2.1\n",
    "NOERROR\n= z.example 300 A 192.0.2.1\n", 2, 5, "dns-timeout" },
  { "servfail", TWO ("", "") "[Zone z.example]\nServer=r1\nServFail=0-100\n"
                             "[Zone y.example]\nServer=r2\n",
    "SERVFAIL\n", 2, 0, "dns-servfail" },
  { "lame", TWO ("", "") "[Zone z.example]\nServer=r1\nLame=0-100\n", "SERVFAIL\n", 2, 0,
    "dns-lame" },
  { "not-running", TWO ("Refuses=0-100\n", "") "[Zone z.example]\nServer=r2\nA=192.0.2.1\n",
    "NOERROR\n= z.example 300 A 192.0.2.1\n", 2, 5, "dns-timeout" },
};

static void
test_switch (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Asker asker;
  g_autoptr (NetWorld) net = new_world (switches[i].world, &asker);

  g_test_summary ("The next resolver is asked when one does not answer, or will not.");
  g_assert_cmpstr (ask_at (&asker, 0, "z.example", DNS_TYPE_A), ==, switches[i].answer);
  g_assert_cmpuint (count (net, "query", "a"), ==, switches[i].n_queries);
  g_assert_cmpint (asker.at_us / G_USEC_PER_SEC, ==, switches[i].at_s);
  g_assert_cmpuint (count (net, switches[i].note, "a"), >=, 1);
  g_assert_cmpuint (count (net, "dns-switch", "a"), ==, 1);
  g_free (asker.text);
}

static void
test_all_down (void)
{
  Asker asker;
  g_autoptr (NetWorld) net =
      new_world (TWO ("Down=0-100\n", "Down=0-100\n") "[Zone z.example]\nServer=r2\n", &asker);

  g_test_summary ("Three rounds through all resolvers, each with twice the time, then a time-out.");
  sim_resolver_query (net_world_get_host (net, "a"), "z.example", DNS_TYPE_A, on_answer, &asker);
  sim_world_run (net->world, 99 * G_USEC_PER_SEC);
  g_assert_cmpuint (asker.n_answers, ==, 1);
  g_assert_cmpint (asker.status, ==, SIM_RESOLVER_TIMEOUT);
  g_assert_cmpint (asker.at_us, ==, 2 * (5 + 10 + 20) * G_USEC_PER_SEC);
  g_assert_cmpuint (count (net, "query", "a"), ==, 6);
  /* Two exchanges: identifier and port stay. */
  g_assert_cmpuint (trace_log_get_n_connections (net->log), ==, 2);
  g_free (asker.text);
}

/* From the root downwards */

#define ROOT                                                                                       \
  "[Zone .]\nServer=ns1\nTtl=1000\nNS=ns1\nNS example=ns2\nNS test=ns.y.example\n"                 \
  "A ns2=198.51.100.2\nNS loop=ns.loop\nNS lame=ns1;ns2\nA ns1=198.51.100.1\n"
#define EXAMPLE                                                                                    \
  "[Zone example]\nServer=ns2\nTtl=500\nNS=ns2\nNS z=ns.z.example\nA ns.z=192.0.2.53\n"            \
  "NS far=ns.y.example\n"                                                                          \
  "A ns.y=198.51.100.2\nA direct=192.0.2.11\nCNAME alias=host.far.example\n"
#define FAR "[Zone far.example]\nServer=ns2\nA host=192.0.2.12\n"
#define TEST "[Zone test]\nServer=ns2\nA host=192.0.2.13\nCNAME loop=loop.example\n"

static const struct
{
  const char *name;
  const char *answer;
  guint       n_queries; /* of the resolver */
} walks[] = {
  { "direct.example", "NOERROR\n= direct.example 500 A 192.0.2.11\n", 2 },
  { "host.far.example", "NOERROR\n= host.far.example 300 A 192.0.2.12\n", 2 },
  { "alias.example",
    "NOERROR\n= alias.example 500 CNAME host.far.example\n= host.far.example 300 A 192.0.2.12\n",
    2 },
  /* The address of its server has to be found first. */
  { "host.test", "NOERROR\n= host.test 300 A 192.0.2.13\n", 4 },
  /* Its server's name is below itself, and nobody knows the address. */
  { "host.loop", "SERVFAIL\n", 1 },
  /* One server refers no further, the other does not know it. */
  { "host.lame", "SERVFAIL\n", 3 },
  { "nowhere", "NXDOMAIN\n", 1 },
};

static void
test_walk (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Asker asker;
  g_autoptr (NetWorld) net = new_world (HOSTS ROOT EXAMPLE FAR TEST, &asker);

  g_test_summary ("With a root zone, referrals are followed from there.");
  g_assert_cmpstr (ask_at (&asker, 0, walks[i].name, DNS_TYPE_A), ==, walks[i].answer);
  g_assert_cmpuint (count (net, "query", "res"), ==, walks[i].n_queries);
  check_explained (net);
  g_free (asker.text);
}

static void
test_walk_again (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (HOSTS ROOT EXAMPLE FAR TEST, &asker);

  g_test_summary ("Referrals are remembered, too: the root is asked once.");
  ask_at (&asker, 0, "direct.example", DNS_TYPE_A);
  ask_at (&asker, 10, "host.far.example", DNS_TYPE_A);
  ask_at (&asker, 20, "none.example", DNS_TYPE_A);
  g_assert_cmpuint (count (net, "answer", "ns1"), ==, 1);
  g_assert_cmpuint (count (net, "answer", "ns2"), ==, 3);
  g_free (asker.text);
}

static void
test_loops (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (
      HOSTS Z Y "[Zone w.example]\nServer=ns1\nCNAME a=b.w.example\nCNAME b=a.w.example\n", &asker);

  g_test_summary ("Aliases that go round, within a server and across, end with SERVFAIL.");
  g_assert_cmpstr (ask_at (&asker, 0, "a.w.example", DNS_TYPE_A), ==, "SERVFAIL\n");
  g_assert_cmpstr (ask_at (&asker, 10, "round.z.example", DNS_TYPE_A), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "query", "res"), <=, 4);
  g_free (asker.text);
}

static void
test_long_chain (void)
{
  g_autoptr (GString) world = g_string_new (HOSTS);
  Asker asker;
  NetWorld *net;

  g_test_summary ("A chain of aliases over many zones has an end of its own.");
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (world, "[Zone z%u.example]\nServer=ns%u\nCNAME c=c.z%u.example\n", i,
                            1 + i % 2, i + 1);
  g_string_append (world, "[Zone z40.example]\nServer=ns1\nA c=192.0.2.1\n");
  net = new_world (world->str, &asker);
  g_assert_cmpstr (ask_at (&asker, 0, "c.z0.example", DNS_TYPE_A), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "query", "res"), <, 20);
  ask_at (&asker, 20, "c.z36.example", DNS_TYPE_A);
  g_assert_cmpint (asker.status, ==, SIM_RESOLVER_ANSWER);
  g_free (asker.text);
  net_world_free (net);
}

static void
test_unknown (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (
      HOSTS Z "[Zone w.example]\nServer=ns1\nCNAME out=elsewhere.test\n", &asker);

  g_test_summary ("Names that no zone of the world holds: nobody is asked; an alias to one leads "
                  "nowhere.");
  g_assert_cmpstr (ask_at (&asker, 0, "elsewhere.test", DNS_TYPE_A), ==, "SERVFAIL\n");
  g_assert_cmpuint (count (net, "query", "res"), ==, 0);
  g_assert_cmpuint (count (net, "dns-lame", "a"), ==, 1);
  g_assert_cmpstr (ask_at (&asker, 10, "out.w.example", DNS_TYPE_A), ==, "SERVFAIL\n");
  g_assert_cmpstr (ask_at (&asker, 20, "out.w.example", DNS_TYPE_CNAME), ==,
                   "NOERROR\n= out.w.example 300 CNAME elsewhere.test\n");
  g_free (asker.text);
}

/* Servers that mean ill, each in its way. */
typedef enum
{
  HOSTILE_DEEPER,   /* refers to itself, one label deeper each time */
  HOSTILE_SAME,     /* refers to itself for the zone it was asked as server of */
  HOSTILE_UPWARD,   /* refers to the root */
  HOSTILE_NAMELESS, /* refers to names that nobody has an address of */
  HOSTILE_ALIASES,  /* every name is an alias of a longer one */
  HOSTILE_TO_ITSELF, /* every name is an alias of itself */
  HOSTILE_WRONG_ID,
  HOSTILE_OTHER_QUESTION,
  HOSTILE_GARBAGE,
  HOSTILE_ECHO, /* sends the query back */
  HOSTILE_N_WAYS,
} HostileWay;

typedef struct
{
  HostileWay way;
  guint      n_queries;
} Hostile;

/* Returns: the part of @name with @n_labels at its end. */
static const char *
get_tail (const char *name, guint n_labels)
{
  guint n = 1;

  for (const char *at = name; *at != '\0'; at++)
    n += *at == '.';
  for (; n > n_labels; n--)
    name = dns_name_get_parent (name);
  return name;
}

static void
add_server (DnsMessage *answer, const char *zone, const char *server, gboolean has_glue)
{
  DnsRecord *record;

  dns_message_add_record (answer->authorities, zone, DNS_TYPE_NS, 60)->target = g_strdup (server);
  if (!has_glue)
    return;
  record = dns_message_add_record (answer->additionals, server, DNS_TYPE_A, 60);
  g_assert_true (dns_record_read_data (record, "198.51.100.1"));
}

static void
add_address (DnsMessage *answer, const char *name)
{
  g_assert_true (dns_record_read_data (
      dns_message_add_record (answer->answers, name, DNS_TYPE_A, 60), "192.0.2.66"));
}

static void
fill_hostile (Hostile *self, DnsMessage *answer, const char *name)
{
  g_autofree char *longer = g_strconcat ("x.", name, NULL);
  answer->is_authoritative = self->way >= HOSTILE_ALIASES;
  switch (self->way)
    {
    case HOSTILE_DEEPER:
      add_server (answer, get_tail (name, 2 + self->n_queries), "ns.z.example", TRUE);
      break;
    case HOSTILE_SAME:
      add_server (answer, "z.example", "ns.z.example", TRUE);
      break;
    case HOSTILE_UPWARD:
      add_server (answer, "", "ns.z.example", TRUE);
      break;
    case HOSTILE_NAMELESS:
      for (guint i = 0; i < 10; i++)
        {
          g_autofree char *nobody =
              g_strdup_printf ("ns.i%u.n%u.z.example", i, self->n_queries);

          add_server (answer, get_tail (name, 4), nobody, FALSE);
        }
      break;
    case HOSTILE_ALIASES:
      dns_message_add_record (answer->answers, name, DNS_TYPE_CNAME, 60)->target =
          g_steal_pointer (&longer);
      break;
    case HOSTILE_TO_ITSELF:
      dns_message_add_record (answer->answers, name, DNS_TYPE_CNAME, 60)->target =
          g_strdup (name);
      break;
    case HOSTILE_WRONG_ID:
      add_address (answer, name);
      answer->id++;
      break;
    case HOSTILE_OTHER_QUESTION:
      add_address (answer, name);
      g_array_index (answer->questions, DnsQuestion, 0).type++;
      break;
    case HOSTILE_GARBAGE:
    case HOSTILE_ECHO:
    case HOSTILE_N_WAYS:
      break;
    }
}

static void
on_hostile_query (SimHost *host, const SimDatagram *datagram, gpointer data)
{
  Hostile *self = data;
  g_autoptr (DnsMessage) query = dns_message_decode (datagram->data, datagram->length, NULL);
  g_autoptr (DnsMessage) answer = dns_message_new_answer (query, DNS_RCODE_NOERROR);
  g_autoptr (GBytes) bytes = NULL;

  self->n_queries++;
  fill_hostile (self, answer, g_array_index (query->questions, DnsQuestion, 0).name);
  if (self->way == HOSTILE_GARBAGE)
    bytes = g_bytes_new_static ("\xff\xff\xff", 3);
  else if (self->way == HOSTILE_ECHO)
    bytes = g_bytes_new (datagram->data, datagram->length);
  else
    bytes = dns_message_encode (answer, DNS_UDP_BYTES_MAX);
  sim_datagram_send (host, datagram->to_port, datagram->from, datagram->from_port, bytes,
                     datagram->connection, 0);
}

static void
test_hostile (gconstpointer data)
{
  Hostile hostile = { .way = (HostileWay) GPOINTER_TO_UINT (data) };
  Asker   asker;
  g_autoptr (NetWorld) net = net_world_new (1, HOSTS Z);

  g_test_summary ("Whatever a server answers, a question ends soon, after few queries.");
  sim_datagram_bind (net_world_get_host (net, "ns1"), 53, on_hostile_query, &hostile);
  sim_nameserver_serve_all (net->network);
  asker = (Asker){ .net = net };
  g_assert_cmpstr (ask_at (&asker, 0,
                           "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.z.example",
                           DNS_TYPE_A),
                   ==, "SERVFAIL\n");
  g_assert_cmpuint (hostile.n_queries, >, 0);
  g_assert_cmpuint (hostile.n_queries, <=, 20);
  g_free (asker.text);
}

/* The same world twice, with losses, every kind of trouble and TCP. */
static void
test_same (void)
{
  g_autofree char *first = NULL;

  g_test_summary ("The same seed gives the same trace.");
  for (guint i = 0; i < 2; i++)
    {
      Asker asker;
      g_autoptr (NetWorld) net = new_world (
          "[Host a]\nAddress=192.0.2.1\nResolver=res;ns2\n"
          "[Host res]\nAddress=192.0.2.53\nRoles=DNS\n"
          "[Host ns1]\nAddress=198.51.100.1\nRoles=DNS\n"
          "[Host ns2]\nAddress=198.51.100.2\nRoles=DNS\n[Link a res]\nLatencyMs=1\nLoss=0.2\n"
          "[Link res ns1]\nLoss=0.2\n[Link res ns2]\nLoss=0.1\n" Z "ServFail=0-40\n" Y
          "DelayMs=700\nLame=100-200\nTruncate=true\n",
          &asker);
      g_autofree char *dump = NULL;

      for (guint n = 0; n < 60; n++)
        {
          guint j = n % G_N_ELEMENTS (types);

          sim_world_run (net->world, n * 7 * G_USEC_PER_SEC);
          sim_resolver_query (net_world_get_host (net, "a"), types[j].name, types[j].type,
                              on_answer, &asker);
        }
      sim_world_run (net->world, G_MAXINT64);
      g_assert_cmpuint (asker.n_answers, ==, 60);
      g_free (asker.text);
      check_explained (net);
      dump = net_world_dump (net);
      if (i == 0)
        first = g_steal_pointer (&dump);
      else
        g_assert_cmpstr (dump, ==, first);
    }
}

/* A world that ends in the middle of things. */
static void
test_cut_short (void)
{
  g_test_summary ("Whatever is under way when a world ends is freed.");
  for (gint64 at_us = 0; at_us < 120000; at_us += 500)
    {
      Asker asker;
      g_autoptr (NetWorld) net = new_world (HOSTS ROOT EXAMPLE Z "Truncate=true\nDelayMs=5\n",
                                            &asker);

      sim_resolver_query (net_world_get_host (net, "a"), "many.z.example", DNS_TYPE_A, on_answer,
                          &asker);
      sim_resolver_query (net_world_get_host (net, "a"), "x.test", DNS_TYPE_A, on_answer, &asker);
      sim_world_run (net->world, at_us);
      g_free (asker.text);
    }
}

/* Without a network: what a server alone says to queries with EDNS. */

static GBytes *
ask_server (const char *name, guint16 udp_bytes, guint8 version, guint n_options,
            gboolean is_stream)
{
  g_autoptr (NetWorld) net = net_world_new (1, HOSTS Z);
  g_autoptr (SimNameserver) server = sim_nameserver_new (net->scenario, 2);
  g_autoptr (DnsMessage) query = dns_message_new_query (9, name, DNS_TYPE_A);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < n_options; i++)
    {
      dns_message_add_options (query, udp_bytes, 0);
      g_array_index (query->additionals, DnsRecord, 0).ttl = (guint32) version << 16;
    }
  bytes = dns_message_encode (query, DNS_UDP_BYTES_MAX);
  return sim_nameserver_answer (server, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                is_stream, 0);
}

static const struct
{
  const char *name;
  guint16     udp_bytes;
  guint8      version;
  guint       n_options;
  gboolean    is_stream;
  guint       rcode; /* with its upper bits */
  gboolean    is_truncated;
  guint       n_answers;
} edns[] = {
  { "mail.z.example", 0, 0, 0, FALSE, 0, FALSE, 1 },
  { "many.z.example", 0, 0, 0, FALSE, 0, TRUE, 30 },
  { "many.z.example", 0, 0, 0, TRUE, 0, FALSE, 40 },
  { "mail.z.example", 100, 0, 1, FALSE, 0, FALSE, 1 },
  { "many.z.example", 1000, 0, 1, FALSE, 0, FALSE, 40 },
  { "many.z.example", 600, 0, 1, FALSE, 0, TRUE, 0 },
  { "mail.z.example", 1000, 1, 1, FALSE, 16, FALSE, 0 },
  { "mail.z.example", 1000, 0, 2, FALSE, 1, FALSE, 0 },
};

static void
test_edns (void)
{
  g_test_summary ("A query with an OPT record gets one back, and as much as its writer takes "
                  "(RFC 6891 section 6).");
  for (guint i = 0; i < G_N_ELEMENTS (edns); i++)
    {
      g_autoptr (GBytes) bytes = ask_server (edns[i].name, edns[i].udp_bytes, edns[i].version,
                                             edns[i].n_options, edns[i].is_stream);
      g_autoptr (DnsMessage) answer = dns_message_decode (g_bytes_get_data (bytes, NULL),
                                                          g_bytes_get_size (bytes), NULL);
      const DnsRecord *options = dns_message_get_options (answer);

      g_assert_true ((options != NULL) == (edns[i].n_options == 1));
      g_assert_cmpuint (answer->rcode | (options != NULL ? options->ttl >> 24 << 4 : 0), ==,
                        edns[i].rcode);
      g_assert_cmpint (answer->is_truncated, ==, edns[i].is_truncated);
      g_assert_cmpuint (answer->answers->len, ==, edns[i].n_answers);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sim/dns/types-over-udp", GINT_TO_POINTER (FALSE), test_types);
  g_test_add_data_func ("/sim/dns/types-over-tcp", GINT_TO_POINTER (TRUE), test_types);
  g_test_add_func ("/sim/dns/too-long", test_too_long);
  g_test_add_func ("/sim/dns/tcp-refused", test_tcp_refused);
  g_test_add_func ("/sim/dns/ages", test_ages);
  g_test_add_func ("/sim/dns/negative", test_negative);
  g_test_add_func ("/sim/dns/shared", test_shared);
  g_test_add_func ("/sim/dns/cancel-in-answer", test_cancel_in_answer);
  g_test_add_func ("/sim/dns/cancel-any-time", test_cancel_any_time);
  g_test_add_func ("/sim/dns/bounded", test_bounded);
  g_test_add_func ("/sim/dns/durations", test_durations);
  g_test_add_func ("/sim/dns/servfail", test_servfail);
  g_test_add_func ("/sim/dns/notes", test_notes);
  g_test_add_func ("/sim/dns/lame", test_lame);
  g_test_add_func ("/sim/dns/slow", test_slow);
  g_test_add_func ("/sim/dns/no-server", test_no_server);
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      g_autofree char *path = g_strconcat ("/sim/dns/switch/", switches[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_switch);
    }
  g_test_add_func ("/sim/dns/all-down", test_all_down);
  for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
    {
      g_autofree char *path = g_strconcat ("/sim/dns/walk/", walks[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_walk);
    }
  g_test_add_func ("/sim/dns/walk-again", test_walk_again);
  g_test_add_func ("/sim/dns/loops", test_loops);
  g_test_add_func ("/sim/dns/long-chain", test_long_chain);
  g_test_add_func ("/sim/dns/unknown", test_unknown);
  for (guint i = 0; i < HOSTILE_N_WAYS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/dns/hostile/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_hostile);
    }
  g_test_add_func ("/sim/dns/same", test_same);
  g_test_add_func ("/sim/dns/cut-short", test_cut_short);
  g_test_add_func ("/sim/dns/edns", test_edns);
  return g_test_run ();
}
