/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-world.h>
#include <string.h>
#include <trace/trace-file.h>
#include <trace/trace-text.h>

/* Whole worlds: what happens to one letter when the network is as told. */

#define WORLD(host, zone, actions)                                                                 \
  "[Scenario]\nTitle=t\nSeed=5\n"                                                                  \
  "[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n"                                                     \
  "[Host mail.sender.example]\nRoles=MSA;MTA\nAddress=192.0.2.25\nResolver=ns.example\n"           \
  "Domains=sender.example\nUsers=alice:a\nServices=smtp;submission;pop3\n"                         \
  "[Host ns.example]\nRoles=DNS\nAddress=198.51.100.53\n"                                          \
  "[Host mx1.recipient.example]\nRoles=MTA;MDA;MS\nAddress=203.0.113.25\nResolver=ns.example\n"    \
  "Domains=recipient.example\nUsers=bob:b\nServices=smtp;pop3\n" host                              \
  "[Host mx2.recipient.example]\nRoles=MTA;MDA;MS\nAddress=203.0.113.26\nResolver=ns.example\n"    \
  "Domains=recipient.example\nUsers=bob:b\nServices=smtp;pop3\n"                                   \
  "[Link pc mail.sender.example]\n[Link mail.sender.example ns.example]\n"                         \
  "[Link mail.sender.example mx1.recipient.example]\nLatencyMs=10\n"                               \
  "[Link mail.sender.example mx2.recipient.example]\nLatencyMs=10\n"                               \
  "[Zone sender.example]\nServer=ns.example\nMX=10 mail.sender.example\n"                          \
  "A mail.sender.example=192.0.2.25\n"                                                             \
  "[Zone recipient.example]\nServer=ns.example\n" zone                                             \
  "A mx1.recipient.example=203.0.113.25\nA mx2.recipient.example=203.0.113.26\n" actions

#define BOTH_MX "MX=10 mx1.recipient.example;20 mx2.recipient.example\n"
#define SEND(to)                                                                                   \
  "[Action 1]\nAt=0\nHost=pc\nDo=send\nFrom=alice@sender.example\nTo=" to                          \
  "\nSubject=s\nBody=.dot\\n..two\\nend\nVia=mail.sender.example\n"

static const struct
{
  const char *name, *scenario;
  const char *story; /* stages of the message and notes, in order: "what host" */
} cases[] = {
  { "preferred-mx", WORLD ("", BOTH_MX, SEND ("bob@recipient.example")),
    "composed submitted queued mx-chosen relayed queued delivered@mx1.recipient.example" },
  { "second-mx-when-the-first-refuses",
    WORLD ("Refuses=0-3600\n", BOTH_MX, SEND ("bob@recipient.example")),
    "composed submitted queued mx-chosen host-failed relayed queued "
    "delivered@mx2.recipient.example" },
  { "retry-when-the-next-hop-is-down",
    WORLD ("Down=0-600\n", "MX=10 mx1.recipient.example\n", SEND ("bob@recipient.example")),
    "composed submitted queued mx-chosen host-failed delayed retry mx-chosen relayed queued "
    "delivered@mx1.recipient.example" },
  { "no-mx-means-the-domain-itself",
    WORLD ("", "A=203.0.113.25\n", SEND ("bob@recipient.example")),
    "composed submitted queued mx-implicit relayed queued delivered@mx1.recipient.example" },
  { "null-mx", WORLD ("", "MX=0 .\n", SEND ("bob@recipient.example")),
    "composed submitted queued failed bounced composed queued delivered@mail.sender.example" },
  { "no-such-domain", WORLD ("", BOTH_MX, SEND ("bob@nowhere.recipient.example")),
    "composed submitted queued failed bounced composed queued delivered@mail.sender.example" },
  { "no-such-user", WORLD ("", BOTH_MX, SEND ("nobody@recipient.example")),
    "composed submitted queued mx-chosen user-unknown failed bounced composed queued "
    "delivered@mail.sender.example" },
  { "to-the-sender-s-own-domain", WORLD ("", BOTH_MX, SEND ("alice@sender.example")),
    "composed submitted queued delivered@mail.sender.example" },
  { "several-recipients",
    WORLD ("", BOTH_MX, SEND ("bob@recipient.example;alice@sender.example")),
    "composed submitted queued delivered@mail.sender.example mx-chosen relayed queued "
    "delivered@mx1.recipient.example" },
};

static TraceLog *
run_world (const char *text, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  SimScenario *scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);
  g_autoptr (MailWorld) world = NULL;

  g_assert_no_error (error);
  world = mail_world_new (scenario, seed);
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  return trace_log_ref (mail_world_get_log (world));
}

/* Notes that tell of the scenario's schedule or of name servers rather than of the letter, or what
 * others tell. */
static gboolean
is_left_out (const char *what)
{
  static const char *const names[] = { "down",       "up",         "refusing",
                                       "serving",    "cached",     "dns-timeout",
                                       "dns-switch", "relayed-to", "unqueued",
                                       "no-tls",     NULL };

  return g_strv_contains (names, what);
}

