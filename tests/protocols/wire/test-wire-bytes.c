/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <wire/wire-base64.h>
#include <wire/wire-text.h>

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
    { "back\\slash", "back\\slash", TRUE },
    { "(\\Seen \\*) \\", "(\\Seen \\*) \\", TRUE },
    { "\\n\n", "\\\\n\\n", TRUE },
    { "\\\n", "\\\\\\n", TRUE },
    { "\\\\n", "\\\\\\\\n", TRUE },
    { "\\\\b", "\\\\\\b", TRUE },
    { "\\x41 \\u{41} \\\xff", "\\\\x41 \\\\u{41} \\\\\\xFF", FALSE },
    { "\\\xc3\xbc", "\\\xc3\xbc", TRUE },
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
  g_test_add_func ("/wire/base64", test_base64);
  g_test_add_func ("/wire/text", test_text);
  return g_test_run ();
}
