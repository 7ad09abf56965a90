/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-tls.h>
#include <mail/mail-world.h>
#include <string.h>
#include <support/toy-session.h>
#include <trace/trace-file.h>
#include <trace/trace-grammar.h>
#include <trace/trace-text.h>

/* Worlds with TLS: a mail program fetches in TLS from the start. */

#define WORLD(server)                                                                              \
  "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"                                      \
  "[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n"                                                     \
  "[Host mail.example]\nRoles=MSA;MTA;MDA;MS\nAddress=192.0.2.25\nDomains=example\n"               \
  "Users=bob:builder\nServices=pop3;pop3s\n" server "[Link pc mail.example]\n"

static const char *const script[] = { "USER bob", "PASS builder", "STAT", "QUIT", NULL };

typedef struct
{
  const char *peer_name;
  gboolean    trusts;
  gboolean    is_implicit;
  GString    *told;
  MailWorld  *world;
} Client;

static WireSession *
on_start (SimCarrier *carrier, gpointer data)
{
  Client     *client = data;
  SimWorld   *sim = mail_world_get_world (client->world);
  ToySession *toy = toy_session_new (script, sim_world_get_now (sim), client->told);

  toy->trusts = client->trusts;
  return mail_tls_wrap_client (carrier, &toy->session, client->is_implicit, client->peer_name);
}

static const SimCarrierFuncs client_funcs = { on_start, NULL };

static MailWorld *
new_world (const char *text)
{
  g_autoptr (GError) error = NULL;
  SimScenario *scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);

  g_assert_no_error (error);
  return mail_world_new (scenario, MAIL_WORLD_OWN_SEED);
}

/* Lets the client talk to @port. Returns: (transfer full): the world after it. */
static MailWorld *
talk (const char *text, guint16 port, Client *client)
{
  MailWorld *world = new_world (text);
  SimHost   *host;

  client->world = world;
  client->told = g_string_new (NULL);
  host = sim_network_get_host (mail_world_get_network (world), 0);
  sim_carrier_connect (host, "192.0.2.25", port, TRACE_POP3, &client_funcs, client);
  mail_world_run (world, G_MAXINT64);
  return world;
}

static char *
dup_trace (MailWorld *world)
{
  GString *text = g_string_new (NULL);

  trace_file_write (mail_world_get_log (world), TRACE_LEVEL_PACKETS, text);
  return g_string_free (text, FALSE);
}

static const struct
{
  const char *name, *server, *peer_name;
  gboolean    trusts;
  const char *told; /* up to the first thing that the server says */
} cases[] = {
  { "good", "", "mail.example", FALSE, "secured TLSv1.3 verified asked mail.example; +OK" },
  { "by-address", "Certificate=good\n", "192.0.2.25", FALSE, "secured TLSv1.3 verified asked" },
  { "expired", "Certificate=expired\n", "mail.example", FALSE,
    "certificate expired; failed: the certificate is not trusted: expired; lost; " },
  { "expired-but-trusted", "Certificate=expired\n", "mail.example", TRUE,
    "certificate expired; secured TLSv1.3 but expired asked mail.example; +OK" },
  { "wrong-name", "Certificate=wrong-name\n", "mail.example", FALSE,
    "certificate wrong-name; failed: the certificate is not trusted: wrong-name; lost; " },
  { "another-name", "", "mx.example", FALSE, "certificate wrong-name; failed: " },
  { "self-signed", "Certificate=self-signed\n", "mail.example", FALSE,
    "certificate self-signed; failed: " },
  { "unknown-issuer", "Certificate=unknown-issuer\n", "mail.example", FALSE,
    "certificate unknown-issuer; failed: " },
  { "not-yet-valid", "Certificate=not-yet-valid\n", "mail.example", FALSE,
    "certificate not-yet-valid; failed: " },
  { "none", "Certificate=none\n", "mail.example", FALSE,
    "failed: the connection ended during the handshake; lost; " },
};

static void
test_certificate (gconstpointer data)
{
  const typeof (cases[0]) *test = data;
  g_autofree char *text = g_strdup_printf (WORLD ("%s"), test->server);
  g_autofree char *first = NULL;

  g_test_summary ("Who offers a service in TLS has the certificate that the scenario says; the "
                  "same world twice gives the same trace, ciphertext included.");
  for (guint i = 0; i < 2; i++)
    {
      Client client = { test->peer_name, test->trusts, TRUE, NULL, NULL };
      g_autoptr (MailWorld) world = talk (text, 995, &client);
      g_autofree char *trace = dup_trace (world);

      if (!g_str_has_prefix (client.told->str, test->told))
        g_error ("\"%s\" for \"%s\"", client.told->str, test->told);
      if (i == 0)
        first = g_steal_pointer (&trace);
      else
        g_assert_cmpstr (trace, ==, first);
      g_string_free (client.told, TRUE);
    }
}

