/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-message.h>
#include <mime/mime-words.h>

#include <string.h>

/* What each message is made of: a head, then a piece again and again, then a tail; "#" in a piece
 * is how many went before. Each is read with n pieces and with twice as many: what is made of
 * it may at most double, and quadratic time would not pass the test's own limit. */
typedef struct
{
  const char *name;
  const char *head;
  const char *piece;
  const char *tail;
  guint       n;
  guint       n_parts; /* with n pieces */
  guint       flags;   /* MimePartFlags of all parts, with n pieces */
  const char *limit;   /* (nullable): the deviation that says so of twice as many */
  gboolean    is_falling; /* "#" counts down */
} Case;

#define NO_CHILDREN (MIME_PART_BOUNDARY_UNSEEN | MIME_PART_UNCLOSED)
#define MULTIPART "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define TWO_LEVELS MULTIPART "--b\r\nContent-Type: multipart/mixed; boundary=bc\r\n\r\n"
#define LONG_BOUNDARY "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define TEXT "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "

static const Case cases[] = {
  { "fields", "", "X: y\r\n", "\r\nz", 10000, 1, 0, "header_limit" },
  { "fields-empty", "", ":\r\n", "\r\nz", 100000, 1, 0 },
  { "fields-of-mime", "", "Content-Type: multipart/mixed; boundary=#\r\n", "\r\nz", 5000, 1,
    NO_CHILDREN },
  { "header-line", "Subject: ", "a", "\r\n\r\nz", 1024 * 1024 - 20, 1, 0,
    "header_limit" },
  { "depth-of-multiparts", "", "Content-Type: multipart/mixed; boundary=b#x\r\n\r\n--b#x\r\n",
    "", 10000, MIME_DEPTH_MAX + 1, MIME_PART_DEPTH_LIMIT | MIME_PART_UNCLOSED,
    "depth_limit" },
  { "depth-of-messages", "", "Content-Type: message/rfc822\r\n\r\n", "", 10000,
    MIME_DEPTH_MAX + 1, MIME_PART_DEPTH_LIMIT, "depth_limit" },
  { "parts", MULTIPART, "--b\r\n\r\nx\r\n", "--b--\r\n", 100000, MIME_PARTS_MAX,
    MIME_PART_PARTS_LIMIT, "parts_limit" },
  { "parts-below-the-limit", MULTIPART, "--b\r\n\r\nx\r\n", "--b--\r\n", 4999, 5000, 0 },
  { "parts-without-anything", MULTIPART, "--b\n", "", 100000, MIME_PARTS_MAX,
    MIME_PART_PARTS_LIMIT, "parts_limit" },
  { "multiparts-in-a-row", MULTIPART,
    "--b\r\nContent-Type: multipart/mixed; boundary=c#x\r\n\r\n--c#x\r\n", "", 2000, 4001,
    MIME_PART_UNCLOSED },
  { "boundaries-alternating", TWO_LEVELS, "--b\r\n--bc\r\n", "", 1000, 2002,
    NO_CHILDREN },
  { "boundaries-closing", TWO_LEVELS, "--bc--\r\n--b--\r\n", "", 50000, 2,
    MIME_PART_BOUNDARY_UNSEEN },
  { "boundary-prefixes", "Content-Type: multipart/mixed; boundary=" LONG_BOUNDARY "\r\n\r\n",
    "--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n", "", 10000, 1,
    NO_CHILDREN },
  { "boundary-and-more", MULTIPART, "--bbbb\r\n", "", 4999, 5000, MIME_PART_UNCLOSED },
  { "hyphens", MULTIPART, "-", "", 500000, 1, NO_CHILDREN },
  { "hyphen-lines", MULTIPART, "--\r\n", "", 200000, 1, NO_CHILDREN },
  { "boundary-line-long", MULTIPART "--b", " ", "\r\n\r\nx\r\n--b--\r\n", 500000, 2, 0 },

  { "folding", "Content-Type: text/plain;", "\r\n ", "charset=utf-8\r\n\r\nz", 100000, 1, 0 },
  { "folding-everywhere", "Content-Type: text/plain", ";\r\n a\r\n =\r\n b", "\r\n\r\nz", 20000,
    1, 0 },
  { "comments-open", "Content-Type: text/plain ", "(", "\r\n\r\nz", 200000, 1, 0 },
  { "comments-nested", "Content-Type: text/plain ", "((()))", "; a=b\r\n\r\nz", 50000, 1, 0 },
  { "comments-between", "Content-Type: text/plain", ";()a()=()b()", "\r\n\r\nz", 20000, 1, 0 },
  { "comments-in-encoding", "Content-Transfer-Encoding: ", "()", "base64\r\n\r\nz", 100000, 1, 0 },
  { "parameters", "Content-Type: text/plain", "; a#=b", "\r\n\r\nz", 20000, 1, 0 },
  { "parameters-of-one-name", "Content-Type: text/plain", "; name=b", "\r\n\r\nz", 20000, 1, 0 },
  { "parameters-empty", "Content-Type: text/plain", ";", "\r\n\r\nz", 200000, 1, 0 },
  { "parameters-open-quotes", "Content-Type: text/plain", "; a=\"", "\r\n\r\nz", 50000, 1, 0 },
  { "parameters-quoted-pairs", "Content-Type: text/plain; name=\"", "\\\"", "\r\n\r\nz", 100000, 1,
    0 },
  { "disposition-parameters", "Content-Disposition: attachment", "; filename=b", "\r\n\r\nz",
    20000, 1, 0 },
  { "continuations", "Content-Type: text/plain", "; name*#=x", "\r\n\r\nz", 30000, 1, 0 },
  { "continuations-falling", "Content-Type: text/plain", "; name*#=x", "\r\n\r\nz", 30000, 1, 0,
    NULL, TRUE },
  { "continuations-past-the-header", "Content-Type: text/plain", "; name*#=x", "\r\n\r\nz",
    100000, 1, MIME_PART_HEADER_LIMIT, "header_limit" },
  { "continuations-of-one-number", "Content-Type: text/plain", "; name*0=x", "\r\n\r\nz", 30000, 1,
    0 },
  { "continuations-encoded", "Content-Type: text/plain; name*0*=utf-8''", "; name*#*=%C3%BC",
    "\r\n\r\nz", 20000, 1, 0 },
  { "continuations-long-numbers", "Content-Type: text/plain",
    "; name*99999999999999999999999#=x", "\r\n\r\nz", 10000, 1, 0 },
  { "encoded-words", "Subject: ", "=?utf-8?q?a?= ", "\r\n\r\nz", 30000, 1, 0 },
  { "encoded-words-joined", "Subject: ", "=?utf-8?b?YQ==?=", "\r\n\r\nz", 30000, 1, 0 },
  { "encoded-words-begun", "Subject: ", "=?", "\r\n\r\nz", 200000, 1, 0 },
  { "encoded-words-open", "Subject: ", "=?a?q?", "\r\n\r\nz", 50000, 1, 0 },
  { "encoded-words-in-phrase", "From: ", "=?utf-8?q?a?= ", "<a@b>\r\n\r\nz", 20000, 1, 0 },
  { "encoded-words-of-two-charsets", "Subject: ", "=?utf-8?q?a?= =?iso-8859-1?q?=FC?= ",
    "\r\n\r\nz", 15000, 1, 0 },
  { "encoded-words-in-parameter", "Content-Type: text/plain; name=\"", "=?utf-8?q?a?= ",
    "\"\r\n\r\nz", 30000, 1, 0 },

  { "quoted-printable-equals", TEXT "quoted-printable\r\n\r\n", "=", "", 200000, 1, 0 },
  { "quoted-printable-spaces", TEXT "quoted-printable\r\n\r\n", " ", "", 500000, 1, 0 },
  { "quoted-printable-spaces-cut", TEXT "quoted-printable\r\n\r\n", " = ", "", 200000, 1, 0 },
  { "quoted-printable-soft", TEXT "quoted-printable\r\n\r\n", "=\r\n", "", 100000, 1, 0 },
  { "base64-equals", TEXT "base64\r\n\r\n", "=", "", 500000, 1, 0 },
  { "base64-nothing", TEXT "base64\r\n\r\n", "\r\n", "", 200000, 1, 0 },
  { "base64-junk", TEXT "base64\r\n\r\n", "!\"", "", 100000, 1, 0 },
  { "uuencode-lines", TEXT "x-uuencode\r\n\r\nbegin 644 a\r\n", "M\r\n", "", 100000, 1, 0 },
  { "uuencode-begins", TEXT "x-uuencode\r\n\r\n", "begin 644 a\r\n", "", 30000, 1, 0 },
  { "flowed", "Content-Type: text/plain; format=flowed\r\n\r\n", "> \r\n", "", 50000, 1, 0 },
  { "flowed-quotes", "Content-Type: text/plain; format=flowed\r\n\r\n", ">", "", 500000, 1, 0 },
  { "not-utf-8", TEXT "8bit\r\n\r\n", "\377", "", 500000, 1, 0 },
  { "utf-8-begun", TEXT "8bit\r\n\r\n", "\360\237", "", 200000, 1, 0 },
  { "line-ends", MULTIPART, "\n", "", 300000, 1, NO_CHILDREN },
  { "carriage-returns", MULTIPART, "\r", "", 300000, 1, NO_CHILDREN },
};

