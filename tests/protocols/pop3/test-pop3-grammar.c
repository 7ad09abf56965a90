/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-grammar.h>

#include <string.h>
#include <support/annotation.h>

typedef struct
{
  const char *name;
  const WireGrammar *grammar;
  const char *unit;
  const char *spans; /* "element:bytes", ~ tolerated, ? unrecognised, ! partial */
} Case;

static const Case cases[] = {
  { "user", &pop3_grammar_command, "USER mrose\r\n",
    "command:12 user_command:12 keyword:4 user_name:5 crlf:2 " },
  { "pass", &pop3_grammar_command, "pass  a b \r\n",
    "command:12 pass_command:12 keyword:4 password:5 crlf:2 " },
  { "list", &pop3_grammar_command, "LIST\r\n", "command:6 list_command:6 keyword:4 crlf:2 " },
  { "list-msg", &pop3_grammar_command, "LIST 10\r\n",
    "command:9 list_command:9 keyword:4 message_number:2 crlf:2 " },
  { "top", &pop3_grammar_command, "TOP 1 20\r\n",
    "command:10 top_command:10 keyword:3 message_number:1 line_count:2 crlf:2 " },
  { "needless-spaces", &pop3_grammar_command, "RETR   1 \n",
    "command:10 retr_command:10 keyword:4 needless_space:2~ message_number:1 needless_space:1~ "
    "crlf:1~ " },
  { "unknown", &pop3_grammar_command, "XTND XMIT a\r\n",
    "command:13 unknown_command:13 keyword:4 argument:4 argument:1 crlf:2 " },
  { "eight-bit", &pop3_grammar_command, "USER \xc3\xb6\r\n",
    "command:9 user_command:9 keyword:4 user_name:2 crlf:2 " },
  { "latin-1", &pop3_grammar_command, "USER \xf6\r\n",
    "command:8 user_command:8 keyword:4 user_name:1~ crlf:2 " },
  { "broken-off", &pop3_grammar_command, "RETR x\r\n",
    "command:8! retr_command:5! keyword:4 message_number:0! unrecognised:3? " },
  { "broken-line", &pop3_grammar_command, "NOOP", "command:4! noop_command:4! keyword:4 crlf:0! " },
  { "empty", &pop3_grammar_command, "", "command:0! unknown_command:0! keyword:0! " },
  { "apop", &pop3_grammar_command, "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
    "command:45 apop_command:45 keyword:4 user_name:5 apop_digest:32 crlf:2 " },
  { "apop-short", &pop3_grammar_command, "APOP mrose c4c9\r\n",
    "command:17! apop_command:15! keyword:4 user_name:5 apop_digest:4! unrecognised:2? " },
  { "auth", &pop3_grammar_command, "AUTH\r\n", "command:6 auth_command:6 keyword:4 crlf:2 " },
  { "auth-mechanism", &pop3_grammar_command, "AUTH CRAM-MD5\r\n",
    "command:15 auth_command:15 keyword:4 sasl_mechanism:8 crlf:2 " },
  { "auth-initial", &pop3_grammar_command, "AUTH PLAIN AGEAYg==\r\n",
    "command:21 auth_command:21 keyword:4 sasl_mechanism:5 initial_response:8 sasl_response:8 "
    "crlf:2 " },
  { "auth-empty", &pop3_grammar_command, "AUTH EXTERNAL =\r\n",
    "command:17 auth_command:17 keyword:4 sasl_mechanism:8 initial_response:1 empty_response:1 "
    "crlf:2 " },
  { "auth-no-base64", &pop3_grammar_command, "AUTH PLAIN =AAA\r\n",
    "command:17 auth_command:17 keyword:4 sasl_mechanism:5 initial_response:4 sasl_response:4~ "
    "crlf:2 " },
  { "utf8", &pop3_grammar_command, "utf8\r\n", "command:6 utf8_command:6 keyword:4 crlf:2 " },
  { "lang", &pop3_grammar_command, "LANG de-AT\r\n",
    "command:12 lang_command:12 keyword:4 language_range:5 crlf:2 " },
  { "lang-any", &pop3_grammar_command, "LANG *\r\n",
    "command:8 lang_command:8 keyword:4 language_range:1 crlf:2 " },
  { "lang-list", &pop3_grammar_command, "LANG\r\n", "command:6 lang_command:6 keyword:4 crlf:2 " },
  { "response", &pop3_grammar_sasl, "AGEAYg==\r\n", "sasl_line:10 sasl_response:8 crlf:2 " },
  { "no-response", &pop3_grammar_sasl, "\r\n", "sasl_line:2 crlf:2 " },
  { "cancel", &pop3_grammar_sasl, "*\r\n", "sasl_line:3 sasl_cancel:1 crlf:2 " },
  { "challenge", &pop3_grammar_response, "+ PDEuMkBiPg==\r\n",
    "response:16 challenge_line:16 sasl_challenge:12 crlf:2 " },
  { "empty-challenge", &pop3_grammar_response, "+ \r\n", "response:4 challenge_line:4 crlf:2 " },
  { "languages", &pop3_grammar_response,
    "+OK\r\nen English\r\nsv-x Svenska \xc3\xb6\r\ntop\r\n.\r\n",
    "response:42 status_line:5 status_indicator:3 crlf:2 language_listing:10 language_tag:2 "
    "language_name:7 crlf:2 language_listing:15 language_tag:4 language_name:10 crlf:2 "
    "capability:3 capa_tag:3 crlf:2 termination:3 crlf:2 " },

  { "ok", &pop3_grammar_response, "+OK\r\n",
    "response:5 status_line:5 status_indicator:3 crlf:2 " },
  { "ok-text", &pop3_grammar_response, "+OK 120 octets\r\n",
    "response:16 status_line:16 status_indicator:3 text:10 crlf:2 " },
  { "lower-case", &pop3_grammar_response, "-err no\r\n",
    "response:9 status_line:9 status_indicator:4~ text:2 crlf:2 " },
  { "code", &pop3_grammar_response, "-ERR [SYS/TEMP] later\r\n",
    "response:23 status_line:23 status_indicator:4 response_code:10 response_level:3 "
    "response_level:4 text:5 crlf:2 " },
  { "code-alone", &pop3_grammar_response, "-ERR [IN-USE]\r\n",
    "response:15 status_line:15 status_indicator:4 response_code:8 response_level:6 crlf:2 " },
  { "no-code", &pop3_grammar_response, "+OK [no code\r\n",
    "response:14 status_line:14 status_indicator:3 text:8 crlf:2 " },
  { "timestamp", &pop3_grammar_response, "+OK a <1.2@b.example> <c\r\n",
    "response:26 status_line:26 status_indicator:3 text:20 timestamp:15 crlf:2 " },
  { "drop-listing", &pop3_grammar_response, "+OK 2 320\r\n",
    "response:11 status_line:11 status_indicator:3 drop_listing:5 drop_number:1 octets:3 crlf:2 " },
  { "drop-listing-and-more", &pop3_grammar_response, "+OK 2 320 x y\r\n",
    "response:15 status_line:15 status_indicator:3 drop_listing:9 drop_number:1 octets:3 "
    "further_information:3 crlf:2 " },
  { "refusal-is-no-listing", &pop3_grammar_response, "-ERR 2 320\r\n",
    "response:12 status_line:12 status_indicator:4 text:5 crlf:2 " },
  { "unique-id", &pop3_grammar_response, "+OK 2 QhdPYR:00WBw1Ph7x7\r\n",
    "response:26 status_line:26 status_indicator:3 unique_id_listing:20 message_number:1 "
    "unique_id:18 crlf:2 " },
  { "scan-listings", &pop3_grammar_response, "+OK\r\n1 120\r\n2 0 x\r\n.\r\n",
    "response:22 status_line:5 status_indicator:3 crlf:2 scan_listing:5 message_number:1 octets:3 "
    "crlf:2 scan_listing:5 message_number:1 octets:1 further_information:1 crlf:2 termination:3 "
    "crlf:2 " },
  { "unique-id-listings", &pop3_grammar_response, "+OK\r\n1 0012\r\n2 1a\r\n.\r\n",
    "response:22 status_line:5 status_indicator:3 crlf:2 unique_id_listing:6 message_number:1 "
    "unique_id:4 crlf:2 unique_id_listing:4 message_number:1 unique_id:2 crlf:2 termination:3 "
    "crlf:2 " },
  { "capabilities", &pop3_grammar_response, "+OK\r\nTOP\r\nSASL A B\r\n.\r\n",
    "response:23 status_line:5 status_indicator:3 crlf:2 capability:3 capa_tag:3 crlf:2 "
    "capability:8 capa_tag:4 capa_parameter:1 capa_parameter:1 crlf:2 termination:3 crlf:2 " },
  { "any-lines", &pop3_grammar_response, "+OK\r\n..x y\r\n\r\n.\r\n",
    "response:17 status_line:5 status_indicator:3 crlf:2 multi_line_text:5 crlf:2 crlf:2 "
    "termination:3 crlf:2 " },
  { "unfinished", &pop3_grammar_response, "+OK\r\n1 120\r\n",
    "response:12! status_line:5 status_indicator:3 crlf:2 scan_listing:5 message_number:1 octets:3 "
    "crlf:2 termination:0! " },
  { "not-a-status", &pop3_grammar_response, "OK\r\n",
    "response:4! status_line:0! status_indicator:0! unrecognised:4? " },
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

static void
test_command_values (void)
{
  static const char line[] = "TOP 18446744073709551615 7\r\n";
  Pop3Command command = { 0 };
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
  g_assert_true (pop3_scan_command (&scan, &command));
  g_assert_cmpint (command.verb, ==, POP3_VERB_TOP);
  g_assert_true (command.has_message_number);
  g_assert_cmpuint (command.message_number, ==, G_MAXUINT64);
  g_assert_cmpuint (command.n_lines, ==, 7);
  pop3_command_clear (&command);

  wire_scan_init (&scan, (const guint8 *) "PASS  a b\r\n", 11, NULL);
  g_assert_true (pop3_scan_command (&scan, &command));
  g_assert_cmpstr (command.text, ==, " a b");
  pop3_command_clear (&command);
}

static void
test_status_values (void)
{
  static const char line[] = "-ERR [IN-USE/x] Do you?\r\n";
  Pop3Status status = { 0 };
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
  g_assert_true (pop3_scan_status_line (&scan, &status));
  g_assert_false (status.is_ok);
  g_assert_cmpstr (status.code, ==, "IN-USE/x");
  g_assert_cmpstr (status.text, ==, "Do you?");
  pop3_status_clear (&status);
}

static void
test_unique_ids (void)
{
  g_autofree char *longest = g_strnfill (POP3_UNIQUE_ID_BYTES_MAX, 'u');
  g_autofree char *too_long = g_strnfill (POP3_UNIQUE_ID_BYTES_MAX + 1, 'u');

  g_assert_true (pop3_unique_id_is_valid ("!~"));
  g_assert_true (pop3_unique_id_is_valid (longest));
  g_assert_false (pop3_unique_id_is_valid (too_long));
  g_assert_false (pop3_unique_id_is_valid (""));
  g_assert_false (pop3_unique_id_is_valid ("a b"));
  g_assert_false (pop3_unique_id_is_valid ("\xc3\xb6"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/pop3/grammar/%s/%s", cases[i].grammar->name, cases[i].name);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/pop3/grammar/beginnings", test_beginnings);
  g_test_add_func ("/pop3/grammar/command-values", test_command_values);
  g_test_add_func ("/pop3/grammar/status-values", test_status_values);
  g_test_add_func ("/pop3/grammar/unique-ids", test_unique_ids);
  return g_test_run ();
}
