/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-message.h>

#include <string.h>
#include <support/annotation.h>
#include <support/corpus.h>

/* Of the bytes of all headers, how many may be recognised as nothing. */
#define UNRECOGNISED_PER_MILLE_MAX 5

typedef struct
{
  const char *name;
  const char *message;
  const char *spans; /* "element:bytes", with ! where a deviation was noted */
} Case;

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define MIXED_SPANS                                                                                \
  "header_section:43 content_type:43 field_name:12 colon:1 media_type:9 media_subtype:5 "          \
  "parameter:10 attribute:8 parameter_value:1 line_end:2 empty_line:2 line_end:2 "

static const Case cases[] = {
  { "empty", "", "message:0!" },
  { "type",
    "Content-Type: text/plain;\r\n charset=\"utf-8\" (x)\r\n",
    "message:49! header_section:49 content_type:49 field_name:12 colon:1 media_type:4 "
    "media_subtype:5 fws:3 parameter:15 attribute:7 parameter_value:7 quoted_string:7 comment:3 "
    "line_end:2" },
  { "extended-value",
    "Content-Type: a/b; n*=utf-8'de'x%C3%A4%20y\r\n",
    "message:44! header_section:44 content_type:44 field_name:12 colon:1 media_type:1 "
    "media_subtype:1 parameter:23 attribute:2 extended_value:20 value_charset:5 value_language:2 "
    "percent_octets:9 line_end:2" },
  { "fields",
    "MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <a@b>\r\n"
    "Content-Disposition: inline\r\nContent-Language: de, en\r\nContent-Location: a b\r\n"
    "Content-Foo: x\r\n",
    "message:167! header_section:167 mime_version:19 field_name:12 colon:1 version:3 line_end:2 "
    "content_transfer_encoding:35 field_name:25 colon:1 mechanism:6 line_end:2 content_id:19 "
    "field_name:10 colon:1 msg_id:5 id_left:1 id_right:1 line_end:2 content_disposition:29 "
    "field_name:19 colon:1 disposition_type:6 line_end:2 content_language:26 field_name:16 colon:1 "
    "language_tag:2 language_tag:2 line_end:2 content_location:23 field_name:16 colon:1 uri:3 "
    "line_end:2 content_extension:16 field_name:11 colon:1 unstructured:2 line_end:2" },
  { "multipart", MIXED "pre\r\n--b\r\n\r\n--b-- \r\nepi",
    "message:68! " MIXED_SPANS "multipart_body:23 preamble:3 delimiter:7 line_end:2 dashes:2 "
    "boundary:1 line_end:2 body_part:2 empty_line:2 line_end:2 close_delimiter:8 dashes:2 "
    "boundary:1 closing_dashes:2 transport_padding:1 line_end:2 epilogue:3" },
};

/* What body lines are made of is another test's matter. */
static gboolean
is_left_out (const WireSpans *spans, guint i)
{
  while ((i = wire_spans_get_parent (spans, i)) != G_MAXUINT)
    {
      const char *name = wire_spans_get (spans, i)->element->name;

      if (strcmp (name, "preamble") == 0 || strcmp (name, "epilogue") == 0 ||
          strcmp (name, "body") == 0)
        return TRUE;
    }
  return FALSE;
}

static char *
describe (const WireSpans *spans)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);
      guint           found = wire_spans_find_deviation (spans, i);

      if (is_left_out (spans, i))
        continue;
      g_string_append_printf (
          text, "%s%s:%u%s", text->len > 0 ? " " : "", span->element->name, span->length,
          found < wire_spans_get_n_deviations (spans) &&
                  wire_spans_get_deviation (spans, found).span == i
              ? "!"
              : "");
    }
  return g_string_free (text, FALSE);
}

static WireSpans *
annotate (const guint8 *data, gsize length)
{
  return annotation_of_all (&mime_grammar_message, data, length);
}

static void
test_spans (gconstpointer data)
{
  const Case        *test = data;
  gsize              length = strlen (test->message);
  g_autofree guint8 *copy = g_memdup2 (test->message, length);
  g_autoptr (WireSpans) spans = annotate (copy, length);
  g_autofree char *described = describe (spans);

  g_assert_cmpstr (described, ==, test->spans);
}

/* Every byte of every prefix of a message full of everything is explained, too. */
static void
test_prefixes (void)
{
  static const char message[] =
      MIXED "pre\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?=C3=A4?=\r\n"
            "Content-Type: multipart/digest; boundary=\"c d\"\r\n\r\n--c d\r\n\r\n"
            "To: a@b.example\r\n\r\nx\r\n--c d--\r\n--b\r\nContent-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b\r\n\r\nQUJD\r\n"
            "--b\r\nContent-Type: text/plain; format=flowed\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n=3D =\r\nx\r\n--b--\r\nepi\r\n";

  for (gsize length = 0; length < sizeof message; length++)
    {
      g_autofree guint8 *copy = g_memdup2 (message, length);
      g_autoptr (WireSpans) spans = annotate (copy, length);

      g_assert_cmpuint (wire_spans_get (spans, 0)->length, ==, length);
    }
}

typedef struct
{
  gsize       n_header_bytes;
  gsize       n_unrecognised;
  GHashTable *worst; /* the text of an unrecognised run of a header -> its file */
} Account;

static void
count_span (Account *account, const WireSpans *spans, guint i, const guint8 *data, const char *file)
{
  const WireSpan *span = wire_spans_get (spans, i);

  if (strcmp (span->element->name, "header_section") == 0)
    account->n_header_bytes += span->length;
  if (!(span->flags & WIRE_SPAN_UNRECOGNISED))
    return;
  account->n_unrecognised += span->length;
  g_hash_table_insert (account->worst,
                       g_strndup ((const char *) data + span->offset, MIN (span->length, 60)),
                       g_strdup (file));
}

static void
check_message (const char *name, const guint8 *data, gsize length, gpointer user_data)
{
  Account *account = user_data;
  g_autoptr (WireSpans) spans = annotate (data, length);
  g_autofree guint *innermost = g_new0 (guint, length + 1);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      count_span (account, spans, i, data, name);
      for (guint32 at = 0; at < span->length; at++)
        innermost[span->offset + at] = i;
    }
  /* The root alone explains no byte. */
  for (gsize at = 0; at < length; at++)
    if (innermost[at] == 0)
      g_error ("%s: byte %" G_GSIZE_FORMAT " is in no element", name, at);
}

static void
test_corpus (void)
{
  g_autoptr (GHashTable) worst = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Account        account = { .worst = worst };
  GHashTableIter iter;
  gpointer       text, file;

  if (corpus_foreach (check_message, &account) == 0)
    return;
  g_hash_table_iter_init (&iter, worst);
  while (g_hash_table_iter_next (&iter, &text, &file))
    {
      g_autofree char *escaped = g_strescape (text, NULL);

      g_test_message ("unrecognised in %s: %s", (const char *) file, escaped);
    }
  g_test_message ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes of headers are unrecognised",
                  account.n_unrecognised, account.n_header_bytes);
  g_assert_cmpuint (account.n_unrecognised * 1000, <,
                    account.n_header_bytes * UNRECOGNISED_PER_MILLE_MAX);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime/message/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/mime/message/prefixes", test_prefixes);
  g_test_add_func ("/mime/message/corpus", test_corpus);
  return g_test_run ();
}
