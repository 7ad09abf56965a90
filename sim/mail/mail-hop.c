/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-hop.h"

#include <string.h>

#include "mail-finder.h"
#include <imf/imf-fields.h>

/* Too many recipients for one transaction (RFC 5321 section 4.5.3.1.10). */
#define CODE_TOO_MANY 452
#define STATUS_TOO_MANY "4.5.3"

struct _MailHop
{
  MailEntry    *entry;
  MailOutbound *outbound;
  char         *domain;
  GPtrArray    *recipients; /* of MailRecipient, borrowed: without an outcome of this try yet */
  MailRoute     route;
  guint         at;        /* host of the route */
  char        **addresses; /* of that host */
  guint         at_address;
  guint         n_addresses; /* that were tried */
  GArray       *envelopes;   /* of SmtpRecipient, borrowed: of the transaction */
  SmtpTransaction transaction;
  gboolean      is_permanent; /* every host so far did not do for good */
  char         *last;         /* why the last one did not do */
  /* Why none did: the last that may do later, or the last of all if none may */
  char *status;
  char *trouble;
  guint code;
  char *remote; /* (nullable) */
  MailHopFunc   func;
  gpointer      user_data;
};

static void try_host (MailHop *self);
static void try_address (MailHop *self);
static void send_transaction (MailHop *self);

static const char *
get_exchange (const MailHop *self)
{
  return mail_route_get (&self->route, self->at)->exchange;
}

static void
finish (MailHop *self)
{
  self->func (self, self->user_data);
}

void
mail_hop_settle (MailEntry         *entry,
                 const char        *domain,
                 const GPtrArray   *recipients,
                 gboolean           is_permanent,
                 const MailOutcome *outcome)
{
  g_autofree char *reason = mail_note_value (outcome->reason);

  for (guint i = 0; i < recipients->len; i++)
    if (is_permanent)
      mail_entry_fail (entry, g_ptr_array_index (recipients, i), outcome);
    else
      mail_entry_postpone (entry, g_ptr_array_index (recipients, i), outcome);
  if (!is_permanent)
    mail_host_note (entry->host, entry->number, TRACE_FLAG_WARNING, "delayed",
                    "%s: no way to %s for now: %s\nid: %s\ndomain: %s\nreason: %s", entry->id,
                    domain, reason, entry->id, domain, reason);
}

/* No host is left. */
static void
give_up (MailHop *self)
{
  MailOutcome outcome = { self->status, self->trouble, self->code, self->remote };

  mail_hop_settle (self->entry, self->domain, self->recipients, self->is_permanent, &outcome);
  finish (self);
}

/* What one host says for good is not what the recipient waits for while another may do later: a
 * report of the delay has to say why that one did not (RFC 3464 section 2.3.4). */
static void
set_trouble (MailHop *self, const MailOutcome *outcome, gboolean is_permanent)
{
  g_autofree char *status = g_strdup (outcome->status);
  g_autofree char *trouble = mail_note_value (outcome->reason);
  g_autofree char *remote = g_strdup (outcome->remote);

  g_free (self->last);
  self->last = g_strdup (trouble);
  if (is_permanent && !self->is_permanent)
    return;
  g_free (self->status);
  g_free (self->trouble);
  g_free (self->remote);
  self->status = g_steal_pointer (&status);
  self->trouble = g_steal_pointer (&trouble);
  self->remote = g_steal_pointer (&remote);
  self->code = outcome->code;
  self->is_permanent = self->is_permanent && is_permanent;
}

/* After a host, or one of its addresses, that did not do: the next. */
static void
try_next (MailHop *self)
{
  MailEntry *entry = self->entry;

  mail_host_note (entry->host, entry->number, TRACE_FLAG_WARNING, "host-failed",
                  "%s: %s\nid: %s\ndomain: %s\nhost: %s\nreason: %s", get_exchange (self),
                  self->last, entry->id, self->domain, get_exchange (self), self->last);
  if (self->addresses != NULL && self->addresses[self->at_address + 1] != NULL &&
      self->n_addresses < MAIL_HOP_ADDRESSES_MAX)
    {
      self->at_address++;
      try_address (self);
      return;
    }
  g_clear_pointer (&self->addresses, g_strfreev);
  self->at++;
  if (self->at < self->route.hosts->len && self->n_addresses < MAIL_HOP_ADDRESSES_MAX)
    try_host (self);
  else
    give_up (self);
}

