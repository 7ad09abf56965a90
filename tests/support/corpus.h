/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * corpus_find:
 * @path: within the shared corpora: "vectors/isemail-tests.xml"
 *
 * Returns: (transfer full) (nullable): where it is; NULL, and the test is skipped, when it is not
 * here
 */
char *corpus_find (const char *path);

/** Told of a file of the shared corpora, as an exact-size copy. */
typedef void (*CorpusFunc) (const char *name, const guint8 *data, gsize length, gpointer user_data);

/** Calls @func for each message of the shared corpora. Returns: how many there were: 0, and the
 * test is skipped, when they are not here. */
guint corpus_foreach (CorpusFunc func, gpointer user_data);
