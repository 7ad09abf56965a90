/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <imap/imap-section.h>
#include <imap/imap-sort.h>
#include <imap/imap-thread.h>
#include <mime/mime-charset.h>

G_BEGIN_DECLS

/**
 * MailMessage:
 *
 * A message that is kept in mailboxes, and all that IMAP asks about it: structure, sections, what
 * it is sorted, threaded and found by. Immutable and reference counted: copies of a message in
 * several mailboxes are one of these. What is asked for is worked out once and kept; the tree of
 * parts and decoded text, which are large, for only so long as MAIL_MESSAGE_CACHE_BYTES allows over
 * all messages.
 */
typedef struct _MailMessage MailMessage;

/** What trees of parts and decoded text take together before those not asked for go. Ours: enough
 * for the mail of a busy mailbox, little beside the messages themselves. */
#define MAIL_MESSAGE_CACHE_BYTES ((gsize) 64 * 1024 * 1024)

/** @bytes: as it was delivered; referenced. Nothing is read yet. */
MailMessage *mail_message_new (GBytes *bytes);
MailMessage *mail_message_ref (MailMessage *self);
void         mail_message_unref (MailMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMessage, mail_message_unref)

/** As it was delivered; borrowed. */
GBytes *mail_message_get_bytes (const MailMessage *self);

/** With CRLF line ends, as IMAP and POP3 send it: get_bytes() itself where that is so; borrowed. A
 * bare LF gets its CR; a last line without an end stays so. */
GBytes *mail_message_get_wire (MailMessage *self);

/** RFC822.SIZE: octets of get_wire(). */
guint64 mail_message_get_size (MailMessage *self);

/** "(\"Tue, 24 Nov ...\" ...)": what follows ENVELOPE (RFC 9051 section 7.5.2). Borrowed, worked
 * out once. Encoded-words are left as they are; text beyond ASCII is a literal, which every client
 * can read, whatever it has enabled. */
const char *mail_message_get_envelope (MailMessage *self, gsize *out_length);

/** What follows BODY, and BODYSTRUCTURE, with extension data. */
const char *mail_message_get_body (MailMessage *self, gsize *out_length);
const char *mail_message_get_body_structure (MailMessage *self, gsize *out_length);

/**
 * mail_message_dup_section:
 *
 * Returns: (transfer full) (nullable): the octets of BODY[section], a slice of get_wire() where
 *   they are together there; NULL: there is no such part (NIL)
 */
GBytes *mail_message_dup_section (MailMessage *self, const ImapSection *section);

typedef enum
{
  MAIL_BINARY_OK,
  MAIL_BINARY_NO_PART,      /* NIL */
  MAIL_BINARY_UNKNOWN_CTE,  /* NO [UNKNOWN-CTE] (RFC 3516 section 4.3) */
} MailBinary;

/** The octets of BINARY[section]: the transfer encoding undone. @out_bytes: (transfer full) */
MailBinary mail_message_dup_binary (MailMessage *self, const ImapSection *section,
                                    GBytes **out_bytes);

/** Returns: (transfer full): the first words of the text, at most 200 characters (RFC 8970 section
 * 3.1); "" when there is none */
char *mail_message_dup_preview (MailMessage *self);

/** Returns: "M" and 24 letters and digits: the same for the same octets (RFC 8474 section 5.1). */
const char *mail_message_get_email_id (MailMessage *self);

/** Fills what is the message's own in @out_item: the strings and size, sent_us; borrowed from the
 * message. @arrival_us: INTERNALDATE, for where there is no Date that can be read. */
void mail_message_fill_sort_item (MailMessage *self, gint64 arrival_us, ImapSortItem *out_item);
void mail_message_fill_thread_item (MailMessage *self, gint64 arrival_us, ImapThreadItem *out_item);

/** The day of the Date field as written, zone disregarded (RFC 9051 section 6.4.4, SENTBEFORE).
 * Returns: FALSE: there is none that can be read */
gboolean mail_message_get_sent_day (MailMessage *self, ImapDay *out_day);

/* Search (RFC 9051 section 6.4.4). @needle: made by imap_collate(). Text is decoded first: transfer
 * encodings, charsets, encoded-words. */

/** @name: of a field; @needle: "" matches every field of that name */
gboolean mail_message_has_in_header (MailMessage *self, const char *name, const char *needle);
gboolean mail_message_has_in_body (MailMessage *self, const char *needle);
gboolean mail_message_has_in_text (MailMessage *self, const char *needle); /* header and body */

/** Octets of what is kept of all messages, at most MAIL_MESSAGE_CACHE_BYTES and one message's. */
gsize mail_message_get_n_cached (void);

G_END_DECLS
