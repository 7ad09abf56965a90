/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-host.h>

enum
{
  HOST,
  OTHER,
};

static TraceLog *
make_log (void)
{
  TraceLog       *log = trace_log_new ("t", 1);
  TraceConnection connection = { HOST, OTHER, TRACE_SMTP, 49152, 25 };

  trace_log_add_actor (log, "mail.example", "MTA", "192.0.2.1");
  trace_log_add_actor (log, "other.example", "MTA", "192.0.2.2");
  trace_log_add_connection (log, &connection);
  trace_log_add_connection (log, &connection);
  return log;
}

static void
add (TraceLog *log, TraceKind kind, guint actor, gint64 time_s, const char *what, const char *bytes)
{
  TraceEvent event = { .time_us = time_s * G_USEC_PER_SEC, .arrival_us = TRACE_NO_TIME,
                       .kind = kind, .from = (guint16) actor, .to = (guint16) actor,
                       .message = 7, .what = trace_log_intern (log, what) };

  trace_log_append (log, &event, bytes, strlen (bytes));
}

/* A host's state as one line. */
static char *
describe (TraceHosts *hosts, guint actor, guint playhead)
{
  static const char *const states[] = { "waiting",   "delayed", "replaced", "sent",
                                        "delivered", "failed" };
  g_autoptr (TraceHost) host = trace_hosts_get_host (hosts, actor, playhead);
  TraceHostCounts counts = trace_hosts_get_counts (hosts, actor, playhead);
  GString        *text = g_string_new (NULL);

  g_string_append_printf (text, "queue %u/%u", host->n_queued, counts.n_queued);
  for (guint i = 0; i < host->queue->len; i++)
    {
      const TraceHostQueued *queued = g_ptr_array_index (host->queue, i);

      g_string_append_printf (text, " [%s #%u <%s> x%u", queued->id, queued->message, queued->from,
                              queued->n_attempts);
      if (queued->next_us != TRACE_NO_TIME)
        g_string_append_printf (text, " next %" G_GINT64_FORMAT, queued->next_us / G_USEC_PER_SEC);
      if (queued->reason != NULL)
        g_string_append_printf (text, " %s", queued->reason);
      for (guint j = 0; j < queued->recipients->len; j++)
        {
          const TraceHostRecipient *recipient = g_ptr_array_index (queued->recipients, j);

          g_string_append_printf (text, "; %s %s", recipient->address, states[recipient->state]);
          if (recipient->reason != NULL)
            g_string_append_printf (text, " (%s)", recipient->reason);
        }
      g_string_append_c (text, ']');
    }
  g_string_append_printf (text, " stored %u", counts.n_stored);
  for (guint i = 0; i < host->mailboxes->len; i++)
    {
      const TraceHostMailbox *mailbox = g_ptr_array_index (host->mailboxes, i);

      g_string_append_printf (text, " [%s %u %" G_GUINT64_FORMAT "]", mailbox->user,
                              mailbox->n_messages, mailbox->n_bytes);
    }
  g_string_append_printf (text, " cache %u", host->n_cached);
  for (guint i = 0; i < host->cache->len; i++)
    {
      const TraceHostCached *cached = g_ptr_array_index (host->cache, i);

      g_string_append_printf (text, " [%s %s %s]", cached->type, cached->name, cached->data);
    }
  g_string_append_printf (text, " certificates %u tls %u decisions %u counters",
                          host->certificates->len, host->sessions->len, host->decisions->len);
  for (guint i = 0; i < host->counters->len; i++)
    {
      const TraceHostCounter *counter = &g_array_index (host->counters, TraceHostCounter, i);

      g_string_append_printf (text, " %s=%u", counter->what, counter->n);
    }
  return g_string_free (text, FALSE);
}

