/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lesson.h"

G_BEGIN_DECLS

/** Returns: (transfer full): the folder of the lessons: POSTROAD_LESSONS, else as installed. */
char *lesson_catalogue_dup_folder (void);

/**
 * lesson_catalogue_list:
 * @folder: a folder of lessons
 *
 * Returns: (transfer full) (element-type char*): the folders NN-name in it that hold a lesson.md,
 *   by number; empty when there is none
 */
GPtrArray *lesson_catalogue_list (const char *folder);

/**
 * lesson_catalogue_find:
 * @name: a lesson's number ("6", "06"), its name ("first-smtp-session") or both
 *
 * Returns: (transfer full) (nullable): the lesson's folder; NULL when @folder has none of that name
 */
char *lesson_catalogue_find (const char *folder, const char *name);

G_END_DECLS
