/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain-text.h"
#include "app-glossary.h"

#include <string.h>
#include <trace/trace-grammar.h>
#include <wire/wire-text.h>

/* How much of a span's bytes, and of what they come to, the listing shows. */
#define EXCERPT_BYTES_MAX 60
#define MEANING_BYTES_MAX 200
/* How far the listing's tree may indent. */
#define INDENT_MAX 24
/* Columns of a deviation's label: nearly all are shorter. */
#define LABEL_COLUMNS 50
/* Where what is said below a deviation begins. */
#define ADVICE_COLUMN 27

/* What a reader should do about a deviation: the glossary's last sentence about it. */
static void
append_advice (GString *text, const WireDeviation *deviation)
{
  const char *prose = app_glossary_find ("deviations", deviation->name);
  const char *advice = prose != NULL ? g_strrstr (prose, "A reader ") : NULL;

  if (advice != NULL)
    g_string_append_printf (text, "%*s%s\n", ADVICE_COLUMN, "", advice);
}

static void
append_deviation (GString *text, AppDocument *document, const AppDeviations *kind)
{
  const WireSpans     *spans = app_document_get_spans (document);
  const WireDeviation *deviation = kind->deviation;
  WireSpanDeviation    first = wire_spans_get_deviation (spans, kind->first);
  gsize                at = app_document_get_base (document) + first.offset;

  g_string_append_printf (text, "%8" G_GSIZE_FORMAT " %7u  %-8s  %-*s  RFC %u section %s\n", at,
                          kind->n_times, wire_severity_get_name (deviation->severity),
                          LABEL_COLUMNS, deviation->label, deviation->rfc, deviation->section);
  append_advice (text, deviation);
}

static void
append_deviations (GString *text, AppDocument *document)
{
  g_autoptr (GArray) kinds = app_document_dup_deviations (document);

  if (kinds->len == 0)
    {
      g_string_append (text, "No deviations from the standards.\n\n");
      return;
    }
  g_string_append_printf (text, "%8s %7s  %-8s  %-*s  %s\n", "first at", "times", "severity",
                          LABEL_COLUMNS, "deviation", "standard");
  for (guint i = 0; i < kinds->len; i++)
    append_deviation (text, document, &g_array_index (kinds, AppDeviations, i));
  g_string_append_c (text, '\n');
}

static void
append_meaning (GString *text, AppDocument *document, guint i)
{
  g_autofree char *meaning = app_document_dup_meaning (document, i);
  g_autofree char *escaped = NULL;
  gsize            length, shown;

  if (meaning == NULL)
    return;
  length = strlen (meaning);
  shown = length;
  if (length > MEANING_BYTES_MAX)
    shown = (gsize) (g_utf8_find_prev_char (meaning, meaning + MEANING_BYTES_MAX) - meaning);
  escaped = wire_text_escape ((const guint8 *) meaning, shown);
  g_string_append_printf (text, "  = \"%s\"%s", escaped, shown < length ? " ..." : "");
}

static void
append_span (GString *text, AppDocument *document, guint i)
{
  const WireSpans *spans = app_document_get_spans (document);
  const WireSpan  *span = wire_spans_get (spans, i);
  gsize            shown = MIN (span->length, EXCERPT_BYTES_MAX);
  g_autofree char *excerpt =
      wire_text_escape (app_document_get_data (document, NULL) + span->offset, shown);
  g_autofree const char **flags = wire_span_flags_get_names (span->flags);
  guint            indent = MIN (span->depth, INDENT_MAX) * 2;
  g_autofree char *citation =
      g_strdup_printf ("RFC %u section %s", span->element->rfc, span->element->section);

  g_string_append_printf (text, "%8" G_GSIZE_FORMAT " %7u  %*s%-*s  %-26s %s%s",
                          app_document_get_base (document) + span->offset, span->length,
                          (int) indent, "", MAX (2, 34 - (int) indent), span->element->label,
                          citation, excerpt, shown < span->length ? " ..." : "");
  append_meaning (text, document, i);
  for (guint j = 0; flags[j] != NULL; j++)
    g_string_append_printf (text, "  [%s]", flags[j]);
  for (guint j = wire_spans_find_deviation (spans, i); j < wire_spans_get_n_deviations (spans); j++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, j);

      if (found.span != i)
        break;
      g_string_append_printf (text, "  ! %s", found.deviation->label);
    }
  g_string_append_c (text, '\n');
}

void
explain_text_append (GString *text, AppDocument *document)
{
  const WireSpans *spans = app_document_get_spans (document);

  g_string_append_printf (text, "%s, %" G_GSIZE_FORMAT " bytes\n\n",
                          trace_grammar_get_label (app_document_get_grammar (document)),
                          spans->length);
  append_deviations (text, document);
  g_string_append_printf (text, "%8s %7s  %-34s  %-26s %s\n", "offset", "length", "element",
                          "standard", "bytes");
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    append_span (text, document, i);
  if (spans->expected != NULL)
    g_string_append_printf (text,
                            "At byte %" G_GSIZE_FORMAT " the grammar could not go on: expected %s "
                            "(RFC %u section %s).\n",
                            app_document_get_base (document) + spans->farthest,
                            spans->expected->label, spans->expected->rfc,
                            spans->expected->section);
}
