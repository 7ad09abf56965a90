/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <support/framing.h>
#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

#define N_FORMS FRAMING_N_FORMS

/* What comes out: each unit after U or (too long) T; of a block, the form of its end. */
typedef enum
{
  LINES,
  BLOCKS,
} Kind;

static void
append_unit (GString *units, gboolean fits, int form, const char *unit, gsize length)
{
  g_string_append_c (units, fits ? 'U' : 'T');
  if (form >= 0)
    g_string_append_printf (units, "%x", (guint) form);
  g_string_append_c (units, '<');
  g_string_append_len (units, unit, (gssize) length);
  g_string_append_c (units, '>');
}

static void
take_units (WireFramer *framer, Kind kind, gsize bytes_max, guint flags, GString *units)
{
  const guint8 *unit;
  gsize         length;
  WireFrame     frame;

  while ((frame = kind == BLOCKS
                      ? wire_framer_next_block (framer, bytes_max, flags, &unit, &length)
                      : wire_framer_next_line (framer, bytes_max, flags, &unit, &length)) !=
         WIRE_FRAME_MORE)
    append_unit (units, frame == WIRE_FRAME_UNIT,
                 kind == BLOCKS ? (int) wire_framer_get_end (framer) : -1, (const char *) unit,
                 length);
}

static GString *
frame (const char *input, gsize size, gsize chunk, Kind kind, gsize bytes_max, guint flags)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  GString *units = g_string_new (NULL);

  for (gsize at = 0; at < size; at += chunk)
    {
      gsize              n_bytes = MIN (chunk, size - at);
      g_autofree guint8 *exact = g_memdup2 (input + at, n_bytes);

      wire_framer_push (framer, exact, n_bytes);
      take_units (framer, kind, bytes_max, flags, units);
    }
  return units;
}

static void
assert_frames (const char    *input,
               gsize          size,
               gsize          chunk,
               Kind           kind,
               gsize          bytes_max,
               guint          flags,
               const GString *expected)
{
  g_autoptr (GString) units = frame (input, size, chunk, kind, bytes_max, flags);

  g_assert_cmpmem (units->str, units->len, expected->str, expected->len);
}

static GString *
expect (const char *input, gsize size, Kind kind, gsize bytes_max, guint flags)
{
  GString *units = g_string_new (NULL);
  gsize    begin = 0;

  for (gsize end = 1; end <= size; end++)
    {
      int form = kind == BLOCKS ? framing_ends_block (input, begin, end, size, flags) : -1;

      if (kind == BLOCKS ? form < 0 : !framing_ends_line (input, begin, end, size, flags))
        continue;
      append_unit (units, end - begin <= bytes_max, form, input + begin,
                   MIN (end - begin, bytes_max));
      begin = end;
    }
  return units;
}

