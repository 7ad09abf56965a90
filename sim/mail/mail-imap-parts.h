/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-account.h"
#include "mail-host.h"
#include <imap/imap-server.h>
#include <imap/imap-view.h>
#include <imap/imap-write.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/* The parts of the serving end of an IMAP session, by what is asked: only for mail-imap-*.c. */

/** Octets of output after which an answer waits until they have gone: ours. */
#define MAIL_IMAP_OUTPUT_BYTES 262144

/** Where the mailboxes of others are in the tree of names: "user/bob/Work"; "user/bob" is his INBOX
 * (RFC 2342 section 5). */
#define MAIL_IMAP_OTHERS "user/"

/** An answer that is given piece by piece, so that FETCH 1:* BODY[] takes no more memory than its
 * largest message. */
typedef struct
{
  gboolean     (*step) (gpointer data); /* (nullable): none. Returns: FALSE: all has been said, and
                                         * the command completed */
  gpointer       data;
  GDestroyNotify free_data;
} MailImapWork;

/** The serving end of an IMAP session: the engine, and the store that answers for it. */
typedef struct
{
  WireSession  session; /* first: a session is one of these */
  MailHost    *host;
  MailPeer     peer;
  ImapServer  *engine;
  MailUser    *user;     /* (nullable): who the client has proved to be */
  char        *tls;      /* (nullable): "TLSv1.3 TLS_AES_256_GCM_SHA384" */
  gboolean     is_paused; /* commands wait until output has gone */
  gboolean     is_at_work; /* and until the work has been given some more time */
  gboolean     is_input_over;
  /* The selected mailbox */
  MailMailbox *mailbox;      /* (nullable), referenced */
  MailAccount *account;      /* whose it is: the user's own, or another's (RFC 4314) */
  char        *rights;       /* what the user may do with it */
  gboolean     is_read_only; /* EXAMINE, or rights lack */
  guint        watch;
  ImapView     view;
  guint64      told_modseq;  /* the client has been told of all changes up to here */
  gboolean     has_gone;     /* but of messages that are gone, since it could not be told */
  guint        n_keywords;   /* of the mailbox's, that FLAGS has told of */
  GHashTable  *recents;      /* of UIDs that are \Recent in this session: looked up only */
  ImapSet     *saved;        /* "$" (RFC 5182): UIDs, resolved */
  GPtrArray   *contexts;     /* of searches that are kept up to date (RFC 5267): mail-imap-search.c
                              * */
  MimeCharsets *charsets;
  MailImapWork work;
} MailImap;

/* mail-imap-session.c */

/** IMAP_WRITE_UTF8 or 0, by what the client enabled. */
guint mail_imap_get_write_flags (const MailImap *self);

