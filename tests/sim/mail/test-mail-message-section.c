/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <imap/imap-scan.h>
#include <mail/mail-message.h>

/* What IMAP fetches of a message: sections (RFC 9051 section 6.4.5.1), decoded parts (RFC 3516),
 * the preview (RFC 8970). */

static MailMessage *
new_message (const char *text)
{
  /* Not NUL-terminated, so that a look past its end shows. */
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return mail_message_new (bytes);
}

static void
section_init (ImapSection *section, const char *text)
{
  g_autofree char *brackets = g_strconcat ("[", text, "]", NULL);
  WireScan         wire;
  ImapScan         scan = { .scan = &wire };

  *section = (ImapSection){ 0 };
  wire_scan_init (&wire, (const guint8 *) brackets, strlen (brackets), NULL);
  g_assert_true (imap_scan_section (&scan, FALSE, section));
  g_assert_true (wire_scan_at_end (&wire));
}

/* Returns: (transfer full) (nullable): BODY[@text] */
static char *
dup_section (MailMessage *message, const char *text)
{
  g_autoptr (GBytes) bytes = NULL;
  ImapSection section;

  section_init (&section, text);
  bytes = mail_message_dup_section (message, &section);
  imap_section_clear (&section);
  if (bytes == NULL)
    return NULL;
  return g_bytes_get_size (bytes) > 0
             ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
             : g_strdup ("");
}

typedef struct
{
  const char *section, *octets; /* octets NULL: NIL */
} Row;

static void
check_rows (const char *text, const Row *rows, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    {
      /* A tree that is there already makes no difference. */
      g_autoptr (MailMessage) cold = new_message (text);
      g_autoptr (MailMessage) warm = new_message (text);
      g_autofree char *first = dup_section (cold, rows[i].section);
      g_autofree char *preview = mail_message_dup_preview (warm);
      g_autofree char *second = dup_section (warm, rows[i].section);

      g_test_message ("%s", rows[i].section);
      g_assert_nonnull (preview);
      g_assert_cmpstr (first, ==, rows[i].octets);
      g_assert_cmpstr (second, ==, rows[i].octets);
    }
}

/* The example of RFC 9051 section 6.4.5.1 */

#define INNER_3                                                                                    \
  "--b3\r\nContent-Type: text/plain\r\n\r\nthree one\r\n"                                          \
  "--b3\r\nContent-Type: application/octet-stream\r\n\r\nthree two\r\n--b3--\r\n"
#define HEADER_3                                                                                   \
  "From: c@example.org\r\nSubject: third\r\n"                                                      \
  "Content-Type: multipart/mixed; boundary=b3\r\n\r\n"
#define PART_4221 "Content-Type: text/plain\r\n\r\nplain\r\n"
#define PART_4222 "Content-Type: text/richtext\r\n\r\n<bold>rich</bold>\r\n"
#define PART_422                                                                                   \
  "--b422\r\n" PART_4221 "--b422\r\n" PART_4222 "--b422--"
#define HEADER_42                                                                                  \
  "From: d@example.org\r\nContent-Type: multipart/mixed; boundary=b42\r\n\r\n"
#define INNER_42                                                                                   \
  "--b42\r\nContent-Type: text/plain\r\n\r\nfour two one\r\n"                                      \
  "--b42\r\nContent-Type: multipart/alternative; boundary=b422\r\n\r\n" PART_422                   \
  "\r\n--b42--"
#define MIME_41                                                                                    \
  "Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\n"
#define PART_4                                                                                     \
  "--b4\r\n" MIME_41 "R0lG\r\n"                                                                    \
  "--b4\r\nContent-Type: message/rfc822\r\n\r\n" HEADER_42 INNER_42 "\r\n--b4--"
#define HEADER                                                                                     \
  "From: a@example.org\r\nTo: b@example.org\r\nSubject: all\r\n of it\r\n"                         \
  "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
#define TEXT                                                                                       \
  "preamble\r\n--b0\r\n\r\none\r\n"                                                                \
  "--b0\r\nContent-Type: application/octet-stream\r\nX-Two: 2\r\n\r\ntwo\r\n"                      \
  "--b0\r\nContent-Type: message/rfc822\r\n\r\n" HEADER_3 INNER_3                                  \
  "\r\n--b0\r\nContent-Type: multipart/mixed; boundary=b4\r\n\r\n" PART_4                          \
  "\r\n--b0--\r\nepilogue\r\n"

