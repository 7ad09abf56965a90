/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-client.h>

#include <string.h>

#define WITH_PASSWORD .user = "bob", .password = "b \"u"

static const ImapClientConfig plain = { WITH_PASSWORD, .tls = IMAP_TLS_IF_OFFERED,
                                        .mechanisms = SASL_MECHANISM_PLAIN, .allows_clear = TRUE };
static const ImapClientConfig careful = { WITH_PASSWORD, .tls = IMAP_TLS_IF_OFFERED,
                                          .mechanisms = SASL_MECHANISM_PLAIN };
static const ImapClientConfig login = { WITH_PASSWORD, .tls = IMAP_TLS_IF_OFFERED,
                                        .allows_clear = TRUE };
static const ImapClientConfig two = { WITH_PASSWORD, .tls = IMAP_TLS_IF_OFFERED,
                                      .mechanisms = SASL_MECHANISM_PLAIN | SASL_MECHANISM_CRAM_MD5,
                                      .allows_clear = TRUE };
static const ImapClientConfig always = { WITH_PASSWORD, .tls = IMAP_TLS_ALWAYS,
                                         .allows_clear = TRUE };
static const ImapClientConfig tls = { WITH_PASSWORD, .tls = IMAP_TLS_IF_OFFERED };
static const ImapClientConfig modest = {
  WITH_PASSWORD, .tls = IMAP_TLS_IF_OFFERED, .allows_clear = TRUE,
  .unused = IMAP_CAPABILITY_QRESYNC | IMAP_CAPABILITY_LITERAL_PLUS
};

/* What both say, and the owner learns and does, a line each: "S: " and "C: " without CRLF, "E: " an
 * event, "O: " the owner's deed: send TEXT, literal TEXT (to SAVE), idle, end, quit, tls, close,
 * expire. */
typedef struct
{
  const char             *name;
  const ImapClientConfig *config;
  const char             *script;
} Case;

#define READY_BY_LOGIN                                                                             \
  "S: * OK [CAPABILITY IMAP4rev1] hello\nE: TOLD no-tls\n"                                       \
  "C: A1 LOGIN bob \"b \\\"u\"\n"                                                                 \
  "S: A1 OK [CAPABILITY IMAP4rev1 IDLE LITERAL+] in\nE: TOLD auth\nE: READY\n"

