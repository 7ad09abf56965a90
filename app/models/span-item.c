/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "span-item.h"

#include <wire/wire-text.h>

#define EXCERPT_BYTES_MAX 48

struct _SpanItem
{
  GObject  parent_instance;
  WireSpan span;
  char    *excerpt;
};

G_DEFINE_FINAL_TYPE (SpanItem, span_item, G_TYPE_OBJECT)

const WireSpan *
span_item_get_span (SpanItem *self)
{
  return &self->span;
}

const char *
span_item_get_excerpt (SpanItem *self)
{
  return self->excerpt;
}

static void
span_item_finalize (GObject *object)
{
  g_free (APP_SPAN_ITEM (object)->excerpt);
  G_OBJECT_CLASS (span_item_parent_class)->finalize (object);
}

static void
span_item_class_init (SpanItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = span_item_finalize;
}

static void
span_item_init (SpanItem *self)
{
}

SpanItem *
span_item_new (const WireSpan *span, const guint8 *bytes)
{
  SpanItem *self = g_object_new (APP_TYPE_SPAN_ITEM, NULL);
  gsize     length = MIN (span->length, EXCERPT_BYTES_MAX);

  self->span = *span;
  self->excerpt = wire_text_escape (bytes, length);
  if (length < span->length)
    {
      char *longer = g_strconcat (self->excerpt, "…", NULL);

      g_free (self->excerpt);
      self->excerpt = longer;
    }
  return self;
}
