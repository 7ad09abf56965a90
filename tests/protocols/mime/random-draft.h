/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mime/mime-draft.h>

/** Returns: (transfer full): a draft that can be built: names, subject, text, files in any script,
 * long words, odd characters, attachments of all sorts. The same for the same state of @rand. */
MimeDraft *random_draft_new (GRand *rand);

/** A MimeRandom. @rand: a GRand */
guint64 random_draft_number (gpointer rand);
