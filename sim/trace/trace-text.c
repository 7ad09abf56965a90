/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-text.h"

#include <string.h>

#include <dns/dns-message.h>
#include <inet/inet-packet.h>
#include <tls/tls-grammar.h>
#include <tls/tls-record.h>
#include <wire/wire-text.h>

#include "trace-grammar.h"

/* A label shows at most this much of a line: no arrow has room for more. */
#define LABEL_BYTES_MAX 200

static gboolean
is_what (TraceLog *log, const TraceEvent *event, const char *what)
{
  return strcmp (trace_log_get_what (log, event), what) == 0;
}

static char *
dup_first_word (const guint8 *data, gsize length)
{
  gsize n = 0;

  while (n < length && n < 16 && g_ascii_isgraph (data[n]))
    n++;
  return n > 0 ? g_ascii_strup ((const char *) data, (gssize) n) : NULL;
}

/* The type a DNS message asks about, or its response code. */
static char *
dup_dns_word (const guint8 *data, gsize length, gboolean is_answer)
{
  g_autoptr (DnsMessage) message = dns_message_decode (data, length, NULL);

  if (message == NULL)
    return NULL;
  if (is_answer)
    return g_strdup (dns_rcode_to_string (message->rcode));
  if (message->questions->len == 0)
    return NULL;
  return dns_type_to_string (g_array_index (message->questions, DnsQuestion, 0).type);
}

/* IMAP: the word behind the tag, and behind UID the one that it belongs to (RFC 9051 section 6). */
static char *
dup_imap_verb (const guint8 *data, gsize length)
{
  const guint8    *space = length > 0 ? memchr (data, ' ', length) : NULL;
  gsize            left = space != NULL ? length - (gsize) (space + 1 - data) : 0;
  g_autofree char *verb = space != NULL ? dup_first_word (space + 1, left)
                                        : dup_first_word (data, length);
  g_autofree char *what = NULL;

  if (verb == NULL || strcmp (verb, "UID") != 0 || left < 5)
    return g_steal_pointer (&verb);
  what = dup_first_word (space + 5, left - 4);
  return what != NULL ? g_strconcat ("UID ", what, NULL) : g_steal_pointer (&verb);
}

/* IMAP: "OK", "NO", or what is told: "FETCH"; "+" (RFC 9051 section 7). */
static char *
dup_imap_code (const guint8 *data, gsize length)
{
  const guint8 *space = length > 0 ? memchr (data, ' ', length) : NULL;

  if (length > 0 && data[0] == '+')
    return g_strdup ("+");
  if (space == NULL)
    return NULL;
  space++;
  if (g_ascii_isdigit (length > (gsize) (space - data) ? *space : 0))
    space = memchr (space, ' ', length - (gsize) (space - data));
  while (space != NULL && (gsize) (space - data) < length && *space == ' ')
    space++;
  return space != NULL ? dup_first_word (space, length - (gsize) (space - data)) : NULL;
}

static char *
dup_packet_word (const guint8 *data, gsize length)
{
  InetPacket packet;

  if (!inet_packet_parse (data, length, &packet))
    return NULL;
  return packet.protocol == INET_PROTOCOL_TCP ? inet_tcp_flags_to_string (packet.flags)
                                              : g_strdup ("UDP");
}

char *
trace_text_dup_verb (TraceLog *log, const TraceEvent *event)
{
  gsize         length;
  const guint8 *data = trace_log_get_bytes (log, event, &length);

  if (event->kind == TRACE_PACKET && event->protocol != TRACE_TLS)
    return dup_packet_word (data, length);
  if (event->kind != TRACE_UNIT)
    return NULL;
  if (is_what (log, event, "command"))
    return event->protocol == TRACE_IMAP ? dup_imap_verb (data, length)
                                         : dup_first_word (data, length);
  if (is_what (log, event, "query"))
    return dup_dns_word (data, length, FALSE);
  return NULL;
}

