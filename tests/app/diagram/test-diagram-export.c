/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <diagram/diagram-export.h>
#include <glib/gstdio.h>
#include <string.h>

#include "letter.h"

static const DiagramFormat formats[] = { DIAGRAM_FORMAT_TEXT, DIAGRAM_FORMAT_SVG,
                                         DIAGRAM_FORMAT_PDF, DIAGRAM_FORMAT_PNG };

static GByteArray *
export_with (TraceLog *log, const DiagramOptions *options, DiagramFormat format)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  diagram_export (log, options, format, out, &error);
  g_assert_no_error (error);
  return out;
}

static GByteArray *
export_plainly (TraceLog *log, DiagramFormat format)
{
  DiagramOptions options;

  diagram_options_init (&options);
  return export_with (log, &options, format);
}

/* An SVG must be well-formed; xmllint, where it is there, says so. */
static void
check_xml (GByteArray *svg)
{
  g_autofree char *xmllint = g_find_program_in_path ("xmllint");
  g_autofree char *path = NULL;
  int              fd = g_file_open_tmp ("diagram-XXXXXX.svg", &path, NULL);
  int              status = 0;
  const char      *argv[] = { "xmllint", "--noout", "--huge", path, NULL };

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, (const char *) svg->data, svg->len, NULL));
  g_assert_true (g_utf8_validate ((const char *) svg->data, svg->len, NULL));
  if (xmllint != NULL)
    {
      g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                                   NULL, NULL, &status, NULL));
      g_assert_cmpint (status, ==, 0);
    }
  g_unlink (path);
}

static void
check (GByteArray *out, DiagramFormat format)
{
  static const char *const starts[] = { "", "<?xml", "%PDF-", "\211PNG" };

  g_assert_cmpuint (out->len, >, strlen (starts[format]));
  g_assert_cmpmem (out->data, strlen (starts[format]), starts[format], strlen (starts[format]));
  if (format == DIAGRAM_FORMAT_SVG)
    check_xml (out);
}

/* Compares with a file beside this one; POSTROAD_UPDATE_GOLDEN=1 writes it instead. */
static void
compare (GByteArray *out, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "tests", "app", "diagram",
                                            name, NULL);
  g_autofree char *golden = NULL;
  g_autofree char *text = g_strndup ((const char *) out->data, out->len);

  if (g_getenv ("POSTROAD_UPDATE_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_get_contents (path, &golden, NULL, NULL));
  g_assert_cmpstr (text, ==, golden);
}

static void
test_text (void)
{
  static const struct
  {
    guint       columns;
    TraceLevel  level;
    gboolean    is_ascii;
    const char *name;
  } cases[] = {
    { 80, TRACE_LEVEL_STORY, FALSE, "letter-story-80.txt" },
    { 80, TRACE_LEVEL_DIALOGUE, FALSE, "letter-80.txt" },
    { 120, TRACE_LEVEL_PACKETS, FALSE, "letter-packets-120.txt" },
    { 80, TRACE_LEVEL_DIALOGUE, TRUE, "letter-ascii-80.txt" },
  };
  g_autoptr (TraceLog) log = letter_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DiagramOptions options;
      g_autoptr (GByteArray) out = NULL;

      diagram_options_init (&options);
      options.columns = cases[i].columns;
      options.level = cases[i].level;
      options.is_ascii = cases[i].is_ascii;
      out = export_with (log, &options, DIAGRAM_FORMAT_TEXT);
      compare (out, cases[i].name);
    }
}

static void
test_text_keeps_its_width (void)
{
  g_autoptr (TraceLog) log = letter_new ();

  for (guint columns = 40; columns < 200; columns += 7)
    {
      DiagramOptions options;
      g_autoptr (GByteArray) out = NULL;
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      diagram_options_init (&options);
      options.columns = columns;
      out = export_with (log, &options, DIAGRAM_FORMAT_TEXT);
      text = g_strndup ((const char *) out->data, out->len);
      lines = g_strsplit (text, "\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        g_assert_cmpuint ((guint) g_utf8_strlen (lines[i], -1), <=, columns);
    }
}

static void
test_every_format (void)
{
  g_autoptr (TraceLog) log = letter_new ();

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GByteArray) out = export_plainly (log, formats[i]);

      check (out, formats[i]);
    }
}

static void
test_svg_has_words (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (GByteArray) out = export_plainly (log, DIAGRAM_FORMAT_SVG);
  g_autofree char *text = g_strndup ((const char *) out->data, out->len);

  g_assert_nonnull (strstr (text, "<title>One message, four computers</title>"));
  g_assert_nonnull (strstr (text, "<desc>"));
  g_assert_nonnull (strstr (text, ">EHLO alice-pc</text>"));
  g_assert_nonnull (
      strstr (text, "<title>6: alice-pc to mail.sender.example, EHLO alice-pc</title>"));
  g_assert_nonnull (strstr (text, "MAIL FROM:&lt;"));
}

static void
test_empty (void)
{
  g_autoptr (TraceLog) none = trace_log_new ("", 0);
  g_autoptr (TraceLog) hosts = letter_new_many (3, 0);

  g_test_summary ("A trace of nothing says so in every format.");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GByteArray) bare = export_plainly (none, formats[i]);
      g_autoptr (GByteArray) out = export_plainly (hosts, formats[i]);

      check (bare, formats[i]);
      check (out, formats[i]);
      if (formats[i] == DIAGRAM_FORMAT_TEXT || formats[i] == DIAGRAM_FORMAT_SVG)
        g_assert_nonnull (
            g_strstr_len ((const char *) out->data, out->len, "Nothing has happened"));
    }
}

