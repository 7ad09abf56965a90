/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>
#include <smtp/smtp-reply.h>

#include <string.h>

#define HELLO "EHLO a.example\r\n"
#define MAIL "MAIL FROM:<x@a.example>\r\n"
#define RCPT_1 "RCPT TO:<one@b.example>\r\n"
#define RCPT_2 "RCPT TO:<two@b.example>\r\n"
#define RSET "RSET\r\n"
#define DATA "DATA\r\n"
#define LETTER "Subject: x\r\n\r\n.dot\r\n"
#define MESSAGE "Subject: x\r\n\r\n..dot\r\n.\r\n"
#define QUIT "QUIT\r\n"
#define GREETED "220 b\r\n250 b\r\n"
#define OFFERS(keyword) "220 b\r\n250-b\r\n250 " keyword "\r\n"
#define SENDS MAIL RCPT_1 RCPT_2 DATA MESSAGE
#define OK_3 "250 OK\r\n250 OK\r\n250 OK\r\n"
#define BYE "221 Bye\r\n"
#define LOST "temporary 0 4.4.2 the connection was lost host; "

/* In what a server sends: here TLS begins and succeeds, or does not. */
#define TLS "\001"
#define NO_TLS "\002"

/* Any chunking, but never across one of these. */
static const char *const default_recipients[] = { "one@b.example", "two@b.example", NULL };

typedef struct
{
  const char *name;
  const char *server;  /* what it sends; then it closes */
  const char *client;  /* every byte the client must send */
  const char *results; /* "accepted 250 - OK; " for each recipient of the last transaction */
  const char *events;
  const char *letter;    /* (nullable): LETTER */
  const char *converted; /* (nullable): what CONVERT is answered with */
  const char *const *recipients; /* (nullable): default_recipients */
  SmtpMail           mail;
  SmtpClientConfig   config;         /* name is "a.example" when it has none */
  guint              n_transactions; /* 0: one */
  guint              notify;         /* of each recipient */
  gboolean           is_unverified;  /* TLS: the certificate has problems */
} Case;

static const char *const binary_recipients[] = { "gvaudre@cnri.reston.va.us",
                                                 "jstewart@cnri.reston.va.us", NULL };
static const char *const freed_recipients[] = { "ned@innosoft.com", "dan@innosoft.com",
                                                "kvc@innosoft.com", NULL };
static const char *const refused_recipients[] = { "nsb@thumper.bellcore.com", "galvin@tis.com",
                                                  NULL };
static const char *const lmtp_recipients[] = { "pat@foo.edu", "jones@foo.edu", "green@foo.edu",
                                               NULL };
static const char *const utf8_recipients[] = { "gr\xc3\xbc\xc3\x9f@b.example", NULL };
static const char *const forged_recipients[] = { "one@b.example>\r\nRCPT TO:<two@b.example",
                                                 "two@b.example", NULL };
static const char *const one_recipient[] = { "one@b.example", NULL };
static const char *const susan[] = { "Susan@random.com", NULL };
static const char *const mrose[] = { "mrose@dbc.mtview.ca.us", NULL };

