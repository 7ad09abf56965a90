/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-tree.h"

G_BEGIN_DECLS

/**
 * mime_quote_collect:
 * @readable: what a person reads of the message is appended, as lines that end in LF: its
 *   text/plain parts, flowed ones with a paragraph on a line; of alternatives the plain one; HTML
 *   as plain text
 * @attachments: (nullable) (element-type MimePart): all other leaves and messages are
 *   appended; they are the tree's
 */
void mime_quote_collect (const MimeTree *tree,
                         MimeCharsets   *charsets,
                         GString        *readable,
                         GPtrArray      *attachments);

/** Appends @text with a quote mark before each line (RFC 3676 section 4.5): "> a", ">> b". */
void mime_quote_append (GString *out, const char *text);

/**
 * mime_quote_dup_type:
 *
 * Returns: (transfer full): the type of a part for a MimeAttachment, with its charset and other
 * parameters, but without its name; application/octet-stream for what can't be attached
 */
char *mime_quote_dup_type (const MimeTree *tree, const MimePart *part);

G_END_DECLS
