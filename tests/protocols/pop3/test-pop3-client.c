/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-client.h>

#include <string.h>

static const char *const seen[] = { "uid1", NULL };

static const Pop3ClientConfig keep = { "mrose", "tan staaf", POP3_POLICY_KEEP,         TRUE, seen,
                                       0,       20,          .may_show_password = TRUE };
static const Pop3ClientConfig delete = {
  "mrose", "tan staaf", POP3_POLICY_DELETE, FALSE, seen, 0, 20, .may_show_password = TRUE
};
static const Pop3ClientConfig injector = {
  "mrose", "a\r\nDELE 1", POP3_POLICY_KEEP, TRUE, NULL, 0, 0, .may_show_password = TRUE
};

#define DAY_US (24 * 60 * 60 * G_GINT64_CONSTANT (1000000))
#define SHA256_OF_B "679e273f78fc8f8ba114db23c2dce80cc77c91083939825ca830152f2f080d08"

static const char *const digests[] = {
  "8e4621379786ef42a4fec155cd525c291dd7db3c1fde3478522f4f61c03fd1bd", NULL
};
static const Pop3ClientConfig digester = {
  "mrose", "tan staaf", POP3_POLICY_DELETE, TRUE, digests, 0, 20, .may_show_password = TRUE
};
static const char *const left[] = { "old", "exact", "young", NULL };
static const gint64 left_us[] = { -2 * DAY_US - 1, -2 * DAY_US, -DAY_US };
static const Pop3ClientConfig leaver = { "mrose",
                                         "tan staaf",
                                         POP3_POLICY_LEAVE,
                                         TRUE,
                                         left,
                                         0,
                                         20,
                                         .may_show_password = TRUE,
                                         .seen_times_us = left_us,
                                         .leave_days = 2 };
static const Pop3ClientConfig looker = {
  "mrose", "tan staaf", POP3_POLICY_DELETE,        FALSE,         NULL,
  0,       20,          .may_show_password = TRUE, .top_lines = 3
};
static const Pop3ClientConfig modern = {
  "mr\xc3\xb6se",   "tan staaf", POP3_POLICY_KEEP, FALSE, NULL, 0, 20, .may_show_password = TRUE,
  .uses_utf8 = TRUE
};
static const Pop3ClientConfig hider = { "mrose", "tanstaaf!", POP3_POLICY_KEEP };

typedef struct
{
  const char *name;
  const Pop3ClientConfig *config;
  const char *server;
  const char *commands;
  const char *events;
} Case;

#define LOGIN "USER mrose\r\nPASS tan staaf\r\n"
#define PIPELINED "+OK hello\r\n+OK\r\nUSER\r\nUIDL\r\nPIPELINING\r\n.\r\n+OK\r\n+OK\r\n"
#define LOGGED_IN "+OK hello\r\n+OK\r\n+OK\r\n"

/* What the server sends, every byte the client must send, what its owner learns.
 * Messages over 20 octets are too large here, "uid1" has been seen. */
