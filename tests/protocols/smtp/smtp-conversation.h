/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-owner.h"

/** In what a client sends: it waits here for the replies. */
#define SMTP_WAIT "\1"
/** Here TLS begins, as STARTTLS has agreed; with a certificate of the client's for "tim". */
#define SMTP_TLS "\2"

/** A whole conversation: what the client sends, every byte that the server must send back, what
 * its owner learns. */
typedef struct
{
  const char             *name;
  const SmtpServerConfig *config;
  const char             *client;
  const char             *replies;
  const char             *events;
  const char             *message; /* (nullable): the last that was accepted */
} SmtpConversation;

/* Checks a conversation at every chunking. */
void smtp_conversation_check (const SmtpConversation *conversation);

/* Adds a test PREFIX/NAME for each of a table. */
void smtp_conversation_add_tests (const char *prefix, const SmtpConversation *conversations,
                                  guint n);

/* What protects the session at SMTP_TLS. */
extern const char smtp_conversation_binding[];
