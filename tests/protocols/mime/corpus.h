/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Told of a file of the shared corpora, as an exact-size copy. */
typedef void (*CorpusFunc) (const char *name, const guint8 *data, gsize length, gpointer user_data);

/** Calls @func for each message of the shared corpora. Returns: FALSE, and has skipped the test,
 * when they are not here. */
gboolean corpus_foreach (CorpusFunc func, gpointer user_data);
