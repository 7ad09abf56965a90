/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-conversation.h"

#include <string.h>

#define GREETING "220 foo.com Simple Mail Transfer Service Ready\r\n"
#define EHLO_REPLY                                                                                 \
  "250-foo.com greets bar.com\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 HELP\r\n"
#define OK "250 OK\r\n"
#define BYE "221 foo.com Service closing transmission channel\r\n"
#define GO_ON "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define NO_SUCH_USER "550 No such user here\r\n"
#define MAIL_USAGE "501 Syntax error, the command is: MAIL FROM:<reverse-path> [parameters]\r\n"
#define RCPT_USAGE "501 Syntax error, the command is: RCPT TO:<forward-path> [parameters]\r\n"
#define TO_RECIPIENT "EHLO bar.com\r\nMAIL FROM:<x@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\n"
#define TO_RECIPIENT_REPLIES GREETING EHLO_REPLY OK OK
#define TO_RECIPIENT_EVENTS "EHLO bar.com; MAIL <x@bar.com>; RCPT <Jones@foo.com>; "

#define CONFIG(set)                                                                                \
  { .name = "foo.com", .greeting = "Simple Mail Transfer Service Ready", .profile = set,           \
    .size_max = 1000, .recipients_max = 3,                                                         \
    .extensions = SMTP_EXTENSION_SIZE | SMTP_EXTENSION_8BITMIME | SMTP_EXTENSION_PIPELINING |      \
                  SMTP_EXTENSION_HELP }

static const SmtpServerConfig common = CONFIG (SMTP_PROFILE_COMMON);
/* Whole conversations come at once, which needs the one leniency. */
static const SmtpServerConfig strict =
    CONFIG (SMTP_PROFILE_STRICT | SMTP_LENIENT_EARLY_PIPELINING);

