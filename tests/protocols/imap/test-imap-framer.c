/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-framer.h>

#include <string.h>

#define LINE_BYTES 40
#define LITERAL_BYTES 20

/* What the owner does at announcements and TOO_BIG. */
typedef enum
{
  ACCEPT,
  REFUSE,    /* what waits for leave; what does not is read away */
  BARE_LF,   /* LF alone ends lines, too */
} Owner;

typedef struct
{
  const char *name;
  gboolean    is_server;
  Owner       owner;
  const char *input;
  const char *pieces; /* "command<...>", "." behind it: the unit's end; "+5": announces 5 octets,
                       * "~" of a literal8; "(LONG)", "(BIG)" before it */
} Case;

static void
append_piece (GString *out, ImapFrame frame, const ImapPiece *piece)
{
  g_string_append (out, frame == IMAP_FRAME_TOO_LONG  ? "(LONG)"
                        : frame == IMAP_FRAME_TOO_BIG ? "(BIG)"
                                                      : "");
  g_string_append_printf (out, "%s<", piece->name);
  g_string_append_len (out, (const char *) piece->data, (gssize) piece->length);
  g_string_append_c (out, '>');
  if (piece->is_end)
    g_string_append_c (out, '.');
  if (piece->announced > 0 || piece->is_synchronizing)
    g_string_append_printf (out, "%s%s%" G_GUINT64_FORMAT, piece->is_synchronizing ? "?" : "",
                            piece->is_binary ? "~" : "+", piece->announced);
  g_string_append_c (out, ' ');
}

static void
answer (ImapFramer *framer, Owner owner, ImapFrame frame, const ImapPiece *piece)
{
  gboolean is_too_big = frame == IMAP_FRAME_TOO_BIG;

  if (piece->is_synchronizing && (is_too_big || owner == REFUSE))
    imap_framer_refuse_literal (framer);
  else if (is_too_big)
    imap_framer_skip_literal (framer);
}

static void
take_pieces (ImapFramer *framer, Owner owner, GString *out)
{
  ImapPiece piece;
  ImapFrame frame;

  while ((frame = imap_framer_next (framer, LINE_BYTES, LITERAL_BYTES, owner == BARE_LF, &piece)) !=
         IMAP_FRAME_MORE)
    {
      append_piece (out, frame, &piece);
      answer (framer, owner, frame, &piece);
    }
}

static void
assert_pieces (const Case *c, gsize chunk)
{
  g_autoptr (ImapFramer) framer = imap_framer_new (c->is_server);
  g_autoptr (GString) out = g_string_new (NULL);
  gsize size = strlen (c->input);

  for (gsize at = 0; at < size; at += chunk)
    {
      gsize n_bytes = MIN (chunk, size - at);
      g_autofree guint8 *exact = g_memdup2 (c->input + at, n_bytes);

      imap_framer_push (framer, exact, n_bytes);
      take_pieces (framer, c->owner, out);
      g_assert_cmpuint (imap_framer_get_n_waiting (framer), <=, LINE_BYTES + LITERAL_BYTES);
    }
  g_assert_cmpstr (out->str, ==, c->pieces);
}

