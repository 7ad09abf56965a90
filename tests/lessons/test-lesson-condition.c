/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lesson-condition.h>
#include <lesson-dialogue.h>
#include <lesson-predict.h>

#include <string.h>

/* A conversation with pipelined commands, a note, and a second connection beside it. */
enum
{
  CLIENT,
  SERVER,
};

static const struct
{
  guint       connection;
  guint       from;
  TraceKind   kind;
  const char *what;
  const char *bytes;
} script[] = {
  { 1, CLIENT, TRACE_OPEN, "", "" },                              /* 0 */
  { 1, SERVER, TRACE_UNIT, "reply", "220 b.example\r\n" },        /* 1 */
  { 2, SERVER, TRACE_UNIT, "reply", "220 b.example\r\n" },        /* 2 */
  { 1, CLIENT, TRACE_UNIT, "command", "EHLO a.example\r\n" },     /* 3 */
  { 1, SERVER, TRACE_UNIT, "reply", "250-b.example\r\n250 PIPELINING\r\n" }, /* 4 */
  { 1, CLIENT, TRACE_UNIT, "command", "MAIL FROM:<x@a.example>\r\n" },       /* 5 */
  { 1, CLIENT, TRACE_UNIT, "command", "RCPT TO:<y@b.example>\r\n" },         /* 6 */
  { 1, CLIENT, TRACE_UNIT, "command", "DATA\r\n" },               /* 7 */
  { 1, SERVER, TRACE_UNIT, "reply", "250 OK\r\n" },               /* 8 */
  { 1, SERVER, TRACE_UNIT, "reply", "550 No such user\r\n" },     /* 9 */
  { 1, SERVER, TRACE_UNIT, "reply", "503 No valid recipient\r\n" }, /* 10 */
  { 0, SERVER, TRACE_NOTE, "refused", "the mailbox of y is Full" }, /* 11 */
  { 1, CLIENT, TRACE_UNIT, "command", "QUIT\r\n" },               /* 12 */
};

static TraceLog *
make_log (void)
{
  TraceLog       *log = trace_log_new ("test", 1);
  TraceConnection connection = { CLIENT, SERVER, TRACE_SMTP, 49152, 25 };

  trace_log_add_actor (log, "a.example", "MTA", "192.0.2.1");
  trace_log_add_actor (log, "b.example", "MTA", "192.0.2.2");
  trace_log_add_connection (log, &connection);
  trace_log_add_connection (log, &connection);
  for (guint i = 0; i < G_N_ELEMENTS (script); i++)
    {
      TraceEvent event = {
        .time_us = i,
        .arrival_us = i,
        .kind = script[i].kind,
        .protocol = script[i].connection != 0 ? TRACE_SMTP : TRACE_NO_PROTOCOL,
        .connection = script[i].connection,
        .from = script[i].from,
        .to = script[i].connection != 0 ? 1 - script[i].from : script[i].from,
        .what = trace_log_intern (log, script[i].what),
      };

      trace_log_append (log, &event, script[i].bytes, strlen (script[i].bytes));
    }
  return log;
}

static const struct
{
  const char *condition;
  guint       from;
  guint       found;
} finds[] = {
  { "b.example 220 after connect", 0, 1 },
  { "b.example 220 after connect", 2, 2 },
  { "b.example 250 after EHLO", 0, 4 },
  { "b.example 250 after MAIL", 0, 8 },
  { "b.example 2yz after mail", 0, 8 },
  { "B.EXAMPLE 550 after RCPT", 0, 9 },
  { "b.example 5yz after DATA", 0, 10 },
  { "b.example 354 after DATA", 0, G_MAXUINT },
  { "a.example 250 after MAIL", 0, G_MAXUINT },
  { "event smtp unit=reply code=503", 0, 10 },
  { "event code=5YZ", 0, 9 },
  { "event smtp verb=quit from=a.example to=b.example", 0, 12 },
  { "event smtp verb=quit from=b.example", 0, G_MAXUINT },
  { "event smtp verb=quit to=a.example", 0, G_MAXUINT },
  { "event kind=open", 0, 0 },
  { "event kind=open", 1, G_MAXUINT },
  { "event kind=note name=refused text~is FULL", 0, 11 },
  { "event text~no such", 0, 9 },
  { "event  pop3", 0, G_MAXUINT },
};

static void
test_find (void)
{
  g_autoptr (TraceLog) log = make_log ();

  for (guint i = 0; i < G_N_ELEMENTS (finds); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LessonCondition) condition = lesson_condition_parse (finds[i].condition, &error);

      g_assert_no_error (error);
      g_test_message ("%s from %u", finds[i].condition, finds[i].from);
      g_assert_cmpuint (lesson_condition_find (condition, log, finds[i].from), ==, finds[i].found);
    }
}

static void
test_pairs (void)
{
  static const guint expected[] = {
    G_MAXUINT, G_MAXUINT, G_MAXUINT, G_MAXUINT, 3, G_MAXUINT, G_MAXUINT, G_MAXUINT, 5, 6, 7,
    G_MAXUINT, G_MAXUINT,
  };

  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (GArray) questions = lesson_dialogue_pair (log);

  g_test_summary ("Replies to pipelined commands answer them in order, on each connection.");
  g_assert_cmpmem (questions->data, questions->len * sizeof (guint), expected,
                   sizeof expected);
}

