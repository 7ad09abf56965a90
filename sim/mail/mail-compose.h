/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <net/sim-network.h>

G_BEGIN_DECLS

/**
 * mail_compose:
 * @action: one that has a letter: send, save
 * @domain: of the Message-ID: the author's
 * @allows_utf8: whether addresses are written in UTF-8 (RFC 6532)
 * @out_problem: (optional) (transfer full): why it can't be written, for people
 *
 * Writes the message that a person's mail program makes of what the action says, at the world's
 * time, with boundaries and identifiers out of the host's chance.
 *
 * Returns: (transfer full) (nullable): the message
 */
GBytes *mail_compose (SimHost *host, const SimScenarioAction *action, const char *domain,
                      gboolean allows_utf8, char **out_problem);

/** The same of a message that nobody is sent: it is to be kept. */
GBytes *mail_compose_saved (SimHost *host, const SimScenarioAction *action, char **out_problem);

G_END_DECLS
