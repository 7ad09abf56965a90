/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-document.h"

#include <imf/imf-mbox.h>

G_BEGIN_DECLS

/**
 * AppMail:
 *
 * The messages of a file: an mbox file with several, or one message. Knows no GTK.
 */
typedef struct _AppMail AppMail;

/** Bytes of a file that is read: a message's limit (DESIGN.md section 8) with room for the archives
 * of mailing lists. */
#define APP_MAIL_BYTES_MAX (256u * 1024 * 1024)

/** Returns: whether @file looks like an mbox file with more than one message. A single message
 * with a separator line before it is a message: the line is explained with it. */
gboolean app_mail_is_mbox (GBytes *file);

/** Returns: whether a file that begins so holds one message or several: it begins with a
 * separator line, or with a header field that messages have. */
gboolean app_mail_looks_so (const guint8 *data, gsize length);

/** @is_mbox: what app_mail_is_mbox() says, or somebody who knows better */
AppMail *app_mail_new (GBytes *file, gboolean is_mbox);
AppMail *app_mail_ref (AppMail *self);
void     app_mail_unref (AppMail *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppMail, app_mail_unref)

guint app_mail_get_n (AppMail *self);
gsize app_mail_get_length (AppMail *self);

/** Returns: (nullable): the file's variant by name, NULL if it is one message. */
const char *app_mail_get_variant (AppMail *self);

/** Returns: (transfer full): message @i; its offsets are the file's own. */
AppDocument *app_mail_dup_document (AppMail *self, guint i);

/** What tells a message from the others in a list, safe to show on one line. */
typedef struct
{
  char *subject; /* "" if there is none */
  char *from;    /* names where there are some, else addresses */
  char *date;    /* "2026-11-24 08:00", in the zone it was written in; as written if unreadable */
} AppMailSummary;

/** Fills @out_summary, which needs app_mail_summary_clear(). */
void app_mail_summarize (AppMail *self, guint i, AppMailSummary *out_summary);
void app_mail_summary_clear (AppMailSummary *summary);

G_END_DECLS