static const Case cases[] = {
  { "commands", TRUE, ACCEPT, "a NOOP\r\nb LOGOUT\r\nc",
    "command<a NOOP\r\n>. command<b LOGOUT\r\n>. " },
  { "empty-line", TRUE, ACCEPT, "\r\na NOOP\r\n", "command<\r\n>. command<a NOOP\r\n>. " },
  { "bare-lf-is-content", TRUE, ACCEPT, "a\nb\r\n\n\r\n", "command<a\nb\r\n>. command<\n\r\n>. " },
  { "bare-lf-ends-line", TRUE, BARE_LF, "a\nb {2}\nxyz\n",
    "command<a\n>. command<b {2}\n>?+2 literal<xy> rest<z\n>. " },
  { "bare-cr", TRUE, ACCEPT, "a\rb {3}\r\r\nc\r\n", "command<a\rb {3}\r\r\n>. command<c\r\n>. " },
  { "synchronizing", TRUE, ACCEPT, "a LOGIN {4}\r\nfred {3}\r\nx\r\n\r\nb NOOP\r\n",
    "command<a LOGIN {4}\r\n>?+4 literal<fred> rest< {3}\r\n>?+3 literal<x\r\n> rest<\r\n>. "
    "command<b NOOP\r\n>. " },
  { "refused", TRUE, REFUSE, "a LOGIN {4}\r\nb NOOP\r\n",
    "command<a LOGIN {4}\r\n>?+4 command<b NOOP\r\n>. " },
  { "non-synchronizing", TRUE, ACCEPT, "a LOGIN {4+}\r\nfred {3+}\r\nx\r\n\r\nb NOOP\r\n",
    "command<a LOGIN {4+}\r\nfred {3+}\r\nx\r\n\r\n>. command<b NOOP\r\n>. " },
  { "both", TRUE, ACCEPT, "a X {1+}\r\ny {2}\r\nzz {1+}\r\n\n\r\n",
    "command<a X {1+}\r\ny {2}\r\n>?+2 literal<zz> rest< {1+}\r\n\n\r\n>. " },
  { "none", TRUE, ACCEPT, "a X {0}\r\n {0+}\r\n\r\n",
    "command<a X {0}\r\n>?+0 literal<> rest< {0+}\r\n\r\n>. " },
  { "binary", TRUE, ACCEPT, "a X ~{2}\r\nab (~{1+}\r\nc)\r\n",
    "command<a X ~{2}\r\n>?~2 literal<ab> rest< (~{1+}\r\nc)\r\n>. " },
  { "announcement-inside-of-literal", TRUE, ACCEPT, "a X {6}\r\n{9}\r\ny\r\n",
    "command<a X {6}\r\n>?+6 literal<{9}\r\ny> rest<\r\n>. " },
  { "quoted", TRUE, ACCEPT, "a X \"{5}\"\r\nb X \"y {5}\r\nc \"\\\" {5}\r\nd \"\\\\\" {1}\r\ne\r\n",
    "command<a X \"{5}\"\r\n>. command<b X \"y {5}\r\n>. command<c \"\\\" {5}\r\n>. "
    "command<d \"\\\\\" {1}\r\n>?+1 literal<e> rest<\r\n>. " },
  { "non-synchronizing-counts-anywhere", TRUE, ACCEPT, "a \"{2+}\r\nb\n\"\r\nc{1+}\r\nd\r\n",
    "command<a \"{2+}\r\nb\n\"\r\n>. command<c{1+}\r\nd\r\n>. " },
  { "quote-in-an-atom", TRUE, ACCEPT, "a b\"c {1}\r\nd\r\n",
    "command<a b\"c {1}\r\n>?+1 literal<d> rest<\r\n>. " },
  { "not-at-the-end", TRUE, ACCEPT, "a {5} \r\nb {5}x\r\nc x{5}\r\nd {5-}\r\n",
    "command<a {5} \r\n>. command<b {5}x\r\n>. command<c x{5}\r\n>. command<d {5-}\r\n>. " },
  { "no-number", TRUE, ACCEPT, "a {}\r\nb {+}\r\nc {5++}\r\nd {-1}\r\ne {5\r\nf ~{5 }\r\n",
    "command<a {}\r\n>. command<b {+}\r\n>. command<c {5++}\r\n>. command<d {-1}\r\n>. "
    "command<e {5\r\n>. command<f ~{5 }\r\n>. " },
  { "braces", TRUE, ACCEPT, "a {{1}\r\nb {1{2+}\r\ncc\r\n",
    "command<a {{1}\r\n>. command<b {1{2+}\r\ncc\r\n>. " },
  { "leading-zeros", TRUE, ACCEPT, "a {000000000000000000000000002+}\r\nbb\r\n",
    "command<a {000000000000000000000000002+}\r\nbb\r\n>. " },
  { "line-of-the-limit", TRUE, ACCEPT, "a 3456789 123456789 123456789 12345678\r\nb\r\n",
    "command<a 3456789 123456789 123456789 12345678\r\n>. command<b\r\n>. " },
  { "line-over-the-limit", TRUE, ACCEPT,
    "a 3456789 123456789 123456789 123456789\r\nb\r\n"
    "c 3456789 123456789 123456789 123456789 123456789 123456789 123456789\r\nd\r\n",
    "(LONG)command<a 3456789 123456789 123456789 123456789\r>. command<b\r\n>. "
    "(LONG)command<c 3456789 123456789 123456789 123456789 >. command<d\r\n>. " },
  { "lines-over-the-limit", TRUE, ACCEPT,
    "a 3456789 {1+}\r\nb 123456789 123456789 123456789 123456789\r\nc\r\n",
    "(LONG)command<a 3456789 {1+}\r\nb 123456789 123456789 123>. command<c\r\n>. " },
  { "rest-over-the-limit", TRUE, ACCEPT,
    "a 3456789 {1}\r\nb 123456789 123456789 123456789 123456789\r\nc\r\n",
    "command<a 3456789 {1}\r\n>?+1 literal<b> (LONG)rest< 123456789 123456789 1234>. "
    "command<c\r\n>. " },
  { "too-long-with-literals", TRUE, ACCEPT,
    "a 3456789 123456789 123456789 123456789 {3+}\r\nb\r\n {2+}\r\nxx\r\nc\r\n",
    "(LONG)command<a 3456789 123456789 123456789 123456789 >. command<c\r\n>. " },
  { "too-long-and-waiting", TRUE, ACCEPT,
    "a 3456789 123456789 123456789 123456789 {3}\r\nb\r\n",
    "(LONG)command<a 3456789 123456789 123456789 123456789 >. command<b\r\n>. " },
  { "literal-of-the-limit", TRUE, ACCEPT, "a {20+}\r\n0123456789abcdefghij\r\n",
    "command<a {20+}\r\n0123456789abcdefghij\r\n>. " },
  { "literal-over-the-limit", TRUE, ACCEPT, "a {21+}\r\n0123456789abcdefghijk {2+}\r\nxx\r\nb\r\n",
    "(BIG)command<a {21+}\r\n>+21 command<b\r\n>. " },
  { "literal-over-the-limit-and-waiting", TRUE, ACCEPT, "a {21}\r\nb\r\n",
    "(BIG)command<a {21}\r\n>?+21 command<b\r\n>. " },
  { "skipped-and-waiting", TRUE, ACCEPT, "a {21+}\r\n0123456789abcdefghijk {2}\r\nb\r\n",
    "(BIG)command<a {21+}\r\n>+21 command<b\r\n>. " },
  { "literals-over-the-limit", TRUE, ACCEPT, "a {12+}\r\n0123456789ab {9}\r\nb\r\n",
    "(BIG)command<a {12+}\r\n0123456789ab {9}\r\n>?+9 command<b\r\n>. " },
  { "second-over-the-limit", TRUE, ACCEPT, "a {12}\r\n0123456789ab ~{9+}\r\n123456789\r\nb\r\n",
    "command<a {12}\r\n>?+12 literal<0123456789ab> (BIG)rest< ~{9+}\r\n>~9 command<b\r\n>. " },
  { "number-over-all-limits", TRUE, ACCEPT,
    "a {99999999999999999999}\r\nb {9223372036854775808}\r\n",
    "(BIG)command<a {99999999999999999999}\r\n>?+18446744073709551615 "
    "(BIG)command<b {9223372036854775808}\r\n>?+9223372036854775808 " },
  { "never-ends", TRUE, ACCEPT, "a {18446744073709551616+}\r\nb\r\nc\r\n",
    "(BIG)command<a {18446744073709551616+}\r\n>+18446744073709551615 " },

  { "responses", FALSE, ACCEPT, "* 1 FETCH (BODY[] {3}\r\nx\r\n UID 5)\r\n* 2 EXISTS\r\n",
    "response<* 1 FETCH (BODY[] {3}\r\nx\r\n UID 5)\r\n>. response<* 2 EXISTS\r\n>. " },
  { "text-is-no-literal", FALSE, ACCEPT,
    "* OK you said {5}\r\na1 no {5}\r\n* BYE {5}\r\n+ {5}\r\n* PREAUTH {5}\r\nb BAD {5}\r\n",
    "response<* OK you said {5}\r\n>. response<a1 no {5}\r\n>. response<* BYE {5}\r\n>. "
    "response<+ {5}\r\n>. response<* PREAUTH {5}\r\n>. response<b BAD {5}\r\n>. " },
  { "no-text", FALSE, ACCEPT, "* NOT {1}\r\n2\r\n* OKAY {1}\r\n2\r\nOK {1}\r\n2\r\n",
    "response<* NOT {1}\r\n2\r\n>. response<* OKAY {1}\r\n2\r\n>. response<OK {1}\r\n2\r\n>. " },
  { "name-of-a-condition-behind-a-literal", FALSE, ACCEPT, "* X {1}\r\nz OK {1}\r\ny\r\n",
    "response<* X {1}\r\nz OK {1}\r\ny\r\n>. " },
  { "open-quote", FALSE, ACCEPT, "* X \"{1+}\r\n* Y \"a\" {1+}\r\nz\r\n",
    "response<* X \"{1+}\r\n>. response<* Y \"a\" {1+}\r\nz\r\n>. " },
  { "response-too-long", FALSE, ACCEPT,
    "* LIST 789 123456789 123456789 123456789 {3}\r\nb\r\n {2}\r\nxx\r\n* X\r\n",
    "(LONG)response<* LIST 789 123456789 123456789 123456789>. response<* X\r\n>. " },
  { "tag-over-the-limit", FALSE, ACCEPT,
    "t123456789 123456789 123456789 123456789 OK {3}\r\nb\r\n\r\n* X\r\n"
    "t123456789123456789123456789123456789123456789 OK {3}\r\nb\r\n\r\n* X\r\n",
    "(LONG)response<t123456789 123456789 123456789 123456789>. response<* X\r\n>. "
    "(LONG)response<t123456789123456789123456789123456789123>. response<* X\r\n>. " },
  { "response-too-big", FALSE, ACCEPT, "* X {21}\r\n0123456789abcdefghijk {2}\r\nxx\r\n* Y\r\n",
    "(BIG)response<* X {21}\r\n>+21 response<* Y\r\n>. " },
};

