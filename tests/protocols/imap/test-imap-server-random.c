/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-server.h>

#include <stdint.h>
#include <string.h>

/* Of tests/fuzz/fuzz-imap-session.c, which says what holds of every session. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define N_STREAMS 30000
#define N_PARTS_MAX 24

/* What streams are made of, besides noise. */
static const char *const parts[] = {
  "a NOOP\r\n", "a CAPABILITY\r\n", "a LOGOUT\r\n", "a ID NIL\r\n", "a STARTTLS\r\n",
  "a LOGIN alice secret\r\n", "a LOGIN alice secret\r\n", "a LOGIN alice wrong\r\n",
  "a LOGIN {5}\r\nalice {6}\r\nsecret\r\n", "a LOGIN {5+}\r\nalice {6+}\r\nsecret\r\n",
  "a AUTHENTICATE PLAIN\r\n", "a AUTHENTICATE PLAIN AGFsaWNlAHNlY3JldA==\r\n",
  "AGFsaWNlAHNlY3JldA==\r\n", "a AUTHENTICATE CRAM-MD5\r\n", "a AUTHENTICATE EXTERNAL =\r\n",
  "a AUTHENTICATE SCRAM-SHA-256\r\n", "a AUTHENTICATE LOGIN\r\n", "YWxpY2U=\r\n", "*\r\n", "\r\n",
  "a ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2\r\n", "a SELECT INBOX\r\n",
  "a SELECT INBOX\r\n", "a EXAMINE \303\266\r\n", "a SELECT \"\303\266\"\r\n", "a CLOSE\r\n",
  "a UNSELECT\r\n", "a CHECK\r\n", "a EXPUNGE\r\n", "a UID EXPUNGE 1:*\r\n",
  "a FETCH 1:* (FLAGS BODY[])\r\n", "a UID FETCH 1 FLAGS\r\n", "a STORE 1 +FLAGS (\\Seen)\r\n",
  "a SEARCH TEXT {3+}\r\nabc\r\n", "a SEARCH TEXT {3}\r\nabc\r\n", "a COPY 1 x\r\n",
  "a APPEND x {3}\r\nabc\r\n", "a APPEND x {3+}\r\nabc {4+}\r\ndefg\r\n", "a APPEND x {51}\r\n",
  "a APPEND x {52+}\r\n", "a APPEND x {99999999999+}\r\n", "a APPEND x ~{3}\r\na\rb\r\n",
  "a APPEND x CATENATE (TEXT {3}\r\nabc TEXT {2}\r\nde)\r\n", "a REPLACE 1 x {3}\r\nabc\r\n",
  "a IDLE\r\n", "a IDLE\r\n", "DONE\r\n", "DONE\r\n", "a COMPRESS DEFLATE\r\n",
  "a LIST \"\" (\"*\" \"%\") RETURN (CHILDREN)\r\n", "a STATUS x (MESSAGES)\r\n", "a NOOP\n",
  "a FROB\r\n", "{3}\r\n", "{3+}\r\n", "\"", "(", ")", " ", "a ", "+", "\xff",
};

static void
append_part (GByteArray *stream, GRand *rand)
{
  guint  i = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (parts));
  guint8 noise;

  if (g_rand_int_range (rand, 0, 8) > 0)
    {
      g_byte_array_append (stream, (const guint8 *) parts[i], (guint) strlen (parts[i]));
      return;
    }
  for (gint32 n = g_rand_int_range (rand, 0, 12); n > 0; n--)
    {
      noise = (guint8) g_rand_int_range (rand, 0, 256);
      g_byte_array_append (stream, &noise, 1);
    }
}

static void
test_streams (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  g_test_summary ("Whatever comes, the session stays within bounds and says whole responses, the "
                  "same however it was cut.");
  for (guint i = 0; i < N_STREAMS; i++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      gint32 n_parts = g_rand_int_range (rand, 1, N_PARTS_MAX);

      for (guint j = 0; j < 7; j++)
        {
          guint8 octet = (guint8) g_rand_int_range (rand, 0, 256);

          /* All capabilities half of the time; odd kinds of session half; a deadline rarely. */
          if (j < 3 && i % 2 == 0)
            octet = 0xff;
          if (j == 3 && i % 4 < 2)
            octet &= 0x36;
          if (j == 6 && i % 16 != 0)
            octet = 0;
          g_byte_array_append (stream, &octet, 1);
        }
      while (n_parts-- > 0)
        append_part (stream, rand);
      LLVMFuzzerTestOneInput (stream->data, stream->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/server/random/streams", test_streams);
  return g_test_run ();
}