/* The position of the next event from @i on that is a unit, or a record; G_MAXUINT: none. */
static guint
find_next (TraceLog *log, guint i, TraceKind kind)
{
  for (; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->kind == kind && (kind == TRACE_UNIT || event->protocol == TRACE_TLS))
        return i;
    }
  return G_MAXUINT;
}

/* What a note follows from, up to the unit: none of it a packet. */
static guint
find_unit (TraceLog *log, guint id)
{
  const TraceEvent *event = trace_log_get_event (log, trace_log_find (log, id));

  return event->kind == TRACE_NOTE ? find_unit (log, event->cause) : id;
}

static void
assert_record (TraceLog *log, guint i)
{
  const TraceEvent *record = trace_log_get_event (log, i);
  const TraceEvent *cause = trace_log_get_event (log, trace_log_find (log, record->cause));
  g_autofree char  *label = trace_text_dup_label (log, record);

  g_assert_cmpstr (trace_log_get_what (log, record), ==, "record");
  g_assert_cmpstr (trace_grammar_for_event (log, record), ==, "tls-record");
  g_assert_true (g_str_has_prefix (label, "TLS "));
  g_assert_cmpint (record->flags, ==, 0);
  g_assert_cmpint (record->arrival_us, >, record->time_us);
  if (cause->kind == TRACE_UNIT && cause->from == record->from)
    {
      g_assert_cmpint (cause->arrival_us, ==, record->arrival_us);
      g_assert_cmpint (cause->flags & TRACE_FLAG_TLS, !=, 0);
    }
}

static void
test_trace (void)
{
  Client client = { "mail.example", FALSE, TRUE, NULL, NULL };
  g_autoptr (MailWorld) world = talk (WORLD (""), 995, &client);
  TraceLog *log = mail_world_get_log (world);
  static const char *const units[] = { "+OK", "USER", "+OK", "PASS", "+OK",
                                       "STAT", "+OK", "QUIT", "+OK" };
  guint n_units = 0, n_records = 0, last = 0;

  g_test_summary ("The dialogue is in clear, each unit caused by the one before; its record is a "
                  "packet, caused by it, and they arrive together.");
  for (guint i = find_next (log, 0, TRACE_UNIT); i != G_MAXUINT;
       i = find_next (log, i + 1, TRACE_UNIT))
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      g_autofree char  *label = trace_text_dup_label (log, event);

      g_assert_true (g_str_has_prefix (label, units[n_units]));
      g_assert_cmpint (event->flags & TRACE_FLAG_TLS, !=, 0);
      if (n_units > 0)
        g_assert_cmpuint (find_unit (log, event->cause), ==, last);
      last = trace_log_get_id (log, i);
      n_units++;
    }
  g_assert_cmpuint (n_units, ==, G_N_ELEMENTS (units));
  for (guint i = find_next (log, 0, TRACE_PACKET); i != G_MAXUINT;
       i = find_next (log, i + 1, TRACE_PACKET), n_records++)
    assert_record (log, i);
  /* 1 hello, 6 of the server (its hello, a change of cipher and four messages encrypted), 2 of the
   * client, the units, and close_notify of both. */
  g_assert_cmpuint (n_records, ==, 1 + 6 + 2 + n_units + 2);
  g_assert_nonnull (strstr (trace_log_get_key_log (log), "SERVER_TRAFFIC_SECRET_0 "));
  g_string_free (client.told, TRUE);
}

static void
test_clear (void)
{
  Client client = { "mail.example", FALSE, FALSE, NULL, NULL };
  g_autoptr (MailWorld) world = talk (WORLD (""), 110, &client);
  TraceLog *log = mail_world_get_log (world);
  guint     n_records = find_next (log, 0, TRACE_PACKET) == G_MAXUINT ? 0 : 1;

  g_test_summary ("A session that does not ask for TLS has none, and nothing of it is made.");
  g_assert_true (g_str_has_prefix (client.told->str, "+OK"));
  g_assert_cmpuint (n_records, ==, 0);
  g_assert_cmpstr (trace_log_get_key_log (log), ==, "");
  g_string_free (client.told, TRUE);
}

#define FETCH                                                                                      \
  "[Action 1]\nAt=0\nHost=pc\nDo=fetch\nServer=mail.example\nUser=bob\nPassword=builder\n"