static void
test_pieces (gconstpointer data)
{
  const Case *c = data;

  g_test_summary ("Pieces depend on the bytes, never on how TCP cut them.");
  for (gsize chunk = 1; chunk <= strlen (c->input); chunk++)
    assert_pieces (c, chunk);
}

static void
test_get_command (void)
{
  const char *input = "a X {1+}\r\nb {2}\r\ncc {0}\r\n d\r\ne NOOP\r\n";
  static const gsize lengths[] = { 17, 19, 25, 25, 29, 8 };

  g_test_summary ("The pieces of a command so far lie together.");
  for (gsize chunk = 1; chunk <= strlen (input); chunk++)
    {
      g_autoptr (ImapFramer) framer = imap_framer_new (TRUE);
      ImapPiece piece;
      guint     n = 0;

      for (gsize at = 0; at < strlen (input); at += chunk)
        {
          imap_framer_push (framer, (const guint8 *) input + at, MIN (chunk, strlen (input) - at));
          while (imap_framer_next (framer, 99, 99, FALSE, &piece) != IMAP_FRAME_MORE)
            {
              gsize         length;
              const guint8 *command = imap_framer_get_command (framer, &length);

              g_assert_cmpuint (n, <, G_N_ELEMENTS (lengths));
              g_assert_cmpmem (command, length, n == 5 ? input + 29 : input, lengths[n]);
              n++;
            }
        }
      g_assert_cmpuint (n, ==, G_N_ELEMENTS (lengths));
    }
}