/* Framing: what comes out. */
static const struct
{
  const char *name, *input;
  Kind        kind;
  guint       flags;
  gsize       bytes_max;
  const char *units;
} frames[] = {
  { "lines", "a\r\nbc\r\nrest", LINES, 0, 99, "U<a\r\n>U<bc\r\n>" },
  { "bare-lf-is-content", "a\nb\r\n", LINES, 0, 99, "U<a\nb\r\n>" },
  { "bare-lf-ends-line", "a\nb\r\n", LINES, WIRE_FRAMER_BARE_LF_ENDS_LINE, 99,
    "U<a\n>U<b\r\n>" },
  { "bare-cr-is-content", "a\rb\r\r\n", LINES, 0, 99, "U<a\rb\r\r\n>" },
  { "bare-cr-ends-line", "a\rb\r\r\nc\nd\r", LINES, WIRE_FRAMER_BARE_CR_ENDS_LINE, 99,
    "U<a\r>U<b\r>U<\r\n>" },
  { "both-end-line", "a\nb\rc\r\n", LINES,
    WIRE_FRAMER_BARE_LF_ENDS_LINE | WIRE_FRAMER_BARE_CR_ENDS_LINE, 99, "U<a\n>U<b\r>U<c\r\n>" },
  { "line-of-the-limit", "abcd\r\nx\r\n", LINES, 0, 6, "U<abcd\r\n>U<x\r\n>" },
  { "line-over-the-limit", "abcdefghijklmnop\r\nx\r\n", LINES, 0, 6, "T<abcdef>U<x\r\n>" },
  { "block", "a\r\n..\r\n.\r\nb", BLOCKS, 0, 99, "U0<a\r\n..\r\n.\r\n>" },
  { "empty-block", ".\r\n", BLOCKS, 0, 99, "U0<.\r\n>" },
  { "dot-in-a-line", "a.\r\n.b\r\n.\r\n", BLOCKS, 0, 99, "U0<a.\r\n.b\r\n.\r\n>" },
  { "lf-dot-lf-is-content", "a\n.\n\r\n.\r\n", BLOCKS, 0, 99, "U0<a\n.\n\r\n.\r\n>" },
  { "lf-dot-crlf-is-content", "a\n.\r\nb\r\n.\r\n", BLOCKS, 0, 99, "U0<a\n.\r\nb\r\n.\r\n>" },
  { "lf-dot-lf-ends-data", "a\n.\nb", BLOCKS, WIRE_FRAMER_BARE_LF_ENDS_DATA, 99, "U4<a\n.\n>" },
  { "first-end-counts", "a\r\r\n.\r\r\n", BLOCKS, WIRE_FRAMER_ENDS, 99, "U80<a\r\r\n.\r>" },
  { "cr-may-get-its-lf", "a\r\n.\r\n.\r", BLOCKS, WIRE_FRAMER_ENDS, 99, "U0<a\r\n.\r\n>" },
  { "block-over-the-limit", "abcdefghijkl\r\nmnopqrst\r\n.\r\n.\r\n", BLOCKS, 0, 8,
    "T0<abcdefgh>U0<.\r\n>" },
};

static void
test_frame (gconstpointer data)
{
  guint       i = GPOINTER_TO_UINT (data);
  const char *input = frames[i].input;
  gsize       size = strlen (input);
  g_autoptr (GString) expected = g_string_new (frames[i].units);

  g_test_summary ("Units depend on the bytes, never on how TCP cut them.");
  for (gsize chunk = 1; chunk <= size; chunk++)
    assert_frames (input, size, chunk, frames[i].kind, frames[i].bytes_max, frames[i].flags,
                   expected);
}

static void
append_text (GString *string, FramingText text)
{
  g_string_append_len (string, text.data, (gssize) text.length);
}

/* A message that each form may end: switched on, switched off, and with all others on. */
static void
test_form (gconstpointer data)
{
  guint form = GPOINTER_TO_UINT (data);
  guint flag = framing_forms[form].flag;
  g_autoptr (GString) input = g_string_new ("From: a\r\n\r\nb.c");
  gsize end;
  g_autoptr (GString) on = g_string_new (NULL);
  g_autoptr (GString) off = g_string_new (NULL);

  g_test_summary ("Each form ends the data when it is switched on, and is content byte for byte "
                  "when it is not.");
  append_text (input, framing_forms[form].before);
  g_string_append_c (input, '.');
  append_text (input, framing_forms[form].after);
  end = input->len;
  g_string_append (input, "MAIL FROM:<x@a>\r\n.\r\n");
  append_unit (on, TRUE, (int) flag, input->str, end);
  append_unit (on, TRUE, 0, input->str + end, input->len - end);
  append_unit (off, TRUE, 0, input->str, input->len);
  for (gsize chunk = 1; chunk <= input->len; chunk++)
    {
      assert_frames (input->str, input->len, chunk, BLOCKS, 999, flag, on);
      if (flag == 0)
        continue;
      assert_frames (input->str, input->len, chunk, BLOCKS, 999, 0, off);
      /* CR CRLF "." CR CRLF has CRLF "." CR within it. */
      if (flag != WIRE_FRAMER_END_CRCRLF_CRCRLF)
        assert_frames (input->str, input->len, chunk, BLOCKS, 999, WIRE_FRAMER_ENDS & ~flag, off);
    }
}

