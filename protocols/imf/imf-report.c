/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-report.h"
#include "imf-address.h"
#include "imf-deviation.h"
#include "imf-list.h"
#include "imf-other.h"
#include "imf-results.h"
#include "imf-scan.h"
#include "imf-token.h"
#include "imf-trace.h"
#include "imf-value.h"

#include <string.h>

WIRE_ELEMENT (value_type, "Type of what follows", 3464, "2.1.2");
WIRE_ELEMENT (mta_name, "Name of a mail host", 3464, "2.2.2");
WIRE_ELEMENT (generic_address, "Address of that type", 3464, "2.3.1");
WIRE_ELEMENT (diagnostic_text, "What the mail host said", 3464, "2.3.6");
WIRE_ELEMENT (envelope_id, "Identifier of the envelope", 3464, "2.2.1");
WIRE_ELEMENT (log_id, "Identifier in the log", 3464, "2.3.8");
WIRE_ELEMENT (action_value, "What became of it", 3464, "2.3.3");
WIRE_ELEMENT (status_code, "Status code", 3463, "2");
WIRE_ELEMENT (status_class, "Class of the status", 3463, "2");
WIRE_ELEMENT (status_subject, "Subject of the status", 3463, "2");
WIRE_ELEMENT (status_detail, "Detail of the status", 3463, "3");
WIRE_ELEMENT (action_mode, "Who acted", 8098, "3.2.6.1");
WIRE_ELEMENT (sending_mode, "Who sent the notice", 8098, "3.2.6.1");
WIRE_ELEMENT (disposition_type, "What was done with it", 8098, "3.2.6.2");
WIRE_ELEMENT (disposition_modifier, "How it was done", 8098, "3.2.6.3");
WIRE_ELEMENT (ua_name, "Name of the mail program", 8098, "3.2.1");
WIRE_ELEMENT (ua_product, "Product of the mail program", 8098, "3.2.1");
WIRE_ELEMENT (feedback_keyword, "Keyword of a report", 5965, "3.5");
WIRE_ELEMENT (source_address, "Address of the source", 5965, "3.5");
WIRE_ELEMENT (dns_record, "Record of the name system", 6591, "4");

WIRE_ELEMENT (original_envelope_id, "Original-Envelope-Id", 3464, "2.2.1");
WIRE_ELEMENT (reporting_mta, "Reporting-MTA", 3464, "2.2.2");
WIRE_ELEMENT (dsn_gateway, "DSN-Gateway", 3464, "2.2.3");
WIRE_ELEMENT (received_from_mta, "Received-From-MTA", 3464, "2.2.4");
WIRE_ELEMENT (arrival_date, "Arrival-Date", 3464, "2.2.5");
WIRE_ELEMENT (dsn_original_recipient, "Original-Recipient", 3464, "2.3.1");
WIRE_ELEMENT (dsn_final_recipient, "Final-Recipient", 3464, "2.3.2");
WIRE_ELEMENT (action, "Action", 3464, "2.3.3");
WIRE_ELEMENT (status, "Status", 3464, "2.3.4");
WIRE_ELEMENT (remote_mta, "Remote-MTA", 3464, "2.3.5");
WIRE_ELEMENT (diagnostic_code, "Diagnostic-Code", 3464, "2.3.6");
WIRE_ELEMENT (last_attempt_date, "Last-Attempt-Date", 3464, "2.3.7");
WIRE_ELEMENT (final_log_id, "Final-Log-ID", 3464, "2.3.8");
WIRE_ELEMENT (will_retry_until, "Will-Retry-Until", 3464, "2.3.9");
WIRE_ELEMENT (dsn_extension_field, "Extension field", 3464, "2.4");

WIRE_ELEMENT (reporting_ua, "Reporting-UA", 8098, "3.2.1");
WIRE_ELEMENT (mdn_gateway, "MDN-Gateway", 8098, "3.2.2");
WIRE_ELEMENT (mdn_original_recipient, "Original-Recipient", 8098, "3.2.3");
WIRE_ELEMENT (mdn_final_recipient, "Final-Recipient", 8098, "3.2.4");
WIRE_ELEMENT (mdn_original_message_id, "Original-Message-ID", 8098, "3.2.5");
WIRE_ELEMENT (disposition, "Disposition", 8098, "3.2.6");
WIRE_ELEMENT (mdn_error, "Error", 8098, "3.2.7");
WIRE_ELEMENT (mdn_extension_field, "Extension field", 8098, "3.3");

