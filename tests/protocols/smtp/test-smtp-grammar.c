/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>

#include <string.h>
#include <support/annotation.h>

typedef struct
{
  const char        *name;
  const WireGrammar *grammar;
  const char        *unit;
  /* "element:bytes", ~ tolerated, - obsolete, ? unrecognised, ! partial */
  const char        *spans;
} Case;

static const Case cases[] = {
  { "helo", &smtp_grammar_command, "HELO a.example\r\n",
    "command:16 helo_command:16 verb:4 client_name:9 domain:9 crlf:2 " },
  { "ehlo-literal", &smtp_grammar_command, "ehlo [192.0.2.1]\r\n",
    "command:18 ehlo_command:18 verb:4 client_name:11 address_literal:11 crlf:2 " },
  { "ehlo-odd-name", &smtp_grammar_command, "EHLO my_pc\r\n",
    "command:12 ehlo_command:12 verb:4 client_name:5~ crlf:2 " },
  { "mail", &smtp_grammar_command, "MAIL FROM:<x@a.example>\r\n",
    "command:25 mail_command:25 verb:4 from_keyword:5 reverse_path:13 mailbox:11 local_part:1 "
    "domain:9 crlf:2 " },
  { "mail-null", &smtp_grammar_command, "MAIL FROM:<>\r\n",
    "command:14 mail_command:14 verb:4 from_keyword:5 reverse_path:2 null_path:2 crlf:2 " },
  { "mail-parameters", &smtp_grammar_command, "MAIL FROM:<> SIZE=10 X\r\n",
    "command:24 mail_command:24 verb:4 from_keyword:5 reverse_path:2 null_path:2 esmtp_param:7 "
    "esmtp_keyword:4 esmtp_value:2 esmtp_param:1 esmtp_keyword:1 crlf:2 " },
  { "mail-space-after-colon", &smtp_grammar_command, "MAIL FROM: <>\r\n",
    "command:15 mail_command:15 verb:4 from_keyword:5 needless_space:1~ reverse_path:2 "
    "null_path:2 crlf:2 " },
  { "mail-without-brackets", &smtp_grammar_command, "MAIL FROM:x@b\r\n",
    "command:15 mail_command:15 verb:4 from_keyword:5 reverse_path:3~ mailbox:3 local_part:1 "
    "domain:1 crlf:2 " },
  { "mail-trailing-space", &smtp_grammar_command, "MAIL FROM:<> \r\n",
    "command:15 mail_command:15 verb:4 from_keyword:5 reverse_path:2 null_path:2 needless_space:1 "
    "crlf:2 " },
  { "rcpt-quoted", &smtp_grammar_command, "RCPT TO:<\"a \\\" b\"@[IPv6:2001:db8::1]>\r\n",
    "command:39 rcpt_command:39 verb:4 to_keyword:3 forward_path:29 mailbox:27 local_part:8 "
    "quoted_string:8 address_literal:18 crlf:2 " },
  { "rcpt-source-route", &smtp_grammar_command, "RCPT TO:<@a,@b:x@c>\r\n",
    "command:21 rcpt_command:21 verb:4 to_keyword:3 forward_path:11 source_route:6- domain:1 "
    "domain:1 mailbox:3 local_part:1 domain:1 crlf:2 " },
  { "rcpt-postmaster", &smtp_grammar_command, "RCPT TO:<postMaster>\r\n",
    "command:22 rcpt_command:22 verb:4 to_keyword:3 forward_path:12 postmaster:12 crlf:2 " },
  { "rcpt-broken-off", &smtp_grammar_command, "RCPT TO:<x@>\r\n",
    "command:14! rcpt_command:11! verb:4 to_keyword:3 forward_path:3! mailbox:2! local_part:1 "
    "domain:0! unrecognised:3? " },
  { "data-bare-lf", &smtp_grammar_command, "DATA\n",
    "command:5 data_command:5 verb:4 crlf:1~ " },
  { "data-with-argument", &smtp_grammar_command, "DATA x\r\n",
    "command:8! data_command:5! verb:4 needless_space:1 crlf:0! unrecognised:3? " },
  { "vrfy", &smtp_grammar_command, "VRFY Jo Q\r\n",
    "command:11 vrfy_command:11 verb:4 string:4 crlf:2 " },
  { "vrfy-eight-bit", &smtp_grammar_command, "VRFY x\xc3\xb6\r\n",
    "command:10 vrfy_command:10 verb:4 string:3~ crlf:2 " },
  { "noop-string", &smtp_grammar_command, "NOOP x\r\n",
    "command:8 noop_command:8 verb:4 string:1 crlf:2 " },
  { "help", &smtp_grammar_command, "HELP\r\n", "command:6 help_command:6 verb:4 crlf:2 " },
  { "unknown", &smtp_grammar_command, "XYZZY now\r\n",
    "command:11 unknown_command:11 verb:5 argument:4 crlf:2 " },
  { "empty", &smtp_grammar_command, "", "command:0! unknown_command:0! verb:0! " },

  { "one-line", &smtp_grammar_reply, "250 OK\r\n",
    "reply:8 reply_line:8 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:2 crlf:2 " },
  { "code-alone", &smtp_grammar_reply, "354\r\n",
    "reply:5 reply_line:5 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 crlf:2 " },
  { "multi-line", &smtp_grammar_reply, "250-a\r\n250 HELP\r\n",
    "reply:17 reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 reply_line:10 reply_code:3 reply_class:1 "
    "reply_category:1 reply_detail:1 reply_separator:1 reply_text:4 crlf:2 " },
  { "enhanced-code", &smtp_grammar_reply, "550 5.1.1 no\r\n",
    "reply:14 reply_line:14 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 enhanced_code:5 reply_text:3 crlf:2 " },
  { "enhanced-code-alone", &smtp_grammar_reply, "250 2.0.0\n",
    "reply:10 reply_line:10 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 enhanced_code:5 crlf:1~ " },
  { "enhanced-code-of-another-class", &smtp_grammar_reply, "550 2.1.1 no\r\n",
    "reply:14 reply_line:14 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:8 crlf:2 " },
  { "enhanced-code-of-no-class", &smtp_grammar_reply, "354 3.1.1 x\r\n",
    "reply:13 reply_line:13 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:7 crlf:2 " },
  { "eight-bit", &smtp_grammar_reply, "250 \xc3\xb6\r\n",
    "reply:8 reply_line:8 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:2~ crlf:2 " },
  { "odd-category", &smtp_grammar_reply, "298 x\r\n",
    "reply:7 reply_line:7 reply_code:3~ reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 " },
  { "codes-differ", &smtp_grammar_reply, "250-a\r\n251 b\r\n",
    "reply:14! reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 reply_line:3! reply_code:3 reply_class:1 "
    "reply_category:1 reply_detail:1 unrecognised:4? " },
  { "no-code", &smtp_grammar_reply, "hello\r\n",
    "reply:7! reply_line:0! reply_code:0! reply_class:0! unrecognised:7? " },
};

