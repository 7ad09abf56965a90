/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-imap-reader.h"
#include <imap/imap-client.h>
#include <imap/imap-view.h>
#include <net/sim-carrier.h>

G_BEGIN_DECLS

/* What the files of the reader share. mail-imap-reader.c connects and drives the session, step by
 * step; -plan.c are the steps; -news.c takes in what the server tells. */

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

  GPtrArray *names; /* of char *: what LIST told */

  /* The selected mailbox */
  MailCopyBox *box;      /* (nullable): none */
  ImapView     view;
  gboolean     is_selected;
  gboolean     resyncs;  /* QRESYNC was asked for with SELECT */
  guint32      uid_next; /* as the server told; 0: it did not */
  guint64      modseq;
  ImapSet     *found;    /* (nullable): of the last search: UIDs */
  ImapSet     *told;     /* UIDs whose flags were told since the step began */
  ImapSet     *chosen;   /* (nullable): UIDs that the action is about */
  MailImapNews news;
  guint        n_fetched;
  gint64       idle_until_us; /* 0: not in IDLE; -1: it is ending */
  gint64       idle_end_us;   /* when it is to end for good; 0: not yet known */
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

/* mail-imap-reader-plan.c */

/** Makes the plan for the action: called once the session is ready. */
void mail_imap_reader_make_plan (MailImapReader *self);
/** New mail is told in IDLE. */
void mail_imap_reader_on_idle_news (MailImapReader *self);

/* mail-imap-reader-news.c */

/** Takes in what the server tells of the selected mailbox, and the names of LIST. */
void mail_imap_reader_take (MailImapReader *self, const ImapResponse *response);
/** Notes what has changed in the copy. */
void mail_imap_reader_tell_news (MailImapReader *self);
/** Begins a mailbox: nothing is known of it in this session. */
void mail_imap_reader_begin_box (MailImapReader *self, MailCopyBox *box);
/** Removes a message from the copy. */
void mail_imap_reader_lose (MailImapReader *self, guint32 uid);

G_END_DECLS