/* What was made of a message, in numbers that may not grow faster than it. */
typedef struct
{
  gsize n_spans, n_deviations, n_parts, n_fields, n_parameters, n_out;
  guint flags;
  gboolean is_limited; /* the deviation was found that the case names */
} Count;

static void
append_piece (GString *message, const char *piece, guint number)
{
  for (; *piece != '\0'; piece++)
    if (*piece == '#')
      g_string_append_printf (message, "%u", number);
    else
      g_string_append_c (message, *piece);
}

/* Returns: (transfer full): in memory of just its size. */
static guint8 *
make_message (const Case *test, guint n, gsize *out_length)
{
  g_autoptr (GString) message = g_string_new (test->head);

  for (guint i = 0; i < n; i++)
    append_piece (message, test->piece, test->is_falling ? n - 1 - i : i);
  g_string_append (message, test->tail);
  *out_length = message->len;
  return g_memdup2 (message->str, message->len);
}

/* What every tree promises. */
static void
check_part (const MimeTree *tree, guint i)
{
  const MimePart *part = mime_tree_get_part (tree, i);
  gsize           length, end = part->body_offset + part->body_length;

  mime_tree_get_data (tree, &length);
  g_assert_cmpuint (part->header_offset + part->header_length, <=, part->body_offset);
  g_assert_cmpuint (end, <=, length);
  g_assert_cmpuint (part->depth, <=, MIME_DEPTH_MAX);
  g_assert_cmpuint (part->n_fields, <=, IMF_FIELDS_MAX);
  g_assert_cmpuint (part->header_length, <=, IMF_HEADER_BYTES_MAX);
  if (part->parent != MIME_NO_PART)
    {
      const MimePart *parent = mime_tree_get_part (tree, part->parent);

      g_assert_cmpuint (part->parent, <, i);
      g_assert_cmpuint (part->depth, ==, parent->depth + 1);
      g_assert_cmpuint (part->header_offset, >=, parent->body_offset);
      g_assert_cmpuint (end, <=, parent->body_offset + parent->body_length);
    }
}

