/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-file.h>

#define HEADER \
  "{\"postroad\":1,\"title\":\"t\",\"seed\":7,\"actors\":[{\"name\":\"a\",\"role\":\"MUA\"," \
  "\"address\":\"192.0.2.1\"},{\"name\":\"b\",\"role\":\"\",\"address\":\"\"}],\"connections\":[" \
  "{\"id\":1,\"from\":\"a\",\"to\":\"b\",\"protocol\":\"smtp\",\"client_port\":5," \
  "\"server_port\":25}]}\n"
#define EVENT(id, rest) \
  "{\"id\":" id ",\"kind\":\"unit\",\"time\":0.5,\"arrival\":null,\"connection\":1,\"from\":\"a\","\
  "\"to\":\"b\",\"cause\":null,\"protocol\":\"smtp\",\"unit\":\"command\"," rest ",\"tls\":false," \
  "\"flags\":[]}\n"

#define PLACE(connection, cause, from, protocol, tls, flags)                                       \
  "{\"id\":1,\"kind\":\"unit\",\"time\":0.5,\"arrival\":null,\"connection\":" connection \
  ",\"from\":\"" from "\",\"to\":\"b\",\"cause\":" cause ",\"protocol\":\"" protocol \
  "\",\"unit\":\"command\",\"text\":\"x\",\"tls\":" tls ",\"flags\":" flags "}\n"
#define ACTOR "{\"name\":\"a\",\"role\":\"\",\"address\":\"\"}"

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
  { "deep", "{\"postroad\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}\n",
    "f:1: the line is not JSON: its brackets nest too deep" },
  { "comment", HEADER "/* */{\"id\":1}\n", "f:2: the line is not JSON: outside strings" },
  { "nul", HEADER EVENT ("1", "\"text\":\"a\\u0000b\""),
    "f:2: the line is not JSON: a string can't" },
  { "raw-control", HEADER EVENT ("1", "\"text\":\"a\tb\""),
    "f:2: the line is not JSON: a control" },
  { "seed", "{\"postroad\":1,\"title\":\"t\",\"seed\":-1}\n", "f:1: \"seed\" has to be a whole" },
  { "title", "{\"postroad\":1,\"title\":7,\"seed\":1}\n", "f:1: \"title\" has to be a string" },
  { "actor-twice", "{\"postroad\":1,\"title\":\"t\",\"seed\":1,\"actors\":[" ACTOR "," ACTOR "]}\n",
    "f:1: two actors are called a" },
  { "actor-no-object", "{\"postroad\":1,\"title\":\"t\",\"seed\":1,\"actors\":[1]}\n",
    "f:1: \"actors\" has to hold objects" },
  { "connection-ids", "{\"postroad\":1,\"title\":\"t\",\"seed\":1,\"actors\":[" ACTOR "],"
    "\"connections\":[{\"id\":2,\"from\":\"a\",\"to\":\"a\",\"protocol\":\"\",\"client_port\":1,"
    "\"server_port\":2}]}\n", "f:1: connection ids have to count up from 1" },
  { "port", "{\"postroad\":1,\"title\":\"t\",\"seed\":1,\"actors\":[" ACTOR "],"
    "\"connections\":[{\"id\":1,\"from\":\"a\",\"to\":\"a\",\"protocol\":\"\",\"client_port\":1,"
    "\"server_port\":65536}]}\n", "f:1: \"server_port\" has to be a whole number from 0 to 65535" },
  { "unknown-actor", HEADER PLACE ("1", "null", "\\u001b[2J", "smtp", "false", "[]"),
    "f:2: \"from\" names \\x1B[2J, which is not among the actors" },
  { "unknown-connection", HEADER PLACE ("2", "null", "a", "smtp", "false", "[]"),
    "f:2: connection 2 is not among the 1 of the first line" },
  { "cause-later", HEADER PLACE ("1", "1", "a", "smtp", "false", "[]"),
    "f:2: the cause has to come before the event" },
  { "unknown-protocol", HEADER PLACE ("1", "null", "a", "gopher", "false", "[]"),
    "f:2: there is no protocol \"gopher\"" },
  { "tls", HEADER PLACE ("1", "null", "a", "smtp", "1", "[]"),
    "f:2: \"tls\" has to be true or false" },
  { "flags", HEADER PLACE ("1", "null", "a", "smtp", "false", "[\"tls\"]"),
    "f:2: \"flags\" has to hold error, warning, lost or secret" },
  { "flags-no-array", HEADER PLACE ("1", "null", "a", "smtp", "false", "{}"),
    "f:2: \"flags\" has to be an array" },
  { "no-time", HEADER "{\"id\":1,\"kind\":\"unit\",\"time\":null,\"arrival\":null}\n",
    "f:2: \"time\" has to be a number of seconds" },
  { "no-arrival", HEADER "{\"id\":1,\"kind\":\"unit\",\"time\":1}\n",
    "f:2: \"arrival\" has to be a number of seconds" },
  { "far-time", HEADER "{\"id\":1,\"kind\":\"unit\",\"time\":1e300}\n",
    "f:2: \"time\" is too far away" },
  { "id-not-whole", HEADER "{\"id\":1.5}\n", "f:2: \"id\" has to be a whole number" },
  { "id-0", HEADER EVENT ("0", "\"text\":\"x\""), "f:2: event ids have to rise" },
  { "text-no-string", HEADER EVENT ("1", "\"text\":1"), "f:2: \"text\" has to be a string" },
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

