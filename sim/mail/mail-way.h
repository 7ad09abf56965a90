/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-hop.h"

G_BEGIN_DECLS

/**
 * MailWay:
 *
 * One try for the recipients of a message that are elsewhere: finds out which hosts take the mail
 * of their domains (RFC 5321 section 5.1), puts together those whose mail goes to the same hosts
 * (section 4.5.4.1), and sends each group on its hop.
 */
typedef struct _MailWay MailWay;

/** Every recipient has its outcome, or waits for another try. The way is to be freed. */
typedef void (*MailWayFunc) (MailWay *way, MailEntry *entry);

/**
 * mail_way_new:
 * @entry: outlives the way
 * @recipients: (element-type MailRecipient): at least one
 * @func: comes from the world's run, never from within this call
 */
MailWay *mail_way_new (MailEntry    *entry,
                       MailOutbound *outbound,
                       GPtrArray    *recipients,
                       MailWayFunc   func);
void     mail_way_free (MailWay *self);

G_END_DECLS