/* Every short stream of the bytes that matter, against every form alone, none, and all. */
static void
test_every_short_stream (void)
{
  static const char alphabet[] = "\r\n.a";
  enum { N_BYTES = 7, N_LETTERS = 5 };
  char  input[N_BYTES];
  guint n_streams = 1;

  for (guint i = 0; i < N_BYTES; i++)
    n_streams *= N_LETTERS;
  for (guint stream = 0; stream < n_streams; stream++)
    {
      guint rest = stream;

      for (guint i = 0; i < N_BYTES; i++, rest /= N_LETTERS)
        input[i] = alphabet[rest % N_LETTERS]; /* the NUL included */
      if (memchr (input, '.', N_BYTES) == NULL)
        continue;
      for (guint form = 0; form <= N_FORMS; form++)
        {
          guint flags = form < N_FORMS ? framing_forms[form].flag : WIRE_FRAMER_ENDS;
          g_autoptr (GString) expected = expect (input, N_BYTES, BLOCKS, 99, flags);

          assert_frames (input, N_BYTES, N_BYTES, BLOCKS, 99, flags, expected);
          assert_frames (input, N_BYTES, 1, BLOCKS, 99, flags, expected);
        }
    }
}

/* Hundreds of longer streams of the bytes that matter, against limits that fall anywhere in
 * an end and any set of flags, in every chunking. */
static void
test_reference (void)
{
  for (guint round = 0; round < 600; round++)
    {
      Kind  kind = g_test_rand_bit () ? BLOCKS : LINES;
      guint flags = (guint) g_test_rand_int_range (0, 1 << 12);
      gsize bytes_max = (gsize) g_test_rand_int_range (1, 13);
      char  input[40];
      g_autoptr (GString) expected = NULL;

      for (gsize i = 0; i < sizeof input; i++)
        input[i] = "\r\n.a\r\n\0."[g_test_rand_int_range (0, 8)];
      expected = expect (input, sizeof input, kind, bytes_max, flags);
      for (gsize chunk = 1; chunk <= sizeof input; chunk++)
        assert_frames (input, sizeof input, chunk, kind, bytes_max, flags, expected);
    }
}

