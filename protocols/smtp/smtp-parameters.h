/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-envelope.h"
#include "smtp-extension.h"

G_BEGIN_DECLS

/* The parameters of MAIL and RCPT: from what the grammar read to the envelope, and back to
 * what a client writes. */

/** An ENVID as it is written (RFC 3461 section 4.4). */
#define SMTP_ENVID_BYTES_MAX 100
/** An ORCPT as it is written (RFC 3461 section 4.2). */
#define SMTP_ORCPT_BYTES_MAX 500

/** Why a parameter is refused: a reply. Strings are static. */
typedef struct
{
  guint       code;   /* 555 or 501 (RFC 5321 section 4.1.1.11) */
  const char *status; /* "5.5.4" */
  const char *text;
} SmtpRefusal;

/**
 * smtp_mail_read_parameters:
 * @parameters: (element-type SmtpParameter): as the command had them
 * @extensions: SmtpExtension that were offered; parameters of others are refused (555)
 * @mail: its reverse_path is set; the rest is filled in
 *
 * Returns: FALSE with @out_refusal filled when one is unknown, comes twice or is wrong
 */
gboolean smtp_mail_read_parameters (SmtpMail     *mail,
                                    const GArray *parameters,
                                    guint         extensions,
                                    SmtpRefusal  *out_refusal);
gboolean smtp_recipient_read_parameters (SmtpRecipient *recipient,
                                         const GArray  *parameters,
                                         guint          extensions,
                                         SmtpRefusal   *out_refusal);

/** Returns: (transfer full): " SIZE=1024 BODY=8BITMIME", what the server that offered @extensions
 * can be told; "" for nothing. */
char *smtp_mail_format_parameters (const SmtpMail *mail, guint extensions);
char *smtp_recipient_format_parameters (const SmtpRecipient *recipient, guint extensions);

/** xtext (RFC 3461 section 4). Returns: (transfer full) (nullable): the octets; NULL when @xtext is
 * none, or there is a NUL among them */
char *smtp_xtext_decode (const char *xtext);
/** Returns: (transfer full): @text as xtext */
char *smtp_xtext_encode (const char *text);

/** utf-8-enc-addr, what ORCPT has of an address of type utf-8 (RFC 6533 section 3). @may_be_utf8:
 * SMTPUTF8 is offered, and characters beyond ASCII may stand as they are. Returns: (transfer full)
 * (nullable): the address in UTF-8; NULL when @text is none */
char *smtp_utf8_address_decode (const char *text, gboolean may_be_utf8);
/** Returns: (transfer full): @address, which is UTF-8, as a parameter can hold it */
char *smtp_utf8_address_encode (const char *address, gboolean may_be_utf8);

G_END_DECLS
