/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net-world.h"

#include <net/sim-nameserver.h>
#include <net/sim-resolver.h>
#include <string.h>

#define HOSTS                                                                                      \
  "[Host a]\nAddress=192.0.2.1\nResolver=ns\n[Host ns]\nAddress=192.0.2.53\nRoles=DNS\n"
#define ZONES                                                                                      \
  "[Zone z.example]\nServer=ns\nTtl=60\nMX=20 backup.y.example;10 mail.z.example\n"               \
  "A mail=192.0.2.25;192.0.2.26\nAAAA mail=2001:db8::1\nCNAME www=mail.z.example\n"                \
  "CNAME loop=pool.z.example\nCNAME pool=loop.z.example\nCNAME far=mail.y.example\n"               \
  "CNAME out=elsewhere.test\nTXT=v=spf1 -all\nA deep.below=192.0.2.77\n"                           \
  "[Zone y.example]\nServer=ns\nMX=0 .\nA backup=192.0.2.35\nA mail=192.0.2.36\n"      \
  "[Zone sub.z.example]\nServer=ns\nA=192.0.2.88\n"
#define LINK(keys) "[Link a ns]\n" keys "\n"
#define WORLD HOSTS LINK ("LatencyMs=10") ZONES

/* Each section as "name type data" lines. */
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

static char *
tell (const DnsMessage *answer)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s%s\n", dns_rcode_to_string (answer->rcode),
                          answer->is_authoritative ? " AA" : "");
  append_section (text, "=", answer->answers);
  append_section (text, "!", answer->authorities);
  append_section (text, "+", answer->additionals);
  return g_string_free (text, FALSE);
}

#define SOA_Z "! z.example 60 SOA ns hostmaster.z.example 1 3600 600 1209600 60\n"

typedef struct
{
  const char *path;
  const char *name;
  guint16     type;
  const char *answer;
} Question;

static const Question questions[] = {
  { "/sim/nameserver/mx", "z.example", DNS_TYPE_MX,
    "NOERROR AA\n= z.example 60 MX 20 backup.y.example\n= z.example 60 MX 10 mail.z.example\n"
    "+ backup.y.example 300 A 192.0.2.35\n+ mail.z.example 60 A 192.0.2.25\n"
    "+ mail.z.example 60 A 192.0.2.26\n+ mail.z.example 60 AAAA 2001:db8::1\n" },
  { "/sim/nameserver/null-mx", "y.example", DNS_TYPE_MX, "NOERROR AA\n= y.example 300 MX 0 .\n" },
  { "/sim/nameserver/a-in-capitals", "MAIL.Z.example", DNS_TYPE_A,
    "NOERROR AA\n= MAIL.Z.example 60 A 192.0.2.25\n= MAIL.Z.example 60 A 192.0.2.26\n" },
  { "/sim/nameserver/aaaa", "mail.z.example", DNS_TYPE_AAAA,
    "NOERROR AA\n= mail.z.example 60 AAAA 2001:db8::1\n" },
  { "/sim/nameserver/txt", "z.example", DNS_TYPE_TXT,
    "NOERROR AA\n= z.example 60 TXT \"v=spf1 -all\"\n" },
  { "/sim/nameserver/cname", "www.z.example", DNS_TYPE_A,
    "NOERROR AA\n= www.z.example 60 CNAME mail.z.example\n= mail.z.example 60 A 192.0.2.25\n"
    "= mail.z.example 60 A 192.0.2.26\n" },
  { "/sim/nameserver/cname-itself", "www.z.example", DNS_TYPE_CNAME,
    "NOERROR AA\n= www.z.example 60 CNAME mail.z.example\n" },
  { "/sim/nameserver/cname-to-other-zone", "far.z.example", DNS_TYPE_A,
    "NOERROR AA\n= far.z.example 60 CNAME mail.y.example\n= mail.y.example 300 A 192.0.2.36\n" },
  { "/sim/nameserver/cname-elsewhere", "out.z.example", DNS_TYPE_A,
    "NOERROR AA\n= out.z.example 60 CNAME elsewhere.test\n" },
  { "/sim/nameserver/nodata", "www.z.example", DNS_TYPE_MX,
    "NOERROR AA\n= www.z.example 60 CNAME mail.z.example\n" SOA_Z },
  { "/sim/nameserver/empty-name", "below.z.example", DNS_TYPE_A, "NOERROR AA\n" SOA_Z },
  { "/sim/nameserver/nxdomain", "no.z.example", DNS_TYPE_A, "NXDOMAIN AA\n" SOA_Z },
  { "/sim/nameserver/closest-zone", "sub.z.example", DNS_TYPE_A,
    "NOERROR AA\n= sub.z.example 300 A 192.0.2.88\n" },
  { "/sim/nameserver/ns", "z.example", DNS_TYPE_NS, "NOERROR AA\n= z.example 60 NS ns\n" },
  { "/sim/nameserver/soa", "z.example", DNS_TYPE_SOA,
    "NOERROR AA\n= z.example 60 SOA ns hostmaster.z.example 1 3600 600 1209600 60\n" },
  { "/sim/nameserver/refused", "example.com", DNS_TYPE_A, "REFUSED\n" },
  { "/sim/nameserver/refused-above", "example", DNS_TYPE_NS, "REFUSED\n" },
};

