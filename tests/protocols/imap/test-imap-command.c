/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-capability.h>
#include <imap/imap-grammar.h>

#include <string.h>
#include <support/annotation.h>

#include "imap-command-cases.h"
#include "imap-command-dump.h"

static const ImapReading strict = { 0, TRUE };
static const ImapReading lenient = { 0, FALSE };
static const ImapReading strict_utf8 = { IMAP_ENABLED_REV2, TRUE };

/* Reads an exact-size copy. @out_read: what was read, matched or not. Returns: whether all of it
 * matched */
static gboolean
read_command (const char         *text,
              gsize               length,
              const ImapReading  *reading,
              WireSpans          *recorder,
              WireScan           *scan,
              char              **out_read)
{
  g_autofree guint8 *copy = g_memdup2 (text, length);
  ImapCommand        command = { 0 };
  gboolean           matched;

  wire_scan_init (scan, copy, length, recorder);
  matched = imap_scan_command (scan, reading, &command) && wire_scan_at_end (scan);
  g_assert_cmpuint (scan->depth, ==, 0);
  *out_read = imap_command_dump (&command);
  imap_command_clear (&command);
  g_assert_null (command.tag);
  scan->data = NULL;
  return matched;
}

static gboolean
is_a_command (const char *text, gsize length, const ImapReading *reading)
{
  g_autofree char *read = NULL;
  WireScan         scan;

  return read_command (text, length, reading, NULL, &scan, &read);
}

static char *
describe_deviations (const WireSpans *spans)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      g_string_append_printf (words, "%s%s@%u+%u", i > 0 ? " " : "", found.deviation->name,
                              found.offset, found.length);
    }
  return g_string_free (words, FALSE);
}

static void
test_read (gconstpointer data)
{
  const ImapCommandCase *c = data;

  g_test_summary ("Strictly or not, and with a recorder, the same is read, and nothing flagged.");
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (WireSpans) spans = wire_spans_new ();
      g_autofree char *read = NULL;
      WireScan         scan;

      g_assert_true (read_command (c->command, c->length, i == 0 ? &strict : &lenient,
                                   i == 2 ? spans : NULL, &scan, &read));
      g_assert_cmpstr (read, ==, c->read);
      g_assert_cmphex (scan.flags, ==, 0);
      g_assert_cmpuint (wire_spans_get_n_deviations (spans), ==, 0);
    }
}

/* What of a command is a unit of its own when its client waits at every literal. */
static void
check_pieces (const WireSpans *spans, const char *command, gsize length)
{
  const WireGrammar *grammar = &imap_grammar_command;
  gsize              start = 0;

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      if (strcmp (span->element->name, "literal_octets") == 0)
        {
          g_autoptr (WireSpans) piece =
              annotation_of (grammar, command + start, span->offset - start);

          g_assert_null (piece->expected);
          start = span->offset + span->length;
          grammar = &imap_grammar_rest;
        }
    }
  if (start > 0)
    {
      g_autoptr (WireSpans) piece = annotation_of (grammar, command + start, length - start);

      g_assert_null (piece->expected);
    }
}

static void
test_spans (gconstpointer data)
{
  const ImapCommandCase *c = data;
  g_autoptr (WireSpans) spans = annotation_of (&imap_grammar_command, c->command, c->length);

  g_test_summary ("A command is annotated whole, in pieces, and broken off anywhere.");
  g_assert_null (spans->expected);
  check_pieces (spans, c->command, c->length);
  annotation_check_beginnings (&imap_grammar_command, c->command, c->length);
  annotation_check_beginnings (&imap_grammar_rest, c->command, c->length);
  for (gsize n = 0; n < c->length; n++)
    g_assert_false (is_a_command (c->command, n, &lenient));
}

static void
test_tolerated (gconstpointer data)
{
  const ImapTolerated *c = data;
  g_autoptr (WireSpans) spans = wire_spans_new ();
  g_autofree char *read = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *deviations = NULL;
  WireScan         scan;
  guint            flags;

  g_test_summary ("What is let pass is named, and does not pass where reading is strict.");
  g_assert_true (read_command (c->command, c->length, &lenient, NULL, &scan, &plain));
  flags = scan.flags;
  g_assert_true (read_command (c->command, c->length, &lenient, spans, &scan, &read));
  g_assert_cmphex (scan.flags, ==, flags);
  g_assert_cmphex (flags & WIRE_SPAN_TOLERATED, ==, WIRE_SPAN_TOLERATED);
  g_assert_cmpstr (plain, ==, c->read);
  g_assert_cmpstr (read, ==, c->read);
  deviations = describe_deviations (spans);
  g_assert_cmpstr (deviations, ==, c->deviations);
  g_assert_cmpint (is_a_command (c->command, c->length, &strict), ==,
                   g_str_has_prefix (c->deviations, "not_base64"));
  wire_spans_free (annotation_of (&imap_grammar_command, c->command, c->length));
  annotation_check_beginnings (&imap_grammar_command, c->command, c->length);
}

