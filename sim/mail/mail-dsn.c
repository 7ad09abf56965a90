/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-dsn.h"

#include <string.h>

#include "mail-schedule.h"
#include <imf/imf-composer.h>
#include <imf/imf-date.h>
#include <imf/imf-fields.h>
#include <mime/mime-builder.h>
#include <smtp/smtp-parameters.h>

#define ID_LENGTH 12
#define TEXT_WIDTH 72

/* What a report of each kind is called, and how it begins. */
static const struct
{
  const char *subject;
  const char *beginning;
} kinds[] = {
  [MAIL_DSN_FAILED] = { "Your message could not be delivered",
                        "Your message could not be delivered to the recipients below. It will "
                        "not be tried again." },
  [MAIL_DSN_DELAYED] = { "Your message is delayed",
                         "Your message has not been delivered to the recipients below yet. You "
                         "need not send it again: this host goes on trying." },
  [MAIL_DSN_SUCCEEDED] = { "Your message has been delivered",
                           "You asked to be told when your message has been delivered. This is "
                           "what became of it." },
};

/* What can be done about a failure: by the enhanced status code (RFC 3463, and the registry of RFC
 * 5248) after its class, the first that begins so. */
static const struct
{
  const char *status;
  const char *advice;
} advices[] = {
  { "1.10", "The domain says that it takes no mail at all. Ask the recipient for another "
            "address." },
  { "1.2", "Check what is after the @ of the address: there is no such place for mail." },
  { "1.", "Check the address: it may be misspelt, or no longer in use." },
  { "2.2", "The mailbox is full. Try again when its owner has made room, or reach them in another "
           "way." },
  { "2.3", "The message is too large for the recipient. Send less, or say where it can be "
           "fetched." },
  { "3.4", "The message is too large for the recipient's host. Send less, or say where it can be "
           "fetched." },
  { "4.6", "The address leads back to where it came from. Tell the postmaster of the recipient's "
           "domain." },
  { "4.7", "The recipient's host could not be reached, or did not take the message, in all this "
           "time. Try again in some days, or reach the recipient in another way." },
  { "4.", "The way to the recipient's host is broken. Try again later, or tell the postmaster of "
          "the recipient's domain." },
  { "6.", "The recipient's host can't take a message of this form. Write it more plainly: without "
          "characters beyond ASCII in addresses, or without what you attached." },
  { "7.", "The recipient's host refuses the message by its rules. Ask the recipient, or the "
          "postmaster there, in another way." },
  { "", "Ask the postmaster of the recipient's domain, and show them this report." },
};

static const char *
get_advice (const char *status)
{
  const char *detail = status != NULL && strlen (status) > 2 ? status + 2 : "";

  for (guint i = 0; i < G_N_ELEMENTS (advices); i++)
    if (g_str_has_prefix (detail, advices[i].status))
      return advices[i].advice;
  g_return_val_if_reached ("");
}

/* Text */

/* Appends @text as a paragraph, its lines broken at spaces and indented. */
static void
append_paragraph (GString *out, guint indent, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint width = (guint) g_utf8_strlen (words[i], -1);

      if (column > 0 && column + 1 + width > TEXT_WIDTH)
        {
          g_string_append_c (out, '\n');
          column = 0;
        }
      if (column == 0)
        {
          g_string_append_printf (out, "%*s", (int) indent, "");
          column = indent;
        }
      else
        {
          g_string_append_c (out, ' ');
          column++;
        }
      g_string_append (out, words[i]);
      column += width;
    }
  g_string_append_c (out, '\n');
}

static char *
format_date (const MailEntry *entry, gint64 at_us)
{
  gint64  now_us = mail_host_get_now (entry->host);
  ImfDate date = { .time_us = sim_world_get_unix_us (entry->host->sim) + at_us - now_us };

  return imf_date_format (&date);
}

