/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-client.h"
#include "imap-deflate.h"
#include "imap-framer.h"

G_BEGIN_DECLS

/* What the files of the client share: imap-client.c sends commands and takes in responses;
 * imap-client-login.c is all that comes before READY. */

/** Octets that may wait unread while the session waits for its owner: ours. */
#define IMAP_CLIENT_INPUT_BYTES_MAX (1024 * 1024)

/** What the session is at. */
typedef enum
{
  IMAP_CLIENT_GREETING,
  IMAP_CLIENT_CAPABILITY, /* what can the server do, as it is now? */
  IMAP_CLIENT_STARTTLS,
  IMAP_CLIENT_TLS, /* no response: secured() or tls_failed() */
  IMAP_CLIENT_AUTH,
  IMAP_CLIENT_COMPRESS,
  IMAP_CLIENT_ENABLE,
  IMAP_CLIENT_READY,
  IMAP_CLIENT_LOGOUT,
  IMAP_CLIENT_OVER,
} ImapClientStep;

/** A command: on its way out, or out and not completed. */
typedef struct
{
  guint        number;
  char         tag[16];
  ImapRequest *request; /* owned */
  guint        n_sent;  /* of its pieces */
  gboolean     is_own;  /* the session's, not the owner's */
  gboolean     is_idle;
} ImapClientCommand;

/** An event with what it owns, as it waits to be taken. */
typedef struct
{
  ImapClientEvent event;
  ImapResponse    response;
  char           *code;
  char           *text;
} ImapClientNews;

typedef enum
{
  IMAP_IDLE_NONE,
  IMAP_IDLE_ASKED,   /* IDLE is out */
  IMAP_IDLE_ON,      /* the server waits with us */
  IMAP_IDLE_ENDING,  /* DONE is out */
} ImapIdle;

struct _ImapClient
{
  ImapClientConfig config; /* strings owned */
  ImapFramer      *framer;
  ImapDeflate     *deflate; /* (nullable): once compressed */
  WireOutbox       outbox;
  ImapClientStep   step;
  gint64           now_us;
  gint64           deadline_us;
  gboolean         is_input_over;
  GQueue           waiting; /* of ImapClientCommand: not begun */
  GQueue           out;     /* of ImapClientCommand: sent, the last one maybe in part */
  guint            n_commands;
  gboolean         awaits_leave; /* for the literal of the last command out */
  GQueue           news; /* of ImapClientNews */
  ImapClientNews  *told; /* (nullable): the last one, borrowed by the owner */
  char            *bye;  /* (nullable): what the server said when it closed */

  /* What is known of the server; forgotten when TLS begins. */
  gboolean knows_capabilities;
  guint32  offered;    /* ImapCapability */
  guint    mechanisms; /* AUTH= */
  gboolean is_login_disabled;
  gboolean has_literal_minus;
  guint    enabled;

  /* TLS */
  gboolean starts_tls; /* and the layer below has not been told */
  gboolean is_secured;
  GBytes  *exporter;  /* (nullable) */
  GBytes  *end_point; /* (nullable) */

  /* Who the user is */
  gboolean      is_authenticated;
  SaslClient   *sasl; /* (nullable): AUTHENTICATE is out */
  SaslMechanism mechanism; /* 0: LOGIN */
  guint         tried;     /* SaslMechanism that were of no use */
  gboolean      is_login_tried;
  gboolean      is_cancelled;

  /* IDLE */
  ImapIdle idle;
  gboolean is_renewed; /* it begins again once it has ended */
  guint    idle_number;
  gint64   idle_until_us;
};

void imap_client_tell (ImapClient *self, ImapClientEventKind kind, const char *code,
                       const char *text);
/** Ends the session: FAILED. */
void imap_client_fail (ImapClient *self, const char *text);
/** Sends a command of the session's own. */
void imap_client_send_own (ImapClient *self, ImapClientStep step, ImapRequest *request);
/** Sends what waits, as far as it may go now. */
void imap_client_flush (ImapClient *self);

/* imap-client-login.c: what comes before READY */
void imap_client_on_greeting (ImapClient *self, const ImapResponse *response);
void imap_client_on_own (ImapClient *self, const ImapResponse *response);
void imap_client_on_challenge (ImapClient *self, const ImapResponse *response);
void imap_client_note_data (ImapClient *self, const ImapResponse *response);
void imap_client_after_tls (ImapClient *self);

G_END_DECLS