static const Case cases[] = {
  { "empty-maildrop", &keep, LOGGED_IN "+OK 0 0\r\n+OK bye\r\n", LOGIN "STAT\r\nQUIT\r\n",
    "DONE; " },
  { "keeps", &keep,
    LOGGED_IN "+OK 3 17\r\n+OK\r\n1 uid1\r\n2 uid2\r\n3 uid3\r\n.\r\n"
              "+OK\r\n1 9\r\n2 5\r\n3 3\r\n.\r\n"
              "+OK\r\n..a\r\n\r\n.\r\n+OK\r\n.\r\n+OK\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 2\r\nRETR 3\r\nQUIT\r\n",
    "MESSAGE 2 uid2 .a\r\n\r\n; MESSAGE 3 uid3 ; DONE; " },
  { "deletes-also-what-it-has-seen", &delete,
    "+OK hello\r\n+OK\r\nTOP\r\nuser\r\nuidl\r\n.\r\n+OK\r\n+OK\r\n"
    "+OK 2 17\r\n+OK\r\n1 uid1\r\n2 uid2\r\n.\r\n+OK\r\n1 9\r\n2 5\r\n.\r\n"
    "+OK\r\n+OK\r\na\r\n.\r\n+OK\r\n+OK\r\n",
    "CAPA\r\n" LOGIN "STAT\r\nUIDL\r\nLIST\r\nDELE 1\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n",
    "MESSAGE 2 uid2 a\r\n; DONE; " },
  { "no-uidl-announced", &delete,
    "+OK hello\r\n+OK\r\nUSER\r\n.\r\n+OK\r\n+OK\r\n"
    "+OK 1 5\r\n+OK\r\n1 3\r\n.\r\n+OK\r\na\r\n.\r\n-ERR no\r\n+OK\r\n",
    "CAPA\r\n" LOGIN "STAT\r\nLIST\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n",
    "MESSAGE 1 digest a\r\n; DONE; " },
  { "no-capa-no-uidl", &delete,
    "+OK hello\r\n-ERR what\r\n+OK\r\n+OK\r\n"
    "+OK 1 5\r\n-ERR what\r\n+OK\r\n1 3\r\n.\r\n+OK\r\na\r\n.\r\n+OK\r\n+OK\r\n",
    "CAPA\r\n" LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n",
    "MESSAGE 1 digest a\r\n; DONE; " },
  { "skips-too-large-and-gone", &keep,
    LOGGED_IN "+OK 3 50\r\n-ERR\r\n+OK\r\n1 21\r\n5 20\r\n7 3 x\r\n.\r\n-ERR gone\r\n"
              "+OK\r\na\r\n.\r\n+OK\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 5\r\nRETR 7\r\nQUIT\r\n",
    "SKIPPED 1 - too large; SKIPPED 5 - the server does not give it: gone; MESSAGE 7 digest a\r\n; "
    "DONE; " },
  { "two-copies-share-a-unique-id", &keep,
    LOGGED_IN "+OK 2 6\r\n+OK\r\n1 x\r\n2 x\r\n.\r\n+OK\r\n1 3\r\n2 3\r\n.\r\n"
              "+OK\r\na\r\n.\r\n+OK\r\na\r\n.\r\n+OK\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 1\r\nRETR 2\r\nQUIT\r\n",
    "MESSAGE 1 x a\r\n; MESSAGE 2 x a\r\n; DONE; " },
  { "knows-by-digest-what-it-has-seen", &digester,
    LOGGED_IN "+OK 2 6\r\n-ERR\r\n+OK\r\n1 3\r\n2 3\r\n.\r\n+OK\r\na\r\n.\r\n+OK\r\n"
              "+OK\r\nb\r\n.\r\n+OK\r\n+OK\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 1\r\nDELE 1\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n",
    "MESSAGE 2 " SHA256_OF_B " b\r\n; DONE; " },
  { "leaves-for-days", &leaver,
    LOGGED_IN "+OK 4 12\r\n+OK\r\n1 old\r\n2 exact\r\n3 young\r\n4 new\r\n.\r\n"
              "+OK\r\n1 3\r\n2 3\r\n3 3\r\n4 3\r\n.\r\n+OK\r\n+OK\r\na\r\n.\r\n+OK\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nDELE 1\r\nRETR 4\r\nQUIT\r\n", "MESSAGE 4 new a\r\n; DONE; " },
  { "pipelines", &delete,
    PIPELINED "+OK 4 9\r\n+OK\r\n1 uid1\r\n2 uid2\r\n3 uid3\r\n4 uid4\r\n.\r\n"
              "+OK\r\n1 9\r\n2 3\r\n3 3\r\n4 3\r\n.\r\n"
              "+OK\r\n+OK\r\na\r\n.\r\n-ERR gone\r\n+OK\r\nc\r\n.\r\n-ERR no\r\n+OK\r\n+OK\r\n",
    "CAPA\r\n" LOGIN "STAT\r\nUIDL\r\nLIST\r\nDELE 1\r\nRETR 2\r\nRETR 3\r\nRETR 4\r\nDELE 2\r\n"
    "DELE 4\r\nQUIT\r\n",
    "MESSAGE 2 uid2 a\r\n; SKIPPED 3 - the server does not give it: gone; MESSAGE 4 uid4 c\r\n; "
    "DONE; " },
  { "looks-at-what-is-too-large", &looker,
    "+OK hello\r\n+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n+OK\r\n+OK\r\n"
    "+OK 2 60\r\n+OK\r\n1 a\r\n2 b\r\n.\r\n+OK\r\n1 50\r\n2 60\r\n.\r\n"
    "+OK\r\nS: 1\r\n\r\nx\r\n.\r\n-ERR [SYS/TEMP] no\r\n+OK\r\n",
    "CAPA\r\n" LOGIN "STAT\r\nUIDL\r\nLIST\r\nTOP 1 3\r\nTOP 2 3\r\nQUIT\r\n",
    "TOP 1 of 50 S: 1\r\n\r\nx\r\n; SKIPPED 2 SYS/TEMP too large; DONE; " },
  { "says-utf8", &modern,
    "+OK hello\r\n+OK\r\nUSER\r\nUTF8 USER\r\n.\r\n+OK\r\n+OK\r\n+OK\r\n+OK 0 0\r\n+OK\r\n",
    "CAPA\r\nUTF8\r\nUSER mr\xc3\xb6se\r\nPASS tan staaf\r\nSTAT\r\nQUIT\r\n", "DONE; " },
  { "goes-on-without-utf8", &delete,
    "+OK hello\r\n+OK\r\nUSER\r\nUTF8\r\n.\r\n+OK\r\n+OK\r\n+OK 0 0\r\n+OK\r\n",
    "CAPA\r\n" LOGIN "STAT\r\nQUIT\r\n", "DONE; " },
  { "utf8-names-only-where-they-are-taken", &modern,
    "+OK hello\r\n+OK\r\nUSER\r\nUTF8\r\n.\r\n-ERR no\r\n", "CAPA\r\nUTF8\r\n",
    "FAILED user name or password can't be sent in a POP3 command; " },
  { "message-needs-utf8", &keep,
    LOGGED_IN "+OK 1 3\r\n-ERR\r\n+OK\r\n1 3\r\n.\r\n-ERR [UTF8] say it\r\n+OK\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 1\r\nQUIT\r\n",
    "SKIPPED 1 UTF8 the server does not give it: say it; DONE; " },
  { "hides-the-password", &hider, "+OK hello\r\n+OK\r\nUSER\r\nSASL PLAIN LOGIN\r\n.\r\n",
    "CAPA\r\n", "FAILED the server has no way to log in that hides the password, and no TLS; " },
  { "hides-it-by-apop", &hider,
    "+OK hello <1896.697170952@dbc.mtview.ca.us>\r\n+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n"
    "-ERR [IN-USE] wait\r\n+OK\r\n",
    "CAPA\r\nAPOP mrose 7805d971dab8e25847bc77f9cf699b98\r\nQUIT\r\n", "REFUSED IN-USE wait; " },
  { "plain-in-clear-if-it-may", &delete,
    "+OK hello\r\n+OK\r\nSASL GSSAPI PLAIN\r\n.\r\n+OK\r\n+OK 0 0\r\n+OK\r\n",
    "CAPA\r\nAUTH PLAIN AG1yb3NlAHRhbiBzdGFhZg==\r\nSTAT\r\nQUIT\r\n", "DONE; " },
  { "tries-another-way-when-refused-at-once", &delete,
    "+OK hello\r\n+OK\r\nUSER\r\nSASL CRAM-MD5 LOGIN\r\n.\r\n-ERR no\r\n-ERR no\r\n"
    "+OK\r\n+OK\r\n+OK 0 0\r\n+OK\r\n",
    "CAPA\r\nAUTH CRAM-MD5\r\nAUTH LOGIN\r\n" LOGIN "STAT\r\nQUIT\r\n", "DONE; " },
  { "heeds-why-it-was-refused", &delete,
    "+OK hello\r\n+OK\r\nUSER\r\nSASL CRAM-MD5\r\n.\r\n-ERR [LOGIN-DELAY] wait\r\n+OK\r\n",
    "CAPA\r\nAUTH CRAM-MD5\r\nQUIT\r\n", "REFUSED LOGIN-DELAY wait; " },
  { "cancels-what-is-no-base64", &delete,
    "+OK hello\r\n+OK\r\nSASL CRAM-MD5\r\n.\r\n+ <1.2@b>\r\n-ERR cancelled\r\n",
    "CAPA\r\nAUTH CRAM-MD5\r\n*\r\n",
    "FAILED AUTH CRAM-MD5: the server's challenge is not base64; " },
  { "is-not-fooled-after-cancelling", &delete,
    "+OK hello\r\n+OK\r\nSASL CRAM-MD5\r\n.\r\n+ !\r\n+OK\r\n", "CAPA\r\nAUTH CRAM-MD5\r\n*\r\n",
    "FAILED AUTH CRAM-MD5: the server's challenge is not base64; " },
  { "wants-no-challenge-to-user", &keep, "+OK hello\r\n+ AAAA\r\n", "USER mrose\r\n",
    "FAILED malformed answer to USER; " },
  { "wants-no-challenge-without-end", &delete,
    "+OK hello\r\n+OK\r\nSASL PLAIN\r\n.\r\n+ \r\n+ \r\n",
    "CAPA\r\nAUTH PLAIN AG1yb3NlAHRhbiBzdGFhZg==\r\n*\r\n",
    "FAILED AUTH: the server goes on although it was cancelled; " },
  { "unwelcome", &keep, "-ERR not now\r\n", "",
    "FAILED the server answered greeting with -ERR not now; " },
  { "no-such-user", &keep, "+OK\r\n-ERR who\r\n+OK\r\n", "USER mrose\r\nQUIT\r\n",
    "REFUSED - who; " },
  { "in-use", &keep, "+OK\r\n+OK\r\n-ERR [IN-USE] locked\r\n-ERR what\r\n", LOGIN "QUIT\r\n",
    "REFUSED IN-USE locked; " },
  { "does-not-inject", &injector, "+OK hello\r\n", "",
    "FAILED user name or password can't be sent in a POP3 command; " },
  { "malformed-greeting", &keep, "220 smtp.example\r\n", "",
    "FAILED malformed answer to greeting; " },
  { "malformed-stat", &keep, LOGGED_IN "+OK many\r\n", LOGIN "STAT\r\n",
    "FAILED malformed answer to STAT; " },
  { "malformed-listing", &keep, LOGGED_IN "+OK 1 1\r\n-ERR\r\n+OK\r\nx\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\n", "FAILED malformed line in the listing of LIST; " },
  { "message-number-zero", &keep, LOGGED_IN "+OK 1 1\r\n-ERR\r\n+OK\r\n0 1\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\n", "FAILED malformed line in the listing of LIST; " },
  { "list-refused", &keep, LOGGED_IN "+OK 1 1\r\n-ERR\r\n-ERR no\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\n", "FAILED the server answered LIST with -ERR no; " },
  { "message-larger-than-said", &keep,
    LOGGED_IN "+OK 1 1\r\n-ERR\r\n+OK\r\n1 1\r\n.\r\n+OK\r\n1234567890123456789\r\n.\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 1\r\n",
    "FAILED message 1 is larger than the server said; " },
  { "message-far-larger-than-said", &keep,
    LOGGED_IN "+OK 1 1\r\n-ERR\r\n+OK\r\n1 1\r\n.\r\n+OK\r\n"
              "1234567890123456789012345678901234567890\r\n.\r\n",
    LOGIN "STAT\r\nUIDL\r\nLIST\r\nRETR 1\r\n",
    "FAILED message 1 is larger than the server said; " },
  { "not-all-removed", &keep, LOGGED_IN "+OK 0 0\r\n-ERR some deleted messages not removed\r\n",
    LOGIN "STAT\r\nQUIT\r\n",
    "FAILED the server answered QUIT with -ERR some deleted messages not removed; " },
};

