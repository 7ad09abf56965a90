/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-frame.h>
#include <string.h>

#include <support/annotation.h>

/* Three messages, the second empty, in a stream; and a length whose message is missing. */
#define STREAM "\0\3abc\0\0\1\0" X256 "\0\5ab"
#define X16 "0123456789abcdef"
#define X64 X16 X16 X16 X16
#define X256 X64 X64 X64 X64

static void
take_all (DnsFramer *framer, GString *text)
{
  GBytes *message;

  while ((message = dns_framer_take (framer)) != NULL)
    {
      g_string_append_printf (text, "%" G_GSIZE_FORMAT " ", g_bytes_get_size (message));
      g_bytes_unref (message);
    }
}

static void
test_framer (void)
{
  static const char stream[] = STREAM;
  gsize             length = sizeof stream - 1;

  g_test_summary ("Messages come out of a stream however it is cut.");
  for (gsize chunk = 1; chunk <= length; chunk++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      DnsFramer framer;

      dns_framer_init (&framer);
      for (gsize at = 0; at < length; at += chunk)
        {
          gsize              n_bytes = MIN (chunk, length - at);
          g_autofree guint8 *exact = g_memdup2 (&stream[at], n_bytes);

          dns_framer_receive (&framer, exact, n_bytes);
          take_all (&framer, text);
        }
      g_assert_cmpstr (text->str, ==, "3 0 256 ");
      g_assert_cmpuint (framer.bytes->len, ==, 4);
      dns_framer_clear (&framer);
    }
}

static void
test_round_trip (void)
{
  static const gsize lengths[] = { 0, 1, 255, 256, DNS_MESSAGE_BYTES_MAX };

  g_test_summary ("What is framed is found again.");
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GBytes) message = g_bytes_new_take (g_malloc0 (lengths[i]), lengths[i]);
      g_autoptr (GBytes) frame = dns_frame_new (message);
      g_autoptr (GBytes) again = NULL;
      DnsFramer framer;

      g_assert_cmpuint (g_bytes_get_size (frame), ==, lengths[i] + DNS_FRAME_LENGTH_BYTES);
      dns_framer_init (&framer);
      dns_framer_receive (&framer, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
      again = dns_framer_take (&framer);
      g_assert_true (g_bytes_equal (again, message));
      g_assert_null (dns_framer_take (&framer));
      dns_framer_clear (&framer);
    }
}

/* What annotation tells of messages of the later types; the header is left out of the text. */

#define HEADER(answers, additionals) "\0\7\x84\0\0\0\0" answers "\0\0\0" additionals
#define HEADER_SPANS "header:12 id:2 flags:2 flags_query:1 flags_answer:1 question_count:2 "       \
                     "answer_count:2 authority_count:2 additional_count:2 "
#define OWNER "name:3 label:2 root:1 "
#define FIELDS "record_type:2 record_class:2 ttl:4 data_length:2 "