/* In words, what happened to a recipient. */
static char *
describe (const MailRecipient *recipient)
{
  const char *reason = recipient->reason != NULL ? recipient->reason : "";

  switch (recipient->state)
    {
    case MAIL_STATE_DELIVERED:
      return g_strdup ("It has been delivered.");
    case MAIL_STATE_RELAYED:
    case MAIL_STATE_PASSED_ON:
      return g_strdup_printf ("It has been passed on to %s, which does not report whether it "
                              "delivers it. Unless that fails, there will be no other report.",
                              recipient->remote != NULL ? recipient->remote : "another host");
    case MAIL_STATE_EXPANDED:
      return g_strdup ("The address stands for several others; the message is on its way to them.");
    case MAIL_STATE_WAITING:
    case MAIL_STATE_FAILED:
      break;
    }
  return recipient->remote != NULL
             ? g_strdup_printf ("%s said: %s", recipient->remote, reason)
             : g_strdup_printf ("This is why: %s.", reason);
}

static void
append_recipient_text (GString *out, const MailRecipient *recipient)
{
  g_autofree char *description = describe (recipient);
  g_autofree char *name =
      strcmp (recipient->accepted, recipient->envelope.path) == 0
          ? g_strdup_printf ("<%s>", recipient->accepted)
          : g_strdup_printf ("<%s>, forwarded to <%s>", recipient->accepted,
                             recipient->envelope.path);

  g_string_append_c (out, '\n');
  append_paragraph (out, 0, name);
  append_paragraph (out, 4, description);
  if (recipient->state == MAIL_STATE_FAILED)
    append_paragraph (out, 4, get_advice (recipient->status));
}

static char *
write_text (const MailEntry *entry, MailDsnKind kind, const GPtrArray *recipients)
{
  GString         *out = g_string_new (NULL);
  g_autofree char *arrival = format_date (entry, entry->since_us);
  g_autofree char *intro =
      g_strdup_printf ("This is the mail system of %s, about a message that it took on %s.",
                       entry->host->name, arrival);

  append_paragraph (out, 0, intro);
  g_string_append_c (out, '\n');
  append_paragraph (out, 0, kinds[kind].beginning);
  for (guint i = 0; i < recipients->len; i++)
    append_recipient_text (out, g_ptr_array_index (recipients, i));
  if (kind == MAIL_DSN_DELAYED)
    {
      gint64           expiry_us = mail_schedule_get_expiry_us (entry->host, entry->since_us);
      g_autofree char *until = format_date (entry, expiry_us);
      g_autofree char *outro = g_strdup_printf ("It will be tried until %s; should it fail, you "
                                                "will be told.", until);

      g_string_append_c (out, '\n');
      append_paragraph (out, 0, outro);
    }
  g_string_append_c (out, '\n');
  append_paragraph (out, 0, kind == MAIL_DSN_FAILED
                                ? "What follows is the same for mail programs, and your message or "
                                  "its header."
                                : "What follows is the same for mail programs, and the header of "
                                  "your message.");
  return g_string_free (out, FALSE);
}

/* The part for programs: message/delivery-status (RFC 3464 section 2.1) */

static void
append_typed (GString *out, const char *name, const char *type, const char *value)
{
  g_autofree char *typed = g_strdup_printf ("%s; %s", type, value);

  imf_append_field (out, name, typed);
}

static void
append_date (GString *out, const char *name, const MailEntry *entry, gint64 at_us)
{
  g_autofree char *date = format_date (entry, at_us);

  imf_append_field (out, name, date);
}

/* RFC 6533 section 3: "utf-8" beyond ASCII; in a part that is ASCII, an address of that type is
 * encoded. */
static void
append_address (GString *out, const char *name, const char *type, const char *address,
                gboolean is_utf8)
{
  g_autofree char *encoded = NULL;

  if (!is_utf8 && g_ascii_strcasecmp (type, "utf-8") == 0)
    address = encoded = smtp_utf8_address_encode (address, FALSE);
  append_typed (out, name, mail_dsn_is_utf8 (address) ? "utf-8" : type, address);
}

static const char *
get_action (const MailRecipient *recipient)
{
  static const char *const actions[] = {
    [MAIL_STATE_WAITING] = "delayed",   [MAIL_STATE_DELIVERED] = "delivered",
    [MAIL_STATE_RELAYED] = "relayed",   [MAIL_STATE_EXPANDED] = "expanded",
    [MAIL_STATE_FAILED] = "failed",     [MAIL_STATE_PASSED_ON] = "relayed",
  };

  return actions[recipient->state];
}

