/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-registry.h"
#include "imf-list.h"
#include "imf-other.h"
#include "imf-report.h"
#include "imf-results.h"
#include "imf-scan.h"
#include "imf-tags.h"
#include "imf-value.h"

WIRE_ELEMENT (encrypted, "Encrypted", 822, "4.7.3");
WIRE_ELEMENT (disposition_notification_to, "Disposition-Notification-To", 8098, "2.1");
WIRE_ELEMENT (disposition_notification_options, "Disposition-Notification-Options", 8098, "2.2");
WIRE_ELEMENT (original_recipient, "Original-Recipient", 8098, "2.3");
WIRE_ELEMENT (accept_language, "Accept-Language", 4021, "2.1.27");
WIRE_ELEMENT (original_message_id, "Original-Message-ID", 4021, "2.1.28");
WIRE_ELEMENT (pics_label, "PICS-Label", 4021, "2.1.29");
WIRE_ELEMENT (encoding, "Encoding", 1154, "3");
WIRE_ELEMENT (message_context, "Message-Context", 4021, "2.1.38");
WIRE_ELEMENT (list_archive, "List-Archive", 2369, "3.6");
WIRE_ELEMENT (list_help, "List-Help", 2369, "3.1");
WIRE_ELEMENT (list_id, "List-ID", 2919, "3");
WIRE_ELEMENT (list_owner, "List-Owner", 2369, "3.5");
WIRE_ELEMENT (list_post, "List-Post", 2369, "3.4");
WIRE_ELEMENT (list_subscribe, "List-Subscribe", 2369, "3.3");
WIRE_ELEMENT (list_unsubscribe, "List-Unsubscribe", 2369, "3.2");
WIRE_ELEMENT (list_unsubscribe_post, "List-Unsubscribe-Post", 8058, "5");
WIRE_ELEMENT (archived_at, "Archived-At", 5322, "3.6.8");
WIRE_ELEMENT (dl_expansion_history, "DL-Expansion-History", 4021, "2.1.39");
WIRE_ELEMENT (alternate_recipient, "Alternate-Recipient", 4021, "2.1.40");
WIRE_ELEMENT (original_encoded_information_types, "Original-Encoded-Information-Types", 4021,
              "2.1.41");