static const Case cases[] = {
  { "sends", GREETED OK_3 "354 Go\r\n250 2.0.0 Done\r\n" BYE, HELLO SENDS QUIT,
    "accepted 250 2.0.0 Done; accepted 250 2.0.0 Done; ", "no-tls; SENT; DONE; " },
  { "multi-line-replies",
    "220-b\r\n220 hello\r\n250-b\r\n250-SIZE 1000\r\n250 8BITMIME\r\n250 OK\r\n250-O\r\n250 K\r\n"
    "250 OK\r\n354 Go\r\n250-2.6.0 Done\r\n250 2.6.0 so\r\n221 Bye\r\n",
    HELLO "MAIL FROM:<x@a.example> SIZE=20\r\n" RCPT_1 RCPT_2 DATA MESSAGE QUIT,
    "accepted 250 2.6.0 Done\nso; accepted 250 2.6.0 Done\nso; ", "no-tls; SENT; DONE; " },
  { "keywords-are-whole-words",
    "220 b\r\n250-SIZE\r\n250-SIZES 10\r\n250-SIZE=1\r\n250 X8BITMIME\r\n550 no\r\n221 Bye\r\n",
    HELLO MAIL QUIT, "permanent 550 - no; permanent 550 - no; ", "no-tls; SENT; DONE; " },
  { "status-of-another-class-is-text", GREETED "550 4.1.1 no\r\n" BYE, HELLO MAIL QUIT,
    "permanent 550 - 4.1.1 no; permanent 550 - 4.1.1 no; ", "no-tls; SENT; DONE; " },
  { "status-alone", GREETED "550 5.1.8\r\n" BYE, HELLO MAIL QUIT,
    "permanent 550 5.1.8 ; permanent 550 5.1.8 ; ", "no-tls; SENT; DONE; " },
  { "empty-message", GREETED OK_3 "354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA ".\r\n" QUIT, "accepted 250 - Done; accepted 250 - Done; ",
    "no-tls; SENT; DONE; ", "" },
  { "closes-without-221", GREETED OK_3 "354 Go\r\n250 Done\r\n", HELLO SENDS QUIT,
    "accepted 250 - Done; accepted 250 - Done; ", "no-tls; SENT; DONE; " },
  { "bare-lf", "220 b\n250 b\n250 OK\n250 OK\n250 OK\n354 Go\n250 Done\n221 Bye\n",
    HELLO SENDS QUIT, "accepted 250 - Done; accepted 250 - Done; ", "no-tls; SENT; DONE; " },

  /* EHLO, HELO */
  { "falls-back-to-helo",
    "220 b\r\n502 what\r\n250 b\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n221 Bye\r\n",
    HELLO "HELO a.example\r\n" SENDS QUIT, "accepted 250 - Done; accepted 250 - Done; ",
    "helo; no-tls; SENT; DONE; " },
  { "helo-offers-nothing", "220 b\r\n502 what\r\n250-b\r\n250 SIZE 3\r\n550 no\r\n221 Bye\r\n",
    HELLO "HELO a.example\r\n" MAIL QUIT, "permanent 550 - no; permanent 550 - no; ",
    "helo; no-tls; SENT; DONE; " },
  { "helo-refused", "220 b\r\n500 what\r\n550 go away\r\n221 Bye\r\n",
    HELLO "HELO a.example\r\n" QUIT, "permanent 550 - go away host; ",
    "helo; FAILED 550 go away; " },
  { "ehlo-not-now", "220 b\r\n451 4.3.0 busy\r\n221 Bye\r\n", HELLO QUIT,
    "temporary 451 4.3.0 busy host; ", "FAILED 451 busy; " },
  { "no-service", "554 No SMTP service here\r\n221 Bye\r\n", QUIT,
    "permanent 554 - No SMTP service here host; ", "FAILED 554 No SMTP service here; " },
  { "no-service-and-closes", "554 No SMTP service here\r\n", QUIT,
    "permanent 554 - No SMTP service here host; ", "FAILED 554 No SMTP service here; " },
  { "service-not-now", "421 4.3.2 Later\r\n", "", "temporary 421 4.3.2 Later host; ",
    "FAILED 421 Later; " },
  { "greeted-as-by-nobody", "250 b\r\n354 b\r\n221 Bye\r\n", HELLO QUIT,
    "temporary 354 - b host; ", "FAILED 354 b; " },

  /* RFC 5321 section 3.3: refusals */
  { "sender-refused", GREETED "452 full\r\n" BYE, HELLO MAIL QUIT,
    "temporary 452 - full host; temporary 452 - full host; ", "no-tls; SENT; DONE; " },
  { "sender-unknown", GREETED "550 5.1.8 who\r\n" BYE, HELLO MAIL QUIT,
    "permanent 550 5.1.8 who; permanent 550 5.1.8 who; ", "no-tls; SENT; DONE; " },
  { "auth-demanded", GREETED "530 5.7.0 AUTH\r\n" BYE, HELLO MAIL QUIT,
    "permanent 530 5.7.0 AUTH host; permanent 530 5.7.0 AUTH host; ", "no-tls; SENT; DONE; " },
  { "one-recipient-refused",
    GREETED "250 OK\r\n550 5.1.1 who\r\n250 OK\r\n354 Go\r\n250 Done\r\n" BYE, HELLO SENDS QUIT,
    "permanent 550 5.1.1 who; accepted 250 - Done; ", "no-tls; SENT; DONE; " },
  { "one-recipient-later",
    GREETED "250 OK\r\n251 forwarded\r\n450 later\r\n354 Go\r\n250 Done\r\n" BYE, HELLO SENDS QUIT,
    "accepted 250 - Done; temporary 450 - later; ", "no-tls; SENT; DONE; " },
  { "too-many-recipients-said-as-552",
    GREETED "250 OK\r\n250 OK\r\n552 many\r\n354 Go\r\n250 Done\r\n" BYE, HELLO SENDS QUIT,
    "accepted 250 - Done; temporary 552 4.5.3 many; ", "no-tls; SENT; DONE; " },
  { "mailbox-full-is-not-too-many",
    GREETED "250 OK\r\n250 OK\r\n552 5.2.2 full\r\n354 Go\r\n250 Done\r\n" BYE, HELLO SENDS QUIT,
    "accepted 250 - Done; permanent 552 5.2.2 full; ", "no-tls; SENT; DONE; " },
  { "too-many-spares-the-rest",
    GREETED "250 OK\r\n250 OK\r\n452 4.5.3 many\r\n354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL "RCPT TO:<ned@innosoft.com>\r\nRCPT TO:<dan@innosoft.com>\r\n" DATA MESSAGE QUIT,
    "accepted 250 - Done; temporary 452 4.5.3 many; temporary 452 4.5.3 many; ",
    "no-tls; SENT; DONE; ", .recipients = freed_recipients },
  { "first-recipient-552", GREETED "250 OK\r\n552 full\r\n552 full\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 QUIT, "permanent 552 - full; permanent 552 - full; ",
    "no-tls; SENT; DONE; " },
  { "nobody-accepted", GREETED "250 OK\r\n550 no\r\n450 later\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 QUIT, "permanent 550 - no; temporary 450 - later; ",
    "no-tls; SENT; DONE; " },
  { "data-refused", GREETED "250 OK\r\n550 no\r\n250 OK\r\n451 later\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA QUIT, "permanent 550 - no; temporary 451 - later host; ",
    "no-tls; SENT; DONE; " },
  { "data-without-354", GREETED OK_3 "250 what\r\n" BYE, HELLO MAIL RCPT_1 RCPT_2 DATA QUIT,
    "temporary 250 4.5.0 what host; temporary 250 4.5.0 what host; ", "no-tls; SENT; DONE; " },
  { "message-refused", GREETED OK_3 "354 Go\r\n554 5.7.1 Spam\r\n" BYE, HELLO SENDS QUIT,
    "permanent 554 5.7.1 Spam; permanent 554 5.7.1 Spam; ", "no-tls; SENT; DONE; " },

  /* The session breaks off. */
  { "lost-after-end-of-data", GREETED "250 OK\r\n550 no\r\n250 OK\r\n354 Go\r\n", HELLO SENDS,
    "permanent 550 - no; temporary 0 4.4.2 the connection was lost after the end of the message: "
    "whether the server took it can't be known (RFC 1047) host; ",
    "no-tls; SENT; FAILED 0 the connection was lost after the end of the message: whether the "
    "server took it can't be known (RFC 1047); " },
  { "lost-at-once", "", "", LOST, "FAILED 0 the connection was lost; " },
  { "lost-in-the-middle", GREETED "250 OK\r\n", HELLO MAIL RCPT_1, LOST LOST,
    "no-tls; SENT; FAILED 0 the connection was lost; " },
  { "lost-within-a-reply", "220 b\r\n250-b\r\n250", HELLO, LOST,
    "FAILED 0 the connection was lost; " },
  { "closing-down", GREETED "250 OK\r\n550 no\r\n421 4.3.2 Bye\r\n250 OK\r\n",
    HELLO MAIL RCPT_1 RCPT_2, "permanent 550 - no; temporary 421 4.3.2 Bye host; ",
    "no-tls; SENT; FAILED 421 Bye; " },
  { "closing-down-at-quit", GREETED OK_3 "354 Go\r\n250 Done\r\n421 Bye\r\n", HELLO SENDS QUIT,
    "accepted 250 - Done; accepted 250 - Done; ", "no-tls; SENT; DONE; " },
  { "no-reply-at-all", "SSH-2.0-x\r\n", "",
    "temporary 0 4.5.0 the server sent something that is no SMTP reply host; ",
    "FAILED 0 the server sent something that is no SMTP reply; " },
  { "codes-that-differ", "220-b\r\n250 b\r\n", "",
    "temporary 0 4.5.0 the server sent something that is no SMTP reply host; ",
    "FAILED 0 the server sent something that is no SMTP reply; " },

  /* More than one transaction */
  { "two-messages",
    GREETED OK_3 "354 Go\r\n250 Done\r\n" OK_3 "354 Go\r\n250 Again\r\n" BYE,
    HELLO SENDS SENDS QUIT, "accepted 250 - Again; accepted 250 - Again; ",
    "no-tls; SENT; SENT; DONE; ", .n_transactions = 2 },
  { "rset-where-one-was-left-open",
    GREETED "250 OK\r\n550 no\r\n550 no\r\n250 Reset\r\n" OK_3 "354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 RSET SENDS QUIT, "accepted 250 - Done; accepted 250 - Done; ",
    "no-tls; SENT; SENT; DONE; ", .n_transactions = 2 },
  { "no-rset-where-none-was-opened",
    GREETED "550 no\r\n" OK_3 "354 Go\r\n250 Done\r\n" BYE, HELLO MAIL SENDS QUIT,
    "accepted 250 - Done; accepted 250 - Done; ", "no-tls; SENT; SENT; DONE; ",
    .n_transactions = 2 },
  { "rset-refused", GREETED "250 OK\r\n550 no\r\n550 no\r\n503 no\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 RSET QUIT, "permanent 503 - no; permanent 503 - no; ",
    "no-tls; SENT; SENT; DONE; ", .n_transactions = 2 },
  { "message-refused-then-another",
    GREETED OK_3 "354 Go\r\n554 no\r\n" OK_3 "354 Go\r\n250 Done\r\n" BYE,
    HELLO SENDS SENDS QUIT, "accepted 250 - Done; accepted 250 - Done; ",
    "no-tls; SENT; SENT; DONE; ", .n_transactions = 2 },

  /* RFC 2920 section 4 */
  { "rfc2920-without",
    "220 Innosoft.com SMTP service ready\r\n500 EHLO?\r\n250 Innosoft.com\r\n"
    "250 sender <mrose@dbc.mtview.ca.us> OK\r\n250 recipient <ned@innosoft.com> OK\r\n"
    "250 recipient <dan@innosoft.com> OK\r\n250 recipient <kvc@innosoft.com> OK\r\n"
    "354 enter mail, end with line containing only \".\"\r\n250 message sent\r\n221 goodbye\r\n",
    "EHLO dbc.mtview.ca.us\r\nHELO dbc.mtview.ca.us\r\nMAIL FROM:<mrose@dbc.mtview.ca.us>\r\n"
    "RCPT TO:<ned@innosoft.com>\r\nRCPT TO:<dan@innosoft.com>\r\nRCPT TO:<kvc@innosoft.com>\r\n"
    DATA MESSAGE QUIT,
    "accepted 250 - message sent; accepted 250 - message sent; accepted 250 - message sent; ",
    "helo; no-tls; SENT; DONE; ", .recipients = freed_recipients,
    .mail = { "mrose@dbc.mtview.ca.us" }, .config = { "dbc.mtview.ca.us" } },
  { "rfc2920-with",
    "220 innosoft.com SMTP service ready\r\n250-innosoft.com\r\n250 PIPELINING\r\n"
    "250 sender <mrose@dbc.mtview.ca.us> OK\r\n250 recipient <ned@innosoft.com> OK\r\n"
    "250 recipient <dan@innosoft.com> OK\r\n250 recipient <kvc@innosoft.com> OK\r\n"
    "354 enter mail, end with line containing only \".\"\r\n250 message sent\r\n221 goodbye\r\n",
    "EHLO dbc.mtview.ca.us\r\nMAIL FROM:<mrose@dbc.mtview.ca.us>\r\n"
    "RCPT TO:<ned@innosoft.com>\r\nRCPT TO:<dan@innosoft.com>\r\nRCPT TO:<kvc@innosoft.com>\r\n"
    DATA MESSAGE QUIT,
    "accepted 250 - message sent; accepted 250 - message sent; accepted 250 - message sent; ",
    "no-tls; SENT; DONE; ", .recipients = freed_recipients,
    .mail = { "mrose@dbc.mtview.ca.us" }, .config = { "dbc.mtview.ca.us" } },
  { "rfc2920-all-refused",
    "220 innosoft.com SMTP service ready\r\n250-innosoft.com\r\n250 PIPELINING\r\n"
    "250 sender <mrose@dbc.mtview.ca.us> OK\r\n"
    "550 remote mail to <nsb@thumper.bellore.com> not allowed\r\n"
    "550 remote mail to <galvin@tis.com> not allowed\r\n554 no valid recipients given\r\n"
    "221 goodbye\r\n",
    "EHLO dbc.mtview.ca.us\r\nMAIL FROM:<mrose@dbc.mtview.ca.us>\r\n"
    "RCPT TO:<nsb@thumper.bellcore.com>\r\nRCPT TO:<galvin@tis.com>\r\n" DATA QUIT,
    "permanent 550 - remote mail to <nsb@thumper.bellore.com> not allowed; "
    "permanent 550 - remote mail to <galvin@tis.com> not allowed; ",
    "no-tls; SENT; DONE; ", .recipients = refused_recipients,
    .mail = { "mrose@dbc.mtview.ca.us" }, .config = { "dbc.mtview.ca.us" } },
  { "rfc2920-all-refused-but-data",
    "220 innosoft.com SMTP service ready\r\n250-innosoft.com\r\n250 PIPELINING\r\n"
    "250 sender <mrose@dbc.mtview.ca.us> OK\r\n"
    "550 remote mail to <nsb@thumper.bellore.com> not allowed\r\n"
    "550 remote mail to <galvin@tis.com> not allowed\r\n"
    "354 enter mail, end with line containing only \".\"\r\n554 no valid recipients\r\n"
    "221 goodbye\r\n",
    "EHLO dbc.mtview.ca.us\r\nMAIL FROM:<mrose@dbc.mtview.ca.us>\r\n"
    "RCPT TO:<nsb@thumper.bellcore.com>\r\nRCPT TO:<galvin@tis.com>\r\n" DATA ".\r\n" QUIT,
    "permanent 550 - remote mail to <nsb@thumper.bellore.com> not allowed; "
    "permanent 550 - remote mail to <galvin@tis.com> not allowed; ",
    "no-tls; lone-dot; SENT; DONE; ", .recipients = refused_recipients,
    .mail = { "mrose@dbc.mtview.ca.us" }, .config = { "dbc.mtview.ca.us" } },
  { "pipelined-sender-refused",
    OFFERS ("PIPELINING") "550 no\r\n503 first MAIL\r\n503 first MAIL\r\n503 first MAIL\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA QUIT, "permanent 550 - no; permanent 550 - no; ",
    "no-tls; SENT; DONE; " },
  { "pipelined-sender-refused-but-data",
    OFFERS ("PIPELINING") "550 no\r\n250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA ".\r\n" QUIT, "permanent 550 - no; permanent 550 - no; ",
    "no-tls; lone-dot; SENT; DONE; " },
  { "pipelined-closing-down",
    OFFERS ("PIPELINING") "250 OK\r\n550 no\r\n421 Bye\r\n354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA, "permanent 550 - no; temporary 421 - Bye host; ",
    "no-tls; SENT; FAILED 421 Bye; " },
  { "pipelined-reset",
    OFFERS ("PIPELINING") "250 OK\r\n550 no\r\n550 no\r\n554 none\r\n"
    "250 Reset\r\n" OK_3 "354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA RSET SENDS QUIT,
    "accepted 250 - Done; accepted 250 - Done; ", "no-tls; SENT; SENT; DONE; ",
    .n_transactions = 2 },
  { "pipelining-not-to-be-used", OFFERS ("PIPELINING") "550 no\r\n" BYE, HELLO MAIL QUIT,
    "permanent 550 - no; permanent 550 - no; ", "no-tls; SENT; DONE; ",
    .config = { .extensions = SMTP_EXTENSION_SIZE } },

  /* RFC 6152 */
  { "rfc6152",
    "220 dbc.mtview.ca.us SMTP service ready\r\n250-dbc.mtview.ca.us says hello\r\n"
    "250 8BITMIME\r\n250 <ned@ymir.claremont.edu>... Sender and 8BITMIME ok\r\n"
    "250 <mrose@dbc.mtview.ca.us>... Recipient ok\r\n"
    "354 Send 8BITMIME message, ending in CRLF.CRLF.\r\n250 OK\r\n250 Goodbye\r\n",
    "EHLO ymir.claremont.edu\r\nMAIL FROM:<ned@ymir.claremont.edu> BODY=8BITMIME\r\n"
    "RCPT TO:<mrose@dbc.mtview.ca.us>\r\nDATA\r\nA: b\r\n\r\n\xf6\r\n.\r\nQUIT\r\n",
    "accepted 250 - OK; ", "no-tls; SENT; DONE; ", .letter = "A: b\r\n\r\n\xf6\r\n",
    .recipients = mrose, .mail = { "ned@ymir.claremont.edu" },
    .config = { "ymir.claremont.edu" } },
  { "eight-bit-not-wanted", GREETED BYE, HELLO QUIT,
    "permanent 0 5.6.3 the server does not take the message as it is, and it can't be converted "
    "host; ",
    "no-tls; no-8bitmime; CONVERT 8BITMIME; SENT; DONE; ", .letter = "A: b\r\n\r\n\xc3\xb6\r\n",
    .recipients = one_recipient },
  { "eight-bit-converted", GREETED OK_3 "354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 DATA "A: b\r\n\r\n=F6\r\n.\r\n" QUIT,
    "accepted 250 - Done; accepted 250 - Done; ",
    "no-tls; no-8bitmime; CONVERT 8BITMIME; downgraded; SENT; DONE; ",
    .letter = "A: b\r\n\r\n\xf6\r\n", .converted = "A: b\r\n\r\n=F6\r\n",
    .mail = { .body = SMTP_BODY_8BITMIME } },
  { "eight-bit-converted-to-no-use", GREETED BYE, HELLO QUIT,
    "permanent 0 5.6.3 the message needs 8BITMIME, which the server does not offer host; ",
    "no-tls; no-8bitmime; CONVERT 8BITMIME; downgraded; SENT; DONE; ",
    .letter = "A: b\r\n\r\n\xf6\r\n", .converted = "\xf6\r\n", .recipients = one_recipient },

  /* RFC 3030 */
  { "rfc3030-simple",
    "220 cnri.reston.va.us SMTP service ready\r\n250-cnri.reston.va.us says hello\r\n"
    "250 CHUNKING\r\n250 <Sam@Random.com> Sender ok\r\n250 <Susan@random.com> Recipient ok\r\n"
    "250 Message OK, 86 octets received\r\n221 Goodbye\r\n",
    "EHLO ymir.claremont.edu\r\nMAIL FROM:<Sam@Random.com>\r\nRCPT TO:<Susan@random.com>\r\n"
    "BDAT 86 LAST\r\nTo: Susan@random.com\r\nFrom: Sam@random.com\r\n"
    "Subject: This is a bodyless test message\r\nQUIT\r\n",
    "accepted 250 - Message OK, 86 octets received; ", "no-tls; SENT; DONE; ",
    .letter = "To: Susan@random.com\r\nFrom: Sam@random.com\r\n"
              "Subject: This is a bodyless test message\r\n",
    .recipients = susan, .mail = { "Sam@Random.com" }, .config = { "ymir.claremont.edu" } },
  { "rfc3030-binary",
    "220 cnri.reston.va.us SMTP service ready\r\n250-cnri.reston.va.us says hello\r\n"
    "250-PIPELINING\r\n250-BINARYMIME\r\n250 CHUNKING\r\n"
    "250 <ned@ymir.claremont.edu>... Sender and BINARYMIME ok\r\n"
    "250 <gvaudre@cnri.reston.va.us>... Recipient ok\r\n"
    "250 <jstewart@cnri.reston.va.us>... Recipient ok\r\n250 Message OK\r\n221 Goodbye\r\n",
    "EHLO ymir.claremont.edu\r\nMAIL FROM:<ned@ymir.claremont.edu> BODY=BINARYMIME\r\n"
    "RCPT TO:<gvaudre@cnri.reston.va.us>\r\nRCPT TO:<jstewart@cnri.reston.va.us>\r\n"
    "BDAT 12 LAST\r\nA: b\r\n\r\n.\n\rcQUIT\r\n",
    "accepted 250 - Message OK; accepted 250 - Message OK; ", "no-tls; SENT; DONE; ",
    .letter = "A: b\r\n\r\n.\n\rc", .recipients = binary_recipients,
    .mail = { "ned@ymir.claremont.edu", .body = SMTP_BODY_BINARYMIME },
    .config = { "ymir.claremont.edu" } },
  { "chunk-refused", OFFERS ("CHUNKING") OK_3 "452 4.3.1 full\r\n250 Reset\r\n550 no\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 "BDAT 20 LAST\r\n" LETTER RSET MAIL QUIT,
    "permanent 550 - no; permanent 550 - no; ", "no-tls; SENT; SENT; DONE; ",
    .n_transactions = 2 },
  { "no-chunk-for-nobody", OFFERS ("CHUNKING") "250 OK\r\n550 no\r\n550 no\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 QUIT, "permanent 550 - no; permanent 550 - no; ",
    "no-tls; SENT; DONE; " },
  { "chunks-have-whole-lines", OFFERS ("CHUNKING") OK_3 "250 Done\r\n" BYE,
    HELLO MAIL RCPT_1 RCPT_2 "BDAT 8 LAST\r\na\r\n.\r\n\r\n" QUIT,
    "accepted 250 - Done; accepted 250 - Done; ", "no-tls; line-ends; SENT; DONE; ",
    .letter = "a\n.\r\r\n" },
  { "binary-not-wanted", GREETED BYE, HELLO QUIT,
    "permanent 0 5.6.3 the server does not take the message as it is, and it can't be converted "
    "host; ",
    "no-tls; no-binarymime; CONVERT BINARYMIME; SENT; DONE; ", .letter = "A: b\r\n\r\n\n\r\n",
    .mail = { .body = SMTP_BODY_BINARYMIME }, .recipients = one_recipient },
  { "binary-that-is-not", GREETED "550 no\r\n" BYE, HELLO MAIL QUIT, "permanent 550 - no; ",
    "no-tls; SENT; DONE; ", .mail = { .body = SMTP_BODY_BINARYMIME },
    .recipients = one_recipient },
  { "binarymime-without-chunking", OFFERS ("BINARYMIME") "550 no\r\n" BYE, HELLO QUIT,
    "permanent 0 5.6.3 the server does not take the message as it is, and it can't be converted "
    "host; ",
    "no-tls; no-binarymime; CONVERT BINARYMIME; SENT; DONE; ", .letter = "A: b\r\n\r\n\n\r\n",
    .mail = { .body = SMTP_BODY_BINARYMIME }, .recipients = one_recipient },

  /* RFC 1870 */
  { "larger-than-the-server-takes", OFFERS ("SIZE 19") BYE, HELLO QUIT,
    "permanent 0 5.3.4 the message has 20 octets, and the server takes 19 at most host; ",
    "no-tls; SENT; DONE; ", .recipients = one_recipient },
  { "as-large-as-the-server-takes", OFFERS ("SIZE 20") "552 5.3.4 no\r\n" BYE,
    HELLO "MAIL FROM:<x@a.example> SIZE=20\r\n" QUIT, "permanent 552 5.3.4 no; ",
    "no-tls; SENT; DONE; ", .recipients = one_recipient },
  { "no-limit-said", OFFERS ("SIZE 0") "552 5.3.4 no\r\n" BYE,
    HELLO "MAIL FROM:<x@a.example> SIZE=20\r\n" QUIT, "permanent 552 5.3.4 no; ",
    "no-tls; SENT; DONE; ", .recipients = one_recipient },

  /* RFC 6531 */
  { "utf8-address-not-wanted", OFFERS ("8BITMIME") BYE, HELLO QUIT,
    "permanent 0 5.6.7 the server does not offer SMTPUTF8, which addresses or header need host; ",
    "no-tls; SENT; DONE; ", .recipients = utf8_recipients },
  { "utf8-header-not-wanted", OFFERS ("8BITMIME") BYE, HELLO QUIT,
    "permanent 0 5.6.7 the server does not offer SMTPUTF8, which addresses or header need host; ",
    "no-tls; SENT; DONE; ", .letter = "Subject: \xc3\xb6\r\n\r\nx\r\n",
    .recipients = one_recipient },
  { "utf8-said-but-not-needed", GREETED "550 no\r\n" BYE, HELLO MAIL QUIT, "permanent 550 - no; ",
    "no-tls; SENT; DONE; ", .recipients = one_recipient, .mail = { .is_utf8 = TRUE } },

  /* RFC 2033 section 4.2 */
  { "rfc2033",
    "220 foo.edu LMTP server ready\r\n250-foo.edu\r\n250-PIPELINING\r\n250 SIZE\r\n250 OK\r\n"
    "250 OK\r\n550 No such user here\r\n250 OK\r\n354 Start mail input; end with <CRLF>.<CRLF>\r\n"
    "250 OK\r\n452 <green@foo.edu> is temporarily over quota\r\n221 foo.edu closing connection\r\n",
    "LHLO foo.edu\r\nMAIL FROM:<chris@bar.com> SIZE=20\r\nRCPT TO:<pat@foo.edu>\r\n"
    "RCPT TO:<jones@foo.edu>\r\nRCPT TO:<green@foo.edu>\r\nDATA\r\n" MESSAGE QUIT,
    "accepted 250 - OK; permanent 550 - No such user here; "
    "temporary 452 - <green@foo.edu> is temporarily over quota; ",
    "no-tls; SENT; DONE; ", .recipients = lmtp_recipients, .mail = { "chris@bar.com" },
    .config = { "foo.edu", .is_lmtp = TRUE } },
  { "lmtp-lost-between-replies",
    "220 b\r\n250 b\r\n" OK_3 "354 Go\r\n250 2.1.5 Done\r\n", "LHLO a.example\r\n" SENDS,
    "accepted 250 2.1.5 Done; temporary 0 4.4.2 the connection was lost after the end of the "
    "message: whether the server took it can't be known (RFC 1047) host; ",
    "no-tls; SENT; FAILED 0 the connection was lost after the end of the message: whether the "
    "server took it can't be known (RFC 1047); ", .config = { .is_lmtp = TRUE } },
  { "lmtp-has-no-helo", "220 b\r\n500 what\r\n" BYE, "LHLO a.example\r\n" QUIT,
    "permanent 500 - what host; ", "FAILED 500 what; ", .config = { .is_lmtp = TRUE } },
  { "lmtp-chunks", "220 b\r\n250-b\r\n250 CHUNKING\r\n" OK_3 "250 Done\r\n452 full\r\n" BYE,
    "LHLO a.example\r\n" MAIL RCPT_1 RCPT_2 "BDAT 20 LAST\r\n" LETTER QUIT,
    "accepted 250 - Done; temporary 452 - full; ", "no-tls; SENT; DONE; ",
    .config = { .is_lmtp = TRUE } },

  /* What no command may hold */
  { "forged-recipient", GREETED "250 OK\r\n250 OK\r\n354 Go\r\n250 Done\r\n" BYE,
    HELLO MAIL RCPT_2 DATA MESSAGE QUIT,
    "permanent 0 5.1.3 the address has control characters; accepted 250 - Done; ",
    "no-tls; SENT; DONE; ", .recipients = forged_recipients },
  { "forged-sender", GREETED BYE, HELLO QUIT,
    "permanent 0 5.1.7 the sender's address has control characters host; ",
    "no-tls; SENT; DONE; ", .recipients = one_recipient, .mail = { "x@a.example>\r\nDATA" } },

  /* RFC 3207 */
  { "starttls", OFFERS ("STARTTLS") "220 go\r\n" TLS "250-b\r\n250 SIZE\r\n550 no\r\n" BYE,
    HELLO "STARTTLS\r\n" HELLO "MAIL FROM:<x@a.example> SIZE=20\r\n" QUIT, "permanent 550 - no; ",
    "tls; SENT; DONE; ", .recipients = one_recipient },
  { "starttls-forgets", "220 b\r\n250-b\r\n250-SIZE\r\n250 STARTTLS\r\n220 go\r\n"
    "250 injected\r\n" TLS "250 b\r\n550 no\r\n" BYE,
    HELLO "STARTTLS\r\n" HELLO MAIL QUIT, "permanent 550 - no; ", "tls; SENT; DONE; ",
    .recipients = one_recipient },
  { "starttls-unverified", OFFERS ("STARTTLS") "220 go\r\n" TLS "250 b\r\n550 no\r\n" BYE,
    HELLO "STARTTLS\r\n" HELLO MAIL QUIT, "permanent 550 - no; ", "tls; SENT; DONE; ",
    .recipients = one_recipient, .config = { .tls = SMTP_TLS_ALWAYS }, .is_unverified = TRUE },
  { "starttls-unverified-but-has-to-be", OFFERS ("STARTTLS") "220 go\r\n" TLS,
    HELLO "STARTTLS\r\n",
    "temporary 0 4.7.5 TLS failed: the server's certificate is not verified host; ",
    "tls; FAILED 0 TLS failed: the server's certificate is not verified; ",
    .recipients = one_recipient, .config = { .tls = SMTP_TLS_VERIFIED }, .is_unverified = TRUE },
  { "starttls-failed", OFFERS ("STARTTLS") "220 go\r\n" NO_TLS, HELLO "STARTTLS\r\n",
    "temporary 0 4.7.5 TLS failed: no shared cipher host; ",
    "FAILED 0 TLS failed: no shared cipher; ", .recipients = one_recipient },
  { "starttls-refused", OFFERS ("STARTTLS") "454 4.7.0 no\r\n550 no\r\n" BYE,
    HELLO "STARTTLS\r\n" MAIL QUIT, "permanent 550 - no; ", "no-tls; SENT; DONE; ",
    .recipients = one_recipient },
  { "starttls-refused-but-demanded", OFFERS ("STARTTLS") "454 4.7.0 no\r\n" BYE,
    HELLO "STARTTLS\r\n" QUIT,
    "temporary 454 4.7.0 TLS is demanded, and the server refused STARTTLS: no host; ",
    "FAILED 454 TLS is demanded, and the server refused STARTTLS: no; ",
    .recipients = one_recipient, .config = { .tls = SMTP_TLS_ALWAYS } },
  { "starttls-demanded-but-not-offered", GREETED BYE, HELLO QUIT,
    "temporary 0 4.7.10 TLS is demanded, and the server does not offer STARTTLS host; ",
    "FAILED 0 TLS is demanded, and the server does not offer STARTTLS; ",
    .recipients = one_recipient, .config = { .tls = SMTP_TLS_VERIFIED } },
  { "starttls-not-wanted", OFFERS ("STARTTLS") "550 no\r\n" BYE, HELLO MAIL QUIT,
    "permanent 550 - no; ", "SENT; DONE; ", .recipients = one_recipient,
    .config = { .tls = SMTP_TLS_NEVER } },

  /* RFC 8689 section 4.2.1 */
  { "requires-tls-in-clear", OFFERS ("REQUIRETLS") BYE, HELLO QUIT,
    "permanent 0 5.7.10 the message requires TLS with a verified server host; ",
    "no-tls; SENT; DONE; ", .recipients = one_recipient, .mail = { .requires_tls = TRUE } },
  { "requires-tls-not-verified",
    OFFERS ("STARTTLS") "220 go\r\n" TLS "250-b\r\n250 REQUIRETLS\r\n" BYE,
    HELLO "STARTTLS\r\n" HELLO QUIT,
    "permanent 0 5.7.10 the message requires TLS with a verified server host; ",
    "tls; SENT; DONE; ", .recipients = one_recipient, .mail = { .requires_tls = TRUE },
    .is_unverified = TRUE },
  { "requires-tls-not-offered", OFFERS ("STARTTLS") "220 go\r\n" TLS "250 b\r\n" BYE,
    HELLO "STARTTLS\r\n" HELLO QUIT,
    "permanent 0 5.7.30 the message requires TLS, and the server does not offer REQUIRETLS host; ",
    "tls; SENT; DONE; ", .recipients = one_recipient, .mail = { .requires_tls = TRUE } },

  /* RFC 4954 */
  { "rfc4954-plain",
    "220-smtp.example.com ESMTP Server\r\n220 x\r\n"
    "250-smtp.example.com Hello client.example.com\r\n"
    "250-AUTH GSSAPI DIGEST-MD5\r\n250-ENHANCEDSTATUSCODES\r\n250 STARTTLS\r\n"
    "220 Ready to start TLS\r\n" TLS "250-smtp.example.com Hello client.example.com\r\n"
    "250 AUTH GSSAPI DIGEST-MD5 PLAIN\r\n235 2.7.0 Authentication successful\r\n550 no\r\n" BYE,
    "EHLO client.example.com\r\nSTARTTLS\r\nEHLO client.example.com\r\n"
    "AUTH PLAIN AHRlc3QAMTIzNA==\r\n" MAIL QUIT,
    "permanent 550 - no; ", "tls; auth; SENT; DONE; ", .recipients = one_recipient,
    .config = { "client.example.com", .user = "test", .password = "1234" } },
  { "auth-old-form", OFFERS ("AUTH=LOGIN PLAIN") "235 ok\r\n550 no\r\n" BYE,
    HELLO "AUTH PLAIN AHRlc3QAMTIzNA==\r\n" MAIL QUIT, "permanent 550 - no; ",
    "no-tls; auth; SENT; DONE; ", .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-login", OFFERS ("AUTH LOGIN") "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n"
    "550 no\r\n" BYE,
    HELLO "AUTH LOGIN\r\ndGVzdA==\r\nMTIzNA==\r\n" MAIL QUIT, "permanent 550 - no; ",
    "no-tls; auth; SENT; DONE; ", .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-cram-md5",
    OFFERS ("AUTH CRAM-MD5") "334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n"
    "235 ok\r\n550 no\r\n" BYE,
    HELLO "AUTH CRAM-MD5\r\ndGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n" MAIL QUIT,
    "permanent 550 - no; ", "no-tls; auth; SENT; DONE; ", .recipients = one_recipient,
    .config = { .user = "tim", .password = "tanstaaftanstaaf" } },
  { "auth-external-empty", OFFERS ("AUTH EXTERNAL") "235 ok\r\n550 no\r\n" BYE,
    HELLO "AUTH EXTERNAL =\r\n" MAIL QUIT, "permanent 550 - no; ", "no-tls; auth; SENT; DONE; ",
    .recipients = one_recipient,
    .config = { .user = "", .mechanisms = SASL_MECHANISM_EXTERNAL } },
  { "auth-wrong-password", OFFERS ("AUTH PLAIN LOGIN") "535 5.7.8 no\r\n" BYE,
    HELLO "AUTH PLAIN AHRlc3QAMTIzNA==\r\n" QUIT,
    "permanent 535 5.7.8 AUTH PLAIN: wrong name or password: no host; ",
    "no-tls; FAILED 535 AUTH PLAIN: wrong name or password: no; ", .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-not-now", OFFERS ("AUTH PLAIN LOGIN") "454 4.7.0 no\r\n" BYE,
    HELLO "AUTH PLAIN AHRlc3QAMTIzNA==\r\n" QUIT,
    "temporary 454 4.7.0 AUTH PLAIN: the server can't tell now: no host; ",
    "no-tls; FAILED 454 AUTH PLAIN: the server can't tell now: no; ", .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-by-another-mechanism",
    OFFERS ("AUTH PLAIN LOGIN") "504 5.5.4 no\r\n334 VXNlcm5hbWU6\r\n534 5.7.9 no\r\n" BYE,
    HELLO "AUTH PLAIN AHRlc3QAMTIzNA==\r\nAUTH LOGIN\r\ndGVzdA==\r\n" QUIT,
    "permanent 534 5.7.9 AUTH LOGIN: the mechanism is too weak for the server: no host; ",
    "no-tls; FAILED 534 AUTH LOGIN: the mechanism is too weak for the server: no; ",
    .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-transition",
    OFFERS ("AUTH CRAM-MD5 LOGIN PLAIN") "432 4.7.12 once\r\n235 ok\r\n550 no\r\n" BYE,
    HELLO "AUTH CRAM-MD5\r\nAUTH PLAIN AHRlc3QAMTIzNA==\r\n" MAIL QUIT, "permanent 550 - no; ",
    "no-tls; auth; SENT; DONE; ", .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-challenge-no-base64", OFFERS ("AUTH LOGIN") "334 User!\r\n501 5.7.0 cancelled\r\n" BYE,
    HELLO "AUTH LOGIN\r\n*\r\n" QUIT,
    "permanent 501 5.7.0 AUTH LOGIN: given up: the server's challenge is not base64 host; ",
    "no-tls; FAILED 501 AUTH LOGIN: given up: the server's challenge is not base64; ",
    .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-challenge-after-cancel", OFFERS ("AUTH LOGIN") "334 User!\r\n334 \r\n" BYE,
    HELLO "AUTH LOGIN\r\n*\r\n" QUIT,
    "temporary 334 - AUTH LOGIN: given up: the server's challenge is not base64 host; ",
    "no-tls; FAILED 334 AUTH LOGIN: given up: the server's challenge is not base64; ",
    .recipients = one_recipient,
    .config = { .user = "test", .password = "1234", .may_auth_in_clear = TRUE } },
  { "auth-not-in-clear", OFFERS ("AUTH PLAIN LOGIN") BYE, HELLO QUIT,
    "temporary 0 4.7.0 the server offers no mechanism of AUTH that can be used without TLS (it "
    "offers: PLAIN LOGIN) host; ",
    "no-tls; FAILED 0 the server offers no mechanism of AUTH that can be used without TLS (it "
    "offers: PLAIN LOGIN); ",
    .recipients = one_recipient, .config = { .user = "test", .password = "1234" } },
  { "auth-not-offered", GREETED "550 no\r\n" BYE, HELLO MAIL QUIT, "permanent 550 - no; ",
    "no-tls; no-auth; SENT; DONE; ", .recipients = one_recipient,
    .config = { .user = "test", .password = "1234" } },
};