static void
on_piece (const guint8 *data, gsize length, gpointer n_out)
{
  *(gsize *) n_out += length;
}

static void
count_part (const MimeTree *tree, guint i, MimeCharsets *charsets, Count *count)
{
  const MimePart  *part = mime_tree_get_part (tree, i);
  g_autofree char *filename = mime_tree_dup_filename (tree, part, charsets);
  g_autofree char *number = mime_tree_dup_number (tree, i);
  MimeDecoding     decoding;

  g_assert_cmpuint (strlen (number), <=, 6 * (part->depth + 1));
  count->flags |= part->flags;
  count->n_fields += part->n_fields;
  count->n_parameters += part->n_parameters + part->n_disposition_parameters;
  if (filename != NULL)
    count->n_out += strlen (filename);
  if (part->kind != MIME_PART_LEAF)
    return;
  mime_tree_count_lines (tree, part);
  mime_tree_decode_part (tree, part, charsets, on_piece, &count->n_out, &decoding);
  g_assert_cmpuint (decoding.n_bytes, <=, part->body_length);
}

static gboolean
has_deviation (const WireSpans *spans, const char *name)
{
  for (guint i = 0; name != NULL && i < wire_spans_get_n_deviations (spans); i++)
    if (g_str_equal (wire_spans_get_deviation (spans, i).deviation->name, name))
      return TRUE;
  return FALSE;
}

static Count
count_message (const guint8 *data, gsize length, const char *limit)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (MimeTree) tree = mime_tree_new (data, length);
  g_autoptr (WireSpans) spans = wire_annotate (&mime_grammar_message, data, length);
  g_autofree char *problem = wire_spans_check (spans);
  g_autofree char *words = NULL;
  Count            count = { 0 };
  ImfHeader        header = { .data = data, .length = length };

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_null (spans->expected);
  g_assert_true (wire_matches (&mime_grammar_message, data, length));
  count.n_spans = wire_spans_get_n (spans);
  count.n_deviations = wire_spans_get_n_deviations (spans);
  count.is_limited = has_deviation (spans, limit);
  count.n_parts = mime_tree_get_n_parts (tree);
  for (guint i = 0; i < count.n_parts; i++)
    {
      check_part (tree, i);
      count_part (tree, i, charsets, &count);
    }
  if (mime_tree_get_part (tree, 0)->n_fields > 0)
    {
      const ImfField  *field = mime_tree_get_field (tree, 0);
      g_autofree char *value = imf_header_dup_value (&header, field);

      words = mime_words_decode (charsets, data + field->value_offset, field->value_length);
      count.n_out += strlen (words) + strlen (value);
    }
  return count;
}

