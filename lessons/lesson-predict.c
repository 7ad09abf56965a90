/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-predict.h"

#include "lesson-dialogue.h"

#include <string.h>

#include <smtp/smtp-reply.h>
#include <trace/trace-text.h>

/* More of an answer than this is not looked at: no code, verb or line is longer. */
#define ANSWER_BYTES_MAX 512

guint
lesson_predict_find (TraceLog *log, guint position)
{
  return lesson_dialogue_find_next (log, position);
}

/* What the first digit says (RFC 5321 section 4.2.1). */
static const char *
get_class_meaning (const char *code)
{
  switch (code[0])
    {
    case '2':
      return "the first digit 2 means that the command was carried out";
    case '3':
      return "the first digit 3 means that the command was accepted and the server waits for more";
    case '4':
      return "the first digit 4 means not now: the same command may work later";
    case '5':
      return "the first digit 5 means no, and asking again will not help";
    case '+':
      return "the plus means that the command was carried out";
    case '-':
      return "the minus means that the command was refused";
    default:
      return NULL;
    }
}

static gboolean
is_smtp_code (const char *code)
{
  return strlen (code) == 3 && g_ascii_isdigit (code[0]);
}

/* "2", "2yz", "2xx" and "2.." are all ways to name a class. */
static gboolean
is_class_of (const char *word, const char *code)
{
  if (word[0] != code[0] || !is_smtp_code (code))
    return FALSE;
  return word[1] == '\0' ||
         (strlen (word) == 3 && !g_ascii_isdigit (word[1]) && !g_ascii_isdigit (word[2]));
}

static LessonVerdict
judge_code (const char *word, const char *code)
{
  if (strcmp (word, code) == 0 || is_class_of (word, code))
    return LESSON_VERDICT_RIGHT;
  if (g_ascii_ispunct (code[0]) && strcmp (word, code + 1) == 0)
    return LESSON_VERDICT_RIGHT; /* OK and ERR without the sign */
  if (is_smtp_code (code) && is_smtp_code (word) && word[0] == code[0])
    return LESSON_VERDICT_CLOSE;
  return LESSON_VERDICT_WRONG;
}

static char *
explain_reply (TraceLog *log, const TraceEvent *event, const char *code, LessonVerdict verdict)
{
  GString         *text = g_string_new (NULL);
  g_autofree char *label = trace_text_dup_label (log, event);
  const char      *from = trace_log_get_actor (log, event->from)->name;
  const char      *class_meaning = get_class_meaning (code);
  const char      *meaning = event->protocol == TRACE_SMTP && is_smtp_code (code)
                                 ? smtp_code_get_meaning ((guint) g_ascii_strtoull (code, NULL, 10))
                                 : NULL;

  if (verdict == LESSON_VERDICT_CLOSE)
    g_string_append (text, "The class is right, the code is another. ");
  g_string_append_printf (text, "%s says “%s”.", from, label);
  if (meaning != NULL)
    g_string_append_printf (text, " %s stands for: %s.", code, meaning);
  if (class_meaning != NULL)
    g_string_append_printf (text, " %c%s.", g_ascii_toupper (*class_meaning), class_meaning + 1);
  return g_string_free (text, FALSE);
}

static char *
explain_command (TraceLog *log, const TraceEvent *event)
{
  g_autofree char *label = trace_text_dup_label (log, event);

  return g_strdup_printf ("%s sends “%s”.", trace_log_get_actor (log, event->from)->name, label);
}

/* Returns: (transfer full): the answer's first word in capitals: what is judged. */
static char *
dup_first_word (const char *answer)
{
  gsize            start = strspn (answer, " \t\r\n");
  gsize            length = strcspn (answer + start, " \t\r\n-:");
  g_autofree char *word = NULL;

  if (answer[start] == '-') /* -ERR */
    length = 1 + strcspn (answer + start + 1, " \t\r\n-:");
  word = g_strndup (answer + start, MIN (length, ANSWER_BYTES_MAX));
  return g_ascii_strup (word, -1);
}

LessonVerdict
lesson_predict_judge (TraceLog *log, guint unit, const char *answer, char **out_reason)
{
  const TraceEvent *event = trace_log_get_event (log, unit);
  g_autofree char  *word = dup_first_word (answer);
  g_autofree char  *code = trace_text_dup_code (log, event);
  g_autofree char  *verb = trace_text_dup_verb (log, event);
  LessonVerdict     verdict = LESSON_VERDICT_WRONG;

  if (code != NULL)
    {
      verdict = judge_code (word, code);
      *out_reason = explain_reply (log, event, code, verdict);
      return verdict;
    }
  if (verb != NULL ? strcmp (word, verb) == 0
                   : strcmp (word, "MESSAGE") == 0 || strcmp (word, "DATA") == 0)
    verdict = LESSON_VERDICT_RIGHT;
  *out_reason = explain_command (log, event);
  return verdict;
}
