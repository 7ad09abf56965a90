/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-server.h>

#include <stdint.h>
#include <string.h>

/* Of tests/fuzz/fuzz-smtp-session.c, which says what holds of every session. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define N_STREAMS 100000
#define N_PARTS_MAX 24

/* What streams are made of, besides noise. */
static const char *const parts[] = {
  "EHLO a.example\r\n", "EHLO a.example\r\n", "LHLO a.example\r\n", "HELO a\r\n", "NOOP\r\n",
  "MAIL FROM:<a@b.example>\r\n", "MAIL FROM:<>\r\n", "MAIL FROM:<a@b> SIZE=20 BODY=BINARYMIME\r\n",
  "MAIL FROM:<\303\266@b> SMTPUTF8\r\n", "MAIL FROM:<a@b> REQUIRETLS RET=HDRS ENVID=x\r\n",
  "RCPT TO:<c@d.example>\r\n", "RCPT TO:<c@d.example>\r\n", "RCPT TO:<c@d> NOTIFY=NEVER\r\n",
  "rcpt to: c@d\n", "DATA\r\n", "a\r\n.\r\n", ".\r\n", "\n.\n", "\r.\r", "..\r\n", "\0", "\r\n",
  "BDAT 3\r\nabc", "BDAT 0 LAST\r\n", "BDAT 4 last\r\n\r\n.\n", "BDAT 60\r\n",
  "BDAT 99999999999\r\n",
  "RSET\r\n", "VRFY \303\266\r\n", "VRFY a SMTPUTF8\r\n", "EXPN list\r\n", "HELP\r\n", "QUIT\r\n",
  "STARTTLS\r\n", "AUTH PLAIN\r\n", "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n", "AUTH LOGIN\r\n",
  "AUTH CRAM-MD5\r\n", "AUTH EXTERNAL =\r\n", "AUTH SCRAM-SHA-256\r\n", "AUTH ANONYMOUS eA==\r\n",
  "AUTH OAUTHBEARER bixhPWFsaWNlLAFhdXRoPUJlYXJlciB0b2tlbgEB\r\n", "YWxpY2U=\r\n", "c2VjcmV0\r\n",
  "*\r\n", "=\r\n", "TURN\r\n", "XYZZY\r\n", " ", "<", "@", "\xff",
};

static void
append_part (GByteArray *stream, GRand *rand)
{
  guint  i = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (parts));
  guint8 noise;

  if (g_rand_int_range (rand, 0, 8) > 0)
    {
      gsize length = MAX (strlen (parts[i]), 1);

      g_byte_array_append (stream, (const guint8 *) parts[i], (guint) length);
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

  g_test_summary ("Whatever comes, the session stays within bounds and says well-formed replies.");
  for (guint i = 0; i < N_STREAMS; i++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      gint32 n_parts = g_rand_int_range (rand, 1, N_PARTS_MAX);

      for (guint j = 0; j < 8; j++)
        {
          guint8 octet = (guint8) g_rand_int_range (rand, 0, 256);

          /* All extensions half of the time; odd kinds of session half; a deadline rarely. */
          if ((j == 2 || j == 3) && i % 2 == 0)
            octet = 0xff;
          if (j == 4 && i % 4 < 2)
            octet &= 0xc3;
          if (j == 7 && i % 16 != 0)
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
  g_test_add_func ("/smtp/server/random/streams", test_streams);
  return g_test_run ();
}
