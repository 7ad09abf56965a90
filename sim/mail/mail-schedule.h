/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"

G_BEGIN_DECLS

/* When a queue tries again, tells the sender that it does, and gives up (RFC 5321 section
 * 4.5.4.1). All times are microseconds on the world's clock. */

/** The sender is told of a delay after: ours, as is customary. */
#define MAIL_SCHEDULE_WARN_US (4 * 3600 * G_TIME_SPAN_SECOND)
/** "the give-up time generally needs to be at least 4-5 days" */
#define MAIL_SCHEDULE_EXPIRE_US (5 * 24 * 3600 * G_TIME_SPAN_SECOND)

/** Returns: when a message that came at @since_us, and was tried @n_tries times, is tried next:
 * at the end of its time at the latest. */
gint64 mail_schedule_get_next_us (const MailHost *host, gint64 since_us, guint n_tries);

/** Returns: when its sender is told of the delay, and when it is given up. */
gint64 mail_schedule_get_warning_us (const MailHost *host, gint64 since_us);
gint64 mail_schedule_get_expiry_us (const MailHost *host, gint64 since_us);

G_END_DECLS
