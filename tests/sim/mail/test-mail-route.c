/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-route.h>
#include <string.h>

/* Which hosts the answer to an MX question stands for, in which order (RFC 5321 section 5.1). */

static const struct
{
  const char       *name;
  const char       *records; /* "PREFERENCE EXCHANGE" with commas between */
  SimResolverStatus status;
  MailRouteKind     kind;
  const char       *hosts;
} cases[] = {
  { "preferences", "20 b.example,10 a.example", SIM_RESOLVER_ANSWER, MAIL_ROUTE_HOSTS,
    "a.example (preference 10), b.example (preference 20)" },
  { "self-and-no-better-ones-go", "30 c.example,10 a.example,20 self.example,20 b.example",
    SIM_RESOLVER_ANSWER, MAIL_ROUTE_HOSTS, "a.example (preference 10)" },
  { "self-in-capitals", "10 a.example,20 SELF.Example", SIM_RESOLVER_ANSWER, MAIL_ROUTE_HOSTS,
    "a.example (preference 10)" },
  { "self-is-the-best", "20 a.example,10 self.example", SIM_RESOLVER_ANSWER, MAIL_ROUTE_LOOP, "" },
  { "null-mx", "0 ", SIM_RESOLVER_ANSWER, MAIL_ROUTE_NULL_MX, "" },
  { "null-mx-among-others", "0 ,10 a.example", SIM_RESOLVER_ANSWER, MAIL_ROUTE_HOSTS,
    "a.example (preference 10)" },
  { "no-records", "", SIM_RESOLVER_NODATA, MAIL_ROUTE_IMPLICIT,
    "domain.example (preference 0)" },
  { "no-such-domain", "", SIM_RESOLVER_NXDOMAIN, MAIL_ROUTE_NO_DOMAIN, "" },
  { "servfail", "", SIM_RESOLVER_SERVFAIL, MAIL_ROUTE_UNKNOWN, "" },
  { "no-answer", "", SIM_RESOLVER_TIMEOUT, MAIL_ROUTE_UNKNOWN, "" },
};

static DnsMessage *
make_answer (const char *records)
{
  DnsMessage *answer = dns_message_new_query (1, "domain.example", DNS_TYPE_MX);
  g_auto (GStrv) items = g_strsplit (records, ",", -1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      const char *space = strchr (items[i], ' ');
      DnsRecord   record = { .name = g_strdup ("domain.example"),
                             .type = DNS_TYPE_MX,
                             .klass = DNS_CLASS_IN,
                             .target = g_strdup (space + 1),
                             .preference = (guint16) g_ascii_strtoull (items[i], NULL, 10) };

      g_array_append_val (answer->answers, record);
    }
  return answer;
}

static void
test_choose (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (DnsMessage) answer = make_answer (cases[i].records);
  g_autoptr (SimRandom) random = sim_random_new (1, "route");
  g_autofree char *hosts = NULL;
  MailRoute        route;

  mail_route_choose ("domain.example", "self.example", cases[i].status,
                     cases[i].status == SIM_RESOLVER_ANSWER ? answer : NULL, random, &route);
  hosts = mail_route_describe (&route);
  g_assert_cmpint (route.kind, ==, cases[i].kind);
  g_assert_cmpstr (hosts, ==, cases[i].hosts);
  mail_route_clear (&route);
}

/* Hosts of the same preference: each comes first about as often as the others, and the key says
 * that it is the same route. */
static void
test_shuffle (void)
{
  g_autoptr (DnsMessage) answer =
      make_answer ("10 a.example,10 b.example,10 c.example,5 z.example");
  g_autoptr (SimRandom) random = sim_random_new (1, "route");
  g_autofree char *first_key = NULL;
  guint            n_first[3] = { 0 };

  g_test_summary ("Hosts of equal preference share the load.");
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *key = NULL;
      MailRoute        route;

      mail_route_choose ("domain.example", "self.example", SIM_RESOLVER_ANSWER, answer, random,
                         &route);
      g_assert_cmpstr (mail_route_get (&route, 0)->exchange, ==, "z.example");
      n_first[mail_route_get (&route, 1)->exchange[0] - 'a']++;
      key = mail_route_dup_key (&route);
      if (first_key == NULL)
        first_key = g_strdup (key);
      g_assert_cmpstr (key, ==, first_key);
      mail_route_clear (&route);
    }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (n_first[i], >, 900);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-route/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_choose);
    }
  g_test_add_func ("/mail-route/shuffle", test_shuffle);
  return g_test_run ();
}
