/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-charset.h"

#include <wire/wire-spans.h>

G_BEGIN_DECLS

/**
 * MimeMeaning:
 *
 * Says what encoded bytes of a message come to: an encoded-word's text, a parameter's value, octets
 * of a body in its charset, a date in UTC. To be asked about spans in rising order where there are
 * many: what it knows of a body it knows until the next.
 */
typedef struct _MimeMeaning MimeMeaning;

/** @spans: of a grammar over @data; both, and @charsets, are borrowed while the result lives */
MimeMeaning *mime_meaning_new (const WireSpans *spans, const guint8 *data, MimeCharsets *charsets);
void         mime_meaning_free (MimeMeaning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MimeMeaning, mime_meaning_free)

/** Returns: (transfer full) (nullable): what span @i comes to where that is not plain from its
 * bytes; valid UTF-8, cut where it is long; octets that are no text in hexadecimal */
char *mime_meaning_dup (MimeMeaning *self, guint i);

G_END_DECLS
