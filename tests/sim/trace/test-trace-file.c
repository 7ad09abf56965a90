/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-file.h>
#include <trace/trace-grammar.h>
#include <trace/trace-text.h>

#define HEADER \
  "{\"postroad\":1,\"title\":\"t\",\"seed\":7,\"actors\":[{\"name\":\"a\",\"role\":\"MUA\"," \
  "\"address\":\"192.0.2.1\"},{\"name\":\"b\",\"role\":\"\",\"address\":\"\"}],\"connections\":[" \
  "{\"id\":1,\"from\":\"a\",\"to\":\"b\",\"protocol\":\"smtp\",\"client_port\":5," \
  "\"server_port\":25}]}\n"
#define EVENT(id, rest) \
  "{\"id\":" id ",\"kind\":\"unit\",\"time\":0.5,\"arrival\":null,\"connection\":1,\"from\":\"a\","\
  "\"to\":\"b\",\"cause\":null,\"protocol\":\"smtp\",\"unit\":\"command\"," rest ",\"tls\":false," \
  "\"flags\":[]}\n"

/* What is wrong, and the beginning of what is said about it. */
static const struct
{
  const char *name, *text, *message;
} mistakes[] = {
  { "empty", "", "f:1: the file is empty" },
  { "no-header", "{\"id\":1}\n", "f:1: not a saved trace" },
  { "not-json", "hello\n", "f:1: the line is not JSON" },
  { "array", "[1]\n", "f:1: the line has to be a JSON object" },
  { "version", "{\"postroad\":2}\n", "f:1: this is version 2" },
  { "no-actors", "{\"postroad\":1,\"title\":\"t\",\"seed\":1}\n", "f:1: \"actors\" has to be" },
  { "broken-off", HEADER "{\"id\":1,", "f:2: the line is not JSON" },
  { "unknown-kind", HEADER EVENT ("1", "\"text\":\"x\"") "{\"id\":2,\"kind\":\"party\",\"time\":1,"
    "\"arrival\":null}\n", "f:3: there is no kind of event \"party\"" },
  { "ids-fall", HEADER EVENT ("2", "\"text\":\"x\"") EVENT ("1", "\"text\":\"x\""),
    "f:3: event ids have to rise: 1 after 2" },
  { "base64", HEADER EVENT ("1", "\"base64\":\"Zg=!\""), "f:2: \"base64\" is not base64 from" },
  { "no-bytes", HEADER EVENT ("1", "\"verb\":\"x\""), "f:2: an event has to have \"text\"" },
  { "utf-8", HEADER "{\"id\":1,\"kind\":\"\xff\"}\n", "f:2: the line is not UTF-8" },
};

static void
test_mistake (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *exact = g_memdup2 (mistakes[i].text, strlen (mistakes[i].text));
  TraceLog          *log = trace_file_read ("f", exact, strlen (mistakes[i].text), &error);

  g_assert_null (log);
  g_assert_error (error, TRACE_FILE_ERROR, TRACE_FILE_ERROR_SYNTAX);
  if (!g_str_has_prefix (error->message, mistakes[i].message))
    g_assert_cmpstr (error->message, ==, mistakes[i].message);
}

static guint
add (TraceLog *log, TraceKind kind, const char *what, guint cause, const char *bytes, gsize length)
{
  TraceEvent event = {
    .time_us = 1000 * trace_log_get_n_events (log),
    .arrival_us = kind == TRACE_UNIT ? TRACE_NO_TIME : 1000 * trace_log_get_n_events (log) + 1,
    .kind = kind,
    .protocol = kind == TRACE_UNIT ? TRACE_SMTP : TRACE_NO_PROTOCOL,
    .flags = TRACE_FLAG_WARNING | TRACE_FLAG_TLS,
    .cause = cause,
    .connection = 1,
    .message = 3,
    .from = 0,
    .to = 1,
    .what = trace_log_intern (log, what),
  };

  return trace_log_append (log, &event, bytes, length);
}

static TraceLog *
make_log (void)
{
  TraceLog       *log = trace_log_new ("a \"title\"\n", 9);
  TraceConnection connection = { 0, 1, TRACE_SMTP, 49152, 25 };
  guint           id;

  trace_log_add_actor (log, "a", "MUA", "192.0.2.1");
  trace_log_add_actor (log, "b\\", "", "");
  trace_log_add_connection (log, &connection);
  id = add (log, TRACE_MESSAGE, "composed", 0, "one", 3);
  id = add (log, TRACE_PACKET, "packet", id, "\x45\x00\xff", 3);
  id = add (log, TRACE_UNIT, "command", id, "MAIL FROM:<a@a.example>\r\n", 25);
  id = add (log, TRACE_PACKET, "packet", id, "", 0);
  id = add (log, TRACE_NOTE, "queued", id, "gr\xc3\xbc\xc3\x9f" "e \x01", 9);
  add (log, TRACE_MESSAGE, "delivered", id, "two", 3);
  return log;
}

