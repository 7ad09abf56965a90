/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <wire/wire-base64.h>
#include <wire/wire-dots.h>
#include <wire/wire-framer.h>
#include <wire/wire-text.h>

/* Framing: what comes out, each unit after U or (too long) T. */
static const struct
{
  const char     *name, *input;
  gboolean        is_block;
  WireFramerFlags flags;
  gsize           bytes_max;
  const char     *units;
} frames[] = {
  { "lines", "a\r\nbc\r\nrest", FALSE, 0, 99, "U<a\r\n>U<bc\r\n>" },
  { "bare-lf-is-content", "a\nb\r\n", FALSE, 0, 99, "U<a\nb\r\n>" },
  { "bare-lf-ends-line", "a\nb\r\n", FALSE, WIRE_FRAMER_BARE_LF_ENDS_LINE, 99, "U<a\n>U<b\r\n>" },
  { "bare-cr-is-content", "a\rb\r\r\n", FALSE, 0, 99, "U<a\rb\r\r\n>" },
  { "line-of-the-limit", "abcd\r\nx\r\n", FALSE, 0, 6, "U<abcd\r\n>U<x\r\n>" },
  { "line-over-the-limit", "abcdefghijklmnop\r\nx\r\n", FALSE, 0, 6, "T<abcdef>U<x\r\n>" },
  { "block", "a\r\n..\r\n.\r\nb", TRUE, 0, 99, "U<a\r\n..\r\n.\r\n>" },
  { "empty-block", ".\r\n", TRUE, 0, 99, "U<.\r\n>" },
  { "dot-in-a-line", "a.\r\n.b\r\n.\r\n", TRUE, 0, 99, "U<a.\r\n.b\r\n.\r\n>" },
  { "lf-dot-lf-is-content", "a\n.\n\r\n.\r\n", TRUE, 0, 99, "U<a\n.\n\r\n.\r\n>" },
  { "lf-dot-crlf-is-content", "a\n.\r\nb\r\n.\r\n", TRUE, 0, 99, "U<a\n.\r\nb\r\n.\r\n>" },
  { "lf-dot-lf-ends-data", "a\n.\nb", TRUE, WIRE_FRAMER_BARE_LF_ENDS_DATA, 99, "U<a\n.\n>" },
  { "block-over-the-limit", "abcdefghijkl\r\nmnopqrst\r\n.\r\n.\r\n", TRUE, 0, 8,
    "T<abcdefgh>U<.\r\n>" },
};

/* Whether data[0..length) ends where a line, or a block, ends: said as plainly as can be. */
static gboolean
ends (const char *data, gsize length, gboolean is_block, WireFramerFlags flags)
{
  g_autofree char *unit = g_strndup (data, length);

  if (!is_block)
    return g_str_has_suffix (unit, flags & WIRE_FRAMER_BARE_LF_ENDS_LINE ? "\n" : "\r\n");
  if (g_str_equal (unit, ".\r\n") || g_str_has_suffix (unit, "\r\n.\r\n"))
    return TRUE;
  return (flags & WIRE_FRAMER_BARE_LF_ENDS_DATA) &&
         (g_str_equal (unit, ".\n") || g_str_has_suffix (unit, "\n.\n") ||
          g_str_has_suffix (unit, "\n.\r\n"));
}

static void
append_unit (GString *units, char mark, const char *unit, gsize length)
{
  g_string_append_printf (units, "%c<%.*s>", mark, (int) length, unit);
}

static void
take_units (WireFramer *framer, gboolean is_block, gsize bytes_max, WireFramerFlags flags,
            GString *units)
{
  const guint8 *unit;
  gsize         length;
  WireFrame     frame;

  while ((frame = is_block ? wire_framer_next_block (framer, bytes_max, flags, &unit, &length)
                           : wire_framer_next_line (framer, bytes_max, flags, &unit, &length)) !=
         WIRE_FRAME_MORE)
    append_unit (units, frame == WIRE_FRAME_UNIT ? 'U' : 'T', (const char *) unit, length);
}