typedef struct
{
  Pop3Client *client;
  GString *events;
  GString *sent;
  GByteArray *heard;
} Run;

/* A digest stands for a unique-id that the server does not give. */
static const char *
name_id (const char *unique_id)
{
  g_autofree char *a = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "a\r\n", -1);

  return strcmp (unique_id, a) == 0 ? "digest" : unique_id;
}

static void
tell (Run *run, const Pop3ClientEvent *event)
{
  switch (event->kind)
    {
    case POP3_CLIENT_EVENT_MESSAGE:
      g_string_append_printf (run->events, "MESSAGE %" G_GUINT64_FORMAT " %s ",
                              event->message_number, name_id (event->unique_id));
      g_string_append_len (run->events, g_bytes_get_data (event->message, NULL),
                           (gssize) g_bytes_get_size (event->message));
      g_string_append (run->events, "; ");
      break;
    case POP3_CLIENT_EVENT_TOP:
      g_string_append_printf (run->events, "TOP %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " ",
                              event->message_number, event->octets);
      g_string_append_len (run->events, g_bytes_get_data (event->message, NULL),
                           (gssize) g_bytes_get_size (event->message));
      g_string_append (run->events, "; ");
      break;
    case POP3_CLIENT_EVENT_SKIPPED:
      g_string_append_printf (run->events, "SKIPPED %" G_GUINT64_FORMAT " %s %s; ",
                              event->message_number, event->code != NULL ? event->code : "-",
                              event->text);
      break;
    case POP3_CLIENT_EVENT_REFUSED:
      g_string_append_printf (run->events, "REFUSED %s %s; ",
                              event->code != NULL ? event->code : "-", event->text);
      break;
    case POP3_CLIENT_EVENT_DONE:
      g_string_append (run->events, "DONE; ");
      break;
    case POP3_CLIENT_EVENT_FAILED:
      g_string_append_printf (run->events, "FAILED %s; ", event->text);
      break;
    case POP3_CLIENT_EVENT_NONE:
      g_assert_not_reached ();
    }
}

