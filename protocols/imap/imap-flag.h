/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** System flags (RFC 9051 section 2.3.2), as bits for sets of them. */
typedef enum
{
  IMAP_FLAG_ANSWERED = 1 << 0,
  IMAP_FLAG_FLAGGED = 1 << 1,
  IMAP_FLAG_DELETED = 1 << 2,
  IMAP_FLAG_SEEN = 1 << 3,
  IMAP_FLAG_DRAFT = 1 << 4,
  IMAP_FLAG_RECENT = 1 << 5, /* RFC 3501 section 2.3.2; a session's, never stored */
} ImapFlag;

#define IMAP_N_FLAGS 6

/** Those that a client can change. */
#define IMAP_FLAGS_PERMANENT                                                                       \
  (IMAP_FLAG_ANSWERED | IMAP_FLAG_FLAGGED | IMAP_FLAG_DELETED | IMAP_FLAG_SEEN | IMAP_FLAG_DRAFT)

/** Keywords in one list: ours; what people use are a dozen. */
#define IMAP_KEYWORDS_MAX 500

/** Flags as a command or response lists them. Start from `{ 0 }`; end with imap_flags_clear(). */
typedef struct
{
  guint      system;   /* a set of ImapFlag */
  GPtrArray *keywords; /* (nullable), of char *, owned: as written, each once whatever its case */
  gboolean   has_star; /* "\*", of PERMANENTFLAGS */
} ImapFlags;

void imap_flags_clear (ImapFlags *self);

/** @keyword: copied, unless it is there already */
void imap_flags_add_keyword (ImapFlags *self, const char *keyword);

/** Returns: "\Answered" ..., of one flag. */
const char *imap_flag_get_name (ImapFlag flag);

/** Returns: the system flag of that name, with its backslash, in whatever case; 0: there is none.
 * */
guint imap_flag_find (const char *name);

/** Appends "(\Seen $Forwarded)". @keywords: (nullable), NULL-terminated */
void imap_append_flags (GString *out, guint system, const char *const *keywords);

/** What a mailbox is for (RFC 6154 section 2, RFC 8457 section 4), as bits for sets. */
typedef enum
{
  IMAP_USE_ALL = 1 << 0,
  IMAP_USE_ARCHIVE = 1 << 1,
  IMAP_USE_DRAFTS = 1 << 2,
  IMAP_USE_FLAGGED = 1 << 3,
  IMAP_USE_JUNK = 1 << 4,
  IMAP_USE_SENT = 1 << 5,
  IMAP_USE_TRASH = 1 << 6,
  IMAP_USE_IMPORTANT = 1 << 7,
} ImapUse;

#define IMAP_N_USES 8

/** Returns: "\Drafts" ..., of one use. */
const char *imap_use_get_name (ImapUse use);

/** Returns: the use of that name, with its backslash, in whatever case; 0: there is none. */
guint imap_use_find (const char *name);

G_END_DECLS
