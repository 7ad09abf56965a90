/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-fields.h>
#include <imf/imf-message.h>

#include <string.h>
#include <support/annotation.h>
#include <support/corpus.h>

typedef struct
{
  const char *name;
  const char *message;
  const char *spans; /* "element:bytes", with ^ obsolete, ~ tolerated, ? unrecognised */
} Case;

/* What is left out: the root, on which test-imf-deviation.c looks, and what opens and closes each
 * field. */
static const Case cases[] = {
  { "empty", "", "" },
  { "whole", "Subject: Hi\r\n\r\nbody",
    "header_section:13 subject:13 unstructured:3 empty_line:2 body:4" },
  { "only-body", "\r\nbody", "empty_line:2 body:4" },
  { "no-header", "body", "body:4" },
  { "bare-lf", "Subject: Hi\n\nbody\n",
    "header_section:12 subject:12 unstructured:3 line_end:1~ empty_line:1 line_end:1~ body:5~" },
  { "bare-cr-in-body", "\r\na\rb\r\n", "empty_line:2 body:5^" },
  { "optional-field", "X-Y: a\r\n b\r\n",
    "header_section:12 optional_field:12 unstructured:6 fws:3" },
  { "control", "Subject: a\001\r\n", "header_section:13 subject:13 unstructured:3^" },
  { "eight-bit", "Subject: \303\266\r\n", "header_section:13 subject:13 unstructured:3" },
  { "eight-bit-invalid", "Subject: \366\r\n", "header_section:12 subject:12 unstructured:2~" },
  { "space-before-colon", "Subject : a\r\n", "header_section:13 subject:13^ unstructured:2" },
  { "mbox", "From a@b.test\r\nTo:a\r\n",
    "header_section:21 mbox_line:15~ to:6 mailbox:1 addr_spec:1~ local_part:1" },
  { "wrapped", "Subject: a\r\nb c\r\n\r\n",
    "header_section:17 subject:12 unstructured:2 unrecognised:5~? empty_line:2" },

  { "word-q", "Subject: =?utf-8*de?q?J=C3=B6rg_x=21?=\r\n",
    "header_section:40 subject:40 unstructured:30 encoded_word:29 word_charset:5 word_language:2 "
    "word_encoding:1 encoded_text:14 q_literals:1 q_octets:6 q_literals:2 q_spaces:1 q_literals:1 "
    "q_octets:3" },
  { "word-b", "Subject: a =?UTF-8?B?QUI=?= =?UTF-8?b?QUJD?=\r\n",
    "header_section:46 subject:46 unstructured:36 encoded_word:16 word_charset:5 word_encoding:1 "
    "encoded_text:4 b_quanta:3 b_padding:1 encoded_word:16 word_charset:5 word_encoding:1 "
    "encoded_text:4 b_quanta:4" },
  { "word-in-comment", "To: a@b (=?a?q?b?=)\r\n",
    "header_section:21 to:21 mailbox:3 addr_spec:3 local_part:1 domain:1 comment:11 encoded_word:9 "
    "word_charset:1 word_encoding:1 encoded_text:1 q_literals:1" },
  { "word-in-comment-ends", "To: a@b (=?a?q?b)?=\r\n",
    "header_section:21 to:21~ unstructured:16 encoded_word:10~ word_charset:1 word_encoding:1 "
    "encoded_text:2 q_literals:2" },
  { "word-in-phrase", "To: x =?a?q?b?= <c@d>\r\n",
    "header_section:23 to:23 mailbox:17 display_name:11 atom:1 encoded_word:9 word_charset:1 "
    "word_encoding:1 encoded_text:1 q_literals:1 angle_addr:5 addr_spec:3 local_part:1 domain:1" },
  { "word-in-phrase-joined", "To: x=?a?q?b.?=y <c@d>\r\n",
    "header_section:24 to:24 mailbox:18 display_name:12 atom:1 encoded_word:10~ word_charset:1 "
    "word_encoding:1 encoded_text:2 q_literals:2 atom:1 angle_addr:5 addr_spec:3 local_part:1 "
    "domain:1" },
  { "word-in-quotes", "To: \"=?a?q?b?=\" <c@d>\r\n",
    "header_section:23 to:23 mailbox:17 display_name:11 quoted_string:11 encoded_word:9~ "
    "word_charset:1 word_encoding:1 encoded_text:1 q_literals:1 angle_addr:5 addr_spec:3 "
    "local_part:1 domain:1" },
  { "word-joined", "Subject: (=?a?q?b?=)\r\n",
    "header_section:22 subject:22 unstructured:12 encoded_word:9~ word_charset:1 word_encoding:1 "
    "encoded_text:1 q_literals:1" },
  { "word-bad", "Subject: =?a?q?b=1?= =?a?b?Q*?= =?a?b?QQ?=\r\n",
    "header_section:44 subject:44 unstructured:34 encoded_word:11 word_charset:1 word_encoding:1 "
    "encoded_text:3~ q_literals:1 q_literals:1 encoded_word:10 word_charset:1 word_encoding:1 "
    "encoded_text:2~ b_quanta:1 encoded_word:10 word_charset:1 word_encoding:1 encoded_text:2~ "
    "b_quanta:2" },
  { "word-not", "Subject: =?a?x?b?= =??q?b?= =?a?q?b c?= =?a?q?b =?=?=\r\n",
    "header_section:55 subject:55 unstructured:45" },

  { "date", "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n",
    "header_section:39 orig_date:39 date_time:31 day_name:3 day:2 month:3 year:4 hour:2 minute:2 "
    "second:2 zone:5" },
  { "date-obsolete", "Date: 24 Nov 26 08:00(x):00 UT\r\n",
    "header_section:32 orig_date:32 date_time:24^ day:2 month:3 year:2^ hour:2 minute:2 comment:3 "
    "second:2 zone:2^" },
  { "date-and-more", "Date: 1 Jan 2026 00:00 +0000 x\r\n",
    "header_section:32 orig_date:32~ unstructured:25" },
  { "date-none", "Date: tomorrow\r\n", "header_section:16 orig_date:16~ unstructured:9" },
  { "from", "From: \"A. B\" C <\"d e\".f@g.test>\r\n",
    "header_section:33 from:33 mailbox:25 display_name:8 quoted_string:6 atom:1 angle_addr:16 "
    "addr_spec:14 local_part:7^ quoted_string:5 domain:6" },
  { "to", "To: a@b.test, c@[192.0.2.1] (d\\) (e))\r\n",
    "header_section:39 to:39 mailbox:8 addr_spec:8 local_part:1 domain:6 mailbox:13 addr_spec:13 "
    "local_part:1 domain:11 domain_literal:11 comment:9 quoted_pair:2 comment:3" },
  { "to-group", "To: A b: c@d.test;\r\n",
    "header_section:20 to:20 group:14 display_name:3 atom:1 atom:1 mailbox:8 addr_spec:8 "
    "local_part:1 domain:6" },
  { "to-route", "To: <@a.test:b@c.test>,,\r\n",
    "header_section:26 to:26 mailbox:18 angle_addr:18 obs_route:8^ domain:6 addr_spec:8 "
    "local_part:1 domain:6 empty_member:1^" },
  { "to-blank", "To: \r\n", "header_section:6 to:6~" },
  { "bcc-blank", "Bcc: \r\n", "header_section:7 bcc:7" },
  { "to-broken", "To: a@b.test; <\r\n", "header_section:17 to:17~ unstructured:12" },
  { "message-id", "Message-ID: <a.b@[c]>\r\n",
    "header_section:23 message_id:23 msg_id:9 id_left:3 id_right:3 domain_literal:3" },
  { "message-id-obsolete", "Message-ID: <1234   @   local(blah)  .machine .example>\r\n",
    "header_section:57 message_id:57 msg_id:43^ id_left:4 id_right:30^ comment:6" },
  { "message-id-opaque", "Message-ID: <a@b@c>\r\n", "header_section:21 message_id:21 msg_id:7~" },
  { "message-id-opaque-comment", "Message-ID: <a(x)@b@c>\r\n",
    "header_section:24 message_id:24 msg_id:10~" },
  { "message-id-naked", "Message-ID: a@b\r\n", "header_section:17 message_id:17 msg_id:3~" },
  { "references", "References: <a@b> your letter\r\n\t<c@d>\r\n",
    "header_section:39 references:39 msg_id:5 id_left:1 id_right:1 obs_phrase:5^ atom:4 "
    "obs_phrase:9^ atom:6 fws:3 msg_id:5 id_left:1 id_right:1" },
  { "keywords", "Keywords: a b,c\r\n",
    "header_section:17 keywords:17 keyword_phrase:3 atom:1 atom:1 keyword_phrase:1 atom:1" },
  { "return-path", "Return-Path: <>\r\n", "header_section:17 return_path:17 path:2" },
  { "return-path-naked", "Return-Path: a@b\r\n",
    "header_section:18 return_path:18 path:3~ addr_spec:3 local_part:1 domain:1" },
  { "received",
    "Received: from a.test (b.test [192.0.2.1])\r\n by c.test via TCP with ESMTP id D1\r\n"
    "  for <e@f.test>; Tue, 24 Nov 2026 08:00:00 +0000\r\n",
    "header_section:132 received:132 from_clause:32 clause_keyword:4 domain:6 comment:20 fws:3 "
    "by_clause:9 clause_keyword:2 domain:6 via_clause:7 clause_keyword:3 received_token:3 "
    "with_clause:10 clause_keyword:4 received_token:5 id_clause:5 clause_keyword:2 "
    "received_token:2 fws:4 for_clause:14 clause_keyword:3 path:10 angle_addr:10 addr_spec:8 "
    "local_part:1 domain:6 date_time:31 day_name:3 day:2 month:3 year:4 hour:2 minute:2 second:2 "
    "zone:5" },
  { "received-literal", "Received: from [192.0.2.1] by by for a@b; 1 Jan 2026 00:00 GMT\r\n",
    "header_section:64 received:64 from_clause:16 clause_keyword:4 domain_literal:11 by_clause:5 "
    "clause_keyword:2 domain:2 for_clause:7 clause_keyword:3 addr_spec:3 local_part:1 domain:1 "
    "date_time:20 day:1 month:3 year:4 hour:2 minute:2 zone:3^" },
  { "received-dot-first", "Received: from .a by b; 1 Jan 2026 00:00 +0000\r\n",
    "header_section:48 received:48 from_clause:7 clause_keyword:4 received_token:2 by_clause:4 "
    "clause_keyword:2 domain:1 date_time:22 day:1 month:3 year:4 hour:2 minute:2 zone:5" },
  { "received-no-date", "Received: by c.test\r\n",
    "header_section:21 received:21^ by_clause:9 clause_keyword:2 domain:6" },
  { "received-odd-token", "Received: by a:b\r\n",
    "header_section:18 received:18^ by_clause:6 clause_keyword:2 received_token:3~" },
};

