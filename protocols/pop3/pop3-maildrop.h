/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-language.h"

G_BEGIN_DECLS

/**
 * Pop3Maildrop:
 *
 * What one session sees of a maildrop: sizes, unique-ids, and which messages
 * are marked as deleted (RFC 1939 section 5). The messages themselves stay with
 * the owner. Embedded in the server; indexes count from 0.
 */
typedef struct
{
  GArray *messages; /* of Pop3MaildropMessage */
} Pop3Maildrop;

typedef struct
{
  guint64 octets;
  char *unique_id; /* owned */
  gboolean is_deleted;
} Pop3MaildropMessage;

void
pop3_maildrop_init (Pop3Maildrop *self);
void
pop3_maildrop_clear (Pop3Maildrop *self);

/** @unique_id: copied */
void
pop3_maildrop_add (Pop3Maildrop *self, guint64 octets, const char *unique_id);

/** Returns: how many there are, deleted ones included. */
guint
pop3_maildrop_get_n (const Pop3Maildrop *self);

/** Returns: (transfer none): borrowed until the next add. */
Pop3MaildropMessage *
pop3_maildrop_get (const Pop3Maildrop *self, guint i);

/** Unmarks all that is marked as deleted. */
void
pop3_maildrop_reset (Pop3Maildrop *self);

/** Counts what is not marked as deleted. */
void
pop3_maildrop_count (const Pop3Maildrop *self, guint *out_n_messages, guint64 *out_octets);

/** Returns: (transfer full): that count in words: "2 messages (320 octets)". */
char *
pop3_maildrop_describe (const Pop3Maildrop *self, Pop3Language language);

/** Returns: (transfer full): the indexes, guint, of what is marked as deleted, ascending. */
GArray *
pop3_maildrop_list_deleted (const Pop3Maildrop *self);

G_END_DECLS