char *
trace_text_dup_code (TraceLog *log, const TraceEvent *event)
{
  gsize         length;
  const guint8 *data = trace_log_get_bytes (log, event, &length);

  if (event->kind != TRACE_UNIT)
    return NULL;
  if (is_what (log, event, "reply"))
    return length >= 3 && g_ascii_isdigit (data[0]) && g_ascii_isdigit (data[1]) &&
                   g_ascii_isdigit (data[2])
               ? g_strndup ((const char *) data, 3)
               : NULL;
  if (event->protocol == TRACE_IMAP)
    return is_what (log, event, "response") ? dup_imap_code (data, length) : NULL;
  if (is_what (log, event, "response"))
    return length >= 3 && (data[0] == '+' || data[0] == '-') ? dup_first_word (data, length)
                                                             : NULL;
  if (is_what (log, event, "answer"))
    return dup_dns_word (data, length, TRUE);
  return NULL;
}

/* Returns: (transfer full): 1204 as "1,204". */
static char *
group_digits (guint64 value)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, value);
  gsize            length = strlen (digits);
  GString         *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

/* Where the word ends that begins at @at, the space behind it included. */
static gsize
skip_word (const guint8 *line, gsize length, gsize at)
{
  gboolean is_quoted = at < length && line[at] == '"';

  for (at += is_quoted; at < length && line[at] != (is_quoted ? '"' : ' '); at++)
    if (is_quoted && line[at] == '\\')
      at++;
  at += is_quoted;
  return MIN (at + 1, length);
}

/* How much of a unit's first line is no secret: the word PASS; of AUTH the mechanism, too; of IMAP
 * tag, command and user or mechanism. */
static gsize
get_open_length (const TraceEvent *event, const guint8 *line, gsize length)
{
  const guint8 *space = memchr (line, ' ', length);
  gsize         first = space != NULL ? (gsize) (space - line) + 1 : length;

  if (event->protocol == TRACE_IMAP)
    return skip_word (line, length, skip_word (line, length, first));
  if (first != 5 || g_ascii_strncasecmp ((const char *) line, "AUTH ", 5) != 0)
    return first;
  space = memchr (line + first, ' ', length - first);
  return space != NULL ? (gsize) (space - line) + 1 : length;
}

/* The first line of a unit, its secret masked with as many bullets. */
static char *
dup_line (const TraceEvent *event, const guint8 *data, gsize length)
{
  const guint8    *lf = memchr (data, '\n', length);
  gsize            line_length = lf != NULL ? (gsize) (lf - data) : length;
  guint            n_more = 0;
  GString         *text;
  g_autofree char *shown = NULL;

  if (line_length > 0 && data[line_length - 1] == '\r')
    line_length--;
  for (gsize i = line_length; i + 2 < length; i++)
    n_more += data[i] == '\n';
  if (event->flags & TRACE_FLAG_SECRET)
    {
      gsize open_length = MIN (get_open_length (event, data, line_length), LABEL_BYTES_MAX);

      shown = wire_text_escape (data, open_length);
      text = g_string_new (shown);
      for (gsize i = open_length; i < MIN (line_length, LABEL_BYTES_MAX); i++)
        g_string_append (text, "•");
      return g_string_free (text, FALSE);
    }
  shown = wire_text_escape (data, MIN (line_length, LABEL_BYTES_MAX));
  text = g_string_new (shown);
  if (line_length > LABEL_BYTES_MAX)
    g_string_append (text, "…");
  if (n_more > 0)
    g_string_append_printf (text, n_more == 1 ? " (and %u line)" : " (and %u lines)", n_more);
  return g_string_free (text, FALSE);
}

/* Returns: how many octets the announcement says that ends at @end, "{310}" CRLF, and in
 * @out_start where it begins; -1 where there is none. */