WIRE_ELEMENT (feedback_type, "Feedback-Type", 5965, "3.1");
WIRE_ELEMENT (feedback_user_agent, "User-Agent", 5965, "3.1");
WIRE_ELEMENT (feedback_version, "Version", 5965, "3.1");
WIRE_ELEMENT (feedback_envelope_id, "Original-Envelope-Id", 5965, "3.2");
WIRE_ELEMENT (original_mail_from, "Original-Mail-From", 5965, "3.2");
WIRE_ELEMENT (feedback_arrival_date, "Arrival-Date", 5965, "3.2");
WIRE_ELEMENT (feedback_reporting_mta, "Reporting-MTA", 5965, "3.2");
WIRE_ELEMENT (source_ip, "Source-IP", 5965, "3.2");
WIRE_ELEMENT (incidents, "Incidents", 5965, "3.2");
WIRE_ELEMENT (feedback_results, "Authentication-Results", 5965, "3.3");
WIRE_ELEMENT (original_rcpt_to, "Original-Rcpt-To", 5965, "3.3");
WIRE_ELEMENT (reported_domain, "Reported-Domain", 5965, "3.3");
WIRE_ELEMENT (reported_uri, "Reported-URI", 5965, "3.3");
WIRE_ELEMENT (auth_failure, "Auth-Failure", 6591, "3.2.1");
WIRE_ELEMENT (delivery_result, "Delivery-Result", 6591, "3.2.2");
WIRE_ELEMENT (dkim_field, "Detail of a DKIM signature", 6591, "3.2.3");
WIRE_ELEMENT (dkim_canonicalized, "What was hashed for DKIM", 6591, "3.2.4");
WIRE_ELEMENT (dkim_selector_dns, "DKIM-Selector-DNS", 6591, "4");
WIRE_ELEMENT (adsp_dns, "DKIM-ADSP-DNS", 6591, "3.2.5");
WIRE_ELEMENT (spf_dns, "SPF-DNS", 6591, "3.2.6");
WIRE_ELEMENT (feedback_extension_field, "Extension field", 5965, "6");

/* type ";"; one that is missing is noted. Returns: whether it is @wanted or there is none. */
static gboolean
scan_type (WireScan *scan, const char *wanted)
{
  ImfPlace place;
  gsize    start, length;

  imf_scan_optional_cfws (scan);
  place = imf_scan_save (scan);
  start = scan->pos;
  if (imf_scan_token (scan, &value_type))
    {
      length = scan->pos - start;
      imf_scan_optional_cfws (scan);
      if (wire_scan_peek (scan) == ';')
        {
          scan->pos++;
          imf_scan_fws (scan);
          return strlen (wanted) == length &&
                 g_ascii_strncasecmp (wanted, (const char *) scan->data + start, length) == 0;
        }
    }
  imf_scan_restore (scan, place);
  wire_scan_deviate (scan, &imf_deviation_missing_value_type);
  return TRUE;
}

/* *text, which may be nothing */
static gboolean
scan_any_text (WireScan *scan, const WireElement *element)
{
  return wire_scan_at_end (scan) || imf_scan_text_as (scan, element);
}

/* mta-name-type ";" mta-name */
static gboolean
scan_mta (WireScan *scan)
{
  scan_type (scan, "dns");
  return scan_any_text (scan, &mta_name);
}

/* What common writers put where an addr-spec should be is an address in brackets. */
static gboolean
scan_mail_address (WireScan *scan)
{
  gboolean matched;

  imf_scan_optional_cfws (scan);
  matched = wire_scan_peek (scan) == '<' ? imf_scan_angle_addr (scan, NULL)
                                         : imf_scan_addr_spec (scan, NULL);
  imf_scan_optional_cfws (scan);
  return matched && wire_scan_at_end (scan);
}

/* address-type ";" generic-address; an address of Internet mail is taken apart */
gboolean
imf_value_typed_address (WireScan *scan)
{
  gboolean is_mail = scan_type (scan, "rfc822");
  WireMark mark = wire_scan_begin (scan, &generic_address);
  ImfPlace place = imf_scan_save (scan);

  if (is_mail && scan_mail_address (scan))
    return wire_scan_end (scan, mark, TRUE);
  imf_scan_restore (scan, place);
  wire_scan_end (scan, mark, FALSE);
  return imf_scan_text_as (scan, &generic_address);
}

