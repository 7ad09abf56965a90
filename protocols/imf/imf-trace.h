/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-date.h"

G_BEGIN_DECLS

/**
 * ImfReceived:
 *
 * What a mail host says of how it got a message: the clauses of a Received field
 * (RFC 5321 section 4.4). Strings are borrowed for the call.
 */
typedef struct
{
  const char *from_name;    /* (nullable): as the client gave it in EHLO or HELO */
  const char *from_address; /* (nullable): of the connection, "192.0.2.1" or "2001:db8::1" */
  const char *by_name;      /* the host that writes the field */
  const char *protocol;     /* (nullable): "SMTP", "ESMTP", ... */
  const char *id;           /* (nullable): the host's own name for the message */
  const char *for_path;     /* (nullable): the one recipient, "a@b.example", without "<" and ">" */
  ImfDate     date;
  const char *tls; /* (nullable): what protected it on the way, told in a comment: "TLSv1.3" */
} ImfReceived;

/**
 * imf_format_received:
 *
 * Names from a peer are hostile: in the clauses, what could not stand in a domain or
 * an atom is written "?"; a @for_path that is no addr-spec is left out.
 *
 * Returns: (transfer full): the field's value on one line, "from a.example ([192.0.2.1])
 * by b.example with ESMTP id 1; Tue, 24 Nov 2026 08:00:00 +0000"; see imf_prepend_field()
 */
char *imf_format_received (const ImfReceived *received);

/**
 * ImfReceivedClauses:
 *
 * What a Received field tells, clause by clause, as it stands there: the first word after each
 * keyword, NULL where there is no such clause. Comments are left out.
 */
typedef struct
{
  char    *from;     /* (nullable), owned: a domain, "[192.0.2.1]" or whatever the client said */
  char    *by;       /* (nullable), owned */
  char    *via;      /* (nullable), owned */
  char    *with;     /* (nullable), owned: "ESMTPS" */
  char    *id;       /* (nullable), owned; without "<" and ">" */
  char    *for_path; /* (nullable), owned: "a@b.example", without "<" and ">" */
  gboolean has_date; /* FALSE: there is none, or it can't be read */
  ImfDate  date;
} ImfReceivedClauses;

/**
 * imf_received_parse:
 * @value: (array length=length): a field's value, folded or not; borrowed
 *
 * Returns: (transfer full) (nullable): NULL if it is no value of Received
 */
ImfReceivedClauses *imf_received_parse (const guint8 *value, gsize length);

void imf_received_clauses_free (ImfReceivedClauses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImfReceivedClauses, imf_received_clauses_free)

/* The grammar of trace fields: RFC 5322 section 3.6.7, with the clauses of RFC 5321
 * section 4.4 where the tokens have them. */

/** received = *received-token ";" date-time; a date that can't be read is noted and leaves
 * @out_date (optional) untouched */
gboolean imf_scan_received (WireScan *scan, ImfDate *out_date);

/** path = angle-addr / ([CFWS] "<" [CFWS] ">" [CFWS]); without brackets tolerated. */
gboolean imf_scan_path (WireScan *scan);

G_END_DECLS