static void
test_story (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (TraceLog) log = run_world (cases[i].scenario, MAIL_WORLD_OWN_SEED);
  g_autoptr (GString) story = g_string_new (NULL);

  for (guint position = 0; position < trace_log_get_n_events (log); position++)
    {
      const TraceEvent *event = trace_log_get_event (log, position);
      const char       *what = trace_log_get_what (log, event);

      if ((event->kind != TRACE_NOTE && event->kind != TRACE_MESSAGE) || is_left_out (what))
        continue;
      g_string_append_printf (story, "%s%s", story->len > 0 ? " " : "", what);
      if (strcmp (what, "delivered") == 0)
        g_string_append_printf (story, "@%s", trace_log_get_actor (log, event->from)->name);
    }
  g_assert_cmpstr (story->str, ==, cases[i].story);
}

/* Same seed, same bytes; another seed, another trace. */
static void
test_determinism (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (TraceLog) log = run_world (cases[0].scenario, i < 2 ? 1 : 2);
      GString *text = g_string_new (NULL);

      trace_file_write (log, TRACE_LEVEL_PACKETS, text);
      g_ptr_array_add (texts, g_string_free (text, FALSE));
    }
  g_assert_cmpstr (g_ptr_array_index (texts, 0), ==, g_ptr_array_index (texts, 1));
  g_assert_cmpstr (g_ptr_array_index (texts, 0), !=, g_ptr_array_index (texts, 2));
}

/* Loss on a link costs time, never bytes: the letter arrives whole. */
static void
test_loss (void)
{
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_autoptr (GString) text = g_string_new (cases[0].scenario);
      g_autoptr (TraceLog) log = NULL;
      guint n_delivered = 0;

      g_string_replace (text, "LatencyMs=10\n", "LatencyMs=10\nLoss=0.2\n", 0);
      log = run_world (text->str, seed);
      for (guint i = 0; i < trace_log_get_n_events (log); i++)
        {
          const TraceEvent *event = trace_log_get_event (log, i);
          gsize             length;
          const char *bytes = (const char *) trace_log_get_bytes (log, event, &length);

          n_delivered += event->kind == TRACE_MESSAGE &&
                         strcmp (trace_log_get_what (log, event), "delivered") == 0;
          if (event->kind == TRACE_UNIT && strcmp (trace_log_get_what (log, event), "data") == 0)
            g_assert_nonnull (g_strstr_len (bytes, (gssize) length,
                                            "\r\n\r\n..dot\r\n...two\r\nend\r\n.\r\n"));
        }
      g_assert_cmpuint (n_delivered, ==, 1);
    }
}

/* Subject, text, names and domains in any script go out as ASCII (RFC 2045, RFC 2047, RFC 5890). */
static void
test_scripts (void)
{
  static const char *const wanted[] = {
    "From: =?utf-8?B?SsO2cmc=?= <alice@sender.example>\r\n",
    "Cc: x@xn--bcher-kva.example\r\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\r\n",
    "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_0_",
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe, nothing else\r\n",
    "Content-Type: text/html; charset=us-ascii\r\n\r\n<p>Greetings\r\n",
  };
  g_autoptr (GString) text = g_string_new (cases[0].scenario);
  g_autoptr (TraceLog) log = NULL;
  guint n_data = 0;

  g_string_replace (text, "From=alice@sender.example",
                    "From=Jörg <alice@sender.example>\nCc=x@bücher.example", 0);
  g_string_replace (text, "Subject=s\nBody=.dot\\n..two\\nend",
                    "Subject=Grüße\nBody=Grüße, nothing else\nHtml=<p>Greetings", 0);
  log = run_world (text->str, 1);
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gsize             length;
      const char       *bytes = (const char *) trace_log_get_bytes (log, event, &length);

      if (event->kind != TRACE_UNIT || (strcmp (trace_log_get_what (log, event), "data") != 0 &&
                                        strcmp (trace_log_get_what (log, event), "chunk") != 0))
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (wanted) && n_data == 0; j++)
        g_assert_nonnull (g_strstr_len (bytes, (gssize) length, wanted[j]));
      n_data++;
    }
  g_assert_cmpuint (n_data, >=, 2);
}

/* A world can be let go at any moment. */
static void
test_half_run (void)
{
  for (gint64 until_us = 0; until_us < 200000; until_us += 7000)
    {
      SimScenario *scenario = sim_scenario_parse ("test.ini", cases[0].scenario,
                                                  strlen (cases[0].scenario), NULL);
      g_autoptr (MailWorld) world = mail_world_new (scenario, 1);

      mail_world_schedule_actions (world);
      mail_world_run (world, until_us);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-world/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_story);
    }
  g_test_add_func ("/mail-world/determinism", test_determinism);
  g_test_add_func ("/mail-world/loss", test_loss);
  g_test_add_func ("/mail-world/scripts", test_scripts);
  g_test_add_func ("/mail-world/half-run", test_half_run);
  return g_test_run ();
}