static const Row rows[] = {
  { "", HEADER TEXT },
  { "HEADER", HEADER },
  { "TEXT", TEXT },
  { "1", "one" },
  { "1.MIME", "\r\n" },
  { "2", "two" },
  { "2.MIME", "Content-Type: application/octet-stream\r\nX-Two: 2\r\n\r\n" },
  { "3", HEADER_3 INNER_3 },
  { "3.MIME", "Content-Type: message/rfc822\r\n\r\n" },
  { "3.HEADER", HEADER_3 },
  { "3.HEADER.FIELDS (SUBJECT)", "Subject: third\r\n\r\n" },
  { "3.HEADER.FIELDS.NOT (subject from)",
    "Content-Type: multipart/mixed; boundary=b3\r\n\r\n" },
  { "3.TEXT", INNER_3 },
  { "3.1", "three one" },
  { "3.2", "three two" },
  { "4", PART_4 },
  { "4.1", "R0lG" },
  { "4.1.MIME", MIME_41 },
  { "4.2", HEADER_42 INNER_42 },
  { "4.2.HEADER", HEADER_42 },
  { "4.2.TEXT", INNER_42 },
  { "4.2.1", "four two one" },
  { "4.2.2", PART_422 },
  { "4.2.2.1", "plain" },
  { "4.2.2.2", "<bold>rich</bold>" },
  /* Fields */
  { "HEADER.FIELDS (to SUBJECT)", "To: b@example.org\r\nSubject: all\r\n of it\r\n\r\n" },
  { "HEADER.FIELDS (X-None)", "\r\n" },
  { "HEADER.FIELDS.NOT (From Content-Type MIME-Version)",
    "To: b@example.org\r\nSubject: all\r\n of it\r\n\r\n" },
  { "HEADER.FIELDS (Sub)", "\r\n" },
  /* What is not there */
  { "5", NULL },
  { "1.1", NULL },
  { "1.HEADER", NULL },
  { "1.TEXT", NULL },
  { "2.1", NULL },
  { "3.3", NULL },
  { "3.1.1", NULL },
  { "4.HEADER", NULL },
  { "4.TEXT", NULL },
  { "4.2.2.3", NULL },
  { "4.2.2.2.1", NULL },
  { "4294967295", NULL },
};

static void
test_example (void)
{
  check_rows (HEADER TEXT, rows, G_N_ELEMENTS (rows));
}

static const struct
{
  const char *message;
  Row         rows[9];
} others[] = {
  { "Subject: x\r\n\r\nbody\r\n",
    { { "1", "body\r\n" }, { "1.MIME", "Subject: x\r\n\r\n" }, { "TEXT", "body\r\n" },
      { "2", NULL }, { "1.1", NULL }, { "1.TEXT", NULL }, { "1.HEADER", NULL } } },
  /* A message that is a message: its body has the parts (BODYSTRUCTURE's part 1 is that) */
  { "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninside\r\n",
    { { "TEXT", "Subject: in\r\n\r\ninside\r\n" }, { "1", "Subject: in\r\n\r\ninside\r\n" },
      { "1.MIME", "Content-Type: message/rfc822\r\n\r\n" }, { "1.HEADER", "Subject: in\r\n\r\n" },
      { "1.TEXT", "inside\r\n" }, { "1.1", "inside\r\n" }, { "1.1.MIME", "Subject: in\r\n\r\n" },
      { "1.2", NULL }, { "1.1.1", NULL } } },
  /* Bare LFs have got their CR */
  { "Subject: x\n\nbody\n", { { "", "Subject: x\r\n\r\nbody\r\n" }, { "1", "body\r\n" } } },
  /* No body, no empty line */
  { "Subject: x\r\n",
    { { "HEADER", "Subject: x\r\n" }, { "TEXT", "" }, { "HEADER.FIELDS (From)", "" },
      { "1", "" }, { "HEADER.FIELDS (Subject)", "Subject: x\r\n" } } },
  { "Subject: x", { { "HEADER", "Subject: x" }, { "TEXT", "" } } },
  { "", { { "HEADER", "" }, { "TEXT", "" }, { "", "" }, { "1", "" } } },
  /* A body that begins without an empty line */
  { "no header\r\n",
    { { "HEADER", "\r\n" }, { "TEXT", "no header\r\n" }, { "HEADER.FIELDS.NOT (x)", "\r\n" } } },
  /* A multipart without parts: the one that BODYSTRUCTURE makes up */
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing\r\n",
    { { "1", "" }, { "1.MIME", "" }, { "1.TEXT", NULL }, { "1.1", NULL }, { "2", NULL },
      { "TEXT", "nothing\r\n" } } },
  /* A message that can't be one, being encoded */
  { "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA==\r\n",
    { { "1", "U3ViamVjdDogeA==\r\n" }, { "1.1", "" }, { "1.2", NULL }, { "1.HEADER", NULL } } },
};

