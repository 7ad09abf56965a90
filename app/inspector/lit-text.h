/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Text of which some is lit, in views whose text changes and is scrolled at once. */

/** Returns: (transfer none): the tag that lights text of @buffer. */
GtkTextTag *lit_text_add_tag (GtkTextBuffer *buffer);

/** Scrolls @view so that @iter is near its top; again once all lines have their heights. */
void lit_text_scroll_to (GtkTextView *view, const GtkTextIter *iter);

G_END_DECLS
