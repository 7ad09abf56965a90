/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-capability.h"
#include "imap-request.h"
#include "imap-response.h"
#include <sasl/sasl-client.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * ImapClient:
 *
 * The asking half of one IMAP session (RFC 9051), as a pure state machine. It gets the session
 * going by itself: greeting, capabilities, STARTTLS, who the user is, COMPRESS, ENABLE, and is
 * READY. Then its owner has it send commands and takes what comes:
 *
 *   receive bytes -> take each event -> send commands -> send output
 *
 * It numbers commands, waits where a literal has to wait, and keeps no mailbox: what to do with the
 * responses is its owner's matter. All times are microseconds on the owner's clock. Not
 * thread-safe.
 */
typedef struct _ImapClient ImapClient;

/** Silence after which a client gives up while it waits for an answer: ours. */
#define IMAP_CLIENT_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)
/** How long one IDLE lasts before the next (RFC 9051 section 6.3.13: at least every 29 minutes). */
#define IMAP_CLIENT_IDLE_US (28 * 60 * G_USEC_PER_SEC)
/** One response: ours, a message of the largest size with room to spare. */
#define IMAP_CLIENT_RESPONSE_BYTES_MAX (72 * 1024 * 1024)

typedef enum
{
  IMAP_TLS_NEVER,
  IMAP_TLS_IF_OFFERED,
  IMAP_TLS_ALWAYS,
  IMAP_TLS_VERIFIED,
} ImapTlsUse;

/** Copied by imap_client_new(). */
typedef struct
{
  const char    *host;       /* (nullable): the server's name, for OAUTHBEARER */
  const char    *user;
  const char    *password;
  const char    *token;      /* (nullable) */
  guint          mechanisms; /* SaslMechanism that may be used; 0: LOGIN command alone */
  gboolean       allows_clear; /* passwords without TLS */
  SaslRandomFunc random;
  gpointer       random_data;
  ImapTlsUse     tls;
  guint32        unused;     /* ImapCapability that it does not use though offered */
  gboolean       compresses; /* where offered */
  gint64         timeout_us; /* 0: IMAP_CLIENT_TIMEOUT_US */
} ImapClientConfig;

typedef enum
{
  IMAP_CLIENT_EVENT_NONE,
  IMAP_CLIENT_EVENT_READY,     /* tells: commands can be sent */
  IMAP_CLIENT_EVENT_RESPONSE,  /* tells: response, untagged */
  IMAP_CLIENT_EVENT_COMPLETED, /* tells: response, tagged, to command */
  IMAP_CLIENT_EVENT_IDLING,    /* tells: the server waits with us, to command */
  IMAP_CLIENT_EVENT_TOLD,      /* tells: a decision: code is it in one word, text in words: "auth",
                                * "no-tls", "compressed", "enabled", "unreadable": a response that
                                * could not be read */
  IMAP_CLIENT_EVENT_REFUSED,   /* tells: login refused: text, code (nullable) */
  IMAP_CLIENT_EVENT_DONE,      /* tells: after LOGOUT: over in good order */
  IMAP_CLIENT_EVENT_FAILED,    /* tells: text is why */
} ImapClientEventKind;

/** Everything in it is borrowed until the next call on the client. */
typedef struct
{
  ImapClientEventKind kind;
  const ImapResponse *response;
  guint               command; /* as imap_client_send() returned it */
  const char         *code;
  const char         *text;
} ImapClientEvent;

ImapClient *imap_client_new (const ImapClientConfig *config, gint64 now_us);
void        imap_client_free (ImapClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapClient, imap_client_free)

void     imap_client_receive (ImapClient *self, const guint8 *data, gsize length, gint64 now_us);
void     imap_client_receive_end (ImapClient *self);
gboolean imap_client_next_event (ImapClient *self, ImapClientEvent *out_event);

/** @request: (transfer full). Sends it, after those before it as far as literals let it.
 * Returns: its number, for COMPLETED */
guint imap_client_send (ImapClient *self, ImapRequest *request);

/** Sends IDLE; imap_client_end_idle() ends it with DONE. */
guint imap_client_idle (ImapClient *self);
void  imap_client_end_idle (ImapClient *self);

/** Sends LOGOUT, after what was sent before. */
void imap_client_quit (ImapClient *self);

/** What the server can do, as far as it is known and used: ImapCapability. */
guint32 imap_client_get_capabilities (const ImapClient *self);
guint   imap_client_get_enabled (const ImapClient *self); /* ImapEnabled */

/* As in pop3-client.h. */
gboolean imap_client_starts_tls (ImapClient *self);
void     imap_client_secured (ImapClient *self, const WireSecurity *security, gint64 now_us);
gboolean imap_client_trusts (const ImapClient *self);
void     imap_client_tls_failed (ImapClient *self, const char *reason);
GBytes  *imap_client_take_output (ImapClient *self);
gboolean imap_client_next_unit (ImapClient *self, WireUnit *out_unit);
gint64   imap_client_get_deadline (const ImapClient *self);
void     imap_client_expire (ImapClient *self, gint64 now_us);
gboolean imap_client_is_done (const ImapClient *self);

G_END_DECLS
