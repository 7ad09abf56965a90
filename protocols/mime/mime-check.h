/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-tree.h"

#include <imf/imf-kind.h>

G_BEGIN_DECLS

/**
 * MimeCheck:
 *
 * Notes what no single rule of the grammar can see: how fields, parts and contents fit together.
 * Each function notes its deviations on the innermost open span: the part's or its body's.
 */
typedef struct
{
  const MimeTree *tree;     /* borrowed */
  MimeCharsets   *charsets; /* borrowed */
} MimeCheck;

/** Returns: whether @part is a message, not a body part: the first, and those in message/rfc822. */
gboolean mime_check_is_message (const MimeCheck *self, const MimePart *part);

/** What the fields of a part have wrong together. @header: of the part, offsets from its own
 * beginning. */
void mime_check_header (MimeCheck       *self,
                        WireScan        *scan,
                        const MimePart  *part,
                        const ImfHeader *header);

/** What a multipart has wrong: its boundaries, and the parts that its subtype demands. */
void mime_check_multipart (MimeCheck *self, WireScan *scan, const MimePart *part);

/** Whether the content of a leaf is what its charset and limits say. */
void mime_check_content (MimeCheck *self, WireScan *scan, const MimePart *part);

G_END_DECLS