static void
test_question (gconstpointer data)
{
  const Question *test = data;
  g_autoptr (NetWorld) net = net_world_new (1, WORLD);
  g_autoptr (SimNameserver) server = sim_nameserver_new (net->scenario, 1);
  g_autoptr (DnsMessage) query = dns_message_new_query (77, test->name, test->type);
  g_autoptr (GBytes) bytes = dns_message_encode (query, DNS_UDP_BYTES_MAX);
  g_autoptr (GBytes) reply = sim_nameserver_answer (server, g_bytes_get_data (bytes, NULL),
                                                    g_bytes_get_size (bytes), FALSE, 0);
  g_autoptr (DnsMessage) answer = dns_message_decode (g_bytes_get_data (reply, NULL),
                                                      g_bytes_get_size (reply), NULL);
  g_autofree char *text = tell (answer);

  g_test_summary ("What the server answers, section by section.");
  g_assert_cmpuint (answer->id, ==, 77);
  g_assert_true (answer->is_response);
  g_assert_cmpstr (text, ==, test->answer);
}

static void
test_loop (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, WORLD);
  g_autoptr (SimNameserver) server = sim_nameserver_new (net->scenario, 1);
  g_autoptr (DnsMessage) query = dns_message_new_query (1, "loop.z.example", DNS_TYPE_A);
  g_autoptr (GBytes) bytes = dns_message_encode (query, DNS_UDP_BYTES_MAX);
  g_autoptr (GBytes) reply = sim_nameserver_answer (server, g_bytes_get_data (bytes, NULL),
                                                    g_bytes_get_size (bytes), FALSE, 0);

  g_test_summary ("A CNAME that leads to itself ends.");
  g_assert_nonnull (reply);
}

static void
test_garbage (void)
{
  g_autoptr (NetWorld) net = net_world_new (1, WORLD);
  g_autoptr (SimNameserver) server = sim_nameserver_new (net->scenario, 1);
  g_autoptr (DnsMessage) query = dns_message_new_query (0x1234, "z.example", DNS_TYPE_MX);
  g_autoptr (GBytes) bytes = dns_message_encode (query, DNS_UDP_BYTES_MAX);
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  g_test_summary ("What is cut off gets FORMERR if there is a header; answers get none.");
  for (gsize n = 0; n < length; n++)
    {
      g_autofree guint8 *exact = g_memdup2 (data, n);
      g_autoptr (GBytes) reply = sim_nameserver_answer (server, exact, n, FALSE, 0);

      g_assert_true ((reply == NULL) == (n < DNS_HEADER_BYTES));
      if (reply != NULL)
        g_assert_cmpuint (((const guint8 *) g_bytes_get_data (reply, NULL))[3] & 15, ==,
                          DNS_RCODE_FORMERR);
    }
  {
    g_autofree guint8 *exact = g_memdup2 (data, length);

    exact[2] |= 0x80;
    g_assert_null (sim_nameserver_answer (server, exact, length, FALSE, 0));
  }
}

