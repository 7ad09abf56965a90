/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-conversation.h"

#include <string.h>

/* The extensions on the server's side, with the examples of their RFCs. */

#define GREETING "220 foo.com ESMTP Postroad\r\n"
#define HI "EHLO bar.com\r\n"
#define BYE "221 2.0.0 foo.com Service closing transmission channel\r\n"
#define GO_ON "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define LIST                                                                                       \
  "250-foo.com greets bar.com\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-PIPELINING\r\n"              \
  "250-CHUNKING\r\n250-BINARYMIME\r\n250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n"
#define LISTED LIST "250-STARTTLS\r\n250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
#define LISTED_SECURED                                                                             \
  LIST "250-REQUIRETLS\r\n250-AUTH EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN\r\n"            \
       "250-VRFY\r\n250-EXPN\r\n250 HELP\r\n"
#define SENDER "250 2.1.0 OK\r\n"
#define RECIPIENT "250 2.1.5 OK\r\n"
#define TAKEN "250 2.6.0 OK\r\n"
#define DONE "250 2.0.0 OK\r\n"
#define TO_RECIPIENT HI "MAIL FROM:<x@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\n"
#define TO_RECIPIENT_REPLIES GREETING LISTED SENDER RECIPIENT
#define TO_RECIPIENT_EVENTS "EHLO bar.com; MAIL <x@bar.com>; RCPT <Jones@foo.com>; "
#define NO_MAIL "503 5.5.1 Bad sequence of commands: send MAIL first\r\n"

/* Whole conversations come at once, which needs the one leniency. */
#define COMMON_FIELDS                                                                              \
  .name = "foo.com", .profile = SMTP_LENIENT_EARLY_PIPELINING, .size_max = 1000,                   \
  .recipients_max = 3, .mechanisms = SASL_MECHANISM_EXTERNAL | SASL_MECHANISM_PLAIN |              \
                                     SASL_MECHANISM_SCRAM_SHA_256_PLUS |                           \
                                     SASL_MECHANISM_SCRAM_SHA_256

static const SmtpServerConfig all = { COMMON_FIELDS, .extensions = SMTP_EXTENSIONS_ALL };
static const SmtpServerConfig bare = { COMMON_FIELDS };
static const SmtpServerConfig without_base = {
  COMMON_FIELDS, .extensions = SMTP_EXTENSION_BINARYMIME | SMTP_EXTENSION_SMTPUTF8 };
static const SmtpServerConfig no_tls_now = { COMMON_FIELDS, .extensions = SMTP_EXTENSIONS_ALL,
                                             .fails_tls = TRUE };
static const SmtpServerConfig demands_tls = { COMMON_FIELDS, .extensions = SMTP_EXTENSIONS_ALL,
                                              .demands_tls = TRUE };
static const SmtpServerConfig lmtp = { COMMON_FIELDS, .is_lmtp = TRUE,
                                       .extensions = SMTP_EXTENSION_SIZE |
                                                     SMTP_EXTENSION_PIPELINING |
                                                     SMTP_EXTENSION_CHUNKING };
static const SmtpServerConfig refuses = { COMMON_FIELDS, .extensions = SMTP_EXTENSIONS_ALL,
                                          .refusal = 554, .greeting = "No SMTP service here" };
static const SmtpServerConfig closes = { COMMON_FIELDS, .refusal = 421,
                                         .greeting = "Too many connections" };

#define LMTP_LISTED                                                                                \
  "220 foo.com LMTP Postroad\r\n250-foo.com greets foo.com\r\n250-SIZE 1000\r\n"                   \
  "250-PIPELINING\r\n250 CHUNKING\r\n"
#define OK "250 OK\r\n"

