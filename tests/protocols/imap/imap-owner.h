/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <imap/imap-deflate.h>
#include <imap/imap-server.h>

/** In what a client sends: TLS begins, as STARTTLS has agreed; with a certificate for "tim". */
#define IMAP_TLS "\2"
/** What follows is compressed, as COMPRESS has agreed. */
#define IMAP_DEFLATE "\3"
/** The client waits here for responses. */
#define IMAP_WAIT "\1"

/**
 * ImapOwner:
 *
 * For tests: a server session with an owner that knows what the names say. The only user is "tim",
 * with the password "tanstaaftanstaaf" and the token "good", who may also act as "kim"; "test" has
 * the password "test", "later" has to wait. The mailbox "nobox" is not there: NO. "badbox" is BAD.
 * FETCH tells of one message, IDLE of a new one, NOOP "* 23 EXISTS".
 */
typedef struct
{
  ImapServer  *server;
  gboolean     holds;  /* COMMAND waits until imap_owner_complete() */
  GString     *events; /* what was told and asked, in words */
  GByteArray  *sent;   /* all output so far, as it is on the wire */
  GByteArray  *told;   /* sent units, joined, in clear */
  GByteArray  *heard;  /* received units, joined, in clear */
  GString     *names;  /* of the received units: "command literal rest " */
  ImapDeflate *client; /* (nullable): the client's end of the compression */
  GByteArray  *read;   /* what the client inflates */
  gint64       now_us;
} ImapOwner;

void imap_owner_init (ImapOwner *self, const ImapServerConfig *config);
void imap_owner_clear (ImapOwner *self);

/* Hands over an exact-size heap copy, so that an overread shows, and answers what is asked. */
void imap_owner_receive (ImapOwner *self, const char *data, gsize length);

/* Sends a whole script, in chunks, with IMAP_TLS, IMAP_DEFLATE and IMAP_WAIT in it. */
void imap_owner_play (ImapOwner *self, const char *client, gsize chunk);

/* Takes events and output without new input. */
void imap_owner_run (ImapOwner *self);

/* Answers the command that is held. */
void imap_owner_complete (ImapOwner *self);

/* What was told so far: (transfer full). */
char *imap_owner_dup_told (const ImapOwner *self);

/** A whole conversation: what the client sends, every byte that the server must send back, what its
 * owner learns. */
typedef struct
{
  const char             *name;
  const ImapServerConfig *config;
  const char             *client;
  const char             *responses;
  const char             *events;
} ImapConversation;

/* Checks a conversation at every chunking. */
void imap_conversation_check (const ImapConversation *conversation);

/* Adds a test PREFIX/NAME for each of a table. */
void imap_conversation_add_tests (const char *prefix, const ImapConversation *conversations,
                                  guint n);

/* Random octets that are not, and what only a channel under TLS has. */
void              imap_owner_random (guint8 *data, gsize length, gpointer user_data);
extern const char imap_owner_binding[];
