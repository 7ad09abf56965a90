/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-provenance.h>

enum
{
  ALICE,
  SENDER,
  RECIPIENT,
  BOB,
  OTHER,
};

static void
add (TraceLog *log, guint from, guint to, TraceProtocol protocol, const char *what, guint message,
     const char *bytes)
{
  TraceEvent event = { .kind = TRACE_UNIT, .protocol = protocol, .message = message,
                       .from = (guint16) from, .to = (guint16) to,
                       .what = trace_log_intern (log, what) };

  trace_log_append (log, &event, bytes, strlen (bytes));
}

static TraceLog *
make_log (void)
{
  static const char *const names[] = { "alice-pc", "mail.sender", "mail.recipient", "bob-pc",
                                       "mail.other" };
  TraceLog *log = trace_log_new ("t", 1);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    trace_log_add_actor (log, names[i], "", "");
  add (log, ALICE, SENDER, TRACE_SMTP, "data", 1, "Subject: x\r\n\r\nhello\r\n.\r\n");
  add (log, ALICE, SENDER, TRACE_SMTP, "data", 2, "Date: today\r\n\r\nhello\r\n.\r\n");
  add (log, SENDER, OTHER, TRACE_SMTP, "chunk", 1, "Received: o\r\nSubject: x\r\n\r\nhello\r\n");
  add (log, SENDER, RECIPIENT, TRACE_SMTP, "chunk", 1,
       "Received: s\r\n for b\r\nDate: today\r\nSubject: x\r\n\r\nhello\r\n");
  add (log, RECIPIENT, BOB, TRACE_POP3, "data", 1,
       "Return-Path: <a>\r\nReceived: r\r\nReceived: s\r\n for b\r\nDate: today\r\n"
       "Subject: x\r\n\r\nhello\r\n.\r\n");
  add (log, RECIPIENT, BOB, TRACE_POP3, "data", 0, "Subject: y\r\n\r\n.\r\n");
  add (log, RECIPIENT, BOB, TRACE_IMAP, "response", 1, "* 1 FETCH (UID 5)\r\n");
  add (log, RECIPIENT, BOB, TRACE_IMAP, "response", 1,
       "* 1 FETCH (BODY[] {40}\r\nReceived: i\r\nSubject: x\r\n\r\nhello\r\n....)\r\n");
  return log;
}

static void
test_hops (void)
{
  static const struct
  {
    guint       position, n_hops; /* 0: nothing is known */
    const char *field;
    guint       actor;
  } cases[] = {
    { 4, 3, "Subject: x\r\n", ALICE },
    { 4, 3, "Date: today\r\n", SENDER },
    { 4, 3, "Received: s\r\n for b\r\n", SENDER },
    { 4, 3, "Received: r\r\n", RECIPIENT },
    { 4, 3, "Return-Path: <a>\r\n", RECIPIENT },
    { 4, 3, "Received: o\r\n", G_MAXUINT },
    { 3, 2, "Date: today\r\n", SENDER },
    { 2, 2, "Received: o\r\n", SENDER },
    { 1, 1, "Date: today\r\n", ALICE },
    { 0, 1, "Subject: x\r\n", ALICE },
    { 0, 1, "Subject: x", G_MAXUINT },
    { 5, 0, NULL, G_MAXUINT },
    { 6, 0, NULL, G_MAXUINT },
    { 7, 3, "Received: i\r\n", RECIPIENT },
    { 7, 3, "Subject: x\r\n", ALICE },
  };
  g_autoptr (TraceLog) log = make_log ();

  g_test_summary ("A field is its who sent it first, on the way that led to where one looks.");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TraceProvenance) found = trace_provenance_new (log, cases[i].position);

      g_assert_cmpint (found == NULL, ==, cases[i].n_hops == 0);
      if (found == NULL)
        continue;
      g_assert_cmpuint (trace_provenance_get_n_hops (found), ==, cases[i].n_hops);
      g_assert_cmpuint (trace_provenance_find (found, (const guint8 *) cases[i].field,
                                               strlen (cases[i].field)),
                        ==, cases[i].actor);
    }
}

/* A message that goes in a circle is looked at as often as the limit lets. */
static void
test_circle (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceProvenance) found = NULL;

  for (guint i = 0; i < 300; i++)
    add (log, i % 2 == 0 ? BOB : OTHER, i % 2 == 0 ? OTHER : BOB, TRACE_SMTP, "data", 1,
         "Subject: x\r\n\r\n.\r\n");
  found = trace_provenance_new (log, trace_log_get_n_events (log) - 1);
  g_assert_cmpuint (trace_provenance_get_n_hops (found), ==, TRACE_PROVENANCE_HOPS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace-provenance/hops", test_hops);
  g_test_add_func ("/trace-provenance/circle", test_circle);
  return g_test_run ();
}
