/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "letter.h"

#include <string.h>

enum
{
  ALICE,
  NAMES, /* out of place: the ladder puts it aside */
  SENDER,
  RECIPIENT,
  BOB,
};

/* What the next events have in common. */
typedef struct
{
  TraceLog     *log;
  gint64        now_us;
  guint         connection;
  TraceProtocol protocol;
  guint         flags;
  guint         message;
} Pen;

static void
append (Pen *pen, TraceKind kind, guint from, guint to, const char *what, const char *text)
{
  TraceEvent event = {
    .time_us = pen->now_us,
    .arrival_us = kind != TRACE_NOTE && kind != TRACE_MESSAGE && from != to ? pen->now_us + 5000
                                                                            : TRACE_NO_TIME,
    .kind = kind,
    .protocol = pen->protocol,
    .flags = pen->flags,
    .connection = kind == TRACE_NOTE ? 0 : pen->connection,
    .message = pen->message,
    .from = (guint16) from,
    .to = (guint16) to,
    .what = trace_log_intern (pen->log, what),
  };

  trace_log_append (pen->log, &event, text, strlen (text));
  pen->now_us += 7250;
}

static void
dial (Pen *pen, guint from, guint to, TraceProtocol protocol, guint16 port)
{
  TraceConnection connection = { (guint16) from, (guint16) to, protocol, 49152, port };

  pen->connection = trace_log_add_connection (pen->log, &connection);
  pen->protocol = protocol;
}

/* One command and its reply. */
static void
ask (Pen *pen, guint from, guint to, const char *command, const char *reply)
{
  append (pen, TRACE_UNIT, from, to, "command", command);
  append (pen, TRACE_UNIT, to, from, pen->protocol == TRACE_POP3 ? "response" : "reply", reply);
}

static const char message[]
    = "From: Alice <alice@sender.example>\r\nTo: Bob <bob@recipient.example>\r\n"
      "Subject: Lunch\r\n\r\nDear Bob,\r\nshall we have lunch on Friday?\r\nAlice\r\n.\r\n";

static void
submit (Pen *pen)
{
  dial (pen, ALICE, SENDER, TRACE_SMTP, 587);
  append (pen, TRACE_OPEN, ALICE, SENDER, "open", "");
  append (pen, TRACE_PACKET, ALICE, SENDER, "packet", "");
  append (pen, TRACE_PACKET, SENDER, ALICE, "packet", "");
  append (pen, TRACE_UNIT, SENDER, ALICE, "reply", "220 mail.sender.example ready\r\n");
  ask (pen, ALICE, SENDER, "EHLO alice-pc\r\n", "250 mail.sender.example\r\n");
  pen->flags = TRACE_FLAG_TLS;
  ask (pen, ALICE, SENDER, "MAIL FROM:<alice@sender.example>\r\n", "250 OK\r\n");
  append (pen, TRACE_UNIT, ALICE, SENDER, "command", "RCPT TO:<nobody@nowhere.example>\r\n");
  pen->flags |= TRACE_FLAG_ERROR;
  append (pen, TRACE_UNIT, SENDER, ALICE, "reply", "550 No such user here\r\n");
  pen->flags = TRACE_FLAG_TLS;
  ask (pen, ALICE, SENDER, "RCPT TO:<bob@recipient.example>\r\n", "250 OK\r\n");
  ask (pen, ALICE, SENDER, "DATA\r\n", "354 Go on, end with a dot\r\n");
  pen->message = 1;
  append (pen, TRACE_UNIT, ALICE, SENDER, "data", message);
  append (pen, TRACE_UNIT, SENDER, ALICE, "reply", "250 Queued as 1\r\n");
  append (pen, TRACE_MESSAGE, ALICE, SENDER, "submitted", "");
  pen->message = 0;
  ask (pen, ALICE, SENDER, "QUIT\r\n", "221 Bye\r\n");
  pen->flags = 0;
  append (pen, TRACE_CLOSE, SENDER, ALICE, "close", "");
  append (pen, TRACE_CLOSE, ALICE, SENDER, "close", "");
}

