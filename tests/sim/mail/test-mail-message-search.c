/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <mail/mail-message.h>

/* What a message is found by (RFC 9051 section 6.4.4): text, decoded, whatever its case. */

static MailMessage *
new_message (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return mail_message_new (bytes);
}

#define PART(type, encoding, body)                                                                 \
  "--b\r\nContent-Type: " type "\r\nContent-Transfer-Encoding: " encoding "\r\n\r\n" body "\r\n"

static const char message_text[] =
  "From: =?iso-8859-1?q?J=FCrgen?= <j@example.org>\r\n"
  "Subject: Lunch\r\n today, =?utf-8?b?5Lit5paH?=\r\n"
  "X-Two: one\r\nX-Two: two\r\nX-Empty:\r\nX-Break: =?utf-8?q?a=0AX-Hidden=3A_b?=\r\n"
  "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n"
  PART ("text/plain", "7bit", "Plain words,\r\nmore")
  PART ("text/plain; charset=utf-8", "quoted-printable", "caf=C3=A9 au l=\r\nait")
  PART ("text/html; charset=iso-8859-1", "base64", "PHA+R3L832U8L3A+") /* <p>Gr\374\337e</p> */
  PART ("text/plain; charset=iso-2022-jp", "7bit", "\033$BF|K\\\033(B")  /* Nihon */
  PART ("text/plain; charset=utf-16be", "base64", "AFcAaQBkAGU=")        /* Wide */
  PART ("text/plain", "8bit", "na\303\257ve")
  PART ("application/octet-stream", "7bit", "binary words")
  PART ("message/rfc822", "7bit", "Subject: =?utf-8?q?inn=C3=A9r?=\r\nX-In: q\r\n\r\nwithin\r\n")
  "--b--\r\nepilogue\r\n";


static const struct
{
  const char *needle;
  gboolean    in_body, in_text;
} needles[] = {
  { "", TRUE, TRUE },
  { "plain words", TRUE, TRUE },
  { "PLAIN WORDS,\r\nMORE", TRUE, TRUE },
  { "plain wordS!", FALSE, FALSE },
  { "caf\303\251 au lait", TRUE, TRUE },
  { "CAF\303\211", TRUE, TRUE },
  { "cafe", TRUE, TRUE }, /* titlecase, decomposed: the accent is a character of its own */
  { "gr\303\274\303\237e", TRUE, TRUE },
  { "\346\227\245\346\234\254", TRUE, TRUE },
  { "wide", TRUE, TRUE },
  { "na\303\257ve", TRUE, TRUE },
  { "inn\303\251r", TRUE, TRUE },
  { "x-in: q", TRUE, TRUE },
  { "within", TRUE, TRUE },
  { "binary words", FALSE, FALSE },
  { "R3L8", FALSE, FALSE },
  { "preamble", FALSE, FALSE },
  { "today", FALSE, TRUE },
  { "lunch today, \344\270\255\346\226\207", FALSE, TRUE },
  { "j\303\274rgen <", FALSE, TRUE },
  { "subject: lunch", FALSE, TRUE },
  { "octet-stream", FALSE, TRUE }, /* of a part's header */
  { "iso-2022", FALSE, TRUE },
  { "quoted-printable", FALSE, TRUE },
};

static void
test_text (void)
{
  g_autoptr (MailMessage) warm = new_message (message_text);

  for (gsize i = 0; i < G_N_ELEMENTS (needles); i++)
    {
      g_autoptr (MailMessage) cold = new_message (message_text);
      g_autofree char *needle = imap_collate (needles[i].needle);

      g_test_message ("%s", needles[i].needle);
      g_assert_cmpint (mail_message_has_in_body (cold, needle), ==, needles[i].in_body);
      g_assert_cmpint (mail_message_has_in_body (warm, needle), ==, needles[i].in_body);
      g_assert_cmpint (mail_message_has_in_text (warm, needle), ==, needles[i].in_text);
      g_assert_cmpint (mail_message_has_in_text (cold, needle), ==, needles[i].in_text);
    }
}

