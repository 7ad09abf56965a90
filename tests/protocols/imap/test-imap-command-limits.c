/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-grammar.h>

#include <string.h>
#include <support/annotation.h>

#include "imap-command-cases.h"
#include "imap-command-dump.h"

/* Appends CRLF and reads it all. @text: taken. Returns: whether it is a command */
static gboolean
is_a_command (GString *text)
{
  g_autoptr (GString) taken = g_string_append (text, "\r\n");
  g_autofree guint8 *copy = g_memdup2 (taken->str, taken->len);
  ImapCommand        command = { 0 };
  WireScan           scan;
  gboolean           matched;

  wire_scan_init (&scan, copy, taken->len, NULL);
  matched = imap_scan_command (&scan, NULL, &command) && wire_scan_at_end (&scan);
  imap_command_clear (&command);
  g_assert_cmpint (wire_matches (&imap_grammar_command, copy, taken->len), ==, matched);
  return matched;
}

/* "BEGIN" and so many times "PIECE", but the last of them without its last byte, and "END" */
static GString *
repeat (const char *begin, guint n, const char *piece, const char *end)
{
  GString *text = g_string_new (begin);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  g_string_truncate (text, text->len - 1);
  return g_string_append (text, end);
}

/* As many as there may be, and one more. */
static void
test_counts (void)
{
  static const struct
  {
    guint       max;
    const char *begin, *piece, *end;
  } counts[] = {
    { IMAP_FETCH_ITEMS_MAX, "a FETCH 1 (", "UID ", ")" },
    { IMAP_SECTION_DEPTH_MAX, "a FETCH 1 BODY[", "1.", "]" },
    { IMAP_SEARCH_KEYS_MAX, "a SEARCH ", "ALL ", "" },
    { IMAP_SEARCH_KEYS_MAX / 2, "a SEARCH ", "UNSEEN ", "" },
    { IMAP_SORT_CRITERIA_MAX, "a SORT (", "REVERSE DATE ", ") UTF-8 ALL" },
    { IMAP_APPENDS_MAX, "a APPEND x ", "{1+}\r\nx ", "" },
    { IMAP_APPENDS_MAX, "a APPEND x CATENATE (", "URL x ", ")" },
    { IMAP_SET_RANGES_MAX, "a COPY ", "1,", " x" },
    { IMAP_SEARCH_DEPTH_MAX - 1, "a SEARCH ", "NOT ", " SEEN" },
    { 255, "a SEARCH EMAILID ", "x", "x" }, /* RFC 8474 section 7 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_assert_true (is_a_command (repeat (counts[i].begin, counts[i].max, counts[i].piece,
                                           counts[i].end)));
      g_assert_false (is_a_command (repeat (counts[i].begin, counts[i].max + 1, counts[i].piece,
                                            counts[i].end)));
    }
}

static void
test_keywords (void)
{
  for (guint n = IMAP_KEYWORDS_MAX; n <= IMAP_KEYWORDS_MAX + 1; n++)
    {
      GString *text = g_string_new ("a STORE 1 FLAGS (");

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%sk%u", i > 0 ? " " : "", i);
      g_string_append_c (text, ')');
      g_assert_cmpint (is_a_command (text), ==, n == IMAP_KEYWORDS_MAX);
    }
}

static void
test_depth (void)
{
  for (guint depth = IMAP_SEARCH_DEPTH_MAX - 1; depth <= IMAP_SEARCH_DEPTH_MAX; depth++)
    {
      GString *text = g_string_new ("a SEARCH ");

      for (guint i = 0; i < depth; i++)
        g_string_append_c (text, '(');
      g_string_append (text, "ALL");
      for (guint i = 0; i < depth; i++)
        g_string_append_c (text, ')');
      g_assert_cmpint (is_a_command (text), ==, depth < IMAP_SEARCH_DEPTH_MAX);
    }
}

/* What would take long, or much, does not. */
static void
test_bombs (void)
{
  static const struct
  {
    const char *begin, *piece, *end;
  } bombs[] = {
    { "a SEARCH ", "(", "" },
    { "a SEARCH ", "NOT ", "" },
    { "a SEARCH ", "OR SEEN ", "" },
    { "a SEARCH ", "OR ", "" },
    { "a LIST \"\" ", "(", "" },
    { "a LIST \"\" ", "*", "" },
    { "a LIST \"\" (", "* ", ")" },
    { "a FETCH ", "1:*,", "" },
    { "a FETCH 1 ", "(", "" },
    { "a FETCH 1 BODY[", "1.", "" },
    { "a FETCH 1 BODY[HEADER.FIELDS (", "a ", ")]" },
    { "a FETCH 1 (", "BODY[] ", ")" },
    { "a STORE 1 FLAGS (", "x ", ")" },
    { "a STORE 1 FLAGS ", "\\x ", "" },
    { "a XTND ", "(", "" },
    { "a XTND ", "{0+}\r\n ", "" },
    { "a XTND ", "((\"\" ", "" },
    { "a UID", " ", "" },
    { "a NOOP", " ", " " },
    { "a ID (", "\"a\" \"b\" ", ")" },
    { "a ENABLE ", "X ", "" },
    { "a SETQUOTA x (", "A 1 ", ")" },
    { "a SETMETADATA x (", "/a NIL ", ")" },
    { "a GETMETADATA x (", "/a ", ")" },
    { "a STATUS x (", "SIZE ", ")" },
    { "a CREATE x (", "USE () ", ")" },
    { "a CANCELUPDATE ", "\"\" ", "" },
    { "a SELECT ", "&AOQ-a", "" },
    { "a SELECT \"", "\\\"", "\"\"" },
  };
  gint64 start_us = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      guint    n = IMAP_COMMAND_BYTES_MAX / (guint) strlen (bombs[i].piece);
      GString *text = repeat (bombs[i].begin, n, bombs[i].piece, bombs[i].end);

      wire_spans_free (annotation_of (&imap_grammar_command, text->str, text->len));
      wire_spans_free (annotation_of (&imap_grammar_rest, text->str, text->len));
      is_a_command (text);
    }
  g_assert_false (is_a_command (repeat ("a SEARCH ", 100000, "(", "")));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 20 * G_USEC_PER_SEC);
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *command;
    gboolean    is_right;
  } commands[] = {
    { "a FETCH 4294967295 UID", TRUE },
    { "a FETCH 4294967296 UID", FALSE },
    { "a FETCH 00000001 UID", FALSE },
    { "a FETCH 1 BODY[4294967295]", TRUE },
    { "a FETCH 1 BODY[4294967296]", FALSE },
    { "a SEARCH MODSEQ 9223372036854775807", TRUE },
    { "a SEARCH MODSEQ 9223372036854775808", FALSE },
    { "a SEARCH LARGER 18446744073709551615", FALSE },
    { "a SEARCH LARGER 18446744073709551616", FALSE },
    { "a SEARCH LARGER 99999999999999999999999999999999999999", FALSE },
    { "a SEARCH LARGER 00000000000000000000000000000000000007", TRUE },
    { "a SEARCH YOUNGER 4294967296", FALSE },
    { "a APPEND x {9223372036854775807}", FALSE }, /* whole, the octets would have to be there */
    { "a APPEND x {18446744073709551616}", FALSE },
    { "a SELECT x (QRESYNC (4294967296 1))", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strconcat (commands[i].command, "\r\n", NULL);
      ImapCommand      command = { 0 };
      WireScan         scan;

      wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
      g_assert_cmpint (imap_scan_command (&scan, NULL, &command), ==, commands[i].is_right);
      imap_command_clear (&command);
    }
  g_assert_true (wire_matches (&imap_grammar_command,
                               (const guint8 *) "a APPEND x {9223372036854775807}\r\n", 34));
  g_assert_false (wire_matches (&imap_grammar_command,
                                (const guint8 *) "a APPEND x {9223372036854775808}\r\n", 34));
}

