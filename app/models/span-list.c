/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "span-list.h"

#include "span-item.h"

struct _SpanList
{
  GObject      parent_instance;
  AppDocument *document; /* (nullable) */
};

static const WireSpans *
get_spans (SpanList *self)
{
  return self->document != NULL ? app_document_get_spans (self->document) : NULL;
}

static GType
span_list_get_item_type (GListModel *model)
{
  return APP_TYPE_SPAN_ITEM;
}

static guint
span_list_get_n_items (GListModel *model)
{
  const WireSpans *spans = get_spans (APP_SPAN_LIST (model));

  return spans != NULL ? wire_spans_get_n (spans) : 0;
}

static gpointer
span_list_get_item (GListModel *model, guint i)
{
  SpanList        *self = APP_SPAN_LIST (model);
  const WireSpans *spans = get_spans (self);

  if (spans == NULL || i >= wire_spans_get_n (spans))
    return NULL;
  return span_item_new (spans, i, app_document_get_data (self->document, NULL));
}

static void
span_list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = span_list_get_item_type;
  interface->get_n_items = span_list_get_n_items;
  interface->get_item = span_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SpanList, span_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, span_list_model_init))

static void
span_list_finalize (GObject *object)
{
  app_document_unref (APP_SPAN_LIST (object)->document);
  G_OBJECT_CLASS (span_list_parent_class)->finalize (object);
}

static void
span_list_class_init (SpanListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = span_list_finalize;
}

static void
span_list_init (SpanList *self)
{
}

SpanList *
span_list_new (AppDocument *document)
{
  SpanList *self = g_object_new (APP_TYPE_SPAN_LIST, NULL);

  self->document = document != NULL ? app_document_ref (document) : NULL;
  return self;
}
