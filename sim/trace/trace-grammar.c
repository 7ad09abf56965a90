/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "trace"
#include "trace-grammar.h"

#include <string.h>

#include <dns/dns-message.h>
#include <imf/imf-message.h>
#include <inet/inet-packet.h>
#include <pop3/pop3-grammar.h>
#include <smtp/smtp-grammar.h>
#include <wire/wire-dots.h>

WIRE_ELEMENT (smtp_data, "Mail data", 5321, "4.1.1.4");
WIRE_ELEMENT (pop3_data, "Message of a multi-line response", 1939, "3");
WIRE_ELEMENT (stuffed_dot, "Stuffed dot", 5321, "4.5.2");
WIRE_ELEMENT (end_of_data, "End of data", 5321, "4.1.1.4");

#define DNS_PORT 53

static WireSpans *annotate_data (const WireElement *root, const guint8 *data, gsize length);
static WireSpans *annotate_packet (const guint8 *data, gsize length);

/* Every grammar by name. Where @grammar is NULL, the unit carries another
 * protocol and is put together here. */
static const struct
{
  const char        *name;
  const char        *label;
  const WireGrammar *grammar;
  const WireElement *data_root;
} grammars[] = {
  { "message", "Internet message", &imf_grammar_message, NULL },
  { "smtp-command", "SMTP command", &smtp_grammar_command, NULL },
  { "smtp-reply", "SMTP reply", &smtp_grammar_reply, NULL },
  { "smtp-data", "SMTP mail data", NULL, &smtp_data },
  { "pop3-command", "POP3 command", &pop3_grammar_command, NULL },
  { "pop3-response", "POP3 response", &pop3_grammar_response, NULL },
  { "pop3-data", "POP3 message", NULL, &pop3_data },
  { "dns", "DNS message", &dns_grammar_message, NULL },
  { "packet", "IP packet", NULL, NULL },
};

static const char *const names[] = {
  "message",       "smtp-command", "smtp-reply", "smtp-data", "pop3-command",
  "pop3-response", "pop3-data",    "dns",        "packet",    NULL,
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
  { TRACE_SMTP, "data", "smtp-data" },         { TRACE_POP3, "command", "pop3-command" },
  { TRACE_POP3, "response", "pop3-response" }, { TRACE_POP3, "data", "pop3-data" },
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

const char *
trace_grammar_for_event (TraceLog *log, const TraceEvent *event)
{
  const char *what = trace_log_get_what (log, event);

  if (event->kind == TRACE_PACKET)
    return "packet";
  if (event->kind != TRACE_UNIT)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].protocol == event->protocol && strcmp (units[i].what, what) == 0)
      return units[i].grammar;
  return NULL;
}

/* Data of SMTP and POP3: a message with its dots stuffed, and the final line. */

/* Whether the dot at @pos was stuffed: it begins a line of a block (RFC 5321 section 4.5.2). */
static gboolean
is_stuffed_dot (const guint8 *data, gsize pos)
{
  return data[pos] == '.' && (pos == 0 || (pos >= 2 && data[pos - 1] == '\n' &&
                                           data[pos - 2] == '\r'));
}

/* Appends the stuffed dots of data[from..to) as children of depth @depth. */
static void
add_stuffed_dots (WireSpans *spans, const guint8 *data, gsize from, gsize to, guint depth)
{
  for (gsize i = from; i < to;)
    {
      const guint8 *dot = memchr (data + i, '.', to - i);

      if (dot == NULL)
        break;
      i = (gsize) (dot - data);
      if (is_stuffed_dot (data, i))
        wire_spans_add (spans, &stuffed_dot, i, 1, depth, 0);
      i++;
    }
}

/* The spans of a message that is still stuffed: a stuffed dot can't be in the
 * header, since a dot begins no field, so only leaves of the body get some. */
static void
add_message (WireSpans *spans, const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) message = wire_annotate (&imf_grammar_message, data, length);
  guint n_spans = wire_spans_get_n (message);

  for (guint i = 0; i < n_spans; i++)
    {
      const WireSpan *span = wire_spans_get (message, i);
      gboolean        is_leaf =
          i + 1 == n_spans || wire_spans_get (message, i + 1)->depth <= span->depth;

      wire_spans_add (spans, span->element, span->offset, span->length, span->depth + 1u,
                      span->flags);
      if (is_leaf && span->length > 1)
        add_stuffed_dots (spans, data, span->offset, span->offset + span->length,
                          span->depth + 2u);
    }
}

static WireSpans *
annotate_data (const WireElement *root, const guint8 *data, gsize length)
{
  WireSpans *spans = wire_spans_new ();
  gsize      end_length = wire_dots_get_end_length (data, length);

  spans->length = spans->farthest = length;
  wire_spans_add (spans, root, 0, length, 0, 0);
  if (length > end_length)
    add_message (spans, data, length - end_length);
  if (end_length > 0)
    wire_spans_add (spans, &end_of_data, length - end_length, end_length, 1, 0);
  return spans;
}

/* A packet, with the DNS message inside its datagram. */
static WireSpans *
annotate_packet (const guint8 *data, gsize length)
{
  WireSpans *spans = wire_annotate (&inet_grammar_packet, data, length);
  InetPacket packet;

  if (inet_packet_parse (data, length, &packet) && packet.protocol == INET_PROTOCOL_UDP &&
      (packet.source_port == DNS_PORT || packet.destination_port == DNS_PORT) &&
      packet.payload_length > 0 && packet.payload + packet.payload_length == data + length)
    {
      g_autoptr (WireSpans) inner =
          wire_annotate (&dns_grammar_message, packet.payload, packet.payload_length);

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
  if (grammars[i].grammar != NULL)
    return wire_annotate (grammars[i].grammar, data, length);
  if (grammars[i].data_root != NULL)
    return annotate_data (grammars[i].data_root, data, length);
  return annotate_packet (data, length);
}
