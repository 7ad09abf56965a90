/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "trace"
#include "trace-grammar.h"

#include <string.h>

#include <dns/dns-frame.h>
#include <imap/imap-grammar.h>
#include <inet/inet-packet.h>
#include <mime/mime-message.h>
#include <pop3/pop3-grammar.h>
#include <sasl/sasl-grammar.h>
#include <sasl/sasl-oauthbearer.h>
#include <sasl/sasl-scram.h>
#include <smtp/smtp-data.h>
#include <smtp/smtp-deviation.h>
#include <smtp/smtp-grammar.h>
#include <tls/tls-grammar.h>
#include <wire/wire-dots.h>

#include "trace-message.h"

WIRE_ELEMENT (smtp_data, "Mail data", 5321, "4.1.1.4");
WIRE_ELEMENT (pop3_data, "Message of a multi-line response", 1939, "3");
WIRE_ELEMENT (stuffed_dot, "Stuffed dot", 5321, "4.5.2");
WIRE_ELEMENT (end_of_data, "End of data", 5321, "4.1.1.4");
WIRE_ELEMENT (smtp_chunk, "Chunk of mail data", 3030, "2");
WIRE_ELEMENT (chunk_octets, "Octets in the middle of a message", 3030, "2");
WIRE_ELEMENT (imap_message, "Message in an IMAP command", 9051, "6.3.12");
WIRE_ELEMENT (imap_literal, "Octets of a literal", 9051, "4.3");

#define DNS_PORT 53

static WireSpans *annotate_data (const char        *grammar,
                                 const WireElement *root,
                                 const guint8      *data,
                                 gsize              length);
static WireSpans *annotate_imap (const WireGrammar *grammar, const guint8 *data, gsize length);
static WireSpans *annotate_packet (const guint8 *data, gsize length);

static gboolean
scan_chunk_rest (WireScan *scan)
{
  if (scan->length > 0)
    wire_scan_leaf (scan, &chunk_octets, scan->length);
  return TRUE;
}

static const WireGrammar grammar_chunk_rest = { "smtp-chunk-rest", "SMTP chunk, continued",
                                                &smtp_chunk, scan_chunk_rest };

/* All that is known of the octets of a literal is in the command that announced it. */
static gboolean
scan_literal (WireScan *scan)
{
  scan->pos = scan->length;
  return TRUE;
}

static const WireGrammar grammar_literal = { "imap-literal", "Literal of an IMAP command",
                                             &imap_literal, scan_literal };

/* Every grammar by name. Where @grammar is NULL, the unit carries another
 * protocol and is put together here. */
static const struct
{
  const char        *name;
  const char        *label;
  const WireGrammar *grammar;
  const WireElement *data_root;
} grammars[] = {
  { "message", "Internet message", &mime_grammar_message, NULL },
  { "smtp-command", "SMTP command", &smtp_grammar_command, NULL },
  { "smtp-reply", "SMTP reply", &smtp_grammar_reply, NULL },
  { "smtp-data", "SMTP mail data", NULL, &smtp_data },
  { "smtp-chunk", "SMTP chunk", NULL, &smtp_chunk },
  { "smtp-chunk-rest", "SMTP chunk, continued", &grammar_chunk_rest, NULL },
  { "smtp-sasl", "Line of an AUTH exchange", &smtp_grammar_sasl, NULL },
  { "pop3-command", "POP3 command", &pop3_grammar_command, NULL },
  { "pop3-response", "POP3 response", &pop3_grammar_response, NULL },
  { "pop3-data", "POP3 message", NULL, &pop3_data },
  { "pop3-sasl", "Line of an AUTH exchange", &pop3_grammar_sasl, NULL },
  { "imap-command", "IMAP command", &imap_grammar_command, NULL },
  { "imap-message", "Message in an IMAP command", NULL, &imap_message },
  { "imap-literal", "Literal of an IMAP command", &grammar_literal, NULL },
  { "imap-rest", "Rest of an IMAP command", &imap_grammar_rest, NULL },
  { "imap-sasl", "Line of an AUTHENTICATE exchange", &imap_grammar_sasl, NULL },
  { "imap-response", "IMAP response", &imap_grammar_response, NULL },
  { "dns", "DNS message", &dns_grammar_message, NULL },
  { "tls-record", "TLS record", &tls_grammar_record, NULL },
  { "packet", "IP packet", NULL, NULL },
  { "sasl-plain", "SASL PLAIN", &sasl_grammar_plain, NULL },
  { "sasl-cram-challenge", "SASL CRAM-MD5 challenge", &sasl_grammar_cram_challenge, NULL },
  { "sasl-cram-response", "SASL CRAM-MD5 response", &sasl_grammar_cram_response, NULL },
  { "sasl-external", "SASL EXTERNAL", &sasl_grammar_external, NULL },
  { "sasl-anonymous", "SASL ANONYMOUS", &sasl_grammar_anonymous, NULL },
  { "sasl-oauthbearer", "SASL OAUTHBEARER", &sasl_grammar_oauthbearer, NULL },
  { "sasl-oauthbearer-error", "SASL OAUTHBEARER error", &sasl_grammar_oauthbearer_error, NULL },
  { "sasl-scram-client-first", "SCRAM, first of the client", &sasl_grammar_scram_client_first,
    NULL },
  { "sasl-scram-server-first", "SCRAM, first of the server", &sasl_grammar_scram_server_first,
    NULL },
  { "sasl-scram-client-final", "SCRAM, last of the client", &sasl_grammar_scram_client_final,
    NULL },
  { "sasl-scram-server-final", "SCRAM, last of the server", &sasl_grammar_scram_server_final,
    NULL },
};

