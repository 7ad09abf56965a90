/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The envelope as MAIL and RCPT state it, parameters of the extensions included: what a server's
 * owner is told, what a client's owner gives, and what a queue keeps between the two. */

/** BODY= (RFC 6152, RFC 3030). */
typedef enum
{
  SMTP_BODY_UNSAID,
  SMTP_BODY_7BIT,
  SMTP_BODY_8BITMIME,
  SMTP_BODY_BINARYMIME,
} SmtpBody;

/** RET= (RFC 3461 section 4.3): what of the message a report of failure is to return. */
typedef enum
{
  SMTP_RETURN_UNSAID,
  SMTP_RETURN_FULL,
  SMTP_RETURN_HEADERS,
} SmtpReturn;

/** NOTIFY= (RFC 3461 section 4.1), as bits; 0: nothing said, which means failure and maybe
 * delay. NEVER comes alone. */
typedef enum
{
  SMTP_NOTIFY_NEVER = 1 << 0,
  SMTP_NOTIFY_SUCCESS = 1 << 1,
  SMTP_NOTIFY_FAILURE = 1 << 2,
  SMTP_NOTIFY_DELAY = 1 << 3,
} SmtpNotify;

/** What MAIL says. Strings are (nullable) but reverse_path; decoded (xtext, RFC 3461 section 4). */
typedef struct
{
  char      *reverse_path; /* without brackets; "" for <> */
  guint64    size;         /* SIZE=; 0 for unsaid */
  SmtpBody   body;
  SmtpReturn ret;
  gboolean   is_utf8;      /* SMTPUTF8 (RFC 6531) */
  gboolean   requires_tls; /* REQUIRETLS (RFC 8689) */
  char      *envid;        /* ENVID= */
  char      *auth;         /* AUTH= (RFC 4954 section 5): a mailbox, "" for <> */
} SmtpMail;

/** What RCPT says. */
typedef struct
{
  char *path;       /* without brackets and source route; "postmaster" may lack a domain */
  guint notify;     /* SmtpNotify */
  char *orcpt_type; /* (nullable): ORCPT= (RFC 3461 section 4.2): "rfc822", "utf-8" */
  char *orcpt;      /* (nullable): decoded */
} SmtpRecipient;

/** Copies deeply; clear() frees what is inside and leaves zeros. */
void smtp_mail_copy (const SmtpMail *from, SmtpMail *to);
void smtp_mail_clear (SmtpMail *mail);
void smtp_recipient_copy (const SmtpRecipient *from, SmtpRecipient *to);
void smtp_recipient_clear (SmtpRecipient *recipient);

G_END_DECLS