static void
run_client (Run *run)
{
  g_autoptr (GBytes) output = NULL;
  Pop3ClientEvent event;
  WireUnit unit;

  while (pop3_client_next_event (run->client, &event))
    tell (run, &event);
  while (pop3_client_next_unit (run->client, &unit))
    {
      if (unit.direction == WIRE_RECEIVED)
        g_byte_array_append (run->heard, g_bytes_get_data (unit.bytes, NULL),
                             (guint) g_bytes_get_size (unit.bytes));
      wire_unit_clear (&unit);
    }
  output = pop3_client_take_output (run->client);
  g_string_append_len (run->sent, g_bytes_get_data (output, NULL),
                       (gssize) g_bytes_get_size (output));
}

static void
run_init (Run *run, const Pop3ClientConfig *config)
{
  *run = (Run){ pop3_client_new (config, 0), g_string_new (NULL), g_string_new (NULL),
                g_byte_array_new () };
}

static void
run_clear (Run *run)
{
  pop3_client_free (run->client);
  g_string_free (run->events, TRUE);
  g_string_free (run->sent, TRUE);
  g_byte_array_unref (run->heard);
}

static void
run_receive (Run *run, const char *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  pop3_client_receive (run->client, copy, length, 0);
  run_client (run);
}

static void
test_conversation (gconstpointer data)
{
  const Case *c = data;
  gsize length = strlen (c->server);

  g_test_summary ("What the client does depends on the bytes, never on how TCP cut them.");
  for (gsize chunk = 1; chunk <= length; chunk++)
    {
      Run run;

      run_init (&run, c->config);
      for (gsize i = 0; i < length; i += chunk)
        run_receive (&run, c->server + i, MIN (chunk, length - i));
      g_assert_cmpstr (run.sent->str, ==, c->commands);
      g_assert_cmpstr (run.events->str, ==, c->events);
      g_assert_true (pop3_client_is_done (run.client));
      g_assert_cmpstr (pop3_client_get_step_name (run.client), ==, "");
      g_assert_cmpint (pop3_client_get_deadline (run.client), ==, G_MAXINT64);
      g_assert_cmpmem (run.heard->data, run.heard->len, c->server, run.heard->len);
      run_clear (&run);
    }
}

