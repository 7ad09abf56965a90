/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-draft.h"

G_BEGIN_DECLS

/**
 * MimeNode:
 *
 * A part of a message that is being built: a leaf with its content still unencoded, or a multipart.
 * All its decisions (type, encoding, fields) have been made; boundaries come last.
 */
typedef struct _MimeNode MimeNode;

/** How text is to be written. */
typedef enum
{
  MIME_TEXT_FLOWED = 1 << 0, /* as format=flowed, if no word is too long for that */
  MIME_TEXT_8BIT = 1 << 1,   /* beyond ASCII as 8bit, if no line is too long for that */
} MimeTextFlags;

/**
 * mime_node_new_text:
 * @subtype: "plain" or "html"
 * @text: valid UTF-8; lines end in LF, CRLF or CR
 * @flags: MimeTextFlags
 *
 * A text part in canonical form: lines that end in CRLF, the last one, too. As us-ascii when it is,
 * in 7bit when all lines are short and need no protection, else as the shorter of quoted-printable
 * and base64.
 */
MimeNode *mime_node_new_text (const char *subtype, const char *text, guint flags);

/**
 * mime_node_new_attachment:
 * @is_related: whether it is one of the parts that an HTML part shows
 *
 * Content is written so that it comes back octet for octet, but for one kind: a message/... may
 * not be encoded (RFC 2046 section 5.2.1), so its lines end in CRLF. One that can't go as 7bit or
 * 8bit for its NULs or long lines becomes application/octet-stream; so does text beyond ASCII that
 * is not UTF-8 and whose type names no charset.
 *
 * Returns: (transfer full) (nullable): NULL with @out_problem set for a wrong type, name or id
 */
MimeNode *mime_node_new_attachment (const MimeAttachment *attachment,
                                    gboolean              is_related,
                                    char                **out_problem);

/** @children: (transfer full): of MimeNode, at least one */
MimeNode *mime_node_new_multipart (const char *subtype, GPtrArray *children);

/** Adds a parameter to the type: "report-type" of a multipart/report (RFC 6522 section 3). */
void mime_node_add_parameter (MimeNode *self, const char *name, const char *value);

/**
 * mime_node_new_part:
 * @description: (nullable): for people, in ASCII
 *
 * A part that is none of the writer's own, as a report returns them: as an attachment, but without
 * Content-Disposition, and message/global and its kin (RFC 6532, RFC 6533) so encoded that any
 * server takes them.
 *
 * Returns: (transfer full) (nullable): NULL with @out_problem set for a wrong type
 */
MimeNode *mime_node_new_part (const char *type,
                              const char *description,
                              GBytes     *content,
                              char      **out_problem);

void mime_node_free (MimeNode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MimeNode, mime_node_free)

/** Whether the defaults of RFC 2045 section 5.2 say all there is: no MIME field is needed. */
gboolean mime_node_is_plain (const MimeNode *self);

/**
 * mime_node_append:
 *
 * Appends the part to @out: its fields, an empty line, its body. Boundaries begin with "=_", which
 * no encoded line has (RFC 2045 section 6.7), and are drawn until no unencoded content has them.
 */
void mime_node_append (MimeNode *self, GString *out, MimeRandom random, gpointer user_data);

/** As mime_draft_build() with its fields, but with @root for all content. */
GBytes *mime_draft_build_with (const MimeDraft *self,
                               MimeNode        *root,
                               MimeRandom       random,
                               gpointer         user_data,
                               char           **out_problem);

G_END_DECLS