/* Changes octets of a right command: spans keep their promises, and what is read is the same with
 * and without a recorder. */
static void
check_mutant (GRand *rand, const ImapCommandCase *c)
{
  static const char odd[] = "() \"{}[]<>\\*%&~+-:,$\r\n\x00\x7f\xff" "0a";

  g_autofree guint8 *unit = g_memdup2 (c->command, c->length);
  g_autoptr (WireSpans) recorder = wire_spans_new ();
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;
  ImapReading      reading = { 0, g_rand_boolean (rand) };
  ImapCommand      command = { 0 };
  gboolean         matched;
  WireScan         scan;

  for (int i = g_rand_int_range (rand, 1, 4); i > 0; i--)
    unit[g_rand_int_range (rand, 0, (gint32) c->length)] =
        (guint8) odd[g_rand_int_range (rand, 0, sizeof odd - 1)];
  wire_scan_init (&scan, unit, c->length, NULL);
  matched = imap_scan_command (&scan, &reading, &command);
  without = imap_command_dump (&command);
  imap_command_clear (&command);
  wire_scan_init (&scan, unit, c->length, recorder);
  g_assert_cmpint (imap_scan_command (&scan, &reading, &command), ==, matched);
  with = imap_command_dump (&command);
  imap_command_clear (&command);
  g_assert_cmpstr (with, ==, without);
  wire_spans_free (annotation_of (&imap_grammar_command, (const char *) unit, c->length));
  wire_spans_free (annotation_of (&imap_grammar_rest, (const char *) unit, c->length));
}

static void
test_mutants (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);

  for (const ImapCommandCase *c = imap_command_cases; c->name != NULL; c++)
    for (guint round = 0; round < 150; round++)
      check_mutant (rand, c);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/command/counts", test_counts);
  g_test_add_func ("/imap/command/keywords", test_keywords);
  g_test_add_func ("/imap/command/depth", test_depth);
  g_test_add_func ("/imap/command/bombs", test_bombs);
  g_test_add_func ("/imap/command/numbers", test_numbers);
  g_test_add_func ("/imap/command/mutants", test_mutants);
  return g_test_run ();
}