/* Two rounds of POP3, whose messages are no replies, and of DNS, which has no greeting. */
static void
test_pairs_of_protocols (void)
{
  static const struct
  {
    guint       connection, from;
    const char *what;
    guint       question;
  } units[] = {
    { 1, SERVER, "response", G_MAXUINT }, { 1, CLIENT, "command", G_MAXUINT },
    { 2, CLIENT, "query", G_MAXUINT },    { 1, SERVER, "response", 1 },
    { 1, SERVER, "data", G_MAXUINT },     { 2, SERVER, "answer", 2 },
    { 1, CLIENT, "command", G_MAXUINT },  { 2, CLIENT, "query", G_MAXUINT },
    { 1, SERVER, "response", 6 },         { 2, SERVER, "answer", 7 },
    { 1, SERVER, "response", G_MAXUINT }, /* nobody asked */
    { 1, CLIENT, "command", G_MAXUINT },  { 1, SERVER, "response", 11 },
  };

  g_autoptr (TraceLog) log = trace_log_new ("test", 1);
  TraceConnection pop3 = { CLIENT, SERVER, TRACE_POP3, 49152, 110 };
  TraceConnection dns = { CLIENT, SERVER, TRACE_DNS, 49153, 53 };
  g_autoptr (GArray) questions = NULL;

  trace_log_add_actor (log, "a.example", "MUA", "192.0.2.1");
  trace_log_add_actor (log, "b.example", "MS, DNS", "192.0.2.2");
  trace_log_add_connection (log, &pop3);
  trace_log_add_connection (log, &dns);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      TraceEvent event = {
        .time_us = i,
        .arrival_us = i,
        .kind = TRACE_UNIT,
        .protocol = units[i].connection == 1 ? TRACE_POP3 : TRACE_DNS,
        .connection = units[i].connection,
        .from = units[i].from,
        .to = 1 - units[i].from,
        .what = trace_log_intern (log, units[i].what),
      };

      trace_log_append (log, &event, NULL, 0);
    }
  questions = lesson_dialogue_pair (log);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    g_assert_cmpuint (g_array_index (questions, guint, i), ==, units[i].question);
}

/* What a half-written scenario gives: hosts, and nothing that they do. */
static void
test_nothing_happened (void)
{
  g_autoptr (TraceLog) log = trace_log_new ("test", 1);
  g_autoptr (LessonCondition) condition =
      lesson_condition_parse ("b.example 250 after MAIL", NULL);

  g_assert_cmpuint (lesson_condition_find (condition, log, 0), ==, G_MAXUINT);
  g_assert_cmpuint (lesson_predict_find (log, 0), ==, G_MAXUINT);
}

static const char *const wrong[] = {
  "", "event", "event ", "soon", "b.example 250 before MAIL", "b.example 250 after",
  "b.example 600 after MAIL", "b.example 25 after MAIL", "b.example 2xy after MAIL",
  "event smtp pop3", "event imap=1", "event smpt", "event code=", "event code=1000",
  "event code=560", "event unit=reply unit=reply", "event kind=letter", "event kind=note code=250",
  "event =x",
};

static void
test_wrong (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LessonCondition) condition = lesson_condition_parse (wrong[i], &error);

      g_test_message ("%s", wrong[i]);
      g_assert_null (condition);
      g_assert_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX);
    }
}

static const struct
{
  guint         playhead;
  const char   *answer;
  guint         unit;
  LessonVerdict verdict;
  const char   *reason; /* part of it */
} predictions[] = {
  { 0, "220", 1, LESSON_VERDICT_RIGHT, "“220 b.example”" },
  { 0, " 2yz ", 1, LESSON_VERDICT_RIGHT, "Service ready" },
  { 0, "2", 1, LESSON_VERDICT_RIGHT, "carried out" },
  { 0, "250 OK", 1, LESSON_VERDICT_CLOSE, "The class is right" },
  { 0, "354", 1, LESSON_VERDICT_WRONG, "b.example says" },
  { 0, "", 1, LESSON_VERDICT_WRONG, "b.example says" },
  { 0, "22", 1, LESSON_VERDICT_WRONG, "b.example says" },
  { 8, "550", 9, LESSON_VERDICT_RIGHT, "Mailbox unavailable" },
  { 4, "mail from:<x@a.example>", 5, LESSON_VERDICT_RIGHT, "a.example sends “MAIL FROM" },
  { 4, "RCPT", 5, LESSON_VERDICT_WRONG, "a.example sends “MAIL FROM" },
  { 11, "QUIT", 12, LESSON_VERDICT_RIGHT, "QUIT" },
};

static void
test_predict (void)
{
  g_autoptr (TraceLog) log = make_log ();

  for (guint i = 0; i < G_N_ELEMENTS (predictions); i++)
    {
      g_autofree char *reason = NULL;
      guint            unit = lesson_predict_find (log, predictions[i].playhead);

      g_test_message ("%u: %s", predictions[i].playhead, predictions[i].answer);
      g_assert_cmpuint (unit, ==, predictions[i].unit);
      g_assert_cmpint (lesson_predict_judge (log, unit, predictions[i].answer, &reason), ==,
                       predictions[i].verdict);
      g_assert_nonnull (strstr (reason, predictions[i].reason));
    }
  g_assert_cmpuint (lesson_predict_find (log, 12), ==, G_MAXUINT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lesson-condition/find", test_find);
  g_test_add_func ("/lesson-condition/wrong", test_wrong);
  g_test_add_func ("/lesson-dialogue/pairs", test_pairs);
  g_test_add_func ("/lesson-dialogue/pairs-of-protocols", test_pairs_of_protocols);
  g_test_add_func ("/lesson-dialogue/nothing-happened", test_nothing_happened);
  g_test_add_func ("/lesson-predict/judge", test_predict);
  return g_test_run ();
}
