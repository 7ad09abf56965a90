/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "message-item.h"

/* An item */

struct _MessageItem
{
  GObject        parent_instance;
  guint          index;
  AppMailSummary summary;
};

G_DEFINE_FINAL_TYPE (MessageItem, message_item, G_TYPE_OBJECT)

guint
message_item_get_index (MessageItem *self)
{
  return self->index;
}

const AppMailSummary *
message_item_get_summary (MessageItem *self)
{
  return &self->summary;
}

static void
message_item_finalize (GObject *object)
{
  app_mail_summary_clear (&APP_MESSAGE_ITEM (object)->summary);
  G_OBJECT_CLASS (message_item_parent_class)->finalize (object);
}

static void
message_item_class_init (MessageItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = message_item_finalize;
}

static void
message_item_init (MessageItem *self)
{
}

/* The list */

struct _MessageList
{
  GObject  parent_instance;
  AppMail *mail; /* (nullable) */
};

static GType
message_list_get_item_type (GListModel *model)
{
  return APP_TYPE_MESSAGE_ITEM;
}

static guint
message_list_get_n_items (GListModel *model)
{
  MessageList *self = APP_MESSAGE_LIST (model);

  return self->mail != NULL ? app_mail_get_n (self->mail) : 0;
}

static gpointer
message_list_get_item (GListModel *model, guint i)
{
  MessageList *self = APP_MESSAGE_LIST (model);
  MessageItem *item;

  if (i >= message_list_get_n_items (model))
    return NULL;
  item = g_object_new (APP_TYPE_MESSAGE_ITEM, NULL);
  item->index = i;
  app_mail_summarize (self->mail, i, &item->summary);
  return item;
}

static void
message_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = message_list_get_item_type;
  interface->get_n_items = message_list_get_n_items;
  interface->get_item = message_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MessageList, message_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, message_list_model_init))

static void
message_list_finalize (GObject *object)
{
  app_mail_unref (APP_MESSAGE_LIST (object)->mail);
  G_OBJECT_CLASS (message_list_parent_class)->finalize (object);
}

static void
message_list_class_init (MessageListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = message_list_finalize;
}

static void
message_list_init (MessageList *self)
{
}

MessageList *
message_list_new (AppMail *mail)
{
  MessageList *self = g_object_new (APP_TYPE_MESSAGE_LIST, NULL);

  self->mail = mail != NULL ? app_mail_ref (mail) : NULL;
  return self;
}