static const char *const outcome_names[] = { "pending", "accepted", "temporary", "permanent" };

/* A client, its owner, and what it has sent and told so far. */
typedef struct
{
  const Case *c;
  SmtpClient *client;
  GString    *sent;
  GString    *units; /* sent ones, joined */
  GString    *events;
  guint       n_sent; /* transactions */
} Run;

static const Case plain_case = { "plain" };

static GBytes *
copy_text (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
run_init (Run *run, const Case *c)
{
  SmtpClientConfig config = c->config;

  if (config.name == NULL)
    config.name = "a.example";
  *run = (Run){ .c = c, .client = smtp_client_new (&config, 0) };
  run->sent = g_string_new (NULL);
  run->units = g_string_new (NULL);
  run->events = g_string_new (NULL);
}

static void
run_clear (Run *run)
{
  smtp_client_free (run->client);
  g_string_free (run->sent, TRUE);
  g_string_free (run->units, TRUE);
  g_string_free (run->events, TRUE);
}

static const char *const *
get_recipients (const Case *c)
{
  return c->recipients != NULL ? c->recipients : default_recipients;
}

static void
send_letter (Run *run)
{
  g_autoptr (GBytes) message = copy_text (run->c->letter != NULL ? run->c->letter : LETTER);
  const char *const *paths = get_recipients (run->c);
  guint n = g_strv_length ((char **) paths);
  g_autofree SmtpRecipient *recipients = g_new0 (SmtpRecipient, n);
  SmtpTransaction transaction = { run->c->mail, recipients, n, message };

  for (guint i = 0; i < n; i++)
    recipients[i] = (SmtpRecipient){ .path = (char *) paths[i], .notify = run->c->notify };
  if (transaction.mail.reverse_path == NULL)
    transaction.mail.reverse_path = (char *) "x@a.example";
  run->n_sent++;
  smtp_client_send (run->client, &transaction, 0);
}

static void
answer (Run *run, const SmtpClientEvent *event)
{
  g_autoptr (GBytes) converted = NULL;

  switch (event->kind)
    {
    case SMTP_CLIENT_EVENT_READY:
      if (run->n_sent < MAX (run->c->n_transactions, 1))
        send_letter (run);
      else
        smtp_client_quit (run->client, 0);
      break;
    case SMTP_CLIENT_EVENT_CONVERT:
      g_string_append_printf (run->events, "CONVERT %s; ", event->text);
      converted = run->c->converted != NULL ? copy_text (run->c->converted) : NULL;
      smtp_client_convert (run->client, converted, 0);
      break;
    case SMTP_CLIENT_EVENT_SENT:
      g_string_append (run->events, "SENT; ");
      break;
    case SMTP_CLIENT_EVENT_TOLD:
      g_assert_nonnull (event->text);
      g_string_append_printf (run->events, "%s; ", event->name);
      break;
    case SMTP_CLIENT_EVENT_DONE:
      g_string_append (run->events, "DONE; ");
      break;
    case SMTP_CLIENT_EVENT_FAILED:
      g_string_append_printf (run->events, "FAILED %u %s; ", event->code, event->text);
      break;
    case SMTP_CLIENT_EVENT_NONE:
      g_assert_not_reached ();
    }
}

static void
drain (Run *run)
{
  g_autoptr (GBytes) output = NULL;
  SmtpClientEvent event;
  WireUnit unit;

  while (smtp_client_next_event (run->client, &event))
    answer (run, &event);
  output = smtp_client_take_output (run->client);
  g_string_append_len (run->sent, g_bytes_get_data (output, NULL),
                       (gssize) g_bytes_get_size (output));
  while (smtp_client_next_unit (run->client, &unit))
    {
      if (unit.direction == WIRE_SENT)
        g_string_append_len (run->units, g_bytes_get_data (unit.bytes, NULL),
                             (gssize) g_bytes_get_size (unit.bytes));
      else
        g_assert_cmpstr (unit.name, ==, "reply");
      wire_unit_clear (&unit);
    }
}

static void
receive (Run *run, const char *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  smtp_client_receive (run->client, copy, length, 0);
  drain (run);
}

static void
shake_hands (Run *run, gboolean succeeds)
{
  static const WireSecurity verified = { "TLSv1.3", "TLS_AES_256_GCM_SHA384", TRUE, "" };
  static const WireSecurity unverified = { "TLSv1.3", "TLS_AES_256_GCM_SHA384", FALSE, "expired" };

  g_assert_true (smtp_client_starts_tls (run->client));
  g_assert_false (smtp_client_starts_tls (run->client));
  g_assert_false (smtp_client_is_secured (run->client));
  if (succeeds)
    smtp_client_secured (run->client, run->c->is_unverified ? &unverified : &verified, 0);
  else
    smtp_client_tls_failed (run->client, "no shared cipher", 0);
  drain (run);
}

/* Returns: how many bytes there are before TLS begins, or to the end. */
static gsize
measure_part (const char *server)
{
  return strcspn (server, TLS NO_TLS);
}

static void
play (Run *run, const char *server, gsize chunk)
{
  for (;;)
    {
      gsize length = measure_part (server);

      for (gsize i = 0; i < length; i += chunk)
        receive (run, server + i, MIN (chunk, length - i));
      if (server[length] == '\0')
        return;
      shake_hands (run, server[length] == *TLS);
      server += length + 1;
    }
}

static char *
describe_results (const Run *run)
{
  guint n = run->n_sent > 0 ? g_strv_length ((char **) get_recipients (run->c)) : 1;
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      SmtpDelivery delivery;

      smtp_client_get_delivery (run->client, i, &delivery);
      g_string_append_printf (string, "%s %u %s %s%s; ", outcome_names[delivery.outcome],
                              delivery.code, delivery.status != NULL ? delivery.status : "-",
                              delivery.text, delivery.is_host ? " host" : "");
    }
  return g_string_free (string, FALSE);
}

