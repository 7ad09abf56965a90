/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-document.h>

G_BEGIN_DECLS

/* The rows of MessagePage's lists. Each keeps which bytes of the document it tells of. */

/** The bytes of the document that a row tells of. */
typedef struct
{
  guint span; /* index of the span; G_MAXUINT until it is looked for */
  guint offset;
  guint length;
  guint part; /* for MimeTree; MIME_NO_PART for other rows */
} MessageRowPlace;

/** Returns: (transfer none) (nullable): the place of @row; NULL for a row that is just a remark. */
const MessageRowPlace *message_row_get_place (GtkListBoxRow *row);

/** Returns: (transfer full): a row that tells of deviations of one kind, a button on it goes to the
 * next place; @on_next is called with the row and @data then. */
GtkWidget *message_row_new_deviations (AppDocument         *document,
                                       const AppDeviations *kind,
                                       GCallback            on_next,
                                       gpointer             data);

/** Moves a row of deviations on to the next place, after the last one to the first. */
void message_row_go_on (GtkListBoxRow *row, AppDocument *document);

/** Returns: (transfer full): a row that tells of field @i of the tree; @host: (nullable): who added
 * it. */
GtkWidget *message_row_new_field (AppDocument *document, guint i, const char *host);

/** Returns: (transfer full): a row that tells of part @part of the tree. */
GtkWidget *message_row_new_part (AppDocument *document, guint part);

/** Returns: (transfer full): a row that can't be selected and says @text. */
GtkWidget *message_row_new_remark (const char *text);

/** Shows all that there is to say on a row, or its beginning. */
void message_row_set_expanded (GtkListBoxRow *row, gboolean is_expanded);

G_END_DECLS
