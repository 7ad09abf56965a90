/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-mbox.h>

#include <string.h>
#include <support/corpus.h>

#define SEPARATOR "From a@b.example Tue Nov 24 08:00:00 2026\n"
#define SEPARATOR_CRLF "From a@b.example Tue Nov 24 08:00:00 2026\r\n"
#define TIME_US (G_GINT64_CONSTANT (1795507200) * G_USEC_PER_SEC)

/* A file, and the messages in it as they are handed out, "|" after each. */
typedef struct
{
  const char    *name;
  const char    *file;
  ImfMboxVariant variant;
  const char    *messages;
} Reading;

static const Reading readings[] = {
  { "empty", "", IMF_MBOX_O, "" },
  { "one", SEPARATOR "A: b\n\nc\n\n", IMF_MBOX_O, "A: b\n\nc\n|" },
  { "two", SEPARATOR "A: b\n\nc\n\n" SEPARATOR "D: e\n\nf\n\n", IMF_MBOX_O,
    "A: b\n\nc\n|D: e\n\nf\n|" },
  { "crlf", SEPARATOR_CRLF "A: b\r\n\r\nc\r\n\r\n" SEPARATOR_CRLF "D: e\r\n\r\n", IMF_MBOX_O,
    "A: b\r\n\r\nc\r\n|D: e\r\n|" },
  { "mixed", SEPARATOR_CRLF "A: b\n\r\n" SEPARATOR "D: e\n\n", IMF_MBOX_O, "A: b\n|D: e\n|" },
  { "no-empty-line", SEPARATOR "A: b\n\nc\n" SEPARATOR "D: e\n\nf", IMF_MBOX_O,
    "A: b\n\nc\n|D: e\n\nf|" },
  { "several-empty-lines", SEPARATOR "A: b\n\nc\n\n\n\n" SEPARATOR "\n", IMF_MBOX_O,
    "A: b\n\nc\n\n\n||" },
  { "empty-messages", SEPARATOR SEPARATOR "\n\n" SEPARATOR, IMF_MBOX_O, "|\n||" },
  { "before-the-first", "x\n\n" SEPARATOR "A: b\n\n", IMF_MBOX_O, "A: b\n|" },
  { "no-message", "A: b\n\nFrom here\n", IMF_MBOX_O, "" },

  /* Lines that look like a separator */
  { "text", SEPARATOR
    "\nFrom here on\n\nFrom \n\nFrom a@b Tue\n\nFrom a b Tue Nov 24 08:00:00 2026\n",
    IMF_MBOX_O, "\nFrom here on\n\nFrom \n\nFrom a@b Tue\n\nFrom a b Tue Nov 24 08:00:00 2026\n|" },
  { "not-at-the-beginning", SEPARATOR "\n " SEPARATOR "x\r" SEPARATOR, IMF_MBOX_O,
    "\n " SEPARATOR "x\r" SEPARATOR "|" },
  { "other-case", SEPARATOR "\nFROM a@b Tue Nov 24 08:00:00 2026\n", IMF_MBOX_O,
    "\nFROM a@b Tue Nov 24 08:00:00 2026\n|" },
  { "date-and-more", SEPARATOR "\nFrom a@b Tue Nov 24 08:00:00 2026 it was\n", IMF_MBOX_O,
    "\nFrom a@b Tue Nov 24 08:00:00 2026 it was\n|" },
  { "control", SEPARATOR "\nFrom a\001b Tue Nov 24 08:00:00 2026\n", IMF_MBOX_O,
    "\nFrom a\001b Tue Nov 24 08:00:00 2026\n|" },
  { "open-quote", SEPARATOR "\nFrom \"a Tue Nov 24 08:00:00 2026\n", IMF_MBOX_O,
    "\nFrom \"a Tue Nov 24 08:00:00 2026\n|" },
  { "quoted-sender", "From \"a \\\" b\"@c Tue Nov  3 08:00:00 2026\nA: b\n",
    IMF_MBOX_O, "A: b\n|" },
  { "no-seconds", "From a  Tue Nov 3 08:00 2026\nA: b\n", IMF_MBOX_O, "A: b\n|" },
  { "zone", "From a Tue Nov 24 08:00:00 UTC 2026\nA\n\nFrom a Tue Nov 24 08:00:00 2026 +0100\nB\n",
    IMF_MBOX_O, "A\n|B\n|" },
  { "zone-odd", "From a Tue Nov 24 08:00:00 2026 +01\nA\n", IMF_MBOX_O, "" },
  { "uucp", "From a Tue Nov 24 08:00:00 2026 remote from host\nA: b\n", IMF_MBOX_O, "A: b\n|" },
  { "hidden-address", "From a at b.example  Tue Nov 24 08:00:00 2026\nA: b\n", IMF_MBOX_O,
    "A: b\n|" },

  /* Quoting */
  { "mboxo", SEPARATOR "\n>From a\n>from b\n> From c\nd >From e\n", IMF_MBOX_O,
    "\nFrom a\n>from b\n> From c\nd >From e\n|" },
  { "mboxrd", SEPARATOR "\n>From a\n>>From b\n>>>From c\n\n", IMF_MBOX_RD,
    "\nFrom a\n>From b\n>>From c\n|" },
  { "mboxrd-header", SEPARATOR ">From x\nA: b\n\n>>From\n\n>>From \n", IMF_MBOX_RD,
    "From x\nA: b\n\n>>From\n\n>From \n|" },

  /* Content-Length */
  { "mboxcl", SEPARATOR "Content-Length: 17\n\n>From a\n>>From b\n\n" SEPARATOR "A: b\n\n",
    IMF_MBOX_CL, "Content-Length: 17\n\nFrom a\n>>From b\n|A: b\n|" },
  { "mboxcl2-wrong", SEPARATOR "content-length:\t48 \n\n" SEPARATOR ">From a\n\n" SEPARATOR
    "A: b\n\n",
    IMF_MBOX_O, "content-length:\t48 \n|From a\n|A: b\n|" },
  { "mboxcl2", SEPARATOR "content-length:\t50 \n\n" SEPARATOR ">From a\n\n" SEPARATOR "A: b\n\n",
    IMF_MBOX_CL2, "content-length:\t50 \n\n" SEPARATOR ">From a\n|A: b\n|" },
  { "at-the-end", SEPARATOR "Content-Length: 42\n\n" SEPARATOR "\n", IMF_MBOX_CL2,
    "Content-Length: 42\n\n" SEPARATOR "|" },
  { "no-line-end", SEPARATOR "Content-Length: 1\n\nx\n\n" SEPARATOR "Content-Length: 1\n\ny",
    IMF_MBOX_CL, "Content-Length: 1\n\nx|Content-Length: 1\n\ny|" },
  { "body-empty", SEPARATOR "Content-Length: 0\n\n\n" SEPARATOR "A\n", IMF_MBOX_CL,
    "Content-Length: 0\n\n|A\n|" },
  { "too-little", SEPARATOR "Content-Length: 3\n\nabcdef\n\n" SEPARATOR "A\n", IMF_MBOX_O,
    "Content-Length: 3\n\nabcdef\n|A\n|" },
  { "too-much", SEPARATOR "Content-Length: 12\n\nabcdef\n\n" SEPARATOR "A\n", IMF_MBOX_O,
    "Content-Length: 12\n\nabcdef\n|A\n|" },
  { "beyond", SEPARATOR "Content-Length: 999999999999999999999\n\na\n\n" SEPARATOR "A\n",
    IMF_MBOX_O,
    "Content-Length: 999999999999999999999\n\na\n|A\n|" },
  { "no-number", SEPARATOR "Content-Length: -1\nContent-Length: 1x\nContent-Length:\n\na\n",
    IMF_MBOX_O, "Content-Length: -1\nContent-Length: 1x\nContent-Length:\n\na\n|" },
  { "the-last-counts", SEPARATOR "Content-Length: 2\nContent-Length: 42\n\n" SEPARATOR "\n",
    IMF_MBOX_CL2, "Content-Length: 2\nContent-Length: 42\n\n" SEPARATOR "|" },
  { "in-the-body", SEPARATOR "A: b\n\nContent-Length: 42\n\n" SEPARATOR "\n", IMF_MBOX_O,
    "A: b\n\nContent-Length: 42\n||" },
  { "not-the-message-before's", SEPARATOR "Content-Length: 42\n" SEPARATOR "\n" SEPARATOR,
    IMF_MBOX_O,
    "Content-Length: 42\n|||" },
};

