/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-queue.h"

G_BEGIN_DECLS

/* What a queue keeps: a message with its envelope, and what became of each recipient. For the
 * files that work on queues alone. */

/** What became of a recipient; in the order of their names in reports. */
typedef enum
{
  MAIL_STATE_WAITING,
  MAIL_STATE_DELIVERED, /* into a mailbox here, or to a list */
  MAIL_STATE_RELAYED,   /* to a host that reports no success, or whom nobody asked for that */
  MAIL_STATE_EXPANDED,  /* others stand in its place */
  MAIL_STATE_FAILED,
  MAIL_STATE_PASSED_ON, /* relayed, and the next host reports (RFC 3461 section 5.2.1) */
} MailState;

typedef struct
{
  SmtpRecipient envelope;  /* as it goes on from here */
  char         *accepted;  /* the address as this host took it: an alias, maybe */
  char         *domain;    /* (nullable): "postmaster" has none */
  MailState     state;
  gboolean      is_settled; /* its state has been reported, or needs no report */
  /* The last attempt */
  gint64   attempt_us; /* -1: none */
  char    *status;     /* (nullable): enhanced status code */
  char    *reason;     /* (nullable): for people */
  guint    code;       /* of the reply that says so; 0: none did */
  char    *remote;     /* (nullable): the host that gave it */
} MailRecipient;

typedef struct
{
  MailHost  *host;
  GList      link; /* in the queue */
  char      *id;
  SmtpMail   mail;
  GBytes    *message;
  guint      number;
  gint64     since_us;
  guint      n_tries;
  guint      n_hops; /* that work on it */
  gboolean   is_expanded;
  gboolean   is_warned;
  guint64    warning; /* the world's call that warns; 0: none */
  GPtrArray *recipients; /* of MailRecipient */
} MailEntry;

MailEntry *mail_entry_new (MailHost *host, const MailQueued *queued);
void       mail_entry_free (MailEntry *self);

/** @accepted: (nullable): the address that stood for it. Returns: (transfer none): the recipient,
 * added */
MailRecipient *mail_entry_add (MailEntry *self, const SmtpRecipient *envelope,
                               const char *accepted);

/** Returns: whether nobody waits any more. */
gboolean mail_entry_is_done (const MailEntry *self);

/** Notes the outcome for a recipient. Strings are copied; (nullable) but @reason and @status. */
typedef struct
{
  const char *status;
  const char *reason;
  guint       code;
  const char *remote;
} MailOutcome;

void mail_entry_fail (MailEntry *self, MailRecipient *recipient, const MailOutcome *outcome);
void mail_entry_postpone (MailEntry *self, MailRecipient *recipient, const MailOutcome *outcome);
void mail_entry_finish (MailEntry *self, MailRecipient *recipient, MailState state,
                        const MailOutcome *outcome);

/** Returns: (transfer full): "<a@b>, <c@d>" of those in @recipients, of MailRecipient */
char *mail_entry_format_recipients (const GPtrArray *recipients);

/** Returns: (transfer full): @text on one line, as the value of a key in a note */
char *mail_note_value (const char *text);

/** Returns: (transfer full): "12.000345", seconds of the world's clock, as traces have them */
char *mail_note_time (gint64 time_us);

G_END_DECLS