/* What a client makes of STLS: what the server says in clear, then, once secured, in TLS. */
static const struct
{
  const char *name;
  Pop3TlsUse use;
  const char *in_clear, *in_tls; /* in_tls: NULL: TLS is not to begin */
  const char *sent, *events;
} stls_cases[] = {
#define OFFERED "+OK hello\r\n+OK\r\nUSER\r\nSTLS\r\nUIDL\r\n.\r\n"
#define NOT_OFFERED "+OK hello\r\n+OK\r\nUSER\r\n.\r\n"
#define EMPTY "+OK\r\nUSER\r\n.\r\n+OK\r\n+OK\r\n+OK 0 0\r\n+OK bye\r\n"
  { "used", POP3_TLS_IF_OFFERED, OFFERED "+OK begin\r\n", EMPTY,
    "CAPA\r\nSTLS\r\nCAPA\r\n" LOGIN "STAT\r\nQUIT\r\n", "DONE; " },
  { "what-came-with-the-answer-is-dropped", POP3_TLS_VERIFIED,
    OFFERED "+OK begin\r\n+OK\r\nSTLS\r\n.\r\n+OK\r\n", EMPTY,
    "CAPA\r\nSTLS\r\nCAPA\r\n" LOGIN "STAT\r\nQUIT\r\n", "DONE; " },
  { "never", POP3_TLS_NEVER, OFFERED "+OK\r\n+OK\r\n+OK 0 0\r\n+OK\r\n", NULL,
    "CAPA\r\n" LOGIN "STAT\r\nQUIT\r\n", "DONE; " },
  { "refused", POP3_TLS_IF_OFFERED, OFFERED "-ERR no\r\n+OK\r\n+OK\r\n+OK 0 0\r\n+OK\r\n", NULL,
    "CAPA\r\nSTLS\r\n" LOGIN "STAT\r\nQUIT\r\n", "DONE; " },
  { "refused-where-it-must-be", POP3_TLS_ALWAYS, OFFERED "-ERR no\r\n", NULL, "CAPA\r\nSTLS\r\n",
    "FAILED the server offers no TLS; " },
  { "not-offered-where-it-must-be", POP3_TLS_ALWAYS, NOT_OFFERED, NULL, "CAPA\r\n",
    "FAILED the server offers no TLS; " },
  { "no-capabilities-where-it-must-be", POP3_TLS_VERIFIED, "+OK hello\r\n-ERR\r\n", NULL,
    "CAPA\r\n", "FAILED the server offers no TLS; " },
};