/* The life of a message in a queue, word by word: what is in the queue after each. */
static const struct
{
  const char *what, *bytes, *state;
} life[] = {
  { "queued", "queued as A1\nid: A1\nfrom: <a@x.example>\nrecipients: <b@y.example>, "
              "<c@z.example>\nsize: 1204",
    "queue 1/1 [A1 #7 <a@x.example> x0; b@y.example waiting; c@z.example waiting]" },
  { "mx-chosen", "mail for y.example goes to mx.y.example\nid: A1\ndomain: y.example",
    "queue 1/1 [A1 #7 <a@x.example> x0; b@y.example waiting; c@z.example waiting]" },
  { "delayed", "no way to y.example\nid: A1\ndomain: y.example\nreason: refused",
    "queue 1/1 [A1 #7 <a@x.example> x0 refused; b@y.example delayed (refused); "
    "c@z.example waiting]" },
  { "relayed-to", "sent\nid: A1\nrecipients: c@z.example\nhost: mx.z.example",
    "queue 1/1 [A1 #7 <a@x.example> x0 refused; b@y.example delayed (refused); "
    "c@z.example sent (mx.z.example)]" },
  { "retry", "next try in 30 minutes\nid: A1\nnext-attempt: 1800.500000\nattempt: 1\n"
             "reason: refused",
    "queue 1/1 [A1 #7 <a@x.example> x1 next 1800 refused; b@y.example delayed (refused); "
    "c@z.example sent (mx.z.example)]" },
  { "retry", "next try in 60 minutes\nid: A1\nnext-attempt: 5400",
    "queue 1/1 [A1 #7 <a@x.example> x2 next 5400 refused; b@y.example delayed (refused); "
    "c@z.example sent (mx.z.example)]" },
  { "queued", "queued as A2\nid: A2\nfrom: <>\nrecipients: <a@x.example>",
    "queue 2/2 [A1 #7 <a@x.example> x2 next 5400 refused; b@y.example delayed (refused); "
    "c@z.example sent (mx.z.example)] [A2 #7 <> x0; a@x.example waiting]" },
  { "failed", "A1 cannot be delivered\nid: A1\nrecipient: <b@y.example>\nreason: given up",
    "queue 2/2 [A1 #7 <a@x.example> x2 next 5400 refused; b@y.example failed (given up); "
    "c@z.example sent (mx.z.example)] [A2 #7 <> x0; a@x.example waiting]" },
  { "unqueued", "done\nid: A1", "queue 1/1 [A2 #7 <> x0; a@x.example waiting]" },
  { "retry", "of a message that is gone\nid: A1", "queue 1/1 [A2 #7 <> x0; a@x.example waiting]" },
  { "retry", "of none", "queue 1/1 [A2 #7 <> x0; a@x.example waiting]" },
  { "queued", "the same again\nid: A2\nrecipients: d@x.example",
    "queue 1/1 [A2 #7 <> x0; d@x.example waiting]" },
  { "expanded", "d stands for two\nid: A2\nfrom: <d@x.example>\nto: <e@x.example>, f@y.example",
    "queue 1/1 [A2 #7 <> x0; d@x.example replaced (<e@x.example>, f@y.example); "
    "e@x.example waiting; f@y.example waiting]" },
  { "unqueued", "done\nid: A2", "queue 0/0" },
  { "unqueued", "done twice\nid: A2", "queue 0/0" },
};

static void
test_queue (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) hosts = trace_hosts_new (log);

  g_test_summary ("The queue after each word, and again in the order of a viewer who goes back.");
  for (guint i = 0; i < G_N_ELEMENTS (life); i++)
    add (log, TRACE_NOTE, HOST, i, life[i].what, life[i].bytes);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (life); i++)
    {
      guint            at = i < G_N_ELEMENTS (life) ? i : 2 * G_N_ELEMENTS (life) - 1 - i;
      g_autofree char *state = describe (hosts, HOST, at + 1);
      g_autofree char *other = describe (hosts, OTHER, at + 1);
      char            *end = strstr (state, " stored");

      *end = '\0';
      g_assert_cmpstr (state, ==, life[at].state);
      g_assert_true (g_str_has_prefix (other, "queue 0/0 stored 0"));
    }
}

static void
test_mailboxes (void)
{
  static const struct
  {
    TraceKind   kind;
    const char *what, *bytes, *state;
  } words[] = {
    { TRACE_NOTE, "queued", "q\nid: A\nsize: 100", "stored 0 cache" },
    { TRACE_MESSAGE, "delivered", "into bob's\nid: A\nrecipient: bob@x.example",
      "stored 1 [bob 1 100] cache" },
    { TRACE_MESSAGE, "delivered", "into ann's\nuser: ann\nsize: 30",
      "stored 2 [bob 1 100] [ann 1 30] cache" },
    { TRACE_MESSAGE, "delivered", "nobody knows whose", "stored 2 [bob 1 100] [ann 1 30] cache" },
    { TRACE_MESSAGE, "delivered", "into bob's\nuser: bob\nsize: 20",
      "stored 3 [bob 2 120] [ann 1 30] cache" },
    { TRACE_NOTE, "login", "bob is logged in\nuser: bob", "stored 3 [bob 2 120] [ann 1 30] cache" },
    { TRACE_NOTE, "removed", "1 removed\nleft: 1\nbytes: 20",
      "stored 2 [bob 1 20] [ann 1 30] cache" },
    { TRACE_NOTE, "removed", "1 removed\nuser: ann\nleft: 0\nbytes: 0",
      "stored 1 [bob 1 20] [ann 0 0] cache" },
  };
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) hosts = trace_hosts_new (log);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    add (log, words[i].kind, HOST, i, words[i].what, words[i].bytes);
  for (guint i = G_N_ELEMENTS (words); i > 0; i--)
    {
      g_autofree char *state = describe (hosts, HOST, i);

      if (strstr (state, words[i - 1].state) == NULL)
        g_error ("after %u: \"%s\", not \"%s\"", i, state, words[i - 1].state);
    }
}

