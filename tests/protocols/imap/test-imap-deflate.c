/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-deflate.h>
#include <string.h>

/* Takes all that waits. Returns: whether the stream has failed. */
static gboolean
drain (ImapDeflate *deflate, GByteArray *out)
{
  gboolean has_failed = FALSE;
  guint    before = out->len;

  while (imap_deflate_next (deflate, out, &has_failed))
    {
      g_assert_false (has_failed);
      g_assert_cmpuint (out->len - before, >, 0);
      g_assert_cmpuint (out->len - before, <=, IMAP_DEFLATE_PIECE_BYTES);
      before = out->len;
    }
  g_assert_cmpuint (out->len, ==, before);
  return has_failed;
}

/* Pushes exact-size heap copies, so that an overread shows. */
static void
push (ImapDeflate *deflate, const guint8 *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  imap_deflate_push (deflate, copy, length);
}

static void
test_lines (void)
{
  static const char *const lines[] = { "a NOOP\r\n", "", "b NOOP\r\n", "c FETCH 1:* FLAGS\r\n" };

  g_test_summary ("Each line can be read as soon as it has come, however it was cut.");
  for (gsize chunk = 1; chunk < 30; chunk++)
    {
      g_autoptr (ImapDeflate) one = imap_deflate_new ();
      g_autoptr (ImapDeflate) other = imap_deflate_new ();

      for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
        {
          g_autoptr (GByteArray) got = g_byte_array_new ();
          g_autoptr (GBytes) wire =
              imap_deflate_compress (one, (const guint8 *) lines[i], strlen (lines[i]));
          gsize         length;
          const guint8 *data = g_bytes_get_data (wire, &length);

          for (gsize at = 0; at < length; at += chunk)
            {
              push (other, data + at, MIN (chunk, length - at));
              g_assert_false (drain (other, got));
            }
          g_assert_cmpmem (got->data, got->len, lines[i], strlen (lines[i]));
          g_assert_cmpuint (imap_deflate_get_n_waiting (other), ==, 0);
        }
    }
}

static void
test_large (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  gsize              length = 3 * 1024 * 1024 + 17;
  g_autofree guint8 *data = g_malloc (length);
  g_autoptr (ImapDeflate) one = imap_deflate_new ();
  g_autoptr (ImapDeflate) other = imap_deflate_new ();
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_autoptr (GBytes) wire = NULL;

  g_test_summary ("What does not compress comes through whole.");
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (rand);
  wire = imap_deflate_compress (one, data, length);
  push (other, g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
  g_assert_false (drain (other, got));
  g_assert_cmpmem (got->data, got->len, data, length);
}

static void
test_lengths (void)
{
  g_autofree guint8 *zeros = g_malloc0 (17000);

  g_test_summary ("Nothing stays behind, wherever a step of the output happens to end.");
  for (gsize length = 16000; length < 17000; length++)
    {
      g_autoptr (ImapDeflate) one = imap_deflate_new ();
      g_autoptr (ImapDeflate) other = imap_deflate_new ();
      g_autoptr (GByteArray) got = g_byte_array_new ();
      g_autoptr (GBytes) wire = imap_deflate_compress (one, zeros, length);

      /* The last four octets, of an empty block, add nothing. */
      push (other, g_bytes_get_data (wire, NULL), g_bytes_get_size (wire) - 4);
      g_assert_false (drain (other, got));
      g_assert_cmpuint (got->len, ==, length);
    }
}

static void
test_bomb (void)
{
  gsize              length = 64 * 1024 * 1024;
  g_autofree guint8 *zeros = g_malloc0 (length);
  g_autoptr (ImapDeflate) one = imap_deflate_new ();
  g_autoptr (ImapDeflate) other = imap_deflate_new ();
  g_autoptr (GBytes) wire = imap_deflate_compress (one, zeros, length);
  gsize    total = 0;
  gboolean has_failed;

  g_test_summary ("A bomb goes off in pieces, and only as it is asked to.");
  g_assert_cmpuint (g_bytes_get_size (wire), <, length / 500);
  push (other, g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
  for (;;)
    {
      g_autoptr (GByteArray) piece = g_byte_array_new ();

      if (!imap_deflate_next (other, piece, &has_failed))
        break;
      g_assert_cmpuint (piece->len, <=, IMAP_DEFLATE_PIECE_BYTES);
      total += piece->len;
    }
  g_assert_false (has_failed);
  g_assert_cmpuint (total, ==, length);
}

static void
test_broken (void)
{
  /* The last block "a", and what comes behind it. */
  static const guint8 ended[] = { 0x4b, 0x04, 0x00, 'x', 'y' };
  g_autoptr (ImapDeflate) plain = imap_deflate_new ();
  g_autoptr (ImapDeflate) over = imap_deflate_new ();
  g_autoptr (GByteArray) got = g_byte_array_new ();

  g_test_summary ("What is no deflate stream, or has ended, fails for good.");
  push (plain, (const guint8 *) "\377\377 NOOP\r\n", 9);
  g_assert_true (drain (plain, got));
  g_assert_cmpuint (got->len, ==, 0);
  push (plain, (const guint8 *) "a", 1);
  g_assert_true (drain (plain, got));
  push (over, ended, sizeof ended);
  g_assert_true (drain (over, got));
  g_assert_cmpmem (got->data, got->len, "a", 1);
  g_assert_true (drain (over, got));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/deflate/lines", test_lines);
  g_test_add_func ("/imap/deflate/large", test_large);
  g_test_add_func ("/imap/deflate/lengths", test_lengths);
  g_test_add_func ("/imap/deflate/bomb", test_bomb);
  g_test_add_func ("/imap/deflate/broken", test_broken);
  return g_test_run ();
}