/* At the level of packets nothing is left out: every field and byte comes back. */
static void
test_equal (void)
{
  g_autoptr (TraceLog) log = make_log ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TraceLog) again = NULL;

  trace_file_write (log, TRACE_LEVEL_PACKETS, text);
  again = trace_file_read ("f", (const guint8 *) text->str, text->len, NULL);
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      const TraceEvent *event_again = trace_log_get_event (again, i);
      gsize             length, length_again;
      const guint8     *bytes = trace_log_get_bytes (log, event, &length);
      const guint8     *bytes_again = trace_log_get_bytes (again, event_again, &length_again);
      TraceEvent        same_what = *event_again;

      g_assert_cmpstr (trace_log_get_what (log, event), ==,
                       trace_log_get_what (again, event_again));
      same_what.what = event->what;
      g_assert_cmpmem (&same_what, sizeof same_what, event, sizeof *event);
      g_assert_cmpmem (bytes, length, bytes_again, length_again);
      g_assert_cmpuint (trace_log_get_id (log, i), ==, trace_log_get_id (again, i));
    }
}

/* Text that would deceive whoever looks at the file is escaped, and is read back as it was. */
static void
test_hostile_text (void)
{
  static const char title[] = "a\x1b[2J\x7f\xe2\x80\xae" "b\xf3\xa0\x80\x81gr\xc3\xbc\xc3\x9f";
  g_autoptr (TraceLog) log = trace_log_new (title, 1);
  g_autoptr (TraceLog) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  trace_file_write (log, TRACE_LEVEL_STORY, text);
  g_assert_nonnull (strstr (text->str, "\"a\\u001b[2J\\u007f\\u202eb\\udb40\\udc01"
                                       "gr\xc3\xbc\xc3\x9f\""));
  again = trace_file_read ("f", (const guint8 *) text->str, text->len, NULL);
  g_assert_cmpstr (trace_log_get_title (again), ==, title);
}

static void
test_unknown_members (void)
{
  static const char text[] = HEADER EVENT ("1", "\"text\":\"x\",\"colour\":[{\"red\":1}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (TraceLog) log = trace_file_read ("f", (const guint8 *) text, sizeof text - 1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (trace_log_get_n_events (log), ==, 1);
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
  g_test_add_func ("/trace-file/equal", test_equal);
  g_test_add_func ("/trace-file/hostile-text", test_hostile_text);
  g_test_add_func ("/trace-file/unknown-members", test_unknown_members);
  return g_test_run ();
}
