/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sasl/sasl-client.h>
#include <sasl/sasl-server.h>

/* What the tests of both ends share: users, chance, and messages as text, in which "~" stands for
 * NUL, "^" for control A, and "<80>" for that octet. */

/** Channels to bind to: 32 octets 0 to 31, and 12 octets 0 to 11. */
extern const SaslBinding owner_exporter;
extern const SaslBinding owner_unique;

/** Fills with the same octets every time. */
void owner_random (guint8 *data, gsize length, gpointer user_data);

/**
 * Answers an event that asks. The users: "user", password "pencil", for SCRAM with salt and count
 * of RFC 5802 and RFC 7677; "tim", "tanstaaftanstaaf"; "a,b=" and an o with diaeresis, whose
 * password has a half in one character; "kept", "pencil", of whom just keys of SHA-256 are there.
 * "busy" can't be looked up. Who may act at all may act as "boss,". One token is
 * user@example.com's.
 */
void owner_answer (SaslServer *server, const SaslServerEvent *event);

/** Appends the events that are there, a line each, answering those that ask. */
void owner_run_server (SaslServer *server, GString *log);
void owner_run_client (SaslClient *client, GString *log);

/** Returns: (transfer full): an exact-size copy. */
guint8 *owner_to_octets (const char *text, gsize *out_length);
/** Returns: (transfer full) */
char *owner_to_text (GBytes *bytes);
