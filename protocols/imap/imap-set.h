/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** "*" in a set: the largest number in use; no number is 0 (RFC 9051 section 9, seq-number). */
#define IMAP_STAR 0

/** Ranges of one set as a client writes it: ours; a command line of 64 KiB has no room for more. */
#define IMAP_SET_RANGES_MAX 32768

/** From one number to another, both included; as written, so that from may be the larger. */
typedef struct
{
  guint32 from, to; /* or IMAP_STAR */
} ImapRange;

/**
 * ImapSet:
 *
 * A sequence-set (RFC 9051 section 9): message sequence numbers or UIDs as ranges, or "$", what the
 * last SEARCH saved (RFC 5182 section 2.1). As written until imap_set_resolve() makes it ascending
 * and free of "*".
 */
typedef struct
{
  GArray  *ranges;   /* of ImapRange */
  gboolean is_saved; /* "$": the ranges are none */
} ImapSet;

ImapSet *imap_set_new (void);
void     imap_set_free (ImapSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapSet, imap_set_free)
ImapSet *imap_set_copy (const ImapSet *self);

/** Appends a range as it is. */
void imap_set_add (ImapSet *self, guint32 from, guint32 to);

/** Appends @number, joined to the last range where it follows it: for ascending numbers. */
void imap_set_append (ImapSet *self, guint32 number);

/**
 * imap_set_resolve:
 * @largest: what "*" stands for; 0 when there is nothing: then "*" alone is left out, and "5:*" is
 *   just 5 (RFC 9051 section 9: "*:4" is "4:*" too)
 *
 * Puts the ranges into ascending order, joined where they touch or overlap, with from <= to.
 */
void imap_set_resolve (ImapSet *self, guint32 largest);

/** Returns: whether a resolved set has @number: in time logarithmic in the ranges. */
gboolean imap_set_contains (const ImapSet *self, guint32 number);

/** Returns: how many numbers a resolved set has. */
guint64 imap_set_count (const ImapSet *self);

gboolean imap_set_is_empty (const ImapSet *self);

/** Returns: (transfer full): "1:3,5,7:*", "$"; "" for an empty one. */
char *imap_set_format (const ImapSet *self);

/**
 * imap_set_parse:
 * @text: (array length=length): all of it has to be a set
 *
 * Returns: (transfer full) (nullable): NULL when it is none
 */
ImapSet *imap_set_parse (const char *text, gsize length);

G_END_DECLS