static void
test_lines (void)
{
  const char *input = "AGE {5+}\r\nDONE\r\n0123456789\r\nb {1+}\r\nc\r\n";

  g_test_summary ("Lines inside of AUTHENTICATE and IDLE have no literals.");
  for (gsize chunk = 1; chunk <= strlen (input); chunk++)
    {
      g_autoptr (ImapFramer) framer = imap_framer_new (TRUE);
      g_autoptr (GString) out = g_string_new (NULL);
      guint n = 0;

      for (gsize at = 0; at < strlen (input); at += chunk)
        {
          ImapPiece piece;
          ImapFrame frame;

          imap_framer_push (framer, (const guint8 *) input + at, MIN (chunk, strlen (input) - at));
          while ((frame = n < 3 ? imap_framer_next_line (framer, 10, FALSE, "sasl", &piece)
                                : imap_framer_next (framer, 99, 99, FALSE, &piece)) !=
                 IMAP_FRAME_MORE)
            {
              append_piece (out, frame, &piece);
              n++;
            }
        }
      g_assert_cmpstr (out->str, ==,
                       "sasl<AGE {5+}\r\n>. sasl<DONE\r\n>. (LONG)sasl<0123456789>. "
                       "command<b {1+}\r\nc\r\n>. ");
    }
}