static const SmtpConversation cases[] = {
  /* RFC 5321 section 4.1.1.1, and what goes together. */
  { "offers-nothing", &bare, HI "MAIL FROM:<> SIZE=1\r\nBDAT 1\r\nSTARTTLS\r\nAUTH PLAIN\r\n",
    GREETING "250 foo.com greets bar.com\r\n555 MAIL parameter not recognised\r\n"
             "502 Command not implemented\r\n502 Command not implemented\r\n"
             "502 Command not implemented\r\n",
    "EHLO bar.com; ", NULL },
  { "offers-only-what-has-its-base", &without_base, HI,
    GREETING "250 foo.com greets bar.com\r\n", "EHLO bar.com; ", NULL },

  /* RFC 2034: every line of every reply, but those to the greetings and those that ask for more. */
  { "rfc-2034-status-codes", &all,
    "NOOP\r\nXYZZY\r\nEHLO\r\n" HI "VRFY who\r\nEXPN Example-People\r\nEXPN nothing\r\n"
    "MAIL FROM:<nobody@a>\r\nMAIL FROM:<later@a>\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@a>\r\n"
    "RCPT TO:<later@a>\r\nRCPT TO:<a@b>\r\nRCPT TO:<b@b>\r\nRCPT TO:<c@b>\r\nRCPT TO:<d@b>\r\n"
    "DATA\r\nSpam\r\n.\r\nHELP NOOP\r\nHELP XYZZY\r\nTURN\r\nQUIT\r\n",
    GREETING DONE "500 5.5.2 Command not recognised\r\n"
    "501 Syntax error, the command is: EHLO domain\r\n" LISTED
    "252 2.5.0 Send some mail, I'll try my best\r\n"
    "250-2.1.5 Jon Postel <Postel@isi.edu>\r\n"
    "250-2.1.5 Fred Fonebone <Fonebone@physics.foo-u.edu>\r\n"
    "250 2.1.5 Sam Q. Smith <SQSmith@specific.generic.com>\r\n550 5.1.1 No such list here\r\n"
    "550 5.1.0 No such user here\r\n450 4.2.1 Not now\r\n" SENDER
    "550 5.1.1 No such user here\r\n450 4.2.1 Not now\r\n" RECIPIENT RECIPIENT RECIPIENT
    "452 4.5.3 Too many recipients\r\n" GO_ON "554 5.0.0 No thanks\r\n"
    "214 2.0.0 NOOP [string]\r\n504 5.5.4 No help on that: HELP alone lists the commands\r\n"
    "502 5.5.1 Command not implemented: it is obsolete\r\n" BYE,
    "EHLO bar.com; VRFY who; EXPN Example-People; EXPN nothing; MAIL <nobody@a>; MAIL <later@a>; "
    "MAIL <>; RCPT <nobody@a>; RCPT <later@a>; RCPT <a@b>; RCPT <b@b>; RCPT <c@b>; MESSAGE 6; "
    "QUIT; ", NULL },
  { "help-lists-what-there-is", &lmtp, "HELP\r\n",
    "220 foo.com LMTP Postroad\r\n214-Commands:\r\n214-MAIL FROM:<reverse-path> [parameters]\r\n"
    "214-RCPT TO:<forward-path> [parameters]\r\n214-DATA\r\n214-RSET\r\n214-NOOP [string]\r\n"
    "214-VRFY string\r\n214-EXPN string\r\n214-HELP [string]\r\n214-QUIT\r\n"
    "214-BDAT size [LAST]\r\n214 LHLO domain\r\n",
    "", NULL },

  /* RFC 1870 section 8, with the sizes of this server. */
  { "rfc-1870-size", &all,
    HI "MAIL FROM:<ned@thor.innosoft.com> SIZE=500\r\nRCPT TO:<ned@innosoft.com>\r\nRSET\r\n"
       "MAIL FROM:<ned@thor.innosoft.com> SIZE=1001\r\nMAIL FROM:<> SIZE=1 SIZE=1\r\n",
    GREETING LISTED SENDER RECIPIENT DONE "552 5.3.4 Message size exceeds the limit\r\n"
                                          "501 5.5.4 The same parameter twice\r\n",
    "EHLO bar.com; MAIL <ned@thor.innosoft.com>; RCPT <ned@innosoft.com>; RSET; ", NULL },

  /* RFC 3461 section 10: what DSN says is handed on. */
  { "rfc-3461-dsn", &all,
    HI "MAIL FROM:<Alice@Example.ORG> RET=HDRS ENVID=QQ314159\r\n"
       "RCPT TO:<Bob@Example.COM> NOTIFY=SUCCESS ORCPT=rfc822;Bob@Example.COM\r\n"
       "RCPT TO:<Carol@Ivory.EDU> NOTIFY=FAILURE,DELAY\r\nRCPT TO:<d@d> NOTIFY=NEVER,DELAY\r\n",
    GREETING LISTED SENDER RECIPIENT RECIPIENT "501 5.5.4 NOTIFY=NEVER stands alone\r\n",
    "EHLO bar.com; MAIL <Alice@Example.ORG> HDRS ENVID=QQ314159; "
    "RCPT <Bob@Example.COM> NOTIFY=2 ORCPT=rfc822;Bob@Example.COM; "
    "RCPT <Carol@Ivory.EDU> NOTIFY=12; ", NULL },

  /* RFC 4954 section 5.1. */
  { "rfc-4954-auth-parameter", &all,
    HI "STARTTLS\r\n" SMTP_TLS HI "MAIL FROM:<e=mc2@example.com> AUTH=e+3Dmc2@example.com\r\n"
       "RSET\r\nMAIL FROM:<john+@example.org> AUTH=<>\r\n",
    GREETING LISTED "220 2.0.0 Ready to start TLS\r\n" LISTED_SECURED SENDER DONE SENDER,
    "EHLO bar.com; STARTTLS; EHLO bar.com; MAIL <e=mc2@example.com> AUTH=<e=mc2@example.com>; "
    "RSET; MAIL <john+@example.org> AUTH=<>; ", NULL },

  /* RFC 6531 sections 3.5 and 3.7.4.2. */
  { "rfc-6531-addresses", &all,
    HI "MAIL FROM:<Jos\303\251@bar.com>\r\nMAIL FROM:<>\r\nRCPT TO:<Jos\303\251@foo.com>\r\n"
       "RSET\r\nMAIL FROM:<Jos\303\251@bar.com> SMTPUTF8\r\nRCPT TO:<Jos\303\251@foo.com>\r\n",
    GREETING LISTED "550 5.6.7 Non-ASCII addresses take SMTPUTF8\r\n" SENDER
    "553 5.6.7 Non-ASCII addresses take SMTPUTF8\r\n" DONE SENDER RECIPIENT,
    "EHLO bar.com; MAIL <>; RSET; MAIL <Jos\303\251@bar.com> UTF8; RCPT <Jos\303\251@foo.com>; ",
    NULL },
  { "rfc-6531-lookups", &all,
    HI "VRFY Jos\303\251\r\nVRFY Jos\303\251 SMTPUTF8\r\nVRFY Crispin SMTPUTF8\r\n"
       "EXPN Jos\303\251 SMTPUTF8\r\n",
    GREETING LISTED
    "252 2.6.8 A UTF-8 string reply is required, but not permitted by the client\r\n"
    "250 2.1.5 <Jos\303\251@foo.com>\r\n250 2.1.5 Mark Crispin <Admin.MRC@foo.com>\r\n"
    "250 2.1.5 <Jos\303\251@foo.com>\r\n",
    "EHLO bar.com; VRFY Jos\303\251; VRFY Jos\303\251 SMTPUTF8; VRFY Crispin SMTPUTF8; "
    "EXPN Jos\303\251 SMTPUTF8; ", NULL },

  /* RFC 3207. */
  { "rfc-3207-starttls", &all,
    HI "MAIL FROM:<>\r\nSTARTTLS\r\nRSET\r\nSTARTTLS\r\n" SMTP_TLS "MAIL FROM:<>\r\n" HI
       "STARTTLS\r\nQUIT\r\n",
    GREETING LISTED SENDER "503 5.5.1 Bad sequence of commands: a mail transaction is in "
    "progress\r\n" DONE "220 2.0.0 Ready to start TLS\r\n"
    "503 5.5.1 Bad sequence of commands: send HELO or EHLO first\r\n" LISTED_SECURED
    "503 5.5.1 Bad sequence of commands: TLS is active already\r\n" BYE,
    "EHLO bar.com; MAIL <>; RSET; STARTTLS; EHLO bar.com; QUIT; ", NULL },
  { "rfc-3207-drops-what-came-in-clear", &all,
    "STARTTLS\r\nMAIL FROM:<evil@a>\r\nNO" SMTP_TLS "NOOP\r\n",
    GREETING "220 2.0.0 Ready to start TLS\r\n" DONE, "STARTTLS; ", NULL },
  { "rfc-3207-not-now", &no_tls_now, HI "STARTTLS\r\nNOOP\r\n",
    GREETING LISTED "454 4.7.0 TLS not available due to temporary reason\r\n" DONE,
    "EHLO bar.com; ", NULL },
  { "rfc-3207-demanded", &demands_tls,
    "NOOP\r\nHELO bar.com\r\n" HI "MAIL FROM:<>\r\nRSET\r\nHELP\r\nBDAT 5 LAST\r\nQUIT\n"
    "STARTTLS\r\n" SMTP_TLS HI "MAIL FROM:<>\r\n",
    GREETING DONE "530 Must issue a STARTTLS command first\r\n" LISTED
    "530 5.7.0 Must issue a STARTTLS command first\r\n"
    "530 5.7.0 Must issue a STARTTLS command first\r\n"
    "530 5.7.0 Must issue a STARTTLS command first\r\n"
    "530 5.7.0 Must issue a STARTTLS command first\r\n"
    "220 2.0.0 Ready to start TLS\r\n" LISTED_SECURED SENDER,
    "EHLO bar.com; STARTTLS; EHLO bar.com; MAIL <>; ", NULL },

  /* RFC 8689 section 2. */
  { "rfc-8689-requiretls", &all,
    HI "MAIL FROM:<a@b> REQUIRETLS\r\nSTARTTLS\r\n" SMTP_TLS HI "MAIL FROM:<a@b> REQUIRETLS\r\n",
    GREETING LISTED "530 5.7.0 REQUIRETLS takes TLS: send STARTTLS first\r\n"
    "220 2.0.0 Ready to start TLS\r\n" LISTED_SECURED SENDER,
    "EHLO bar.com; STARTTLS; EHLO bar.com; MAIL <a@b> REQUIRETLS; ", NULL },

  /* RFC 3030 section 4.1, with as many octets as there are. */
  { "rfc-3030-4-1", &all,
    HI "MAIL FROM:<Sam@Random.com>\r\nRCPT TO:<Susan@Random.com>\r\nBDAT 86 LAST\r\n"
    "To: Susan@random.com\r\nFrom: Sam@random.com\r\n"
    "Subject: This is a bodyless test message\r\nQUIT\r\n",
    GREETING LISTED SENDER RECIPIENT TAKEN BYE,
    "EHLO bar.com; MAIL <Sam@Random.com>; RCPT <Susan@Random.com>; MESSAGE 86; QUIT; ",
    "To: Susan@random.com\r\nFrom: Sam@random.com\r\n"
    "Subject: This is a bodyless test message\r\n" },
  { "rfc-3030-4-2", &all,
    HI "MAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME\r\n"
    "RCPT TO:<gvaudre@cnri.reston.va.us>\r\nRCPT TO:<jstewart@cnri.reston.va.us>\r\n"
    "BDAT 10\r\n.\r\n.\n\r..\r\nBDAT 5\r\nDATA\nBDAT 0 LAST\r\nQUIT\r\n",
    GREETING LISTED SENDER RECIPIENT RECIPIENT "250 2.0.0 10 octets received\r\n"
    "250 2.0.0 5 octets received\r\n" TAKEN BYE,
    "EHLO bar.com; MAIL <ned@ymir.claremont.edu> BINARYMIME; RCPT <gvaudre@cnri.reston.va.us>; "
    "RCPT <jstewart@cnri.reston.va.us>; MESSAGE 15; QUIT; ",
    ".\r\n.\n\r..\r\nDATA\n" },
  { "rfc-3030-rset-between-chunks", &all,
    TO_RECIPIENT "BDAT 3\r\nabcRSET\r\nBDAT 0 LAST\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\n"
    "BDAT 3 LAST\r\nxyz",
    TO_RECIPIENT_REPLIES "250 2.0.0 3 octets received\r\n" DONE NO_MAIL SENDER RECIPIENT TAKEN,
    TO_RECIPIENT_EVENTS "RSET; MAIL <>; RCPT <a@b>; MESSAGE 3; ", "xyz" },
  { "rfc-3030-swallows-in-any-state", &all,
    "BDAT 6\r\nNOOP\r\n" HI "BDAT 6\r\nNOOP\r\nMAIL FROM:<>\r\nBDAT 6 LAST\r\nNOOP\r\n"
    "RCPT TO:<nobody@a>\r\nBDAT 6 LAST\r\nNOOP\r\nNOOP\r\n",
    GREETING "503 5.5.1 Bad sequence of commands: send HELO or EHLO first\r\n" LISTED NO_MAIL SENDER
    "503 5.5.1 Bad sequence of commands: no valid recipients\r\n550 5.1.1 No such user here\r\n"
    "503 5.5.1 Bad sequence of commands: no valid recipients\r\n" DONE,
    "EHLO bar.com; MAIL <>; RCPT <nobody@a>; ", NULL },
  { "rfc-3030-data-and-bdat-do-not-mix", &all,
    TO_RECIPIENT "BDAT 3\r\nabcDATA\r\nRCPT TO:<c@d>\r\nMAIL FROM:<>\r\nBDAT 0 LAST\r\n",
    TO_RECIPIENT_REPLIES "250 2.0.0 3 octets received\r\n"
    "503 5.5.1 Bad sequence of commands: the message has begun with BDAT\r\n"
    "503 5.5.1 Bad sequence of commands: the message has begun with BDAT\r\n"
    "503 5.5.1 Bad sequence of commands: a mail transaction is in progress\r\n" TAKEN,
    TO_RECIPIENT_EVENTS "MESSAGE 3; ", "abc" },
  { "rfc-3030-binarymime-takes-bdat", &all,
    HI "MAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<a@b>\r\nDATA\r\nBDAT 1 LAST\r\n\n",
    GREETING LISTED SENDER RECIPIENT
    "503 5.5.1 Bad sequence of commands: BINARYMIME takes BDAT\r\n" TAKEN,
    "EHLO bar.com; MAIL <> BINARYMIME; RCPT <a@b>; MESSAGE 1; ", "\n" },
  { "rfc-3030-nothing-at-all", &all, TO_RECIPIENT "BDAT 0 LAST\r\nBDAT 0 LAST\r\n",
    TO_RECIPIENT_REPLIES TAKEN NO_MAIL, TO_RECIPIENT_EVENTS "MESSAGE 0; ", "" },
  { "rfc-3030-numbers", &all,
    TO_RECIPIENT "BDAT\r\nBDAT x\r\nBDAT -1\r\nBDAT 1 FIRST\r\nBDAT 99999999999999999999\r\n"
    "bdat 002 last\r\nab",
    TO_RECIPIENT_REPLIES "501 5.5.4 Syntax error, the command is: BDAT size [LAST]\r\n"
    "501 5.5.4 Syntax error, the command is: BDAT size [LAST]\r\n"
    "501 5.5.4 Syntax error, the command is: BDAT size [LAST]\r\n"
    "501 5.5.4 Syntax error, the command is: BDAT size [LAST]\r\n"
    "501 5.5.4 Syntax error, the command is: BDAT size [LAST]\r\n" TAKEN,
    TO_RECIPIENT_EVENTS "MESSAGE 2; ", "ab" },

  /* RFC 2033 section 4.2; every second recipient's mailbox is full. */
  { "rfc-2033-4-2", &lmtp,
    "LHLO foo.com\r\nMAIL FROM:<chris@bar.com>\r\nRCPT TO:<pat@foo.com>\r\n"
    "RCPT TO:<nobody@foo.com>\r\nRCPT TO:<green@foo.com>\r\nDATA\r\nBlah blah blah...\r\n"
    "...etc. etc. etc.\r\n.\r\nQUIT\r\n",
    LMTP_LISTED OK OK "550 No such user here\r\n" OK GO_ON OK
    "452 The mailbox is over its quota\r\n221 foo.com Service closing transmission channel\r\n",
    "LHLO foo.com; MAIL <chris@bar.com>; RCPT <pat@foo.com>; RCPT <nobody@foo.com>; "
    "RCPT <green@foo.com>; MESSAGE 37 FOR 0; MESSAGE 37 FOR 1; QUIT; ",
    "Blah blah blah...\r\n..etc. etc. etc.\r\n" },
  { "rfc-2033-one-reply-for-each-rcpt", &lmtp,
    "LHLO foo.com\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<a@b>\r\nRCPT TO:<a@b>\r\n"
    "BDAT 1\r\naBDAT 0 LAST\r\nNOOP\r\n",
    LMTP_LISTED OK OK OK OK "250 1 octets received\r\n" OK "452 The mailbox is over its quota\r\n"
    OK OK,
    "LHLO foo.com; MAIL <>; RCPT <a@b>; RCPT <a@b>; RCPT <a@b>; MESSAGE 1 FOR 0; "
    "MESSAGE 1 FOR 1; MESSAGE 1 FOR 2; ", "a" },
  { "rfc-2033-no-recipients", &lmtp,
    "EHLO foo.com\r\nHELO foo.com\r\nLHLO foo.com\r\nMAIL FROM:<>\r\nDATA\r\nBDAT 1\r\na"
    "BDAT 1 LAST\r\naNOOP\r\n",
    "220 foo.com LMTP Postroad\r\n500 Command not recognised: LMTP takes LHLO\r\n"
    "500 Command not recognised: LMTP takes LHLO\r\n250-foo.com greets foo.com\r\n"
    "250-SIZE 1000\r\n250-PIPELINING\r\n250 CHUNKING\r\n" OK
    "503 Bad sequence of commands: no valid recipients\r\n"
    "503 Bad sequence of commands: no valid recipients\r\n" OK,
    "LHLO foo.com; MAIL <>; GIVEN UP: Bad sequence of commands: no valid recipients; ", NULL },
  { "lhlo-is-not-smtp", &all, "LHLO bar.com\r\n",
    GREETING "500 Command not recognised: SMTP takes EHLO\r\n", "", NULL },

  /* RFC 5321 section 3.1. */
  { "refuses-the-session", &refuses, HI "MAIL FROM:<>\r\nXYZZY\r\nBDAT 6 LAST\r\nNOOP\r\nQUIT\r\n",
    "554 foo.com No SMTP service here\r\n503 Bad sequence of commands: there is no service here\r\n"
    "503 5.5.1 Bad sequence of commands: there is no service here\r\n"
    "503 5.5.1 Bad sequence of commands: there is no service here\r\n"
    "503 5.5.1 Bad sequence of commands: there is no service here\r\n" BYE,
    "QUIT; ", NULL },
  { "closes-the-session", &closes, HI, "421 foo.com Too many connections\r\n",
    "LOST the server refused the session; ", NULL },
};