/* The resolver */

typedef struct
{
  NetWorld         *net;
  guint             n_answers;
  SimResolverStatus status;
  char             *text;
  gint64            at_us;
  gint64            patience_s;
} Asker;

static void
on_answer (SimResolverStatus status, const DnsMessage *answer, gpointer data)
{
  Asker *asker = data;

  asker->n_answers++;
  asker->status = status;
  asker->at_us = sim_world_get_now (asker->net->world);
  g_free (asker->text);
  asker->text = answer != NULL ? tell (answer) : NULL;
}

static void
ask (Asker *asker, const char *name, guint16 type, SimResolverStatus expected)
{
  guint n_before = asker->n_answers;

  sim_resolver_query (net_world_get_host (asker->net, "a"), name, type, on_answer, asker);
  g_assert_cmpuint (asker->n_answers, ==, n_before);
  sim_world_run (asker->net->world,
                 sim_world_get_now (asker->net->world) + asker->patience_s * G_USEC_PER_SEC);
  g_assert_cmpuint (asker->n_answers, ==, n_before + 1);
  g_assert_cmpstr (sim_resolver_status_get_name (asker->status), ==,
                   sim_resolver_status_get_name (expected));
}

static NetWorld *
new_world (const char *text, Asker *asker)
{
  NetWorld *net = net_world_new (1, text);

  sim_nameserver_serve_all (net->network);
  *asker = (Asker){ .net = net, .patience_s = 20 };
  return net;
}

static void
test_statuses (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (WORLD, &asker);

  g_test_summary ("Each way a question can end.");
  g_assert_nonnull (net);
  ask (&asker, "z.example", DNS_TYPE_MX, SIM_RESOLVER_ANSWER);
  g_assert_nonnull (strstr (asker.text, "MX 10 mail.z.example"));
  ask (&asker, "no.z.example", DNS_TYPE_A, SIM_RESOLVER_NXDOMAIN);
  ask (&asker, "below.z.example", DNS_TYPE_A, SIM_RESOLVER_NODATA);
  ask (&asker, "example.com", DNS_TYPE_A, SIM_RESOLVER_SERVFAIL);
  ask (&asker, "not..a.name", DNS_TYPE_A, SIM_RESOLVER_SERVFAIL);
  g_free (asker.text);
}

static guint
count_what (NetWorld *net, const char *what)
{
  guint n = 0;

  for (guint i = 0; i < trace_log_get_n_events (net->log); i++)
    n += strcmp (trace_log_get_what (net->log, trace_log_get_event (net->log, i)), what) == 0;
  return n;
}

static void
test_memory (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (WORLD, &asker);

  g_test_summary ("Answers, also that there is nothing, are remembered for their time to live.");
  ask (&asker, "z.example", DNS_TYPE_MX, SIM_RESOLVER_ANSWER);
  ask (&asker, "Z.EXAMPLE", DNS_TYPE_MX, SIM_RESOLVER_ANSWER);
  g_assert_cmpuint (count_what (net, "query"), ==, 1);
  g_assert_cmpuint (count_what (net, "cache-hit"), ==, 1);
  ask (&asker, "z.example", DNS_TYPE_A, SIM_RESOLVER_NODATA);
  ask (&asker, "z.example", DNS_TYPE_A, SIM_RESOLVER_NODATA);
  g_assert_cmpuint (count_what (net, "query"), ==, 2);
  g_assert_cmpuint (count_what (net, "cache-hit"), ==, 2);
  /* 80 seconds after the first question, with 60 to live. */
  ask (&asker, "z.example", DNS_TYPE_MX, SIM_RESOLVER_ANSWER);
  g_assert_cmpuint (count_what (net, "query"), ==, 3);
  g_assert_cmpuint (count_what (net, "answer"), ==, 3);
  g_assert_cmpuint (trace_log_get_n_connections (net->log), ==, 3);
  g_free (asker.text);
}

