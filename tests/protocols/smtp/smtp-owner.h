/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <smtp/smtp-server.h>

/**
 * SmtpOwner:
 *
 * For tests: a server session together with an owner that keeps the messages.
 * The local-part decides: "nobody" and "Green" are refused for good (550), "later" for
 * now (450), "gone" ends the session (421). A message that begins with "Spam" is refused (554);
 * in LMTP every second recipient of a message is refused for now (452). The only user is "tim",
 * with the password "tanstaaftanstaaf" and the token "good"; he may also act as "kim".
 */
typedef struct
{
  SmtpServer *server;
  gboolean    is_lmtp;
  gboolean    was_early; /* something came ahead of a reply, and was let pass */
  GPtrArray  *messages; /* of GBytes, accepted */
  GString    *events;   /* what was told and asked, in words: "EHLO a.example; MAIL <>; QUIT; " */
  GByteArray *sent;     /* all output so far */
  GByteArray *heard;    /* received units, joined */
  GByteArray *told;     /* sent units, joined */
  gboolean    was_unexplained; /* the last command: not all of it is SMTP */
} SmtpOwner;

void smtp_owner_init (SmtpOwner *self, const SmtpServerConfig *config);
void smtp_owner_clear (SmtpOwner *self);

/* Hands over an exact-size heap copy, so that an overread shows, and answers what is asked. */
void smtp_owner_receive (SmtpOwner *self, const guint8 *data, gsize length);

/* As above, in chunks of @chunk bytes. */
void smtp_owner_receive_chunked (SmtpOwner *self, const char *data, gsize length, gsize chunk);

/* Takes events and output without new input. */
void smtp_owner_run (SmtpOwner *self);
