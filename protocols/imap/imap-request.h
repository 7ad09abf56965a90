/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ImapRequest:
 *
 * A command being put together by a client: text, and literals, which may have to wait for the
 * server's leave (RFC 9051 section 4.3, RFC 7888). Without its tag, which the session gives it.
 */
typedef struct _ImapRequest ImapRequest;

/** @text: the command and what can follow it as it is: "UID FETCH 1:* (FLAGS)" */
ImapRequest *imap_request_new (const char *text);
void         imap_request_free (ImapRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapRequest, imap_request_free)

/* Each puts a space before what it adds. */
void imap_request_add (ImapRequest *self, const char *text); /* as it is */
/** An astring: an atom, quoted, or, with what neither can hold, a literal. */
void imap_request_add_string (ImapRequest *self, const char *text);
/** A mailbox: in modified UTF-7, which every server reads, ... */
void imap_request_add_mailbox (ImapRequest *self, const char *name);
/** ... or in UTF-8 once that is enabled. */
void imap_request_add_mailbox_utf8 (ImapRequest *self, const char *name);
void imap_request_add_literal (ImapRequest *self, GBytes *bytes); /* referenced */

/** A piece: text, then the literal that follows it. */
typedef struct
{
  GString *text;
  GBytes  *literal; /* (nullable): of the last piece */
} ImapRequestPiece;

guint                   imap_request_get_n_pieces (const ImapRequest *self);
const ImapRequestPiece *imap_request_get_piece (const ImapRequest *self, guint i);

G_END_DECLS