/* Outcomes */

static MailOutcome
get_outcome (MailHop *self, const SmtpDelivery *delivery)
{
  const char *status = delivery->status;

  /* RFC 3461 section 6.3 (g): where nothing says more. */
  if (status == NULL && delivery->outcome == SMTP_OUTCOME_ACCEPTED)
    status = "2.0.0";
  else if (status == NULL)
    status = delivery->outcome == SMTP_OUTCOME_PERMANENT ? "5.0.0" : "4.0.0";
  return (MailOutcome){ .status = status,
                        .reason = delivery->text != NULL ? delivery->text : "",
                        .code = delivery->code,
                        .remote = delivery->code != 0 ? get_exchange (self) : NULL };
}

/* "550 No such user here" */
static char *
format_reason (const SmtpDelivery *delivery)
{
  const char *text = delivery->text != NULL ? delivery->text : "";

  if (delivery->code == 0)
    return mail_note_value (text);
  if (delivery->status != NULL)
    {
      g_autofree char *value = mail_note_value (text);

      return g_strdup_printf ("%u %s %s", delivery->code, delivery->status, value);
    }
  else
    {
      g_autofree char *value = mail_note_value (text);

      return g_strdup_printf ("%u %s", delivery->code, value);
    }
}

/* Where the next host takes over what was asked for, it reports (RFC 3461 section 5.2.1). */
static MailState
get_accepted_state (const MailRecipient *recipient, const SmtpDelivery *delivery)
{
  return recipient->envelope.notify != 0 && (delivery->relayed & SMTP_EXTENSION_DSN) != 0
             ? MAIL_STATE_PASSED_ON
             : MAIL_STATE_RELAYED;
}

static gboolean
is_too_many (const SmtpDelivery *delivery)
{
  return delivery->code == CODE_TOO_MANY &&
         (delivery->status == NULL || strcmp (delivery->status, STATUS_TOO_MANY) == 0);
}

static void
note_accepted (MailHop *self, const GPtrArray *accepted, const char *tls)
{
  MailEntry       *entry = self->entry;
  g_autofree char *recipients = mail_entry_format_recipients (accepted);

  mail_host_note (entry->host, entry->number, 0, "relayed-to",
                  "%s: %s has taken it for %s\nid: %s\nrecipients: %s\nhost: %s\ntls: %s",
                  entry->id, get_exchange (self), recipients, entry->id, recipients,
                  get_exchange (self), tls != NULL ? tls : "none");
}

/* What the transaction made of its recipients, of MailRecipient. */
typedef struct
{
  GPtrArray *accepted;
  GPtrArray *left;     /* for another try */
  GPtrArray *too_many; /* for another transaction */
  GPtrArray *others;   /* for another host */
} Sorted;

static void
sort_one (MailHop *self, MailRecipient *recipient, const SmtpDelivery *delivery, Sorted *sorted)
{
  g_autofree char *reason = format_reason (delivery);
  MailOutcome      outcome = get_outcome (self, delivery);

  outcome.reason = reason;
  if (delivery->outcome == SMTP_OUTCOME_ACCEPTED)
    {
      mail_entry_finish (self->entry, recipient, get_accepted_state (recipient, delivery),
                         &outcome);
      g_ptr_array_add (sorted->accepted, recipient);
    }
  else if (delivery->is_host)
    {
      set_trouble (self, &outcome, delivery->outcome == SMTP_OUTCOME_PERMANENT);
      g_ptr_array_add (sorted->others, recipient);
    }
  else if (delivery->outcome == SMTP_OUTCOME_PERMANENT)
    mail_entry_fail (self->entry, recipient, &outcome);
  else
    {
      mail_entry_postpone (self->entry, recipient, &outcome);
      g_ptr_array_add (is_too_many (delivery) ? sorted->too_many : sorted->left, recipient);
    }
}

