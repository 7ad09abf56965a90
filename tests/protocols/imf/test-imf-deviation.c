/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-fields.h>
#include <imf/imf-message.h>

#include <string.h>

#define DATE "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n"
#define FROM "From: a@a.example\r\n"
#define ID "Message-ID: <1@a.example>\r\n"
#define HEAD DATE FROM ID

#define A10 "aaaaaaaaaa"
#define A50 A10 A10 A10 A10 A10
#define UMLAUTS5 "\303\244\303\244\303\244\303\244\303\244"
#define UMLAUTS10 UMLAUTS5 UMLAUTS5
#define UMLAUTS UMLAUTS10 UMLAUTS10 UMLAUTS10 UMLAUTS10
#define A500 A50 A50 A50 A50 A50 A50 A50 A50 A50 A50

typedef struct
{
  const char *deviations; /* all there are, in order, "name:bytes" */
  const char *message;
} Case;

static const Case cases[] = {
  { "", HEAD },
  { "", HEAD "\r\nbody\r\n" },
  { "", HEAD "\r\nbody without an end" },
  { "", "Return-Path: <a@a.example>\r\nReceived: from a.example by b.example;\r\n"
        " Tue, 24 Nov 2026 08:00:00 +0000\r\nX-Other: a\r\nResent-Date: 24 Nov 2026 08:00 +0000\r\n"
        "Resent-From: b@a.example\r\nResent-To: c@a.example\r\n"
        "Resent-Date: 24 Nov 2026 07:00 +0000\r\nResent-From: a@a.example\r\n" HEAD },
  { "", HEAD "Sender: b@a.example\r\nTo: \"B. C\" <b.c@[192.0.2.1]>, A: b@a.example;, Nobody:;\r\n"
             "Cc: a (b (c)) d <\"e f\"@a.example> (g)\r\nBcc:\r\nReply-To: a@a.example\r\n" },
  { "", HEAD "References: <a@b> <c@[d]>\r\n <e@f>\r\nKeywords: a b, \"c\"\r\nSubject:\r\n" },
  { "", HEAD "Subject: =?utf-8?q?a_=C3=A4?= =?utf-8*en?b?w6Q=?=\r\nComments: a =? ?= b\r\n"
             "To: =?utf-8?q?a?= b <a@a.example> (=?utf-8?q?c?= d)\r\n" },

  { "duplicate_field:42",
    HEAD "Disposition-Notification-To: a@a.example\r\n"
         "Disposition-Notification-To: b@a.example\r\n" },
  { "bare_lf:1", DATE FROM "Message-ID: <1@a.example>\n" },
  { "bare_lf:1", HEAD "Subject: a\n b\r\n" },
  { "bare_lf:1", HEAD "\r\na\nb\n" },
  { "bare_lf:1", HEAD "\n" },
  { "bare_cr:4", HEAD "Subject: a\rb\r\n" },
  { "bare_cr:1", HEAD "\r\na\r\rb\r\n" },
  { "line_over_998:1009", HEAD "Subject: " A500 A500 "\r\n" },
  { "missing_date:1001 missing_from:1001 missing_message_id:1001 line_over_998:999",
    "A:" A500 A10 A10 A10 A10 A10 A10 A10 A10 A10 A50 A50 A50 A50 A50 A50 A50 A50 "aaaaaaa\r\n" },
  { "utf8_header:80", HEAD "Subject: " UMLAUTS "\r\n" },
  { "line_over_78:169 utf8_header:160", HEAD "Subject: " UMLAUTS UMLAUTS "\r\n" },
  { "line_over_78:82", HEAD "Subject: a\r\n " A50 A10 A10 A10 "a\r\n" },
  { "line_over_78:79 line_over_78:79",
    HEAD "Subject: " A50 A10 A10 "\r\n " A50 A10 A10 "aaaaaaaa\r\n" },
  { "", HEAD "Subject: " A50 A10 "aaaaaaaaa\r\n" },
  { "control_character:1", HEAD "Subject: a\033b\r\n" },
  { "control_character:1", HEAD "To: \"a\001b\" <a@a.example>\r\n" },
  { "control_character:2", HEAD "To: \"a\\\rb\" <a@a.example>\r\n" },
  { "control_character:4", HEAD "To: a@a.example (a\001bc\177)\r\n" },
  { "utf8_header:3", HEAD "Subject: a \342\202\254 b\r\n" },
  { "utf8_header:2 utf8_header:2", HEAD "To: \303\244 <a@\303\244.example>\r\n" },
  { "invalid_utf8:1", HEAD "Subject: \344\r\n" },
  { "not_a_field:7", DATE FROM "a b c\r\n" ID },
  { "mbox_line:43", "From a@a.example Tue Nov 24 08:00:00 2026\r\n" HEAD },
  { "space_before_colon:2", DATE FROM "Message-ID \t: <1@a.example>\r\n" },
  { "blank_folded_line:6", HEAD "Subject: a\r\n \r\n b\r\n" },
  { "blank_folded_line:3", HEAD "Subject: a\r\n \r\n" },
  { "blank_folded_line:4", HEAD "To: a@a.example \r\n \r\n" },
  { "missing_last_line_end:0", HEAD "Subject: a" },
  { "no_header:0", "" },
  { "no_header:6", "\r\nbody" },
  { "no_header:4", "body" },
  { "missing_date:46", FROM ID },
  { "missing_from:66", DATE ID },
  { "missing_message_id:58", DATE FROM },
  { "duplicate_field:12 duplicate_field:12", HEAD "Subject: a\r\nSubject: b\r\nsubject: c\r\n" },
  { "duplicate_field:19", HEAD FROM },
  { "missing_sender:32", DATE "From: a@a.example, b@a.example\r\n" ID },
  { "needless_sender:21", HEAD "Sender: a@A.EXAMPLE\r\n" },
  { "", HEAD "Sender: A@a.example\r\n" },
  { "incomplete_resent_block:26", "Resent-From: a@a.example\r\n" HEAD },
  { "incomplete_resent_block:38 incomplete_resent_block:26",
    "Resent-Date: 24 Nov 2026 08:00 +0000\r\n"
    "Received: by a.example; 24 Nov 2026 08:00 +0000\r\nResent-From: a@a.example\r\n" HEAD },
  { "trace_below_others:49", HEAD "Received: by a.example; 24 Nov 2026 08:00 +0000\r\n"
                                 "Received: by a.example; 24 Nov 2026 08:00 +0000\r\n" },
  { "unreadable_value:6", HEAD "To: a b c\r\n" },
  { "unreadable_value:4", DATE FROM "Message-ID: a b\r\n" },
  { "empty_value:1", DATE FROM "Message-ID: \r\n" },
  { "empty_value:0", "Date:\r\n" FROM ID },
  { "unquoted_special:1", HEAD "To: a@b@c <a@a.example>\r\n" },
  { "unquoted_special:1", HEAD "To: [a] <a@a.example>\r\n" },
  { "dot_in_phrase:1 unquoted_special:1", HEAD "To: .a <a@a.example>\r\n" },
  { "dot_in_phrase:1", HEAD "To: a. b. c <a@a.example>\r\n" },
  { "source_route:22", HEAD "To: <@b.example,@c.example:a@a.example>\r\n" },
  { "empty_list_member:1", HEAD "To: a@a.example,, b@a.example\r\n" },
  { "empty_list_member:1", HEAD "To: ,a@a.example\r\n" },
  { "empty_list_member:1", HEAD "To: a@a.example, \r\n" },
  { "empty_list_member:1", HEAD "To: a: b@a.example,;\r\n" },
  { "empty_list_member:1", HEAD "Keywords: a,,b\r\n" },
  { "empty_list_member:1", HEAD "Keywords: a,\r\n" },
  { "empty_list_member:11", HEAD "Keywords:\r\n" },
  { "empty_list_member:13", HEAD "References:\r\n" },
  { "missing_domain:1", HEAD "To: a\r\n" },
  { "misplaced_dot:4", HEAD "To: a..b@a.example\r\n" },
  { "misplaced_dot:10", HEAD "To: a@a.example.\r\n" },
  { "quoted_part_in_local_part:5", HEAD "To: a.\"b\"@a.example\r\n" },
  { "space_around_dot:3", HEAD "To: a@a . example\r\n" },
  { "space_around_dot:4", HEAD "To: a.(b)c@a.example\r\n" },
  { "space_around_at:3", HEAD "To: a @ a.example\r\n" },
  { "semicolon_in_list:1", HEAD "To: a@a.example; b@a.example\r\n" },
  { "missing_comma:1", HEAD "To: <a@a.example> B <b@a.example>\r\n" },
  { "missing_comma:0", HEAD "To: A: a@a.example;b@a.example\r\n" },
  { "unclosed_group:14", HEAD "To: a: b@a.example\r\n" },
  { "group_of_authors:15", DATE "From: a: b@a.example;\r\n" ID },
  { "group_of_authors:3", HEAD "Sender: a:;\r\n" },
  { "empty_address_list:14", HEAD "To: (nobody)\r\n" },
  { "empty_angle_brackets:2", HEAD "To: a <>\r\n" },
  { "quoted_pair_in_literal:2", HEAD "To: a@[\\a]\r\n" },
  { "two_digit_year:2", "Date: 24 Nov 26 08:00 +0000\r\n" FROM ID },
  { "obsolete_zone:3", "Date: 24 Nov 2026 08:00 GMT\r\n" FROM ID },
  { "military_zone:1", "Date: 24 Nov 2026 08:00 Z\r\n" FROM ID },
  { "unknown_zone:1", "Date: 24 Nov 2026 08:00 J\r\n" FROM ID },
  { "unknown_zone:4", "Date: 24 Nov 2026 08:00 CEST\r\n" FROM ID },
  { "missing_zone:17", "Date: 24 Nov 2026 08:00\r\n" FROM ID },
  { "comment_in_date:5", "Date: 24 Nov (a) 2026 08:00 +0000\r\n" FROM ID },
  { "comment_in_date:23", "Date: (a) 24 Nov 2026 08:00 +0000\r\n" FROM ID },
  { "comment_in_date:1", "Date: Tue , 24 Nov 2026 08:00 +0000\r\n" FROM ID },
  { "comment_in_date:1 comment_in_date:1", "Date: 24 Nov 2026 08 : 00 +0000\r\n" FROM ID },
  { "joined_date:2 joined_date:2", "Date: 24Nov2026 08:00 +0000\r\n" FROM ID },
  { "joined_zone:2", "Date: 24 Nov 2026 08:00+0000\r\n" FROM ID },
  { "long_name_in_date:7 long_name_in_date:8",
    "Date: Tuesday, 24 November 2026 08:00 +0000\r\n" FROM ID },
  { "missing_comma_in_date:1", "Date: Tue 24 Nov 2026 08:00 +0000\r\n" FROM ID },
  { "hyphen_in_date:1 hyphen_in_date:1", "Date: 24-Nov-2026 08:00 +0000\r\n" FROM ID },
  { "one_digit_time:1", "Date: 24 Nov 2026 8:00 +0000\r\n" FROM ID },
  { "wrong_day_name:28", "Date: Mon, 24 Nov 2026 08:00 +0000\r\n" FROM ID },
  { "unreadable_date:9", "Date: tomorrow\r\n" FROM ID },
  { "unreadable_date:24",
    "Resent-From: a@a.example\r\nResent-Date: 30 Feb 2026 08:00 +0000\r\n" HEAD },
  { "id_without_brackets:11", DATE FROM "Message-ID: 1@a.example\r\n" },
  { "odd_id:3", DATE FROM "Message-ID: <1>\r\n" },
  { "odd_id:7", HEAD "References: <1@2@3>\r\n" },
  { "space_in_id:1 space_in_id:1", DATE FROM "Message-ID: < 1@a.example >\r\n" },
  { "quoted_string_in_id:3", DATE FROM "Message-ID: <\"1\"@a.example>\r\n" },
  { "phrase_among_ids:5 phrase_among_ids:7", HEAD "In-Reply-To: your letter <1@a.example>\r\n" },
  { "comma_among_ids:1", HEAD "References: <1@a.example>, <2@a.example>\r\n" },
  { "received_without_date:24", "Received: by a.example\r\n" HEAD },
  { "odd_received_token:3", "Received: by a:b; 24 Nov 2026 08:00 +0000\r\n" HEAD },
  { "odd_received_token:10",
    "Received: by a.example. (b) with SMTP; 24 Nov 2026 08:00 +0000\r\n" HEAD },
  { "path_without_brackets:11", "Return-Path: a@a.example\r\n" HEAD },
  { "bad_tag_list:12",
    HEAD "DKIM-Signature: v=1; a=b; b=b; bh=c; d=e; h=f; s=g; what is this\r\n" },
  { "duplicate_tag:3", HEAD "DKIM-Signature: v=1; a=b; b=b; bh=c; d=e; h=f; s=g; b=h\r\n" },
  { "missing_tag:31", HEAD "DKIM-Signature: v=1; a=b; d=e\r\n" },
  { "odd_tag_value:3", HEAD "DKIM-Signature: v=1; a=b; b=b-c; bh=c; d=e; h=f; s=g\r\n" },
  { "list_address_without_brackets:18", HEAD "List-Help: mailto:a@a.example\r\n" },
  { "needless_semicolon:1", HEAD "Auto-Submitted: no;\r\n" },
  { "unknown_keyword:4", HEAD "Importance: very\r\n" },
  { "odd_uri:13", HEAD "List-Owner: <a@a.example>\r\n" },
  { "space_in_uri:22", HEAD "List-Help: <https://a.example/ b>\r\n" },
  { "text_among_uris:5", HEAD "List-Archive: <https://a.example/> or so, <ftp://a.example>\r\n" },
  { "odd_list_id:1", HEAD "List-Id: <a>\r\n" },
  { "list_id_without_brackets:22", HEAD "List-Id: a.a.example\r\n" },
  { "missing_authserv_id:58", HEAD "Authentication-Results: spf=none smtp.mailfrom=a.example\r\n" },
  { "odd_result:3 odd_result:2 odd_result:4",
    HEAD "Authentication-Results: a.example; spf=none all is well\r\n" },
  { "odd_result_value:2", HEAD "Authentication-Results: a.example; spf=none smtp.helo=<>\r\n" },
  { "odd_property:11", HEAD "Authentication-Results: a.example; dmarc=pass action=none\r\n" },
  { "unknown_spf_result:5", HEAD "Received-SPF: maybe\r\n" },
  { "unquoted_spf_value:11", HEAD "Received-SPF: none client-ip=2001:db8::1\r\n" },
  { "date_of_ctime:24", HEAD "Delivery-Date: Tue Nov 24 08:00:00 2026\r\n" },
  { "missing_value_type:35", HEAD "Original-Recipient: <a@a.example>\r\n" },

  { "encoded_word_over_75:76", HEAD "Subject:\r\n =?utf-8?q?" A50 A10 "aaaa?=\r\n" },
  { "", HEAD "Subject:\r\n =?utf-8?q?" A50 A10 "aaa?=\r\n" },
  { "encoded_word_in_quotes:13", HEAD "To: \"=?utf-8?q?a?=\" <a@a.example>\r\n" },
  { "encoded_word_joined:13", HEAD "Subject: a=?utf-8?q?b?=\r\n" },
  { "encoded_word_joined:13 encoded_word_joined:13",
    HEAD "Subject: =?utf-8?q?b?==?utf-8?q?b?=\r\n" },
  { "encoded_word_joined:13", HEAD "To: =?utf-8?q?b?=<a@a.example>\r\n" },
  { "encoded_word_joined:13", HEAD "Subject: (=?utf-8?q?b?=)\r\n" },
  { "encoded_word_special:1", HEAD "To: =?utf-8?q?b.?= <a@a.example>\r\n" },
  { "encoded_word_special:1", HEAD "To: =?utf-8?q?b:,)?= <a@a.example>\r\n" },
  { "encoded_word_bad_text:1", HEAD "Subject: =?utf-8?q?=4?=\r\n" },
  { "encoded_word_bad_text:1", HEAD "Subject: =?utf-8?q?a?b?=\r\n" },
  { "encoded_word_bad_text:2", HEAD "Subject: =?utf-8?b?YQ?=\r\n" },
  { "encoded_word_bad_text:4", HEAD "Subject: =?utf-8?b?Y===?=\r\n" },
  { "encoded_word_bad_text:0", HEAD "Subject: =?utf-8?b?\?=\r\n" },
};