static void
test_down (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (
      "[Host a]\nAddress=192.0.2.1\nResolver=ns\n"
      "[Host ns]\nAddress=192.0.2.53\nRoles=DNS\nDown=0-42\n[Link a ns]\n" ZONES, &asker);

  g_test_summary ("A server that is down: three tries, each with twice the time, then a time-out; "
                  "a later try gets through.");
  asker.patience_s = 40;
  ask (&asker, "z.example", DNS_TYPE_MX, SIM_RESOLVER_TIMEOUT);
  g_assert_cmpint (asker.at_us, ==, 35 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_what (net, "query"), ==, 3);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, TRACE_FLAG_LOST), ==, 3);
  ask (&asker, "z.example", DNS_TYPE_MX, SIM_RESOLVER_ANSWER);
  g_assert_cmpint (asker.at_us, >, 45 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_what (net, "query"), ==, 5);
  g_assert_cmpuint (count_what (net, "dns-timeout"), ==, 4);
  g_free (asker.text);
}

static void
test_no_resolver (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (NET_WORLD_TWO (""), &asker);

  g_test_summary ("A host without a resolver can't find names.");
  ask (&asker, "z.example", DNS_TYPE_MX, SIM_RESOLVER_SERVFAIL);
  g_assert_cmpuint (net_world_count (net, TRACE_PACKET, 0), ==, 0);
}

static void
test_cancel (void)
{
  Asker asker;
  g_autoptr (NetWorld) net = new_world (WORLD, &asker);
  SimHost *host = net_world_get_host (net, "a");
  guint    id;

  g_test_summary ("No callback comes for a question that was taken back.");
  id = sim_resolver_query (host, "z.example", DNS_TYPE_MX, on_answer, &asker);
  sim_resolver_cancel (host, id);
  id = sim_resolver_query (host, "z.example", DNS_TYPE_MX, on_answer, &asker);
  sim_world_run (net->world, 1000);
  sim_resolver_cancel (host, id);
  sim_world_run (net->world, G_MAXINT64);
  sim_resolver_cancel (host, id);
  g_assert_cmpuint (asker.n_answers, ==, 0);
}

static void
test_same (void)
{
  g_autofree char *first = NULL;

  g_test_summary ("The same seed gives the same trace, ids of queries included.");
  for (guint i = 0; i < 2; i++)
    {
      Asker asker;
      g_autoptr (NetWorld) net = new_world (HOSTS LINK ("Loss=0.3") ZONES, &asker);
      g_autofree char *dump = NULL;

      for (guint j = 0; j < 10; j++)
        sim_resolver_query (net_world_get_host (net, "a"), "z.example", DNS_TYPE_MX, on_answer,
                            &asker);
      sim_world_run (net->world, G_MAXINT64);
      g_assert_cmpuint (asker.n_answers, ==, 10);
      g_free (asker.text);
      dump = net_world_dump (net);
      if (i == 0)
        first = g_steal_pointer (&dump);
      else
        g_assert_cmpstr (dump, ==, first);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    g_test_add_data_func (questions[i].path, &questions[i], test_question);
  g_test_add_func ("/sim/nameserver/loop", test_loop);
  g_test_add_func ("/sim/nameserver/garbage", test_garbage);
  g_test_add_func ("/sim/resolver/statuses", test_statuses);
  g_test_add_func ("/sim/resolver/memory", test_memory);
  g_test_add_func ("/sim/resolver/down", test_down);
  g_test_add_func ("/sim/resolver/no-resolver", test_no_resolver);
  g_test_add_func ("/sim/resolver/cancel", test_cancel);
  g_test_add_func ("/sim/resolver/same", test_same);
  return g_test_run ();
}
