/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-text.h>
#include <trace/trace-unit.h>

static TraceLog *
make_log (const char *name)
{
  TraceLog       *log = trace_log_new ("t", 1);
  TraceConnection connection = { 0, 1, TRACE_SMTP, 49152, 25 };

  trace_log_add_actor (log, name, "MUA", "192.0.2.1");
  trace_log_add_actor (log, "b", "MTA", "192.0.2.2");
  trace_log_add_connection (log, &connection);
  return log;
}

/* Returns: the event, borrowed until the next. */
static const TraceEvent *
add (TraceLog     *log,
     TraceKind     kind,
     TraceProtocol protocol,
     const char   *what,
     guint         flags,
     const char   *bytes)
{
  TraceEvent event = { .time_us = 2000000, .kind = kind, .protocol = protocol, .flags = flags,
                       .connection = 1, .to = kind == TRACE_NOTE ? 0 : 1,
                       .what = trace_log_intern (log, what) };
  guint      id = trace_log_append (log, &event, bytes, strlen (bytes));

  return trace_log_get_event (log, id - 1);
}

static void
test_words (void)
{
  static const struct
  {
    TraceProtocol protocol;
    const char   *what, *bytes, *verb, *code, *label;
    guint         flags;
  } words[] = {
    { TRACE_SMTP, "command", "mail FROM:<>\r\n", "MAIL", NULL, "mail FROM:<>", 0 },
    { TRACE_SMTP, "reply", "250-a\r\n250 b\r\n", NULL, "250", "250-a (and 1 line)", 0 },
    { TRACE_SMTP, "reply", "250-a\r\n250-b\r\n250 c\r\n", NULL, "250", "250-a (and 2 lines)", 0 },
    { TRACE_SMTP, "reply", "25\r\n", NULL, NULL, "25", 0 },
    { TRACE_POP3, "command", "PASS abc\r\n", "PASS", NULL, "PASS •••", TRACE_FLAG_SECRET },
    { TRACE_POP3, "command", "PASS\r\n", "PASS", NULL, "PASS", TRACE_FLAG_SECRET },
    { TRACE_POP3, "response", "+OK\r\n", NULL, "+OK", "+OK", 0 },
    { TRACE_POP3, "response", "-ERR no\r\n", NULL, "-ERR", "-ERR no", 0 },
    { TRACE_SMTP, "data", "a\r\n.\r\n", NULL, NULL, "message, 6 bytes", 0 },
    { TRACE_SMTP, "command", "AUTH PLAIN AGEA\r\n", "AUTH", NULL, "AUTH PLAIN ••••",
      TRACE_FLAG_SECRET },
    { TRACE_SMTP, "command", "auth LOGIN\r\n", "AUTH", NULL, "auth LOGIN", TRACE_FLAG_SECRET },
    { TRACE_SMTP, "sasl", "AGFsaWNlAHNlY3JldA==\r\n", NULL, NULL,
      "answer for AUTH, 20 characters", TRACE_FLAG_SECRET },
    { TRACE_SMTP, "sasl", "*\r\n", NULL, NULL, "* (gives up AUTH)", TRACE_FLAG_SECRET },
    { TRACE_SMTP, "chunk", "a\r\n", NULL, NULL, "chunk of a message, 3 bytes", 0 },
    { TRACE_SMTP, "command", "\x1b[2J\xff\r\n", NULL, NULL, "\\x1B[2J\\xFF", 0 },
    { TRACE_SMTP, "command", "", NULL, NULL, "", 0 },
    { TRACE_DNS, "query", "junk", NULL, NULL, "not a DNS message, 4 bytes", 0 },
    { TRACE_IMAP, "command", "a1 select INBOX\r\n", "SELECT", NULL, "a1 select INBOX", 0 },
    { TRACE_IMAP, "command", "a1 uid fetch 1 (UID)\r\n", "UID FETCH", NULL,
      "a1 uid fetch 1 (UID)", 0 },
    { TRACE_IMAP, "command", "a UID \r\n", "UID", NULL, "a UID ", 0 },
    { TRACE_IMAP, "command", "DONE\r\n", "DONE", NULL, "DONE", 0 },
    { TRACE_IMAP, "command", "a ", NULL, NULL, "a ", 0 },
    { TRACE_IMAP, "command", "", NULL, NULL, "", 0 },
    { TRACE_IMAP, "command", "a APPEND x {310}\r\n", "APPEND", NULL, "a APPEND x {310}", 0 },
    { TRACE_IMAP, "command", "a X {3+}\r\nb\nc ~{0+}\r\n d\r\n", "X", NULL,
      "a X {3 bytes} {0 bytes} d", 0 },
    { TRACE_IMAP, "command", "a LOGIN joe secret\r\n", "LOGIN", NULL, "a LOGIN joe ••••••",
      TRACE_FLAG_SECRET },
    { TRACE_IMAP, "command", "a LOGIN \"j \\\"o\" \"s\"\r\n", "LOGIN", NULL,
      "a LOGIN \"j \\\"o\" •••", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "command", "a LOGIN \"j", "LOGIN", NULL, "a LOGIN \"j", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "command", "a LOGIN {3+}\r\njoe {1+}\r\ns\r\n", "LOGIN", NULL,
      "a LOGIN {3+}", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "command", "a AUTHENTICATE PLAIN AGEAYg==\r\n", "AUTHENTICATE", NULL,
      "a AUTHENTICATE PLAIN ••••••••", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "literal", "A: b\r\n\r\n", NULL, NULL, "message, 8 bytes", 0 },
    { TRACE_IMAP, "literal", "joe", NULL, NULL, "literal, 3 bytes", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "rest", " \"s\"\r\n", NULL, NULL, "rest of a secret, 6 bytes",
      TRACE_FLAG_SECRET },
    { TRACE_IMAP, "rest", " (\\Seen) {3}\r\n", NULL, NULL, " (\\Seen) {3}", 0 },
    { TRACE_IMAP, "sasl", "AGEA\r\n", NULL, NULL, "answer for AUTH, 4 characters",
      TRACE_FLAG_SECRET },
    { TRACE_IMAP, "response", "a1 ok done\r\n", NULL, "OK", "a1 ok done", 0 },
    { TRACE_IMAP, "response", "* OK said {5}\r\n", NULL, "OK", "* OK said {5}", 0 },
    { TRACE_IMAP, "response", "* 3 EXISTS\r\n", NULL, "EXISTS", "* 3 EXISTS", 0 },
    { TRACE_IMAP, "response", "* LIST () \"/\" x\r\n", NULL, "LIST", "* LIST () \"/\" x", 0 },
    { TRACE_IMAP, "response", "* 1 FETCH (BODY[] {6}\r\na\r\nb\r\n UID 5)\r\n", NULL,
      "FETCH",
      "* 1 FETCH (BODY[] {6 bytes} UID 5)", 0 },
    { TRACE_IMAP, "response", "+ go on\r\n", NULL, "+", "+ go on", 0 },
    { TRACE_IMAP, "response", "* 5", NULL, NULL, "* 5", 0 },
    { TRACE_IMAP, "response", "*", NULL, NULL, "*", 0 },
  };
  g_autoptr (TraceLog) log = make_log ("a");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const TraceEvent *event =
          add (log, TRACE_UNIT, words[i].protocol, words[i].what, words[i].flags, words[i].bytes);
      g_autofree char *verb = trace_text_dup_verb (log, event);
      g_autofree char *code = trace_text_dup_code (log, event);
      g_autofree char *label = trace_text_dup_label (log, event);

      g_assert_cmpstr (verb, ==, words[i].verb);
      g_assert_cmpstr (code, ==, words[i].code);
      g_assert_cmpstr (label, ==, words[i].label);
    }
}

