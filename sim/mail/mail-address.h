/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"

G_BEGIN_DECLS

/** What a forward-path means at a host (RFC 5321 sections 3.9 and 4.5.1). */
typedef enum
{
  MAIL_ADDRESS_ELSEWHERE, /* of a domain that is not the host's: to be relayed, if at all */
  MAIL_ADDRESS_UNKNOWN,   /* of the host's domain, and nobody's */
  MAIL_ADDRESS_MAILBOX,   /* a user's, who gets the mail */
  MAIL_ADDRESS_ALIAS,     /* stands for others: the reverse-path stays (section 3.9.1) */
  MAIL_ADDRESS_LIST,      /* a mailing list: a new reverse-path (section 3.9.2) */
  MAIL_ADDRESS_OWNER,     /* who looks after a list, where its bounces go: as an alias */
} MailAddressKind;

/** Borrowed from the host and its scenario. */
typedef struct
{
  MailAddressKind        kind;
  MailUser              *user;    /* MAILBOX */
  const char *const     *targets; /* ALIAS: full addresses or local parts, NULL-terminated */
  const SimScenarioList *list;    /* LIST, OWNER: its owner, "" for the postmaster */
} MailAddress;

/**
 * mail_address_resolve:
 *
 * Looks one step ahead: what an alias stands for is to be resolved in turn, by who guards
 * against going in circles. Case is ignored; "postmaster", with or without a domain, always
 * finds somebody where there are users; "user+detail" finds the user. What a list is called with
 * "-bounces", "-owner" or "-request" (RFC 2142 section 6) behind its local part is its owner's.
 */
void mail_address_resolve (MailHost *host, const char *path, MailAddress *out_address);

G_END_DECLS
