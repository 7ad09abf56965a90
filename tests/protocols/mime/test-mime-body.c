/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "test"
#include <mime/mime-body.h>

#include <string.h>

#include <wire/wire-grammar.h>

#define OCTETS(text) text, sizeof text - 1
#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define S50 "                                                  "
#define A1000                                                                                      \
  A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50

typedef enum
{
  DATA = 0, /* no text */
  TEXT = 1 << 0,
  FLOWED = 1 << 1,
  UTF8 = 1 << 2,
} Kind;

typedef struct
{
  const char  *name;
  MimeEncoding encoding;
  guint        kind;
  const char  *body;
  gsize        n_body;
  const char *spans; /* element:bytes, then !deviation@offset+bytes for each that was noted in it */
} Case;

#define PLAIN(name, encoding, kind, body, spans)                                                   \
  { name, MIME_ENCODING_##encoding, kind, OCTETS (body), spans }
#define QP(name, body, spans) PLAIN ("qp-" name, QUOTED_PRINTABLE, TEXT, body, spans)
#define B64(name, body, spans) PLAIN ("base64-" name, BASE64, DATA, body, spans)
#define UU(name, body, spans) PLAIN ("uuencode-" name, UUENCODE, DATA, body, spans)

static const Case cases[] = {
  PLAIN ("empty", 7BIT, TEXT, "", ""),
  PLAIN ("lines", 7BIT, TEXT, "a b \r\n\r\nc", "text_line:6 line_end:2 line_end:2 text_line:1"),
  PLAIN ("lines-lf",
         7BIT,
         TEXT,
         "a\nb\n\n",
         "text_line:2 line_end:1!bare_line_end_in_body@1+1 text_line:2 line_end:1 line_end:1"),
  PLAIN ("line-cr",
         8BIT,
         TEXT,
         "a\rb\r\r\nc\rd\r",
         "text_line:6!bare_line_end_in_body@1+1 line_end:2 text_line:4"),
  PLAIN ("eight-bit",
         7BIT,
         TEXT,
         "a\303\266\r\n\344\r\n",
         "text_line:5!eight_bit_undeclared@1+1 line_end:2 text_line:3 line_end:2"),
  PLAIN ("eight-bit-declared", 8BIT, TEXT, "\303\266\r\n", "text_line:4 line_end:2"),
  PLAIN ("nul", 8BIT, DATA, "a\0\0\r\n\0", "text_line:5!nul_in_text@1+1 line_end:2 text_line:1"),
  PLAIN (
      "long-line", 7BIT, TEXT, A1000 "\r\n", "text_line:1002!body_line_over_998@0+1000 line_end:2"),
  PLAIN ("binary", BINARY, DATA, "a\n\0\r\n\377", "binary_data:6"),
  PLAIN ("binary-text",
         BINARY,
         TEXT,
         "a\n\r\0\r\n\377",
         "text_line:2 line_end:1 text_line:4 line_end:2 text_line:1"),
  PLAIN ("unknown", UNKNOWN, TEXT, "a\r\nb", "opaque_data:4"),
  PLAIN ("flowed",
         7BIT,
         TEXT | FLOWED,
         ">> a \r\n b\r\n>c\r\n-- \r\n> -- \r\n \r\n  ",
         "text_line:7 quote_marks:2 stuffed_space:1 soft_space:1 line_end:2 "
         "text_line:4 stuffed_space:1 line_end:2 text_line:4 quote_marks:1 line_end:2 "
         "text_line:5 signature_separator:3 line_end:2 "
         "text_line:7 quote_marks:1 stuffed_space:1 signature_separator:3 line_end:2 "
         "text_line:3 stuffed_space:1 line_end:2 text_line:2 stuffed_space:1 soft_space:1"),
  PLAIN ("flowed-not-text", 7BIT, FLOWED, "> a ", "text_line:4"),
  PLAIN (
      "flowed-long", 7BIT, TEXT | FLOWED, A50 " " A50, "text_line:101!flowed_line_over_78@0+101"),
  PLAIN ("flowed-long-word", 7BIT, TEXT | FLOWED, A50 A50 " ", "text_line:101 soft_space:1"),
  PLAIN ("flowed-characters",
         8BIT,
         TEXT | FLOWED | UTF8,
         "\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266 "
         "\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266\303\266 " A50,
         "text_line:94"),

  /* RFC 2045 section 6.7. */
  QP ("text", "a =3D b\r\n\r\n", "quoted_printable_line:9 encoded_octets:3 line_end:2 line_end:2"),
  QP ("soft-breaks",
      "Now's the time =\r\nfor= \t\r\n=C3=A4=\r\nb=",
      "quoted_printable_line:18 soft_line_break:3 line_end:2 "
      "quoted_printable_line:8 soft_line_break:5!qp_trailing_space@22+2 line_end:2 "
      "quoted_printable_line:9 encoded_octets:6 soft_line_break:3 line_end:2 "
      "quoted_printable_line:2 soft_line_break:1!qp_bad_escape@36+1"),
  QP ("bad-escapes",
      "=x=y\r\n=a\r\n=\r",
      "quoted_printable_line:6!qp_bad_escape@0+1 line_end:2 "
      "quoted_printable_line:4!qp_bad_escape@6+1 line_end:2 "
      "quoted_printable_line:2!qp_bad_escape@10+1!qp_raw_octet@11+1"),
  QP ("bad-escape-first",
      "==41==\r\n",
      "quoted_printable_line:8!qp_bad_escape@0+1 encoded_octets:3 soft_line_break:3 line_end:2"),
  QP ("lower-case",
      "=c3=B6x=aa\r\n",
      "quoted_printable_line:12 encoded_octets:6!qp_lower_case@0+3 encoded_octets:3 line_end:2"),
  QP ("trailing-space",
      "a \t\r\nb \r\n \r\n",
      "quoted_printable_line:5 trailing_space:2!qp_trailing_space@1+2 line_end:2 "
      "quoted_printable_line:4 trailing_space:1 line_end:2 "
      "quoted_printable_line:3 trailing_space:1 line_end:2"),
  /* MIME_TRAILING_SPACE_MAX */
  QP ("much-trailing-space", "a" S50 S50 S50 "\n=" S50 S50 S50,
      "quoted_printable_line:152!qp_long_line@0+151 "
      "trailing_space:149!qp_trailing_space@2+149 line_end:1!bare_line_end_in_body@151+1 "
      "quoted_printable_line:151!qp_bad_escape@152+1 trailing_space:149"),
  QP ("raw",
      "\303\266\001\r\n\177",
      "quoted_printable_line:5!qp_raw_octet@0+1 line_end:2 quoted_printable_line:1"),
  QP ("long-line",
      A50 A50 "\n" A50 A50 "=\r\n",
      "quoted_printable_line:101!qp_long_line@0+100 line_end:1!bare_line_end_in_body@100+1 "
      "quoted_printable_line:103 soft_line_break:3 line_end:2"),
  QP ("very-long-line",
      A1000,
      "quoted_printable_line:1000!qp_long_line@0+1000"
      "!body_line_over_998@0+1000"),

  /* RFC 2045 section 6.8. */
  B64 ("whole",
       "Zm9v\r\nYg==\r\n",
       "base64_data:4 line_end:2 base64_data:2 base64_padding:2 line_end:2"),
  B64 ("group-over-lines",
       "Zm9\r\nvYmF\r\n=\r\n",
       "base64_data:3 line_end:2 base64_data:4 line_end:2 base64_padding:1 line_end:2"),
  B64 ("padding-over-lines",
       "Zg=\r\n=\r\n",
       "base64_data:2 base64_padding:1 line_end:2 base64_padding:1 line_end:2"),
  B64 ("space",
       "Zm 9v\t\r\n",
       "base64_data:2 base64_space:1 base64_data:2 base64_space:1 line_end:2"),
  B64 ("foreign",
       "Z-_m.9v\r\n!\r\n",
       "base64_data:1 foreign_octets:2!base64_bad_character@1+2 base64_data:1 foreign_octets:1 "
       "base64_data:2 line_end:2 foreign_octets:1!base64_bad_character@9+1 line_end:2"),
  B64 ("no-padding", "Zm9vYg\r\n", "!base64_bad_padding@0+6 base64_data:6 line_end:2"),
  B64 ("half-padding",
       "Zg=\r\n",
       "!base64_bad_padding@0+2 base64_data:2 base64_padding:1 line_end:2"),
  B64 ("early-padding",
       "Z=m9v",
       "base64_data:1 foreign_octets:1!base64_bad_padding@1+1 base64_data:3"),
  B64 ("padding-within",
       "Zm=9v",
       "base64_data:2 base64_padding:1 base64_data:2!base64_bad_padding@3+2"),
  B64 ("padding-within-and-right", "Zm=9vYg==",
       "base64_data:2 base64_padding:1 base64_data:4!base64_bad_padding@3+4 base64_padding:2"),
  B64 ("after-padding",
       "Zg==Zg==\r\n \r\n--\r\n",
       "base64_data:2 base64_padding:2 octets_after_padding:4!base64_after_padding@4+4 line_end:2 "
       "base64_space:1 line_end:2 octets_after_padding:2 line_end:2"),
  B64 ("more-padding",
       "Zm8==",
       "base64_data:3 base64_padding:1 octets_after_padding:1!base64_after_padding@4+1"),
  B64 ("long-line", A50 A50, "!base64_long_line@0+100 base64_data:100"),

  UU ("whole",
      "x\r\nbegin 644 a b\r\n#0V%T\r\n`\r\nend\r\n\r\nbegin 644 c\r\n",
      "outside_line:3 line_end:2 uu_begin:15 uu_mode:3 uu_name:3 line_end:2 "
      "uu_line:7 uu_length:1 line_end:2 uu_line:3 uu_length:1 line_end:2 uu_end:5 line_end:2 "
      "line_end:2 outside_line:13 line_end:2"),
  UU ("bad-lines",
      "begin 644 a\r\n#0V\r\n#0v%T\r\n#0V%TXX\r\n~\r\n",
      "uu_begin:13 uu_mode:3 uu_name:1 line_end:2 "
      "uu_line:5!uuencode_bad_line@13+3 uu_length:1 line_end:2 "
      "uu_line:7!uuencode_bad_line@18+5 uu_length:1 line_end:2 "
      "uu_line:9!uuencode_bad_line@25+7 uu_length:1 line_end:2 "
      "uu_line:3!uuencode_bad_line@34+1 uu_length:1 line_end:2"),
  UU ("no-begin", "begin 6 a\r\n", "outside_line:11 line_end:2"),
};

WIRE_ELEMENT (root, "Body", 2045, "1");

static MimeEncoding encoding_now;
static guint        kind_now;

static gboolean
scan_body (WireScan *scan)
{
  mime_scan_leaf_body (scan, encoding_now, (kind_now & TEXT) != 0, (kind_now & FLOWED) != 0,
                       (kind_now & UTF8) != 0);
  return TRUE;
}

static const WireGrammar grammar = { "test", "Test", &root, scan_body };

static WireSpans *
annotate (MimeEncoding encoding, guint kind, const guint8 *data, gsize length)
{
  encoding_now = encoding;
  kind_now = kind;
  return wire_annotate (&grammar, data, length);
}

static char *
describe (const WireSpans *spans)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      if (i > 0)
        g_string_append_printf (text, "%s%s:%u", text->len > 0 ? " " : "", span->element->name,
                                span->length);
      for (guint j = wire_spans_find_deviation (spans, i); j < wire_spans_get_n_deviations (spans);
           j++)
        {
          WireSpanDeviation found = wire_spans_get_deviation (spans, j);

          if (found.span == i)
            g_string_append_printf (text, "!%s@%u+%u", found.deviation->name, found.offset,
                                    found.length);
        }
    }
  return g_string_free (text, FALSE);
}

