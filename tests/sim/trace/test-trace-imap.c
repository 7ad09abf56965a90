/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-imap.h>

/* What a session has come to after each of its units: two sessions side by side, and odd ones. */

typedef struct
{
  guint       connection;
  const char *what, *bytes;
  const char *after; /* "STATE MAILBOX N", "/" behind a mailbox read only, "~" where it idles */
} Unit;

static const Unit story[] = {
  { 1, "response", "* OK ready\r\n", "not authenticated - 0" },
  { 1, "command", "a LOGIN bob no\r\n", "not authenticated - 0" },
  { 1, "response", "a NO wrong\r\n", "not authenticated - 0" },
  { 1, "command", "b LOGIN {3}\r\n", "not authenticated - 0" },
  { 1, "literal", "bob", "not authenticated - 0" },
  { 1, "rest", " pw\r\n", "not authenticated - 0" },
  { 1, "response", "+ go on\r\n", "not authenticated - 0" },
  { 1, "response", "b OK in\r\n", "authenticated - 0" },
  { 1, "command", "c SELECT inbox\r\n", "authenticated - 0" },
  { 1, "response", "* 3 EXISTS\r\n", "authenticated - 0" },
  { 1, "response", "c OK [READ-WRITE] done\r\n", "selected INBOX 3" },
  { 2, "response", "* PREAUTH hello bob\r\n", "authenticated - 0" },
  { 2, "command", "a examine {4}\r\n", "authenticated - 0" },
  { 2, "response", "+ \r\n", "authenticated - 0" },
  { 2, "literal", "Work", "authenticated - 0" },
  { 2, "rest", "\r\n", "authenticated - 0" },
  { 2, "response", "* 1 EXISTS\r\n", "authenticated - 0" },
  { 2, "response", "a OK done\r\n", "selected Work/ 1" },
  { 1, "command", "d IDLE\r\n", "selected INBOX 3 ~" },
  { 1, "response", "+ idling\r\n", "selected INBOX 3 ~" },
  { 1, "response", "* 4 EXISTS\r\n", "selected INBOX 4 ~" },
  { 1, "response", "* 2 EXPUNGE\r\n", "selected INBOX 3 ~" },
  { 1, "command", "DONE\r\n", "selected INBOX 3 ~" },
  { 1, "response", "d OK over\r\n", "selected INBOX 3" },
  { 1, "response", "* VANISHED (EARLIER) 1:100\r\n", "selected INBOX 3" },
  { 1, "response", "* VANISHED 7,9\r\n", "selected INBOX 1" },
  { 1, "response", "* VANISHED 1:4294967295\r\n", "selected INBOX 0" },
  { 1, "response", "* 1 EXPUNGE\r\n", "selected INBOX 0" },
  { 1, "command", "e SELECT gone\r\n", "selected INBOX 0" },
  { 1, "command", "f NOOP\r\n", "selected INBOX 0" },
  { 1, "response", "e NO none\r\n", "authenticated - 0" },
  { 1, "response", "f OK\r\n", "authenticated - 0" },
  { 1, "command", "g SELECT \"a b\"\r\n", "authenticated - 0" },
  { 1, "response", "g OK [READ-ONLY] x\r\n", "selected a b/ 0" },
  { 1, "response", "* OK [CLOSED] moved\r\n", "authenticated - 0" },
  { 1, "command", "h SELECT Entw&APw-rfe\r\n", "authenticated - 0" },
  { 1, "response", "h OK x\r\n", "selected Entw\303\274rfe 0" },
  { 1, "command", "i CLOSE\r\n", "selected Entw\303\274rfe 0" },
  { 1, "response", "i OK x\r\n", "authenticated - 0" },
  { 1, "response", "* BYE\r\n", "logout - 0" },
  { 3, "response", "* PREAUTH hello bob\r\n", "authenticated - 0" },
  { 3, "command", "a SELECT {11}\r\n", "authenticated - 0" },
  { 3, "response", "+ \r\n", "authenticated - 0" },
  { 3, "literal", "Entw&APw-rfe", "authenticated - 0" },
  { 3, "rest", "\r\n", "authenticated - 0" },
  { 3, "response", "a OK done\r\n", "selected Entw\303\274rfe 0" },
  { 3, "command", "b SELECT {5+}\r\niNBox\r\n", "selected Entw\303\274rfe 0" },
  { 3, "response", "b OK done\r\n", "selected INBOX 0" },
  { 3, "command", "c SELECT {5}\r\n", "selected INBOX 0" },
  { 3, "literal", "inbox", "selected INBOX 0" },
  { 3, "response", "c OK [READ-ONLY] done\r\n", "selected INBOX/ 0" },
  { 3, "response", "* BYE\r\n", "logout - 0" },
  { 2, "response", "", "selected Work/ 1" },
  { 2, "command", "\r\n", "selected Work/ 1" },
  { 2, "command", "a", "selected Work/ 1" },
  { 2, "response", "* ", "selected Work/ 1" },
  { 2, "response", "* 99999999999999999999 EXISTS\r\n", "selected Work/ 1" },
  { 2, "response", "zz OK unasked\r\n", "selected Work/ 1" },
};