/* What the client sends, every byte the server must send back, what its owner learns. */
static const SmtpConversation cases[] = {
  { "greets", &strict, "", GREETING, "", NULL },
  { "rfc-5321-d-1", &strict,
    "EHLO bar.com\r\nMAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\n"
    "RCPT TO:<Green@foo.com>\r\nRCPT TO:<Brown@foo.com>\r\nDATA\r\nBlah blah blah...\r\n"
    "...etc. etc. etc.\r\n.\r\nQUIT\r\n",
    GREETING EHLO_REPLY OK OK NO_SUCH_USER OK GO_ON OK BYE,
    "EHLO bar.com; MAIL <Smith@bar.com>; RCPT <Jones@foo.com>; RCPT <Green@foo.com>; "
    "RCPT <Brown@foo.com>; MESSAGE 37; QUIT; ",
    "Blah blah blah...\r\n..etc. etc. etc.\r\n" },
  { "rfc-5321-d-2", &strict,
    "EHLO bar.com\r\nMAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\n"
    "RCPT TO:<Green@foo.com>\r\nRSET\r\nQUIT\r\n",
    GREETING EHLO_REPLY OK OK NO_SUCH_USER OK BYE,
    "EHLO bar.com; MAIL <Smith@bar.com>; RCPT <Jones@foo.com>; RCPT <Green@foo.com>; RSET; QUIT; ",
    NULL },
  { "rfc-5321-d-3", &strict,
    "EHLO bar.com\r\nMAIL FROM:<JQP@bar.com>\r\nRCPT TO:<Jones@XYZ.COM>\r\nDATA\r\n"
    "Date: Thu, 21 May 1998 05:33:29 -0700\r\nSubject: The Next Meeting of the Board\r\n\r\n"
    "Bill:\r\n.\r\nQUIT\r\n",
    GREETING EHLO_REPLY OK OK GO_ON OK BYE,
    "EHLO bar.com; MAIL <JQP@bar.com>; RCPT <Jones@XYZ.COM>; MESSAGE 88; QUIT; ",
    "Date: Thu, 21 May 1998 05:33:29 -0700\r\nSubject: The Next Meeting of the Board\r\n\r\n"
    "Bill:\r\n" },
  { "rfc-5321-d-4", &strict,
    "EHLO bar.com\r\nVRFY Crispin\r\nMAIL FROM:<EAK@bar.com>\r\nRCPT TO:<Admin.MRC@foo.com>\r\n"
    "DATA\r\nBlah blah blah...\r\n.\r\nQUIT\r\n",
    GREETING EHLO_REPLY "250 Mark Crispin <Admin.MRC@foo.com>\r\n" OK OK GO_ON OK BYE,
    "EHLO bar.com; VRFY Crispin; MAIL <EAK@bar.com>; RCPT <Admin.MRC@foo.com>; MESSAGE 19; QUIT; ",
    "Blah blah blah...\r\n" },
  { "helo", &strict, "helo bar.com\r\nmail from:<>\r\nrcpt to:<POSTMASTER>\r\nquit\r\n",
    GREETING "250 foo.com greets bar.com\r\n" OK OK BYE,
    "HELO bar.com; MAIL <>; RCPT <postmaster>; QUIT; ", NULL },
  { "nothing-after-quit", &strict, "QUIT\r\nNOOP\r\n", GREETING BYE, "QUIT; ", NULL },
  { "empty-message", &strict, TO_RECIPIENT "DATA\r\n.\r\n", TO_RECIPIENT_REPLIES GO_ON OK,
    TO_RECIPIENT_EVENTS "MESSAGE 0; ", "" },
  { "unstuffs-dots", &strict, TO_RECIPIENT "DATA\r\n..\r\n.a\r\n...b\r\n.\r\n",
    TO_RECIPIENT_REPLIES GO_ON OK, TO_RECIPIENT_EVENTS "MESSAGE 11; ", ".\r\na\r\n..b\r\n" },
  { "refuses-a-message", &strict, TO_RECIPIENT "DATA\r\nSpam\r\n.\r\nRCPT TO:<a@b>\r\n",
    TO_RECIPIENT_REPLIES GO_ON "554 No thanks\r\n"
                               "503 Bad sequence of commands: send MAIL first\r\n",
    TO_RECIPIENT_EVENTS "MESSAGE 6; ", NULL },
  { "two-transactions", &strict,
    TO_RECIPIENT "DATA\r\none\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\ntwo\r\n.\r\n",
    TO_RECIPIENT_REPLIES GO_ON OK OK OK GO_ON OK,
    TO_RECIPIENT_EVENTS "MESSAGE 5; MAIL <>; RCPT <a@b>; MESSAGE 5; ", "two\r\n" },
  { "refused-sender-opens-nothing", &strict,
    "EHLO bar.com\r\nMAIL FROM:<later@a>\r\nMAIL FROM:<nobody@a>\r\nRCPT TO:<a@b>\r\n",
    GREETING EHLO_REPLY "450 Not now\r\n" NO_SUCH_USER
                        "503 Bad sequence of commands: send MAIL first\r\n",
    "EHLO bar.com; MAIL <later@a>; MAIL <nobody@a>; ", NULL },
  { "data-takes-a-recipient", &strict,
    "EHLO bar.com\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@a>\r\nDATA\r\n",
    GREETING EHLO_REPLY OK NO_SUCH_USER "503 Bad sequence of commands: no valid recipients\r\n",
    "EHLO bar.com; MAIL <>; RCPT <nobody@a>; ", NULL },
  { "mail-twice", &strict, "EHLO bar.com\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n",
    GREETING EHLO_REPLY OK "503 Bad sequence of commands: a mail transaction is in progress\r\n",
    "EHLO bar.com; MAIL <>; ", NULL },
  { "mail-before-hello", &strict, "MAIL FROM:<>\r\n",
    GREETING "503 Bad sequence of commands: send HELO or EHLO first\r\n", "", NULL },
  { "ehlo-resets", &strict, TO_RECIPIENT "EHLO bar.com\r\nDATA\r\n",
    TO_RECIPIENT_REPLIES EHLO_REPLY "503 Bad sequence of commands: send MAIL first\r\n",
    TO_RECIPIENT_EVENTS "EHLO bar.com; ", NULL },
  { "rset-outside-a-transaction", &strict, "RSET\r\nEHLO bar.com\r\nRSET\r\n",
    GREETING OK EHLO_REPLY OK, "EHLO bar.com; ", NULL },
  { "too-many-recipients", &strict,
    TO_RECIPIENT "RCPT TO:<b@b>\r\nRCPT TO:<c@c>\r\nRCPT TO:<d@d>\r\nDATA\r\na\r\n.\r\n",
    TO_RECIPIENT_REPLIES OK OK "452 Too many recipients\r\n" GO_ON OK,
    TO_RECIPIENT_EVENTS "RCPT <b@b>; RCPT <c@c>; MESSAGE 3; ", "a\r\n" },
  { "recipients-count-per-transaction", &strict,
    TO_RECIPIENT "RCPT TO:<b@b>\r\nRCPT TO:<c@c>\r\nDATA\r\na\r\n.\r\n"
    "MAIL FROM:<>\r\nRCPT TO:<d@d>\r\nRCPT TO:<e@e>\r\nRCPT TO:<f@f>\r\n" TO_RECIPIENT
    "RCPT TO:<g@g>\r\nRCPT TO:<h@h>\r\nRCPT TO:<i@i>\r\n",
    TO_RECIPIENT_REPLIES OK OK GO_ON OK OK OK OK OK EHLO_REPLY OK OK OK OK
    "452 Too many recipients\r\n",
    TO_RECIPIENT_EVENTS "RCPT <b@b>; RCPT <c@c>; MESSAGE 3; MAIL <>; RCPT <d@d>; RCPT <e@e>; "
    "RCPT <f@f>; " TO_RECIPIENT_EVENTS "RCPT <g@g>; RCPT <h@h>; ", "a\r\n" },
  { "mail-parameters", &strict,
    "EHLO bar.com\r\nMAIL FROM:<> SIZE=1000 BODY=8bitmime\r\nRSET\r\n"
    "MAIL FROM:<> BODY=7BIT\r\nRSET\r\nMAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE\r\n"
    "MAIL FROM:<> SIZE=x\r\nMAIL FROM:<> SIZE=999999999999999999999\r\n"
    "MAIL FROM:<> BODY\r\nMAIL FROM:<> BODY=BINARY\r\nMAIL FROM:<> RET=HDRS\r\n",
    GREETING EHLO_REPLY OK OK OK OK "552 Message size exceeds the limit\r\n"
                                    "501 SIZE takes a number of octets\r\n"
                                    "501 SIZE takes a number of octets\r\n"
                                    "501 SIZE takes a number of octets\r\n"
                                    "501 BODY is 7BIT, 8BITMIME or BINARYMIME\r\n"
                                    "501 BODY is 7BIT, 8BITMIME or BINARYMIME\r\n"
                                    "555 MAIL parameter not recognised\r\n",
    "EHLO bar.com; MAIL <> 8BITMIME; RSET; MAIL <> 7BIT; RSET; ", NULL },
  { "parameters-take-ehlo", &strict, "HELO bar.com\r\nMAIL FROM:<> SIZE=1\r\n",
    GREETING "250 foo.com greets bar.com\r\n555 Parameters take EHLO\r\n", "HELO bar.com; ", NULL },
  { "rcpt-parameters", &strict, "EHLO bar.com\r\nMAIL FROM:<>\r\nRCPT TO:<a@b> NOTIFY=NEVER\r\n",
    GREETING EHLO_REPLY OK "555 RCPT parameter not recognised\r\n", "EHLO bar.com; MAIL <>; ",
    NULL },
  { "unknown-and-misspelt", &strict,
    "XYZZY\r\n\r\n EHLO bar.com\r\nSTARTTLS\r\nQUIT now\r\nEXPN list\r\nHELO\r\n",
    GREETING "500 Command not recognised\r\n500 Command not recognised\r\n"
             "500 Command not recognised\r\n502 Command not implemented\r\n"
             "501 Syntax error, the command is: QUIT\r\n550 No such list here\r\n"
             "501 Syntax error, the command is: HELO domain\r\n",
    "EXPN list; ", NULL },
  { "help", &strict, "HELP\r\n",
    GREETING "214-Commands:\r\n214-HELO domain\r\n214-EHLO domain\r\n"
             "214-MAIL FROM:<reverse-path> [parameters]\r\n"
             "214-RCPT TO:<forward-path> [parameters]\r\n214-DATA\r\n214-RSET\r\n"
             "214-NOOP [string]\r\n214-VRFY string\r\n214-EXPN string\r\n214-HELP [string]\r\n"
             "214 QUIT\r\n",
    "", NULL },
  { "vrfy-of-nobody-known", &strict, "VRFY who\r\n",
    GREETING "252 Send some mail, I'll try my best\r\n", "VRFY who; ", NULL },
  { "source-route-is-dropped", &strict, "EHLO bar.com\r\nMAIL FROM:<@a,@b:x@c>\r\n",
    GREETING EHLO_REPLY OK, "EHLO bar.com; MAIL <x@c>; ", NULL },
  { "owner-closes", &strict, "EHLO bar.com\r\nMAIL FROM:<gone@a>\r\nNOOP\r\n",
    GREETING EHLO_REPLY "421 foo.example Going down\r\n",
    "EHLO bar.com; MAIL <gone@a>; LOST the server closed; ", NULL },
  { "strict-refuses-forms", &strict,
    "EHLO my_pc\r\nEHLO bar.com\r\nMAIL FROM: <>\r\nMAIL FROM:x@a\r\nMAIL  FROM:<>\r\n"
    "NOOP\nNOOP\r\nNOOP \xc3\xb6\r\nMAIL FROM:<> \r\n",
    GREETING "501 Syntax error, the command is: EHLO domain\r\n" EHLO_REPLY MAIL_USAGE MAIL_USAGE
        MAIL_USAGE "501 Syntax error, the command is: NOOP [string]\r\n"
                   "501 Syntax error, the command is: NOOP [string]\r\n" OK,
    "EHLO bar.com; MAIL <>; ", NULL },
  { "common-accepts-forms", &common,
    "EHLO bar.com\nMAIL FROM: x@a\nRCPT  TO:b@b \nRCPT TO:b\nNOOP\nQUIT\n",
    GREETING EHLO_REPLY OK OK RCPT_USAGE OK BYE,
    "[bare-lf-ends-line] EHLO bar.com; "
    "[bare-lf-ends-line, needless-spaces, missing-brackets] MAIL <x@a>; "
    "[bare-lf-ends-line, needless-spaces, missing-brackets] RCPT <b@b>; "
    "[bare-lf-ends-line] [bare-lf-ends-line] QUIT; ", NULL },
};