WIRE_ELEMENT (content_return, "Content-Return", 4021, "2.1.42");
WIRE_ELEMENT (generate_delivery_report, "Generate-Delivery-Report", 4021, "2.1.43");
WIRE_ELEMENT (prevent_nondelivery_report, "Prevent-NonDelivery-Report", 4021, "2.1.44");
WIRE_ELEMENT (obsoletes, "Obsoletes", 4021, "2.1.45");
WIRE_ELEMENT (supersedes, "Supersedes", 4021, "2.1.46");
WIRE_ELEMENT (content_identifier, "Content-Identifier", 4021, "2.1.47");
WIRE_ELEMENT (delivery_date, "Delivery-Date", 4021, "2.1.48");
WIRE_ELEMENT (expiry_date, "Expiry-Date", 4021, "2.1.49");
WIRE_ELEMENT (expires, "Expires", 4021, "2.1.50");
WIRE_ELEMENT (reply_by, "Reply-By", 4021, "2.1.51");
WIRE_ELEMENT (importance, "Importance", 4021, "2.1.52");
WIRE_ELEMENT (incomplete_copy, "Incomplete-Copy", 4021, "2.1.53");
WIRE_ELEMENT (priority, "Priority", 4021, "2.1.54");
WIRE_ELEMENT (sensitivity, "Sensitivity", 4021, "2.1.55");
WIRE_ELEMENT (language, "Language", 4021, "2.1.56");
WIRE_ELEMENT (conversion, "Conversion", 4021, "2.1.57");
WIRE_ELEMENT (conversion_with_loss, "Conversion-With-Loss", 4021, "2.1.58");
WIRE_ELEMENT (message_type, "Message-Type", 4021, "2.1.59");
WIRE_ELEMENT (autosubmitted, "Autosubmitted", 4021, "2.1.60");
WIRE_ELEMENT (autoforwarded, "Autoforwarded", 4021, "2.1.61");
WIRE_ELEMENT (discarded_x400_ipms_extensions, "Discarded-X400-IPMS-Extensions", 4021, "2.1.62");
WIRE_ELEMENT (discarded_x400_mts_extensions, "Discarded-X400-MTS-Extensions", 4021, "2.1.63");
WIRE_ELEMENT (disclose_recipients, "Disclose-Recipients", 4021, "2.1.64");
WIRE_ELEMENT (deferred_delivery, "Deferred-Delivery", 4021, "2.1.65");
WIRE_ELEMENT (latest_delivery_time, "Latest-Delivery-Time", 4021, "2.1.66");
WIRE_ELEMENT (originator_return_address, "Originator-Return-Address", 4021, "2.1.67");
WIRE_ELEMENT (x400_content_identifier, "X400-Content-Identifier", 4021, "2.1.68");
WIRE_ELEMENT (x400_content_return, "X400-Content-Return", 4021, "2.1.69");
WIRE_ELEMENT (x400_content_type, "X400-Content-Type", 4021, "2.1.70");
WIRE_ELEMENT (x400_mts_identifier, "X400-MTS-Identifier", 4021, "2.1.71");
WIRE_ELEMENT (x400_originator, "X400-Originator", 4021, "2.1.72");
WIRE_ELEMENT (x400_received, "X400-Received", 4021, "2.1.73");
WIRE_ELEMENT (x400_recipients, "X400-Recipients", 4021, "2.1.74");
WIRE_ELEMENT (x400_trace, "X400-Trace", 4021, "2.1.75");
WIRE_ELEMENT (auto_submitted, "Auto-Submitted", 3834, "5");
WIRE_ELEMENT (tls_required, "TLS-Required", 8689, "3");
WIRE_ELEMENT (tls_report_domain, "TLS-Report-Domain", 8460, "5.3");
WIRE_ELEMENT (tls_report_submitter, "TLS-Report-Submitter", 8460, "5.3");
WIRE_ELEMENT (solicitation, "Solicitation", 3865, "2.5");
WIRE_ELEMENT (original_from, "Original-From", 5703, "5");
WIRE_ELEMENT (original_subject, "Original-Subject", 5703, "5");
WIRE_ELEMENT (downgraded_message_id, "Downgraded-Message-Id", 6857, "3.1.10");
WIRE_ELEMENT (downgraded_resent_message_id, "Downgraded-Resent-Message-Id", 6857, "3.1.10");
WIRE_ELEMENT (downgraded_in_reply_to, "Downgraded-In-Reply-To", 6857, "3.1.10");
WIRE_ELEMENT (downgraded_references, "Downgraded-References", 6857, "3.1.10");
WIRE_ELEMENT (downgraded_original_recipient, "Downgraded-Original-Recipient", 6857, "3.1.10");
WIRE_ELEMENT (downgraded_final_recipient, "Downgraded-Final-Recipient", 6857, "3.1.10");
WIRE_ELEMENT (dkim_signature, "DKIM-Signature", 6376, "3.5");
WIRE_ELEMENT (arc_message_signature, "ARC-Message-Signature", 8617, "4.1.2");
WIRE_ELEMENT (arc_seal, "ARC-Seal", 8617, "4.1.3");
WIRE_ELEMENT (arc_authentication_results, "ARC-Authentication-Results", 8617, "4.1.1");
WIRE_ELEMENT (domainkey_signature, "DomainKey-Signature", 4870, "3.3");
WIRE_ELEMENT (authentication_results, "Authentication-Results", 8601, "2.2");
WIRE_ELEMENT (received_spf, "Received-SPF", 7208, "9.1");
WIRE_ELEMENT (author, "Author", 5322, "3.6.8");
WIRE_ELEMENT (feedback_id, "Feedback-ID", 5322, "3.6.8");
WIRE_ELEMENT (jabber_id, "Jabber-ID", 5322, "3.6.8");
WIRE_ELEMENT (mt_priority, "MT-Priority", 5322, "3.6.8");
WIRE_ELEMENT (vbr_info, "VBR-Info", 5322, "3.6.8");
WIRE_ELEMENT (require_recipient_valid_since, "Require-Recipient-Valid-Since", 5322, "3.6.8");
WIRE_ELEMENT (delivered_to, "Delivered-To", 5322, "3.6.8");
WIRE_ELEMENT (x_original_to, "X-Original-To", 5322, "3.6.8");
WIRE_ELEMENT (envelope_to, "Envelope-To", 5322, "3.6.8");
WIRE_ELEMENT (apparently_to, "Apparently-To", 5322, "3.6.8");
WIRE_ELEMENT (x_envelope_from, "X-Envelope-From", 5322, "3.6.8");
WIRE_ELEMENT (x_received, "X-Received", 5322, "3.6.8");
WIRE_ELEMENT (x_original_date, "X-Original-Date", 5322, "3.6.8");
WIRE_ELEMENT (x_failed_recipients, "X-Failed-Recipients", 5322, "3.6.8");
WIRE_ELEMENT (x_been_there, "X-BeenThere", 5322, "3.6.8");
WIRE_ELEMENT (x_loop, "X-Loop", 5322, "3.6.8");
WIRE_ELEMENT (x_sender, "X-Sender", 5322, "3.6.8");
WIRE_ELEMENT (x_forwarded_message_id, "X-Forwarded-Message-Id", 5322, "3.6.8");
WIRE_ELEMENT (x_originating_ip, "X-Originating-IP", 5322, "3.6.8");
WIRE_ELEMENT (x_google_dkim_signature, "X-Google-DKIM-Signature", 5322, "3.6.8");
WIRE_ELEMENT (x_msmail_priority, "X-MSMail-Priority", 5322, "3.6.8");
WIRE_ELEMENT (errors_to, "Errors-To", 5322, "3.6.8");
WIRE_ELEMENT (return_receipt_to, "Return-Receipt-To", 5322, "3.6.8");
WIRE_ELEMENT (mail_followup_to, "Mail-Followup-To", 5322, "3.6.8");
WIRE_ELEMENT (mail_reply_to, "Mail-Reply-To", 5322, "3.6.8");
WIRE_ELEMENT (precedence, "Precedence", 3834, "3.1.8");
WIRE_ELEMENT (x_priority, "X-Priority", 5322, "3.6.8");
WIRE_ELEMENT (x_mailer, "X-Mailer", 5322, "3.6.8");
WIRE_ELEMENT (user_agent, "User-Agent", 5322, "3.6.8");
WIRE_ELEMENT (thread_topic, "Thread-Topic", 5322, "3.6.8");
WIRE_ELEMENT (thread_index, "Thread-Index", 5322, "3.6.8");
WIRE_ELEMENT (autocrypt, "Autocrypt", 5322, "3.6.8");
WIRE_ELEMENT (organization, "Organization", 5322, "3.6.8");
WIRE_ELEMENT (lines, "Lines", 5322, "3.6.8");
WIRE_ELEMENT (content_length, "Content-Length", 5322, "3.6.8");
WIRE_ELEMENT (mailbox_status, "Status", 5322, "3.6.8");
WIRE_ELEMENT (x_status, "X-Status", 5322, "3.6.8");
WIRE_ELEMENT (newsgroups, "Newsgroups", 5322, "3.6.8");

