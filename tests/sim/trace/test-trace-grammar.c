/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <inet/inet-packet.h>
#include <trace/trace-grammar.h>
#include <trace/trace-message.h>

/* A block, and the spans that its dots and its end make: name, offset, depth; of the
 * message's own elements only those named here. */
static const struct
{
  const char *name, *block, *spans;
} blocks[] = {
  { "whole", "Subject: x\r\n\r\n..\r\na.b\r\n..c\r\n.\r\n",
    "smtp_data 0+31 0; message 0+28 1; field_name 0+7 4; body 14+14 2; stuffed_dot 14+1 4; "
    "stuffed_dot 23+1 4; end_of_data 28+3 1; " },
  { "field-that-begins-with-a-dot", "..X: y\r\n\r\n.\r\n",
    "smtp_data 0+13 0; message 0+10 1; field_name 0+3 4; stuffed_dot 0+1 5; end_of_data 10+3 1; " },
  { "bare-lf-stuffs-nothing", "A: b\r\n\r\nc\n.\r\n.\r\n",
    "smtp_data 0+16 0; message 0+13 1; field_name 0+1 4; body 8+5 2; end_of_data 13+3 1; " },
  { "nothing-but-the-end", ".\r\n", "smtp_data 0+3 0; end_of_data 0+3 1; " },
  { "broken-off-at-a-dot", "A: b\r\n\r\nc\r\n.",
    "smtp_data 0+12 0; message 0+11 1; field_name 0+1 4; body 8+3 2; stuffed_dot 11+1 1; " },
  { "empty", "", "smtp_data 0+0 0; " },
};

static gboolean
is_told (const char *name)
{
  return strcmp (name, "smtp_data") == 0 || strcmp (name, "message") == 0 ||
         strcmp (name, "field_name") == 0 || strcmp (name, "body") == 0 ||
         strcmp (name, "stuffed_dot") == 0 || strcmp (name, "end_of_data") == 0;
}

static void
test_block (gconstpointer data)
{
  guint              i = GPOINTER_TO_UINT (data);
  gsize              length = strlen (blocks[i].block);
  g_autofree guint8 *exact = g_memdup2 (blocks[i].block, length);
  g_autoptr (WireSpans) spans = trace_grammar_annotate ("smtp-data", exact, length);
  g_autofree char *problem = wire_spans_check (spans);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpstr (problem, ==, NULL);
  for (guint j = 0; j < wire_spans_get_n (spans); j++)
    {
      const WireSpan *span = wire_spans_get (spans, j);

      if (is_told (span->element->name))
        g_string_append_printf (text, "%s %u+%u %u; ", span->element->name, span->offset,
                                span->length, span->depth);
    }
  g_assert_cmpstr (text->str, ==, blocks[i].spans);
}

/* What is out of order in a block is told of the block, among what the message has. */
static void
test_deviations (void)
{
  static const char block[] = "Subject: x\r\n\r\na\r\n.\nb\r.\r\n.\r\n";
  g_autoptr (WireSpans) spans = trace_grammar_annotate ("smtp-data", (const guint8 *) block,
                                                        sizeof block - 1);
  g_autofree char *problem = wire_spans_check (spans);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpuint (wire_spans_get (spans, 0)->flags, ==, WIRE_SPAN_TOLERATED);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      if (found.span == 0)
        g_string_append_printf (text, "%s@%u+%u ", found.deviation->name, found.offset,
                                found.length);
    }
  g_assert_cmpstr (text->str, ==,
                   "false_end_of_data@15+4 bare_lf_in_data@18+1 bare_cr_in_data@20+1 "
                   "false_end_of_data@20+4 ");
}

/* A block of nothing but faults is told of as far as they say anything. */
static void
test_many_deviations (void)
{
  g_autofree char *lines = g_strnfill (5000, '\n');
  g_autofree char *block = g_strconcat (lines, ".\n\r\n.\r\n", NULL);
  g_autoptr (WireSpans) spans =
      trace_grammar_annotate ("smtp-data", (const guint8 *) block, strlen (block));
  g_autofree char *problem = wire_spans_check (spans);
  guint            n_ends = 0;
  guint            n_others = 0;

  g_assert_cmpstr (problem, ==, NULL);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      if (found.span == 0)
        *(g_str_equal (found.deviation->name, "false_end_of_data") ? &n_ends : &n_others) += 1;
    }
  g_assert_cmpuint (n_ends, ==, 1);
  g_assert_cmpuint (n_others, ==, 200);
}