static void
assert_text (const GByteArray *bytes, const char *expected)
{
  g_autofree char *text = g_strndup ((const char *) bytes->data, bytes->len);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (bytes->len, ==, strlen (expected));
}

static void
test_state_names (void)
{
  static const char *const names[SMTP_N_STATES] = { "greeted",   "ready", "mail",
                                                    "recipient", "data",  "chunks", "auth",
                                                    "closed" };

  for (guint i = 0; i < SMTP_N_STATES; i++)
    g_assert_cmpstr (smtp_state_get_name (1 << i), ==, names[i]);
}

/* Returns: whether there is an event, other than of what is let pass. */
static gboolean
take_event (SmtpServer *server, SmtpEvent *out_event)
{
  do
    if (!smtp_server_next_event (server, out_event))
      return FALSE;
  while (out_event->kind == SMTP_EVENT_TOLERATED);
  return TRUE;
}

/* An event that asks holds back everything behind it, and the clock. */
static void
test_questions_pause (void)
{
  static const SmtpEventKind questions[] = { SMTP_EVENT_MAIL, SMTP_EVENT_RECIPIENT,
                                             SMTP_EVENT_MESSAGE, SMTP_EVENT_VERIFY };
  const char *client = TO_RECIPIENT "DATA\r\na\r\n.\r\nVRFY x\r\nNOOP\r\n";
  g_autoptr (SmtpServer) server = smtp_server_new (&common, 0);
  SmtpEvent event;

  smtp_server_receive (server, (const guint8 *) client, strlen (client), 5);
  g_assert_true (take_event (server, &event));
  g_assert_cmpint (event.kind, ==, SMTP_EVENT_HELLO);
  g_assert_true (event.is_extended);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autoptr (GBytes) before = NULL;
      g_autoptr (GBytes) silence = NULL;

      g_assert_true (take_event (server, &event));
      g_assert_cmpint (event.kind, ==, questions[i]);
      before = smtp_server_take_output (server);
      g_assert_false (take_event (server, &event));
      g_assert_cmpint (event.kind, ==, SMTP_EVENT_NONE);
      silence = smtp_server_take_output (server);
      g_assert_cmpuint (g_bytes_get_size (silence), ==, 0);
      g_assert_cmpint (smtp_server_get_deadline (server), ==, G_MAXINT64);
      smtp_server_expire (server, G_MAXINT64 - 1);
      g_assert_false (smtp_server_is_done (server));
      smtp_server_answer (server, 250, NULL, "two\nlines");
      g_assert_cmpint (smtp_server_get_deadline (server), ==, 5 + SMTP_SERVER_TIMEOUT_US);
    }
  g_assert_false (take_event (server, &event));
}

