/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3-client.h"

#include <wire/wire-framer.h>

G_BEGIN_DECLS

/* What the files of the client share. pop3-client.c takes in responses and hands them to the step
 * that waits for them; -login.c has the steps up to the login, -fetch.c those after it. */

typedef enum
{
  POP3_STEP_GREETING,
  POP3_STEP_CAPA,
  POP3_STEP_STLS,
  POP3_STEP_UTF8,
  POP3_STEP_AUTH,
  POP3_STEP_APOP,
  POP3_STEP_USER,
  POP3_STEP_PASS,
  POP3_STEP_STAT,
  POP3_STEP_UIDL,
  POP3_STEP_LIST,
  POP3_STEP_TOP,
  POP3_STEP_RETR,
  POP3_STEP_DELE,
  POP3_STEP_QUIT,
  POP3_STEP_DONE,
} Pop3Step;

/** A message of the maildrop, as LIST gave it. */
typedef struct
{
  guint64 number;
  guint64 octets;
} Pop3Entry;

/** A response that is to come. */
typedef struct
{
  Pop3Step step;
  guint entry; /* in entries: TOP, RETR, DELE */
} Pop3Awaited;

/** What is known of the server; forgotten when TLS begins. */
typedef struct
{
  gboolean has_capa; /* it listed its capabilities, and these were among them: */
  gboolean has_uidl;
  gboolean has_top;
  gboolean has_stls;
  gboolean has_user;
  gboolean has_utf8;
  gboolean has_utf8_user; /* names and passwords may be UTF-8 (RFC 6856 section 2.2) */
  gboolean has_pipelining;
  gboolean has_sasl;
  guint mechanisms; /* SASL */
} Pop3Offer;

struct _Pop3Client
{
  Pop3ClientConfig config; /* strings owned; no arrays */
  WireFramer *framer;
  WireOutbox outbox;
  gint64 started_us;
  gint64 deadline_us;
  GQueue awaited; /* of Pop3Awaited, owned: responses, in the order of their commands */
  Pop3Awaited at; /* whose response is at hand, or was last */
  gboolean is_over;
  Pop3Status status;   /* of the response at hand */
  GByteArray *listing; /* (nullable): the multi-line response at hand, so far */
  gboolean is_in_data; /* the message is to come */
  Pop3Offer offer;
  char *timestamp; /* (nullable): in the greeting */

  /* AUTH */
  SaslClient *sasl; /* (nullable) */
  SaslMechanism mechanism;
  guint tried;        /* SaslMechanism that were of no use */
  gboolean has_shown; /* something of the credentials was sent */
  gboolean is_cancelled;
  const char *sasl_failure; /* (nullable): why it was */

  GHashTable *seen;       /* unique-id -> gint64: when it was first seen */
  GHashTable *unique_ids; /* message number -> unique-id */
  GArray *entries;        /* of Pop3Entry */
  guint n_asked;          /* of them have been dealt with, or asked for */
  GArray *doomed;         /* of guint, in entries: to be deleted as soon as may be */
  guint n_doomed;         /* of them are being deleted */

  Pop3ClientEventKind event; /* to be told, or NONE */
  guint told;                /* in entries: of the event */
  GBytes *message;           /* (nullable): of the event */
  char *digest;              /* (nullable): of the event's message */
  const char *code;          /* (nullable): of the event; borrowed from the status */
  char *reason;              /* (nullable): why REFUSED, FAILED or SKIPPED */
  char *told_text;           /* (nullable): that of the event taken last */
  Pop3ClientResult result;
  char *result_text; /* (nullable) */
  gboolean is_input_over;

  /* TLS */
  gboolean is_starting; /* STLS was agreed to: no more is read before TLS */
  gboolean starts_tls;  /* and that is not told yet */
  gboolean is_secured;
  GBytes *exporter;  /* (nullable) */
  GBytes *end_point; /* (nullable) */
};

/* pop3-client.c */

/** Sends a command line and awaits its answer. @line: without its line end */
void
pop3_client_send (Pop3Client *self, Pop3Step step, guint entry, const char *line);
/** The same, for steps that are all of their line. */
void
pop3_client_go (Pop3Client *self, Pop3Step step);
/** Closes without QUIT, so that the server deletes nothing. */
void
pop3_client_fail (Pop3Client *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/** The login was refused, for good as far as this session goes. */
void
pop3_client_on_refused (Pop3Client *self);
void
pop3_client_set_reason (Pop3Client *self, const char *text);

/* pop3-client-login.c */

void
pop3_client_on_greeted (Pop3Client *self);
gboolean
pop3_client_on_capability (Pop3Client *self, WireScan *line);
void
pop3_client_on_capabilities (Pop3Client *self);
void
pop3_client_on_no_capabilities (Pop3Client *self);
void
pop3_client_on_stls (Pop3Client *self);
void
pop3_client_on_no_stls (Pop3Client *self);
void
pop3_client_log_in (Pop3Client *self);
void
pop3_client_on_challenge (Pop3Client *self, const char *base64);
void
pop3_client_on_auth (Pop3Client *self);
void
pop3_client_on_no_auth (Pop3Client *self);
void
pop3_client_on_user (Pop3Client *self);
void
pop3_client_on_logged_in (Pop3Client *self);
/** After TLS has begun: what is known is asked again. */
void
pop3_client_start_over (Pop3Client *self);

/* pop3-client-fetch.c */

void
pop3_client_on_stat (Pop3Client *self);
gboolean
pop3_client_on_unique_id (Pop3Client *self, WireScan *line);
void
pop3_client_on_unique_ids (Pop3Client *self);
gboolean
pop3_client_on_entry (Pop3Client *self, WireScan *line);
void
pop3_client_on_entries (Pop3Client *self);
void
pop3_client_on_top (Pop3Client *self);
void
pop3_client_on_no_top (Pop3Client *self);
void
pop3_client_on_fetched (Pop3Client *self);
void
pop3_client_on_not_fetched (Pop3Client *self);
void
pop3_client_on_deleted (Pop3Client *self);
void
pop3_client_on_not_deleted (Pop3Client *self);
const char *
pop3_client_get_unique_id (const Pop3Client *self, guint entry);
/** The event of a message has been taken: what follows from it. */
void
pop3_client_go_on (Pop3Client *self, Pop3ClientEventKind taken);

static inline Pop3Entry *
pop3_client_get_entry (const Pop3Client *self, guint i)
{
  return &g_array_index (self->entries, Pop3Entry, i);
}

G_END_DECLS
