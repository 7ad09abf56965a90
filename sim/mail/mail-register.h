/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MailRegister:
 *
 * Numbers the messages of a world, so that the trace can follow one message
 * across hosts: what has the same Message-ID (RFC 5322 section 3.6.4), or without one the
 * same bytes after its trace fields, is the same message. This is the observer's knowledge: no host
 * decides by it.
 */
typedef struct _MailRegister MailRegister;

MailRegister *mail_register_new (void);
void          mail_register_free (MailRegister *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailRegister, mail_register_free)

/** Returns: the message's number, from 1; a new one when it was not seen before. */
guint mail_register_number (MailRegister *self, GBytes *message);

G_END_DECLS