/* Reads an exact-size copy of @data, which has to live as long as the result. */
static ImfMbox *
read_exactly (const char *data, gsize length, guint8 **out_copy)
{
  ImfMbox *mbox;
  gsize    end = 0;

  *out_copy = g_memdup2 (data, length);
  mbox = imf_mbox_new (*out_copy, length);
  for (guint i = 0; i < imf_mbox_get_n (mbox); i++)
    {
      const ImfMboxMessage *message = imf_mbox_get (mbox, i);

      g_assert_cmpuint (message->separator_offset, >=, end);
      g_assert_cmpuint (message->offset, >, message->separator_offset);
      end = message->offset + message->length;
      g_assert_cmpuint (end, <=, length);
    }
  return mbox;
}

static void
test_reading (gconstpointer data)
{
  const Reading *reading = data;
  g_autofree guint8 *copy = NULL;
  g_autoptr (ImfMbox) mbox = read_exactly (reading->file, strlen (reading->file), &copy);
  g_autoptr (GString) messages = g_string_new (NULL);

  for (guint i = 0; i < imf_mbox_get_n (mbox); i++)
    {
      g_autoptr (GBytes) message = imf_mbox_dup_message (mbox, i);

      g_string_append_len (messages, g_bytes_get_data (message, NULL),
                           (gssize) g_bytes_get_size (message));
      g_string_append_c (messages, '|');
    }
  g_assert_cmpstr (messages->str, ==, reading->messages);
  g_assert_cmpint (mbox->variant, ==, reading->variant);
  g_assert_cmpint (imf_mbox_is (copy, strlen (reading->file)), ==,
                   imf_mbox_get_n (mbox) > 0 && imf_mbox_get (mbox, 0)->separator_offset == 0);
}

