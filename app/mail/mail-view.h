/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-mail.h>

G_BEGIN_DECLS

/**
 * MailView:
 *
 * A file of messages, in the ladder's place: the list of its messages, if there are several, and
 * the one that is selected: deviations, header, parts, and the selected part.
 *
 * Signals:
 * - "message-chosen" (): another message is shown, see mail_view_get_document()
 * - "chosen" (guint span, guint offset, guint length), as MessagePage's
 */
#define APP_TYPE_MAIL_VIEW (mail_view_get_type ())
G_DECLARE_FINAL_TYPE (MailView, mail_view, APP, MAIL_VIEW, AdwBin)

/** Shows the file's first message. @mail: (nullable): a reference is taken */
void mail_view_set_mail (MailView *self, AppMail *mail);

/** Returns: (transfer none) (nullable): the message that is shown. */
AppDocument *mail_view_get_document (MailView *self);

/** Returns: the number of the message that is shown, counted from 0. */
guint mail_view_get_selected (MailView *self);

/** Shows message @i of the file, if there are so many. */
void mail_view_set_selected (MailView *self, guint i);

G_END_DECLS
