/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-message.h"
#include <mime/mime-tree.h>

G_BEGIN_DECLS

/* The parts of a kept message, by what is asked: only for mail-message*.c. */

/** What a message is compared by, worked out together when the first of it is asked for. */
typedef struct
{
  gboolean has_date;
  gint64   sent_us;  /* of the Date field */
  ImapDay  sent_day; /* as written */
  char    *cc, *from, *to, *display_from, *display_to; /* collated */
  char    *subject;                                    /* base subject, collated */
  gboolean is_reply;
  char    *message_id; /* (nullable) */
  char   **references;
} MailMessageKeys;

/** Octets of the message that are text as they are: ASCII, not encoded. */
typedef struct
{
  gsize offset, length;
} MailMessageSpan;

/** Text to be searched, made by imap_collate(). */
typedef struct
{
  GString *header; /* (nullable): not asked for: LF "NAME: value" of each field */
  GString *body;   /* (nullable): not asked for: parts that are not in @raw */
  GString *mime;   /* as @header, of parts; made with @body, as is @raw */
  GArray  *raw;    /* of MailMessageSpan */
} MailMessageText;

struct _MailMessage
{
  guint            n_refs;
  GBytes          *bytes;
  GBytes          *wire; /* (nullable): not asked for */
  guint64          size; /* G_MAXUINT64: not asked for */
  GString         *envelope, *body, *body_structure; /* (nullable) each */
  char            *email_id;                         /* (nullable) */
  MailMessageKeys *keys;                             /* (nullable) */
  /* What goes when there is no room (mail_message_make_room()) */
  GList            link; /* in the list of messages that keep some of it */
  gsize            n_cached;
  MimeTree        *tree;
  MailMessageText *text;
};

/* mail-message.c */

/** What a message is made of; of get_wire(). Borrowed until another message is asked. */
const MimeTree *mail_message_get_tree (MailMessage *self);

/** Tells that @self keeps @n_bytes more of what can be made again; others give theirs up for it. */
void mail_message_keep (MailMessage *self, gsize n_bytes);

/** Returns: (transfer full): @bytes, each bare LF with a CR before it */
GBytes *mail_message_dup_with_crlf (GBytes *bytes);

/** What reads charsets, for all messages. */
MimeCharsets *mail_message_get_charsets (void);

/* mail-message-header.c */

/** The header section of a message, or of a part. Borrowed from the message, but for @owned. */
typedef struct
{
  const guint8   *data; /* what offsets count from */
  gsize           length;
  const ImfField *fields;
  guint           n_fields;
  gsize           begin, end; /* the fields; the empty line is not counted */
  gsize           body_offset;
  gsize           body_end;
  ImfHeader      *owned; /* (nullable) */
} MailMessageHeader;

/** The header of the message itself, without looking at its body. End with clear(). */
void mail_message_header_init (MailMessage *self, MailMessageHeader *out_header);
void mail_message_header_clear (MailMessageHeader *self);

/** Of part @i; nothing to clear. */
void mail_message_header_of_part (const MimeTree *tree, guint i, MailMessageHeader *out_header);

gboolean mail_message_header_is_named (const MailMessageHeader *self, const ImfField *field,
                                       const char *name);

/** Returns: (nullable): the next field NAME after @after, or the first where that is NULL. */
const ImfField *mail_message_header_find (const MailMessageHeader *self, const char *name,
                                          const ImfField *after);

/** Returns: (transfer full): unfolded */
char *mail_message_header_dup_value (const MailMessageHeader *self, const ImfField *field);

/* mail-message-envelope.c */

void mail_message_append_envelope (GString *out, const MailMessageHeader *header);

/* mail-message-section.c */

/** Whether IMAP tells @part as a multipart, whatever is in it. */
gboolean mail_message_is_multipart (const MimePart *part);

/** Whether IMAP tells @part as one that has an envelope, whatever is in it. */
gboolean mail_message_is_message_part (const MimePart *part);

/* mail-message-keys.c */

const MailMessageKeys *mail_message_get_keys (MailMessage *self);
void                   mail_message_keys_free (MailMessageKeys *self);

/* mail-message-search.c */

/** Returns: (transfer full): what a text part says, valid UTF-8 without NULs. Octets without a
 * charset that are UTF-8 are taken as that, as most who write so mean. */
char *mail_message_dup_text (const MimeTree *tree, const MimePart *part);

void mail_message_text_free (MailMessageText *self);

G_END_DECLS
