/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Glossary:
 *
 * Prose for learners about every element of the grammars: a folder of files
 * MODULE.md, in which a heading "## element_name" begins an entry. A module is read when it is
 * first asked for; one that has no file has no entries.
 */
typedef struct _Glossary Glossary;

Glossary *glossary_new (const char *folder);
void      glossary_free (Glossary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Glossary, glossary_free)

/** Returns: (transfer none) (nullable): the entry's text, paragraphs apart by an empty line. */
const char *glossary_find (Glossary *self, const char *module, const char *name);

/** Returns: (transfer container): the names of the entries of @module, in the file's order. */
GPtrArray *glossary_list (Glossary *self, const char *module);

G_END_DECLS