/* What was looked through for one kind of unit may hold one of another. */
static void
test_asked_otherwise (void)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  g_autoptr (GString) units = g_string_new (NULL);
  const guint8 *unit;
  gsize         length;

  wire_framer_push (framer, (const guint8 *) "a\nb\r\n", 5);
  take_units (framer, BLOCKS, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpstr (units->str, ==, "");
  take_units (framer, LINES, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>");
  wire_framer_push (framer, (const guint8 *) "c\n.\n", 4);
  take_units (framer, LINES, 99, WIRE_FRAMER_STRICT, units);
  take_units (framer, BLOCKS, 99, WIRE_FRAMER_BARE_LF_ENDS_DATA, units);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>U4<c\n.\n>");
  g_assert_cmpuint (wire_framer_get_n_waiting (framer), ==, 0);
  wire_framer_push (framer, (const guint8 *) "d\r\n", 3);
  wire_framer_drop (framer);
  take_units (framer, LINES, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpuint (wire_framer_get_n_waiting (framer), ==, 0);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>U4<c\n.\n>");
  wire_framer_push (framer, (const guint8 *) "e\r\nf\r\n", 6);
  g_assert_cmpint (wire_framer_next_counted (framer, 9, 99, &unit, &length), ==, WIRE_FRAME_MORE);
  take_units (framer, LINES, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>U4<c\n.\n>U<e\r\n>U<f\r\n>");
}

/* @ends: the line ends with the long unit. */
static void
check_long_input (Kind kind, guint flags, const char *end)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  g_autofree guint8 *chunk = g_malloc (65536);
  g_autoptr (GString) units = g_string_new (NULL);
  g_autofree char *start = g_strnfill (512, 'x');
  g_autofree char *expected = NULL;

  memset (chunk, 'x', 65536);
  for (guint i = 0; i < 200; i++)
    {
      wire_framer_push (framer, chunk, 65536);
      take_units (framer, kind, 512, flags, units);
      g_assert_cmpuint (wire_framer_get_n_waiting (framer), <=, 520);
    }
  wire_framer_push (framer, (const guint8 *) end, strlen (end));
  take_units (framer, kind, 512, flags, units);
  wire_framer_push (framer, (const guint8 *) ".\r\n", 3);
  take_units (framer, kind, 512, flags, units);
  expected = kind == BLOCKS ? g_strdup_printf ("T0<%s>U0<.\r\n>", start)
                            : g_strdup_printf ("T<%s>U<.\r\n>", start);
  g_assert_cmpstr (units->str, ==, expected);
}

static void
test_long_input_is_not_kept (void)
{
  check_long_input (LINES, 0, "\r\n");
  check_long_input (LINES, WIRE_FRAMER_BARE_CR_ENDS_LINE, "\r");
  check_long_input (BLOCKS, 0, "\r\n.\r\n");
}

/* Counts */

static void
test_counts (void)
{
  static const char input[] = "\r\n.\r\n0123456789abcdefABCDEF";
  const gsize       size = strlen (input);

  g_test_summary ("A count takes just so many bytes, whatever they are and however many are kept.");
  for (gsize n_bytes = 0; n_bytes <= size; n_bytes++)
    for (gsize bytes_max = 1; bytes_max <= size + 1; bytes_max++)
      for (gsize chunk = 1; chunk <= size; chunk++)
        {
          g_autoptr (WireFramer) framer = wire_framer_new ();
          const guint8 *unit;
          gsize         length;
          gsize         at;
          WireFrame     frame =
              wire_framer_next_counted (framer, n_bytes, bytes_max, &unit, &length);

          for (at = 0; frame == WIRE_FRAME_MORE && at < size; at += chunk)
            {
              gsize              n = MIN (chunk, size - at);
              g_autofree guint8 *exact = g_memdup2 (input + at, n);

              wire_framer_push (framer, exact, n);
              frame = wire_framer_next_counted (framer, n_bytes, bytes_max, &unit, &length);
              g_assert_true (frame != WIRE_FRAME_MORE ||
                             wire_framer_get_n_waiting (framer) <= bytes_max);
            }
          g_assert_cmpint (frame, ==,
                           n_bytes <= bytes_max ? WIRE_FRAME_UNIT : WIRE_FRAME_TOO_LONG);
          g_assert_cmpmem (unit, length, input, MIN (n_bytes, bytes_max));
          g_assert_cmpuint (wire_framer_get_n_waiting (framer), ==, MIN (at, size) - n_bytes);
        }
}

/* A line, a count and a line in one push; and a count beyond what memory could hold. */
static void
test_count_between_lines (void)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  g_autoptr (GString) units = g_string_new (NULL);
  const guint8 *unit;
  gsize         length;

  wire_framer_push (framer, (const guint8 *) "BDAT 4\r\n\r\n.\rQUIT\r\n", 18);
  g_assert_cmpint (wire_framer_next_line (framer, 99, 0, &unit, &length), ==, WIRE_FRAME_UNIT);
  g_assert_cmpint (wire_framer_next_counted (framer, 4, 99, &unit, &length), ==, WIRE_FRAME_UNIT);
  g_assert_cmpmem (unit, length, "\r\n.\r", 4);
  take_units (framer, LINES, 99, 0, units);
  g_assert_cmpstr (units->str, ==, "U<QUIT\r\n>");
  wire_framer_push (framer, (const guint8 *) "abc", 3);
  g_assert_cmpint (wire_framer_next_counted (framer, G_MAXUINT64, 2, &unit, &length), ==,
                   WIRE_FRAME_MORE);
  g_assert_cmpuint (wire_framer_get_n_waiting (framer), ==, 2);
}

/* Dots */

static void
check_unstuffed (const char *block, gsize length, guint flags, const char *text, gsize text_length)
{
  g_autofree guint8 *exact = g_memdup2 (block, length);
  g_autoptr (GBytes) back = wire_dots_unstuff (exact, length, flags);

  g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), text, text_length);
}

