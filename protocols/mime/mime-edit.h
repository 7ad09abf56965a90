/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-tree.h"

G_BEGIN_DECLS

/**
 * mime_edit_replace_field:
 * @field: (nullable): one of @tree's; NULL adds a field at the end of the header of part @part
 * @value: (nullable): on one line, ASCII or UTF-8 text that is encoded where the field lets it;
 *   NULL takes the field away
 *
 * All other bytes stay as they are; the new field, NAME, ends its lines as the old one did. An
 * empty line is added only where there was none and the field would swallow the body.
 * Returns: (transfer full) (nullable): the message; NULL with @out_problem set for a wrong name or
 * value
 */
GBytes *mime_edit_replace_field (const MimeTree *tree,
                                 guint           part,
                                 const ImfField *field,
                                 const char     *name,
                                 const char     *value,
                                 char          **out_problem);

/**
 * mime_edit_replace_content:
 * @content: the new content of the leaf @part, decoded
 *
 * Encodes @content as the part's header says, or, where that can't carry it (8-bit content in a
 * 7bit part, a boundary line within), changes Content-Transfer-Encoding, too, to what can.
 * All other bytes stay as they are.
 * Returns: (transfer full) (nullable): the message; NULL with @out_problem set if @part is no leaf
 */
GBytes *mime_edit_replace_content (const MimeTree *tree,
                                   guint           part,
                                   GBytes         *content,
                                   char          **out_problem);

G_END_DECLS
