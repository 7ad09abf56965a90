/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail-host.h"

G_BEGIN_DECLS

/**
 * mail_provision:
 * @hosts: of MailHost, in the scenario's order
 * @messages: numbers the messages that are imported
 *
 * Gives users the mailboxes that the scenario has for them, with what is in them: Mailboxes of
 * hosts, then [Mailbox] groups.
 *
 * Returns: FALSE with @error set, "file:line: ...", when something can't be imported
 */
gboolean
mail_provision (const SimScenario *scenario,
                const GPtrArray *hosts,
                MailRegister *messages,
                GError **error);

G_END_DECLS
