/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-session.h>

/**
 * ToySession:
 *
 * A protocol of lines with a command that starts TLS, for tests of what lies between sessions and
 * wires. The server greets "220 hello" and answers each line "250 NUMBER"; "STLS" with "220 go",
 * "QUIT" with "221 bye", which ends it. The client sends a script, a line after each reply. Both
 * forget what came with the line that starts TLS.
 */
typedef struct
{
  WireSession        session; /* first */
  WireOutbox         outbox;
  GString           *in;
  const char *const *script; /* the client's lines; NULL: the server */
  guint              n_lines;
  gint64             deadline_us;
  gboolean           is_done;
  gboolean           is_starting; /* the line that starts TLS has come */
  gboolean           starts;      /* not told yet */
  gboolean           trusts;      /* answers so */
  GString           *told;        /* (nullable): what happened, a word or some each, then "; " */
} ToySession;

/** Silence after which a session says "421 bye" and gives up. */
#define TOY_PATIENCE_US (60 * G_USEC_PER_SEC)

/** @script: (nullable): NULL-terminated, without line ends; lives longer. @told: (nullable) */
ToySession *toy_session_new (const char *const *script, gint64 now_us, GString *told);
