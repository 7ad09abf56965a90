/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "span-item.h"

#include <wire/wire-text.h>

#define EXCERPT_BYTES_MAX 48

struct _SpanItem
{
  GObject  parent_instance;
  guint    index;
  WireSpan span;
  char    *excerpt;
  gboolean deviates;
};

G_DEFINE_FINAL_TYPE (SpanItem, span_item, G_TYPE_OBJECT)

guint
span_item_get_index (SpanItem *self)
{
  return self->index;
}

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

gboolean
span_item_get_deviates (SpanItem *self)
{
  return self->deviates;
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
span_item_new (const WireSpans *spans, guint i, const guint8 *data)
{
  SpanItem *self = g_object_new (APP_TYPE_SPAN_ITEM, NULL);
  guint     deviation = wire_spans_find_deviation (spans, i);
  gsize     length;

  self->index = i;
  self->span = *wire_spans_get (spans, i);
  self->deviates = deviation < wire_spans_get_n_deviations (spans) &&
                   wire_spans_get_deviation (spans, deviation).span == i;
  length = MIN (self->span.length, EXCERPT_BYTES_MAX);
  self->excerpt = wire_text_escape (data + self->span.offset, length);
  if (length < self->span.length)
    {
      char *longer = g_strconcat (self->excerpt, "…", NULL);

      g_free (self->excerpt);
      self->excerpt = longer;
    }
  return self;
}