/* The question of a DNS query inside a datagram is explained; on another port it is payload. */
static void
test_packet (void)
{
  static const guint8 query[] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\1a\7example\0\0\1\0";
  InetPacket packet = { .source = 0xC0000201, .destination = 0xC0000202,
                        .protocol = INET_PROTOCOL_UDP, .source_port = 4000, .payload = query,
                        .payload_length = sizeof query };

  for (guint port = 53; port <= 54; port++)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (WireSpans) spans = NULL;
      g_autofree char *problem = NULL;
      const WireSpan  *last;
      gsize            length;
      const guint8    *data;

      packet.destination_port = (guint16) port;
      bytes = inet_packet_build (&packet);
      data = g_bytes_get_data (bytes, &length);
      spans = trace_grammar_annotate ("packet", data, length);
      problem = wire_spans_check (spans);
      g_assert_cmpstr (problem, ==, NULL);
      last = wire_spans_get (spans, wire_spans_find_innermost (spans, length - 1));
      g_assert_cmpstr (last->element->module, ==, port == 53 ? "dns" : "inet");
    }
}

static void
test_units (void)
{
  static const struct
  {
    const char *what, *bytes, *grammar, *spans;
  } units[] = {
    { "chunk", "A: b\r\n\r\n.\r\n", "smtp-chunk", "smtp_chunk message body" },
    { "chunk", "and so on", "smtp-chunk-rest", "smtp_chunk chunk_octets" },
    { "chunk", "and so: on", "smtp-chunk-rest", "smtp_chunk chunk_octets" },
    { "chunk", "", "smtp-chunk-rest", "smtp_chunk" },
    { "sasl", "AGEA\r\n", "smtp-sasl", "sasl_line sasl_response crlf" },
    { "sasl", "*\r\n", "smtp-sasl", "sasl_line sasl_cancel crlf" },
    { "sasl", "\r\n", "smtp-sasl", "sasl_line crlf" },
  };
  g_autoptr (TraceLog) log = trace_log_new ("t", 1);

  g_test_summary ("Chunks are messages or their rest; their dots are the message's own.");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      TraceEvent  event = { .kind = TRACE_UNIT, .protocol = TRACE_SMTP,
                            .what = trace_log_intern (log, units[i].what) };
      gsize       length = strlen (units[i].bytes);
      guint       id = trace_log_append (log, &event, units[i].bytes, length);
      const char *grammar = trace_grammar_for_event (log, trace_log_get_event (log, id - 1));
      g_autofree guint8 *exact = g_memdup2 (units[i].bytes, length);
      g_autoptr (WireSpans) spans = trace_grammar_annotate (grammar, exact, length);
      g_autofree char *problem = wire_spans_check (spans);
      g_autoptr (GString) text = g_string_new (NULL);

      g_assert_cmpstr (grammar, ==, units[i].grammar);
      g_assert_cmpstr (problem, ==, NULL);
      for (guint j = 0; j < wire_spans_get_n (spans); j++)
        {
          const WireElement *element = wire_spans_get (spans, j)->element;

          if (strcmp (element->module, "trace") == 0 || strcmp (element->module, "smtp") == 0 ||
              is_told (element->name))
            if (strcmp (element->name, "field_name") != 0)
              g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", element->name);
        }
      g_assert_cmpstr (text->str, ==, units[i].spans);
    }
}

