/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glossary.h>

#include <mail/mail-world.h>
#include <string.h>
#include <trace/trace-file.h>
#include <trace/trace-grammar.h>

/* Where recordings are kept, and scenarios that are run for theirs. */
static const char *const folders[] = { "lessons", "tests/golden" };

static Glossary *glossary;

static void
find_recordings (const char *folder, GPtrArray *files)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        find_recordings (path, files);
      else if (g_str_has_suffix (name, ".jsonl") || g_str_has_suffix (path, ".ini"))
        g_ptr_array_add (files, g_steal_pointer (&path));
    }
}

/* Every byte has an innermost span, of an element that is known and explained. */
static void
check_unit (const char *grammar, const guint8 *data, gsize length)
{
  g_autoptr (WireSpans) spans = trace_grammar_annotate (grammar, data, length);
  g_autofree char *problem = wire_spans_check (spans);
  gsize            covered = 0;

  g_assert_cmpstr (problem, ==, NULL);
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      if (span->element == wire_unrecognised ||
          glossary_find (glossary, span->element->module, span->element->name) == NULL)
        {
          g_test_message ("%s: %s at %u is not explained: %.*s", grammar, span->element->name,
                          span->offset, (int) length, (const char *) data);
          g_test_fail ();
        }
      covered = MAX (covered, (gsize) span->offset + span->length);
    }
  g_assert_cmpuint (covered, ==, length);
}

/* Returns: (transfer full): what a file holds, or what a scenario comes to. */
static TraceLog *
get_log (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (MailWorld) world = NULL;
  gsize length;

  if (g_str_has_suffix (path, ".jsonl"))
    {
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      return trace_file_read (path, (const guint8 *) text, length, NULL);
    }
  world = mail_world_new_from_file (path, MAIL_WORLD_OWN_SEED, NULL);
  g_assert_nonnull (world);
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  return trace_log_ref (mail_world_get_log (world));
}

static void
test_recording (gconstpointer path)
{
  g_autoptr (TraceLog) log = get_log (path);
  gsize length;
  guint n_units = 0;

  g_test_summary ("Every byte of every unit and packet has an element that is explained.");
  g_assert_nonnull (log);
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      const char       *grammar = trace_grammar_for_event (log, event);
      const guint8     *data = trace_log_get_bytes (log, event, &length);

      if (grammar == NULL)
        continue;
      check_unit (grammar, data, length);
      n_units++;
    }
  g_test_message ("%u units", n_units);
  g_assert_cmpuint (n_units, >, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *prose = NULL;
  int              status;

  g_test_init (&argc, &argv, NULL);
  prose = g_test_build_filename (G_TEST_DIST, "lessons", "glossary", NULL);
  glossary = glossary_new (prose);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_test_build_filename (G_TEST_DIST, folders[i], NULL);

      find_recordings (folder, files);
    }
  g_assert_cmpuint (files->len, >, 0);
  for (guint i = 0; i < files->len; i++)
    {
      const char      *top = g_test_get_dir (G_TEST_DIST);
      const char      *path = files->pdata[i];
      g_autofree char *name = g_strconcat ("/coverage", path + strlen (top), NULL);

      g_test_add_data_func (name, path, test_recording);
    }
  status = g_test_run ();
  glossary_free (glossary);
  return status;
}