/* What no string of C can have in it, or is long. */
static char *
make_nul (gsize *out_length)
{
  static const char message[] = HEAD "Subject: a\0b\r\n\r\nc\0d\r\n";

  *out_length = sizeof message - 1;
  return g_memdup2 (message, sizeof message - 1);
}

static char *
make_fields (gsize *out_length)
{
  GString *message = g_string_new (HEAD);

  for (guint i = 0; i < IMF_FIELDS_MAX; i++)
    g_string_append (message, "A: b\r\n");
  *out_length = message->len;
  return g_string_free (message, FALSE);
}

static const struct
{
  const char *name;
  const char *deviations;
  char *(*make) (gsize *out_length);
} made_cases[] = {
  { "nul_octet", "nul_octet:1 nul_octet:1", make_nul },
  { "header_limit", "header_limit:60067", make_fields },
};

static char *
describe (const WireSpans *spans)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      g_string_append_printf (text, "%s%s:%u", i > 0 ? " " : "", found.deviation->name,
                              found.length);
    }
  return g_string_free (text, FALSE);
}

static guint
collect_flags (const WireSpans *spans)
{
  guint flags = 0;

  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    flags |= wire_severity_get_flags (wire_spans_get_deviation (spans, i).deviation->severity);
  return flags;
}

