/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-envelope.h"
#include "smtp-extension.h"
#include <sasl/sasl-client.h>
#include <wire/wire-session.h>

G_BEGIN_DECLS

/**
 * SmtpClient:
 *
 * The sending half of one SMTP or LMTP session (RFC 5321, RFC 2033), as a pure state machine:
 * waits for the greeting, introduces itself, secures the session and proves who it is where
 * that is wanted and offered, sends one message after another, and quits. It uses what the server
 * offers: commands in groups (RFC 2920), chunks (RFC 3030), DSN parameters (RFC 3461), and does
 * without where it does not. Its owner, who has connected to the server, repeats:
 *
 *   receive bytes -> take each event -> answer those that ask -> send output
 *
 * and reads the outcome for each recipient when a transaction is over. All times are
 * microseconds on the owner's clock. Not thread-safe.
 */
typedef struct _SmtpClient SmtpClient;

/** Waits of RFC 5321 section 4.5.3.2, for the reply to each step. */
#define SMTP_CLIENT_GREETING_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_COMMAND_TIMEOUT_US (5 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_DATA_TIMEOUT_US (2 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_MESSAGE_TIMEOUT_US (10 * 60 * G_USEC_PER_SEC)

/** And more for each block of the data, since the client does not see how far they have gone:
 * section 4.5.3.2.5 says the time; the size is ours, what a line of 48 kbit/s moves in it. */
#define SMTP_CLIENT_BLOCK_TIMEOUT_US (3 * 60 * G_USEC_PER_SEC)
#define SMTP_CLIENT_BLOCK_BYTES (1024 * 1024)

/** A reply line may be this long: more than SMTP_REPLY_LINE_BYTES_MAX, as some in use are. */
#define SMTP_CLIENT_REPLY_LINE_BYTES_MAX 2048

/** What the client wants of STARTTLS. */
typedef enum
{
  SMTP_TLS_IF_OFFERED, /* goes on in clear where it is not offered or refused */
  SMTP_TLS_NEVER,
  SMTP_TLS_ALWAYS,   /* fails where it is not */
  SMTP_TLS_VERIFIED, /* and where the certificate has problems */
} SmtpTlsUse;

/** Copied by smtp_client_new(). */
typedef struct
{
  const char *name;       /* for EHLO: a domain or an address literal */
  guint       extensions; /* SmtpExtension to use where offered; 0: all */
  gboolean    is_lmtp;
  SmtpTlsUse  tls;
  /* Credentials: none when user and token are NULL. mechanisms: SaslMechanism that may be used, 0:
   * all but EXTERNAL and ANONYMOUS; of those that show a secret, none without TLS unless the owner
   * allows it; SCRAM only with random. */
  const char    *user;
  const char    *password;
  const char    *token;
  guint          mechanisms;
  gboolean       may_auth_in_clear;
  SaslRandomFunc random;
  gpointer       random_data;
  const char    *host_name; /* (nullable): the server's, for OAUTHBEARER */
  guint16        port;
} SmtpClientConfig;

/** One message and its envelope; copied by smtp_client_send(). */
typedef struct
{
  SmtpMail             mail;       /* size is worked out by the client, and body: BINARYMIME has to
                                    * be said where bare CR and LF are content; is_utf8 has to be
                                    * said where headers of parts are UTF-8 */
  const SmtpRecipient *recipients; /* (array length=n_recipients): at least one */
  guint                n_recipients;
  GBytes              *message; /* dots are stuffed here; a bare CR or LF becomes CRLF unless it
                                 * goes in chunks as BINARYMIME (RFC 5321 section 2.3.8) */
} SmtpTransaction;

