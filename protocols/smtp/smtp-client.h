/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-unit.h>

G_BEGIN_DECLS

/**
 * SmtpClient:
 *
 * The sending half of one SMTP session (RFC 5321), as a pure state machine:
 * waits for the greeting, introduces itself, sends one message to its
 * recipients, and quits. Its owner, who has connected to the server, repeats:
 *
 *   receive bytes -> take the event, if any -> send output
 *
 * and reads the outcome for each recipient at the end. No event asks. All times are
 * microseconds on the owner's clock. Not thread-safe.
 */
typedef struct _SmtpClient SmtpClient;

/** Waits of RFC 5321 section 4.5.3.2, for the reply to each step. */
#define SMTP_CLIENT_GREETING_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_COMMAND_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_DATA_TIMEOUT_US (2 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_MESSAGE_TIMEOUT_US (10 * 60 * G_USEC_PER_SEC)

/** A reply line may be this long: more than SMTP_REPLY_LINE_BYTES_MAX, as some in use are. */
#define SMTP_CLIENT_REPLY_LINE_BYTES_MAX 2048

/** Copied by smtp_client_new(). */
typedef struct
{
  const char        *name;         /* for EHLO: a domain or an address literal */
  const char        *reverse_path; /* "" for <> */
  const char *const *recipients;   /* (array zero-terminated=1): forward-paths, at least one */
  GBytes            *message;      /* with CRLF line ends; dots are stuffed here */
} SmtpClientConfig;

typedef enum
{
  SMTP_CLIENT_EVENT_NONE,   /* no more until receive() or expire() */
  SMTP_CLIENT_EVENT_SENT,   /* tells: the server took the message for at least one recipient */
  SMTP_CLIENT_EVENT_DONE,   /* tells: the session is over; read the outcomes */
  SMTP_CLIENT_EVENT_FAILED, /* tells: so it is, before its time; text is why */
} SmtpClientEventKind;

/** Borrowed until the next call on the client. */
typedef struct
{
  SmtpClientEventKind kind;
  const char         *text; /* FAILED */
} SmtpClientEvent;

typedef enum
{
  SMTP_OUTCOME_PENDING,   /* not known yet */
  SMTP_OUTCOME_ACCEPTED,  /* the server has taken responsibility for it */
  SMTP_OUTCOME_TEMPORARY, /* try again later: 4yz, or the connection was lost */
  SMTP_OUTCOME_PERMANENT, /* trying again is of no use: 5yz */
} SmtpOutcome;

/** What became of one recipient. Borrowed from the client. */
typedef struct
{
  SmtpOutcome outcome;
  guint       code; /* of the reply that decided it; 0 when none did */
  const char *text; /* its text, or why there was none; may be NULL while pending */
} SmtpDelivery;

/** Starts the session: it waits for the server's greeting. */
SmtpClient *smtp_client_new (const SmtpClientConfig *config, gint64 now_us);
void        smtp_client_free (SmtpClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpClient, smtp_client_free)

/** @data: (array length=length): bytes from the server, in any chunking; copied */
void smtp_client_receive (SmtpClient *self, const guint8 *data, gsize length, gint64 now_us);

/** The server will send no more; what it sent before is still dealt with. What then is pending
 * becomes temporary, also after the end of data: whether the server took the message can't be
 * known (RFC 1047). */
void smtp_client_receive_end (SmtpClient *self);

/** Fills @out_event. Returns: FALSE, with kind NONE, when the session waits. */
gboolean smtp_client_next_event (SmtpClient *self, SmtpClientEvent *out_event);

/** Returns: (transfer full): every byte to send since the last call; may be empty. */
GBytes *smtp_client_take_output (SmtpClient *self);

/** The units sent and received, for the trace: see WireSessionClass.next_unit. */
gboolean smtp_client_next_unit (SmtpClient *self, WireUnit *out_unit);

/** Returns: when expire() is due; G_MAXINT64 once the session is over. */
gint64 smtp_client_get_deadline (const SmtpClient *self);
void   smtp_client_expire (SmtpClient *self, gint64 now_us);

/** Returns: whether to close once the output has been sent. */
gboolean smtp_client_is_done (const SmtpClient *self);

/** @recipient: index in the config's recipients */
void smtp_client_get_delivery (const SmtpClient *self, guint recipient,
                               SmtpDelivery *out_delivery);

/** Returns: what the client waits for, "greeting", "RCPT" ...; "" at the end. */
const char *smtp_client_get_step_name (const SmtpClient *self);

G_END_DECLS
