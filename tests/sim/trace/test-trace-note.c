/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <trace/trace-note.h>

static TraceNote *
make_note (const char *bytes, gsize length)
{
  g_autoptr (TraceLog) log = trace_log_new ("t", 1);
  /* Of its exact size, so that an overread shows. */
  g_autofree char *copy = g_memdup2 (bytes, length);
  TraceEvent event = { .kind = TRACE_NOTE, .what = trace_log_intern (log, "queued") };

  trace_log_add_actor (log, "a", "MTA", "");
  trace_log_append (log, &event, copy, length);
  return trace_note_new (log, trace_log_get_event (log, 0));
}

static const struct
{
  const char *name, *bytes, *sentence, *details;
} readings[] = {
  { "sentence-alone", "message queued", "message queued", "" },
  { "nothing", "", "", "" },
  { "details", "queued as 7\nid: 7\nsize: 1204\n", "queued as 7", "id=7|size=1204" },
  { "no-last-line-end", "s\nid: 7", "s", "id=7" },
  { "crlf", "s\nid: 7\r\nk: v\r\n", "s", "id=7|k=v" },
  { "empty-value", "s\nreason:\nid: 7", "s", "reason=|id=7" },
  { "colon-in-value", "s\nreason: 450 4.2.0: later", "s", "reason=450 4.2.0: later" },
  { "no-details", "s\n\nno colon\n: v\nUpper: v\nkey with space: v\n", "s", "" },
  { "long-key", "s\nabcdefghijklmnopqrstuvwxyzabcdefg: v\nk: v", "s", "k=v" },
  { "hostile", "a\x1b[2J\nk: \xff\xe2\x80\xae", "a\\x1B[2J", "k=\\xFF\\u{202E}" },
  { "twice", "s\nk: a\nk: b", "s", "k=a|k=b" },
};

static char *
join_details (const TraceNote *note)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < trace_note_get_n_details (note); i++)
    {
      const TraceNoteDetail *detail = trace_note_get_nth_detail (note, i);

      g_string_append_printf (text, "%s%s=%s", i > 0 ? "|" : "", detail->key, detail->value);
    }
  return g_string_free (text, FALSE);
}

static void
test_reading (void)
{
  g_test_summary ("The first line is a sentence, lines of the right form are details.");
  for (guint i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_autoptr (TraceNote) note = make_note (readings[i].bytes, strlen (readings[i].bytes));
      g_autofree char *details = join_details (note);

      g_test_message ("%s", readings[i].name);
      g_assert_cmpstr (trace_note_get_sentence (note), ==, readings[i].sentence);
      g_assert_cmpstr (details, ==, readings[i].details);
    }
}

static void
test_values (void)
{
  static const struct
  {
    const char *value;
    gint64      time_us; /* -1: none */
  } times[] = {
    { "0", 0 },
    { "1800", 1800 * G_USEC_PER_SEC },
    { "1800.000001", 1800 * G_USEC_PER_SEC + 1 },
    { "2.5", 2500000 },
    { "2.", 2000000 },
    { "2.12345678", 2123456 },
    { "", -1 },
    { "-1", -1 },
    { ".5", -1 },
    { "1 s", -1 },
    { "999999999999999999999999", -1 },
  };

  g_test_summary ("Times are read exactly or not at all; what is not there leaves no trace.");
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *bytes = g_strconcat ("s\nnext-attempt: ", times[i].value, NULL);
      g_autoptr (TraceNote) note = make_note (bytes, strlen (bytes));
      gint64  time_us = -1;
      guint64 number = 77;

      g_assert_cmpint (trace_note_get_time (note, "next-attempt", &time_us), ==,
                       times[i].time_us >= 0);
      g_assert_cmpint (time_us, ==, times[i].time_us);
      g_assert_false (trace_note_get_number (note, "size", &number));
      g_assert_cmpuint (number, ==, 77);
      g_assert_null (trace_note_get_detail (note, "size"));
    }
}

static void
test_number (void)
{
  g_autoptr (TraceNote) note = make_note ("s\nsize: 1204\nid: 4F2", 20);
  guint64 number = 0;

  g_assert_true (trace_note_get_number (note, "size", &number));
  g_assert_cmpuint (number, ==, 1204);
  g_assert_false (trace_note_get_number (note, "id", &number));
  g_assert_cmpuint (number, ==, 1204);
}

static void
test_lists (void)
{
  static const struct
  {
    const char *value, *items;
  } lists[] = {
    { "a@x.example", "a@x.example" },
    { "<a@x.example>, <b@x.example>", "a@x.example|b@x.example" },
    { " a , ,b,", "a|b" },
    { "\"a,b\"@x.example, c", "\"a,b\"@x.example|c" },
    { "<>", "" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (GStrv) items = trace_note_split (lists[i].value);
      g_autofree char *joined = g_strjoinv ("|", items);

      g_assert_cmpstr (joined, ==, lists[i].items);
    }
}

static void
test_many (void)
{
  g_autoptr (GString) bytes = g_string_new ("s");
  g_autoptr (TraceNote) note = NULL;

  g_test_summary ("A note from a file can't take more memory than its details are worth.");
  for (guint i = 0; i < 10000; i++)
    g_string_append (bytes, "\nk: v");
  note = make_note (bytes->str, bytes->len);
  g_assert_cmpuint (trace_note_get_n_details (note), ==, TRACE_NOTE_DETAILS_MAX);
}

static void
test_kinds (void)
{
  g_assert_cmpint (trace_note_get_kind ("retry"), ==, TRACE_NOTE_WAITING);
  g_assert_cmpint (trace_note_get_kind ("delivered"), ==, TRACE_NOTE_DELIVERED);
  g_assert_cmpint (trace_note_get_kind ("something-else"), ==, TRACE_NOTE_PLAIN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace-note/reading", test_reading);
  g_test_add_func ("/trace-note/values", test_values);
  g_test_add_func ("/trace-note/number", test_number);
  g_test_add_func ("/trace-note/lists", test_lists);
  g_test_add_func ("/trace-note/many", test_many);
  g_test_add_func ("/trace-note/kinds", test_kinds);
  return g_test_run ();
}
