/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <trace/trace-file.h>
#include <trace/trace-text.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Either a clear refusal with a line number, or a trace that is written and read back the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TraceLog) log = trace_file_read ("input", data, size, &error);
  g_autoptr (TraceLog) again = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) text_again = g_string_new (NULL);

  if (log == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "input:"));
      return 0;
    }
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      g_autofree char *description = trace_text_dup_description (log, i);

      g_assert_true (g_utf8_validate (description, -1, NULL));
    }
  trace_file_write (log, TRACE_LEVEL_PACKETS, text);
  again = trace_file_read ("input", (const guint8 *) text->str, text->len, &error);
  g_assert_no_error (error);
  trace_file_write (again, TRACE_LEVEL_PACKETS, text_again);
  g_assert_cmpstr (text_again->str, ==, text->str);
  return 0;
}