/* What a mail program does by its Tls= key and by what the server has: its notes, in order. */
static const struct
{
  const char *name, *server, *client, *services, *notes;
  gboolean    is_secured; /* the login went in TLS */
} fetches[] = {
  { "stls", "Certificate=good\n", "", "pop3", "fetching tls fetched", TRUE },
  { "in-tls-from-the-start", "", "", "pop3s", "fetching tls fetched", TRUE },
  { "verified", "Certificate=good\n", "Tls=verified\n", "pop3", "fetching tls fetched", TRUE },
  { "never", "Certificate=good\n", "Tls=never\n", "pop3", "fetching fetched", FALSE },
  { "opportunistic", "Certificate=wrong-name\n", "", "pop3", "fetching tls fetched", TRUE },
  { "not-trusted", "Certificate=wrong-name\n", "Tls=verified\n", "pop3",
    "fetching tls-failed fetch-failed", FALSE },
  { "not-to-be-had", "", "Tls=always\n", "pop3", "fetching fetch-failed", FALSE },
};

static char *
dup_notes (TraceLog *log)
{
  g_autoptr (GString) notes = g_string_new (NULL);

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->kind == TRACE_NOTE &&
          strcmp (trace_log_get_actor (log, event->from)->name, "pc") == 0)
        g_string_append_printf (notes, "%s%s", notes->len > 0 ? " " : "",
                                trace_log_get_what (log, event));
    }
  return g_strdup (notes->str);
}

static void
test_fetch (gconstpointer data)
{
  const typeof (fetches[0]) *test = data;
  g_autofree char *text = g_strdup_printf (
      "[Scenario]\nTitle=t\nSeed=5\n[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n%s"
      "[Host mail.example]\nRoles=MDA;MS\nAddress=192.0.2.25\nDomains=mail.example\n"
      "Users=bob:builder\nServices=%s\n%s[Link pc mail.example]\n" FETCH,
      test->client, test->services, test->server);
  g_autoptr (MailWorld) world = new_world (text);
  TraceLog        *log = mail_world_get_log (world);
  g_autofree char *notes = NULL;
  gboolean         has_logged_in = FALSE;

  g_test_summary ("Mail programs use TLS as they are told to, and what the server has.");
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  notes = dup_notes (log);
  g_assert_cmpstr (notes, ==, test->notes);
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if ((event->flags & TRACE_FLAG_SECRET) == 0)
        continue;
      has_logged_in = TRUE;
      g_assert_cmpint ((event->flags & TRACE_FLAG_TLS) != 0, ==, test->is_secured);
    }
  g_assert_cmpint (has_logged_in, ==, strstr (test->notes, "fetch-failed") == NULL);
}

static void
test_authority (void)
{
  g_autoptr (MailWorld) world = new_world (WORLD (""));
  MailTls *real = mail_world_get_outside_tls (world);
  g_autoptr (GError) error = NULL;
  g_autofree char *server = NULL;
  g_autofree char *pc = NULL;
  g_autofree char *anchor = NULL;

  g_test_summary ("Real programs get certificates for the names they use, valid by their clocks.");
  mail_tls_set_epoch (real, G_GINT64_CONSTANT (2000000000) * G_USEC_PER_SEC);
  server = mail_tls_describe_certificate (real, 1);
  g_assert_true (g_str_has_prefix (
      server, "names: mail.example, 192.0.2.25, localhost, 127.0.0.1, 0:0:0:0:0:0:0:1\n"
              "issuer: Postroad authority\nfrom: 2033-0"));
  pc = mail_tls_describe_certificate (real, 0);
  g_assert_nonnull (pc);
  anchor = g_strdup (mail_tls_get_anchor_pem (real, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (anchor, "-----BEGIN CERTIFICATE-----\n"));
  g_assert_true (mail_tls_add_anchors (real, anchor, &error));
  g_assert_false (mail_tls_add_anchors (real, "no certificate", &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail/tls/certificate/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_certificate);
    }
  for (guint i = 0; i < G_N_ELEMENTS (fetches); i++)
    {
      g_autofree char *path = g_strconcat ("/mail/tls/fetch/", fetches[i].name, NULL);

      g_test_add_data_func (path, &fetches[i], test_fetch);
    }
  g_test_add_func ("/mail/tls/trace", test_trace);
  g_test_add_func ("/mail/tls/clear", test_clear);
  g_test_add_func ("/mail/tls/authority", test_authority);
  return g_test_run ();
}