static void
test_records (void)
{
  static const struct
  {
    const char *bytes;
    gsize       length;
    const char *label;
  } records[] = {
#define BYTES(text) text, sizeof text - 1
    { BYTES ("\x14\3\3\0\1\1"), "TLS change cipher spec" },
    { BYTES ("\x15\3\3\0\2\2\x28"), "TLS alert: handshake_failure" },
    { BYTES ("\x15\3\3\0\2\2\xff"), "TLS alert: unknown" },
    { BYTES ("\x15\3\3\0\3abc"), "TLS alert: encrypted, 3 bytes" },
    { BYTES ("\x17\3\3\0\5hello"), "TLS application data, 5 bytes" },
    { BYTES ("\x16\3\3\0\6\0\0\0\0\1\2"), "TLS handshake: encrypted, 6 bytes" },
    { BYTES ("\x16\3\3\0\x0a\x0c\0\0\2ab\x0e\0\0\0"),
      "TLS handshake: ServerKeyExchange, ServerHelloDone, 10 bytes" },
    { BYTES ("\x16\3\3\0\0"), "TLS handshake, 0 bytes" },
    { BYTES ("GET / HTTP"), "not a TLS record, 10 bytes" },
    { BYTES ("\x17\3"), "TLS, 2 bytes" },
    { BYTES (""), "TLS, 0 bytes" },
#undef BYTES
  };
  g_autoptr (TraceLog) log = make_log ("a");

  g_test_summary ("A record is told by what an observer without keys can read of it.");
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autofree char *exact = g_memdup2 (records[i].bytes, records[i].length);
      TraceEvent       event = { .kind = TRACE_PACKET, .protocol = TRACE_TLS, .to = 1,
                                 .what = trace_log_intern (log, "record") };
      guint            id = trace_log_append (log, &event, exact, records[i].length);
      g_autofree char *label = trace_text_dup_label (log, trace_log_get_event (log, id - 1));
      g_autofree char *verb = trace_text_dup_verb (log, trace_log_get_event (log, id - 1));

      g_assert_cmpstr (label, ==, records[i].label);
      g_assert_null (verb);
    }
}

