/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-condition.h"

#include "lesson-dialogue.h"

#include <string.h>

#include <trace/trace-text.h>

/* Properties of `event`, each an owned string or NULL for "any". */
typedef enum
{
  PROPERTY_KIND,
  PROPERTY_UNIT, /* the name of a unit: implies kind=unit */
  PROPERTY_NAME, /* the name of any event, a note's for instance */
  PROPERTY_CODE,
  PROPERTY_VERB,
  PROPERTY_FROM,
  PROPERTY_TO,
  N_PROPERTIES,
} Property;

static const char *const property_names[N_PROPERTIES] = {
  "kind", "unit", "name", "code", "verb", "from", "to",
};

struct _LessonCondition
{
  char         *text;
  gboolean      has_protocol;
  TraceProtocol protocol;
  TraceKind     kind;
  char         *properties[N_PROPERTIES];
  char         *words; /* of text~, case-folded */
  char         *after; /* the verb that the reply answers */
};

G_DEFINE_QUARK (lesson-condition-error-quark, lesson_condition_error)

/* A code is three digits; "yz" stands for any two of them. Beyond SMTP it is a word. */
static gboolean
code_matches (const char *wanted, const char *code)
{
  if (strlen (wanted) == 3 && g_ascii_strcasecmp (wanted + 1, "yz") == 0)
    return strlen (code) == 3 && g_ascii_isdigit (code[0]) && code[0] == wanted[0];
  return g_ascii_strcasecmp (wanted, code) == 0;
}

/* Reply-code = %x32-35 %x30-35 %x30-39 (RFC 5321 section 4.2) */
static gboolean
code_is_valid (const char *code)
{
  if (!g_ascii_isdigit (code[0]))
    return TRUE;
  return strlen (code) == 3 && code[0] >= '2' && code[0] <= '5' &&
         ((code[1] >= '0' && code[1] <= '5' && g_ascii_isdigit (code[2])) ||
          g_ascii_strcasecmp (code + 1, "yz") == 0);
}

static gboolean
check_code (const char *code, GError **error)
{
  if (code_is_valid (code))
    return TRUE;
  g_set_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
               "\"%s\" is no reply code; one is three digits, the first from 2 to 5 and the second "
               "from 0 to 5, or a class as 2yz",
               code);
  return FALSE;
}

/* HOST CODE after VERB */
static gboolean
parse_reply (LessonCondition *self, char **words, GError **error)
{
  if (g_strv_length (words) != 4 || strcmp (words[2], "after") != 0)
    {
      g_set_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
                   "\"%s\" is no condition; write \"HOST CODE after VERB\" or "
                   "\"event PROTOCOL PROPERTY=VALUE ...\"", self->text);
      return FALSE;
    }
  if (!check_code (words[1], error))
    return FALSE;
  self->kind = TRACE_UNIT;
  self->properties[PROPERTY_FROM] = g_strdup (words[0]);
  self->properties[PROPERTY_CODE] = g_strdup (words[1]);
  self->after = g_strdup (words[3]);
  return TRUE;
}

static gboolean
parse_property (LessonCondition *self, const char *name, const char *value, GError **error)
{
  for (guint i = 0; i < N_PROPERTIES; i++)
    if (strcmp (name, property_names[i]) == 0)
      {
        if (self->properties[i] != NULL || *value == '\0')
          {
            g_set_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
                         "%s needs exactly one value, written %s=VALUE without spaces", name, name);
            return FALSE;
          }
        self->properties[i] = g_strdup (value);
        return i != PROPERTY_CODE || check_code (value, error);
      }
  g_set_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
               "there is no property \"%s\"; properties are kind, unit, name, code, verb, from, to "
               "and text~", name);
  return FALSE;
}

static gboolean
parse_protocol (LessonCondition *self, const char *word, GError **error)
{
  if (*word != '\0' && !self->has_protocol && trace_protocol_from_name (word, &self->protocol))
    {
      self->has_protocol = TRUE;
      return TRUE;
    }
  g_set_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
               "\"%s\" is neither a protocol (smtp, pop3, dns, tcp ..., one at most) nor "
               "PROPERTY=VALUE", word);
  return FALSE;
}

/* What the properties say about the kind has to be one thing. */
static gboolean
settle_kind (LessonCondition *self, GError **error)
{
  const char *kind = self->properties[PROPERTY_KIND];
  gboolean    is_unit = self->properties[PROPERTY_UNIT] != NULL ||
                     self->properties[PROPERTY_CODE] != NULL ||
                     self->properties[PROPERTY_VERB] != NULL;

  if (is_unit && kind == NULL)
    self->kind = TRACE_UNIT;
  if (kind == NULL || (trace_kind_from_name (kind, &self->kind) &&
                       (!is_unit || self->kind == TRACE_UNIT || self->kind == TRACE_PACKET)))
    return TRUE;
  g_set_error (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
               "kind=%s does not do here; kinds are open, refused, timeout, reset, close, unit, "
               "packet, note, message, anomaly, and unit=, code= and verb= are of units", kind);
  return FALSE;
}