static const struct
{
  const char *name, *needle;
  gboolean    is_found;
} headers[] = {
  { "Subject", "lunch today", TRUE },
  { "SUBJECT", "\344\270\255", TRUE },
  { "Subject", "one", FALSE },
  { "Subject", "subject", FALSE },
  { "Subj", "lunch", FALSE },
  { "ubject", "lunch", FALSE },
  { "From", "J\303\234RGEN", TRUE },
  { "From", "j@EXAMPLE.org", TRUE },
  { "From", "lunch", FALSE },
  { "X-Two", "one", TRUE },
  { "X-Two", "two", TRUE },
  { "X-Two", "three", FALSE },
  { "X-Empty", "", TRUE },
  { "X-Empty", " ", FALSE },
  { "X-None", "", FALSE },
  { "X-In", "", FALSE }, /* of the message within */
  { "X-Hidden", "", FALSE },
  { "X-Break", "a x-hidden: b", TRUE },
  { "Content-Type", "multipart/mixed", TRUE },
  { "Content-Type", "text/plain", FALSE },
  { "", "", FALSE },
  { "X-Two:", "one", FALSE },
  { "Subject: Lunch", "today", FALSE },
  { "X-Two: one\nX-Two", "two", FALSE },
};

static void
test_header (void)
{
  g_autoptr (MailMessage) message = new_message (message_text);

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *needle = imap_collate (headers[i].needle);

      g_test_message ("%s: %s", headers[i].name, headers[i].needle);
      g_assert_cmpint (mail_message_has_in_header (message, headers[i].name, needle), ==,
                       headers[i].is_found);
    }
}

/* Raw text is looked at in blocks: what is across their edges is found, too. */
static void
test_long_text (void)
{
  static const gsize lengths[] = { 1, 2, 3, 7, 100, 4096, 5000, 20000 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *needle = g_strnfill (lengths[i], 'N');

      for (gsize offset = 16300; offset < 16500; offset += lengths[i] > 100 ? 37 : 1)
        {
          g_autofree char *before = g_strnfill (offset, 'x');
          g_autofree char *lower = g_strnfill (lengths[i], 'n');
          g_autofree char *text = g_strconcat ("\r\n", before, lower, "\r\n", NULL);
          g_autofree char *at_end = g_strconcat ("\r\n", before, lower, NULL);
          g_autofree char *less = g_strconcat ("\r\n", before, lower + 1, "\r\n", NULL);
          g_autoptr (MailMessage) has = new_message (text);
          g_autoptr (MailMessage) ends = new_message (at_end);
          g_autoptr (MailMessage) lacks = new_message (less);

          g_assert_true (mail_message_has_in_body (has, needle));
          g_assert_true (mail_message_has_in_body (ends, needle));
          g_assert_false (mail_message_has_in_body (lacks, needle));
        }
    }
}

/* What can be made again goes when there is no room, and is made again. */
static void
test_cache (void)
{
  g_autoptr (GPtrArray) messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_unref);
  g_autoptr (GString) text =
      g_string_new ("Content-Type: text/plain; charset=utf-8\r\n\r\n\303\274 ");
  gsize n_cached = mail_message_get_n_cached ();

  while (text->len < 1024 * 1024)
    g_string_append (text, "words and more words, ");
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (text->str, text->len);

      g_ptr_array_add (messages, mail_message_new (bytes));
    }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < messages->len; i++)
      {
        gsize       length;
        const char *body;

        g_assert_true (mail_message_has_in_body (messages->pdata[i], "MORE WORDS"));
        body = mail_message_get_body (messages->pdata[i], &length);
        g_assert_true (g_str_has_prefix (body, "(\"text\" \"plain\""));
        g_assert_cmpuint (mail_message_get_n_cached (), <=, MAIL_MESSAGE_CACHE_BYTES);
      }
  g_assert_cmpuint (mail_message_get_n_cached (), >, MAIL_MESSAGE_CACHE_BYTES / 2);
  g_ptr_array_set_size (messages, 0);
  g_assert_cmpuint (mail_message_get_n_cached (), ==, n_cached);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-message-search/text", test_text);
  g_test_add_func ("/mail-message-search/header", test_header);
  g_test_add_func ("/mail-message-search/long-text", test_long_text);
  g_test_add_func ("/mail-message-search/cache", test_cache);
  return g_test_run ();
}
