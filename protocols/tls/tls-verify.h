/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsProblem:
 *
 * What is wrong with a peer's certificate; a set, since several things can be. Checked are the
 * chain up to a trusted authority (RFC 5280 section 6) at the time the owner gives, and that a
 * subject alternative name is the name the owner meant to reach (RFC 6125 section 6.4, RFC 7817
 * section 3): a common name doesn't count, a wildcard stands for the whole leftmost label.
 */
typedef enum
{
  TLS_PROBLEM_EXPIRED = 1 << 0,
  TLS_PROBLEM_NOT_YET_VALID = 1 << 1,
  TLS_PROBLEM_WRONG_NAME = 1 << 2,
  TLS_PROBLEM_UNKNOWN_ISSUER = 1 << 3,
  TLS_PROBLEM_SELF_SIGNED = 1 << 4,
  TLS_PROBLEM_BAD_SIGNATURE = 1 << 5,
  TLS_PROBLEM_WRONG_PURPOSE = 1 << 6,
  TLS_PROBLEM_NOT_AN_AUTHORITY = 1 << 7,
  TLS_PROBLEM_WEAK = 1 << 8,
  TLS_PROBLEM_OTHER = 1 << 9,
} TlsProblem;

/** How many problems there are: each is 1 << i with i less than this. */
#define TLS_N_PROBLEMS 10

/** Returns: "expired", "wrong-name" ... of one problem */
const char *tls_problem_get_name (TlsProblem problem);

/** Returns: a sentence for people, of one problem */
const char *tls_problem_get_sentence (TlsProblem problem);

/** Returns: (transfer full): the names of a set of problems, with ", " between; "" for none. */
char *tls_problems_to_string (guint problems);

/** Returns: the problem that OpenSSL's error code X509_V_ERR_... stands for. */
TlsProblem tls_problem_from_error (int error);

G_END_DECLS
