/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-imap-reader.h"
#include <imap/imap-client.h>
#include <imap/imap-view.h>
#include <net/sim-carrier.h>

G_BEGIN_DECLS

/* What the files of the reader share. mail-imap-reader.c connects and drives the session, step by
 * step; -plan.c are the steps of a copy and of reading online; -deeds.c is what the user does to
 * messages; -news.c takes in what the server tells. */

/** Messages that are asked for in one command: RFC 4549 section 4.3.1 has it as an example. */
#define MAIL_IMAP_BATCH 100

/** Messages of one mailbox that are followed: ours; a server may claim any number. */
#define MAIL_IMAP_MESSAGES_MAX 1000000

/** How often a server that has no IDLE is asked for news: ours. */
#define MAIL_IMAP_POLL_US (60 * G_USEC_PER_SEC)

/** A step of a plan: sends commands. The next one runs once all of them are answered. @data: of the
 * step */
typedef void (*MailImapStep) (MailImapReader *self, gpointer data);

/** A command has been answered. */
typedef void (*MailImapDone) (MailImapReader *self, const ImapResponse *response);

/** What changed in the copy since it was last noted. */
typedef struct
{
  ImapSet *added;
  ImapSet *removed;
  ImapSet *flags;
} MailImapNews;

struct _MailImapReader
{
  WireSession              session; /* first: the carrier drives this */
  SimHost                 *host;
  const SimScenarioAction *action;
  MailCopy                *copy;
  MailCopy                *own_copy; /* (nullable): online, the program keeps nothing */
  MailRegister            *messages;
  ImapClient              *engine; /* (nullable) before it is connected */
  gboolean                 is_told; /* how it ended */

  GQueue plan;  /* of Planned */
  GQueue asked; /* of Asked: commands that are not answered yet, in their order */

  GPtrArray *names; /* of char *: what LIST told, or the action names */
  gboolean   lists; /* LIST is out: its answers are names */

  /* The selected mailbox */
  MailCopyBox *box;       /* (nullable): none */
  ImapView     view;
  gboolean     is_selected;
  gboolean     resyncs;    /* QRESYNC was asked for with SELECT */
  gboolean     is_partial; /* some of it was not given: it is asked for again next time */
  guint32      uid_next;   /* as the server told; 0: it did not */
  guint64      modseq;
  ImapSet     *found;      /* (nullable): of the last search: UIDs */
  ImapSet     *told;       /* UIDs whose flags were told since the step began */
  MailImapNews news;
  guint        n_fetched;
  guint        n_removed;

  /* What is being done to messages */
  ImapSet *chosen; /* (nullable): UIDs that it is about */
  ImapSet *others; /* (nullable): marked as deleted by others: they stay */
  gboolean is_refused;

  /* Waiting for news */
  gint64 idle_until_us; /* 0: not in IDLE; -1: it is ending */
  gint64 poll_us;       /* without IDLE: when to ask; 0: it does not wait */
  gint64 idle_end_us;   /* when it is to end for good; 0: not yet known */
};

/* mail-imap-reader.c */

void mail_imap_reader_note (MailImapReader *self, const char *what, guint flags,
                            const char *format, ...) G_GNUC_PRINTF (4, 5);
/** Sends a command. @request: (transfer full); @done: (nullable): a refusal is noted */
void mail_imap_reader_ask (MailImapReader *self, ImapRequest *request, MailImapDone done);
/** Adds a step at the end of the plan, or right after the one that runs. */
void mail_imap_reader_plan (MailImapReader *self, MailImapStep step, gpointer data);
void mail_imap_reader_plan_next (MailImapReader *self, MailImapStep step, gpointer data);
/** Forgets the rest of the plan. */
void mail_imap_reader_drop_plan (MailImapReader *self);
gint64 mail_imap_reader_get_now (const MailImapReader *self);

/** Notes that the server refuses something. */
void mail_imap_reader_note_refusal (MailImapReader *self, const ImapResponse *response);

/* mail-imap-reader-plan.c */

/** Makes the plan for the action: called once the session is ready. */
void mail_imap_reader_make_plan (MailImapReader *self);
/** New mail is told in IDLE. */
void mail_imap_reader_on_idle_news (MailImapReader *self);
/** Whether the server can, and is to, do something: ImapCapability. */
gboolean mail_imap_reader_can (const MailImapReader *self, guint32 capability);
void     mail_imap_reader_add_mailbox (const MailImapReader *self, ImapRequest *request,
                                       const char *name);

/* mail-imap-reader-deeds.c */

/** Does it to the messages of the selected mailbox. @uids: copied; (nullable) */
void mail_imap_reader_do (MailImapReader *self, const SimScenarioAction *action,
                          const ImapSet *uids);
/** Removes messages of the selected mailbox. */
void mail_imap_reader_remove (MailImapReader *self, const ImapSet *uids);
/** Step: what was done offline is done on the server. */
void mail_imap_reader_play_back (MailImapReader *self, gpointer data);
/** Steps of their own: save and create need no mailbox that is selected. */
void mail_imap_reader_save (MailImapReader *self, gpointer data);
void mail_imap_reader_create (MailImapReader *self, gpointer data);
/** Does the action to the copy alone. */
void mail_imap_reader_do_offline (MailImapReader *self);

/* mail-imap-reader-news.c */

/** Takes in what the server tells of the selected mailbox, and the names of LIST. */
void mail_imap_reader_take (MailImapReader *self, const ImapResponse *response);
/** Notes what has changed in the copy. */
void mail_imap_reader_tell_news (MailImapReader *self);
/** Begins a mailbox: nothing is known of it in this session. */
void mail_imap_reader_begin_box (MailImapReader *self, MailCopyBox *box);
/** Removes a message from the copy. */
void mail_imap_reader_lose (MailImapReader *self, guint32 uid);
/** Removes, or shows again, what the user sees of the copy. */
void mail_imap_reader_hide (MailImapReader *self, guint32 uid, gboolean is_hidden);
/** Changes flags in the copy: of @uids, as mail_copied_change_flags() has it. */
void mail_imap_reader_change_flags (MailImapReader *self, const ImapSet *uids,
                                    const char *const *changes);
/** Returns: the sequence number of the first message that the copy does not have, or of the one
 * after the last. */
guint mail_imap_reader_find_first_new (const MailImapReader *self);

G_END_DECLS
