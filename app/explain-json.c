/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain-json.h"

#include <string.h>
#include <trace/trace-json.h>

/* What text without a charset is in (RFC 2045 section 5.2). */
#define DEFAULT_CHARSET "us-ascii"

/* A message has many spans: the text is written at once, without a tree of objects. */

static void
append_name (GString *text, const char *name)
{
  g_string_append_printf (text, "%s\"%s\":", text->str[text->len - 1] == '{' ? "" : ",", name);
}

static void
append_string (GString *text, const char *name, const char *value)
{
  append_name (text, name);
  if (value != NULL)
    trace_json_append_string (text, value, strlen (value));
  else
    g_string_append (text, "null");
}

static void
append_number (GString *text, const char *name, gsize value)
{
  append_name (text, name);
  g_string_append_printf (text, "%" G_GSIZE_FORMAT, value);
}

/* The names of the span's flags, then those of its deviations, each once. */
static void
append_flags (GString *text, const WireSpans *spans, guint i)
{
  g_autofree const char **flags = wire_span_flags_get_names (wire_spans_get (spans, i)->flags);
  guint                   first = wire_spans_find_deviation (spans, i);

  append_name (text, "flags");
  g_string_append_c (text, '[');
  for (guint j = 0; flags[j] != NULL; j++)
    g_string_append_printf (text, "%s\"%s\"", j > 0 ? "," : "", flags[j]);
  for (guint j = first; j < wire_spans_get_n_deviations (spans); j++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, j);

      if (found.span != i)
        break;
      if (j > first && wire_spans_get_deviation (spans, j - 1).deviation == found.deviation)
        continue;
      g_string_append_printf (text, "%s\"%s\"", text->str[text->len - 1] == '[' ? "" : ",",
                              found.deviation->name);
    }
  g_string_append_c (text, ']');
}

static void
append_span (GString *text, AppDocument *document, guint i)
{
  const WireSpans *spans = app_document_get_spans (document);
  const WireSpan  *span = wire_spans_get (spans, i);
  g_autofree char *meaning = app_document_dup_meaning (document, i);

  g_string_append (text, i > 0 ? ",{" : "{");
  append_string (text, "element", span->element->name);
  append_string (text, "label", span->element->label);
  append_number (text, "rfc", span->element->rfc);
  append_string (text, "section", span->element->section);
  append_number (text, "offset", app_document_get_base (document) + span->offset);
  append_number (text, "length", span->length);
  append_number (text, "depth", span->depth);
  append_flags (text, spans, i);
  if (meaning != NULL)
    append_string (text, "meaning", meaning);
  g_string_append_c (text, '}');
}

static void
append_deviation (GString *text, AppDocument *document, guint i)
{
  WireSpanDeviation found = wire_spans_get_deviation (app_document_get_spans (document), i);

  g_string_append (text, i > 0 ? ",{" : "{");
  append_string (text, "name", found.deviation->name);
  append_string (text, "label", found.deviation->label);
  append_string (text, "severity", wire_severity_get_name (found.deviation->severity));
  append_number (text, "rfc", found.deviation->rfc);
  append_string (text, "section", found.deviation->section);
  append_number (text, "offset", app_document_get_base (document) + found.offset);
  append_number (text, "length", found.length);
  append_number (text, "span", found.span);
  g_string_append_c (text, '}');
}

/* A range of the message, told as one of the file. */
static void
append_range (GString *text, AppDocument *document, const char *name, gsize offset, gsize length)
{
  gsize            begin = app_document_to_unit (document, offset);
  gsize            end = app_document_to_unit (document, offset + length);
  g_autofree char *offset_name = g_strconcat (name, "_offset", NULL);
  g_autofree char *length_name = g_strconcat (name, "_length", NULL);

  append_number (text, offset_name, app_document_get_base (document) + begin);
  append_number (text, length_name, end - begin);
}

static void
append_part (GString *text, AppDocument *document, guint i)
{
  const MimeTree  *tree = app_document_get_tree (document);
  const MimePart  *part = mime_tree_get_part (tree, i);
  MimeCharsets    *charsets = app_document_get_charsets (document);
  g_autofree char *number = mime_tree_dup_number (tree, i);
  g_autofree char *type = g_strconcat (part->type, "/", part->subtype, NULL);
  g_autofree char *charset = mime_tree_dup_parameter (tree, part, "charset", charsets);
  g_autofree char *filename = mime_tree_dup_filename (tree, part, charsets);
  MimeDecoding     decoding = { .n_bytes = part->body_length };

  if (part->kind == MIME_PART_LEAF)
    mime_tree_decode_part (tree, part, NULL, NULL, NULL, &decoding);
  g_string_append (text, i > 0 ? ",{" : "{");
  append_string (text, "number", number);
  append_number (text, "depth", part->depth);
  append_string (text, "type", type);
  append_string (text, "charset",
                 charset == NULL && strcmp (part->type, "text") == 0 ? DEFAULT_CHARSET : charset);
  append_string (text, "encoding",
                 part->encoding_name != NULL ? part->encoding_name
                                             : mime_encoding_get_name (part->encoding));
  append_number (text, "encoded_size", part->body_length);
  append_number (text, "decoded_size", decoding.n_bytes);
  append_string (text, "filename", filename);
  append_string (text, "disposition", part->disposition);
  append_range (text, document, "header", part->header_offset, part->header_length);
  append_range (text, document, "body", part->body_offset, part->body_length);
  g_string_append_c (text, '}');
}

void
explain_json_append (GString *text, AppDocument *document)
{
  const WireSpans *spans = app_document_get_spans (document);
  const MimeTree  *tree = app_document_get_tree (document);

  g_string_append_c (text, '{');
  append_string (text, "grammar", app_document_get_grammar (document));
  append_number (text, "length", spans->length);
  append_name (text, "spans");
  g_string_append_c (text, '[');
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    append_span (text, document, i);
  g_string_append_c (text, ']');
  append_name (text, "parts");
  g_string_append_c (text, '[');
  for (guint i = 0; tree != NULL && i < mime_tree_get_n_parts (tree); i++)
    append_part (text, document, i);
  g_string_append_c (text, ']');
  append_name (text, "deviations");
  g_string_append_c (text, '[');
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    append_deviation (text, document, i);
  g_string_append (text, "]}");
}
