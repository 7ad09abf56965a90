/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON on one line, as the dumpers print it. After "{", "[" or ":" no comma is written. */

/** Appends "NAME": for the value that follows. */
void json_line_name (GString *line, const char *name);

/** Appends a string of octets, each as the character of its number; null for NULL. */
void json_line_octets (GString *line, const char *text);

/** Appends UTF-8 text. */
void json_line_utf8 (GString *line, const char *text, gsize length);

void json_line_number (GString *line, gsize number);

/** Appends '{', '[', '}' or ']'. */
void json_line_open (GString *line, char bracket);
void json_line_close (GString *line, char bracket);

G_END_DECLS