/* What the remote host said is "smtp" (RFC 3461 section 9.2); what this one found has no type of
 * its own. */
static void
append_diagnostic (GString *out, const MailRecipient *recipient, gboolean is_utf8)
{
  g_autofree char *reason = NULL;

  if (recipient->reason == NULL || *recipient->reason == '\0')
    return;
  reason = g_utf8_make_valid (recipient->reason, -1);
  for (char *at = reason; *at != '\0' && !is_utf8; at++)
    if ((guchar) *at >= 0x80)
      *at = '?';
  append_typed (out, "Diagnostic-Code", recipient->code != 0 ? "smtp" : "x-postroad", reason);
}

static void
append_recipient_fields (GString *out, const MailEntry *entry, const MailRecipient *recipient,
                         gboolean is_utf8)
{
  const SmtpRecipient *envelope = &recipient->envelope;

  g_string_append (out, "\r\n");
  if (envelope->orcpt != NULL)
    append_address (out, "Original-Recipient",
                    envelope->orcpt_type != NULL ? envelope->orcpt_type : "rfc822",
                    envelope->orcpt, is_utf8);
  append_address (out, "Final-Recipient", "rfc822", recipient->accepted, is_utf8);
  imf_append_field (out, "Action", get_action (recipient));
  imf_append_field (out, "Status", recipient->status != NULL ? recipient->status : "4.0.0");
  if (recipient->remote != NULL)
    append_typed (out, "Remote-MTA", "dns", recipient->remote);
  append_diagnostic (out, recipient, is_utf8);
  if (recipient->attempt_us >= 0)
    append_date (out, "Last-Attempt-Date", entry, recipient->attempt_us);
  imf_append_field (out, "Final-Log-ID", entry->id);
  if (recipient->state == MAIL_STATE_WAITING)
    append_date (out, "Will-Retry-Until", entry,
                 mail_schedule_get_expiry_us (entry->host, entry->since_us));
}

static GBytes *
write_status (const MailEntry *entry, const GPtrArray *recipients, gboolean is_utf8)
{
  GString    *out = g_string_new (NULL);
  const char *name = entry->host->name;

  if (entry->mail.envid != NULL)
    imf_append_field (out, "Original-Envelope-Id", entry->mail.envid);
  /* A name without a dot is not a fully qualified one (RFC 3461 section 6.3 (b)). */
  append_typed (out, "Reporting-MTA", strchr (name, '.') != NULL ? "dns" : "x-local-hostname",
                name);
  append_date (out, "Arrival-Date", entry, entry->since_us);
  for (guint i = 0; i < recipients->len; i++)
    append_recipient_fields (out, entry, g_ptr_array_index (recipients, i), is_utf8);
  return g_string_free_to_bytes (out);
}

/* What is returned */

static gboolean
returns_whole (const MailEntry *entry, MailDsnKind kind)
{
  gsize length = g_bytes_get_size (entry->message);

  /* RFC 3461 section 6.2: only with a failure; RFC 8689 section 5: not where TLS is required. */
  if (kind != MAIL_DSN_FAILED || entry->mail.requires_tls)
    return FALSE;
  switch (entry->mail.ret)
    {
    case SMTP_RETURN_FULL:
      return length <= MAIL_DSN_RETURN_FULL_BYTES_MAX;
    case SMTP_RETURN_HEADERS:
      return FALSE;
    case SMTP_RETURN_UNSAID:
      break;
    }
  return length <= MAIL_DSN_RETURN_BYTES_MAX;
}

static GBytes *
dup_header (GBytes *message)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);

  return g_bytes_new (data, header->end);
}

/* Envelopes */

static gboolean
is_utf8_report (const MailEntry *entry, const GPtrArray *recipients)
{
  gboolean is_utf8 = entry->mail.is_utf8;

  for (guint i = 0; i < recipients->len; i++)
    {
      const MailRecipient *recipient = g_ptr_array_index (recipients, i);
      const char          *orcpt = recipient->envelope.orcpt;

      is_utf8 |= mail_dsn_is_utf8 (recipient->accepted) ||
                 (orcpt != NULL && mail_dsn_is_utf8 (orcpt));
    }
  return is_utf8;
}