/* A unit of IMAP, and the spans of the messages inside. */
static void
test_imap (void)
{
  static const struct
  {
    const char *what, *bytes, *grammar, *spans;
  } units[] = {
    { "response", "* 1 FETCH (BODY[] {9}\r\nA: b\r\n\r\nc UID 5)\r\n", "imap-response",
      "fetch_message 18+14 2; literal_octets 23+9 4; message 23+9 5; field_name 23+1 8; "
      "body 31+1 6; " },
    { "response", "* 1 FETCH (RFC822.HEADER {8}\r\nA: b\r\n\r\n BODY[1] {5}\r\nC: d\n)\r\n",
      "imap-response",
      "fetch_header 25+13 2; literal_octets 30+8 4; message 30+8 5; field_name 30+1 8; "
      "literal_octets 52+5 4; " },
    { "response", "* 1 FETCH (BODY[]<2> {3}\r\nA:b BODY[]<0> {3}\r\nA:b)\r\n",
      "imap-response",
      "literal_octets 26+3 4; fetch_message 40+8 2; literal_octets 45+3 4; message 45+3 5; "
      "field_name 45+1 8; " },
    { "response", "* 1 FETCH (BODY[] {0}\r\n BODY[] \"A: b\")\r\n", "imap-response",
      "fetch_message 18+5 2; literal_octets 23+0 4; message 23+0 5; fetch_message 31+6 2; " },
    { "command", "a APPEND x {6+}\r\nA: b\r\n\r\n", "imap-command",
      "append_message 11+12 3; literal_octets 17+6 5; message 17+6 6; field_name 17+1 9; " },
    { "literal", "A: b\r\n\r\nc", "imap-message",
      "imap_message 0+9 0; message 0+9 1; field_name 0+1 4; body 8+1 2; " },
    { "literal", "secret", "imap-literal", "imap_literal 0+6 0; " },
    { "rest", " (\\Seen)\r\n", "imap-rest", "" },
    { "sasl", "AGEA\r\n", "imap-sasl", "" },
  };
  static const char *const told[] = { "fetch_message", "fetch_header", "append_message",
                                      "literal_octets", "message", "field_name", "body",
                                      "imap_message", "imap_literal", NULL };
  g_autoptr (TraceLog) log = trace_log_new ("t", 1);

  g_test_summary ("Messages and headers in literals are explained as such.");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      TraceEvent  event = { .kind = TRACE_UNIT, .protocol = TRACE_IMAP,
                            .what = trace_log_intern (log, units[i].what) };
      gsize       length = strlen (units[i].bytes);
      guint       id = trace_log_append (log, &event, units[i].bytes, length);
      const char *grammar = trace_grammar_for_event (log, trace_log_get_event (log, id - 1));
      g_autofree guint8 *exact = g_memdup2 (units[i].bytes, length);
      g_autoptr (WireSpans) spans = trace_grammar_annotate (grammar, exact, length);
      g_autofree char *problem = wire_spans_check (spans);
      g_autoptr (GString) text = g_string_new (NULL);

      g_assert_cmpstr (grammar, ==, units[i].grammar);
      g_assert_cmpstr (problem, ==, NULL);
      g_assert_null (spans->expected);
      for (guint j = 0; j < wire_spans_get_n (spans); j++)
        {
          const WireSpan *span = wire_spans_get (spans, j);

          if (g_strv_contains (told, span->element->name))
            g_string_append_printf (text, "%s %u+%u %u; ", span->element->name, span->offset,
                                    span->length, span->depth);
        }
      g_assert_cmpstr (text->str, ==, units[i].spans);
    }
}

/* What a message inside has wrong is told where it is in the unit. */
static void
test_imap_deviations (void)
{
  static const char text[] = "* 1 FETCH (BODY[] {9}\r\nA: b\n\r\nc\n UID  5 "
                             "RFC822.HEADER {7}\r\nA: b\n\r\n)\n";
  g_autoptr (WireSpans) spans =
      trace_grammar_annotate ("imap-response", (const guint8 *) text, sizeof text - 1);
  g_autofree char *problem = wire_spans_check (spans);
  g_autoptr (GString) words = g_string_new (NULL);

  g_assert_cmpstr (problem, ==, NULL);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      g_string_append_printf (words, "%s %u+%u %s; ", found.deviation->name, found.offset,
                              found.length, wire_spans_get (spans, found.span)->element->name);
    }
  g_assert_cmpstr (words->str, ==,
                   "extra_space 36+2 fetch_data; missing_date 23+5 message; "
                   "missing_from 23+5 message; missing_message_id 23+5 message; "
                   "bare_lf 27+1 line_end; bare_line_end_in_body 31+1 line_end; "
                   "bare_lf 63+1 line_end; lf_ends_imap_line 67+1 crlf; ");
}