/* Returns: whether a deviation whose name begins so was noted. */
static gboolean
has_deviation (const WireSpans *spans, const char *prefix)
{
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    if (g_str_has_prefix (wire_spans_get_deviation (spans, i).deviation->name, prefix))
      return TRUE;
  return FALSE;
}

/* Spans nest, explain every byte, and are the same to who looks for nothing but a match. */
static void
check_promises (const WireSpans *spans, const guint8 *data, gsize length)
{
  g_autofree char *problem = wire_spans_check (spans);
  WireScan         scan;
  guint            flags = 0;

  g_assert_cmpstr (problem, ==, NULL);
  for (gsize at = 0; at < length; at++)
    {
      guint i = wire_spans_find_innermost (spans, at);

      g_assert_cmpuint (i, >, 0);
      g_assert_false (wire_spans_get (spans, i)->element == wire_unrecognised);
    }
  wire_scan_init (&scan, data, length, NULL);
  scan_body (&scan);
  g_assert_cmpuint (scan.pos, ==, length);
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    flags |= wire_spans_get (spans, i)->flags;
  g_assert_cmpuint (scan.flags, ==, flags);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);
      const WireSpan   *span = wire_spans_get (spans, found.span);

      g_assert_cmpuint (found.offset, >=, span->offset);
      g_assert_cmpuint (found.offset + found.length, <=, span->offset + span->length);
      g_assert_cmpuint (found.length, >, 0);
    }
}