static void
test_cache (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) hosts = trace_hosts_new (log);
  static const char *const states[] = {
    "cache 0 ", "cache 1 [MX x.example mx1]", "cache 2 [MX x.example mx1] [A mx1 192.0.2.9]",
    "cache 1 [A mx1 192.0.2.9]", "cache 2 [MX x.example mx2] [A mx1 192.0.2.9]",
  };

  g_test_summary ("What has expired is forgotten, what is asked for again is remembered anew.");
  add (log, TRACE_NOTE, HOST, 1, "cached",
       "MX\nname: x.example\ntype: MX\ndata: mx1\nexpires: 61.000000");
  add (log, TRACE_NOTE, HOST, 2, "cached", "A\nname: mx1\ntype: A\ndata: 192.0.2.9\nexpires: 3602");
  add (log, TRACE_NOTE, OTHER, 61, "login", "somebody else's time passes, too");
  add (log, TRACE_NOTE, HOST, 62, "cached",
       "MX\nname: x.example\ntype: MX\ndata: mx2\nexpires: 122");
  for (guint i = G_N_ELEMENTS (states); i > 0; i--)
    {
      g_autofree char *state = describe (hosts, HOST, i - 1);

      if (strstr (state, states[i - 1]) == NULL)
        g_error ("at %u: \"%s\", not \"%s\"", i - 1, state, states[i - 1]);
    }
}

static void
test_tls (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) hosts = trace_hosts_new (log);
  TraceEvent event = { .kind = TRACE_UNIT, .connection = 2, .from = HOST, .to = OTHER,
                       .protocol = TRACE_SMTP };

  g_test_summary ("The note of the connection itself goes before one that names none.");
  trace_log_append (log, &event, "EHLO", 4);
  g_assert_cmpuint (trace_hosts_find_tls (hosts, 0), ==, G_MAXUINT);
  add (log, TRACE_NOTE, HOST, 1, "tls", "TLS\nversion: TLSv1.3");
  trace_log_append (log, &event, "EHLO", 4);
  g_assert_cmpuint (trace_hosts_find_tls (hosts, 2), ==, 1);
  event.kind = TRACE_NOTE;
  event.to = HOST;
  event.what = trace_log_intern (log, "tls");
  trace_log_append (log, &event, "TLS", 3);
  add (log, TRACE_NOTE, HOST, 1, "tls", "TLS\nversion: TLSv1.2");
  event.kind = TRACE_UNIT;
  trace_log_append (log, &event, "EHLO", 4);
  g_assert_cmpuint (trace_hosts_find_tls (hosts, 5), ==, 3);
  g_assert_cmpuint (trace_hosts_find_tls (hosts, 0), ==, G_MAXUINT);
  add (log, TRACE_NOTE, OTHER, 1, "tls", "TLS\nversion: TLSv1.2\nconnection: 1");
  trace_log_append (log, &event, "EHLO", 4);
  g_assert_cmpuint (trace_hosts_find_tls (hosts, 7), ==, 3);
  event.connection = 1;
  event.to = OTHER;
  trace_log_append (log, &event, "EHLO", 4);
  g_assert_cmpuint (trace_hosts_find_tls (hosts, 8), ==, 6);
}

/* Notes by chance, of a kind that agrees and clashes with others. */
static void
add_by_chance (TraceLog *log, GRand *chance, guint i)
{
  static const char *const whats[] = {
    "queued", "unqueued", "retry", "delayed", "relayed-to", "failed", "delivered", "removed",
    "cached", "certificate", "tls", "greylisted", "login", "mx-chosen",
  };
  const char *what = whats[g_rand_int_range (chance, 0, G_N_ELEMENTS (whats))];
  guint       id = (guint) g_rand_int_range (chance, 0, 6);
  g_autofree char *bytes = g_strdup_printf (
      "a sentence\nid: A%u\nuser: u%u\nrecipients: a@x%u.example, b@x.example\n"
      "domain: x%u.example\n"
      "reason: r%u\nname: n%u\ntype: MX\ndata: d%u\nexpires: %u\nleft: %u\nsize: %u\nnames: c%u\n"
      "next-attempt: %u",
      id, id % 3, id, id, i, id % 4, i, i / 3 + 20, id % 2, i, id % 3, i + 100);

  add (log, g_rand_int_range (chance, 0, 5) == 0 ? TRACE_MESSAGE : TRACE_NOTE,
       (guint) g_rand_int_range (chance, 0, 2), i / 3, what, bytes);
}

