/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <net/sim-nameserver.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define WORLD                                                                                      \
  "[Scenario]\nTitle=T\n[Host ns]\nAddress=192.0.2.53\nRoles=DNS\n"                                \
  "[Zone z]\nServer=ns\nA=192.0.2.1;192.0.2.2\nMX=10 m.z;0 .\nA m=192.0.2.3\n"                     \
  "AAAA m=2001:db8::1\nCNAME a=b.z\nCNAME b=a.z\nCNAME c=m.z\nCNAME o=x.y\nTXT=t\nNS d=n.d.z\n"    \
  "A n.d=192.0.2.4\nA *.w=192.0.2.5\nTLSA t=3 1 1 00\nSRV s=0 0 25 m.z\n"                          \
  "[Zone f]\nServer=ns\nServFail=1-2\nTruncate=true\n[Zone l]\nServer=ns\nLame=1-2\n"              \
  "[Zone .]\nServer=ns\nNS y=n.y\n"

static SimScenario *scenario;
static SimNameserver *server;

static void
start (void)
{
  scenario = sim_scenario_parse ("fuzz.ini", WORLD, strlen (WORLD), NULL);
  g_assert_nonnull (scenario);
  server = sim_nameserver_new (scenario, 0);
}

/* What a name server says to anything: a message that can be read and explained, no longer than
 * its transport takes, with the query's identifier; the same to the same query; nothing to
 * answers. */
static void
check (const uint8_t *data, size_t size, gboolean is_stream, gint64 now_us)
{
  g_autoptr (GBytes) bytes = sim_nameserver_answer (server, data, size, is_stream, now_us);
  g_autoptr (GBytes) again = sim_nameserver_answer (server, data, size, is_stream, now_us);
  g_autoptr (DnsMessage) answer = NULL;
  gsize         length;
  const guint8 *start_of_answer;

  if (bytes == NULL)
    {
      g_assert_true (size < DNS_HEADER_BYTES || (data[2] & 0x80) != 0);
      g_assert_null (again);
      return;
    }
  g_assert_true (g_bytes_equal (bytes, again));
  start_of_answer = g_bytes_get_data (bytes, &length);
  g_assert_cmpuint (length, <=, is_stream ? DNS_MESSAGE_BYTES_MAX : SIM_NAMESERVER_UDP_BYTES_MAX);
  answer = dns_message_decode (start_of_answer, length, NULL);
  g_assert_nonnull (answer);
  g_assert_true (answer->is_response);
  g_assert_cmpuint (answer->id, ==, data[0] << 8 | data[1]);
  g_assert_true (!is_stream || !answer->is_truncated);
  g_assert_true (wire_matches (&dns_grammar_message, start_of_answer, length));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (server == NULL)
    start ();
  for (guint i = 0; i < 4; i++)
    check (data, size, i % 2, i / 2 * 1500000);
  return 0;
}
