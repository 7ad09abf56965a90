/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Returns: (transfer none) (nullable): the glossary's prose about an element, from the lessons'
 *   folder; loaded when first asked. */
const char *app_glossary_find (const char *module, const char *name);

G_END_DECLS