static void
test_wrong (gconstpointer data)
{
  const ImapWrongCommand *c = data;
  g_autofree char *read = NULL;
  WireScan         scan;

  g_test_summary ("What is no command says where it fails.");
  g_assert_false (read_command (c->command, c->length, &strict, NULL, &scan, &read));
  g_clear_pointer (&read, g_free);
  g_assert_false (read_command (c->command, c->length, &lenient, NULL, &scan, &read));
  g_assert_cmpuint (scan.farthest, ==, c->farthest);
  g_assert_cmpstr (scan.expected->name, ==, c->expected);
  wire_spans_free (annotation_of (&imap_grammar_command, c->command, c->length));
}

/* The tag and the name of what is refused are known. */
static void
test_refusal_has_names (void)
{
  static const struct
  {
    const char *text;
    const char *tag;
    ImapVerb    verb;
    gboolean    is_uid;
  } commands[] = {
    { "x1 FETCH\r\n", "x1", IMAP_VERB_FETCH, FALSE },
    { "x2 UID FETCH 1 ODD\r\n", "x2", IMAP_VERB_FETCH, TRUE },
    { "x3 LOGIN {5}\r\n", "x3", IMAP_VERB_LOGIN, FALSE },
    { "x4 NOOP x\r\n", "x4", IMAP_VERB_NOOP, FALSE },
    { "x5 \"\r\n", "x5", IMAP_VERB_UNKNOWN, FALSE },
    { "+ NOOP\r\n", NULL, IMAP_VERB_UNKNOWN, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      ImapCommand command = { 0 };
      WireScan    scan;

      wire_scan_init (&scan, (const guint8 *) commands[i].text, strlen (commands[i].text), NULL);
      g_assert_false (imap_scan_command (&scan, NULL, &command));
      g_assert_cmpstr (command.tag, ==, commands[i].tag);
      g_assert_cmpint (command.verb, ==, commands[i].verb);
      g_assert_cmpint (command.is_uid, ==, commands[i].is_uid);
      imap_command_clear (&command);
    }
}

static void
test_verbs (void)
{
  for (guint verb = IMAP_VERB_UNKNOWN + 1; verb < IMAP_N_VERBS; verb++)
    {
      const char      *keyword = imap_verb_get_keyword (verb);
      g_autofree char *lower = g_ascii_strdown (keyword, -1);

      g_assert_cmpint (imap_verb_find (lower, strlen (lower)), ==, verb);
      g_assert_cmpint (imap_verb_find (lower, strlen (lower) - 1), ==, IMAP_VERB_UNKNOWN);
    }
  g_assert_cmpint (imap_verb_find ("", 0), ==, IMAP_VERB_UNKNOWN);
  g_assert_cmpstr (imap_verb_get_keyword (IMAP_VERB_UNKNOWN), ==, "");
  g_assert_cmpstr (imap_status_item_get_name (IMAP_STATUS_DELETED_STORAGE), ==, "DELETED-STORAGE");
  g_assert_cmpstr (imap_status_item_get_name (0), ==, "");
}

/* Each word of a capability leads back to it, and no word to two. */
static void
test_capabilities (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < IMAP_N_CAPABILITIES; i++)
    {
      g_auto (GStrv) words = g_strsplit (imap_capability_get_words (1u << i), " ", -1);

      g_assert_nonnull (words[0]);
      for (guint j = 0; words[j] != NULL; j++)
        {
          g_autofree char *lower = g_ascii_strdown (words[j], -1);

          g_assert_cmphex (imap_capability_find (lower), ==, 1u << i);
          g_assert_true (g_hash_table_add (seen, g_steal_pointer (&lower)));
        }
    }
  g_assert_cmphex (imap_capability_find ("CONTEXT"), ==, 0);
  g_assert_cmphex (imap_capability_find (""), ==, 0);
  g_assert_cmpstr (imap_capability_get_words (0), ==, "");
}