/** printf, one untagged response; "* " and CRLF are added. */
void mail_imap_send (MailImap *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/** Tells what changed (mail_imap_tell_changes()) and completes the command. */
void mail_imap_complete (MailImap *self, ImapCondition condition, const char *code,
                         const char *text);
void mail_imap_complete_account (MailImap *self, MailAccountResult result, const char *text);

/** Records a decision about the session, with user, mailbox and client as details. */
void mail_imap_note (MailImap *self, guint flags, const char *what, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/** Gives the answer piece by piece from now on: step is called at once, and when there is room. */
void mail_imap_begin_work (MailImap *self, gboolean (*step) (gpointer), gpointer data,
                           GDestroyNotify free_data);

/* mail-imap-find.c */

/** Finds a mailbox by the name that the client gave it, its own or another user's
 * ("user/bob/Work"); answers the command by NO with the right code where it is not there, may not
 * be seen, or lacks @rights. Returns: whether it was found */
gboolean mail_imap_find (MailImap *self, const char *name, const char *rights,
                         MailAccount **out_account, const MailName **out_name);

/** As mail_imap_find() for the mailbox that messages are to go to, by COPY, MOVE, APPEND or
 * REPLACE: where it is not there, the answer has TRYCREATE (RFC 9051 section 6.4.7). */
MailMailbox *mail_imap_find_target (MailImap *self, const char *name, MailAccount **out_account,
                                    char **out_rights);

/** Returns: (nullable): the mailbox of that name, if it is there and the user may read it. */
MailMailbox *mail_imap_find_readable (MailImap *self, const char *name);

/** Answers the command by NO where @account has no room for @n messages of @length octets in all.
 * Returns: whether it has */
gboolean mail_imap_check_room (MailImap *self, const MailAccount *account, guint n,
                               guint64 length);

/** The flags of @system that @rights let a user set (RFC 4314 section 4); @out_keywords: whether
 * keywords may be set. */
guint mail_imap_permit_flags (const char *rights, guint system, gboolean *out_keywords);

/* mail-imap-update.c */

/** Tells the client what has changed in the selected mailbox since it was last told: EXPUNGE or
 * VANISHED where that may come now, EXISTS, RECENT, FETCH with new flags. */
void mail_imap_tell_changes (MailImap *self);

/** As tell_changes(), but that messages are gone is told later: in the middle of a command whose
 * message sequence numbers have been looked up. */
void mail_imap_tell_present (MailImap *self);

/** Takes the mailbox for the selected one; nothing is told. @rights: copied */
void mail_imap_enter (MailImap *self, MailMailbox *mailbox, MailAccount *account,
                      const char *rights, gboolean is_read_only);

/** Leaves the selected mailbox. */
void mail_imap_deselect (MailImap *self);

/** Tells FLAGS and PERMANENTFLAGS, by the mailbox's keywords and the user's rights. */
void mail_imap_tell_flags (MailImap *self);

/** Appends "FLAGS (...)" of a message. */
void mail_imap_append_flags (MailImap *self, const MailStored *stored, GString *out);

/** Appends " UID 5" and " MODSEQ (7)", each where the client has enabled what wants it in responses
 * that tell of flags (RFC 7162 section 3.2.4, RFC 9051 section 7.5.2). */
void mail_imap_append_extras (MailImap *self, const MailStored *stored, GString *out);

/** Changes flags for this session: what others changed before is told first, so that the client
 * need not be told of its own changes by tell_changes(). */
void mail_imap_set_flags (MailImap *self, const MailFlagChange *changes, guint n);

/** A command has asked for modification sequences: the first such enables CONDSTORE, and is told
 * HIGHESTMODSEQ (RFC 7162 section 3.1). */
void mail_imap_enable_condstore (MailImap *self);
gboolean mail_imap_has_enabled (const MailImap *self, guint enabled); /* any of ImapEnabled */

/** The command can't be done in a mailbox that was opened by EXAMINE, or without one of @rights:
 * answers it by NO then. Returns: whether it can */
gboolean mail_imap_may_change (MailImap *self, const char *rights);

/** Sets: those of the command resolved to message sequence numbers that are there. Completes with
 * BAD and returns NULL where a number is wrong. Returns: (transfer full) */
ImapSet *mail_imap_resolve (MailImap *self, const ImapSet *set, gboolean is_uid);

/** Returns: the message at a sequence number of this session's view, though another session may
 * have removed it meanwhile: NULL then. */
const MailStored *mail_imap_get_stored (MailImap *self, guint sequence);

/* mail-imap-select.c */

/** Tells VANISHED (EARLIER): which of @uids, as the client wrote them, are gone since @modseq, but
 * for those up to @known, and those that the view still has. */
void mail_imap_tell_vanished (MailImap *self, const ImapSet *uids, guint64 modseq, guint32 known);

/* mail-imap-copy.c */

/** Returns: (transfer full): of guint32: UIDs of the messages the client knows of that are marked
 * as deleted. @numbers: (nullable): only of these */
GArray *mail_imap_list_deleted (MailImap *self, const ImapSet *numbers);

/* One function for each command, in the files named. */
void mail_imap_do_select (MailImap *self, const ImapCommand *command);   /* mail-imap-select.c:
                                                                          * EXAMINE */
void mail_imap_do_close (MailImap *self, const ImapCommand *command);    /* CLOSE, UNSELECT */
void mail_imap_do_fetch (MailImap *self, const ImapCommand *command);    /* mail-imap-fetch.c */
void mail_imap_do_store (MailImap *self, const ImapCommand *command);    /* mail-imap-store.c */
void mail_imap_do_expunge (MailImap *self, const ImapCommand *command);  /* mail-imap-copy.c */
void mail_imap_do_copy (MailImap *self, const ImapCommand *command);     /* COPY, MOVE */
void mail_imap_do_append (MailImap *self, const ImapCommand *command);   /* mail-imap-append.c:
                                                                          * REPLACE */
void mail_imap_do_idle (MailImap *self, const ImapCommand *command);     /* mail-imap-session.c */
void mail_imap_do_id (MailImap *self, const ImapCommand *command);
void mail_imap_do_noop (MailImap *self, const ImapCommand *command);     /* CHECK */
void mail_imap_do_list (MailImap *self, const ImapCommand *command);     /* mail-imap-list.c: LSUB
                                                                          * */
void mail_imap_do_namespace (MailImap *self, const ImapCommand *command);
void mail_imap_do_status (MailImap *self, const ImapCommand *command);
void mail_imap_do_create (MailImap *self, const ImapCommand *command);   /* mail-imap-names.c */
void mail_imap_do_delete (MailImap *self, const ImapCommand *command);
void mail_imap_do_rename (MailImap *self, const ImapCommand *command);
void mail_imap_do_subscribe (MailImap *self, const ImapCommand *command);
void mail_imap_do_search (MailImap *self, const ImapCommand *command);   /* mail-imap-search.c */
void mail_imap_do_sort (MailImap *self, const ImapCommand *command);     /* SORT, THREAD */
void mail_imap_do_cancel_update (MailImap *self, const ImapCommand *command);
void mail_imap_update_contexts (MailImap *self); /* after a change was told */
void mail_imap_clear_contexts (MailImap *self);
void mail_imap_do_quota (MailImap *self, const ImapCommand *command);    /* mail-imap-access.c */
void mail_imap_do_acl (MailImap *self, const ImapCommand *command);
void mail_imap_do_metadata (MailImap *self, const ImapCommand *command);

G_END_DECLS