static const WireSecurity security = { "TLSv1.3", "TLS_AES_256_GCM_SHA384" };

static void
test_stls (void)
{
  g_test_summary ("STLS is used as the owner wants it; nothing said in clear counts after it.");
  for (guint i = 0; i < G_N_ELEMENTS (stls_cases); i++)
    for (gsize chunk = 1; chunk <= strlen (stls_cases[i].in_clear); chunk++)
      {
        const char *in_clear = stls_cases[i].in_clear;
        Pop3ClientConfig config = { "mrose", "tan staaf", .tls = stls_cases[i].use,
                                    .may_show_password = TRUE };
        gboolean starts;
        Run run;

        run_init (&run, &config);
        g_assert_cmpint (pop3_client_trusts (run.client), ==, config.tls != POP3_TLS_VERIFIED);
        for (gsize at = 0; at < strlen (in_clear); at += chunk)
          run_receive (&run, in_clear + at, MIN (chunk, strlen (in_clear) - at));
        starts = pop3_client_starts_tls (run.client);
        g_assert_cmpint (starts, ==, stls_cases[i].in_tls != NULL);
        g_assert_false (pop3_client_starts_tls (run.client));
        if (starts)
          {
            pop3_client_secured (run.client, &security, 1000);
            run_client (&run);
            run_receive (&run, stls_cases[i].in_tls, strlen (stls_cases[i].in_tls));
          }
        g_assert_cmpstr (run.sent->str, ==, stls_cases[i].sent);
        g_assert_cmpstr (run.events->str, ==, stls_cases[i].events);
        run_clear (&run);
      }
}

static void
test_tls_failed (void)
{
  Pop3ClientConfig config = { "mrose", "tan staaf", .tls = POP3_TLS_IF_OFFERED,
                              .may_show_password = TRUE };
  Run run;

  g_test_summary ("TLS that fails ends the session: the password never goes in clear.");
  run_init (&run, &config);
  run_receive (&run, OFFERED "+OK\r\n", strlen (OFFERED "+OK\r\n"));
  pop3_client_tls_failed (run.client, "expired");
  run_client (&run);
  g_assert_cmpstr (run.events->str, ==, "FAILED expired; ");
  g_assert_cmpstr (run.sent->str, ==, "CAPA\r\nSTLS\r\n");
  g_assert_true (pop3_client_is_done (run.client));
  run_clear (&run);
}