static void
test_seeking (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) whole = trace_hosts_new (log);
  g_autoptr (TraceHosts) forward = trace_hosts_new (log);
  g_autoptr (GRand) chance = g_rand_new_with_seed (4);
  guint n_events = 600;

  g_test_summary ("At each playhead a host is the same, whether the log has been read just so far, "
                  "or all of it, and whichever way the playhead came.");
  for (guint i = 0; i < n_events; i++)
    add_by_chance (log, chance, i);
  g_assert_false (trace_hosts_update (whole, TRACE_HOSTS_ALL));
  for (guint at = 0; at <= n_events; at++)
    for (guint actor = HOST; actor <= OTHER; actor++)
      {
        g_autofree char *exact = describe (forward, actor, at);
        g_autofree char *sought = describe (whole, actor, at);

        g_assert_cmpuint (trace_hosts_get_n_events (forward), ==, at);
        g_assert_cmpstr (exact, ==, sought);
      }
  for (guint i = 0; i < 500; i++)
    {
      guint at = (guint) g_rand_int_range (chance, 0, (gint32) n_events + 1);
      g_autoptr (TraceHosts) fresh = trace_hosts_new (log);
      g_autofree char *exact = describe (fresh, HOST, at);
      g_autofree char *sought = describe (whole, HOST, at);

      g_assert_cmpstr (exact, ==, sought);
    }
}

static void
test_bit_by_bit (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) hosts = trace_hosts_new (log);

  for (guint i = 0; i < 10; i++)
    add (log, TRACE_NOTE, HOST, i, "greylisted", "later");
  g_assert_true (trace_hosts_update (hosts, 4));
  g_assert_cmpuint (trace_hosts_get_n_events (hosts), ==, 4);
  g_assert_true (trace_hosts_update (hosts, 0));
  g_assert_false (trace_hosts_update (hosts, TRACE_HOSTS_ALL));
  add (log, TRACE_NOTE, HOST, 11, "greylisted", "later");
  g_assert_true (trace_hosts_update (hosts, 0));
  g_assert_false (trace_hosts_update (hosts, 1));
  g_assert_cmpuint (trace_hosts_get_n_events (hosts), ==, 11);
}

/* Not timed here: what it tells is told in the log of the test. */
static void
test_long (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceHosts) hosts = trace_hosts_new (log);
  guint  n_events = g_test_perf () ? 1000000 : 20000;
  gint64 begin_us;

  g_test_summary ("A queue of many rows is told in part; a long log is read once.");
  for (guint i = 0; i < n_events; i++)
    {
      g_autofree char *bytes =
          g_strdup_printf ("queued\nid: A%u\nrecipients: a@x.example\nsize: 9", i / 4);

      add (log, TRACE_NOTE, HOST, i, i % 4 == 0 ? "queued" : i % 4 == 3 && i % 8 == 3 ? "unqueued"
                                                                                     : "retry",
           bytes);
    }
  begin_us = g_get_monotonic_time ();
  trace_hosts_update (hosts, TRACE_HOSTS_ALL);
  g_test_message ("reading %u events: %" G_GINT64_FORMAT " us", n_events,
                  g_get_monotonic_time () - begin_us);
  for (guint i = 0; i <= 4; i++)
    {
      g_autoptr (TraceHost) host = NULL;

      begin_us = g_get_monotonic_time ();
      host = trace_hosts_get_host (hosts, HOST, n_events / 4 * i);
      g_test_message ("a host at %u: %" G_GINT64_FORMAT " us", n_events / 4 * i,
                      g_get_monotonic_time () - begin_us);
      g_assert_cmpuint (host->n_queued, ==, n_events / 4 * i / 8);
      g_assert_cmpuint (host->queue->len, ==, MIN (host->n_queued, TRACE_HOST_ROWS_MAX));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace-host/queue", test_queue);
  g_test_add_func ("/trace-host/mailboxes", test_mailboxes);
  g_test_add_func ("/trace-host/cache", test_cache);
  g_test_add_func ("/trace-host/tls", test_tls);
  g_test_add_func ("/trace-host/seeking", test_seeking);
  g_test_add_func ("/trace-host/bit-by-bit", test_bit_by_bit);
  g_test_add_func ("/trace-host/long", test_long);
  return g_test_run ();
}
