/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-document.h"

#include <mime/mime-meaning.h>
#include <mime/mime-words.h>
#include <smtp/smtp-meaning.h>
#include <string.h>
#include <trace/trace-grammar.h>
#include <trace/trace-message.h>
#include <wire/wire-text.h>

struct _AppDocument
{
  char         *grammar; /* (nullable) */
  GBytes       *bytes;
  gsize         base;
  WireSpans    *spans;   /* (nullable): until asked for */
  TraceMessage *message; /* (nullable): until asked for */
  MimeTree     *tree;    /* (nullable): until asked for */
  MimeCharsets *charsets; /* (nullable): until asked for */
  MimeMeaning  *meaning;  /* (nullable): until asked for */
};

AppDocument *
app_document_new (const char *grammar, GBytes *bytes, gsize base)
{
  AppDocument *self = g_rc_box_new0 (AppDocument);

  self->grammar = g_strdup (grammar);
  self->bytes = g_bytes_ref (bytes);
  self->base = base;
  return self;
}

AppDocument *
app_document_ref (AppDocument *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AppDocument *self = data;

  g_clear_pointer (&self->meaning, mime_meaning_free);
  g_clear_pointer (&self->tree, mime_tree_free);
  g_clear_pointer (&self->message, trace_message_free);
  g_clear_pointer (&self->spans, wire_spans_free);
  g_clear_pointer (&self->charsets, mime_charsets_free);
  g_bytes_unref (self->bytes);
  g_free (self->grammar);
}

void
app_document_unref (AppDocument *self)
{
  if (self != NULL)
    g_rc_box_release_full (self, clear);
}

const char *
app_document_get_grammar (AppDocument *self)
{
  return self->grammar;
}

const guint8 *
app_document_get_data (AppDocument *self, gsize *out_length)
{
  return g_bytes_get_data (self->bytes, out_length);
}

gsize
app_document_get_base (AppDocument *self)
{
  return self->base;
}

/* Spans */

const WireSpans *
app_document_get_spans (AppDocument *self)
{
  gsize         length;
  const guint8 *data = app_document_get_data (self, &length);

  if (self->spans == NULL && self->grammar != NULL)
    self->spans = trace_grammar_annotate (self->grammar, data, length);
  return self->spans;
}

guint
app_document_find_span (AppDocument *self, gsize offset, gsize length)
{
  const WireSpans *spans = app_document_get_spans (self);
  guint            found;

  if (spans == NULL)
    return G_MAXUINT;
  found = wire_spans_find_innermost (spans, offset);
  while (found != G_MAXUINT)
    {
      const WireSpan *span = wire_spans_get (spans, found);

      if (span->offset <= offset && offset + length <= (gsize) span->offset + span->length)
        break;
      found = wire_spans_get_parent (spans, found);
    }
  return found;
}

char *
app_document_dup_meaning (AppDocument *self, guint i)
{
  const WireSpan *span = wire_spans_get (app_document_get_spans (self), i);

  if (g_str_equal (span->element->module, "smtp"))
    return smtp_meaning_dup (span, app_document_get_data (self, NULL));
  if (self->meaning == NULL)
    self->meaning = mime_meaning_new (app_document_get_spans (self),
                                      app_document_get_data (self, NULL),
                                      app_document_get_charsets (self));
  return mime_meaning_dup (self->meaning, i);
}

static int
compare_deviations (gconstpointer a, gconstpointer b)
{
  const AppDeviations *one = a;
  const AppDeviations *other = b;

  if (one->deviation->severity != other->deviation->severity)
    return one->deviation->severity > other->deviation->severity ? -1 : 1;
  return (one->first > other->first) - (one->first < other->first);
}

GArray *
app_document_dup_deviations (AppDocument *self)
{
  const WireSpans *spans = app_document_get_spans (self);
  GArray          *kinds = g_array_new (FALSE, FALSE, sizeof (AppDeviations));
  /* From the kind to its index in the array, plus 1. */
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; spans != NULL && i < wire_spans_get_n_deviations (spans); i++)
    {
      const WireDeviation *deviation = wire_spans_get_deviation (spans, i).deviation;
      guint                kind = GPOINTER_TO_UINT (g_hash_table_lookup (seen, deviation));

      if (kind == 0)
        {
          AppDeviations first = { deviation, 0, i };

          g_array_append_val (kinds, first);
          kind = kinds->len;
          g_hash_table_insert (seen, (gpointer) deviation, GUINT_TO_POINTER (kind));
        }
      g_array_index (kinds, AppDeviations, kind - 1).n_times++;
    }
  g_array_sort (kinds, compare_deviations);
  return kinds;
}

/* The message */

gboolean
app_document_has_message (AppDocument *self)
{
  return self->message != NULL ||
         (self->grammar != NULL && trace_message_is_in (self->grammar, self->bytes));
}

static const TraceMessage *
get_message (AppDocument *self)
{
  if (self->message == NULL && app_document_has_message (self))
    self->message = trace_message_new (self->grammar, self->bytes);
  return self->message;
}

const MimeTree *
app_document_get_tree (AppDocument *self)
{
  const TraceMessage *message = get_message (self);

  if (self->tree == NULL && message != NULL)
    {
      gsize         length;
      const guint8 *data = g_bytes_get_data (message->bytes, &length);

      self->tree = mime_tree_new (data, length);
    }
  return self->tree;
}

gsize
app_document_to_unit (AppDocument *self, gsize pos)
{
  const TraceMessage *message = get_message (self);

  return message != NULL ? trace_message_to_unit (message, pos) : pos;
}

/* Makes one space of each run of white space, none at the ends: folding is seen in the bytes. */
static void
collapse_spaces (char *text)
{
  char *out = text;

  for (const char *at = text; *at != '\0'; at++)
    if (*at != ' ' && *at != '\t')
      *out++ = *at;
    else if (out > text && out[-1] != ' ')
      *out++ = ' ';
  if (out > text && out[-1] == ' ')
    out--;
  *out = '\0';
}

char *
app_document_dup_value (AppDocument *self, const ImfField *field, gsize bytes_max)
{
  const guint8    *data = mime_tree_get_data (app_document_get_tree (self), NULL);
  gsize            shown = MIN (field->value_length, bytes_max);
  g_autofree char *value = mime_words_decode (app_document_get_charsets (self),
                                              data + field->value_offset, shown);
  g_autofree char *escaped = NULL;

  collapse_spaces (value);
  escaped = wire_text_escape ((const guint8 *) value, strlen (value));
  return g_strconcat (escaped, shown < field->value_length ? "…" : "", NULL);
}

MimeCharsets *
app_document_get_charsets (AppDocument *self)
{
  if (self->charsets == NULL)
    self->charsets = mime_charsets_new ();
  return self->charsets;
}