static void
test_kinds_change (void)
{
  g_autoptr (ImapFramer) framer = imap_framer_new (TRUE);
  ImapPiece piece;

  g_test_summary ("What was looked at as a line is not looked at again as a command.");
  imap_framer_push (framer, (const guint8 *) "a {2", 4);
  g_assert_cmpint (imap_framer_next_line (framer, 99, FALSE, "sasl", &piece), ==, IMAP_FRAME_MORE);
  g_assert_cmpint (imap_framer_next (framer, 99, 99, FALSE, &piece), ==, IMAP_FRAME_MORE);
  imap_framer_push (framer, (const guint8 *) "+}\r\nxx\r\n", 8);
  g_assert_cmpint (imap_framer_next (framer, 99, 99, FALSE, &piece), ==, IMAP_FRAME_UNIT);
  g_assert_cmpuint (piece.length, ==, 12);
  g_assert_cmpstr (piece.name, ==, "command");
}

static void
test_drop_and_take (void)
{
  g_autoptr (ImapFramer) framer = imap_framer_new (TRUE);
  g_autoptr (GBytes) taken = NULL;
  ImapPiece piece;

  imap_framer_push (framer, (const guint8 *) "a COMPRESS\r\nxyz \"", 17);
  g_assert_cmpint (imap_framer_next (framer, 99, 99, FALSE, &piece), ==, IMAP_FRAME_UNIT);
  g_assert_cmpint (imap_framer_next (framer, 99, 99, FALSE, &piece), ==, IMAP_FRAME_MORE);
  g_assert_cmpuint (imap_framer_get_n_waiting (framer), ==, 5);
  taken = imap_framer_take_waiting (framer);
  g_assert_cmpmem (g_bytes_get_data (taken, NULL), g_bytes_get_size (taken), "xyz \"", 5);
  g_assert_cmpuint (imap_framer_get_n_waiting (framer), ==, 0);

  imap_framer_push (framer, (const guint8 *) "b {1}\r\nc {1}\r\n", 14);
  g_assert_cmpint (imap_framer_next (framer, 99, 99, FALSE, &piece), ==, IMAP_FRAME_UNIT);
  imap_framer_drop (framer);
  g_assert_cmpuint (imap_framer_get_n_waiting (framer), ==, 0);
  imap_framer_push (framer, (const guint8 *) "d\r\n", 3);
  g_assert_cmpint (imap_framer_next (framer, 99, 99, FALSE, &piece), ==, IMAP_FRAME_UNIT);
  g_assert_cmpmem (piece.data, piece.length, "d\r\n", 3);
  g_assert_cmpstr (piece.name, ==, "command");
}