static void
test_spans (gconstpointer user_data)
{
  const Case        *test = user_data;
  g_autofree guint8 *data = g_memdup2 (test->body, test->n_body);
  g_autoptr (WireSpans) spans = annotate (test->encoding, test->kind, data, test->n_body);
  g_autofree char *found = describe (spans);

  g_assert_cmpstr (found, ==, test->spans);
  check_promises (spans, data, test->n_body);
}

/* What the decoder could not undo is noted, and nothing else is. */
static void
check_against_decoder (MimeEncoding encoding,
                       const WireSpans *spans,
                       const guint8 *data,
                       gsize length)
{
  gsize n_wrong;
  g_autoptr (GBytes) bytes = mime_decode (encoding, data, length, &n_wrong);

  g_assert_nonnull (bytes);
  if (encoding == MIME_ENCODING_QUOTED_PRINTABLE)
    g_assert_cmpint (n_wrong > 0, ==, has_deviation (spans, "qp_bad_escape"));
  else if (encoding == MIME_ENCODING_BASE64)
    g_assert_cmpint (n_wrong > 0, ==,
                     has_deviation (spans, "base64_bad") || has_deviation (spans, "base64_after"));
}

static void
test_random (void)
{
  static const char *const alphabets[] = {
    "  \t\r\n\r\n\r\n==4Aac", "AAZaz09+/\r\n\r\n=", "AZ= .\r\n",
    "> -- \r\n\r\naF",        "#0V%T`M \r\n",       "ab\r\n\303\266"
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  g_test_summary ("Every promise holds for random text, and the decoder agrees on what is wrong.");
  for (guint i = 0; i < 20000; i++)
    {
      const char        *alphabet = alphabets[i % G_N_ELEMENTS (alphabets)];
      MimeEncoding encoding =
          (MimeEncoding) g_rand_int_range (random, 0, MIME_ENCODING_UNKNOWN + 1);
      gsize              length = (gsize) g_rand_int_range (random, 0, i % 50 == 0 ? 1500 : 60);
      g_autofree guint8 *data = g_malloc (length + 1);
      g_autofree guint8 *exact = NULL;
      g_autoptr (WireSpans) spans = NULL;

      for (gsize j = 0; j < length; j++)
        data[j] = (guint8) alphabet[g_rand_int_range (random, 0, (gint32) strlen (alphabet))];
      if (encoding == MIME_ENCODING_UUENCODE && length > 12)
        memcpy (data, "begin 644 x\n", 12);
      exact = g_memdup2 (data, length);
      spans = annotate (encoding, (guint) g_rand_int_range (random, 0, 8), exact, length);
      check_promises (spans, exact, length);
      check_against_decoder (encoding, spans, exact, length);
    }
}

static void
test_hostile (void)
{
  static const char *const fills[] = { "=", " ", "= ", "A=", "\n", "\377", ">", "M\n", "=\n" };
  gsize length = 1 << 20;

  g_test_summary ("Spans and deviations of awkward input are no more than in proportion to it.");
  for (guint i = 0; i < G_N_ELEMENTS (fills); i++)
    for (MimeEncoding encoding = MIME_ENCODING_7BIT; encoding <= MIME_ENCODING_UNKNOWN; encoding++)
      {
        g_autofree guint8 *data = g_malloc (length);
        g_autoptr (WireSpans) spans = NULL;

        for (gsize at = 0; at < length; at++)
          data[at] = (guint8) fills[i][at % strlen (fills[i])];
        spans = annotate (encoding, TEXT | FLOWED, data, length);
        g_assert_cmpuint (wire_spans_get_n (spans), <=, 2 * length);
        g_assert_cmpuint (wire_spans_get_n_deviations (spans), <=, length / 2 + 1);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-body/spans/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/mime-body/random", test_random);
  g_test_add_func ("/mime-body/hostile", test_hostile);
  return g_test_run ();
}