const ImfKind imf_registry_kinds[] = {
  /* RFC 4021 section 2.1, what is not below */
  { "Encrypted", &encrypted, IMF_GROUP_OPTIONAL, 0, imf_value_phrase_list },
  { "Disposition-Notification-To", &disposition_notification_to, IMF_GROUP_ORIGINATOR, 1,
    imf_value_mailbox_list },
  { "Disposition-Notification-Options", &disposition_notification_options, IMF_GROUP_OPTIONAL, 1,
    imf_value_disposition_options },
  { "Original-Recipient", &original_recipient, IMF_GROUP_TRACE, 0, imf_value_typed_address },
  { "Accept-Language", &accept_language, IMF_GROUP_INFORMATIONAL, 0, imf_value_languages },
  { "Original-Message-ID", &original_message_id, IMF_GROUP_IDENTIFICATION, 0, imf_value_msg_ids },
  { "PICS-Label", &pics_label, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "Encoding", &encoding, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "Message-Context", &message_context, IMF_GROUP_INFORMATIONAL, 0, imf_value_message_context },

  /* Mailing lists */
  { "List-Archive", &list_archive, IMF_GROUP_LIST, 1, imf_value_list_uris },
  { "List-Help", &list_help, IMF_GROUP_LIST, 1, imf_value_list_uris },
  { "List-ID", &list_id, IMF_GROUP_LIST, 1, imf_value_list_id },
  { "List-Owner", &list_owner, IMF_GROUP_LIST, 1, imf_value_list_uris },
  { "List-Post", &list_post, IMF_GROUP_LIST, 1, imf_value_list_post },
  { "List-Subscribe", &list_subscribe, IMF_GROUP_LIST, 1, imf_value_list_uris },
  { "List-Unsubscribe", &list_unsubscribe, IMF_GROUP_LIST, 1, imf_value_list_uris },
  { "List-Unsubscribe-Post", &list_unsubscribe_post, IMF_GROUP_LIST, 1,
    imf_value_list_unsubscribe_post },
  { "Archived-At", &archived_at, IMF_GROUP_LIST, 0, imf_value_list_uris },

  /* RFC 4021 section 2.1: for gateways to X.400 (MIXER) */
  { "DL-Expansion-History", &dl_expansion_history, IMF_GROUP_TRACE, 0, imf_scan_unstructured },
  { "Alternate-Recipient", &alternate_recipient, IMF_GROUP_OPTIONAL, 0, imf_value_keyword },
  { "Original-Encoded-Information-Types", &original_encoded_information_types, IMF_GROUP_OPTIONAL,
    0, imf_scan_unstructured },
  { "Content-Return", &content_return, IMF_GROUP_OPTIONAL, 0, imf_value_keyword },
  { "Generate-Delivery-Report", &generate_delivery_report, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },
  { "Prevent-NonDelivery-Report", &prevent_nondelivery_report, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },
  { "Obsoletes", &obsoletes, IMF_GROUP_IDENTIFICATION, 0, imf_value_msg_ids },
  { "Supersedes", &supersedes, IMF_GROUP_IDENTIFICATION, 0, imf_value_msg_ids },
  { "Content-Identifier", &content_identifier, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "Delivery-Date", &delivery_date, IMF_GROUP_TRACE, 0, imf_value_date },
  { "Expiry-Date", &expiry_date, IMF_GROUP_INFORMATIONAL, 0, imf_value_date },
  { "Expires", &expires, IMF_GROUP_INFORMATIONAL, 0, imf_value_date },
  { "Reply-By", &reply_by, IMF_GROUP_INFORMATIONAL, 0, imf_value_date },
  { "Importance", &importance, IMF_GROUP_INFORMATIONAL, 0, imf_value_importance },
  { "Incomplete-Copy", &incomplete_copy, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "Priority", &priority, IMF_GROUP_INFORMATIONAL, 0, imf_value_priority },
  { "Sensitivity", &sensitivity, IMF_GROUP_INFORMATIONAL, 0, imf_value_sensitivity },
  { "Language", &language, IMF_GROUP_INFORMATIONAL, 0, imf_value_languages },
  { "Conversion", &conversion, IMF_GROUP_OPTIONAL, 0, imf_value_permission },
  { "Conversion-With-Loss", &conversion_with_loss, IMF_GROUP_OPTIONAL, 0, imf_value_permission },
  { "Message-Type", &message_type, IMF_GROUP_INFORMATIONAL, 0, imf_value_message_type },
  { "Autosubmitted", &autosubmitted, IMF_GROUP_INFORMATIONAL, 0, imf_value_keyword },
  { "Autoforwarded", &autoforwarded, IMF_GROUP_TRACE, 0, imf_value_keyword },
  { "Discarded-X400-IPMS-Extensions", &discarded_x400_ipms_extensions, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },
  { "Discarded-X400-MTS-Extensions", &discarded_x400_mts_extensions, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },
  { "Disclose-Recipients", &disclose_recipients, IMF_GROUP_OPTIONAL, 0, imf_value_keyword },
  { "Deferred-Delivery", &deferred_delivery, IMF_GROUP_INFORMATIONAL, 0, imf_value_date },
  { "Latest-Delivery-Time", &latest_delivery_time, IMF_GROUP_INFORMATIONAL, 0, imf_value_date },
  { "Originator-Return-Address", &originator_return_address, IMF_GROUP_ORIGINATOR, 0,
    imf_value_addresses_or_text },
  { "X400-Content-Identifier", &x400_content_identifier, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },
  { "X400-Content-Return", &x400_content_return, IMF_GROUP_OPTIONAL, 0, imf_value_keyword },
  { "X400-Content-Type", &x400_content_type, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "X400-MTS-Identifier", &x400_mts_identifier, IMF_GROUP_IDENTIFICATION, 0,
    imf_scan_unstructured },
  { "X400-Originator", &x400_originator, IMF_GROUP_ORIGINATOR, 0, imf_scan_unstructured },
  { "X400-Received", &x400_received, IMF_GROUP_TRACE, 0, imf_scan_unstructured },
  { "X400-Recipients", &x400_recipients, IMF_GROUP_DESTINATION, 0, imf_scan_unstructured },
  { "X400-Trace", &x400_trace, IMF_GROUP_TRACE, 0, imf_scan_unstructured },

  /* Registered later */
  { "Auto-Submitted", &auto_submitted, IMF_GROUP_INFORMATIONAL, 1, imf_value_auto_submitted },
  { "TLS-Required", &tls_required, IMF_GROUP_OPTIONAL, 1, imf_value_tls_required },
  { "TLS-Report-Domain", &tls_report_domain, IMF_GROUP_OPTIONAL, 0, imf_value_domain },
  { "TLS-Report-Submitter", &tls_report_submitter, IMF_GROUP_OPTIONAL, 0, imf_value_domain },
  { "Solicitation", &solicitation, IMF_GROUP_INFORMATIONAL, 0, imf_value_solicitation },
  { "Original-From", &original_from, IMF_GROUP_ORIGINATOR, 0, imf_value_mailbox_list },
  { "Original-Subject", &original_subject, IMF_GROUP_INFORMATIONAL, 0, imf_scan_unstructured },
  { "Downgraded-Message-Id", &downgraded_message_id, IMF_GROUP_IDENTIFICATION, 0,
    imf_scan_unstructured },
  { "Downgraded-Resent-Message-Id", &downgraded_resent_message_id, IMF_GROUP_IDENTIFICATION, 0,
    imf_scan_unstructured },
  { "Downgraded-In-Reply-To", &downgraded_in_reply_to, IMF_GROUP_IDENTIFICATION, 0,
    imf_scan_unstructured },
  { "Downgraded-References", &downgraded_references, IMF_GROUP_IDENTIFICATION, 0,
    imf_scan_unstructured },
  { "Downgraded-Original-Recipient", &downgraded_original_recipient, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },
  { "Downgraded-Final-Recipient", &downgraded_final_recipient, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },

  /* Signatures, and what checks found */
  { "DKIM-Signature", &dkim_signature, IMF_GROUP_AUTHENTICATION, 0, imf_value_dkim_signature },
  { "ARC-Message-Signature", &arc_message_signature, IMF_GROUP_AUTHENTICATION, 0,
    imf_value_arc_message_signature },
  { "ARC-Seal", &arc_seal, IMF_GROUP_AUTHENTICATION, 0, imf_value_arc_seal },
  { "ARC-Authentication-Results", &arc_authentication_results, IMF_GROUP_AUTHENTICATION, 0,
    imf_value_arc_authentication_results },
  { "DomainKey-Signature", &domainkey_signature, IMF_GROUP_AUTHENTICATION, 0,
    imf_value_domainkey_signature },
  { "Authentication-Results", &authentication_results, IMF_GROUP_AUTHENTICATION, 0,
    imf_value_authentication_results },
  { "Received-SPF", &received_spf, IMF_GROUP_AUTHENTICATION, 0, imf_value_received_spf },

  /* Registered later by standards that are not cited here: what looks otherwise is text */
  { "Author", &author, IMF_GROUP_ORIGINATOR, 0, imf_value_addresses_or_text },
  { "Feedback-ID", &feedback_id, IMF_GROUP_AUTHENTICATION, 0, imf_scan_unstructured },
  { "Jabber-ID", &jabber_id, IMF_GROUP_ORIGINATOR, 0, imf_scan_unstructured },
  { "MT-Priority", &mt_priority, IMF_GROUP_OPTIONAL, 0, imf_value_number_or_text },
  { "VBR-Info", &vbr_info, IMF_GROUP_AUTHENTICATION, 0, imf_value_tags_or_text },
  { "Require-Recipient-Valid-Since", &require_recipient_valid_since, IMF_GROUP_OPTIONAL, 0,
    imf_scan_unstructured },

  /* In use without a standard: values that look otherwise are text */
  { "Delivered-To", &delivered_to, IMF_GROUP_TRACE, 0, imf_value_addresses_or_text },
  { "X-Original-To", &x_original_to, IMF_GROUP_TRACE, 0, imf_value_addresses_or_text },
  { "Envelope-To", &envelope_to, IMF_GROUP_TRACE, 0, imf_value_addresses_or_text },
  { "Apparently-To", &apparently_to, IMF_GROUP_DESTINATION, 0, imf_value_addresses_or_text },
  { "X-Envelope-From", &x_envelope_from, IMF_GROUP_TRACE, 0, imf_value_addresses_or_text },
  { "X-Received", &x_received, IMF_GROUP_TRACE, 0, imf_value_received_or_text },
  { "X-Original-Date", &x_original_date, IMF_GROUP_ORIGINATION_DATE, 0, imf_value_date_or_text },
  { "X-Failed-Recipients", &x_failed_recipients, IMF_GROUP_OPTIONAL, 0,
    imf_value_addresses_or_text },
  { "X-BeenThere", &x_been_there, IMF_GROUP_LIST, 0, imf_value_addresses_or_text },
  { "X-Loop", &x_loop, IMF_GROUP_LIST, 0, imf_value_addresses_or_text },
  { "X-Sender", &x_sender, IMF_GROUP_ORIGINATOR, 0, imf_value_addresses_or_text },
  { "X-Forwarded-Message-Id", &x_forwarded_message_id, IMF_GROUP_IDENTIFICATION, 0,
    imf_value_ids_or_text },
  { "X-Originating-IP", &x_originating_ip, IMF_GROUP_TRACE, 0, imf_value_literal_or_text },
  { "X-Google-DKIM-Signature", &x_google_dkim_signature, IMF_GROUP_AUTHENTICATION, 0,
    imf_value_signature_or_text },
  { "X-MSMail-Priority", &x_msmail_priority, IMF_GROUP_INFORMATIONAL, 0,
    imf_value_keyword_or_text },
  { "Errors-To", &errors_to, IMF_GROUP_ORIGINATOR, 0, imf_value_addresses_or_text },
  { "Return-Receipt-To", &return_receipt_to, IMF_GROUP_ORIGINATOR, 0, imf_value_addresses_or_text },
  { "Mail-Followup-To", &mail_followup_to, IMF_GROUP_ORIGINATOR, 0, imf_value_addresses_or_text },
  { "Mail-Reply-To", &mail_reply_to, IMF_GROUP_ORIGINATOR, 0, imf_value_addresses_or_text },
  { "Precedence", &precedence, IMF_GROUP_INFORMATIONAL, 0, imf_value_keyword_or_text },
  { "X-Priority", &x_priority, IMF_GROUP_INFORMATIONAL, 0, imf_value_number_or_text },
  { "X-Mailer", &x_mailer, IMF_GROUP_INFORMATIONAL, 0, imf_scan_unstructured },
  { "User-Agent", &user_agent, IMF_GROUP_INFORMATIONAL, 0, imf_value_products_or_text },
  { "Thread-Topic", &thread_topic, IMF_GROUP_INFORMATIONAL, 0, imf_scan_unstructured },
  { "Thread-Index", &thread_index, IMF_GROUP_IDENTIFICATION, 0, imf_value_base64_or_text },
  { "Autocrypt", &autocrypt, IMF_GROUP_AUTHENTICATION, 0, imf_value_tags_or_text },
  { "Organization", &organization, IMF_GROUP_INFORMATIONAL, 0, imf_scan_unstructured },
  { "Lines", &lines, IMF_GROUP_OPTIONAL, 0, imf_value_number_or_text },
  { "Content-Length", &content_length, IMF_GROUP_OPTIONAL, 0, imf_value_number_or_text },
  { "Status", &mailbox_status, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "X-Status", &x_status, IMF_GROUP_OPTIONAL, 0, imf_scan_unstructured },
  { "Newsgroups", &newsgroups, IMF_GROUP_DESTINATION, 0, imf_scan_unstructured },
};

const guint imf_n_registry_kinds = G_N_ELEMENTS (imf_registry_kinds);
