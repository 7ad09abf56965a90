/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-document.h>

G_BEGIN_DECLS

/** BytesPage: the bytes of a unit in hexadecimal and as text, eight a line, those that are
 * selected lit. Offsets count bytes of the document's file. */
#define APP_TYPE_BYTES_PAGE (bytes_page_get_type ())
G_DECLARE_FINAL_TYPE (BytesPage, bytes_page, APP, BYTES_PAGE, AdwBin)

/** The page shows this much at once, around what is selected; that there is more is said. */
#define BYTES_PAGE_BYTES_MAX (64 * 1024)

/** @document: (nullable) */
void bytes_page_set_document (BytesPage *self, AppDocument *document);

/** Lights @length bytes at @offset of the unit and shows them. */
void bytes_page_select (BytesPage *self, gsize offset, gsize length);

G_END_DECLS