/* event PROTOCOL PROPERTY=VALUE ... text~WORDS; @rest is what follows "event". */
static gboolean
parse_event (LessonCondition *self, const char *rest, GError **error)
{
  guint n_properties = 0;

  while (*rest != '\0')
    {
      gsize            length = strcspn (rest, " ");
      g_autofree char *word = g_strndup (rest, length);
      char            *equals = strchr (word, '=');

      if (g_str_has_prefix (rest, "text~") && rest[5] != '\0')
        {
          self->words = g_utf8_casefold (rest + 5, -1);
          rest += strlen (rest);
        }
      else if (equals == NULL)
        {
          if (!parse_protocol (self, word, error))
            return FALSE;
          rest += length;
        }
      else
        {
          *equals = '\0';
          if (!parse_property (self, word, equals + 1, error))
            return FALSE;
          rest += length;
        }
      n_properties++;
      rest += strspn (rest, " ");
    }
  if (n_properties > 0)
    return settle_kind (self, error);
  g_set_error_literal (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
                       "\"event\" alone would be any event; say which, as in "
                       "\"event smtp unit=reply code=250\"");
  return FALSE;
}

LessonCondition *
lesson_condition_parse (const char *text, GError **error)
{
  g_autoptr (LessonCondition) self = g_new0 (LessonCondition, 1);
  g_auto (GStrv) words = NULL;
  gboolean is_parsed;

  self->kind = TRACE_N_KINDS;
  self->text = g_strstrip (g_strdup (text));
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, LESSON_CONDITION_ERROR, LESSON_CONDITION_ERROR_SYNTAX,
                           "the condition is not UTF-8 text");
      return NULL;
    }
  words = g_strsplit (self->text, " ", -1);
  if (words[0] != NULL && strcmp (words[0], "event") == 0)
    is_parsed = parse_event (self, self->text + strlen ("event") +
                                       strspn (self->text + strlen ("event"), " "), error);
  else
    is_parsed = parse_reply (self, words, error);
  return is_parsed ? g_steal_pointer (&self) : NULL;
}

void
lesson_condition_free (LessonCondition *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_PROPERTIES; i++)
    g_free (self->properties[i]);
  g_free (self->text);
  g_free (self->words);
  g_free (self->after);
  g_free (self);
}

const char *
lesson_condition_get_text (const LessonCondition *self)
{
  return self->text;
}

/* What a reply answers, as conditions write it; @question is its position. */
static char *
dup_question (TraceLog *log, guint question)
{
  const TraceEvent *event;

  if (question == G_MAXUINT)
    return g_strdup ("connect");
  event = trace_log_get_event (log, question);
  if (strcmp (trace_log_get_what (log, event), "data") == 0)
    return g_strdup ("message");
  return trace_text_dup_verb (log, event);
}

static gboolean
contains_words (const LessonCondition *self, TraceLog *log, const TraceEvent *event)
{
  g_autofree char *label = trace_text_dup_label (log, event);
  g_autofree char *folded = g_utf8_casefold (label, -1);

  return strstr (folded, self->words) != NULL;
}

static gboolean
is_or_any (const char *wanted, const char *value)
{
  return wanted == NULL || (value != NULL && g_ascii_strcasecmp (wanted, value) == 0);
}

/* Whether all holds that can be told from the event alone. */
static gboolean
matches_event (const LessonCondition *self, TraceLog *log, guint position)
{
  const TraceEvent  *event = trace_log_get_event (log, position);
  const char *const *wanted = (const char *const *) self->properties;
  const char        *what = trace_log_get_what (log, event);
  g_autofree char   *code = NULL;
  g_autofree char   *verb = NULL;

  if ((self->kind != TRACE_N_KINDS && event->kind != self->kind) ||
      (self->has_protocol && event->protocol != self->protocol) ||
      !is_or_any (wanted[PROPERTY_FROM], trace_log_get_actor (log, event->from)->name) ||
      !is_or_any (wanted[PROPERTY_TO], trace_log_get_actor (log, event->to)->name) ||
      !is_or_any (wanted[PROPERTY_UNIT], what) || !is_or_any (wanted[PROPERTY_NAME], what))
    return FALSE;
  if (wanted[PROPERTY_CODE] != NULL)
    {
      code = trace_text_dup_code (log, event);
      if (code == NULL || !code_matches (wanted[PROPERTY_CODE], code))
        return FALSE;
    }
  if (wanted[PROPERTY_VERB] != NULL)
    {
      verb = trace_text_dup_verb (log, event);
      if (!is_or_any (wanted[PROPERTY_VERB], verb))
        return FALSE;
    }
  return self->words == NULL || contains_words (self, log, event);
}

guint
lesson_condition_find (const LessonCondition *self, TraceLog *log, guint from)
{
  g_autoptr (GArray) questions = self->after != NULL ? lesson_dialogue_pair (log) : NULL;

  for (guint i = from; i < trace_log_get_n_events (log); i++)
    {
      g_autofree char *question = NULL;

      if (!matches_event (self, log, i))
        continue;
      if (questions == NULL)
        return i;
      question = dup_question (log, g_array_index (questions, guint, i));
      if (is_or_any (self->after, question))
        return i;
    }
  return G_MAXUINT;
}
