/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <trace/trace-log.h>

G_BEGIN_DECLS

/** BytesPage: the bytes of an event in hexadecimal and as text, sixteen or eight a line. */
#define APP_TYPE_BYTES_PAGE (bytes_page_get_type ())
G_DECLARE_FINAL_TYPE (BytesPage, bytes_page, APP, BYTES_PAGE, AdwBin)

/** A page shows this much; the rest is said. */
#define BYTES_PAGE_BYTES_MAX (64 * 1024)

/** @log: (nullable); @position: of the event, or APP_NO_EVENT */
void bytes_page_set_event (BytesPage *self, TraceLog *log, guint position);

G_END_DECLS
