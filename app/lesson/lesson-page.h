/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <app-session.h>

G_BEGIN_DECLS

/**
 * LessonPage:
 *
 * A lesson beside its ladder, a step at a time: what the learner reads, buttons
 * that move the ladder to what is being spoken of, questions whose answers come from the
 * trace itself.
 */
#define APP_TYPE_LESSON_PAGE (lesson_page_get_type ())
G_DECLARE_FINAL_TYPE (LessonPage, lesson_page, APP, LESSON_PAGE, AdwBin)

/**
 * lesson_page_open:
 * @path: what was opened: a lesson's folder or its scenario
 * @session: what the lesson's steps move; a reference is taken
 *
 * Returns: whether there is a lesson at @path; if not, the page is empty
 */
gboolean lesson_page_open (LessonPage *self, const char *path, AppSession *session);

/** Empties the page. */
void lesson_page_close (LessonPage *self);

/** Goes to step @step, counted from 0. */
void  lesson_page_go_to (LessonPage *self, guint step);
guint lesson_page_get_step (LessonPage *self);
guint lesson_page_get_n_steps (LessonPage *self);

/** Returns: whether a prediction is open: what comes next must not be seen. Property "asking". */
gboolean lesson_page_is_asking (LessonPage *self);

G_END_DECLS