static void
test_spans (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (WireSpans) spans = annotation_of (c->grammar, c->unit, strlen (c->unit));
  g_autofree char *words = annotation_describe (spans);

  g_assert_cmpstr (words, ==, c->spans);
}

/* Every beginning of every unit is annotated without harm. */
static void
test_beginnings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    annotation_check_beginnings (cases[i].grammar, cases[i].unit, strlen (cases[i].unit));
}

typedef struct
{
  const char *line;
  guint       flags;    /* those of the scan; NO_MATCH when the line is refused */
  SmtpVerb    verb;
  const char *argument; /* (nullable); looked at only when it matches */
} LineCase;

#define NO_MATCH G_MAXUINT
#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static const LineCase line_cases[] = {
  { "MAIL FROM:<x@a.example>\r\n", 0, SMTP_VERB_MAIL, "x@a.example" },
  { "mail from:<X.Y+z@A.Example>\r\n", 0, SMTP_VERB_MAIL, "X.Y+z@A.Example" },
  { "MAIL FROM:<@r.example,@s.example:x@a.example>\r\n", WIRE_SPAN_OBSOLETE, SMTP_VERB_MAIL,
    "x@a.example" },
  { "MAIL FROM:<@r.example:>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL  FROM:<>\r\n", WIRE_SPAN_TOLERATED, SMTP_VERB_MAIL, "" },
  { "MAIL FROM: <>\r\n", WIRE_SPAN_TOLERATED, SMTP_VERB_MAIL, "" },
  { "MAIL FROM:x@a.example SIZE=1\n", WIRE_SPAN_TOLERATED, SMTP_VERB_MAIL, "x@a.example" },
  { "MAIL FROM:<Postmaster>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a_b.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@-a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a-.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a..example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<.x@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x.@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<\"\"@a.example>\r\n", 0, SMTP_VERB_MAIL, "\"\"@a.example" },
  { "MAIL FROM:<\"x\\\"@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<\"x\t\"@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example>SIZE=1\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example> SIZE=\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example> -X=1\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example> A=b=c\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL <x@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x\xc3\xb6@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "RCPT TO:<POSTMASTER>\r\n", 0, SMTP_VERB_RCPT, "postmaster" },
  { "RCPT TO:<Postmaster@b.example>\r\n", 0, SMTP_VERB_RCPT, "Postmaster@b.example" },
  { "RCPT TO:<>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[192.0.2.1]>\r\n", 0, SMTP_VERB_RCPT, "x@[192.0.2.1]" },
  { "RCPT TO:<x@[192.0.2.256]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[192.0.2]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[IPv6:2001:db8::1]>\r\n", 0, SMTP_VERB_RCPT, "x@[IPv6:2001:db8::1]" },
  { "RCPT TO:<x@[IPv6:::ffff:192.0.2.1]>\r\n", 0, SMTP_VERB_RCPT, "x@[IPv6:::ffff:192.0.2.1]" },
  { "RCPT TO:<x@[IPv6:192.0.2.1]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[IPv6:2001:db8:::1]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[IPv6:fe80::1%eth0]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[2001:db8::1]>\r\n", 0, SMTP_VERB_RCPT, "x@[2001:db8::1]" }, /* a tag "2001" */
  { "RCPT TO:<x@[192.0.2.1:25]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[tag-:a]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[tag:]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[tag:a@b]>\r\n", 0, SMTP_VERB_RCPT, "x@[tag:a@b]" },
  { "RCPT TO:<" L63 "x@a.example>\r\n", 0, SMTP_VERB_RCPT, L63 "x@a.example" },
  { "RCPT TO:<" L63 "xy@a.example>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@" L63 "." L63 "." L63 "." L63 ">\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "HELO x y\r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "HELO\r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "HELO \r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "EHLO 192.0.2.1\r\n", 0, SMTP_VERB_EHLO, "192.0.2.1" },
  { "EHLO [192.0.2.1\r\n", WIRE_SPAN_TOLERATED, SMTP_VERB_EHLO, "[192.0.2.1" },
  { "EHLO a.\r\n", WIRE_SPAN_TOLERATED, SMTP_VERB_EHLO, "a." },
  { "EHLO " L63 "." L63 "." L63 "." L63 "\r\n", 0, SMTP_VERB_EHLO,
    L63 "." L63 "." L63 "." L63 }, /* 255 bytes */
  { "EHLO " L63 "." L63 "." L63 "." L63 "x\r\n", WIRE_SPAN_TOLERATED, SMTP_VERB_EHLO,
    L63 "." L63 "." L63 "." L63 "x" },
  { "EHLO \xc3\xb6\r\n", NO_MATCH, SMTP_VERB_EHLO, NULL },
  { "VRFY\r\n", NO_MATCH, SMTP_VERB_VRFY, NULL },
  { "VRFY  \r\n", NO_MATCH, SMTP_VERB_VRFY, NULL },
  { "VRFY a b \r\n", 0, SMTP_VERB_VRFY, "a b" },
  { "EXPN list\r\n", 0, SMTP_VERB_EXPN, "list" },
  { "NOOP \t\r\n", 0, SMTP_VERB_NOOP, NULL },
  { "NOOP a\rb\r\n", NO_MATCH, SMTP_VERB_NOOP, NULL },
  { "RSET x\r\n", NO_MATCH, SMTP_VERB_RSET, NULL },
  { "quit\t\r\n", 0, SMTP_VERB_QUIT, NULL },
  { "QUIT", NO_MATCH, SMTP_VERB_QUIT, NULL },
  { "QUITE\r\n", 0, SMTP_VERB_UNKNOWN, NULL },
  { " QUIT\r\n", NO_MATCH, SMTP_VERB_UNKNOWN, NULL },
  { "\r\n", NO_MATCH, SMTP_VERB_UNKNOWN, NULL },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (line_cases); i++)
    {
      const LineCase    *c = &line_cases[i];
      gsize              length = strlen (c->line);
      g_autofree guint8 *copy = g_memdup2 (c->line, length);
      g_autofree char   *escaped = g_strescape (c->line, NULL);
      SmtpCommand        command;
      WireScan           scan;
      gboolean           matched;

      g_test_message ("%s", escaped);
      smtp_command_init (&command);
      wire_scan_init (&scan, copy, length, NULL);
      matched = smtp_scan_command (&scan, &command) && wire_scan_at_end (&scan);
      g_assert_cmpint (matched, ==, c->flags != NO_MATCH);
      g_assert_cmpint (command.verb, ==, c->verb);
      if (matched)
        {
          g_assert_cmpstr (command.argument, ==, c->argument);
          g_assert_cmpuint (scan.flags, ==, c->flags);
        }
      smtp_command_clear (&command);
    }
}

