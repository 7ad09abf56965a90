/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-outbound.h"
#include "mail-queue-entry.h"
#include "mail-route.h"

G_BEGIN_DECLS

/**
 * MailHop:
 *
 * One try to get a message to the hosts of a route, for those of its recipients whose mail goes
 * there: host after host, address after address, until one takes it (RFC 5321 section 5.1). What a
 * host says of a recipient is final for this try; what is the matter with the host itself is not.
 */
typedef struct _MailHop MailHop;

/** Hosts, or addresses of a host, of one try: ours; RFC 5321 section 5.1 asks for two at least. */
#define MAIL_HOP_ADDRESSES_MAX 5

/** Every recipient has its outcome: is done with, or waits for another try. The hop is to be
 * freed. */
typedef void (*MailHopFunc) (MailHop *hop, gpointer user_data);

/**
 * mail_hop_new:
 * @entry: outlives the hop
 * @domain: what the recipients have in common, for people
 * @recipients: (transfer full): of MailRecipient, of the entry
 * @route: emptied: its hosts become the hop's
 *
 * @func comes from the world's run, never from within this call.
 */
MailHop *mail_hop_new (MailEntry    *entry,
                       MailOutbound *outbound,
                       const char   *domain,
                       GPtrArray    *recipients,
                       MailRoute    *route,
                       MailHopFunc   func,
                       gpointer      user_data);
void     mail_hop_free (MailHop *self);

/** Gives all of @recipients the same outcome, and says so of @domain where it is not for good. */
void mail_hop_settle (MailEntry *entry, const char *domain, const GPtrArray *recipients,
                      gboolean is_permanent, const MailOutcome *outcome);

G_END_DECLS