static void
test_timeout (void)
{
  g_autoptr (SmtpServer) server = smtp_server_new (&common, 1000);
  const char *expected = GREETING OK "421 foo.com Timeout, closing the connection\r\n";
  SmtpEvent   event;
  gint64      deadline;
  g_autoptr (GBytes) output = NULL;

  smtp_server_receive (server, (const guint8 *) "NOOP\r\nNO", 8, 2000);
  g_assert_false (take_event (server, &event));
  deadline = smtp_server_get_deadline (server);
  g_assert_cmpint (deadline, ==, 2000 + G_GINT64_CONSTANT (300000000));
  smtp_server_expire (server, deadline - 1);
  g_assert_false (take_event (server, &event));
  smtp_server_expire (server, deadline);
  g_assert_true (smtp_server_is_done (server));
  g_assert_true (take_event (server, &event));
  g_assert_cmpint (event.kind, ==, SMTP_EVENT_LOST);
  g_assert_cmpstr (event.text, ==, "timeout");
  g_assert_false (take_event (server, &event));
  g_assert_cmpint (smtp_server_get_deadline (server), ==, G_MAXINT64);
  output = smtp_server_take_output (server);
  g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), expected,
                   strlen (expected));
}

static const struct
{
  const char *client, *events;
} lost_cases[] = {
  { "", "LOST connection lost; " },
  { "NOOP", "LOST connection lost; " },
  { "QUIT\r\n", "QUIT; " },
  { TO_RECIPIENT, TO_RECIPIENT_EVENTS "LOST connection lost; " },
  { TO_RECIPIENT "DATA\r\na\r\n.", TO_RECIPIENT_EVENTS "LOST connection lost; " },
  { TO_RECIPIENT "DATA\r\na\r\n.\r\n", TO_RECIPIENT_EVENTS "MESSAGE 3; LOST connection lost; " },
};

