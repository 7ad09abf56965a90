/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <mail/mail-host.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * MailDialogue:
 *
 * A mail host with users' mailboxes, and IMAP sessions with it that a script speaks for, in lock
 * step: for tests. The host is mail.example, its users are alice (password "a") and bob ("b").
 */

#define MAIL_DIALOGUE_SESSIONS_MAX 8

typedef struct
{
  SimScenario  *scenario;
  SimWorld     *sim;
  SimNetwork   *network;
  MailRegister *messages;
  MailHost     *host;
  gsize         chunk; /* octets that a session is given at a time; 0: all */
  WireSession  *sessions[MAIL_DIALOGUE_SESSIONS_MAX]; /* (nullable) */
  gboolean      is_woken[MAIL_DIALOGUE_SESSIONS_MAX];
  GString      *said[MAIL_DIALOGUE_SESSIONS_MAX]; /* what the server has said, not compared yet */
  gpointer      carriers[MAIL_DIALOGUE_SESSIONS_MAX];
} MailDialogue;

/** @host_lines: of the scenario's [Host mail.example], besides: "Quota=1000\n", or "" */
MailDialogue *mail_dialogue_new (const char *host_lines);
void          mail_dialogue_free (MailDialogue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailDialogue, mail_dialogue_free)

MailAccount *mail_dialogue_get_account (MailDialogue *self, const char *user);

/** Puts @n messages into a mailbox of alice's: each with its number, from 1 in each mailbox, in
 * Subject and text. @flags: of ImapFlag */
void mail_dialogue_fill (MailDialogue *self, const char *mailbox, guint n, guint flags);

/** Opens session @i, and logs in as @user: what is said until then is not kept. */
void mail_dialogue_open (MailDialogue *self, guint i, const char *user);

/** Gives octets to session @i, cut as @chunk says. */
void mail_dialogue_give (MailDialogue *self, guint i, const char *text, gsize length);

/** Has all sessions say what they have to, as carriers do, until nobody has more. */
void mail_dialogue_serve (MailDialogue *self);

/**
 * mail_dialogue_run:
 *
 * Plays a script, line by line: "A: a1 NOOP" is sent by session 0, as a line; lines that follow
 * each other are sent together. "a: * 3 EXISTS" is what session 0 has to be told then, each of its
 * lines in order; sessions are B and b for 1, and so on. Text for people is left out: "a: a1 OK
 * [READ-WRITE]", "a: * OK [UIDNEXT 4]", "a: +". "a: ..." stands for any lines up to one like the
 * next. "!" before a line's text sends it without a line end; "%{Work}" in a line is UIDVALIDITY of
 * alice's mailbox of that name, "%{bob:Work}" of bob's; "%0" is NUL. Other lines are comments. At
 * the end, nobody may have been told more.
 */
void mail_dialogue_run (MailDialogue *self, const char *name, const char *script);

G_END_DECLS