static gboolean
is_frame (const WireSpan *span)
{
  static const char *const frame[] = { "field_name", "colon", "line_end" };

  if (span->depth == 0)
    return TRUE;
  for (guint i = 0; span->flags == 0 && i < G_N_ELEMENTS (frame); i++)
    if (g_str_equal (span->element->name, frame[i]))
      return TRUE;
  return FALSE;
}

static char *
describe (const WireSpans *spans)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      if (is_frame (span))
        continue;
      g_string_append_printf (text, "%s%s:%u%s%s%s", text->len > 0 ? " " : "", span->element->name,
                              span->length, span->flags & WIRE_SPAN_OBSOLETE ? "^" : "",
                              span->flags & WIRE_SPAN_TOLERATED ? "~" : "",
                              span->flags & WIRE_SPAN_UNRECOGNISED ? "?" : "");
    }
  return g_string_free (text, FALSE);
}

static WireSpans *
annotate (const guint8 *data, gsize length)
{
  return annotation_of_all (&imf_grammar_message, data, length);
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

/* The leaves in order, and the bytes between them, are the message. */
static void
check_cover (const WireSpans *spans, gsize length)
{
  g_autofree guint *innermost = g_new (guint, MAX (length, 1));

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      for (guint32 j = 0; j < span->length; j++)
        innermost[span->offset + j] = i + 1;
    }
  for (gsize i = 0; i < length; i++)
    g_assert_cmpuint (innermost[i], >, 0);
}