static void
test_path_limit (void)
{
  /* Four labels of 47 and the dots between are 191 bytes; local-part, "@" and brackets the rest. */
  const guint n_rest = SMTP_PATH_BYTES_MAX - 191 - 3;
  g_autofree char *label = g_strnfill (47, 'd');
  g_autofree char *local = g_strnfill (n_rest, 'l');

  g_assert_cmpuint (n_rest, <=, SMTP_LOCAL_PART_BYTES_MAX);
  for (guint excess = 0; excess < 2; excess++)
    {
      g_autofree char *line = g_strdup_printf ("RCPT TO:<%s%s@%s.%s.%s.%s>\r\n", local,
                                               excess > 0 ? "l" : "", label, label, label, label);

      g_assert_cmpint (
          wire_matches (&smtp_grammar_command, (const guint8 *) line, strlen (line)), ==,
          excess == 0);
    }
}

static void
test_parameters (void)
{
  static const char line[] = "MAIL FROM:<> size=12 BODY=8BITMIME X-y\r\n";
  static const char *const expected[][2] = { { "size", "12" }, { "BODY", "8BITMIME" },
                                             { "X-y", NULL } };
  SmtpCommand command;
  WireScan    scan;

  smtp_command_init (&command);
  wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
  g_assert_true (smtp_scan_command (&scan, &command));
  g_assert_cmpuint (command.parameters->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const SmtpParameter *parameter = &g_array_index (command.parameters, SmtpParameter, i);

      g_assert_cmpstr (parameter->keyword, ==, expected[i][0]);
      g_assert_cmpstr (parameter->value, ==, expected[i][1]);
    }
  smtp_command_clear (&command);
}