static void
test_frame (gconstpointer data)
{
  guint       i = GPOINTER_TO_UINT (data);
  const char *input = frames[i].input;
  gsize       size = strlen (input);

  g_test_summary ("Units depend on the bytes, never on how TCP cut them.");
  for (gsize chunk = 1; chunk <= size; chunk++)
    {
      g_autoptr (WireFramer) framer = wire_framer_new ();
      g_autoptr (GString) units = g_string_new (NULL);

      for (gsize at = 0; at < size; at += chunk)
        {
          gsize              n_bytes = MIN (chunk, size - at);
          g_autofree guint8 *exact = g_memdup2 (input + at, n_bytes);

          wire_framer_push (framer, exact, n_bytes);
          take_units (framer, frames[i].is_block, frames[i].bytes_max, frames[i].flags, units);
        }
      g_assert_cmpstr (units->str, ==, frames[i].units);
    }
}

/* Hundreds of short streams of the bytes that matter, against limits that fall anywhere in
 * an end, in every chunking. */
static void
test_reference (void)
{
  for (guint round = 0; round < 400; round++)
    {
      gboolean        is_block = g_test_rand_bit ();
      WireFramerFlags flags = (WireFramerFlags) g_test_rand_int_range (0, 4);
      gsize           bytes_max = (gsize) g_test_rand_int_range (1, 13);
      char            input[40];
      gsize           begin = 0;
      g_autoptr (GString) expected = g_string_new (NULL);

      for (gsize i = 0; i < sizeof input; i++)
        input[i] = "\r\n.a\r\n"[g_test_rand_int_range (0, 6)];
      for (gsize end = 1; end <= sizeof input; end++)
        if (ends (input + begin, end - begin, is_block, flags))
          {
            append_unit (expected, end - begin <= bytes_max ? 'U' : 'T', input + begin,
                         MIN (end - begin, bytes_max));
            begin = end;
          }
      for (gsize chunk = 1; chunk <= sizeof input; chunk++)
        {
          g_autoptr (WireFramer) framer = wire_framer_new ();
          g_autoptr (GString) units = g_string_new (NULL);

          for (gsize at = 0; at < sizeof input; at += chunk)
            {
              gsize              n_bytes = MIN (chunk, sizeof input - at);
              g_autofree guint8 *exact = g_memdup2 (input + at, n_bytes);

              wire_framer_push (framer, exact, n_bytes);
              take_units (framer, is_block, bytes_max, flags, units);
            }
          g_assert_cmpstr (units->str, ==, expected->str);
        }
    }
}

/* What was looked through for one kind of unit may hold one of another. */
static void
test_asked_otherwise (void)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  g_autoptr (GString) units = g_string_new (NULL);

  wire_framer_push (framer, (const guint8 *) "a\nb\r\n", 5);
  take_units (framer, TRUE, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpstr (units->str, ==, "");
  take_units (framer, FALSE, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>");
  wire_framer_push (framer, (const guint8 *) "c\n.\n", 4);
  take_units (framer, FALSE, 99, WIRE_FRAMER_STRICT, units);
  take_units (framer, TRUE, 99, WIRE_FRAMER_BARE_LF_ENDS_DATA, units);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>U<c\n.\n>");
  g_assert_cmpuint (wire_framer_get_n_waiting (framer), ==, 0);
  wire_framer_push (framer, (const guint8 *) "d\r\n", 3);
  wire_framer_drop (framer);
  take_units (framer, FALSE, 99, WIRE_FRAMER_STRICT, units);
  g_assert_cmpuint (wire_framer_get_n_waiting (framer), ==, 0);
  g_assert_cmpstr (units->str, ==, "U<a\nb\r\n>U<c\n.\n>");
}

static void
test_long_input_is_not_kept (void)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  g_autofree guint8 *chunk = g_malloc (65536);
  const guint8      *unit;
  gsize              length;

  memset (chunk, 'x', 65536);
  for (guint i = 0; i < 200; i++)
    {
      wire_framer_push (framer, chunk, 65536);
      g_assert_cmpint (wire_framer_next_line (framer, 512, 0, &unit, &length), ==,
                       WIRE_FRAME_MORE);
      g_assert_cmpuint (wire_framer_get_n_waiting (framer), <=, 520);
    }
  wire_framer_push (framer, (const guint8 *) "\r\nb\r\n", 5);
  g_assert_cmpint (wire_framer_next_line (framer, 512, 0, &unit, &length), ==,
                   WIRE_FRAME_TOO_LONG);
  g_assert_cmpuint (length, ==, 512);
  g_assert_cmpint (wire_framer_next_line (framer, 512, 0, &unit, &length), ==, WIRE_FRAME_UNIT);
  g_assert_cmpmem (unit, length, "b\r\n", 3);
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
  };

  for (guint i = 0; i < G_N_ELEMENTS (dots); i++)
    {
      g_autoptr (GBytes) block =
          wire_dots_stuff ((const guint8 *) dots[i].text, strlen (dots[i].text));
      gsize         length;
      const guint8 *data = g_bytes_get_data (block, &length);
      g_autoptr (GBytes) back = wire_dots_unstuff (data, length, FALSE);

      g_assert_cmpmem (data, length, dots[i].block, strlen (dots[i].block));
      data = g_bytes_get_data (back, &length);
      g_assert_cmpmem (data, length, dots[i].back, strlen (dots[i].back));
    }
}