static void
check_case (const Case *c, gsize chunk)
{
  g_autofree char *results = NULL;
  Run run;

  run_init (&run, c);
  play (&run, c->server, chunk);
  smtp_client_receive_end (run.client);
  drain (&run);
  g_assert_true (smtp_client_is_done (run.client));
  g_assert_cmpint (smtp_client_get_deadline (run.client), ==, G_MAXINT64);
  g_assert_cmpstr (smtp_client_get_step_name (run.client), ==, "");
  g_assert_cmpstr (run.sent->str, ==, c->client);
  g_assert_cmpstr (run.units->str, ==, c->client);
  g_assert_cmpstr (run.events->str, ==, c->events);
  results = describe_results (&run);
  g_assert_cmpstr (results, ==, c->results);
  run_clear (&run);
}

static void
test_conversation (gconstpointer data)
{
  const Case *c = data;

  g_test_summary ("What is sent depends on the replies, never on how TCP cut them.");
  for (gsize chunk = 1; chunk == 1 || chunk <= strlen (c->server); chunk++)
    check_case (c, chunk);
}

/* All input and its end before the first event is taken: none gets lost. */
static void
test_all_at_once (void)
{
  Run run;

  g_test_summary ("Input and its end that come before events are taken are heeded all the same.");
  run_init (&run, &plain_case);
  smtp_client_receive (run.client, (const guint8 *) cases[0].server, strlen (cases[0].server), 0);
  smtp_client_receive_end (run.client);
  drain (&run);
  g_assert_cmpstr (run.events->str, ==, "no-tls; SENT; DONE; ");
  g_assert_cmpstr (run.sent->str, ==, cases[0].client);
  run_clear (&run);
}

