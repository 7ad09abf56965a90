/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-policy.h"
#include <smtp/smtp-server.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/* The parts of the receiving end of an SMTP session, by what is asked: only for mail-smtp*.c. */

/** The receiving end of an SMTP session: the engine, and the host that answers for it. */
typedef struct
{
  WireSession session; /* first: a session is one of these */
  MailHost   *host;
  MailPeer    peer;
  SimServices service;
  gboolean    is_trusted; /* see mail_policy_trusts() */
  gboolean    is_counted; /* among the host's connections */
  SmtpServer *engine;
  char       *client_name; /* (nullable): as it introduced itself */
  gboolean    is_extended; /* by EHLO */
  char       *tls;         /* (nullable): "TLSv1.3 TLS_AES_256_GCM_SHA384" */
  SmtpMail    mail;        /* of the transaction; no reverse_path: there is none */
  GArray     *recipients;  /* of SmtpRecipient, of the transaction */
  GBytes     *received;    /* (nullable): LMTP: the message at hand, trace fields added */
  guint       number;      /* and its number in the trace */
} MailSmtp;

/** A refusal, as it goes on the wire and into the trace. */
typedef struct
{
  const char *what; /* the kind of note: "relay-denied" */
  guint       code;
  const char *status;
  const char *text;
} MailSmtpRefusal;

/**
 * mail_smtp_note:
 * @message: number of the message, or 0
 * @sentence: the decision in words
 *
 * Records a decision with what it was about, a line "key: value" each: the client, the sender where
 * there is one, then the pairs of strings that follow, up to a NULL; a pair without a value is
 * left out.
 */
void mail_smtp_note (MailSmtp *self, guint message, guint flags, const char *what,
                     const char *sentence, ...) G_GNUC_NULL_TERMINATED;

/** Answers with @refusal, and notes it as mail_smtp_note() does, with its code. */
void mail_smtp_refuse (MailSmtp *self, const MailSmtpRefusal *refusal, const char *sentence,
                       ...) G_GNUC_NULL_TERMINATED;

/** Refuses what does not fit into a mailbox. @recipient: (nullable): all; @size: 0: not known */
void mail_smtp_refuse_for_room (MailSmtp *self, MailMailboxRoom room, const char *recipient,
                                guint64 size);

/** Returns: (nullable): the user that the client has proved to be. */
const MailUser *mail_smtp_get_user (const MailSmtp *self);

/** Returns: whether the client may send to other domains, and ask about addresses. */
gboolean mail_smtp_may_relay (const MailSmtp *self);

/** Ends the transaction. */
void mail_smtp_clear (MailSmtp *self);

/* Answers to the events that ask. */
void mail_smtp_answer_mail (MailSmtp *self, const SmtpMail *mail);
void mail_smtp_answer_recipient (MailSmtp *self, const SmtpRecipient *recipient);
void mail_smtp_answer_message (MailSmtp *self, GBytes *message, guint index);
void mail_smtp_answer_verify (MailSmtp *self, const char *text);
void mail_smtp_answer_expand (MailSmtp *self, const char *text);
void mail_smtp_answer_auth (MailSmtp *self, const SaslServerEvent *event);

/* Notes of what an event tells. */
void mail_smtp_tell_authenticated (MailSmtp *self, const SmtpEvent *event);
void mail_smtp_tell_auth_failed (MailSmtp *self, const SmtpEvent *event);

G_END_DECLS