static gint64
read_announcement (const guint8 *data, gsize begin, gsize end, gsize *out_start)
{
  gsize   at = end;
  gsize   n_digits = 0;
  guint64 size = 0;

  if (at < begin + 3 || data[at - 1] != '\n')
    return -1;
  at--;
  if (data[at - 1] == '\r')
    at--;
  if (at < begin + 3 || data[--at] != '}')
    return -1;
  if (data[at - 1] == '+')
    at--;
  while (at - n_digits > begin && n_digits < 19 && g_ascii_isdigit (data[at - n_digits - 1]))
    n_digits++;
  for (gsize i = at - n_digits; i < at; i++)
    size = size * 10 + (guint) (data[i] - '0');
  at -= n_digits;
  if (n_digits == 0 || at == begin || data[--at] != '{' || size > G_MAXINT64)
    return -1;
  if (at > begin && data[at - 1] == '~')
    at--;
  *out_start = at;
  return (gint64) size;
}

/* A command or response of IMAP on one line: in place of each literal that is there, how large it
 * is. */
static char *
dup_imap_line (const guint8 *data, gsize length)
{
  GString *text = g_string_new (NULL);
  gsize    begin = 0;

  while (begin < length && text->len < LABEL_BYTES_MAX)
    {
      const guint8    *lf = memchr (data + begin, '\n', length - begin);
      gsize            end = lf != NULL ? (gsize) (lf - data) + 1 : length;
      gsize            shown_end = end;
      gint64           size = read_announcement (data, begin, end, &shown_end);
      g_autofree char *shown = NULL;
      g_autofree char *n_bytes = NULL;

      if (size < 0 || (guint64) size > length - end)
        {
          size = -1;
          shown_end = end;
        }
      if (size < 0)
        while (shown_end > begin && (data[shown_end - 1] == '\n' || data[shown_end - 1] == '\r'))
          shown_end--;
      shown = wire_text_escape (data + begin, MIN (shown_end - begin, LABEL_BYTES_MAX));
      g_string_append (text, shown);
      if (shown_end - begin > LABEL_BYTES_MAX || (size < 0 && end < length))
        g_string_append (text, "…");
      if (size < 0)
        break;
      n_bytes = group_digits ((guint64) size);
      g_string_append_printf (text, "{%s bytes}", n_bytes);
      begin = end + (gsize) size;
    }
  return g_string_free (text, FALSE);
}

/* What the record holds, as far as it can be seen, by the elements right below its header. */
static void
append_record_contents (GString *text, const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) spans = wire_annotate (&tls_grammar_record, data, length);
  const char *before = ": ";

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      if (span->depth != 1 || span->offset < TLS_RECORD_HEADER_BYTES)
        continue;
      g_string_append_printf (text, "%s%s", before,
                              g_str_has_prefix (span->element->label, "Encrypted")
                                  ? "encrypted"
                                  : span->element->label);
      before = ", ";
    }
}

/* RFC 8446 section 5.1: a record says in clear of what type it is and how long. */
static char *
dup_record_label (const guint8 *data, gsize length)
{
  g_autofree char *n_bytes = NULL;
  GString         *text;

  if (length < TLS_RECORD_HEADER_BYTES)
    return g_strdup_printf ("TLS, %" G_GSIZE_FORMAT " bytes", length);
  n_bytes = group_digits (length - TLS_RECORD_HEADER_BYTES);
  switch ((TlsRecordType) data[0])
    {
    case TLS_RECORD_CHANGE_CIPHER_SPEC:
      return g_strdup ("TLS change cipher spec");
    case TLS_RECORD_ALERT:
      if (length == TLS_RECORD_HEADER_BYTES + 2)
        {
          const char *name = tls_alert_get_name (data[TLS_RECORD_HEADER_BYTES + 1]);

          return g_strdup_printf ("TLS alert: %s", name != NULL ? name : "unknown");
        }
      return g_strdup_printf ("TLS alert: encrypted, %s bytes", n_bytes);
    case TLS_RECORD_HANDSHAKE:
      text = g_string_new ("TLS handshake");
      append_record_contents (text, data, length);
      g_string_append_printf (text, ", %s bytes", n_bytes);
      return g_string_free (text, FALSE);
    case TLS_RECORD_APPLICATION_DATA:
      return g_strdup_printf ("TLS application data, %s bytes", n_bytes);
    default:
      return g_strdup_printf ("not a TLS record, %" G_GSIZE_FORMAT " bytes", length);
    }
}

