/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Text of messages in widgets: some of it lit, in views whose text changes and is scrolled at
 * once, and none of it changed for show. */

/** Returns: (transfer none): the tag that lights text of @buffer. */
GtkTextTag *lit_text_add_tag (GtkTextBuffer *buffer);

/** Scrolls @view so that @iter is near its top; again once all lines have their heights. */
void lit_text_scroll_to (GtkTextView *view, const GtkTextIter *iter);

/** Makes @label show what somebody wrote as it was written: where a word is cut at the end of a
 * line, no hyphen is added. */
void lit_text_set_verbatim (GtkLabel *label);

G_END_DECLS