static void
test_others (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      gsize n = 0;

      while (n < G_N_ELEMENTS (others[i].rows) && others[i].rows[n].section != NULL)
        n++;
      check_rows (others[i].message, others[i].rows, n);
    }
}

static void
test_slices (void)
{
  g_autoptr (MailMessage) message = new_message (HEADER TEXT);
  const char *wire = g_bytes_get_data (mail_message_get_wire (message), NULL);
  static const struct
  {
    const char *section;
    gsize       offset;
  } slices[] = { { "", 0 }, { "HEADER", 0 }, { "TEXT", sizeof HEADER - 1 },
                 { "1", sizeof HEADER - 1 + strlen ("preamble\r\n--b0\r\n\r\n") } };

  g_test_summary ("What is together in the message is not copied.");
  for (gsize i = 0; i < G_N_ELEMENTS (slices); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      ImapSection section;

      section_init (&section, slices[i].section);
      bytes = mail_message_dup_section (message, &section);
      g_assert_true (g_bytes_get_data (bytes, NULL) == (gconstpointer) (wire + slices[i].offset));
      imap_section_clear (&section);
    }
}

static void
test_slice_outlives_message (void)
{
  MailMessage *message = new_message (HEADER TEXT);
  g_autoptr (GBytes) bytes = NULL;
  ImapSection section;

  section_init (&section, "2");
  bytes = mail_message_dup_section (message, &section);
  imap_section_clear (&section);
  mail_message_unref (message);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "two", 3);
}

/* Transfer encodings undone */

#define PART(type, encoding, body)                                                                 \
  "--b\r\nContent-Type: " type "\r\nContent-Transfer-Encoding: " encoding "\r\n\r\n" body "\r\n"

static const char binary_message[] =
  "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
  PART ("text/plain", "quoted-printable", "a=3Db =\r\nc\r\nd")
  PART ("text/plain", "base64", "YQpiDQpj")               /* a LF b CRLF c */
  PART ("application/x", "base64", "YQpiDQoA")            /* a LF b CRLF NUL */
  PART ("text/plain; charset=UTF-16BE", "base64", "AGEACg==")
  PART ("application/x", "x-unheard-of", "??")
  PART ("text/plain", "8bit", "\303\251")
  PART ("text/plain", "base64", "%%%")
  PART ("multipart/mixed; boundary=c", "7bit", "--c\r\n\r\nx\r\n--c--")
  PART ("message/rfc822", "7bit", "Subject: x\r\n\r\ny")
  "--b--\r\n";

static const struct
{
  const char *section;
  MailBinary  result;
  const char *octets;
  gsize       length;
} binaries[] = {
  { "1", MAIL_BINARY_OK, "a=b c\r\nd", 8 },
  { "2", MAIL_BINARY_OK, "a\r\nb\r\nc", 7 },
  { "3", MAIL_BINARY_OK, "a\nb\r\n\0", 6 },
  { "4", MAIL_BINARY_OK, "\0a\0\n", 4 },
  { "5", MAIL_BINARY_UNKNOWN_CTE, NULL, 0 },
  { "6", MAIL_BINARY_OK, "\303\251", 2 },
  { "7", MAIL_BINARY_OK, "", 0 },
  { "8", MAIL_BINARY_OK, "--c\r\n\r\nx\r\n--c--", 15 },
  { "8.1", MAIL_BINARY_OK, "x", 1 },
  { "9", MAIL_BINARY_OK, "Subject: x\r\n\r\ny", 15 },
  { "9.1", MAIL_BINARY_OK, "y", 1 },
  { "10", MAIL_BINARY_NO_PART, NULL, 0 },
  { "", MAIL_BINARY_OK, binary_message, sizeof binary_message - 1 },
};