static void
check (const char *message, gsize length, const char *deviations)
{
  g_autofree guint8 *copy = g_memdup2 (message, length);
  g_autoptr (WireSpans) spans = wire_annotate (&imf_grammar_message, copy, length);
  g_autofree char *problem = wire_spans_check (spans);
  g_autofree char *found = describe (spans);
  WireScan         scan;

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpstr (found, ==, deviations);
  wire_scan_init (&scan, copy, length, NULL);
  g_assert_true (imf_grammar_message.scan (&scan));
  g_assert_cmphex (scan.flags & ~(guint) WIRE_SPAN_UNRECOGNISED, ==, collect_flags (spans));
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;

  check (test->message, strlen (test->message), test->deviations);
}

static void
test_made_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (made_cases); i++)
    {
      gsize            length = 0;
      g_autofree char *message = made_cases[i].make (&length);

      check (message, length, made_cases[i].deviations);
    }
}

static gboolean
has_case (const char *name)
{
  g_autofree char *start = g_strconcat (name, ":", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (g_str_has_prefix (cases[i].deviations, start))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (made_cases); i++)
    if (g_str_equal (made_cases[i].name, name))
      return TRUE;
  return FALSE;
}

/* In fields that only the reports within a message have: test-imf-registry.c has an example. */
static const char *const elsewhere[] = { "text_after_status", "unknown_action",
                                         "unknown_disposition_word", "unknown_failure_word",
                                         NULL };

static void
check_has_case (const WireDeviation *deviation, gpointer data)
{
  guint *n_deviations = data;

  if (!g_str_equal (deviation->module, "imf"))
    return;
  (*n_deviations)++;
  if (has_case (deviation->name) || g_strv_contains (elsewhere, deviation->name))
    return;
  g_test_message ("no message here has %s", deviation->name);
  g_test_fail ();
}

static void
test_every_deviation_has_a_case (void)
{
  guint n_deviations = 0;

  wire_deviation_foreach (check_has_case, &n_deviations);
  g_assert_cmpuint (n_deviations, >=, 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize            name_length = strcspn (cases[i].deviations, ":");
      g_autofree char *path =
          g_strdup_printf ("/imf-deviation/%03u-%.*s", i,
                           name_length > 0 ? (int) name_length : 5,
                           name_length > 0 ? cases[i].deviations : "clean");

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/imf-deviation/made", test_made_cases);
  g_test_add_func ("/imf-deviation/every-deviation", test_every_deviation_has_a_case);
  return g_test_run ();
}