static const char *const names[] = {
  "message", "smtp-command", "smtp-reply", "smtp-data", "smtp-chunk", "smtp-chunk-rest",
  "smtp-sasl", "pop3-command", "pop3-response", "pop3-data", "pop3-sasl", "imap-command",
  "imap-message", "imap-literal", "imap-rest", "imap-sasl", "imap-response", "dns", "tls-record",
  "packet",
  "sasl-plain", "sasl-cram-challenge", "sasl-cram-response", "sasl-external", "sasl-anonymous",
  "sasl-oauthbearer", "sasl-oauthbearer-error", "sasl-scram-client-first",
  "sasl-scram-server-first", "sasl-scram-client-final", "sasl-scram-server-final", NULL,
};

G_STATIC_ASSERT (G_N_ELEMENTS (names) == G_N_ELEMENTS (grammars) + 1);

/* Which grammar reads which unit. */
static const struct
{
  TraceProtocol protocol;
  const char   *what;
  const char   *grammar;
} units[] = {
  { TRACE_SMTP, "command", "smtp-command" },   { TRACE_SMTP, "reply", "smtp-reply" },
  { TRACE_SMTP, "data", "smtp-data" },         { TRACE_SMTP, "chunk", "smtp-chunk" },
  { TRACE_SMTP, "sasl", "smtp-sasl" },         { TRACE_POP3, "command", "pop3-command" },
  { TRACE_POP3, "response", "pop3-response" }, { TRACE_POP3, "data", "pop3-data" },
  { TRACE_POP3, "sasl", "pop3-sasl" },
  { TRACE_IMAP, "command", "imap-command" },   { TRACE_IMAP, "literal", "imap-message" },
  { TRACE_IMAP, "rest", "imap-rest" },         { TRACE_IMAP, "sasl", "imap-sasl" },
  { TRACE_IMAP, "response", "imap-response" },
  { TRACE_DNS, "query", "dns" },               { TRACE_DNS, "answer", "dns" },
};

static int
find_grammar (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (grammars); i++)
    if (strcmp (grammars[i].name, name) == 0)
      return (int) i;
  return -1;
}

const char *const *
trace_grammar_get_names (void)
{
  return names;
}

gboolean
trace_grammar_is_known (const char *name)
{
  return find_grammar (name) >= 0;
}

const char *
trace_grammar_get_label (const char *name)
{
  int i = find_grammar (name);

  return i >= 0 ? grammars[i].label : NULL;
}

/* Whether @data begins with a field's name and colon, as a message does and its middle hardly
 * ever (RFC 5322 section 2.2). */
static gboolean
begins_with_field (const guint8 *data, gsize length)
{
  gsize n = 0;

  while (n < length && data[n] > ' ' && data[n] < 0x7f && data[n] != ':')
    n++;
  return n > 0 && n < length && data[n] == ':';
}

/* Of a message in chunks, the first one has the header (RFC 3030 section 2); a literal is anything,
 * and a message when it begins like one. */
static const char *
choose_by_bytes (TraceLog *log, const TraceEvent *event, const char *grammar)
{
  static const char *const choices[][2] = { { "smtp-chunk", "smtp-chunk-rest" },
                                            { "imap-message", "imap-literal" } };
  gsize         length;
  const guint8 *data = trace_log_get_bytes (log, event, &length);

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (strcmp (grammar, choices[i][0]) == 0 && !begins_with_field (data, length))
      return choices[i][1];
  return grammar;
}

const char *
trace_grammar_for_event (TraceLog *log, const TraceEvent *event)
{
  const char *what = trace_log_get_what (log, event);

  if (event->kind == TRACE_PACKET)
    return event->protocol == TRACE_TLS ? "tls-record" : "packet";
  if (event->kind != TRACE_UNIT)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].protocol == event->protocol && strcmp (units[i].what, what) == 0)
      return choose_by_bytes (log, event, units[i].grammar);
  return NULL;
}

