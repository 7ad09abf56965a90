/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <net/sim-network.h>

G_BEGIN_DECLS

/**
 * MailReader:
 *
 * A recipient's mail program (RFC 5598, rMUA) at work on one fetch: finds the
 * server by its name, connects by POP3, fetches what it has not seen, and removes
 * it from the server, at once or after some days, unless it is to be kept.
 */
typedef struct _MailReader MailReader;

/** A message that was fetched earlier. */
typedef struct
{
  char  *unique_id; /* owned */
  gint64 time_us;   /* when it was fetched first, of the world's clock */
} MailSeen;

/** Returns: (transfer full): none yet, of MailSeen */
GPtrArray *mail_seen_new (void);

/**
 * mail_reader_new:
 * @action: a fetch; borrowed
 * @seen: (element-type MailSeen): what this user has fetched from that server; grows. Borrowed
 *
 * Starts at once.
 */
MailReader *mail_reader_new (SimHost *host, const SimScenarioAction *action, GPtrArray *seen);
void        mail_reader_free (MailReader *self); /* after the network */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailReader, mail_reader_free)

G_END_DECLS