static void
test_result (void)
{
  const Case *c = &cases[1];
  Pop3ClientResult result;
  Run run;

  run_init (&run, c->config);
  pop3_client_get_result (run.client, &result);
  g_assert_cmpint (result.outcome, ==, POP3_OUTCOME_PENDING);
  run_receive (&run, c->server, strlen (c->server));
  pop3_client_get_result (run.client, &result);
  g_assert_cmpint (result.outcome, ==, POP3_OUTCOME_DONE);
  g_assert_cmpstr (result.text, ==, NULL);
  g_assert_cmpuint (result.n_listed, ==, 3);
  g_assert_cmpuint (result.n_fetched, ==, 2);
  g_assert_cmpuint (result.n_seen, ==, 1);
  g_assert_cmpuint (result.n_skipped, ==, 0);
  g_assert_cmpuint (result.n_deleted, ==, 0);
  g_assert_cmpuint (result.n_octets, ==, 6);
  run_clear (&run);
}

static void
test_deadline (void)
{
  Run run;

  run_init (&run, &keep);
  g_assert_cmpint (pop3_client_get_deadline (run.client), ==, POP3_CLIENT_TIMEOUT_US);
  pop3_client_receive (run.client, (const guint8 *) "+O", 2, 1000);
  run_client (&run);
  g_assert_cmpint (pop3_client_get_deadline (run.client), ==, 1000 + POP3_CLIENT_TIMEOUT_US);
  pop3_client_expire (run.client, POP3_CLIENT_TIMEOUT_US);
  g_assert_false (pop3_client_is_done (run.client));
  pop3_client_expire (run.client, 1000 + POP3_CLIENT_TIMEOUT_US);
  run_client (&run);
  g_assert_cmpstr (run.events->str, ==, "FAILED no answer to greeting in time; ");
  g_assert_true (pop3_client_is_done (run.client));
  run_clear (&run);
}

static void
test_lost (void)
{
  Run run;

  run_init (&run, &keep);
  run_receive (&run, LOGGED_IN "+OK 1 1\r\n", strlen (LOGGED_IN "+OK 1 1\r\n"));
  pop3_client_receive_end (run.client);
  run_client (&run);
  g_assert_cmpstr (run.events->str, ==, "FAILED the connection ended before the answer to UIDL; ");
  run_clear (&run);
}

static void
test_long_lines (void)
{
  g_autofree char *longest = g_strnfill (POP3_RESPONSE_BYTES_MAX - strlen ("+OK \r\n"), 'x');
  g_autofree char *greeting = g_strdup_printf ("+OK %s\r\n", longest);
  g_autofree char *too_long = g_strdup_printf ("+OK x%s\r\n", longest);
  Run run;

  run_init (&run, &keep);
  run_receive (&run, greeting, strlen (greeting));
  g_assert_cmpstr (run.sent->str, ==, "USER mrose\r\n");
  run_receive (&run, too_long, strlen (too_long));
  g_assert_cmpstr (run.events->str, ==,
                   "FAILED a line longer than 512 octets in the answer to USER; ");
  run_clear (&run);
}

static void
test_endless_listing (void)
{
  GString *lines = g_string_new (NULL);
  Run run;

  run_init (&run, &keep);
  run_receive (&run, LOGGED_IN "+OK 1 1\r\n+OK\r\n", strlen (LOGGED_IN "+OK 1 1\r\n+OK\r\n"));
  for (guint i = 1; lines->len <= POP3_CLIENT_LISTING_BYTES_MAX; i++)
    g_string_append_printf (lines, "%u aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", i);
  run_receive (&run, lines->str, lines->len);
  g_assert_cmpstr (run.events->str, ==, "FAILED the listing of UIDL is too long; ");
  g_string_free (lines, TRUE);
  run_clear (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/pop3/client/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_conversation);
    }
  g_test_add_func ("/pop3/client/stls", test_stls);
  g_test_add_func ("/pop3/client/tls-failed", test_tls_failed);
  g_test_add_func ("/pop3/client/result", test_result);
  g_test_add_func ("/pop3/client/deadline", test_deadline);
  g_test_add_func ("/pop3/client/lost", test_lost);
  g_test_add_func ("/pop3/client/long-lines", test_long_lines);
  g_test_add_func ("/pop3/client/endless-listing", test_endless_listing);
  return g_test_run ();
}