static void
test_lost (void)
{
  g_test_summary ("What came whole before the connection ended still counts.");
  for (guint i = 0; i < G_N_ELEMENTS (lost_cases); i++)
    {
      SmtpOwner owner;

      smtp_owner_init (&owner, &common);
      smtp_server_receive (owner.server, (const guint8 *) lost_cases[i].client,
                           strlen (lost_cases[i].client), 0);
      smtp_server_receive_end (owner.server);
      smtp_owner_run (&owner);
      g_assert_cmpstr (owner.events->str, ==, lost_cases[i].events);
      g_assert_true (smtp_server_is_done (owner.server));
      smtp_owner_clear (&owner);
    }
}

/* Sends @n_bytes of "x" in pieces. */
static void
send_much (SmtpOwner *owner, gsize n_bytes)
{
  g_autofree char *piece = g_strnfill (65536, 'x');

  for (gsize i = 0; i < n_bytes; i += 65536)
    smtp_owner_receive (owner, (const guint8 *) piece, MIN (65536, n_bytes - i));
}

static void
test_long_line (void)
{
  SmtpOwner owner;

  smtp_owner_init (&owner, &common);
  send_much (&owner, 10 * 1000 * 1000);
  smtp_owner_receive (&owner, (const guint8 *) "\r\nNOOP\r\n", 8);
  assert_text (owner.sent, GREETING "500 Line too long\r\n" OK);
  g_assert_cmpuint (owner.heard->len, ==, SMTP_COMMAND_BYTES_MAX + strlen ("NOOP\r\n"));
  smtp_owner_clear (&owner);
}

