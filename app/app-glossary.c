/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-glossary.h"

#include <glossary.h>
#include <lesson-catalogue.h>

const char *
app_glossary_find (const char *module, const char *name)
{
  static Glossary *glossary;

  if (glossary == NULL)
    {
      g_autofree char *folder = lesson_catalogue_dup_folder ();
      g_autofree char *path = g_build_filename (folder, "glossary", NULL);

      glossary = glossary_new (path);
    }
  return glossary_find (glossary, module, name);
}