/* Data of SMTP and POP3: the spans of the message are moved apart to where its bytes are in
 * the block, and each stuffed dot gets a span of its own within the innermost one that holds it. */

typedef struct
{
  WireSpans          *spans; /* of the block; owned by the caller */
  const TraceMessage *message;
  guint               n_done; /* of the message's dots */
  GArray *ends; /* of gsize: by depth, where the spans end that hold the last one added */
} DataSpans;

/* Adds the dots up to @pos that have no span yet. */
static void
add_dots_before (DataSpans *self, gsize pos)
{
  for (; self->n_done < self->message->dots->len; self->n_done++)
    {
      gsize dot = g_array_index (self->message->dots, gsize, self->n_done);

      if (dot >= pos)
        break;
      while (self->ends->len > 1 &&
             g_array_index (self->ends, gsize, self->ends->len - 1) <= dot)
        g_array_set_size (self->ends, self->ends->len - 1);
      wire_spans_add (self->spans, &stuffed_dot, dot, 1, self->ends->len, 0);
    }
}

/* Adds the deviations of span @i of the message, whose span in the block is the last one. */
static void
add_message_deviations (DataSpans *self, const WireSpans *message, guint i)
{
  guint n = wire_spans_get_n_deviations (message);

  for (guint j = wire_spans_find_deviation (message, i); j < n; j++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (message, j);
      gsize             begin = trace_message_to_unit (self->message, found.offset);
      gsize             end = trace_message_to_unit (self->message, found.offset + found.length);

      if (found.span != i)
        break;
      wire_spans_add_deviation (self->spans, found.deviation, wire_spans_get_n (self->spans) - 1,
                                begin, end - begin);
    }
}

static void
add_message_span (DataSpans *self, const WireSpan *span)
{
  gsize begin = trace_message_to_unit (self->message, span->offset);
  gsize end = trace_message_to_unit (self->message, span->offset + span->length);
  guint depth = span->depth + 1u;

  add_dots_before (self, begin);
  wire_spans_add (self->spans, span->element, begin, end - begin, depth, span->flags);
  g_array_set_size (self->ends, depth);
  g_array_append_val (self->ends, end);
}

/* Adds the message of the block, which ends @end_length bytes before the block does. */
static void
add_message (WireSpans *spans, const char *grammar, const guint8 *block, gsize length,
             gsize end_length)
{
  g_autoptr (GBytes) unit = g_bytes_new_static (block, length);
  g_autoptr (TraceMessage) message = trace_message_new (grammar, unit);
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (WireSpans) inner =
      wire_annotate (&mime_grammar_message, g_bytes_get_data (message->bytes, NULL),
                     g_bytes_get_size (message->bytes));
  DataSpans self = { spans, message, 0, ends };

  g_array_append_val (ends, length);
  for (guint i = 0; i < wire_spans_get_n (inner); i++)
    {
      add_message_span (&self, wire_spans_get (inner, i));
      add_message_deviations (&self, inner, i);
    }
  add_dots_before (&self, length - end_length);
}

/* How many places out of order are told of one block, and how many that look like its end: a
 * message whose every line ends in LF alone says it no better with each. */
#define PLACES_MAX 200

typedef struct
{
  WireSpans *spans;
  guint      n_places, n_ends;
} Places;

static void
add_place (const WireDeviation *deviation, gsize offset, gsize length, gpointer data)
{
  Places *self = data;
  guint  *n = deviation == &smtp_deviation_false_end_of_data ? &self->n_ends : &self->n_places;

  if ((*n)++ >= PLACES_MAX)
    return;
  wire_spans_get (self->spans, 0)->flags |= (guint16) wire_severity_get_flags (deviation->severity);
  wire_spans_add_deviation (self->spans, deviation, 0, offset, length);
}

static WireSpans *
annotate_data (const char *grammar, const WireElement *root, const guint8 *data, gsize length)
{
  WireSpans *spans = wire_spans_new ();
  Places     places = { .spans = spans };
  gsize      end_length =
      trace_message_is_stuffed (grammar) ? wire_dots_get_end_length (data, length) : 0;

  spans->length = spans->farthest = length;
  wire_spans_add (spans, root, 0, length, 0, 0);
  if (root == &smtp_data)
    smtp_data_foreach (data, length, add_place, &places);
  if (length > end_length)
    add_message (spans, grammar, data, length, end_length);
  if (end_length > 0)
    wire_spans_add (spans, &end_of_data, length - end_length, end_length, 1, 0);
  wire_spans_sort_deviations (spans);
  return spans;
}

