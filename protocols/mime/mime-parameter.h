/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-tree.h"

G_BEGIN_DECLS

/**
 * mime_parameters_dup:
 * @parameters: (array length=n_parameters): as written
 * @name: in lower case: "filename"
 *
 * One parameter as it is meant: the extended form before the plain one; continuations joined in the
 * order of their numbers, up to the first that is missing; percent-encoding and charset undone (RFC
 * 2231 sections 3 and 4); encoded-words, not allowed here but common, undone (RFC 2047).
 *
 * Returns: (transfer full) (nullable): valid UTF-8
 */
char *mime_parameters_dup (const MimeParameter *parameters,
                           guint                n_parameters,
                           const char          *name,
                           MimeCharsets        *charsets);

/** What a name of RFC 2231 says: NAME, NAME*, NAME*0, NAME*0*. */
typedef struct
{
  gsize    base_length; /* of NAME */
  gboolean has_section;
  guint    section;     /* 0 to MIME_SECTIONS_MAX; of use with @has_section */
  gboolean is_extended; /* ends in "*" */
} MimeParameterName;

/** Pieces that one parameter may have. Ours: 998-character lines make that a megabyte. */
#define MIME_SECTIONS_MAX 1000

/** Returns: FALSE for a name with a "*" that RFC 2231 does not allow; it then names itself. */
gboolean mime_parameter_name_parse (const char *name, MimeParameterName *out_name);

G_END_DECLS