/* What may be lost of a message on its way into a file and out again. */
enum
{
  KEPT_BY_RD = 1 << 0,
  KEPT_BY_O = 1 << 1,
  KEPT_BY_COUNTED = 1 << 2, /* mboxcl, but for the Content-Length added */
  KEPT_BY_CL2 = 1 << 3,
  KEPT = KEPT_BY_RD | KEPT_BY_O | KEPT_BY_COUNTED | KEPT_BY_CL2,
};

typedef struct
{
  const char *name;
  const char *message;
  guint       kept;
} Writing;

static const Writing writings[] = {
  { "plain", "A: b\n\nc\n", KEPT },
  { "crlf", "A: b\r\n\r\nc\r\n", KEPT },
  { "from", "A: b\n\nFrom here\n\nFrom a@b Tue Nov 24 08:00:00 2026\n", KEPT },
  { "quoted-from", "A: b\n\nFrom x\n>From here\n", KEPT_BY_RD | KEPT_BY_CL2 },
  { "quoted-twice", "A: b\n\nFrom x\n>From y\n>>From z\n", KEPT_BY_RD | KEPT_BY_CL2 },
  { "no-last-line-end", "A: b\n\nc", KEPT_BY_COUNTED | KEPT_BY_CL2 },
  { "no-body", "A: b\n\n", KEPT },
  { "empty-lines", "A: b\n\n\n\n\n", KEPT },
  { "from-in-header", "From a@b Tue Nov 24 08:00:00 2026\nA: b\n\nc\n",
    KEPT_BY_RD | KEPT_BY_O | KEPT_BY_COUNTED },
};

static const guint kept_by[] = { KEPT_BY_O, KEPT_BY_RD, KEPT_BY_COUNTED, KEPT_BY_CL2 };