/* IMAP: messages and headers are inside of literals, which the grammar of the command or response
 * knows by the element that holds them. */

static gboolean
is_imap_element (const WireElement *element, const char *const *names)
{
  return strcmp (element->module, "imap") == 0 && g_strv_contains (names, element->name);
}

/* Some fields of a header, or the header of a part, lack nothing that a message has to have. */
static void
forget_what_is_missing (WireSpans *message)
{
  guint n = 0;

  while (n < wire_spans_get_n_deviations (message) &&
         wire_spans_get_deviation (message, n).span == 0)
    n++;
  g_array_remove_range (message->deviations, 0, n);
  wire_spans_get (message, 0)->flags = 0;
}

/* Appends the spans of @outer to @spans, and below each literal that is a message its own. */
static void
add_with_messages (WireSpans *spans, const WireSpans *outer, const guint8 *data)
{
  static const char *const carriers[] = { "fetch_message", "fetch_header", "append_message",
                                          NULL };
  static const char *const octets[] = { "literal_octets", NULL };
  guint    carrier_depth = G_MAXUINT;
  gboolean is_header = FALSE;

  for (guint i = 0; i < wire_spans_get_n (outer); i++)
    {
      const WireSpan *span = wire_spans_get (outer, i);
      guint           n = wire_spans_get_n_deviations (outer);

      wire_spans_add (spans, span->element, span->offset, span->length, span->depth, span->flags);
      for (guint j = wire_spans_find_deviation (outer, i); j < n; j++)
        {
          WireSpanDeviation found = wire_spans_get_deviation (outer, j);

          if (found.span != i)
            break;
          wire_spans_add_deviation (spans, found.deviation, wire_spans_get_n (spans) - 1,
                                    found.offset, found.length);
        }
      if (span->depth <= carrier_depth)
        {
          carrier_depth = is_imap_element (span->element, carriers) ? span->depth : G_MAXUINT;
          is_header = strcmp (span->element->name, "fetch_header") == 0;
        }
      if (carrier_depth != G_MAXUINT && is_imap_element (span->element, octets))
        {
          g_autoptr (WireSpans) inner =
              wire_annotate (&mime_grammar_message, data + span->offset, span->length);

          if (is_header)
            forget_what_is_missing (inner);
          wire_spans_add_moved (spans, inner, span->offset, span->depth + 1u);
        }
    }
}

static WireSpans *
annotate_imap (const WireGrammar *grammar, const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) outer = wire_annotate (grammar, data, length);
  WireSpans *spans = wire_spans_new ();

  spans->length = outer->length;
  spans->farthest = outer->farthest;
  spans->expected = outer->expected;
  add_with_messages (spans, outer, data);
  wire_spans_sort_deviations (spans);
  return spans;
}

/* What a packet's payload is read with: a DNS message, in a datagram or as all of a segment.
 * Returns: (nullable) */
static const WireGrammar *
find_payload_grammar (const InetPacket *packet)
{
  if (packet->payload_length == 0 ||
      (packet->source_port != DNS_PORT && packet->destination_port != DNS_PORT))
    return NULL;
  if (packet->protocol == INET_PROTOCOL_UDP)
    return &dns_grammar_message;
  return wire_matches (&dns_grammar_frame, packet->payload, packet->payload_length)
             ? &dns_grammar_frame
             : NULL;
}

/* A packet, with the DNS message inside it. */
static WireSpans *
annotate_packet (const guint8 *data, gsize length)
{
  WireSpans         *spans = wire_annotate (&inet_grammar_packet, data, length);
  InetPacket         packet;
  const WireGrammar *grammar = NULL;

  if (inet_packet_parse (data, length, &packet) &&
      packet.payload + packet.payload_length == data + length)
    grammar = find_payload_grammar (&packet);
  if (grammar != NULL)
    {
      g_autoptr (WireSpans) inner =
          wire_annotate (grammar, packet.payload, packet.payload_length);

      /* The payload is the last span, one level down. */
      wire_spans_add_moved (spans, inner, length - packet.payload_length, 2);
    }
  return spans;
}

WireSpans *
trace_grammar_annotate (const char *name, const guint8 *data, gsize length)
{
  int i = find_grammar (name);

  g_return_val_if_fail (i >= 0, NULL);
  if (g_str_has_prefix (name, "imap-") && grammars[i].grammar != NULL)
    return annotate_imap (grammars[i].grammar, data, length);
  if (grammars[i].grammar != NULL)
    return wire_annotate (grammars[i].grammar, data, length);
  if (grammars[i].data_root != NULL)
    return annotate_data (name, grammars[i].data_root, data, length);
  return annotate_packet (data, length);
}