/* What the client waits for, how long, and what it says when nothing comes. */
static const struct
{
  const char *replies;
  const char *step;
  gint64      seconds;
  const char *events;
} waits[] = {
  { "", "greeting", 300, "FAILED 0 the server did not answer in time (greeting); " },
  { "220 b\r\n", "EHLO", 300, "FAILED 0 the server did not answer in time (EHLO); " },
  { "220 b\r\n500 b\r\n", "HELO", 300,
    "helo; FAILED 0 the server did not answer in time (HELO); " },
  { OFFERS ("STARTTLS"), "STARTTLS", 300,
    "FAILED 0 the server did not answer in time (STARTTLS); " },
  { OFFERS ("STARTTLS") "220 b\r\n", "TLS", 300,
    "FAILED 0 the server did not answer in time (TLS); " },
  { GREETED, "MAIL", 300, "no-tls; SENT; FAILED 0 the server did not answer in time (MAIL); " },
  { GREETED "250 b\r\n", "RCPT", 300,
    "no-tls; SENT; FAILED 0 the server did not answer in time (RCPT); " },
  { GREETED OK_3, "DATA", 120,
    "no-tls; SENT; FAILED 0 the server did not answer in time (DATA); " },
  { GREETED OK_3 "354 b\r\n", "end of data", 600,
    "no-tls; SENT; FAILED 0 the server did not answer in time (end of data); " },
  { OFFERS ("CHUNKING") OK_3, "end of data", 600,
    "no-tls; SENT; FAILED 0 the server did not answer in time (end of data); " },
  { GREETED OK_3 "354 b\r\n250 b\r\n", "QUIT", 300, "no-tls; SENT; DONE; " },
};