static void
note_left (MailHop *self, const GPtrArray *left)
{
  MailEntry     *entry = self->entry;
  MailRecipient *first = g_ptr_array_index (left, 0);
  g_autofree char *recipients = mail_entry_format_recipients (left);

  mail_host_note (entry->host, entry->number, TRACE_FLAG_WARNING, "delayed",
                  "%s: not now for %s: %s\nid: %s\ndomain: %s\nrecipients: %s\nreason: %s",
                  entry->id, recipients, first->reason, entry->id, self->domain, recipients,
                  first->reason);
}

/* Those that were too many come again at once as long as that gets on (RFC 5321 section
 * 4.5.3.1.10), as do those beyond what one transaction takes. */
static void
go_on (MailHop *self, GPtrArray *recipients, Sorted *sorted)
{
  guint n_sent = self->transaction.n_recipients;

  if (sorted->accepted->len == 0)
    g_ptr_array_extend (sorted->left, sorted->too_many, NULL, NULL);
  else
    g_ptr_array_extend (self->recipients, sorted->too_many, NULL, NULL);
  for (guint i = n_sent; i < recipients->len; i++)
    g_ptr_array_add (self->recipients, g_ptr_array_index (recipients, i));
  g_ptr_array_extend (self->recipients, sorted->others, NULL, NULL);
  if (sorted->left->len > 0)
    note_left (self, sorted->left);
  if (sorted->others->len > 0)
    try_next (self);
  else if (self->recipients->len > 0)
    send_transaction (self);
  else
    finish (self);
}

static void
on_sent (const SmtpDelivery *deliveries, const char *tls, gpointer data)
{
  MailHop *self = data;
  g_autoptr (GPtrArray) accepted = g_ptr_array_new ();
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  g_autoptr (GPtrArray) too_many = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autoptr (GPtrArray) recipients = g_steal_pointer (&self->recipients);
  Sorted   sorted = { accepted, left, too_many, others };

  self->recipients = g_ptr_array_new ();
  for (guint i = 0; i < self->transaction.n_recipients; i++)
    sort_one (self, g_ptr_array_index (recipients, i), &deliveries[i], &sorted);
  if (accepted->len > 0)
    note_accepted (self, accepted, tls);
  go_on (self, recipients, &sorted);
}

/* Addresses */

/* Whether the sender would rather have the message arrive than protected: "TLS-Required: No" (RFC
 * 8689 sections 3 and 4.2.2). */
static gboolean
makes_tls_optional (GBytes *message)
{
  gsize            length;
  const guint8    *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  const ImfField  *field = imf_header_find (header, "TLS-Required", NULL);
  g_autofree char *value = field != NULL ? imf_header_dup_value (header, field) : NULL;

  return value != NULL && g_ascii_strcasecmp (value, "No") == 0;
}

static SmtpTlsUse
get_tls_use (const MailEntry *entry)
{
  static const SmtpTlsUse uses[] = {
    [SIM_TLS_IF_OFFERED] = SMTP_TLS_IF_OFFERED,
    [SIM_TLS_NEVER] = SMTP_TLS_NEVER,
    [SIM_TLS_ALWAYS] = SMTP_TLS_ALWAYS,
    [SIM_TLS_VERIFIED] = SMTP_TLS_VERIFIED,
  };

  /* RFC 8689 section 4.2.1: the client keeps a message that requires TLS from any server that does
   * not do, for good, while the session itself may go on (section 5: reports may go in clear). */
  if (entry->mail.requires_tls && *entry->mail.reverse_path != '\0')
    return SMTP_TLS_IF_OFFERED;
  if (uses[entry->host->config->tls] > SMTP_TLS_NEVER && makes_tls_optional (entry->message))
    return SMTP_TLS_IF_OFFERED;
  return uses[entry->host->config->tls];
}