static void
test_base64 (void)
{
  /* RFC 4648 section 10. */
  static const char *const vectors[][2] = {
    { "", "" },           { "f", "Zg==" },       { "fo", "Zm8=" },        { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
  };
  static const struct
  {
    const char *text;
    gsize       offset;
  } wrong[] = {
    { "Zg=", 2 }, { "Z", 1 }, { "Zg==Zg==", 2 }, { "Zh==", 1 }, { "Zm9!", 3 }, { "Zm 9v", 2 },
    { "Zm9=", 2 }, { "=", 0 }, { "Zg=x", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autofree char *text =
          wire_base64_encode ((const guint8 *) vectors[i][0], strlen (vectors[i][0]));
      g_autoptr (GBytes) bytes = wire_base64_decode (text, strlen (text), NULL);

      g_assert_cmpstr (text, ==, vectors[i][1]);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), vectors[i][0],
                       strlen (vectors[i][0]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      gsize offset = 999;

      g_assert_null (wire_base64_decode (wrong[i].text, strlen (wrong[i].text), &offset));
      g_assert_cmpuint (offset, ==, wrong[i].offset);
    }
}

static void
test_text (void)
{
  static const struct
  {
    const char *bytes, *shown;
    gboolean    is_plain;
  } texts[] = {
    { "plain", "plain", TRUE },
    { "a\r\n\tb", "a\\r\\n\\tb", TRUE },
    { "back\\slash", "back\\\\slash", TRUE },
    { "\x1b[31m", "\\x1B[31m", FALSE },
    { "\x7f", "\\x7F", FALSE },
    { "gr\xc3\xbc\xc3\x9f" "e", "gr\xc3\xbc\xc3\x9f" "e", TRUE },
    { "\xff\xc3", "\\xFF\\xC3", FALSE },
    { "a\xe2\x80\xae" "b", "a\\u{202E}b", TRUE },
    { "\xc2\x85", "\\u{0085}", FALSE },
    { "\xef\xbb\xbf", "\\u{FEFF}", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *shown =
          wire_text_escape ((const guint8 *) texts[i].bytes, strlen (texts[i].bytes));

      g_assert_cmpstr (shown, ==, texts[i].shown);
      g_assert_true (wire_text_is_plain ((const guint8 *) texts[i].bytes,
                                         strlen (texts[i].bytes)) == texts[i].is_plain);
    }
  g_assert_false (wire_text_is_plain ((const guint8 *) "a\0b", 3));
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
  g_test_add_func ("/wire/framer/reference", test_reference);
  g_test_add_func ("/wire/framer/asked-otherwise", test_asked_otherwise);
  g_test_add_func ("/wire/long-input-is-not-kept", test_long_input_is_not_kept);
  g_test_add_func ("/wire/dots", test_dots);
  g_test_add_func ("/wire/base64", test_base64);
  g_test_add_func ("/wire/text", test_text);
  return g_test_run ();
}