static const Case cases[] = {
  { "logs-in", &login, READY_BY_LOGIN "O: quit\nC: A2 LOGOUT\nS: * BYE bye\nE: * BYE\n"
                                      "S: A2 OK done\nE: DONE\n" },
  { "asks-for-capabilities", &login,
    "S: * OK hello\nC: A1 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: A1 OK\nE: TOLD no-tls\n"
    "C: A2 LOGIN bob \"b \\\"u\"\nS: A2 OK in\nE: TOLD auth\nC: A3 CAPABILITY\n"
    "S: * CAPABILITY IMAP4rev1 ENABLE CONDSTORE\nE: * CAPABILITY\nS: A3 OK\n"
    "C: A4 ENABLE CONDSTORE\nS: * ENABLED CONDSTORE\nE: * ENABLED\nS: A4 OK\nE: READY\n" },
  { "preauth", &login,
    "S: * PREAUTH [CAPABILITY IMAP4rev1] hello bob\nE: READY\n" },
  { "preauth-where-tls-is-demanded", &always,
    "S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello\nE: FAILED\n" },
  { "is-not-let-in", &login, "S: * BYE too many\nE: FAILED\n" },
  { "is-no-imap", &login, "S: 220 mail.example ESMTP\nE: FAILED\n" },
  { "plain-with-initial-response", &plain,
    "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\nE: TOLD no-tls\n"
    "C: A1 AUTHENTICATE PLAIN AGJvYgBiICJ1\nS: A1 OK [CAPABILITY IMAP4rev1] in\nE: TOLD auth\n"
    "E: READY\n" },
  { "plain-without", &plain,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\nE: TOLD no-tls\nC: A1 AUTHENTICATE PLAIN\n"
    "S: + \nC: AGJvYgBiICJ1\nS: A1 OK [CAPABILITY IMAP4rev1] in\nE: TOLD auth\nE: READY\n" },
  { "wrong-password", &plain,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\nE: TOLD no-tls\nC: A1 AUTHENTICATE PLAIN\n"
    "S: + \nC: AGJvYgBiICJ1\nS: A1 NO [AUTHENTICATIONFAILED] no\nE: REFUSED AUTHENTICATIONFAILED\n"
    "C: A2 LOGOUT\nS: * BYE\nS: A2 OK\nE: DONE\n" },
  { "tries-the-next-mechanism", &two,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=CRAM-MD5 SASL-IR] hello\nE: TOLD no-tls\n"
    "C: A1 AUTHENTICATE CRAM-MD5\nS: A1 NO not that one\nC: A2 AUTHENTICATE PLAIN AGJvYgBiICJ1\n"
    "S: A2 OK [CAPABILITY IMAP4rev1] in\nE: TOLD auth\nE: READY\n" },
  { "cancels-what-it-can-not-read", &two,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] hello\nE: TOLD no-tls\n"
    "C: A1 AUTHENTICATE CRAM-MD5\nS: + !!!\nC: *\nS: A1 BAD cancelled\nE: REFUSED\n"
    "C: A2 LOGOUT\n" },
  { "says-no-password-in-clear", &careful,
    "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\nE: TOLD no-tls\nE: REFUSED\nC: A1 LOGOUT\n" },
  { "login-is-disabled", &login,
    "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hello\nE: TOLD no-tls\nE: REFUSED\n"
    "C: A1 LOGOUT\n" },
  { "starttls", &tls,
    "S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hello\nC: A1 STARTTLS\n"
    "S: A1 OK begin\nO: tls\nC: A2 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: A2 OK\n"
    "C: A3 LOGIN bob \"b \\\"u\"\nS: A3 OK [CAPABILITY IMAP4rev1] in\nE: TOLD auth\nE: READY\n" },
  { "starttls-refused", &always,
    "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hello\nC: A1 STARTTLS\nS: A1 BAD no\nE: FAILED\n" },
  { "starttls-not-offered", &always, "S: * OK [CAPABILITY IMAP4rev1] hello\nE: FAILED\n" },
  { "sends-commands-in-a-row", &login,
    READY_BY_LOGIN "O: send NOOP\nO: send CHECK\nC: A2 NOOP\nC: A3 CHECK\nS: * 3 EXISTS\n"
                   "E: * EXISTS\nS: A2 OK\nE: COMPLETED OK\nS: A3 NO not now\nE: COMPLETED NO\n" },
  { "literal-at-once", &login,
    READY_BY_LOGIN "O: literal two\nC: A2 SAVE {3+}\nC: two\nS: A2 OK\nE: COMPLETED OK\n" },
  { "literal-with-leave", &modest,
    READY_BY_LOGIN "O: literal two\nO: send NOOP\nC: A2 SAVE {3}\nS: + go on\nC: two\n"
                   "C: A3 NOOP\nS: A2 OK\nE: COMPLETED OK\n" },
  { "literal-refused", &modest,
    READY_BY_LOGIN "O: literal two\nO: send NOOP\nC: A2 SAVE {3}\nS: A2 NO [TOOBIG] no\n"
                   "E: COMPLETED NO\nC: A3 NOOP\n" },
  { "idles", &login,
    READY_BY_LOGIN "O: idle\nC: A2 IDLE\nS: + waiting\nE: IDLING\nS: * 4 EXISTS\nE: * EXISTS\n"
                   "O: end\nC: DONE\nS: A2 OK\nE: COMPLETED OK\n" },
  { "idles-on-after-half-an-hour", &login,
    READY_BY_LOGIN "O: idle\nC: A2 IDLE\nS: + waiting\nE: IDLING\nO: expire\nC: DONE\n"
                   "S: A2 OK\nC: A3 IDLE\nS: + waiting\nO: end\nC: DONE\nS: A3 OK\n"
                   "E: COMPLETED OK\n" },
  { "ends-an-idle-that-has-not-begun", &login,
    READY_BY_LOGIN "O: idle\nO: end\nC: A2 IDLE\nS: + waiting\nE: IDLING\nC: DONE\nS: A2 OK\n"
                   "E: COMPLETED OK\n" },
  { "idle-refused", &login,
    READY_BY_LOGIN "O: idle\nC: A2 IDLE\nS: A2 NO\nE: COMPLETED NO\nO: send NOOP\nC: A3 NOOP\n" },
  { "unreadable-response", &login,
    READY_BY_LOGIN "O: send NOOP\nC: A2 NOOP\nS: * 1 FETCH (FLAGS\nE: TOLD unreadable\nS: A2 OK\n"
                   "E: COMPLETED OK\n" },
  { "answers-nobody-asked-for", &login, READY_BY_LOGIN "S: A9 OK what\nE: FAILED\n" },
  { "leave-nobody-asked-for", &login, READY_BY_LOGIN "S: + go on\nE: TOLD unreadable\n" },
  { "closes", &login,
    READY_BY_LOGIN "O: send NOOP\nC: A2 NOOP\nS: * BYE shutting down\nE: * BYE\nO: close\n"
                   "E: FAILED\n" },
  { "does-not-answer", &login, READY_BY_LOGIN "O: send NOOP\nC: A2 NOOP\nO: expire\nE: FAILED\n" },
};

typedef struct
{
  ImapClient *client;
  GString    *said;   /* by the client, not yet compared */
  GString    *events; /* lines */
} Play;