/* @times: how much longer the larger message is */
static void
check_growth (const char *what, double times, gsize small, gsize large)
{
  if ((double) large > 1.1 * times * (double) small + 100)
    g_error ("%s: %" G_GSIZE_FORMAT " became %" G_GSIZE_FORMAT, what, small, large);
}

static void
test_growth (gconstpointer data)
{
  const Case        *test = data;
  gsize              small_length, large_length;
  g_autofree guint8 *small = make_message (test, test->n, &small_length);
  g_autofree guint8 *large = make_message (test, 2 * test->n, &large_length);
  Count              count = count_message (small, small_length, test->limit);
  Count              grown = count_message (large, large_length, test->limit);
  double             times = (double) large_length / (double) small_length;

  g_assert_cmpuint (count.n_parts, ==, test->n_parts);
  g_assert_cmphex (count.flags, ==, test->flags);
  g_assert_cmpint (grown.is_limited, ==, test->limit != NULL);
  check_growth ("spans", times, count.n_spans, grown.n_spans);
  check_growth ("deviations", times, count.n_deviations, grown.n_deviations);
  check_growth ("parts", times, count.n_parts, grown.n_parts);
  check_growth ("fields", times, count.n_fields, grown.n_fields);
  check_growth ("parameters", times, count.n_parameters, grown.n_parameters);
  g_assert_cmpuint (grown.n_spans, <=, 100 + 2 * large_length);
  g_assert_cmpuint (grown.n_deviations, <=, 100 + large_length);
  /* An octet that can't be read becomes one character of three. */
  g_assert_cmpuint (grown.n_out, <=, 100 + 4 * large_length);
}

/* A message without end, as long as there is memory for it. */
static void
check_equals (const char *encoding, gsize n_bytes)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (MimeTree) tree = NULL;
  g_autofree char   *head = g_strconcat (TEXT, encoding, "\r\n\r\n", NULL);
  gsize              head_length = strlen (head), length = head_length + n_bytes, n_out = 0;
  g_autofree guint8 *data = g_malloc (length);
  MimeDecoding       decoding;

  memcpy (data, head, head_length);
  memset (data + head_length, '=', n_bytes);
  tree = mime_tree_new (data, length);
  g_assert_cmpuint (mime_tree_get_n_parts (tree), ==, 1);
  g_assert_cmpuint (mime_tree_get_part (tree, 0)->body_length, ==, n_bytes);
  mime_tree_decode_part (tree, mime_tree_get_part (tree, 0), charsets, on_piece, &n_out, &decoding);
  g_assert_cmpuint (n_out, ==, decoding.n_bytes);
  g_assert_cmpuint (n_out, <=, n_bytes);
}

static void
test_equals (void)
{
  gsize n_bytes = g_getenv ("POSTROAD_TEST_GIGABYTE") != NULL ? 1024 * 1024 * 1024
                                                              : 64 * 1024 * 1024;

  g_test_summary ("64 MB of \"=\", or 1 GB when POSTROAD_TEST_GIGABYTE is set.");
  check_equals ("quoted-printable", n_bytes);
  check_equals ("base64", n_bytes);
  check_equals ("7bit", n_bytes);
}

static void
test_any_bytes (void)
{
  static const char *const words[] = {
    "Content-Type: ", "multipart/mixed", "message/rfc822", "text/plain", ";", " boundary=", "b",
    "c", "\r\n", "\r\n", "\n", "\r\n\r\n", "--b", "--c", "--b--", "--", "\r", " ", "\t", "\"",
    "=", "=C3", "; charset=", "utf-8", "iso-2022-jp", "; name*0*=", "; name*1=", "x", "%FC",
    "=?utf-8?q?", "?=", "Content-Transfer-Encoding: ", "base64", "quoted-printable",
    "x-uuencode", "begin 644 a\n", "M", "\303", "\274", "\033$B", "(", ")", "\\", "Subject:",
    "Content-Disposition: ", "; filename=",
  };
  GRand *random = g_rand_new_with_seed (1);

  g_test_summary ("Short messages of all that means something.");
  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) message = g_string_new (round % 2 ? "Content-Type: " : NULL);
      g_autofree guint8  *copy = NULL;

      for (int i = g_rand_int_range (random, 0, 40); i > 0; i--)
        g_string_append (message, words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
      if (round % 16 == 0)
        g_string_append_c (message, '\0');
      copy = g_memdup2 (message->str, message->len);
      count_message (copy, message->len, NULL);
    }
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-hostile/growth/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_growth);
    }
  g_test_add_func ("/mime-hostile/equals", test_equals);
  g_test_add_func ("/mime-hostile/any-bytes", test_any_bytes);
  return g_test_run ();
}
