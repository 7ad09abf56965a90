/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-queue-entry.h"

G_BEGIN_DECLS

/* Who is told what (RFC 3461 sections 5.2.2 to 5.2.8): reports go to the reverse-path, for those
 * recipients for whom they are wanted; nothing is reported of a message without one, but the
 * postmaster here is told. */

/** Reports what has become of those recipients of @entry that are done with, each once. */
void mail_report_settled (MailEntry *entry);

/** Tells that the others are delayed. */
void mail_report_delay (MailEntry *entry);

G_END_DECLS
