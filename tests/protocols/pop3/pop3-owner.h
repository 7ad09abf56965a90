/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pop3/pop3-server.h>

/**
 * Pop3Owner:
 *
 * For tests: a server session together with an owner whose maildrop is a table.
 * User "mrose" has the password "tan staaf"; "busy" has a locked maildrop.
 */
typedef struct
{
  Pop3Server *server;
  GBytes **messages; /* borrowed */
  guint n_messages;
  const char *password; /* of all users */
  gboolean is_update_failing;
  GString *events;   /* what was told and asked, in words: "LOGIN mrose/tan staaf; QUIT; " */
  GByteArray *sent;  /* all output so far */
  GByteArray *heard; /* received units, joined */
  GByteArray *told;  /* sent units, joined */
} Pop3Owner;

void
pop3_owner_init (Pop3Owner *self,
                 const Pop3ServerConfig *config,
                 GBytes **messages,
                 guint n_messages);
void
pop3_owner_clear (Pop3Owner *self);

/* Hands over an exact-size heap copy, so that an overread shows, and answers what is asked. */
void
pop3_owner_receive (Pop3Owner *self, const guint8 *data, gsize length);

/* As above, in chunks of @chunk bytes. */
void
pop3_owner_receive_chunked (Pop3Owner *self, const char *data, gsize length, gsize chunk);

/* Chance for servers and clients: always the same. */
void
pop3_owner_draw (guint8 *data, gsize length, gpointer unused);

/* Takes events and output without new input. */
void
pop3_owner_run (Pop3Owner *self);