static void
send_transaction (MailHop *self)
{
  MailEntry      *entry = self->entry;
  MailDestination to = { get_exchange (self), self->addresses[self->at_address],
                         get_tls_use (entry) };

  g_array_set_size (self->envelopes, 0);
  for (guint i = 0; i < MIN (self->recipients->len, MAIL_OUTBOUND_RECIPIENTS_MAX); i++)
    {
      MailRecipient *recipient = g_ptr_array_index (self->recipients, i);

      g_array_append_val (self->envelopes, recipient->envelope);
    }
  self->transaction = (SmtpTransaction){
    .mail = entry->mail,
    .recipients = (const SmtpRecipient *) self->envelopes->data,
    .n_recipients = self->envelopes->len,
    .message = entry->message,
  };
  mail_outbound_send (self->outbound, &to, &self->transaction, entry->number, on_sent, self);
}

static void
try_address (MailHop *self)
{
  self->n_addresses++;
  send_transaction (self);
}

/* This host by another name: it and all that are no better are left out (section 5.1). */
static void
stop_loop (MailHop *self)
{
  static const MailOutcome outcome = { .status = "5.4.6",
                                       .reason = "mail loops back to this host" };

  set_trouble (self, &outcome, TRUE);
  g_array_set_size (self->route.hosts, self->at + 1);
  try_next (self);
}

static void
on_found (const char *const *addresses, gboolean is_permanent, const char *reason, gpointer data)
{
  MailHop *self = data;

  if (addresses != NULL && g_strv_contains (addresses, self->entry->host->address))
    stop_loop (self);
  else if (addresses != NULL)
    {
      self->addresses = g_strdupv ((char **) addresses);
      self->at_address = 0;
      try_address (self);
    }
  else
    {
      /* X.1.2: the domain itself; X.4.4: a host that its MX names; X.4.3: who knows. */
      const char *permanent = self->route.kind == MAIL_ROUTE_IMPLICIT ? "5.1.2" : "5.4.4";
      MailOutcome outcome = { .status = is_permanent ? permanent : "4.4.3", .reason = reason };

      set_trouble (self, &outcome, is_permanent);
      self->n_addresses++;
      try_next (self);
    }
}

/* An address literal needs no DNS. Returns: (transfer full) (nullable): the address in it */
static char *
dup_literal (const char *exchange)
{
  gsize length = strlen (exchange);

  if (length < 3 || exchange[0] != '[' || exchange[length - 1] != ']')
    return NULL;
  return g_strndup (exchange + 1, length - 2);
}

static void
on_literal (gpointer data)
{
  MailHop         *self = data;
  g_autofree char *literal = dup_literal (get_exchange (self));
  const char      *addresses[] = { literal, NULL };

  if (g_hostname_is_ip_address (literal) && strchr (literal, ':') == NULL)
    on_found (addresses, FALSE, NULL, self);
  else
    on_found (NULL, TRUE, "an address that cannot be reached from here", self);
}

static void
try_host (MailHop *self)
{
  MailHost        *host = self->entry->host;
  g_autofree char *literal = dup_literal (get_exchange (self));

  if (literal != NULL)
    sim_world_schedule (host->sim, mail_host_get_now (host), on_literal, self, NULL);
  else
    mail_finder_find_all (host->net, get_exchange (self), on_found, self);
}

MailHop *
mail_hop_new (MailEntry    *entry,
              MailOutbound *outbound,
              const char   *domain,
              GPtrArray    *recipients,
              MailRoute    *route,
              MailHopFunc   func,
              gpointer      user_data)
{
  MailHop *self = g_new0 (MailHop, 1);

  g_return_val_if_fail (route->hosts->len > 0, NULL);
  self->entry = entry;
  self->outbound = outbound;
  self->domain = g_strdup (domain);
  self->recipients = recipients;
  self->route = *route;
  *route = (MailRoute){ .kind = MAIL_ROUTE_UNKNOWN };
  self->envelopes = g_array_new (FALSE, FALSE, sizeof (SmtpRecipient));
  self->is_permanent = TRUE;
  self->func = func;
  self->user_data = user_data;
  try_host (self);
  return self;
}

void
mail_hop_free (MailHop *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  mail_route_clear (&self->route);
  g_strfreev (self->addresses);
  g_array_unref (self->envelopes);
  g_free (self->domain);
  g_free (self->last);
  g_free (self->status);
  g_free (self->trouble);
  g_free (self->remote);
  g_free (self);
}