typedef enum
{
  SMTP_CLIENT_EVENT_NONE,    /* no more until receive(), expire() or an answer */
  SMTP_CLIENT_EVENT_READY,   /* asks:  for smtp_client_send() or smtp_client_quit(). First when
                              * greeting, EHLO, STARTTLS and AUTH are done with, then after each
                              * transaction */
  SMTP_CLIENT_EVENT_CONVERT, /* asks:  the server does not offer what the message takes: text is
                              * "8BITMIME" or "BINARYMIME"; for smtp_client_convert() (RFC 6152
                              * section 3) */
  SMTP_CLIENT_EVENT_SENT,    /* tells: the transaction is over; read its outcomes before the next
                              * is sent. Comes once for each send(). READY follows, or FAILED */
  SMTP_CLIENT_EVENT_TOLD,    /* tells: text is something a person would want to know: what was
                              * negotiated, what the client does without and why; name is that in
                              * a word: "tls", "no-tls", "auth", "no-auth", "helo",
                              * "no-8bitmime", "no-binarymime", "downgraded", "line-ends",
                              * "lone-dot" */
  SMTP_CLIENT_EVENT_DONE,    /* tells: the session is over after QUIT */
  SMTP_CLIENT_EVENT_FAILED,  /* tells: so it is, before its time; text is why, code the reply's
                              * that said so, or 0. Answers that come later are ignored */
} SmtpClientEventKind;

/** Borrowed until the next call on the client. */
typedef struct
{
  SmtpClientEventKind kind;
  const char         *text;
  const char         *name;
  guint               code;
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
  const char *status;  /* (nullable): the reply's enhanced status code, or one that says why
                        * there was no reply (RFC 3463): "4.4.2", "5.6.7" ...; NULL: the reply
                        * had none */
  const char *text;    /* its text without that, or why there was none; NULL while pending */
  gboolean    is_host; /* what went wrong is the matter of the host or the session, not of this
                        * recipient or message: another host may do */
  guint       relayed; /* extensions of those in the envelope that the server took over: DSN: it
                        * has to report (RFC 3461 section 5.2.2) */
} SmtpDelivery;

/** Starts the session: it waits for the server's greeting. */
SmtpClient *smtp_client_new (const SmtpClientConfig *config, gint64 now_us);
void        smtp_client_free (SmtpClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpClient, smtp_client_free)

/** @data: (array length=length): bytes from the server, in any chunking; copied */
void smtp_client_receive (SmtpClient *self, const guint8 *data, gsize length, gint64 now_us);

/** Answers READY; @transaction is copied. Pending recipients have no outcome until SENT. */
void smtp_client_send (SmtpClient *self, const SmtpTransaction *transaction, gint64 now_us);
/** Answers READY: ends the session in good order. */
void smtp_client_quit (SmtpClient *self, gint64 now_us);
/** Answers CONVERT. @message: (nullable): the message in 7 bit; NULL: it can't be, and is returned
 * as a failure (5.6.3) */
void smtp_client_convert (SmtpClient *self, GBytes *message, gint64 now_us);

/** TLS, as SmtpServer has it: after the 220 that answers STARTTLS; what is known of the server is
 * forgotten and EHLO said again. With implicit TLS: before the first receive(). */
gboolean smtp_client_starts_tls (SmtpClient *self);
void     smtp_client_secured (SmtpClient *self, const WireSecurity *security, gint64 now_us);
/** Returns: whether to go on in spite of the certificate's problems: by the config's tls. */
gboolean smtp_client_trusts (SmtpClient *self, const WireSecurity *security);
void     smtp_client_tls_failed (SmtpClient *self, const char *reason, gint64 now_us);
gboolean smtp_client_is_secured (const SmtpClient *self);

/** Returns: SmtpExtension that the server offered last. */
guint smtp_client_get_offered (const SmtpClient *self);

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

/** @recipient: index in the transaction's recipients. With no transaction yet, and a session that
 * failed, index 0 tells what would have become of any. */
void smtp_client_get_delivery (const SmtpClient *self, guint recipient,
                               SmtpDelivery *out_delivery);

/** Returns: what the client waits for, "greeting", "RCPT" ...; "" at the end. */
const char *smtp_client_get_step_name (const SmtpClient *self);

G_END_DECLS
