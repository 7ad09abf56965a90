/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mime/mime-tree.h>

G_BEGIN_DECLS

/** A line longer than this is broken for show: laying out text takes long where no line ends. */
#define PART_TEXT_LINE_CHARACTERS_MAX 1000

/** A part's text as it can be shown, and what was wrong with it. */
typedef struct
{
  GString       *text;
  gboolean       is_cut;   /* there is more, which was not looked at */
  gboolean       is_broken; /* long lines were broken */
  MimeDecoding   decoding;
} PartText;

/**
 * part_text_new:
 * @bytes_max: of the text
 *
 * Decodes the part to UTF-8, its own charset undone where it is text. Control and deceptive
 * characters are shown by name.
 */
PartText *part_text_new (const MimeTree *tree,
                         const MimePart *part,
                         MimeCharsets   *charsets,
                         gsize           bytes_max);
void      part_text_free (PartText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PartText, part_text_free)

G_END_DECLS