static void
test_round_trip (gconstpointer data)
{
  TraceLevel level = GPOINTER_TO_UINT (data);
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (TraceLog) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) text_again = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  static const guint n_events[] = { 2, 4, 6 };

  trace_file_write (log, level, text);
  again = trace_file_read ("f", (const guint8 *) text->str, text->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (trace_log_get_n_events (again), ==, n_events[level]);
  trace_file_write (again, level, text_again);
  g_assert_cmpstr (text_again->str, ==, text->str);
  g_assert_cmpstr (trace_log_get_title (again), ==, "a \"title\"\n");
}

/* A cause that a level leaves out is replaced by the nearest that it holds. */
static void
test_causes (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TraceLog) story = NULL;
  g_autoptr (TraceLog) dialogue = NULL;

  trace_file_write (log, TRACE_LEVEL_STORY, text);
  story = trace_file_read ("f", (const guint8 *) text->str, text->len, NULL);
  g_assert_cmpuint (trace_log_get_id (story, 1), ==, 6);
  g_assert_cmpuint (trace_log_get_event (story, 1)->cause, ==, 1);
  g_string_truncate (text, 0);
  trace_file_write (log, TRACE_LEVEL_DIALOGUE, text);
  dialogue = trace_file_read ("f", (const guint8 *) text->str, text->len, NULL);
  g_assert_cmpuint (trace_log_get_event (dialogue, 1)->cause, ==, 1);
  g_assert_cmpuint (trace_log_get_event (dialogue, 2)->cause, ==, 3);
  g_assert_cmpuint (trace_log_find (dialogue, 5), ==, 2);
  g_assert_cmpuint (trace_log_find (dialogue, 4), ==, G_MAXUINT);
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
    { TRACE_POP3, "command", "PASS abc\r\n", "PASS", NULL, "PASS •••", TRACE_FLAG_SECRET },
    { TRACE_POP3, "response", "-ERR no\r\n", NULL, "-ERR", "-ERR no", 0 },
    { TRACE_SMTP, "data", "a\r\n.\r\n", NULL, NULL, "message, 6 bytes", 0 },
    { TRACE_SMTP, "command", "\x1b[2J\xff\r\n", NULL, NULL, "\\x1B[2J\\xFF", 0 },
    { TRACE_DNS, "query", "junk", NULL, NULL, "not a DNS message, 4 bytes", 0 },
  };
  g_autoptr (TraceLog) log = make_log ();

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      TraceEvent event = { .kind = TRACE_UNIT, .protocol = words[i].protocol,
                           .flags = words[i].flags, .connection = 1,
                           .what = trace_log_intern (log, words[i].what) };
      guint id = trace_log_append (log, &event, words[i].bytes, strlen (words[i].bytes));
      const TraceEvent *stored = trace_log_get_event (log, id - 1);
      g_autofree char *verb = trace_text_dup_verb (log, stored);
      g_autofree char *code = trace_text_dup_code (log, stored);
      g_autofree char *label = trace_text_dup_label (log, stored);

      g_assert_cmpstr (verb, ==, words[i].verb);
      g_assert_cmpstr (code, ==, words[i].code);
      g_assert_cmpstr (label, ==, words[i].label);
    }
}

/* A stuffed message is explained with its dots and its end, and spans still nest. */
static void
test_data (void)
{
  static const char data[] = "Subject: x\r\n\r\n..\r\na.b\r\n..c\r\n.\r\n";
  g_autoptr (WireSpans) spans =
      trace_grammar_annotate ("smtp-data", (const guint8 *) data, sizeof data - 1);
  g_autofree char *problem = wire_spans_check (spans);
  guint            n_dots = 0, n_ends = 0;

  g_assert_cmpstr (problem, ==, NULL);
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      n_dots += strcmp (span->element->name, "stuffed_dot") == 0;
      if (strcmp (span->element->name, "end_of_data") == 0)
        {
          n_ends++;
          g_assert_cmpuint (span->offset, ==, sizeof data - 4);
        }
    }
  g_assert_cmpuint (n_dots, ==, 2);
  g_assert_cmpuint (n_ends, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strconcat ("/trace-file/mistake/", mistakes[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }
  for (guint level = 0; level < 3; level++)
    {
      g_autofree char *path =
          g_strconcat ("/trace-file/round-trip/", trace_level_get_name (level), NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (level), test_round_trip);
    }
  g_test_add_func ("/trace-file/causes", test_causes);
  g_test_add_func ("/trace-text/words", test_words);
  g_test_add_func ("/trace-grammar/data", test_data);
  return g_test_run ();
}