static void
test_message (void)
{
  static const struct
  {
    const char *grammar, *unit, *message;
    gsize       offset;
  } cases[] = {
    { "imap-response", "* 1 FETCH (RFC822.HEADER {1}\r\nx BODY[] {4}\r\na.\r\n)\r\n", "a.\r\n",
      44 },
    { "imap-response", "* 1 FETCH (BODY[1] {4}\r\na.\r\n)\r\n", NULL, 0 },
    { "imap-response", "* 1 FETCH (BODY[] {0}\r\n)\r\n", NULL, 0 },
    { "imap-response", "", NULL, 0 },
    { "imap-command", "a APPEND x {4+}\r\na.\r\n\r\n", "a.\r\n", 17 },
    { "imap-command", "a NOOP\r\n", NULL, 0 },
    { "imap-message", "a: b\r\n", "a: b\r\n", 0 },
    { "imap-rest", "\r\n", NULL, 0 },
    { "smtp-data", "..a\r\n.\r\n", ".a\r\n", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) unit = g_bytes_new (cases[i].unit, strlen (cases[i].unit));
      g_autoptr (TraceMessage) message = trace_message_new (cases[i].grammar, unit);

      g_assert_true (trace_message_is_in (cases[i].grammar, unit) == (cases[i].message != NULL));
      g_assert_true ((message != NULL) == (cases[i].message != NULL));
      if (message == NULL)
        continue;
      g_assert_cmpmem (g_bytes_get_data (message->bytes, NULL), g_bytes_get_size (message->bytes),
                       cases[i].message, strlen (cases[i].message));
      g_assert_cmpuint (trace_message_to_unit (message, 0), ==, cases[i].offset);
    }
}

static void
test_names (void)
{
  const char *const *names = trace_grammar_get_names ();
  g_autoptr (TraceLog) log = trace_log_new ("t", 1);
  TraceEvent event = { .kind = TRACE_UNIT, .protocol = TRACE_POP3,
                       .what = trace_log_intern (log, "response") };

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (WireSpans) spans = trace_grammar_annotate (names[i], (const guint8 *) "", 0);

      g_assert_true (trace_grammar_is_known (names[i]));
      g_assert_nonnull (trace_grammar_get_label (names[i]));
      g_assert_cmpuint (wire_spans_get_n (spans), >=, 1);
    }
  g_assert_false (trace_grammar_is_known ("gopher"));
  g_assert_null (trace_grammar_get_label ("gopher"));
  g_assert_cmpstr (trace_grammar_for_event (log, &event), ==, "pop3-response");
  event.protocol = TRACE_SMTP;
  g_assert_null (trace_grammar_for_event (log, &event));
  event.kind = TRACE_PACKET;
  g_assert_cmpstr (trace_grammar_for_event (log, &event), ==, "packet");
  event.protocol = TRACE_TLS;
  g_assert_cmpstr (trace_grammar_for_event (log, &event), ==, "tls-record");
  event.kind = TRACE_NOTE;
  g_assert_null (trace_grammar_for_event (log, &event));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autofree char *path = g_strconcat ("/trace-grammar/block/", blocks[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_block);
    }
  g_test_add_func ("/trace-grammar/deviations", test_deviations);
  g_test_add_func ("/trace-grammar/many-deviations", test_many_deviations);
  g_test_add_func ("/trace-grammar/packet", test_packet);
  g_test_add_func ("/trace-grammar/units", test_units);
  g_test_add_func ("/trace-grammar/imap", test_imap);
  g_test_add_func ("/trace-grammar/imap-deviations", test_imap_deviations);
  g_test_add_func ("/trace-grammar/message", test_message);
  g_test_add_func ("/trace-grammar/names", test_names);
  return g_test_run ();
}
