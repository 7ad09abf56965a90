/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <tls/tls-authority.h>
#include <tls/tls-session.h>

/** When the worlds of these tests begin: 2026-11-24 08:00 UTC. */
#define PAIR_START_S 1795507200

/** What a client and a server need: made once for many sessions. */
typedef struct
{
  TlsLibrary   *library;
  TlsAuthority *authority;
  TlsContext   *client; /* trusts the authority */
  TlsContext   *server; /* has a certificate for mx.example, *.example and 192.0.2.1 */
} PairWorld;

/** A client and a server joined in memory, and all that passed between them. */
typedef struct
{
  TlsSession *client, *server;
  gboolean    refuses;               /* what the client answers about a certificate with problems */
  GByteArray *to_server, *to_client; /* ciphertext */
  GString    *client_heard, *server_heard;   /* plaintext received */
  GString    *client_events, *server_events; /* a word or two each, then ";" */
} Pair;

PairWorld *pair_world_new (gboolean is_deterministic);
void       pair_world_free (PairWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PairWorld, pair_world_free)

/** Gives the server a certificate of another kind. */
void pair_world_issue (PairWorld *self, TlsIssue issue);

/** Allows one version only on both sides. */
void pair_world_set_version (PairWorld *self, TlsVersion version);

/** Returns: (transfer full): TLS_SEED_BYTES that depend on @n */
GBytes *pair_seed (guint n);

/** @seed_n: sessions get seeds of it, in a deterministic world */
Pair *pair_new (PairWorld *world, const char *peer_name, guint seed_n);
void  pair_free (Pair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pair, pair_free)

/** Carries what one side has to say now. Returns: whether there was something */
gboolean pair_carry (Pair *self, gboolean to_server, gsize chunk);

/** Carries bytes both ways, at most @chunk at a time, until none is left. */
void pair_move (Pair *self, gsize chunk);

/** Events and plaintext that wait in both sessions go into @self. */
void pair_listen (Pair *self);

void pair_send (TlsSession *session, const char *text);
