/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-mailbox.h>

/* Mailboxes at every playhead, from notes as sim/mail writes them and as a file may claim. */

static TraceLog *
make_log (void)
{
  TraceLog *log = trace_log_new ("t", 1);

  trace_log_add_actor (log, "mail.example", "MS", "192.0.2.1");
  trace_log_add_actor (log, "other.example", "MS", "192.0.2.2");
  return log;
}

static void
add (TraceLog *log, guint actor, guint message, const char *details)
{
  g_autofree char *text = g_strconcat ("something\n", details, NULL);
  TraceEvent event = { .arrival_us = TRACE_NO_TIME, .kind = TRACE_NOTE, .from = (guint16) actor,
                       .to = (guint16) actor, .message = message,
                       .what = trace_log_intern (log, "mailbox") };

  trace_log_append (log, &event, text, strlen (text));
}

/* "+USER NAME USES vVALIDITY nNEXT mMODSEQ [SEQUENCE:UID #MESSAGE FLAGS MODSEQ @POSITION]" of each
 * mailbox, + where it is subscribed to. */
static char *
describe (TraceMailboxes *mailboxes, guint actor, guint playhead)
{
  g_autoptr (GPtrArray) list = trace_mailboxes_list (mailboxes, actor, playhead);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const TraceMailbox *there = g_ptr_array_index (list, i);
      g_autoptr (TraceMailbox) whole =
          trace_mailboxes_get (mailboxes, actor, playhead, there->user, there->name);

      g_assert_nonnull (whole);
      g_assert_cmpuint (whole->n_messages, ==, there->n_messages);
      g_assert_cmpuint (whole->messages->len, ==, there->n_messages);
      g_string_append_printf (text, "%s%s%s %s%s%s", i > 0 ? "; " : "",
                              there->is_subscribed ? "+" : "", there->user, there->name,
                              *there->uses != '\0' ? " " : "", there->uses);
      g_string_append_printf (text, " v%u n%u m%" G_GUINT64_FORMAT, there->uid_validity,
                              there->uid_next, there->modseq);
      for (guint j = 0; j < whole->messages->len; j++)
        {
          const TraceMailboxMessage *message =
              &g_array_index (whole->messages, TraceMailboxMessage, j);

          g_string_append_printf (text, " [%u:%u #%u %s %" G_GUINT64_FORMAT " @%u]",
                                  message->sequence, message->uid, message->message,
                                  message->flags, message->modseq, message->position);
        }
    }
  return g_string_free (text, FALSE);
}

/* Notes one after another, and what there is then. */
static const struct
{
  guint       message;
  const char *details, *after;
} story[] = {
  { 4, "user: bob\nmailbox: INBOX\nchange: added\nuids: 1\nflags: ()\nmodseq: 2\n"
       "uid-validity: 7\nuid-next: 2\nmessages: 1\nbytes: 10",
    "bob INBOX v7 n2 m2 [1:1 #4 () 2 @0]" },
  { 0, "user: bob\nmailbox: INBOX\nchange: added\nuids: 3:4,6\nnumbers: 8,5:6\nflags: (\\Seen)\n"
       "modseq: 3\nuid-validity: 7\nuid-next: 7",
    "bob INBOX v7 n7 m3 [1:1 #4 () 2 @0] [2:3 #8 (\\Seen) 3 @1] [3:4 #5 (\\Seen) 3 @1] "
    "[4:6 #6 (\\Seen) 3 @1]" },
  { 0, "user: bob\nmailbox: INBOX\nchange: removed\nuids: 2:3,5\nmodseq: 4",
    "bob INBOX v7 n7 m4 [1:1 #4 () 2 @0] [2:4 #5 (\\Seen) 3 @1] [3:6 #6 (\\Seen) 3 @1]" },
  { 0, "user: bob\nmailbox: INBOX\nchange: flags\nuids: 1:4294967295\nflags: (\\Draft)\nmodseq: 5",
    "bob INBOX v7 n7 m5 [1:1 #4 (\\Draft) 5 @3] [2:4 #5 (\\Draft) 5 @3] [3:6 #6 (\\Draft) 5 @3]" },
  { 0, "user: bob\nmailbox: INBOX\nchange: removed\nuids: 1:6\nmodseq: 6", "bob INBOX v7 n7 m6" },
  { 0, "user: bob\nmailbox: a\nchange: created", "bob INBOX v7 n7 m6" },
  { 0, "user: bob\nmailbox: a/b\nchange: created\nuses: \\Sent\nuid-validity: 8\nuid-next: 1",
    "bob INBOX v7 n7 m6; bob a/b \\Sent v8 n1 m0" },
  { 0, "user: bob\nmailbox: a/b\nchange: subscribed",
    "bob INBOX v7 n7 m6; +bob a/b \\Sent v8 n1 m0" },
  { 9, "user: bob\nmailbox: a/b\nchange: added\nuids: 1\nflags: ()\nmodseq: 2\nuid-next: 2",
    "bob INBOX v7 n7 m6; +bob a/b \\Sent v8 n2 m2 [1:1 #9 () 2 @8]" },
  { 0, "user: bob\nmailbox: a\nchange: renamed\nto: z/a",
    "bob INBOX v7 n7 m6; +bob z/a/b \\Sent v8 n2 m2 [1:1 #9 () 2 @8]" },
  { 0, "user: bob\nmailbox: gone\nchange: subscribed",
    "bob INBOX v7 n7 m6; +bob z/a/b \\Sent v8 n2 m2 [1:1 #9 () 2 @8]" },
  { 0, "user: ann\nmailbox: INBOX\nchange: subscribed",
    "+ann INBOX v0 n0 m0; bob INBOX v7 n7 m6; +bob z/a/b \\Sent v8 n2 m2 [1:1 #9 () 2 @8]" },
  { 0, "user: bob\nmailbox: z/a/b\nchange: deleted",
    "+ann INBOX v0 n0 m0; bob INBOX v7 n7 m6" },
  { 0, "user: bob\nmailbox: z/a/b\nchange: created\nuid-validity: 9\nuid-next: 1",
    "+ann INBOX v0 n0 m0; bob INBOX v7 n7 m6; bob z/a/b v9 n1 m0" },
};