static void
test_line_limit (void)
{
  for (gsize excess = 0; excess < 2; excess++)
    {
      g_autofree char *string =
          g_strnfill (SMTP_COMMAND_BYTES_MAX + excess - strlen ("NOOP \r\n"), 'n');
      g_autofree char *line = g_strdup_printf ("NOOP %s\r\n", string);
      SmtpOwner        owner;

      smtp_owner_init (&owner, &common);
      smtp_owner_receive (&owner, (const guint8 *) line, strlen (line));
      assert_text (owner.sent, excess == 0 ? GREETING OK : GREETING "500 Line too long\r\n");
      smtp_owner_clear (&owner);
    }
}

static void
test_message_limit (void)
{
  g_test_summary ("One byte over the limit is refused; so is far too much, in bounded memory.");
  for (guint i = 0; i < 3; i++)
    {
      gsize     n_bytes = i == 0 ? 1000 : i == 1 ? 1001 : 10 * 1000 * 1000;
      SmtpOwner owner;

      smtp_owner_init (&owner, &common);
      smtp_owner_receive_chunked (&owner, TO_RECIPIENT "DATA\r\n", strlen (TO_RECIPIENT "DATA\r\n"),
                                  9);
      send_much (&owner, n_bytes - 2);
      smtp_owner_receive (&owner, (const guint8 *) "\r\n.\r\nNOOP\r\n", 11);
      g_assert_cmpint (smtp_server_get_state (owner.server), ==, SMTP_STATE_READY);
      assert_text (owner.sent, i == 0 ? TO_RECIPIENT_REPLIES GO_ON OK OK
                                      : TO_RECIPIENT_REPLIES GO_ON
                                   "552 Message size exceeds the limit\r\n" OK);
      g_assert_cmpuint (owner.heard->len, <, 2000);
      smtp_owner_clear (&owner);
    }
}

static void
test_dots_do_not_count (void)
{
  GString  *client = g_string_new (TO_RECIPIENT "DATA\r\n");
  SmtpOwner owner;

  for (guint i = 0; i < 333; i++)
    g_string_append (client, "..\r\n");
  g_string_append (client, ".\r\n");
  smtp_owner_init (&owner, &common);
  smtp_owner_receive_chunked (&owner, client->str, client->len, 100);
  g_assert_cmpuint (owner.messages->len, ==, 1);
  g_assert_cmpuint (g_bytes_get_size (owner.messages->pdata[0]), ==, 999);
  smtp_owner_clear (&owner);
  g_string_free (client, TRUE);
}