static const struct
{
  const char *mailbox, *local_part, *domain;
} mailboxes[] = {
  { "x@a.example", "x", "a.example" },
  { "postmaster", "postmaster", NULL },
  { "\"x\"@a.example", "x", "a.example" },
  { "\"x y\"@a.example", "x y", "a.example" },
  { "\"x\\\"@\\\\\"@a.example", "x\"@\\", "a.example" },
  { "\"a@b\"@c.example", "a@b", "c.example" },
  { "x@[tag:a@b]", "x", "[tag:a@b]" },
  { "\"x", "\"x", NULL },
  { "\"x\\", "\"x\\", NULL },
  { "", "", NULL },
};

static void
test_mailboxes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++)
    {
      g_autofree char *local_part = NULL;
      g_autofree char *domain = NULL;

      smtp_mailbox_split (mailboxes[i].mailbox, &local_part, &domain);
      g_assert_cmpstr (local_part, ==, mailboxes[i].local_part);
      g_assert_cmpstr (domain, ==, mailboxes[i].domain);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/smtp/grammar/%s/%s", cases[i].grammar->name, cases[i].name);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/smtp/grammar/beginnings", test_beginnings);
  g_test_add_func ("/smtp/grammar/lines", test_lines);
  g_test_add_func ("/smtp/grammar/path-limit", test_path_limit);
  g_test_add_func ("/smtp/grammar/parameters", test_parameters);
  g_test_add_func ("/smtp/grammar/mailboxes", test_mailboxes);
  return g_test_run ();
}
