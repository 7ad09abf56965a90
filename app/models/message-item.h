/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <app-mail.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/** MessageItem: one message of a file, as a row of a list; its summary is read when it is made. */
#define APP_TYPE_MESSAGE_ITEM (message_item_get_type ())
G_DECLARE_FINAL_TYPE (MessageItem, message_item, APP, MESSAGE_ITEM, GObject)

guint                 message_item_get_index (MessageItem *self);
const AppMailSummary *message_item_get_summary (MessageItem *self);

/** MessageList: the messages of a file as a list of MessageItem, made when a row asks for it. */
#define APP_TYPE_MESSAGE_LIST (message_list_get_type ())
G_DECLARE_FINAL_TYPE (MessageList, message_list, APP, MESSAGE_LIST, GObject)

/** @mail: (nullable): a reference is taken */
MessageList *message_list_new (AppMail *mail);

G_END_DECLS