static void
test_story (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceMailboxes) mailboxes = trace_mailboxes_new (log);
  const guint n = G_N_ELEMENTS (story);
  g_autofree char *other = NULL;
  g_autofree char *beginning = NULL;

  g_test_summary ("At each playhead the same, whichever way it came.");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *after = NULL;

      add (log, 0, story[i].message, story[i].details);
      after = describe (mailboxes, 0, i + 1);
      g_assert_cmpstr (after, ==, story[i].after);
    }
  for (guint i = n; i-- > 0;)
    {
      g_autofree char *after = describe (mailboxes, 0, i + 1);

      if (i < 11) /* ann's INBOX was there, though nobody had spoken of it */
        {
          g_autofree char *expected = g_strconcat ("ann INBOX v0 n0 m0; ", story[i].after, NULL);

          g_assert_cmpstr (after, ==, expected);
        }
      else
        g_assert_cmpstr (after, ==, story[i].after);
    }
  beginning = describe (mailboxes, 0, 0);
  g_assert_cmpstr (beginning, ==, "ann INBOX v0 n0 m0; bob INBOX v0 n0 m0");
  other = describe (mailboxes, 1, n);
  g_assert_cmpstr (other, ==, "");
  g_assert_null (trace_mailboxes_get (mailboxes, 0, n, "bob", "a/b"));
}

static void
test_claims (void)
{
  static const char *const claims[] = {
    "change: added", "user: bob\nchange: added\nuids: 1", "user: bob\nmailbox: \nchange: added",
    "user: bob\nmailbox: INBOX\nchange: ", "user: bob\nmailbox: INBOX\nchange: added",
    "user: bob\nmailbox: INBOX\nchange: added\nuids: x",
    "user: bob\nmailbox: INBOX\nchange: added\nuids: 5:4",
    "user: bob\nmailbox: INBOX\nchange: added\nuids: 99999999999999999999999",
    "user: bob\nmailbox: INBOX\nchange: added\nuids: 1:",
    "user: bob\nmailbox: INBOX\nchange: renamed", "user: bob\nmailbox: no\nchange: deleted",
    "user: bob\nmailbox: no\nchange: flags\nuids: 1",
    "user: bob\nmailbox: no\nchange: renamed\nto: x",
    "user: bob\nmailbox: INBOX\nchange: removed\nuids: 0:4294967295",
  };
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceMailboxes) mailboxes = trace_mailboxes_new (log);
  g_autoptr (TraceMailbox) inbox = NULL;

  g_test_summary ("A file may claim anything.");
  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    add (log, 0, 0, claims[i]);
  add (log, 0, 0, "user: bob\nmailbox: INBOX\nchange: added\nuids: 1:4294967295");
  for (guint i = 0; i < 1000; i++)
    add (log, 0, 0, "user: bob\nmailbox: INBOX\nchange: flags\nuids: 1:4294967295");
  inbox = trace_mailboxes_get (mailboxes, 0, trace_log_get_n_events (log), "bob", "INBOX");
  g_assert_cmpuint (inbox->n_messages, ==, TRACE_MAILBOX_MESSAGES_MAX - 1); /* one had gone */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace/mailbox/story", test_story);
  g_test_add_func ("/trace/mailbox/claims", test_claims);
  return g_test_run ();
}
