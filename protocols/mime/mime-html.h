/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * mime_html_to_text:
 * @html: valid UTF-8, however broken
 *
 * What is left of HTML when it is to be quoted as text: its words, lines where blocks and breaks
 * are, references to characters undone. Scripts, styles and comments go, as do links and pictures.
 * Not a browser; linear in time, and nothing is loaded or run.
 *
 * Returns: (transfer full): lines that end in LF
 */
char *mime_html_to_text (const char *html);

G_END_DECLS
