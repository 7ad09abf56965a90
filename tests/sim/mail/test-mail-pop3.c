/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-world.h>
#include <string.h>
#include <trace/trace-file.h>

/* Worlds in which mail is fetched by POP3: which way in a mail program and a server find, and what
 * the server notes of it. */

typedef struct
{
  const char *name;
  const char *server, *client; /* further lines of the hosts */
  const char *password;
  const char *actions;  /* further ones */
  const char *expected; /* what the server notes has to have this */
  const char *unwanted; /* (nullable): and not this */
} Case;

#define FETCH_AGAIN                                                                                \
  "[Action 2]\nAt=60\nHost=pc\nDo=fetch\nServer=mail.example\nUser=bob\nPassword=builder\n"

static const Case cases[] = {
  { "hides-the-password", "", "", "builder", "", "mechanism: SCRAM-SHA-256\nprotection: none",
    "in clear" },
  { "shows-it-where-nothing-else-is-known", "Mechanisms=none\n", "", "builder", "",
    "the password was in clear on the wire\nuser: bob\nmechanism: USER", NULL },
  { "not-to-a-server-that-guards-it", "Mechanisms=none\nCertificate=good\n", "Tls=never\n",
    "builder", "", "", "logged in" },
  { "apop", "Mechanisms=none\nApop=true\n", "", "builder", "", "mechanism: APOP\nprotection: none",
    "in clear" },
  { "apop-refused", "Mechanisms=none\nApop=true\n", "", "wrong", "",
    "bob has not shown who it is\nuser: bob\nmechanism: APOP\nreason: ", "logged in" },
  { "wrong-password", "Mechanisms=none\n", "", "wrong", "",
    "bob is not let in\nuser: bob\ncode: AUTH", "logged in" },
  { "in-tls", "Certificate=good\n", "", "builder", "",
    "mechanism: SCRAM-SHA-256-PLUS\nprotection: TLSv1.3 ", "in clear" },
  { "too-soon", "LoginDelay=61\n", "", "builder", FETCH_AGAIN,
    "bob comes back too soon\nuser: bob\ncode: LOGIN-DELAY", NULL },
  { "not-too-soon", "LoginDelay=59\n", "", "builder", FETCH_AGAIN, "is logged in", "too soon" },
};

/* Returns: (transfer full): all that the server notes; the whole trace in @out_trace. */
static char *
run (const Case *c, char **out_trace)
{
  g_autofree char *text = g_strdup_printf (
      "[Scenario]\nTitle=t\nSeed=5\n[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n%s"
      "[Host mail.example]\nRoles=MDA;MS\nAddress=192.0.2.25\nDomains=mail.example\n"
      "Users=bob:builder\nServices=pop3\n%s[Link pc mail.example]\n"
      "[Action 1]\nAt=0\nHost=pc\nDo=fetch\nServer=mail.example\nUser=bob\nPassword=%s\n%s",
      c->client, c->server, c->password, c->actions);
  g_autoptr (GError) error = NULL;
  SimScenario *scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);
  g_autoptr (MailWorld) world = NULL;
  GString *notes = g_string_new (NULL);
  GString *trace = g_string_new (NULL);
  TraceLog *log;

  g_assert_no_error (error);
  world = mail_world_new (scenario, MAIL_WORLD_OWN_SEED);
  log = mail_world_get_log (world);
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gsize length;
      const guint8 *data = trace_log_get_bytes (log, event, &length);

      g_string_append_len (trace, (const char *) data, (gssize) length);
      if (event->kind == TRACE_NOTE &&
          strcmp (trace_log_get_actor (log, event->from)->name, "mail.example") == 0)
        g_string_append_printf (notes, "%.*s\n\n", (int) length, (const char *) data);
    }
  *out_trace = g_string_free (trace, FALSE);
  return g_string_free (notes, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *trace = NULL;
  g_autofree char *again = NULL;
  g_autofree char *notes = run (c, &trace);
  g_autofree char *same = run (c, &again);

  if (strstr (notes, c->expected) == NULL)
    g_error ("\"%s\" is not in:\n%s", c->expected, notes);
  if (c->unwanted != NULL && strstr (notes, c->unwanted) != NULL)
    g_error ("\"%s\" is in:\n%s", c->unwanted, notes);
  g_assert_cmpstr (notes, ==, same);
  g_assert_cmpstr (trace, ==, again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail/pop3/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