static void
test_timeouts (void)
{
  g_test_summary ("Each step has its own time, and half a reply buys none.");
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      gint64 deadline;
      Run run;

      run_init (&run, &plain_case);
      smtp_client_receive (run.client, (const guint8 *) waits[i].replies, strlen (waits[i].replies),
                           1000);
      drain (&run);
      g_assert_cmpstr (smtp_client_get_step_name (run.client), ==, waits[i].step);
      deadline = smtp_client_get_deadline (run.client);
      /* The owner of these tests answers with a clock that stands still. */
      g_assert_cmpint (deadline / G_USEC_PER_SEC, ==, waits[i].seconds);
      smtp_client_receive (run.client, (const guint8 *) "250-", 4, deadline - 1);
      drain (&run);
      g_assert_cmpint (smtp_client_get_deadline (run.client), ==, deadline);
      smtp_client_expire (run.client, deadline - 1);
      g_assert_false (smtp_client_is_done (run.client));
      smtp_client_expire (run.client, deadline);
      drain (&run);
      g_assert_true (smtp_client_is_done (run.client));
      g_assert_cmpstr (run.events->str, ==, waits[i].events);
      run_clear (&run);
    }
}

/* A greeting of @n_lines lines of @line_bytes each, and how the client takes it. */
static char *
greet (guint n_lines, gsize line_bytes)
{
  g_autofree char *fill = g_strnfill (line_bytes - strlen ("220-\r\n"), 'x');
  char *step;
  Run run;

  run_init (&run, &plain_case);
  for (guint i = 1; i <= n_lines; i++)
    {
      g_autofree char *line = g_strdup_printf ("220%c%s\r\n", i < n_lines ? '-' : ' ', fill);

      receive (&run, line, strlen (line));
    }
  step = g_strdup (smtp_client_is_done (run.client) ? run.events->str
                                                    : smtp_client_get_step_name (run.client));
  run_clear (&run);
  return step;
}

static void
test_reply_limits (void)
{
  static const struct
  {
    guint       n_lines;
    gsize       line_bytes;
    const char *step;
  } limits[] = {
    { 1, SMTP_CLIENT_REPLY_LINE_BYTES_MAX, "EHLO" },
    { 1, SMTP_CLIENT_REPLY_LINE_BYTES_MAX + 1,
      "FAILED 0 the server sent a reply that is too long; " },
    { SMTP_REPLY_BYTES_MAX / 1024, 1024, "EHLO" },
    { SMTP_REPLY_BYTES_MAX / 1024 + 1, 1024,
      "FAILED 0 the server sent a reply that is too long; " },
    { 1, 10 * 1000 * 1000, "FAILED 0 the server sent a reply that is too long; " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autofree char *step = greet (limits[i].n_lines, limits[i].line_bytes);

      g_assert_cmpstr (step, ==, limits[i].step);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/smtp/client/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_conversation);
    }
  g_test_add_func ("/smtp/client/all-at-once", test_all_at_once);
  g_test_add_func ("/smtp/client/timeouts", test_timeouts);
  g_test_add_func ("/smtp/client/reply-limits", test_reply_limits);
  return g_test_run ();
}
