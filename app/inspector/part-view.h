/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-document.h>

G_BEGIN_DECLS

/**
 * PartView:
 *
 * One part of a message with its transfer encoding undone: text as text (HTML as its source,
 * nothing is fetched or run), an image as an image, anything else in words. What was wrong on
 * the way is said above. The part can be saved.
 */
#define APP_TYPE_PART_VIEW (part_view_get_type ())
G_DECLARE_FINAL_TYPE (PartView, part_view, APP, PART_VIEW, AdwBin)

/** Of a text this much is shown, the rest is said: a text view is slow with more. */
#define PART_VIEW_TEXT_BYTES_MAX (1024 * 1024)

/** @document: (nullable): one with a message; @part: index in its tree */
void part_view_set_part (PartView *self, AppDocument *document, guint part);

/** Returns: (transfer full): a name to save a file by that does no harm, whoever sent it. */
char *part_view_make_safe_name (const char *filename, const char *fallback);

G_END_DECLS
