/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-scenario.h"

G_BEGIN_DECLS

/**
 * SimReader:
 *
 * The text of a scenario cut into groups and keys that are all known, each with its
 * line: what a GKeyFile, which gives the values, does not tell. For sim-scenario.c only.
 *
 * Functions that read a value leave the output argument, the default, as it is when the
 * key is absent; they return FALSE with @error set when the value is wrong.
 */
typedef struct
{
  char *key;
  guint line;
} SimReaderEntry;

typedef struct
{
  char       *title;   /* "Host a.example" */
  const char *kind;    /* "Host", static */
  char      **words;   /* what follows the kind: { "a.example", NULL } */
  guint       line;
  GArray     *entries; /* of SimReaderEntry */
} SimReaderGroup;

typedef struct
{
  char     *file;
  GKeyFile *values;
  GArray   *groups; /* of SimReaderGroup */
} SimReader;

/** Returns: (transfer full) (nullable): NULL with @error set when the text is no scenario. */
SimReader *sim_reader_new (const char *file, const char *text, gsize length, GError **error);
void       sim_reader_free (SimReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimReader, sim_reader_free)

/** Sets @error to "file:line: ...". Returns: FALSE, for `return sim_reader_fail (...)`. */
gboolean sim_reader_fail (const char *file, guint line, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/** Returns: the line of @key in @group, or the group's when it is absent. */
guint    sim_reader_get_line (const SimReaderGroup *group, const char *key);
gboolean sim_reader_has (const SimReaderGroup *group, const char *key);

/** A missing required key is no longer possible here. White space around values is gone. */
gboolean sim_reader_get_text (SimReader *self, const SimReaderGroup *group, const char *key,
                              char **out_text, GError **error);
/** Empty items are left out. */
gboolean sim_reader_get_list (SimReader *self, const SimReaderGroup *group, const char *key,
                              char ***out_list, GError **error);
gboolean sim_reader_get_number (SimReader *self, const SimReaderGroup *group, const char *key,
                                double *out_number, GError **error);
gboolean sim_reader_get_whole (SimReader *self, const SimReaderGroup *group, const char *key,
                               guint64 *out_whole, GError **error);
gboolean sim_reader_get_truth (SimReader *self, const SimReaderGroup *group, const char *key,
                               gboolean *out_truth, GError **error);

/** Returns: whether @text is digits with at most one dot, of a value from @min to @max. */
gboolean sim_reader_parse_number (const char *text, double min, double max, double *out_number);

G_END_DECLS
