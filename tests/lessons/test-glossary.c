/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glossary.h>

#include <glib/gstdio.h>
#include <wire/wire-deviation.h>
#include <wire/wire-element.h>

#include <string.h>

static const char *const modules[] = {
  "wire", "imf", "mime", "sasl", "smtp", "pop3", "imap", "dns", "inet", "tls", "trace",
};

/* A sentence about an element is longer than this; a heading or a remark is not. */
#define PROSE_CHARACTERS_MIN 20

static Glossary *
open_glossary (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "lessons", "glossary", NULL);

  return glossary_new (folder);
}

static void
check_element (const WireElement *element, gpointer data)
{
  Glossary   *glossary = data;
  const char *prose = glossary_find (glossary, element->module, element->name);

  if (prose == NULL || g_utf8_strlen (prose, -1) < PROSE_CHARACTERS_MIN)
    {
      g_test_message ("lessons/glossary/%s.md says nothing about %s", element->module,
                      element->name);
      g_test_fail ();
    }
}

static void
count_element (const WireElement *element, gpointer data)
{
  guint *n_elements = data;

  (*n_elements)++;
}

static void
test_every_element_has_prose (void)
{
  g_autoptr (Glossary) glossary = open_glossary ();
  guint n_elements = 0;

  wire_element_foreach (count_element, &n_elements);
  g_assert_cmpuint (n_elements, >, 150);
  wire_element_foreach (check_element, glossary);
}

static void
test_every_entry_has_an_element (void)
{
  g_autoptr (Glossary) glossary = open_glossary ();

  for (guint i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      g_autoptr (GPtrArray) names = glossary_list (glossary, modules[i]);
      g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

      g_assert_cmpuint (names->len, >, 0);
      for (guint j = 0; j < names->len; j++)
        {
          char *name = g_ptr_array_index (names, j);

          if (wire_element_find (modules[i], name) == NULL || !g_hash_table_add (seen, name))
            {
              g_test_message ("lessons/glossary/%s.md: %s is no element, or is there twice",
                              modules[i], name);
              g_test_fail ();
            }
        }
    }
}

/* What a reader should do is the last sentence. */
static void
check_deviation (const WireDeviation *deviation, gpointer data)
{
  Glossary   *glossary = data;
  const char *prose = glossary_find (glossary, "deviations", deviation->name);
  const char *advice = prose != NULL ? g_strrstr (prose, "A reader ") : NULL;

  if (advice == NULL || advice == prose || strstr (advice, ". ") != NULL)
    {
      g_test_message ("lessons/glossary/deviations.md does not say of %s what it is, and in its "
                      "last sentence what a reader should do",
                      deviation->name);
      g_test_fail ();
    }
}

static void
count_deviation (const WireDeviation *deviation, gpointer data)
{
  guint *n_deviations = data;

  (*n_deviations)++;
}

static void
test_every_deviation_has_prose (void)
{
  g_autoptr (Glossary) glossary = open_glossary ();
  g_autoptr (GPtrArray) names = glossary_list (glossary, "deviations");
  guint n_deviations = 0;

  wire_deviation_foreach (count_deviation, &n_deviations);
  g_assert_cmpuint (n_deviations, >, 100);
  wire_deviation_foreach (check_deviation, glossary);
  for (guint i = 0; i < names->len; i++)
    if (wire_deviation_find (g_ptr_array_index (names, i)) == NULL)
      {
        g_test_message ("lessons/glossary/deviations.md: %s is no deviation",
                        (const char *) g_ptr_array_index (names, i));
        g_test_fail ();
      }
  g_assert_cmpuint (names->len, ==, n_deviations);
}

static void
test_terms (void)
{
  /* The vocabulary of the design, and the roles of RFC 5598 section 4. */
  static const char *const terms[] = {
    "host", "role", "mua", "msa", "mta", "mda", "ms", "name_server", "connection", "session",
    "transaction", "unit", "envelope", "message", "trace", "playhead", "capture", "element", "span",
  };

  g_autoptr (Glossary) glossary = open_glossary ();
  g_autoptr (GPtrArray) names = glossary_list (glossary, "terms");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    g_assert_nonnull (glossary_find (glossary, "terms", terms[i]));
  for (guint i = 0; i < names->len; i++)
    {
      const char *prose = glossary_find (glossary, "terms", g_ptr_array_index (names, i));

      g_assert_true (g_hash_table_add (seen, g_ptr_array_index (names, i)));
      g_assert_nonnull (prose);
      g_assert_cmpint (g_utf8_strlen (prose, -1), >=, PROSE_CHARACTERS_MIN);
    }
}

/* How a file is read: paragraphs, either line end, an entry without prose. */
static void
test_reading (void)
{
  static const char text[] = "# Title\nNo entry yet.\n\n## a\n\nOne\ntwo.\n\nThree.\n\n"
                             "## b\r\nFour\r\nfive.\r\n## empty\n\n## last\nSix";

  g_autofree char *folder = g_dir_make_tmp ("postroad-glossary-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "m.md", NULL);
  g_autofree char *bad = g_build_filename (folder, "bad.md", NULL);
  g_autoptr (Glossary) glossary = glossary_new (folder);
  g_autoptr (GPtrArray) names = NULL;

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  g_assert_true (g_file_set_contents (bad, "## a\n\xff\n", -1, NULL));
  g_assert_cmpstr (glossary_find (glossary, "m", "a"), ==, "One two.\n\nThree.");
  g_assert_cmpstr (glossary_find (glossary, "m", "b"), ==, "Four five.");
  g_assert_null (glossary_find (glossary, "m", "empty"));
  g_assert_cmpstr (glossary_find (glossary, "m", "last"), ==, "Six");
  names = glossary_list (glossary, "m");
  g_assert_cmpuint (names->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (names, 3), ==, "last");
  g_assert_null (glossary_find (glossary, "bad", "a"));
  g_remove (file);
  g_remove (bad);
  g_rmdir (folder);
}

static void
test_what_is_absent (void)
{
  g_autoptr (Glossary) glossary = open_glossary ();

  g_assert_null (glossary_find (glossary, "smtp", "no_such_element"));
  g_assert_null (glossary_find (glossary, "no-such-module", "command"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glossary/every-element-has-prose", test_every_element_has_prose);
  g_test_add_func ("/glossary/every-entry-has-an-element", test_every_entry_has_an_element);
  g_test_add_func ("/glossary/every-deviation-has-prose", test_every_deviation_has_prose);
  g_test_add_func ("/glossary/terms", test_terms);
  g_test_add_func ("/glossary/reading", test_reading);
  g_test_add_func ("/glossary/what-is-absent", test_what_is_absent);
  return g_test_run ();
}