static void
test_stands_still (void)
{
  g_autoptr (ImapFramer) framer = imap_framer_new (TRUE);
  ImapPiece piece;

  g_test_summary ("After a literal that is too big, the framer waits for its owner.");
  imap_framer_push (framer, (const guint8 *) "a {9+}\r\n012345678\r\nb\r\n", 22);
  g_assert_cmpint (imap_framer_next (framer, 99, 8, FALSE, &piece), ==, IMAP_FRAME_TOO_BIG);
  g_assert_false (piece.is_synchronizing);
  g_assert_cmpint (imap_framer_next (framer, 99, 8, FALSE, &piece), ==, IMAP_FRAME_MORE);
  imap_framer_skip_literal (framer);
  g_assert_cmpint (imap_framer_next (framer, 99, 8, FALSE, &piece), ==, IMAP_FRAME_UNIT);
  g_assert_cmpmem (piece.data, piece.length, "b\r\n", 3);
}

static void
test_literals_max (void)
{
  g_autoptr (ImapFramer) framer = imap_framer_new (TRUE);
  ImapPiece piece;

  for (guint i = 0; i < IMAP_LITERALS_MAX + 1; i++)
    imap_framer_push (framer, (const guint8 *) "a {0+}\r\n", 8);
  imap_framer_push (framer, (const guint8 *) "b\r\nc\r\n", 6);
  g_assert_cmpint (imap_framer_next (framer, 99999, 99999, FALSE, &piece), ==, IMAP_FRAME_TOO_BIG);
  g_assert_cmpuint (piece.length, ==, 8 * (IMAP_LITERALS_MAX + 1));
  imap_framer_skip_literal (framer);
  g_assert_cmpint (imap_framer_next (framer, 99999, 99999, FALSE, &piece), ==, IMAP_FRAME_UNIT);
  g_assert_cmpmem (piece.data, piece.length, "c\r\n", 3);
}

/* What is large, in chunks of odd sizes: whole where it fits, without memory where it does not. */
static void
test_large (void)
{
  const gsize literal_bytes = 1 << 20;
  static const gsize chunks[] = { 1, 7, 1448, 65537, 1 << 21 };
  g_autoptr (GString) input = g_string_new ("* 1 FETCH (BODY[] {1048576}\r\n");

  for (gsize i = 0; i < literal_bytes; i++)
    g_string_append_c (input, (char) ((i * 7) ^ (i >> 9)));
  g_string_append (input, ")\r\n* 2 EXISTS\r\n");
  for (guint i = 0; i < 2 * G_N_ELEMENTS (chunks); i++)
    {
      gsize    chunk = chunks[i / 2];
      gboolean fits = i % 2 == 0;
      guint    n = 0;
      g_autoptr (ImapFramer) framer = imap_framer_new (FALSE);

      for (gsize at = 0; at < input->len; at += chunk)
        {
          ImapPiece piece;
          ImapFrame frame;

          imap_framer_push (framer, (const guint8 *) input->str + at, MIN (chunk, input->len - at));
          while ((frame = imap_framer_next (framer, 99, literal_bytes - (fits ? 0 : 1), FALSE,
                                            &piece)) != IMAP_FRAME_MORE)
            {
              if (n++ == 0 && fits)
                g_assert_cmpmem (piece.data, piece.length, input->str, input->len - 12);
              else if (n == 1)
                imap_framer_skip_literal (framer);
              else
                g_assert_cmpmem (piece.data, piece.length, "* 2 EXISTS\r\n", 12);
            }
          g_assert_true (fits || imap_framer_get_n_waiting (framer) < 99);
        }
      g_assert_cmpuint (n, ==, 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/imap/framer/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_pieces);
    }
  g_test_add_func ("/imap/framer/get-command", test_get_command);
  g_test_add_func ("/imap/framer/lines", test_lines);
  g_test_add_func ("/imap/framer/kinds-change", test_kinds_change);
  g_test_add_func ("/imap/framer/drop-and-take", test_drop_and_take);
  g_test_add_func ("/imap/framer/stands-still", test_stands_still);
  g_test_add_func ("/imap/framer/literals-max", test_literals_max);
  g_test_add_func ("/imap/framer/large", test_large);
  return g_test_run ();
}