static const struct
{
  const char        *name;
  const WireGrammar *grammar;
  const char        *bytes;
  gsize              length;
  const char        *spans;
} cases[] = {
#define BYTES(text) text, sizeof text - 1
  { "srv", &dns_grammar_message,
    BYTES (HEADER ("\1", "\0") "\1a\0\0\x21\0\1\0\0\0\x3c\0\x0b\0\0\0\1\0\x19\3b.c\0"),
    "message:36 " HEADER_SPANS "answer:24 " OWNER FIELDS
    "record_data:11 priority:2 weight:2 port:2 name:5 label:4 root:1 " },
  { "srv-compressed", &dns_grammar_message,
    BYTES (HEADER ("\1", "\0") "\1a\0\0\x21\0\1\0\0\0\x3c\0\x08\0\0\0\1\0\x19\xc0\x0c"),
    "message:33 " HEADER_SPANS "answer:21 " OWNER FIELDS
    "record_data:8~ priority:2 weight:2 port:2 name:2 pointer:2 " },
  { "tlsa", &dns_grammar_message,
    BYTES (HEADER ("\1", "\0") "\1a\0\0\x34\0\1\0\0\0\x3c\0\5\3\1\1\xab\xcd"),
    "message:30 " HEADER_SPANS "answer:18 " OWNER FIELDS
    "record_data:5 certificate_usage:1 selector:1 matching_type:1 association_data:2 " },
  { "opt", &dns_grammar_message,
    BYTES (HEADER ("\0", "\1") "\0\0\x29\x04\xd0\0\0\x80\0\0\x0a\0\x0a\0\2xy\0\x0c\0\0"),
    "message:33 " HEADER_SPANS
    "additional:21 name:1 root:1 record_type:2 udp_payload_size:2 edns_flags:4 extended_rcode:1 "
    "edns_version:1 dnssec_ok:2 data_length:2 record_data:10 option:6 option_code:2 "
    "option_length:2 option_data:2 option:4 option_code:2 option_length:2 " },
  { "frame", &dns_grammar_frame, BYTES ("\0\x0c" HEADER ("\0", "\0")),
    "frame:14 frame_length:2 message:12 " HEADER_SPANS },
#undef BYTES
};

static void
test_spans (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (WireSpans) spans = annotation_of (cases[i].grammar, cases[i].bytes, cases[i].length);
  g_autofree char *text = annotation_describe (spans);

  g_test_summary ("Every byte is explained, and what is missing is missed at every byte.");
  g_assert_cmpstr (text, ==, cases[i].spans);
  annotation_check_beginnings (cases[i].grammar, cases[i].bytes, cases[i].length);
  for (gsize n = 0; cases[i].grammar == &dns_grammar_message && n <= cases[i].length; n++)
    {
      g_autofree guint8 *exact = g_memdup2 (cases[i].bytes, n);
      g_autoptr (DnsMessage) message = dns_message_decode (exact, n, NULL);

      g_assert_true ((message != NULL) == (n == cases[i].length));
    }
}

/* What no grammar and no reader takes. */
static const struct
{
  const char *name, *bytes;
  gsize       length;
} mistakes[] = {
#define BYTES(text) text, sizeof text - 1
  { "srv-without-name", BYTES (HEADER ("\1", "\0") "\1a\0\0\x21\0\1\0\0\0\x3c\0\6\0\0\0\1\0\x19") },
  { "srv-with-more",
    BYTES (HEADER ("\1", "\0") "\1a\0\0\x21\0\1\0\0\0\x3c\0\x08\0\0\0\1\0\x19\0\0") },
  { "srv-forward",
    BYTES (HEADER ("\1", "\0") "\1a\0\0\x21\0\1\0\0\0\x3c\0\x08\0\0\0\1\0\x19\xc0\x1f") },
  { "tlsa-short", BYTES (HEADER ("\1", "\0") "\1a\0\0\x34\0\1\0\0\0\x3c\0\2\3\1") },
  { "option-past-the-end", BYTES (HEADER ("\0", "\1") "\0\0\x29\x04\xd0\0\0\0\0\0\5\0\x0a\0\2x") },
  { "option-cut", BYTES (HEADER ("\0", "\1") "\0\0\x29\x04\xd0\0\0\0\0\0\3\0\x0a\0") },
#undef BYTES
};

static void
test_mistakes (void)
{
  g_test_summary ("Data that does not have the form of its type is refused.");
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree guint8 *exact = g_memdup2 (mistakes[i].bytes, mistakes[i].length);
      g_autoptr (DnsMessage) message = dns_message_decode (exact, mistakes[i].length, NULL);

      g_assert_null (message);
      g_assert_false (wire_matches (&dns_grammar_message, exact, mistakes[i].length));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dns/frame/framer", test_framer);
  g_test_add_func ("/dns/frame/round-trip", test_round_trip);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/dns/spans/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_spans);
    }
  g_test_add_func ("/dns/spans/mistakes", test_mistakes);
  return g_test_run ();
}
