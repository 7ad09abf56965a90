/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lesson-condition.h"

G_BEGIN_DECLS

/* A lesson as its author wrote it: steps of prose and live blocks. It says what to do
 * and what to look for; the trace that it is about comes from running its scenario. */

#define LESSON_ERROR (lesson_error_quark ())
GQuark lesson_error_quark (void);

typedef enum
{
  LESSON_ERROR_SYNTAX, /* the message begins with "file:line: " */
} LessonError;

/** A lesson.md may be this big: ours; it is prose by hand. */
#define LESSON_BYTES_MAX (1024 * 1024)

typedef enum
{
  LESSON_BLOCK_PROSE,
  LESSON_BLOCK_SHOW,    /* move the playhead and the view */
  LESSON_BLOCK_PREDICT, /* ask for the unit that comes next: lesson-predict.h */
  LESSON_BLOCK_TASK,    /* let the learner act */
  LESSON_BLOCK_CHECK,   /* what ends the task before it */
  LESSON_BLOCK_QUIZ,
  LESSON_BLOCK_COMPARE,
  LESSON_N_BLOCK_KINDS,
} LessonBlockKind;

/** One line of a live block. */
typedef struct
{
  const char *key; /* static */
  char       *value;
  guint       line;
} LessonValue;

/** A part of a step, in reading order. What a kind does not have is NULL. */
typedef struct
{
  LessonBlockKind  kind;
  guint            line;
  char            *markup; /* prose: Pango markup as GtkLabel takes it, with <a href> */
  GArray          *values; /* live blocks: of LessonValue, in order; never NULL */
  gboolean         has_level;
  TraceLevel       level;  /* show: the level to tell, if has_level */
  LessonCondition *until;  /* show: the event the playhead goes to, the first of the whole trace;
                            * check: the event that must be there */
} LessonBlock;

typedef struct
{
  char      *title;
  guint      line;
  GPtrArray *blocks; /* of LessonBlock */
} LessonStep;

/** A section of a standard that a lesson deals with. */
typedef struct
{
  guint rfc;
  char *section;
} LessonReference;

/** Read only; everything is owned by the lesson. */
typedef struct
{
  char      *name;   /* the folder's: "06-first-smtp-session" */
  guint      number; /* from the name */
  char      *folder;
  char      *title;
  char      *level; /* "foundation" or "beyond" */
  guint      minutes;
  char     **needs;  /* names of lessons to do before */
  char     **goals;  /* what the learner can do afterwards */
  GArray    *covers; /* of LessonReference */
  GPtrArray *steps;  /* of LessonStep */
} Lesson;

/**
 * lesson_load:
 * @folder: a folder NN-name with a lesson.md
 *
 * Returns: (transfer full) (nullable): NULL with @error set: GFileError when it can't be read,
 *   LESSON_ERROR when it is wrong
 */
Lesson *lesson_load (const char *folder, GError **error);

/** As lesson_load() for text at hand: @file is for messages, @folder may not exist. */
Lesson *lesson_parse (const char *folder, const char *file, const char *text, gsize length,
                      GError **error);

void lesson_free (Lesson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lesson, lesson_free)

const LessonStep  *lesson_get_step (const Lesson *self, guint index);
const LessonBlock *lesson_step_get_block (const LessonStep *step, guint index);

/** Returns: (transfer full): the lesson's scenario: a file to run. */
char *lesson_dup_scenario (const Lesson *self);

/** Returns: (transfer none) (nullable): the first value of @key ("question", "tab" ...). */
const char *lesson_block_get (const LessonBlock *block, const char *key);

/** Returns: "show", "predict" ...; "prose". */
const char *lesson_block_kind_get_name (LessonBlockKind kind);

G_END_DECLS