/* diagnostic-type ";" *text */
static gboolean
scan_diagnostic (WireScan *scan)
{
  scan_type (scan, "smtp");
  return scan_any_text (scan, &diagnostic_text);
}

static gboolean
scan_envelope_id (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  return imf_scan_text_as (scan, &envelope_id);
}

static gboolean
scan_log_id (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  return imf_scan_text_as (scan, &log_id);
}

/* One of the words that are defined for @element; another is noted as @unknown. */
static gboolean
scan_word_of (WireScan            *scan,
              const WireElement   *element,
              const char *const   *known,
              const WireDeviation *unknown)
{
  gsize start;

  imf_scan_optional_cfws (scan);
  start = scan->pos;
  if (!imf_scan_token (scan, element))
    return FALSE;
  for (; *known != NULL; known++)
    if (strlen (*known) == scan->pos - start &&
        g_ascii_strncasecmp (*known, (const char *) scan->data + start, scan->pos - start) == 0)
      break;
  if (*known == NULL)
    wire_scan_deviate_at (scan, unknown, start, scan->pos - start);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

static gboolean
scan_action (WireScan *scan)
{
  static const char *const known[] = { "failed", "delayed", "delivered", "relayed", "expanded",
                                       NULL };

  return scan_word_of (scan, &action_value, known, &imf_deviation_unknown_action);
}

static gboolean
scan_code_part (WireScan *scan, const WireElement *element, guint digits_max)
{
  WireMark mark = wire_scan_begin (scan, element);

  return wire_scan_end (scan, mark, wire_scan_number (scan, 1, digits_max, NULL));
}

/* status-code = DIGIT "." 1*3DIGIT "." 1*3DIGIT; a comment may follow. Text that follows without
 * parentheses is noted. */
static gboolean
scan_status (WireScan *scan)
{
  WireMark mark;
  gsize    start;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &status_code);
  if (!wire_scan_end (scan, mark,
                      scan_code_part (scan, &status_class, 1) && wire_scan_byte (scan, '.') &&
                          scan_code_part (scan, &status_subject, 3) &&
                          wire_scan_byte (scan, '.') &&
                          scan_code_part (scan, &status_detail, 3)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  start = scan->pos;
  if (wire_scan_at_end (scan))
    return TRUE;
  if (!imf_scan_text_as (scan, &diagnostic_text))
    return FALSE;
  wire_scan_deviate_at (scan, &imf_deviation_text_after_status, start, scan->pos - start);
  return TRUE;
}

/* ua-name [ ";" ua-product ] */
static gboolean
scan_reporting_ua (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_text_until (scan, &ua_name, ';'))
    return FALSE;
  if (wire_scan_at_end (scan))
    return TRUE;
  scan->pos++;
  imf_scan_optional_cfws (scan);
  return wire_scan_at_end (scan) || imf_scan_text_as (scan, &ua_product);
}

/* [CFWS] BYTE [CFWS] */
static gboolean
scan_delimiter (WireScan *scan, guint8 byte)
{
  imf_scan_optional_cfws (scan);
  if (!wire_scan_byte (scan, byte))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

/* disposition-mode ";" disposition-type [ "/" disposition-modifier *( "," disposition-modifier ) ],
 * where disposition-mode = action-mode "/" sending-mode */
static gboolean
scan_disposition (WireScan *scan)
{
  static const char *const action_modes[] = { "manual-action", "automatic-action", NULL };
  static const char *const sending_modes[] = { "mdn-sent-manually", "mdn-sent-automatically",
                                               NULL };
  static const char *const types[] = { "displayed", "deleted", "dispatched", "processed", NULL };
  const WireDeviation *unknown = &imf_deviation_unknown_disposition_word;

  if (!scan_word_of (scan, &action_mode, action_modes, unknown) || !scan_delimiter (scan, '/') ||
      !scan_word_of (scan, &sending_mode, sending_modes, unknown) || !scan_delimiter (scan, ';') ||
      !scan_word_of (scan, &disposition_type, types, unknown))
    return FALSE;
  if (wire_scan_at_end (scan))
    return TRUE;
  if (!scan_delimiter (scan, '/'))
    return FALSE;
  do
    {
      imf_scan_optional_cfws (scan);
      if (!imf_scan_token (scan, &disposition_modifier))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  while (wire_scan_byte (scan, ','));
  return TRUE;
}

/* Any word: the types of feedback can be registered. */
static gboolean
scan_feedback_keyword (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_token (scan, &feedback_keyword))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

static gboolean
scan_auth_failure (WireScan *scan)
{
  static const char *const known[] = { "adsp", "bodyhash", "revoked", "signature", "spf", "dmarc",
                                       NULL };

  return scan_word_of (scan, &feedback_keyword, known, &imf_deviation_unknown_failure_word);
}

static gboolean
scan_delivery_result (WireScan *scan)
{
  static const char *const known[] = { "delivered", "spam", "policy", "reject", "other", NULL };

  return scan_word_of (scan, &feedback_keyword, known, &imf_deviation_unknown_failure_word);
}

static gboolean
is_address_byte (guint8 byte)
{
  return g_ascii_isxdigit (byte) || byte == ':' || byte == '.' || byte == '[' || byte == ']' ||
         byte == 'I' || byte == 'P' || byte == 'v';
}

/* IPv4-address-literal / IPv6-address-literal; without brackets in all that writers make */
static gboolean
scan_source_ip (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  mark = wire_scan_begin (scan, &source_address);
  if (!wire_scan_end (scan, mark,
                      wire_scan_while (scan, is_address_byte) > 0 || wire_scan_fail (scan)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

static gboolean
scan_dns_record (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  return imf_scan_text_as (scan, &dns_record);
}

static const ImfKind delivery_status_kinds[] = {
  { "Original-Envelope-Id", &original_envelope_id, IMF_GROUP_OPTIONAL, 1, scan_envelope_id },
  { "Reporting-MTA", &reporting_mta, IMF_GROUP_OPTIONAL, 1, scan_mta },
  { "DSN-Gateway", &dsn_gateway, IMF_GROUP_OPTIONAL, 1, scan_mta },
  { "Received-From-MTA", &received_from_mta, IMF_GROUP_OPTIONAL, 1, scan_mta },
  { "Arrival-Date", &arrival_date, IMF_GROUP_OPTIONAL, 1, imf_value_date },
  { "Original-Recipient", &dsn_original_recipient, IMF_GROUP_OPTIONAL, 1, imf_value_typed_address },
  { "Final-Recipient", &dsn_final_recipient, IMF_GROUP_OPTIONAL, 1, imf_value_typed_address },
  { "Action", &action, IMF_GROUP_OPTIONAL, 1, scan_action },
  { "Status", &status, IMF_GROUP_OPTIONAL, 1, scan_status },
  { "Remote-MTA", &remote_mta, IMF_GROUP_OPTIONAL, 1, scan_mta },
  { "Diagnostic-Code", &diagnostic_code, IMF_GROUP_OPTIONAL, 1, scan_diagnostic },
  { "Last-Attempt-Date", &last_attempt_date, IMF_GROUP_OPTIONAL, 1, imf_value_date },
  { "Final-Log-ID", &final_log_id, IMF_GROUP_OPTIONAL, 1, scan_log_id },
  { "Will-Retry-Until", &will_retry_until, IMF_GROUP_OPTIONAL, 1, imf_value_date },
};

static const ImfKind disposition_notification_kinds[] = {
  { "Reporting-UA", &reporting_ua, IMF_GROUP_OPTIONAL, 1, scan_reporting_ua },
  { "MDN-Gateway", &mdn_gateway, IMF_GROUP_OPTIONAL, 1, scan_mta },
  { "Original-Recipient", &mdn_original_recipient, IMF_GROUP_OPTIONAL, 1, imf_value_typed_address },
  { "Final-Recipient", &mdn_final_recipient, IMF_GROUP_OPTIONAL, 1, imf_value_typed_address },
  { "Original-Message-ID", &mdn_original_message_id, IMF_GROUP_OPTIONAL, 1, imf_value_msg_id },
  { "Disposition", &disposition, IMF_GROUP_OPTIONAL, 1, scan_disposition },
  { "Error", &mdn_error, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
};

static const ImfKind feedback_report_kinds[] = {
  { "Feedback-Type", &feedback_type, IMF_GROUP_OPTIONAL, 1, scan_feedback_keyword },
  { "User-Agent", &feedback_user_agent, IMF_GROUP_OPTIONAL, 1, imf_value_products_or_text },
  { "Version", &feedback_version, IMF_GROUP_OPTIONAL, 1, imf_value_number },
  { "Original-Envelope-Id", &feedback_envelope_id, IMF_GROUP_OPTIONAL, 1, scan_envelope_id },
  { "Original-Mail-From", &original_mail_from, IMF_GROUP_OPTIONAL, 1, imf_scan_path },
  { "Arrival-Date", &feedback_arrival_date, IMF_GROUP_OPTIONAL, 1, imf_value_date },
  { "Received-Date", &feedback_arrival_date, IMF_GROUP_OPTIONAL, 1, imf_value_date },
  { "Reporting-MTA", &feedback_reporting_mta, IMF_GROUP_OPTIONAL, 1, scan_mta },
  { "Source-IP", &source_ip, IMF_GROUP_OPTIONAL, 1, scan_source_ip },
  { "Incidents", &incidents, IMF_GROUP_OPTIONAL, 1, imf_value_number },
  { "Authentication-Results", &feedback_results, IMF_GROUP_AUTHENTICATION, 0,
    imf_value_authentication_results },
  { "Original-Rcpt-To", &original_rcpt_to, IMF_GROUP_OPTIONAL, 0, imf_scan_path },
  { "Reported-Domain", &reported_domain, IMF_GROUP_OPTIONAL, 0, imf_value_domain },
  { "Reported-URI", &reported_uri, IMF_GROUP_OPTIONAL, 0, imf_value_uri },
  { "Auth-Failure", &auth_failure, IMF_GROUP_AUTHENTICATION, 1, scan_auth_failure },
  { "Delivery-Result", &delivery_result, IMF_GROUP_OPTIONAL, 1, scan_delivery_result },
  { "DKIM-Canonicalized-Header", &dkim_canonicalized, IMF_GROUP_AUTHENTICATION, 1,
    imf_value_base64_or_text },
  { "DKIM-Canonicalized-Body", &dkim_canonicalized, IMF_GROUP_AUTHENTICATION, 1,
    imf_value_base64_or_text },
  { "DKIM-Domain", &dkim_field, IMF_GROUP_AUTHENTICATION, 1, imf_value_domain },
  { "DKIM-Identity", &dkim_field, IMF_GROUP_AUTHENTICATION, 1, imf_scan_unstructured },
  { "DKIM-Selector", &dkim_field, IMF_GROUP_AUTHENTICATION, 1, imf_value_domain },
  { "DKIM-Selector-DNS", &dkim_selector_dns, IMF_GROUP_AUTHENTICATION, 0, scan_dns_record },
  { "DKIM-ADSP-DNS", &adsp_dns, IMF_GROUP_AUTHENTICATION, 0, scan_dns_record },
  { "SPF-DNS", &spf_dns, IMF_GROUP_AUTHENTICATION, 0, scan_dns_record },
};

static const ImfKind dsn_extension_kind = { "", &dsn_extension_field, IMF_GROUP_OPTIONAL, 0,
                                            imf_scan_unstructured };
static const ImfKind mdn_extension_kind = { "", &mdn_extension_field, IMF_GROUP_OPTIONAL, 0,
                                            imf_scan_unstructured };
static const ImfKind feedback_extension_kind = { "", &feedback_extension_field, IMF_GROUP_OPTIONAL,
                                                 0, imf_scan_unstructured };

static const ImfKind *
find_or (const ImfKind *kinds, guint n_kinds, const guint8 *name, gsize length,
         const ImfKind *otherwise)
{
  const ImfKind *kind = imf_kind_find_in (kinds, n_kinds, name, length);

  return kind != NULL ? kind : otherwise;
}

const ImfKind *
imf_kind_find_delivery_status (const guint8 *name, gsize length)
{
  return find_or (delivery_status_kinds, G_N_ELEMENTS (delivery_status_kinds), name, length,
                  &dsn_extension_kind);
}

const ImfKind *
imf_kind_find_disposition_notification (const guint8 *name, gsize length)
{
  return find_or (disposition_notification_kinds, G_N_ELEMENTS (disposition_notification_kinds),
                  name, length, &mdn_extension_kind);
}

const ImfKind *
imf_kind_find_feedback_report (const guint8 *name, gsize length)
{
  return find_or (feedback_report_kinds, G_N_ELEMENTS (feedback_report_kinds), name, length,
                  &feedback_extension_kind);
}