static TraceLog *
make_log (void)
{
  TraceLog       *log = trace_log_new ("t", 1);
  TraceConnection connection = { 0, 1, TRACE_IMAP, 49152, 143 };

  trace_log_add_actor (log, "laptop", "MUA", "192.0.2.1");
  trace_log_add_actor (log, "mail", "MS", "192.0.2.2");
  for (guint i = 0; i < 3; i++)
    trace_log_add_connection (log, &connection);
  for (guint i = 0; i < G_N_ELEMENTS (story); i++)
    {
      TraceEvent event = { .kind = TRACE_UNIT, .protocol = TRACE_IMAP, .to = 1,
                           .connection = story[i].connection, .arrival_us = TRACE_NO_TIME,
                           .what = trace_log_intern (log, story[i].what) };

      trace_log_append (log, &event, story[i].bytes, strlen (story[i].bytes));
    }
  return log;
}

static void
check (TraceImaps *imaps, guint i)
{
  TraceImapSession session;
  g_autofree char *text = NULL;

  trace_imaps_get (imaps, story[i].connection, i + 1, &session);
  text = g_strdup_printf ("%s %s%s %" G_GUINT64_FORMAT "%s", imap_state_get_name (session.state),
                          session.mailbox != NULL ? session.mailbox : "-",
                          session.is_read_only ? "/" : "", session.n_messages,
                          session.is_idle ? " ~" : "");
  g_assert_cmpstr (text, ==, story[i].after);
}

static void
test_story (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceImaps) forward = trace_imaps_new (log);
  g_autoptr (TraceImaps) backward = trace_imaps_new (log);

  g_test_summary ("A session's state is the same whichever way the playhead came.");
  for (guint i = 0; i < G_N_ELEMENTS (story); i++)
    check (forward, i);
  while (trace_imaps_update (backward, 3))
    ;
  for (guint i = G_N_ELEMENTS (story); i > 0; i--)
    check (backward, i - 1);
}

/* How many sessions have begun and not ended in the first @n units. */
static guint
count_open (guint n)
{
  const char *last[4] = { NULL };
  guint       n_open = 0;

  for (guint i = 0; i < n; i++)
    last[story[i].connection] = story[i].after;
  for (guint i = 0; i < G_N_ELEMENTS (last); i++)
    n_open += last[i] != NULL && !g_str_has_prefix (last[i], "logout");
  return n_open;
}

static void
test_list (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceImaps) imaps = trace_imaps_new (log);
  TraceEvent       close = { .kind = TRACE_CLOSE, .connection = 2, .arrival_us = TRACE_NO_TIME };
  TraceImapSession session;

  g_test_summary ("Those that are open are listed at their server; others are not.");
  for (guint i = 0; i <= G_N_ELEMENTS (story) + 1; i++)
    {
      g_autoptr (GArray) at_server = NULL;
      g_autoptr (GArray) at_client = NULL;

      if (i == G_N_ELEMENTS (story) + 1)
        trace_log_append (log, &close, NULL, 0);
      at_server = trace_imaps_list (imaps, 1, i);
      at_client = trace_imaps_list (imaps, 0, i);
      g_assert_cmpuint (at_server->len, ==, i > G_N_ELEMENTS (story) ? 0 : count_open (i));
      g_assert_cmpuint (at_client->len, ==, 0);
    }
  g_assert_false (trace_imaps_get (imaps, 9, 60, &session));
  g_assert_false (trace_imaps_get (imaps, 1, 0, &session));
  g_assert_cmpuint (session.state, ==, IMAP_STATE_NOT_AUTHENTICATED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/story", test_story);
  g_test_add_func ("/imap/list", test_list);
  return g_test_run ();
}