static char *
dup_packet_label (const guint8 *data, gsize length)
{
  InetPacket       packet;
  g_autofree char *flags = NULL;

  if (!inet_packet_parse (data, length, &packet))
    return g_strdup_printf ("packet, %" G_GSIZE_FORMAT " bytes", length);
  if (packet.protocol == INET_PROTOCOL_UDP)
    return g_strdup_printf ("UDP %u → %u len %" G_GSIZE_FORMAT, packet.source_port,
                            packet.destination_port, packet.payload_length);
  flags = inet_tcp_flags_to_string (packet.flags);
  return g_strdup_printf ("[%s] %u → %u seq %u ack %u len %" G_GSIZE_FORMAT, flags,
                          packet.source_port, packet.destination_port, packet.sequence,
                          packet.acknowledgement, packet.payload_length);
}

/* A client's answer in an exchange of AUTH: all of it may be secret. */
static char *
dup_sasl_label (const guint8 *data, gsize length)
{
  gsize n = length;

  while (n > 0 && (data[n - 1] == '\n' || data[n - 1] == '\r'))
    n--;
  if (n == 1 && data[0] == '*')
    return g_strdup ("* (gives up AUTH)");
  return g_strdup_printf ("answer for AUTH, %" G_GSIZE_FORMAT " characters", n);
}

/* What follows an announcement of IMAP may be secret as a whole. */
static char *
dup_imap_label (TraceLog *log, const TraceEvent *event, const guint8 *data, gsize length)
{
  gboolean         is_literal = is_what (log, event, "literal");
  g_autofree char *n_bytes = group_digits (length);

  if (is_literal && g_strcmp0 (trace_grammar_for_event (log, event), "imap-message") == 0)
    return g_strdup_printf ("message, %s bytes", n_bytes);
  if (is_literal)
    return g_strdup_printf ("literal, %s bytes", n_bytes);
  if ((event->flags & TRACE_FLAG_SECRET) == 0)
    return dup_imap_line (data, length);
  return is_what (log, event, "rest") ? g_strdup_printf ("rest of a secret, %s bytes", n_bytes)
                                      : dup_line (event, data, length);
}

static char *
dup_unit_label (TraceLog *log, const TraceEvent *event, const guint8 *data, gsize length)
{
  g_autoptr (DnsMessage) message = NULL;

  if (is_what (log, event, "data"))
    {
      g_autofree char *n_bytes = group_digits (length);

      return g_strdup_printf ("message, %s bytes", n_bytes);
    }
  if (is_what (log, event, "chunk"))
    {
      g_autofree char *n_bytes = group_digits (length);

      return g_strdup_printf ("chunk of a message, %s bytes", n_bytes);
    }
  if (is_what (log, event, "sasl"))
    return dup_sasl_label (data, length);
  if (event->protocol == TRACE_IMAP)
    return dup_imap_label (log, event, data, length);
  if (event->protocol == TRACE_DNS)
    {
      g_autofree char *summary = NULL;

      message = dns_message_decode (data, length, NULL);
      if (message == NULL)
        return g_strdup_printf ("not a DNS message, %" G_GSIZE_FORMAT " bytes", length);
      summary = dns_message_dup_summary (message);
      return wire_text_escape ((const guint8 *) summary, strlen (summary));
    }
  return dup_line (event, data, length);
}

static guint
get_server_port (TraceLog *log, const TraceEvent *event)
{
  if (event->connection == 0 || event->connection > trace_log_get_n_connections (log))
    return 0;
  return trace_log_get_connection (log, event->connection)->server_port;
}