/* Where the session has agreed on UTF-8. */
static void
test_utf8 (void)
{
  static const struct
  {
    const char *command;
    const char *read; /* NULL: no command */
  } commands[] = {
    { "a SELECT \"Entw\u00fcrfe\"\r\n", "SELECT mailbox=[Entw\u00fcrfe]" },
    { "a SELECT {10}\r\nEntwu\u0308rfe\r\n", "SELECT mailbox=[Entw\u00fcrfe]" },
    { "a SELECT \"&AOQ-\"\r\n", "SELECT mailbox=[&AOQ-]" },
    { "a CREATE \"R&D\"\r\n", "CREATE mailbox=[R&D]" },
    { "a LIST \"\" \"\u00e4*\"\r\n", "LIST reference=[] patterns=[\u00e4*]" },
    { "a SEARCH SUBJECT \"\u00e4\"\r\n",
      "SEARCH AND( HEADER( name=[Subject] text=[\u00e4] raw=[\u00e4] ) )" },
    { "a SELECT \u00e4\r\n", NULL },
    { "a SELECT \"\xff\"\r\n", NULL },
    { "a SELECT {1}\r\n\xff\r\n", NULL },
    { "a LOGIN \"\xff\" x\r\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *read = NULL;
      WireScan         scan;
      gboolean         matched = read_command (commands[i].command, strlen (commands[i].command),
                                               &strict_utf8, NULL, &scan, &read);

      g_assert_cmpint (matched, ==, commands[i].read != NULL);
      if (matched)
        g_assert_cmpstr (read, ==, commands[i].read);
    }
}

/* Units that are no commands. */
static void
test_other_units (void)
{
  static const struct
  {
    const WireGrammar *grammar;
    const char        *unit;
    const char        *spans;
  } units[] = {
    { &imap_grammar_command, "a NOOP\r\n",
      "command:8 tag:1 noop_command:6 command_name:4 crlf:2 " },
    { &imap_grammar_command, "a UID FETCH 1 (BODY.PEEK[1.TEXT]<0.9>)\r\n",
      "command:40 tag:1 fetch_command:38 uid_prefix:3 command_name:5 sequence_set:1 "
      "fetch_att:22 fetch_att_name:9 section:8 section_part:1 section_text:4 partial:5 "
      "partial_offset:1 partial_length:1 crlf:2 " },
    { &imap_grammar_command, "a APPEND x (\\Seen) {310}\r\n",
      "command:26 tag:1 append_command:24 command_name:6 mailbox:1 append_data:15 flag_list:7 "
      "system_flag:5 append_message:7 literal:7 literal_size:7 " },
    { &imap_grammar_command, "a LOGIN {3}\r\njoe {9}\r\n",
      "command:22 tag:1 login_command:20 command_name:5 user_name:8 literal:8 literal_size:5 "
      "literal_octets:3 password:5 literal:5 literal_size:5 " },
    { &imap_grammar_command, "done\r\n", "command:6 done_command:6 crlf:2 " },
    { &imap_grammar_command, "a NOOP {3}\r\n",
      "command:12! tag:1 noop_command:5! command_name:4 needless_space:1~ crlf:0! "
      "unrecognised:5? " },
    { &imap_grammar_command, "", "command:0! tag:0! " },
    { &imap_grammar_rest, "\r\n", "command_rest:2 crlf:2 " },
    { &imap_grammar_rest, ")] FLAGS) {2}\r\n",
      "command_rest:15 parenthesis:1 argument:1 argument:5 parenthesis:1 literal:5 "
      "literal_size:5 " },
    { &imap_grammar_rest, " (\\Seen) \"a b\" {1+}\r\n\n 5\r\n",
      "command_rest:26 parenthesis:1 argument:5 parenthesis:1 quoted:5 literal:7 "
      "literal_size:6 literal_octets:1 argument:1 crlf:2 " },
    { &imap_grammar_rest, " x\t\r\n", "command_rest:5! argument:1 argument:0! unrecognised:3? " },
    { &imap_grammar_sasl, "AGE=\r\n", "sasl_line:6 sasl_response:4 crlf:2 " },
    { &imap_grammar_sasl, "\r\n", "sasl_line:2 crlf:2 " },
    { &imap_grammar_sasl, "*\r\n", "sasl_line:3 sasl_cancel:1 crlf:2 " },
    { &imap_grammar_sasl, "**\n", "sasl_line:3 sasl_response:2~ crlf:1~ " },
    { &imap_grammar_sasl, "AGE= x\r\n",
      "sasl_line:8! sasl_response:4 needless_space:1~ crlf:0! unrecognised:3? " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (WireSpans) spans =
          annotation_of (units[i].grammar, units[i].unit, strlen (units[i].unit));
      g_autofree char *words = annotation_describe (spans);

      g_assert_cmpstr (words, ==, units[i].spans);
      annotation_check_beginnings (units[i].grammar, units[i].unit, strlen (units[i].unit));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const ImapCommandCase *c = imap_command_cases; c->name != NULL; c++)
    {
      g_autofree char *read = g_strconcat ("/imap/command/read/", c->name, NULL);
      g_autofree char *spans = g_strconcat ("/imap/command/spans/", c->name, NULL);

      g_test_add_data_func (read, c, test_read);
      g_test_add_data_func (spans, c, test_spans);
    }
  for (const ImapTolerated *c = imap_tolerated_cases; c->name != NULL; c++)
    {
      g_autofree char *path = g_strconcat ("/imap/command/tolerated/", c->name, NULL);

      g_test_add_data_func (path, c, test_tolerated);
    }
  for (const ImapWrongCommand *c = imap_wrong_commands; c->name != NULL; c++)
    {
      g_autofree char *path = g_strconcat ("/imap/command/wrong/", c->name, NULL);

      g_test_add_data_func (path, c, test_wrong);
    }
  g_test_add_func ("/imap/command/refusal-has-names", test_refusal_has_names);
  g_test_add_func ("/imap/command/verbs", test_verbs);
  g_test_add_func ("/imap/command/capabilities", test_capabilities);
  g_test_add_func ("/imap/command/utf8", test_utf8);
  g_test_add_func ("/imap/command/other-units", test_other_units);
  return g_test_run ();
}
