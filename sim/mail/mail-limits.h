/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MailLimits:
 *
 * How much each client of a host does at the moment: connections that are open, messages in the
 * current minute (RFC 5321 section 7.8 lets a server refuse what would overload it). Clients are
 * told apart by their address. All times are microseconds on the owner's clock.
 */
typedef struct _MailLimits MailLimits;

/** Clients kept an eye on; ours, a bound on memory. Those beyond go uncounted. */
#define MAIL_LIMITS_CLIENTS_MAX 10000
/** A minute begins with the first message of a client after the last one. */
#define MAIL_LIMITS_MINUTE_US (60 * G_TIME_SPAN_SECOND)

MailLimits *mail_limits_new (void);
void        mail_limits_free (MailLimits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailLimits, mail_limits_free)

/** Counts a connection, to be taken back by mail_limits_leave(). Returns: how many it has now. */
guint mail_limits_enter (MailLimits *self, const char *client, gint64 now_us);
void  mail_limits_leave (MailLimits *self, const char *client, gint64 now_us);

/**
 * mail_limits_count_message:
 * @max: messages that a client may begin in a minute; 0: any number
 *
 * Returns: 0, with the message counted; else how long the client has to wait, microseconds
 */
gint64 mail_limits_count_message (MailLimits *self, const char *client, guint max, gint64 now_us);

G_END_DECLS