/* A label has room for no more than the beginning, be the rest a secret or not. */
static void
test_long_line (void)
{
  g_autoptr (TraceLog) log = make_log ("a");
  g_autofree char *line = g_strnfill (100000, 'x');
  g_autofree char *secret = g_strconcat ("PASS ", line, NULL);
  g_autofree char *label =
      trace_text_dup_label (log, add (log, TRACE_UNIT, TRACE_SMTP, "command", 0, line));
  g_autofree char *masked = trace_text_dup_label (
      log, add (log, TRACE_UNIT, TRACE_POP3, "command", TRACE_FLAG_SECRET, secret));

  g_assert_cmpint (g_utf8_strlen (label, -1), <, 300);
  g_assert_true (g_str_has_suffix (label, "x…"));
  g_assert_cmpint (g_utf8_strlen (masked, -1), <, 300);
  g_assert_null (strchr (masked, 'x'));
}

static void
test_description (void)
{
  static const struct
  {
    TraceKind     kind;
    TraceProtocol protocol;
    const char   *what, *bytes, *description;
    guint         flags;
  } descriptions[] = {
    { TRACE_UNIT, TRACE_SMTP, "command", "QUIT\r\n", "a\\x1B to b, SMTP command: QUIT", 0 },
    { TRACE_UNIT, TRACE_SMTP, "\x1b", "QUIT\r\n", "a\\x1B to b, SMTP \\x1B: QUIT, sent encrypted",
      TRACE_FLAG_TLS },
    { TRACE_NOTE, 0, "queued", "waits\nid: 7\n", "a\\x1B, note: waits", 0 },
    { TRACE_MESSAGE, 0, "relayed", "to b", "a\\x1B to b, message relayed: to b", 0 },
    { TRACE_PACKET, TRACE_TCP, "packet", "?", "a\\x1B to b, packet: packet, 1 bytes", 0 },
    { TRACE_OPEN, TRACE_TCP, "", "", "a\\x1B to b, TCP connection: connects to port 25", 0 },
    { TRACE_REFUSED, 0, "", "", "a\\x1B to b, connection: port 25: connection refused",
      0 },
    { TRACE_ANOMALY, 0, "gap", "lost", "a\\x1B to b, anomaly: lost", 0 },
  };
  g_autoptr (TraceLog) log = make_log ("a\x1b");

  g_test_summary ("Names from a saved trace are as hostile as text from a peer.");
  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++)
    {
      g_autofree char *description = NULL;

      add (log, descriptions[i].kind, descriptions[i].protocol, descriptions[i].what,
           descriptions[i].flags, descriptions[i].bytes);
      description = trace_text_dup_description (log, i);
      g_assert_cmpstr (strchr (description, ':') + 2, ==, descriptions[i].description);
    }
}