/* Too much in one chunk, or in all of them together: swallowed, refused, and the transaction is no
 * good any more (RFC 3030 section 2). */
static void
test_chunks_over_size (void)
{
  static const char *const expected[] = {
    TO_RECIPIENT_REPLIES "552 5.3.4 Message size exceeds the limit\r\n"
                         "503 5.5.1 A chunk was refused: send RSET\r\n" DONE,
    TO_RECIPIENT_REPLIES "250 2.0.0 1000 octets received\r\n"
                         "552 5.3.4 Message size exceeds the limit\r\n" DONE,
  };
  static const gsize sizes[] = { 100000, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_strnfill (sizes[i], 'x');
      g_autofree char *client =
          g_strdup_printf ("%sBDAT %" G_GSIZE_FORMAT "\r\n%sBDAT 1 LAST\r\n\nNOOP\r\n",
                           TO_RECIPIENT, sizes[i], text);
      SmtpOwner owner;

      smtp_owner_init (&owner, &all);
      smtp_owner_receive_chunked (&owner, client, strlen (client), 997);
      g_assert_cmpmem (owner.sent->data, owner.sent->len, expected[i], strlen (expected[i]));
      g_assert_cmpint (smtp_server_get_state (owner.server), ==, SMTP_STATE_READY);
      g_assert_cmpuint (owner.heard->len, <, 6000);
      g_assert_cmpuint (owner.messages->len, ==, 0);
      smtp_owner_clear (&owner);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  smtp_conversation_add_tests ("/smtp/server/extensions", cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/smtp/server/extensions/chunks-over-size", test_chunks_over_size);
  return g_test_run ();
}