static void
relay (Pen *pen)
{
  append (pen, TRACE_NOTE, SENDER, SENDER, "queued", "for recipient.example");
  dial (pen, SENDER, NAMES, TRACE_DNS, 53);
  append (pen, TRACE_UNIT, SENDER, NAMES, "query", "MX recipient.example");
  append (pen, TRACE_UNIT, NAMES, SENDER, "answer", "MX 10 mail.recipient.example");
  append (pen, TRACE_NOTE, SENDER, SENDER, "mx-chosen", "mail.recipient.example, preference 10");
  dial (pen, SENDER, RECIPIENT, TRACE_SMTP, 25);
  append (pen, TRACE_REFUSED, SENDER, RECIPIENT, "refused", "");
  pen->flags = TRACE_FLAG_WARNING;
  append (pen, TRACE_NOTE, SENDER, SENDER, "retry", "again in 5 minutes");
  pen->flags = 0;
  pen->now_us += 300 * G_USEC_PER_SEC;
  dial (pen, SENDER, RECIPIENT, TRACE_SMTP, 25);
  append (pen, TRACE_OPEN, SENDER, RECIPIENT, "open", "");
  append (pen, TRACE_UNIT, RECIPIENT, SENDER, "reply", "220 mail.recipient.example ready\r\n");
  pen->flags = TRACE_FLAG_LOST;
  append (pen, TRACE_PACKET, SENDER, RECIPIENT, "packet", "");
  pen->flags = 0;
  ask (pen, SENDER, RECIPIENT, "EHLO mail.sender.example\r\n", "250 mail.recipient.example\r\n");
  ask (pen, SENDER, RECIPIENT, "MAIL FROM:<alice@sender.example>\r\n", "250 OK\r\n");
  ask (pen, SENDER, RECIPIENT, "RCPT TO:<bob@recipient.example>\r\n", "250 OK\r\n");
  ask (pen, SENDER, RECIPIENT, "DATA\r\n", "354 Go on\r\n");
  pen->message = 1;
  append (pen, TRACE_UNIT, SENDER, RECIPIENT, "data", message);
  append (pen, TRACE_UNIT, RECIPIENT, SENDER, "reply", "250 Taken\r\n");
  append (pen, TRACE_MESSAGE, SENDER, RECIPIENT, "relayed", "");
  append (pen, TRACE_MESSAGE, RECIPIENT, RECIPIENT, "delivered", "");
  pen->message = 0;
  append (pen, TRACE_CLOSE, SENDER, RECIPIENT, "close", "");
}

static void
fetch (Pen *pen)
{
  dial (pen, BOB, RECIPIENT, TRACE_POP3, 110);
  append (pen, TRACE_OPEN, BOB, RECIPIENT, "open", "");
  append (pen, TRACE_UNIT, RECIPIENT, BOB, "response", "+OK ready\r\n");
  ask (pen, BOB, RECIPIENT, "USER bob\r\n", "+OK\r\n");
  ask (pen, BOB, RECIPIENT, "STAT\r\n", "+OK 1 151\r\n");
  ask (pen, BOB, RECIPIENT, "RETR 1\r\n", "+OK 151 octets\r\n");
  pen->message = 1;
  append (pen, TRACE_UNIT, RECIPIENT, BOB, "data", message);
  append (pen, TRACE_MESSAGE, RECIPIENT, BOB, "retrieved", "");
  pen->message = 0;
  ask (pen, BOB, RECIPIENT, "QUIT\r\n", "+OK bye\r\n");
  append (pen, TRACE_CLOSE, BOB, RECIPIENT, "close", "");
}

TraceLog *
letter_new (void)
{
  TraceLog *log = trace_log_new ("One message, four computers", 1);
  Pen       pen = { .log = log };

  trace_log_add_actor (log, "alice-pc", "MUA", "192.0.2.1");
  trace_log_add_actor (log, "ns.example", "DNS server", "192.0.2.53");
  trace_log_add_actor (log, "mail.sender.example", "MSA, MTA", "192.0.2.25");
  trace_log_add_actor (log, "mail.recipient.example", "MTA, MDA, MS", "198.51.100.25");
  trace_log_add_actor (log, "bob-pc", "MUA", "198.51.100.1");
  pen.message = 1;
  append (&pen, TRACE_MESSAGE, ALICE, ALICE, "composed", "");
  pen.message = 0;
  submit (&pen);
  relay (&pen);
  fetch (&pen);
  return log;
}

guint
letter_add (TraceLog *log, TraceKind kind, guint from, guint to, const char *what, const char *text)
{
  TraceEvent event = { .time_us = trace_log_get_n_events (log) * 1000,
                       .arrival_us = TRACE_NO_TIME,
                       .kind = kind,
                       .protocol = TRACE_SMTP,
                       .connection = trace_log_get_n_connections (log),
                       .from = (guint16) from,
                       .to = (guint16) to,
                       .what = trace_log_intern (log, what) };

  return trace_log_append (log, &event, text, strlen (text));
}

TraceLog *
letter_new_many (guint n_hosts, guint n_events)
{
  TraceLog *log = trace_log_new ("Many", 1);

  for (guint i = 0; i < n_hosts; i++)
    {
      g_autofree char *name = g_strdup_printf ("host%u.example", i);

      trace_log_add_actor (log, name, "MTA", "");
    }
  for (guint i = 0; i < n_events; i++)
    {
      guint from = i / 20 % n_hosts;
      guint to = (from + 1) % n_hosts;

      if (i % 20 == 0)
        {
          TraceConnection connection = { (guint16) from, (guint16) to, TRACE_SMTP, 49152, 25 };

          trace_log_add_connection (log, &connection);
        }
      if (i % 2 == 0)
        letter_add (log, TRACE_UNIT, from, to, "command", "MAIL FROM:<alice@sender.example>\r\n");
      else
        letter_add (log, i % 20 == 19 ? TRACE_CLOSE : TRACE_UNIT, to, from, "reply", "250 OK\r\n");
    }
  return log;
}