static void
test_binary (void)
{
  g_autoptr (MailMessage) message = new_message (binary_message);

  for (gsize i = 0; i < G_N_ELEMENTS (binaries); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      ImapSection section;

      g_test_message ("%s", binaries[i].section);
      section_init (&section, binaries[i].section);
      g_assert_cmpint (mail_message_dup_binary (message, &section, &bytes), ==,
                       binaries[i].result);
      imap_section_clear (&section);
      g_assert_cmpint (bytes != NULL, ==, binaries[i].octets != NULL);
      if (bytes != NULL)
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                         binaries[i].octets, binaries[i].length);
    }
}

/* Previews */

#define TEN "123456789 "
#define FIFTY TEN TEN TEN TEN TEN
#define UMLAUTS "\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274\303\274"

static const struct
{
  const char *message, *preview;
} previews[] = {
  { "\r\nHello  there,\r\n\r\n\tyou.\r\n", "Hello there, you." },
  { "\r\n", "" },
  { "Content-Type: image/gif\r\n\r\nR0lG", "" },
  { "Content-Type: text/html\r\n\r\n<style>p { x: y }</style><p>Hello <b>you</b>&amp;me</p>",
    "Hello you&me" },
  { "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--b\r\n\r\nplain\r\n--b--",
    "plain" },
  /* Words are only in the other one */
  { "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    "--b\r\n\r\n  \r\n--b\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--b--",
    "html" },
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Disposition: attachment\r\n\r\nfile\r\n--b\r\n\r\ntext\r\n--b--",
    "text" },
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\n\r\nforwarded\r\n--b--",
    "" },
  { "Content-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe=00x",
    "Gr\303\274\303\237e x" },
  { "Content-Type: text/plain; charset=utf-8\r\n\r\n\303\274\377\357\273\277x\033[1m",
    "\303\274\357\277\275x [1m" },
  { "\r\n\303\274", "\303\274" },
  { "\r\n\374", "\357\277\275" },
  { "\r\n" FIFTY FIFTY FIFTY FIFTY FIFTY,
    FIFTY FIFTY FIFTY TEN TEN TEN TEN "123456789" },
  { "\r\n" FIFTY FIFTY FIFTY TEN TEN TEN TEN "1234567890123",
    FIFTY FIFTY FIFTY TEN TEN TEN TEN "1234567890" },
  { "Content-Type: text/plain; charset=utf-8\r\n\r\n" UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS
    UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS
    UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS,
    UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS
    UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS UMLAUTS },
};

static void
test_preview (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (previews); i++)
    {
      g_autoptr (MailMessage) message = new_message (previews[i].message);
      g_autofree char *preview = mail_message_dup_preview (message);

      g_assert_cmpstr (preview, ==, previews[i].preview);
      g_assert_cmpint (g_utf8_strlen (preview, -1), <=, 200);
    }
}

static void
test_preview_of_much (void)
{
  g_autoptr (GString) text = g_string_new ("Content-Type: text/plain; charset=utf-8\r\n\r\n ");
  g_autoptr (MailMessage) message = NULL;
  g_autofree char *preview = NULL;

  g_test_summary ("A character that is cut where the look ends does no harm.");
  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "\303\274");
  message = new_message (text->str);
  preview = mail_message_dup_preview (message);
  g_assert_cmpint (g_utf8_strlen (preview, -1), ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-message-section/example", test_example);
  g_test_add_func ("/mail-message-section/others", test_others);
  g_test_add_func ("/mail-message-section/slices", test_slices);
  g_test_add_func ("/mail-message-section/slice-outlives-message", test_slice_outlives_message);
  g_test_add_func ("/mail-message-section/binary", test_binary);
  g_test_add_func ("/mail-message-section/preview", test_preview);
  g_test_add_func ("/mail-message-section/preview-of-much", test_preview_of_much);
  return g_test_run ();
}