static void
drain (Play *self)
{
  ImapClientEvent event;
  g_autoptr (GBytes) output = NULL;
  gsize         length;
  const guint8 *data;

  while (imap_client_next_event (self->client, &event))
    switch (event.kind)
      {
      case IMAP_CLIENT_EVENT_READY:
        g_string_append (self->events, "READY\n");
        break;
      case IMAP_CLIENT_EVENT_RESPONSE:
        g_string_append_printf (self->events, "* %s\n",
                                event.response->kind == IMAP_RESPONSE_DATA
                                    ? event.response->name
                                    : imap_condition_get_name (event.response->condition));
        break;
      case IMAP_CLIENT_EVENT_COMPLETED:
        g_string_append_printf (self->events, "COMPLETED %s\n",
                                imap_condition_get_name (event.response->condition));
        break;
      case IMAP_CLIENT_EVENT_IDLING:
        g_string_append (self->events, "IDLING\n");
        break;
      case IMAP_CLIENT_EVENT_TOLD:
        g_string_append_printf (self->events, "TOLD %s\n", event.code);
        break;
      case IMAP_CLIENT_EVENT_REFUSED:
        g_string_append_printf (self->events, "REFUSED%s%s\n", event.code != NULL ? " " : "",
                                event.code != NULL ? event.code : "");
        break;
      case IMAP_CLIENT_EVENT_DONE:
        g_string_append (self->events, "DONE\n");
        break;
      case IMAP_CLIENT_EVENT_FAILED:
        g_assert_cmpstr (event.text, !=, "");
        g_string_append (self->events, "FAILED\n");
        break;
      case IMAP_CLIENT_EVENT_NONE:
        g_assert_not_reached ();
      }
  output = imap_client_take_output (self->client);
  data = g_bytes_get_data (output, &length);
  g_string_append_len (self->said, (const char *) data, (gssize) length);
}

static void
give (Play *self, const char *line, gsize chunk)
{
  g_autofree char *text = g_strconcat (line, "\r\n", NULL);
  gsize            length = strlen (text);

  for (gsize pos = 0; pos < length; pos += chunk)
    {
      gsize              n = MIN (chunk, length - pos);
      g_autofree guint8 *copy = g_memdup2 (text + pos, n);

      imap_client_receive (self->client, copy, n, 1);
      drain (self);
    }
}

static void
do_deed (Play *self, const char *deed)
{
  static const WireSecurity security = { .version = "TLSv1.3", .cipher = "x", .problems = "" };

  if (g_str_has_prefix (deed, "send "))
    imap_client_send (self->client, imap_request_new (deed + 5));
  else if (g_str_has_prefix (deed, "literal "))
    {
      ImapRequest *request = imap_request_new ("SAVE");
      g_autoptr (GBytes) bytes = g_bytes_new (deed + 8, strlen (deed + 8));

      imap_request_add_literal (request, bytes);
      imap_client_send (self->client, request);
    }
  else if (strcmp (deed, "idle") == 0)
    imap_client_idle (self->client);
  else if (strcmp (deed, "end") == 0)
    imap_client_end_idle (self->client);
  else if (strcmp (deed, "quit") == 0)
    imap_client_quit (self->client);
  else if (strcmp (deed, "close") == 0)
    imap_client_receive_end (self->client);
  else if (strcmp (deed, "expire") == 0)
    imap_client_expire (self->client, imap_client_get_deadline (self->client));
  else if (strcmp (deed, "tls") == 0)
    {
      g_assert_true (imap_client_starts_tls (self->client));
      g_assert_false (imap_client_starts_tls (self->client));
      imap_client_secured (self->client, &security, 1);
    }
  else
    g_assert_not_reached ();
  drain (self);
}

/* Takes the first line off. */
static void
expect (GString *from, const char *line, const char *end)
{
  g_autofree char *wanted = g_strconcat (line, end, NULL);
  g_autofree char *there = g_strndup (from->str, strlen (wanted));

  g_assert_cmpstr (there, ==, wanted);
  g_string_erase (from, 0, (gssize) strlen (wanted));
}

static void
play (const Case *test, gsize chunk)
{
  Play self = { imap_client_new (test->config, 0), g_string_new (NULL), g_string_new (NULL) };
  g_auto (GStrv) lines = g_strsplit (test->script, "\n", -1);
  WireUnit unit;
  gsize    n_sent = 0;

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      const char *rest = lines[i] + 3;

      if (lines[i][0] == 'S')
        give (&self, rest, chunk);
      else if (lines[i][0] == 'O')
        do_deed (&self, rest);
      else
        expect (lines[i][0] == 'C' ? self.said : self.events, rest,
                lines[i][0] == 'C' ? "\r\n" : "\n");
    }
  g_assert_cmpstr (self.said->str, ==, "");
  g_assert_cmpstr (self.events->str, ==, "");
  while (imap_client_next_unit (self.client, &unit))
    {
      n_sent += unit.direction == WIRE_SENT;
      wire_unit_clear (&unit);
    }
  g_assert_true (n_sent > 0 || strstr (test->script, "C: ") == NULL);
  imap_client_free (self.client);
  g_string_free (self.said, TRUE);
  g_string_free (self.events, TRUE);
}

static void
test_case (gconstpointer data)
{
  g_test_summary ("What a client says and tells, however TCP cut what the server said.");
  for (gsize chunk = 1; chunk < 40; chunk++)
    play (data, chunk);
  play (data, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imap-client/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