static MimeNode *
make_root (const MailEntry *entry, MailDsnKind kind, const GPtrArray *recipients)
{
  gboolean         is_utf8 = is_utf8_report (entry, recipients);
  gboolean         is_whole = returns_whole (entry, kind);
  g_autofree char *text = write_text (entry, kind, recipients);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GBytes) status = write_status (entry, recipients, is_utf8);
  g_autoptr (GBytes) returned = is_whole ? g_bytes_ref (entry->message)
                                         : dup_header (entry->message);
  const char *status_type = is_utf8 ? "message/global-delivery-status" : "message/delivery-status";
  const char *whole_type = entry->mail.is_utf8 ? "message/global" : "message/rfc822";
  const char *header_type =
      entry->mail.is_utf8 ? "message/global-headers" : "text/rfc822-headers";
  GPtrArray *nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) mime_node_free);
  MimeNode  *root;

  g_ptr_array_add (nodes, mime_node_new_text ("plain", valid, FALSE));
  g_ptr_array_add (nodes, mime_node_new_part (status_type, "What became of the message", status,
                                              NULL));
  g_ptr_array_add (nodes, mime_node_new_part (is_whole ? whole_type : header_type,
                                              is_whole ? "The message" : "The message's header",
                                              returned, NULL));
  root = mime_node_new_multipart ("report", nodes);
  mime_node_add_parameter (root, "report-type", "delivery-status");
  return root;
}

static guint64
draw_number (gpointer random)
{
  return sim_random_next_u64 (random);
}

/* Returns: (transfer full) (nullable): "<id@host>" of the message that the report is about */
static char *
dup_message_id (const MailEntry *entry)
{
  gsize           length;
  const guint8   *data = g_bytes_get_data (entry->message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  const ImfField *field = imf_header_find (header, "Message-ID", NULL);

  return field != NULL ? imf_header_dup_value (header, field) : NULL;
}

static void
add_field (MimeDraft *draft, const char *name, const char *value)
{
  g_ptr_array_add (draft->extra_fields, g_strdup (name));
  g_ptr_array_add (draft->extra_fields, g_strdup (value));
}

GBytes *
mail_dsn_build (const MailEntry *entry, MailDsnKind kind, const GPtrArray *recipients,
                const char *to)
{
  MailHost        *host = entry->host;
  SimRandom       *random = sim_host_get_random (host->net);
  const char      *domain = host->config->domains[0] != NULL ? host->config->domains[0]
                                                             : host->name;
  g_autofree char *token = sim_random_token (random, ID_LENGTH);
  g_autofree char *id = dup_message_id (entry);
  g_autoptr (MimeDraft) draft = mime_draft_new ();
  g_autoptr (MimeNode) root = make_root (entry, kind, recipients);
  GBytes *message;

  draft->from = g_strdup_printf ("Mail system of %s <postmaster@%s>", host->name, domain);
  draft->to = g_strdup_printf ("<%s>", to);
  draft->subject = g_strdup (kinds[kind].subject);
  draft->message_id = g_strdup_printf ("%s@%s", token, host->name);
  draft->in_reply_to = g_strdup (id);
  draft->references = g_strdup (id);
  draft->date.time_us = sim_world_get_unix_us (host->sim);
  draft->allows_utf8_header = mail_dsn_is_utf8 (to);
  add_field (draft, "Auto-Submitted", "auto-replied");
  message = mime_draft_build_with (draft, root, draw_number, random, NULL);
  if (message != NULL)
    return message;
  /* What others wrote, and can't be written again, is left out. */
  g_clear_pointer (&draft->in_reply_to, g_free);
  g_clear_pointer (&draft->references, g_free);
  message = mime_draft_build_with (draft, root, draw_number, random, NULL);
  if (message != NULL)
    return message;
  g_free (draft->to);
  draft->to = g_strdup ("undisclosed-recipients:;");
  return mime_draft_build_with (draft, root, draw_number, random, NULL);
}