static void
test_nul_bytes (void)
{
  static const char client[] = "NO\0OP\r\n\0\r\nNOOP \0\r\nEHLO bar.com\0\r\nEHLO bar.com\r\n"
                               "MAIL FROM:<x\0@bar.com>\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"
                               "DATA\r\n\0a\r\n.\0\r\n.\r\n";
  SmtpOwner         owner;
  GBytes           *message;

  smtp_owner_init (&owner, &common);
  smtp_owner_receive_chunked (&owner, client, sizeof client - 1, 4);
  assert_text (owner.sent,
               GREETING "500 Command not recognised\r\n500 Command not recognised\r\n"
                        "501 Syntax error, the command is: NOOP [string]\r\n"
                        "501 Syntax error, the command is: EHLO domain\r\n" EHLO_REPLY MAIL_USAGE OK
                            OK GO_ON OK);
  g_assert_cmpstr (owner.events->str, ==,
                   "EHLO bar.com; MAIL <>; RCPT <a@b>; [nul-bytes] MESSAGE 7; ");
  message = owner.messages->pdata[0];
  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                   "\0a\r\n\0\r\n", 7);
  smtp_owner_clear (&owner);
}

/* Sends @line @n times after the beginning of a transaction; returns whether the server closed. */
static gboolean
is_closed_after (const char *line, guint n)
{
  SmtpOwner owner;
  gboolean  is_done;

  smtp_owner_init (&owner, &common);
  smtp_owner_receive_chunked (&owner, TO_RECIPIENT, strlen (TO_RECIPIENT), 50);
  for (guint i = 0; i < n; i++)
    smtp_owner_receive (&owner, (const guint8 *) line, strlen (line));
  is_done = smtp_server_is_done (owner.server);
  g_assert_cmpint (
      g_str_has_suffix (owner.events->str, "LOST too many errors; "), ==, is_done);
  smtp_owner_clear (&owner);
  return is_done;
}

static void
test_too_many_errors (void)
{
  g_test_summary ("What the client gets wrong again and again ends the session.");
  g_assert_false (is_closed_after ("XYZZY\r\n", SMTP_SERVER_ERRORS_MAX - 1));
  g_assert_true (is_closed_after ("XYZZY\r\n", SMTP_SERVER_ERRORS_MAX));
  g_assert_true (is_closed_after ("MAIL\r\n", SMTP_SERVER_ERRORS_MAX));
  g_assert_true (is_closed_after ("RCPT TO:<nobody@b>\r\n", SMTP_SERVER_ERRORS_MAX));
  g_assert_false (is_closed_after ("XYZZY\r\nNOOP\r\n", 2 * SMTP_SERVER_ERRORS_MAX));
  g_assert_false (is_closed_after ("RCPT TO:<later@b>\r\n", 2 * SMTP_SERVER_ERRORS_MAX));
  g_assert_false (is_closed_after ("RCPT TO:<a@b>\r\n", 2 * SMTP_SERVER_ERRORS_MAX));
}

static void
test_defaults (void)
{
  SmtpServerConfig config = { .name = "b.example" };
  SmtpOwner        owner;

  smtp_owner_init (&owner, &config);
  smtp_owner_run (&owner);
  smtp_owner_receive (&owner, (const guint8 *) "EHLO a\r\n", 8);
  assert_text (owner.sent, "220 b.example ESMTP Postroad\r\n250 b.example greets a\r\n");
  smtp_owner_clear (&owner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  smtp_conversation_add_tests ("/smtp/server", cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/smtp/server/state-names", test_state_names);
  g_test_add_func ("/smtp/server/questions-pause", test_questions_pause);
  g_test_add_func ("/smtp/server/timeout", test_timeout);
  g_test_add_func ("/smtp/server/lost", test_lost);
  g_test_add_func ("/smtp/server/long-line", test_long_line);
  g_test_add_func ("/smtp/server/line-limit", test_line_limit);
  g_test_add_func ("/smtp/server/message-limit", test_message_limit);
  g_test_add_func ("/smtp/server/dots-do-not-count", test_dots_do_not_count);
  g_test_add_func ("/smtp/server/nul-bytes", test_nul_bytes);
  g_test_add_func ("/smtp/server/too-many-errors", test_too_many_errors);
  g_test_add_func ("/smtp/server/defaults", test_defaults);
  return g_test_run ();
}