/* Header, empty line and body, put together again, are the message. */
static void
check_split (const guint8 *data, gsize length)
{
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  g_autoptr (GByteArray) again = g_byte_array_new ();

  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      g_byte_array_append (again, data + field->offset, (guint) (field->end - field->offset));
    }
  g_byte_array_append (again, data + header->end, (guint) (length - header->end));
  g_assert_cmpmem (again->data, again->len, data, length);
}

static void
test_nul (void)
{
  static const guint8 message[] = "Subject: a\0b\r\nTo: a\0@b\r\n\r\n\0";
  g_autofree guint8  *copy = g_memdup2 (message, sizeof message - 1);
  g_autoptr (WireSpans) spans = annotate (copy, sizeof message - 1);
  g_autofree char *described = describe (spans);

  g_assert_cmpstr (described, ==,
                   "header_section:24 subject:14 unstructured:4^ to:10~ unstructured:5^ "
                   "empty_line:2 body:1^");
}

static void
check_message (const char *name, const guint8 *data, gsize length, gpointer user_data)
{
  g_autoptr (WireSpans) spans = annotate (data, length);

  check_cover (spans, length);
  check_split (data, length);
}

static void
test_corpus (void)
{
  guint n_messages = corpus_foreach (check_message, NULL);

  g_test_message ("%u messages", n_messages);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-message/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/imf-message/nul", test_nul);
  g_test_add_func ("/imf-message/corpus", test_corpus);
  return g_test_run ();
}