/* The message without the Content-Length that the variant adds. */
static char *
without_content_length (GBytes *message)
{
  gsize            length;
  const char      *data = g_bytes_get_data (message, &length);
  g_autofree char *text = g_strndup (data, length);
  char            *field = strstr (text, "Content-Length: ");
  char            *end = field != NULL ? strchr (field, '\n') : NULL;

  if (end == NULL)
    return g_steal_pointer (&text);
  *field = '\0';
  return g_strconcat (text, end + 1, NULL);
}

static void
test_writing (gconstpointer data)
{
  const Writing *writing = data;
  g_autoptr (GBytes) message = g_bytes_new (writing->message, strlen (writing->message));
  g_autoptr (GBytes) other = g_bytes_new_static ("X: y\n\n>>From z\n", 15);

  for (guint variant = 0; variant < G_N_ELEMENTS (kept_by); variant++)
    {
      g_autoptr (GString) file = g_string_new (NULL);
      g_autofree guint8 *copy = NULL;
      g_autoptr (ImfMbox) mbox = NULL;

      g_test_message ("%s", imf_mbox_variant_get_name (variant));
      imf_mbox_append (file, variant, "a@b.example", TIME_US, message);
      /* Another message tells mboxrd and mboxo apart. */
      if (variant == IMF_MBOX_RD)
        imf_mbox_append (file, variant, NULL, TIME_US, other);
      imf_mbox_append (file, variant, "a@b.example", TIME_US, message);
      mbox = read_exactly (file->str, file->len, &copy);
      if ((writing->kept & kept_by[variant]) == 0)
        {
          /* It may have changed, but must have stayed one message; see imf_mbox_append(). */
          if (variant != IMF_MBOX_CL2)
            g_assert_cmpuint (imf_mbox_get_n (mbox), ==, variant == IMF_MBOX_RD ? 3 : 2);
          continue;
        }
      g_assert_cmpuint (imf_mbox_get_n (mbox), ==, variant == IMF_MBOX_RD ? 3 : 2);
      for (guint i = 0; i < imf_mbox_get_n (mbox); i += imf_mbox_get_n (mbox) - 1)
        {
          g_autoptr (GBytes) again = imf_mbox_dup_message (mbox, i);
          g_autofree char *text = without_content_length (again);

          g_assert_cmpstr (text, ==, writing->message);
        }
    }
}

/* Each variant writes the same message to these bytes. */
static void
test_bytes (void)
{
  static const char message[] = "A: b\n\nFrom c\n>From d\n";
  static const char *const expected[] = {
    SEPARATOR "A: b\n\n>From c\n>From d\n\n",
    SEPARATOR "A: b\n\n>From c\n>>From d\n\n",
    SEPARATOR "A: b\nContent-Length: 16\n\n>From c\n>From d\n\n",
    SEPARATOR "A: b\nContent-Length: 15\n\nFrom c\n>From d\n\n",
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static (message, sizeof message - 1);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GString) file = g_string_new (NULL);

      imf_mbox_append (file, i, "a@b.example", TIME_US, bytes);
      g_assert_cmpstr (file->str, ==, expected[i]);
    }
}

static void
test_senders (void)
{
  static const char *const senders[][2] = {
    { NULL, "MAILER-DAEMON" },
    { "", "MAILER-DAEMON" },
    { "a b", "MAILER-DAEMON" },
    { "a\nFrom b", "MAILER-DAEMON" },
    { "a\001b", "MAILER-DAEMON" },
    { "\"a b\"@c.example", "\"a b\"@c.example" },
    { "\"a", "MAILER-DAEMON" },
  };
  static const struct
  {
    gint64      seconds;
    const char *date;
  } dates[] = {
    { 0, "Thu Jan  1 00:00:00 1970" },
    { 1795507200, "Tue Nov 24 08:00:00 2026" },
    { -1, "Wed Dec 31 23:59:59 1969" },
    { G_MAXINT64 / G_USEC_PER_SEC, "Thu Jan  1 00:00:00 1970" },
  };
  g_autoptr (GBytes) message = g_bytes_new_static ("A: b\n", 5);

  g_test_summary ("Whoever the sender is, the separator is one; the date is told in UTC.");
  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    for (guint j = 0; j < G_N_ELEMENTS (dates); j++)
      {
        g_autoptr (GString) file = g_string_new (NULL);
        g_autofree char *expected = g_strdup_printf ("From %s %s\nA: b\n\n", senders[i][1],
                                                     dates[j].date);

        imf_mbox_append (file, IMF_MBOX_O, senders[i][0], dates[j].seconds * G_USEC_PER_SEC,
                         message);
        g_assert_cmpstr (file->str, ==, expected);
        g_assert_true (imf_mbox_is ((const guint8 *) file->str, file->len));
      }
}

