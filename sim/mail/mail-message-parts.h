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

/** Text to be searched, made by imap_collate(). */
typedef struct
{
  char *header; /* (nullable): fields, "Name: value" LF */
  char *body;   /* (nullable): parts that raw octets can't be searched of */
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

/** What reads charsets, for all messages. */
MimeCharsets *mail_message_get_charsets (void);

/* mail-message-keys.c */

const MailMessageKeys *mail_message_get_keys (MailMessage *self);
void                   mail_message_keys_free (MailMessageKeys *self);

/* mail-message-search.c */

void mail_message_text_free (MailMessageText *self);

G_END_DECLS