static void
test_hostile (void)
{
  static const char *const texts[] = {
    "\033[31mred\033]0;title\007",
    "\342\200\256gnirts \342\201\246x",
    "<script>&\"'</text>",
    "\377\376\303",
    "]]>",
    "\347\224\250\346\210\267@\344\276\213",
    "e\314\201\314\201",
    "\001\002\177",
    "\357\277\276",
    "\\",
    "%s%n",
    "",
  };
  g_autoptr (TraceLog) log = trace_log_new ("<t>\033\377\342\200\256", 1);
  g_autofree char *long_text = g_strnfill (100000, 'x');

  g_test_summary ("Whatever a peer, a host's name or a title says, it stays text.");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    trace_log_add_actor (log, texts[i], texts[i], texts[i]);
  trace_log_add_actor (log, long_text, long_text, long_text);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (TraceKind kind = 0; kind < TRACE_N_KINDS; kind++)
      letter_add (log, kind, i, kind % G_N_ELEMENTS (texts), texts[i], texts[i]);
  letter_add (log, TRACE_UNIT, 0, 1, "command", long_text);
  letter_add (log, TRACE_NOTE, 0, 0, "note", long_text);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GByteArray) out = export_plainly (log, formats[i]);

      check (out, formats[i]);
      if (formats[i] == DIAGRAM_FORMAT_TEXT || formats[i] == DIAGRAM_FORMAT_SVG)
        {
          g_assert_null (memchr (out->data, 033, out->len));
          g_assert_null (memchr (out->data, 0, out->len));
          g_assert_null (g_strstr_len ((const char *) out->data, out->len, "\342\200\256"));
        }
      if (formats[i] == DIAGRAM_FORMAT_SVG)
        g_assert_null (g_strstr_len ((const char *) out->data, out->len, "<script"));
      if (formats[i] == DIAGRAM_FORMAT_TEXT)
        g_assert_true (g_utf8_validate ((const char *) out->data, out->len, NULL));
    }
}

static void
test_lanes (gconstpointer data)
{
  guint n_lanes = GPOINTER_TO_UINT (data);
  g_autoptr (TraceLog) log = letter_new_many (n_lanes, 60);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GByteArray) out = export_plainly (log, formats[i]);

      check (out, formats[i]);
    }
}

static void
test_tall_picture (void)
{
  g_autoptr (TraceLog) log = letter_new_many (4, 3000);
  g_autoptr (TraceLog) little = letter_new ();
  DiagramOptions options;
  g_autoptr (GByteArray) out = NULL;
  guint height;

  g_test_summary ("A picture that would get too tall stops, and can tell.");
  diagram_options_init (&options);
  out = export_with (log, &options, DIAGRAM_FORMAT_PNG);
  height = (guint) out->data[20] << 24 | out->data[21] << 16 | out->data[22] << 8 | out->data[23];
  g_assert_cmpuint (height, <=, DIAGRAM_PNG_HEIGHT_MAX);
  g_assert_cmpuint (diagram_export_get_n_rows (log, &options, DIAGRAM_FORMAT_PNG), <, 3000);
  g_assert_cmpuint (diagram_export_get_n_rows (log, &options, DIAGRAM_FORMAT_PDF), ==, 3000);
  g_assert_cmpuint (diagram_export_get_n_rows (little, &options, DIAGRAM_FORMAT_PNG), ==,
                    diagram_export_get_n_rows (little, &options, DIAGRAM_FORMAT_SVG));
}

static void
test_speed (void)
{
  g_autoptr (TraceLog) many = letter_new_many (5, 100000);
  g_autoptr (TraceLog) half = letter_new_many (5, 50000);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GByteArray) svg = export_plainly (many, DIAGRAM_FORMAT_SVG);
  gint64 svg_us = g_get_monotonic_time () - start;
  g_autoptr (GByteArray) pdf = NULL;
  gint64 pdf_us;

  g_assert_cmpuint (svg->len, >, 0);
  start = g_get_monotonic_time ();
  pdf = export_plainly (half, DIAGRAM_FORMAT_PDF);
  pdf_us = g_get_monotonic_time () - start;
  g_test_message ("SVG of 100,000 rows %.2f s, PDF of 50,000 rows %.2f s", svg_us / 1e6,
                  pdf_us / 1e6);
  if (g_test_perf ())
    {
      g_assert_cmpint (svg_us, <, 2 * G_USEC_PER_SEC);
      g_assert_cmpint (pdf_us, <, 3 * G_USEC_PER_SEC);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagram/export/text", test_text);
  g_test_add_func ("/diagram/export/text-keeps-its-width", test_text_keeps_its_width);
  g_test_add_func ("/diagram/export/every-format", test_every_format);
  g_test_add_func ("/diagram/export/svg-has-words", test_svg_has_words);
  g_test_add_func ("/diagram/export/empty", test_empty);
  g_test_add_func ("/diagram/export/hostile", test_hostile);
  g_test_add_data_func ("/diagram/export/lanes/1", GUINT_TO_POINTER (1), test_lanes);
  g_test_add_data_func ("/diagram/export/lanes/1000", GUINT_TO_POINTER (1000), test_lanes);
  g_test_add_func ("/diagram/export/tall-picture", test_tall_picture);
  if (g_test_perf ())
    g_test_add_func ("/diagram/export/speed", test_speed);
  return g_test_run ();
}
