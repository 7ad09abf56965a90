/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Domain names as text: labels joined by dots, without the final dot, "" for the
 * root. A dot or backslash inside a label is escaped, other bytes that don't print are \DDD
 * (RFC 1035 section 5.1). Names that come from people may also have the final dot, and
 * escapes where none is needed. */

/** RFC 1035 section 2.3.4. */
#define DNS_LABEL_BYTES_MAX 63
#define DNS_NAME_BYTES_MAX 255

/**
 * dns_name_to_wire:
 *
 * Returns: (transfer full) (nullable): the labels with their lengths and the final 0; NULL when
 *   a label is empty, an escape is not one or a limit is exceeded
 */
GByteArray *dns_name_to_wire (const char *name);

/** Appends one label of a name, escaped. */
void dns_name_append_label (GString *name, const guint8 *label, gsize length);

/** Returns: whether two names are the same; ASCII letters have no case (RFC 1035 section 2.3.3). */
gboolean dns_name_equals (const char *a, const char *b);

/** Returns: (nullable): the part of @name after its first label, "" for the last one; NULL for the
 * root. */
const char *dns_name_get_parent (const char *name);

/** Returns: whether @name is @domain or below it. */
gboolean dns_name_is_within (const char *name, const char *domain);

G_END_DECLS