static void
test_dots (void)
{
  static const struct
  {
    const char *text, *block, *back;
  } dots[] = {
    { "", ".\r\n", "" },
    { "a\r\n", "a\r\n.\r\n", "a\r\n" },
    { "a", "a\r\n.\r\n", "a\r\n" },
    { ".\r\n", "..\r\n.\r\n", ".\r\n" },
    { "..a\r\nb.\r\n.c\r\n", "...a\r\nb.\r\n..c\r\n.\r\n", "..a\r\nb.\r\n.c\r\n" },
    { "a\n.b\r\n", "a\n.b\r\n.\r\n", "a\n.b\r\n" },
    { "a\r.b\r\n", "a\r.b\r\n.\r\n", "a\r.b\r\n" },
    { "a\r\n\r\n", "a\r\n\r\n.\r\n", "a\r\n\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (dots); i++)
    {
      g_autoptr (GBytes) block =
          wire_dots_stuff ((const guint8 *) dots[i].text, strlen (dots[i].text));
      gsize       length;
      const char *data = g_bytes_get_data (block, &length);

      g_assert_cmpmem (data, length, dots[i].block, strlen (dots[i].block));
      check_unstuffed (data, length, 0, dots[i].back, strlen (dots[i].back));
    }
}

/* A block whose lines all end as the form's last one does. */
static void
test_dots_of_form (gconstpointer data)
{
  guint form = GPOINTER_TO_UINT (data);
  guint flag = framing_forms[form].flag;
  FramingText  line_end = framing_forms[form].before;
  g_autoptr (GString) block = g_string_new ("a");
  g_autoptr (GString) text = g_string_new ("a");
  gsize end_length = framing_forms[form].after.length + 1;

  if (flag == WIRE_FRAMER_END_CRLF_NUL)
    {
      line_end.length = 2;
      end_length++;
    }
  append_text (block, line_end);
  g_string_append (block, "..b.");
  append_text (block, framing_forms[form].before);
  g_string_append_c (block, '.');
  append_text (block, framing_forms[form].after);
  append_text (text, line_end);
  g_string_append (text, ".b.");
  append_text (text, line_end);
  check_unstuffed (block->str, block->len, flag, text->str, text->len);
  g_assert_cmpuint (wire_dots_get_end_length ((guint8 *) block->str, block->len), ==, end_length);
  g_assert_cmphex (wire_dots_get_end_form ((guint8 *) block->str, block->len), ==, flag);
  /* Nothing but the end: the beginning counts as CRLF, but not as CR CRLF. */
  if (flag != WIRE_FRAMER_END_CRCRLF_CRCRLF)
    check_unstuffed (block->str + block->len - end_length, end_length, flag, "", 0);
  /* By the strict reading no line begins there. */
  if (line_end.length == 1)
    check_unstuffed (text->str, text->len, 0, text->str, text->len);
}

/* No block, nor what only looks like one's end. */
static void
test_no_end (void)
{
  static const FramingText blocks[] = {
    FRAMING_TEXT (""), FRAMING_TEXT ("\r\n"), FRAMING_TEXT ("."), FRAMING_TEXT ("a.\r\n"),
    FRAMING_TEXT (".\n\n"), FRAMING_TEXT (".\n\r"), FRAMING_TEXT (".\r\r"), FRAMING_TEXT ("\0.\n"),
    FRAMING_TEXT ("a\0.\r\n"), FRAMING_TEXT ("\n.\r\r\n"), FRAMING_TEXT ("\r\n.\r\r\n"),
    FRAMING_TEXT ("a\r\n..\r\n"), FRAMING_TEXT (".\n\r\n"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autofree guint8 *exact = g_memdup2 (blocks[i].data, blocks[i].length);

      g_assert_cmpuint (wire_dots_get_end_length (exact, blocks[i].length), ==, 0);
      g_assert_cmphex (wire_dots_get_end_form (exact, blocks[i].length), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autofree char *path = g_strconcat ("/wire/frames/", frames[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_frame);
    }
  for (guint i = 0; i < N_FORMS; i++)
    {
      g_autofree char *path = g_strconcat ("/wire/framer/ends/", framing_forms[i].name, NULL);
      g_autofree char *dots_path = g_strconcat ("/wire/dots/", framing_forms[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_form);
      g_test_add_data_func (dots_path, GUINT_TO_POINTER (i), test_dots_of_form);
    }
  g_test_add_func ("/wire/framer/every-short-stream", test_every_short_stream);
  g_test_add_func ("/wire/framer/reference", test_reference);
  g_test_add_func ("/wire/framer/asked-otherwise", test_asked_otherwise);
  g_test_add_func ("/wire/framer/long-input-is-not-kept", test_long_input_is_not_kept);
  g_test_add_func ("/wire/framer/counts", test_counts);
  g_test_add_func ("/wire/framer/count-between-lines", test_count_between_lines);
  g_test_add_func ("/wire/dots/stuffed", test_dots);
  g_test_add_func ("/wire/dots/no-end", test_no_end);
  return g_test_run ();
}