/* A note's first line is a sentence; below it may be lines "key: value", for programs. */
static char *
dup_sentence (const guint8 *data, gsize length)
{
  const guint8 *end = length > 0 ? memchr (data, '\n', length) : NULL;

  return wire_text_escape (data, end != NULL ? (gsize) (end - data) : length);
}

char *
trace_text_dup_label (TraceLog *log, const TraceEvent *event)
{
  gsize         length;
  const guint8 *data = trace_log_get_bytes (log, event, &length);

  switch ((TraceKind) event->kind)
    {
    case TRACE_UNIT:
      return dup_unit_label (log, event, data, length);
    case TRACE_PACKET:
      return event->protocol == TRACE_TLS ? dup_record_label (data, length)
                                          : dup_packet_label (data, length);
    case TRACE_NOTE:
    case TRACE_MESSAGE:
      return dup_sentence (data, length);
    case TRACE_ANOMALY:
      return wire_text_escape (data, length);
    case TRACE_OPEN:
      return g_strdup_printf ("connects to port %u", get_server_port (log, event));
    case TRACE_REFUSED:
      return g_strdup_printf ("port %u: connection refused", get_server_port (log, event));
    case TRACE_TIMEOUT:
      return g_strdup ("no answer");
    case TRACE_RESET:
      return g_strdup ("connection reset");
    case TRACE_CLOSE:
      return g_strdup ("closes");
    case TRACE_N_KINDS:
      break;
    }
  g_return_val_if_reached (g_strdup (""));
}

static char *
escape (const char *text)
{
  return wire_text_escape ((const guint8 *) text, strlen (text));
}

/* What kind of thing it is, for people; names are escaped, as a file may have brought them. */
static char *
dup_thing (TraceLog *log, const TraceEvent *event)
{
  const char      *name = trace_protocol_get_name ((TraceProtocol) event->protocol);
  g_autofree char *protocol = g_ascii_strup (name, -1);
  g_autofree char *what = escape (trace_log_get_what (log, event));

  switch ((TraceKind) event->kind)
    {
    case TRACE_UNIT:
      return g_strdup_printf ("%s %s", protocol, what);
    case TRACE_PACKET:
      return g_strdup (event->protocol == TRACE_TLS ? "record" : "packet");
    case TRACE_NOTE:
      return g_strdup ("note");
    case TRACE_MESSAGE:
      return g_strdup_printf ("message %s", what);
    case TRACE_ANOMALY:
      return g_strdup ("anomaly");
    default:
      return *name != '\0' ? g_strdup_printf ("%s connection", protocol) : g_strdup ("connection");
    }
}

char *
trace_text_dup_description (TraceLog *log, guint position)
{
  const TraceEvent *event = trace_log_get_event (log, position);
  g_autofree char  *from = escape (trace_log_get_actor (log, event->from)->name);
  g_autofree char  *to = escape (trace_log_get_actor (log, event->to)->name);
  g_autofree char  *thing = dup_thing (log, event);
  g_autofree char  *label = trace_text_dup_label (log, event);
  gboolean          has_way = event->from != event->to;

  return g_strdup_printf ("%u: %s%s%s, %s: %s%s", trace_log_get_id (log, position), from,
                          has_way ? " to " : "", has_way ? to : "", thing, label,
                          event->flags & TRACE_FLAG_TLS ? ", sent encrypted" : "");
}

char *
trace_text_dup_time (TraceLog *log, gint64 time_us)
{
  gint64 begin_us =
      trace_log_get_n_events (log) > 0 ? trace_log_get_event (log, 0)->time_us : 0;
  gint64 since_us = time_us - begin_us;

  return g_strdup_printf ("%s%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, since_us < 0 ? "-" : "",
                          ABS (since_us) / G_USEC_PER_SEC, ABS (since_us) % G_USEC_PER_SEC);
}