static void
test_time (void)
{
  g_autoptr (TraceLog) log = make_log ("a");
  g_autofree char *before_any = trace_text_dup_time (log, 1500000);
  g_autofree char *later = NULL;
  g_autofree char *earlier = NULL;

  g_assert_cmpstr (before_any, ==, "1.500000");
  add (log, TRACE_NOTE, 0, "queued", 0, "");
  later = trace_text_dup_time (log, 2012345);
  earlier = trace_text_dup_time (log, 1999999);
  g_assert_cmpstr (later, ==, "0.012345");
  g_assert_cmpstr (earlier, ==, "-0.000001");
}

/* What a unit's bytes alone say about it. */
static void
test_unit_flags (void)
{
  static const struct
  {
    TraceProtocol protocol;
    const char   *name, *bytes;
    guint         flags;
  } units[] = {
    { TRACE_POP3, "command", "pass x\r\n", TRACE_FLAG_SECRET },
    { TRACE_SMTP, "command", "AUTH PLAIN AGEAYg==\r\n", TRACE_FLAG_SECRET },
    { TRACE_POP3, "command", "USER x\r\n", 0 },
    { TRACE_SMTP, "reply", "250 OK\r\n", 0 },
    { TRACE_SMTP, "reply", "451 later\r\n", TRACE_FLAG_WARNING },
    { TRACE_SMTP, "reply", "550 no\r\n", TRACE_FLAG_ERROR },
    { TRACE_SMTP, "reply", "", 0 },
    { TRACE_POP3, "response", "-ERR\r\n", TRACE_FLAG_ERROR },
    { TRACE_POP3, "response", "+OK\r\n", 0 },
    { TRACE_POP3, "data", "-ERR\r\n", 0 },
    { TRACE_IMAP, "command", "a LOGIN joe secret\r\n", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "command", "a authenticate PLAIN\r\n", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "command", "PASS LOGOUT\r\n", 0 },
    { TRACE_IMAP, "command", "", 0 },
    { TRACE_IMAP, "sasl", "AGEA\r\n", TRACE_FLAG_SECRET },
    { TRACE_IMAP, "response", "a OK NO\r\n", 0 },
    { TRACE_IMAP, "response", "a NO [NOPERM] x\r\n", TRACE_FLAG_ERROR },
    { TRACE_IMAP, "response", "a bad x\r\n", TRACE_FLAG_ERROR },
    { TRACE_IMAP, "response", "* BAD x\r\n", TRACE_FLAG_ERROR },
    { TRACE_IMAP, "response", "* NO [ALERT] x\r\n", TRACE_FLAG_WARNING },
    { TRACE_IMAP, "response", "* BYE x\r\n", TRACE_FLAG_WARNING },
    { TRACE_IMAP, "response", "+ NO\r\n", 0 },
    { TRACE_IMAP, "response", "* 1 EXPUNGE\r\n", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    g_assert_cmpuint (trace_unit_get_flags (units[i].protocol, units[i].name,
                                            (const guint8 *) units[i].bytes,
                                            strlen (units[i].bytes)),
                      ==, units[i].flags);
}

/* What the command before a unit says about it. */
static void
test_unit_flags_by_command (void)
{
  static const struct
  {
    WireDirection direction;
    const char   *name, *bytes;
    guint         connection, flags;
  } units[] = {
    { WIRE_RECEIVED, "literal", "x", 1, 0 },
    { WIRE_SENT, "response", "* BYE busy\r\n", 1, TRACE_FLAG_WARNING },
    { WIRE_RECEIVED, "command", "a LOGIN {3}\r\n", 1, TRACE_FLAG_SECRET },
    { WIRE_RECEIVED, "command", "b APPEND x {3}\r\n", 2, 0 },
    { WIRE_SENT, "response", "+ go\r\n", 1, 0 },
    { WIRE_RECEIVED, "literal", "joe", 1, TRACE_FLAG_SECRET },
    { WIRE_RECEIVED, "literal", "a:b", 2, 0 },
    { WIRE_RECEIVED, "rest", " {1}\r\n", 1, TRACE_FLAG_SECRET },
    { WIRE_RECEIVED, "rest", "\r\n", 2, 0 },
    { WIRE_SENT, "response", "* BYE idle\r\n", 1, TRACE_FLAG_WARNING },
    { WIRE_RECEIVED, "command", "c logout\r\n", 1, 0 },
    { WIRE_SENT, "response", "* BYE bye\r\n", 1, 0 },
    { WIRE_SENT, "response", "c NO no\r\n", 1, TRACE_FLAG_ERROR },
  };
  g_autoptr (TraceLog) log = make_log ("a");

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      TraceUnit record = { .protocol = TRACE_IMAP, .connection = units[i].connection, .to = 1 };
      WireUnit  unit = { units[i].direction, units[i].name,
                         g_bytes_new (units[i].bytes, strlen (units[i].bytes)), NULL, FALSE };
      guint     id = trace_unit_record (log, &record, &unit);

      g_assert_cmpuint (trace_log_get_event (log, id - 1)->flags, ==, units[i].flags);
      wire_unit_clear (&unit);
    }
}

/* Every name leads back to its value, and no other name does. */
static void
test_names (void)
{
  TraceKind     kind;
  TraceProtocol protocol;
  TraceLevel    level;
  g_autofree const char **flags = trace_flags_get_names (~0u);

  for (guint i = 0; i < TRACE_N_KINDS; i++)
    {
      g_assert_true (trace_kind_from_name (trace_kind_get_name (i), &kind));
      g_assert_cmpuint (kind, ==, i);
    }
  for (guint i = 0; i < TRACE_N_PROTOCOLS; i++)
    {
      g_assert_true (trace_protocol_from_name (trace_protocol_get_name (i), &protocol));
      g_assert_cmpuint (protocol, ==, i);
    }
  for (guint i = TRACE_LEVEL_STORY; i <= TRACE_LEVEL_PACKETS; i++)
    {
      g_assert_true (trace_level_from_name (trace_level_get_name (i), &level));
      g_assert_cmpuint (level, ==, i);
    }
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (trace_flags_from_name (flags[i]), ==, TRACE_FLAG_ERROR << i);
  g_assert_null (flags[4]);
  g_assert_cmpuint (trace_flags_from_name ("tls"), ==, 0);
  g_assert_false (trace_kind_from_name ("Unit", &kind));
  g_assert_false (trace_protocol_from_name ("gopher", &protocol));
  g_assert_false (trace_level_from_name ("", &level));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace-text/words", test_words);
  g_test_add_func ("/trace-text/records", test_records);
  g_test_add_func ("/trace-text/long-line", test_long_line);
  g_test_add_func ("/trace-text/description", test_description);
  g_test_add_func ("/trace-text/time", test_time);
  g_test_add_func ("/trace-unit/flags", test_unit_flags);
  g_test_add_func ("/trace-unit/flags-by-command", test_unit_flags_by_command);
  g_test_add_func ("/trace-event/names", test_names);
  return g_test_run ();
}
