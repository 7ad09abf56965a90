/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glossary.h>
#include <wire/wire-element.h>

static const char *const modules[] = {
  "wire", "imf", "smtp", "pop3", "dns", "inet", "trace",
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
  g_test_add_func ("/glossary/what-is-absent", test_what_is_absent);
  return g_test_run ();
}
