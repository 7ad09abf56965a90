/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-account.h"
#include "mail-register.h"
#include <net/sim-network.h>
#include <sasl/sasl-secret.h>

G_BEGIN_DECLS

typedef struct _MailQueue MailQueue;
typedef struct _MailTls MailTls;
typedef struct _MailGreylist MailGreylist;
typedef struct _MailLimits MailLimits;

/** Somebody with mailboxes on a host. */
typedef struct
{
  char        *name; /* the local part of the address */
  char        *password;
  MailAccount *account; /* all mailboxes */
  MailMailbox *mailbox; /* borrowed from the account: INBOX */
  gboolean     has_logged_in; /* by POP3, last at: */
  gint64       logged_in_us;
  SaslKeys    *keys[2]; /* (nullable): what SCRAM needs of the password, for SHA-1 and SHA-256, once
                         * it was needed: making it takes thousands of hashes */
} MailUser;

/**
 * MailHost:
 *
 * A host of the network as far as mail goes: whose mail it takes, its users and
 * their mailboxes, its queue. The sessions and the queue read it; only its
 * world changes it.
 */
typedef struct
{
  SimWorld              *sim;
  SimHost               *net;
  const SimScenarioHost *config;   /* borrowed from the scenario */
  MailRegister          *messages; /* borrowed: which message is which, across hosts */
  const char            *name;
  const char            *address;
  guint                  actor;
  GPtrArray             *users; /* of MailUser */
  MailQueue             *queue; /* mail on its way on from here */
  MailGreylist          *greylist;
  MailLimits            *limits; /* what each client does now */
  MailTls *tls;         /* (nullable), borrowed: of connections among simulated hosts */
  MailTls *outside_tls; /* (nullable), borrowed: of those of real programs */
} MailHost;

/** The other end of a session, as a server knows it. */
typedef struct
{
  guint    actor;
  char     address[46]; /* an IPv6 address in text form is the longest */
  gboolean is_own_network; /* a mail program on a link of the host's own, or a real program */
  gboolean is_outside;     /* a real program, that came over the bridge */
} MailPeer;

MailHost *mail_host_new (SimHost *net, MailRegister *messages);
void      mail_host_free (MailHost *self);

/** Returns: (nullable): the user whose address has this local part; case is ignored. */
MailUser *mail_host_find_user (const MailHost *self, const char *local_part);

/** Returns: (nullable): the user that a client calls itself by @name when it shows who it is:
 * "alice", or "alice@sender.example" in a domain of the host's. */
MailUser *mail_host_find_login (const MailHost *self, const char *name);

/** Returns: the domain for what has none: the first of the host's, or its name. */
const char *mail_host_get_domain (const MailHost *self);

/** Returns: (transfer full): the user's address, "alice@sender.example". */
char *mail_host_format_address (const MailHost *self, const MailUser *user);

/** Returns: whether mail for @domain, in any case, ends at this host. */
gboolean mail_host_is_local_domain (const MailHost *self, const char *domain);

/** The world's clock, microseconds. */
gint64 mail_host_get_now (const MailHost *self);

/** Records a decision of this host about message number @message (0: none). */
void mail_host_note (const MailHost *self, guint message, guint flags, const char *what,
                     const char *format, ...) G_GNUC_PRINTF (5, 6);

/** Records a stage in the life of a message: "submitted", "delivered" ... */
void mail_host_tell_message (const MailHost *self, const char *what, guint message, guint from,
                             guint to, const char *format, ...) G_GNUC_PRINTF (6, 7);

G_END_DECLS
