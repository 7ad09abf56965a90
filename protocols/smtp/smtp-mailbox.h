/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* Where mail comes from and goes to, as it is written in commands (RFC 5321 sections 4.1.2 and
 * 4.1.3, RFC 6531 section 3.3): paths, mailboxes, domains. */

/** A local-part (RFC 5321 section 4.5.3.1.1). */
#define SMTP_LOCAL_PART_BYTES_MAX 64
/** A domain (RFC 5321 section 4.5.3.1.2). */
#define SMTP_DOMAIN_BYTES_MAX 255
/** A path, punctuation included (RFC 5321 section 4.5.3.1.3). */
#define SMTP_PATH_BYTES_MAX 256

/** What has to be allowed for what was matched to be let pass: the rules add to it. */
typedef struct
{
  guint    leniencies; /* SmtpLeniency */
  gboolean is_utf8;    /* SMTPUTF8: there are characters beyond ASCII, in valid UTF-8 */
} SmtpNeeds;

/** Reverse-path = Path / "<>". @out_path: (transfer full): the mailbox, "" for <> */
gboolean smtp_scan_reverse_path (WireScan *scan, SmtpNeeds *needs, char **out_path);
/** Forward-path = Path, or <Postmaster>. @out_path: (transfer full): the mailbox */
gboolean smtp_scan_forward_path (WireScan *scan, SmtpNeeds *needs, char **out_path);
/** Mailbox = Local-part "@" ( Domain / address-literal ) */
gboolean smtp_scan_mailbox (WireScan *scan, SmtpNeeds *needs);
/** Domain = sub-domain *("." sub-domain) */
gboolean smtp_scan_domain (WireScan *scan, SmtpNeeds *needs);
/** address-literal = "[" ... "]" */
gboolean smtp_scan_address_literal (WireScan *scan);

/** UTF8-non-ascii (RFC 6532 section 3.1): one character. */
gboolean smtp_scan_utf8_char (WireScan *scan);

/** Returns: whether @text is a mailbox to the letter of RFC 5321, or, with @may_be_utf8, of RFC
 * 6531. */
gboolean smtp_mailbox_is_valid (const char *text, gboolean may_be_utf8);

/**
 * smtp_mailbox_split:
 *
 * Splits a mailbox at the "@" that ends its local-part: the local-part without the quotes
 * that it does not need (RFC 5321 section 4.1.2: all quoted forms are equivalent), and the
 * domain. @out_domain is NULL when there is none ("postmaster").
 */
void smtp_mailbox_split (const char *mailbox, char **out_local_part, char **out_domain);

G_END_DECLS
