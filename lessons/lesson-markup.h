/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cmark.h>
#include <glib.h>

G_BEGIN_DECLS

/**
 * lesson_markup_append:
 * @node: a block of a parsed document: paragraph, list, quotation, code, heading
 *
 * Appends the block as Pango markup, escaped, after an empty line if @markup
 * holds anything. Links lead to https: addresses or to "glossary:MODULE.NAME".
 *
 * Returns: (nullable): NULL, or what is wrong with the block (static); its line is then in
 *   @out_line
 */
const char *lesson_markup_append (GString *markup, cmark_node *node, guint *out_line);

G_END_DECLS