static void
test_many (void)
{
  static const struct
  {
    const char *name;
    const char *piece;
    const char *tail;
  } cases[] = {
    { "plain", SEPARATOR "A: b\n\nc\n\n", "" },
    { "header-only", SEPARATOR "A: b\n", "" },
    { "counted", SEPARATOR "Content-Length: 2\n\nc\n\n", "" },
    { "no-line-ends", "From From ", "" },
  };

  g_test_summary ("100,000 messages, and lines that could be, are read in one pass.");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) file = g_string_new (NULL);
      g_autoptr (ImfMbox) mbox = NULL;

      for (guint j = 0; j < 100000; j++)
        g_string_append (file, cases[i].piece);
      mbox = imf_mbox_new ((const guint8 *) file->str, file->len);
      g_assert_cmpuint (imf_mbox_get_n (mbox), ==, i < 3 ? 100000 : 0);
    }
}

/* Every message counts up to one long line that only begins as a separator does. */
static void
test_long_line (void)
{
  g_autoptr (GString) file = g_string_new (NULL);
  g_autoptr (ImfMbox) mbox = NULL;
  const gsize n_messages = 50000;
  gsize       piece = strlen (SEPARATOR) + strlen ("Content-Length: 00000000\n\n\n");

  for (gsize i = 0; i < n_messages; i++)
    g_string_append_printf (file, SEPARATOR "Content-Length: %08" G_GSIZE_FORMAT "\n\n\n",
                            (n_messages - i - 1) * piece + 1);
  g_string_append (file, "From ");
  for (guint i = 0; i < 50 * 1000 * 1000; i++)
    g_string_append_c (file, 'x');
  mbox = imf_mbox_new ((const guint8 *) file->str, file->len);
  g_assert_cmpuint (imf_mbox_get_n (mbox), ==, n_messages);
}

/* Every message of the corpus through a file, and out again. */
static void
check_message (const char *name, const guint8 *data, gsize length, gpointer user_data)
{
  g_autofree guint8 *copy = NULL;
  g_autoptr (GString) file = g_string_new (SEPARATOR "\n>>From x\n\n");
  g_autoptr (GBytes) message = g_bytes_new (data, length);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (ImfMbox) mbox = NULL;

  if (length == 0 || data[length - 1] != '\n')
    return;
  imf_mbox_append (file, IMF_MBOX_RD, NULL, TIME_US, message);
  mbox = read_exactly (file->str, file->len, &copy);
  g_assert_cmpuint (imf_mbox_get_n (mbox), ==, 2);
  again = imf_mbox_dup_message (mbox, 1);
  if (!g_bytes_equal (message, again))
    g_error ("%s has changed", name);
}

static void
test_corpus (void)
{
  corpus_foreach (check_message, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/imf-mbox/reading/%s", readings[i].name);

      g_test_add_data_func (path, &readings[i], test_reading);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (writings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/imf-mbox/writing/%s", writings[i].name);

      g_test_add_data_func (path, &writings[i], test_writing);
    }
  g_test_add_func ("/imf-mbox/bytes", test_bytes);
  g_test_add_func ("/imf-mbox/senders", test_senders);
  g_test_add_func ("/imf-mbox/many", test_many);
  g_test_add_func ("/imf-mbox/long-line", test_long_line);
  g_test_add_func ("/imf-mbox/corpus", test_corpus);
  return g_test_run ();
}
