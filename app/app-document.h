/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mime/mime-tree.h>
#include <wire/wire-spans.h>

G_BEGIN_DECLS

/**
 * AppDocument:
 *
 * One unit or message and all that is known of it: its spans, where it departs from the standards,
 * and the parts of the message in it. Each is found when it is first asked for, and kept. What
 * explains something, in the window or on the command line, is a view of a document. Knows no
 * GTK. Not thread-safe.
 */
typedef struct _AppDocument AppDocument;

/**
 * app_document_new:
 * @grammar: (nullable): its name, known to trace_grammar_annotate(); NULL: bytes alone
 * @bytes: a reference is taken
 * @base: where the unit begins in its file; 0 if it is none
 */
AppDocument *app_document_new (const char *grammar, GBytes *bytes, gsize base);
AppDocument *app_document_ref (AppDocument *self);
void         app_document_unref (AppDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppDocument, app_document_unref)

const char   *app_document_get_grammar (AppDocument *self); /* (nullable) */
const guint8 *app_document_get_data (AppDocument *self, gsize *out_length);
gsize         app_document_get_base (AppDocument *self);

/** Returns: (nullable): the spans; NULL without a grammar. */
const WireSpans *app_document_get_spans (AppDocument *self);

/** Returns: the index of the smallest span over these bytes of the unit, or G_MAXUINT. */
guint app_document_find_span (AppDocument *self, gsize offset, gsize length);

/** Returns: (transfer full) (nullable): what span @i comes to, in words: mime_meaning_dup(),
 * smtp_meaning_dup(). */
char *app_document_dup_meaning (AppDocument *self, guint i);

/** All deviations of one kind. */
typedef struct
{
  const WireDeviation *deviation;
  guint                n_times;
  guint                first; /* index for wire_spans_get_deviation() */
} AppDeviations;

/** Returns: (transfer full): of AppDeviations, the gravest first, then in the order of bytes. */
GArray *app_document_dup_deviations (AppDocument *self);

/** Returns: whether the unit is a message or carries one. */
gboolean app_document_has_message (AppDocument *self);

/** Returns: (nullable): the parts of the message; offsets count bytes of the message, not of the
 * unit: app_document_to_unit(). */
const MimeTree *app_document_get_tree (AppDocument *self);

/** Returns: where the byte at @pos of the message is in the unit. */
gsize app_document_to_unit (AppDocument *self, gsize pos);

/** Returns: (transfer full): a field's value as it is meant, safe to show on one line; of a value
 * longer than @bytes_max its beginning. */
char *app_document_dup_value (AppDocument *self, const ImfField *field, gsize bytes_max);

/** Returns: (transfer none): converters for the message's texts. */
MimeCharsets *app_document_get_charsets (AppDocument *self);

G_END_DECLS
