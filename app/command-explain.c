/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <string.h>

#include <json-glib/json-glib.h>
#include <trace/trace-grammar.h>
#include <wire/wire-text.h>

/* The default limit of a message (DESIGN.md section 8) with room for mailing list archives. */
#define EXPLAIN_BYTES_MAX (256u * 1024 * 1024)
/* How much of a span's bytes the listing shows. */
#define EXCERPT_BYTES_MAX 60
/* How far the listing's tree may indent. */
#define INDENT_MAX 24

static struct
{
  char *grammar;
  char *format;
  char *output;
} options;

static const GOptionEntry entries[] = {
  { "as", 0, 0, G_OPTION_ARG_STRING, &options.grammar,
    "read it as GRAMMAR, not as what it looks like", "GRAMMAR" },
  { "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "text (default) or json", "FORMAT" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
    "write to OUT instead of standard output", "OUT" },
  { NULL },
};

static gboolean
is_one_line (const char *data, gsize length)
{
  const char *lf = memchr (data, '\n', length);

  return lf == NULL || lf == data + length - 1;
}

/* What a file looks like from its first bytes: a message unless it is plainly
 * one line of a dialogue or a whole reply. */
static const char *
guess_grammar (const guint8 *data, gsize length)
{
  static const char *const verbs[] = { "HELO ", "EHLO ", "MAIL FROM:", "RCPT TO:" };
  const char              *text = (const char *) data;

  if (length >= 4 && g_ascii_isdigit (text[0]) && g_ascii_isdigit (text[1]) &&
      g_ascii_isdigit (text[2]) && (text[3] == ' ' || text[3] == '-'))
    return "smtp-reply";
  if ((length >= 3 && strncmp (text, "+OK", 3) == 0) ||
      (length >= 4 && strncmp (text, "-ERR", 4) == 0))
    return "pop3-response";
  if (is_one_line (text, length))
    for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
      if (length >= strlen (verbs[i]) &&
          g_ascii_strncasecmp (text, verbs[i], strlen (verbs[i])) == 0)
        return "smtp-command";
  return "message";
}

static void
add_span (JsonBuilder *json, const WireSpan *span)
{
  g_autofree const char **flags = wire_span_flags_get_names (span->flags);

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "element");
  json_builder_add_string_value (json, span->element->name);
  json_builder_set_member_name (json, "label");
  json_builder_add_string_value (json, span->element->label);
  json_builder_set_member_name (json, "rfc");
  json_builder_add_int_value (json, span->element->rfc);
  json_builder_set_member_name (json, "section");
  json_builder_add_string_value (json, span->element->section);
  json_builder_set_member_name (json, "offset");
  json_builder_add_int_value (json, span->offset);
  json_builder_set_member_name (json, "length");
  json_builder_add_int_value (json, span->length);
  json_builder_set_member_name (json, "depth");
  json_builder_add_int_value (json, span->depth);
  json_builder_set_member_name (json, "flags");
  json_builder_begin_array (json);
  for (guint i = 0; flags[i] != NULL; i++)
    json_builder_add_string_value (json, flags[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

static char *
format_json (const char *grammar, const WireSpans *spans)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "grammar");
  json_builder_add_string_value (json, grammar);
  json_builder_set_member_name (json, "length");
  json_builder_add_int_value (json, (gint64) spans->length);
  json_builder_set_member_name (json, "spans");
  json_builder_begin_array (json);
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    add_span (json, wire_spans_get (spans, i));
  json_builder_end_array (json);
  json_builder_set_member_name (json, "parts");
  json_builder_begin_array (json);
  json_builder_end_array (json);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  return text;
}

static void
append_span (GString *text, const WireSpan *span, const guint8 *data)
{
  gsize            shown = MIN (span->length, EXCERPT_BYTES_MAX);
  g_autofree char *excerpt = wire_text_escape (data + span->offset, shown);
  g_autofree const char **flags = wire_span_flags_get_names (span->flags);
  guint            indent = MIN (span->depth, INDENT_MAX) * 2;
  g_autofree char *citation =
      g_strdup_printf ("RFC %u section %s", span->element->rfc, span->element->section);

  g_string_append_printf (text, "%8u %7u  %*s%-*s  %-26s %s%s", span->offset, span->length,
                          (int) indent, "", MAX (2, 34 - (int) indent), span->element->label,
                          citation, excerpt, shown < span->length ? " ..." : "");
  for (guint i = 0; flags[i] != NULL; i++)
    g_string_append_printf (text, "  [%s]", flags[i]);
  g_string_append_c (text, '\n');
}

static char *
format_text (const char *grammar, const WireSpans *spans, const guint8 *data)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s, %" G_GSIZE_FORMAT " bytes\n",
                          trace_grammar_get_label (grammar), spans->length);
  g_string_append_printf (text, "%8s %7s  %-34s  %-26s %s\n", "offset", "length", "element",
                          "standard", "bytes");
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    append_span (text, wire_spans_get (spans, i), data);
  if (spans->expected != NULL)
    g_string_append_printf (text,
                            "At byte %" G_GSIZE_FORMAT " the grammar could not go on: expected %s "
                            "(RFC %u section %s).\n",
                            spans->farthest, spans->expected->label, spans->expected->rfc,
                            spans->expected->section);
  return g_string_free (text, FALSE);
}

/* Complains when an option names what does not exist. */
static gboolean
check_options (void)
{
  if (options.format != NULL && strcmp (options.format, "text") != 0 &&
      strcmp (options.format, "json") != 0)
    {
      command_complain (COMMAND_WRONG, "there is no format %s; formats are text, json",
                        options.format);
      return FALSE;
    }
  if (options.grammar != NULL && !trace_grammar_is_known (options.grammar))
    {
      g_autofree char *names = g_strjoinv (", ", (char **) trace_grammar_get_names ());

      command_complain (COMMAND_WRONG, "there is no grammar %s; grammars are %s", options.grammar,
                        names);
      return FALSE;
    }
  return TRUE;
}

CommandStatus
command_explain (int argc, char **argv)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (WireSpans) spans = NULL;
  g_autofree char *text = NULL;
  CommandStatus    status;
  const guint8    *data;
  const char      *grammar;
  gsize            length;

  if (!command_parse (&argc, &argv, "FILE", "Explains every byte of a message or a protocol unit.",
                      entries, &status))
    return status;
  if (argc != 2)
    return command_complain (COMMAND_WRONG, "explain takes one FILE (try postroad explain --help)");
  if (!check_options ())
    return COMMAND_WRONG;
  bytes = command_read_file (argv[1], EXPLAIN_BYTES_MAX);
  if (bytes == NULL)
    return COMMAND_WRONG;
  data = g_bytes_get_data (bytes, &length);
  grammar = options.grammar != NULL ? options.grammar : guess_grammar (data, length);
  spans = trace_grammar_annotate (grammar, data, length);
  if (g_strcmp0 (options.format, "json") == 0)
    {
      g_autofree char *json = format_json (grammar, spans);

      text = g_strconcat (json, "\n", NULL);
    }
  else
    text = format_text (grammar, spans, data);
  return command_write_output (options.output, text, strlen (text));
}
