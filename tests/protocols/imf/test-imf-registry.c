/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-registry.h>
#include <imf/imf-report.h>

#include <string.h>

#define MAIL imf_kind_find
#define DELIVERY imf_kind_find_delivery_status
#define RECEIPT imf_kind_find_disposition_notification
#define FEEDBACK imf_kind_find_feedback_report

typedef struct
{
  const char *name;
  ImfKindFunc find;
  const char *field;
  const char *spans; /* "element:bytes", "!deviation" after the span it was found in */
} Case;

/* What is left out: the header section and, of the field, what opens and closes it. */
static const Case cases[] = {
  { "encrypted", MAIL,
    "Encrypted: a, b c\r\n",
    "encrypted:19 keyword_phrase:1 atom:1 keyword_phrase:3 atom:1 atom:1" },
  { "receipt-to", MAIL,
    "Disposition-Notification-To: A <a@b.example>\r\n",
    "disposition_notification_to:46 mailbox:15 display_name:1 atom:1 angle_addr:13 "
    "addr_spec:11 local_part:1 domain:9" },
  { "receipt-options", MAIL,
    "Disposition-Notification-Options: a=optional, b, \"c d\"; e=required,f\r\n",
    "disposition_notification_options:70 disposition_option:20 option_name:1 "
    "option_importance:8 option_value:1 option_value:5 quoted_string:5 disposition_option:12 "
    "option_name:1 option_importance:8 option_value:1" },
  { "original-recipient", MAIL,
    "Original-Recipient: rfc822; a@b.example\r\n",
    "original_recipient:41 value_type:6 generic_address:11 addr_spec:11 local_part:1 domain:9" },
  { "original-recipient-of-no-type", MAIL,
    "Original-Recipient: <a@b.example>\r\n",
    "original_recipient:35!missing_value_type generic_address:13 angle_addr:13 addr_spec:11 "
    "local_part:1 domain:9" },
  { "original-recipient-of-x400", MAIL,
    "Original-Recipient: x400; /S=a/\r\n",
    "original_recipient:33 value_type:4 generic_address:5" },
  { "accept-language", MAIL,
    "Accept-Language: de, en-GB;q=0.8, *\r\n",
    "accept_language:37 language_tag:2 language_tag:5 parameter:5 parameter_name:1 "
    "parameter_value:3 language_tag:1" },
  { "original-message-id", MAIL,
    "Original-Message-ID: <a@b>\r\n",
    "original_message_id:28 msg_id:5 id_left:1 id_right:1" },
  { "pics-label", MAIL,
    "PICS-Label: (PICS-1.1)\r\n",
    "pics_label:24 unstructured:11" },
  { "encoding", MAIL,
    "Encoding: 17 TEXT\r\n",
    "encoding:19 unstructured:8" },
  { "message-context", MAIL,
    "Message-Context: voice-message\r\n",
    "message_context:32 keyword_value:13 atom:13" },
  { "list-help", MAIL,
    "List-Help: <mailto:a@b.example?subject=help> (how to)\r\n",
    "list_help:55 uri:33 uri_scheme:6 comment:8" },
  { "list-subscribe-two", MAIL,
    "List-Subscribe: (a) <https://b.example/>,\r\n <mailto:c@d.example>\r\n",
    "list_subscribe:66 comment:3 uri:20 uri_scheme:5 fws:3 uri:20 uri_scheme:6" },
  { "list-unsubscribe-spaced", MAIL,
    "List-Unsubscribe: < https://b.example/\r\n c>\r\n",
    "list_unsubscribe:45 uri:25!space_in_uri uri_scheme:5 fws:3" },
  { "list-unsubscribe-naked", MAIL,
    "List-Unsubscribe: mailto:c@d.example\r\n",
    "list_unsubscribe:38 uri:18!list_address_without_brackets uri_scheme:6" },
  { "list-owner-no-scheme", MAIL,
    "List-Owner: <a@b.example>\r\n",
    "list_owner:27 uri:13!odd_uri" },
  { "list-archive-text", MAIL,
    "List-Archive: <https://b.example/> or so,, <ftp://c.example>,\r\n",
    "list_archive:63!empty_list_member uri:20 uri_scheme:5 list_text:5!text_among_uris uri:17 "
    "uri_scheme:3" },
  { "list-archive-none", MAIL,
    "List-Archive: <https://b.example/\r\n",
    "list_archive:35!unreadable_value unstructured:20" },
  { "list-post", MAIL,
    "List-Post: <mailto:a@b.example>\r\n",
    "list_post:33 uri:20 uri_scheme:6" },
  { "list-post-no", MAIL,
    "List-Post: NO (closed)\r\n",
    "list_post:24 no_posting:2 comment:8" },
  { "list-post-not-no", MAIL,
    "List-Post: NOT:x\r\n",
    "list_post:18 uri:5!list_address_without_brackets uri_scheme:3" },
  { "list-id", MAIL,
    "List-ID: \"A. B\" list <a.b.example>\r\n",
    "list_id:36 list_description:11 quoted_string:6 atom:4 list_identifier:11" },
  { "list-id-dot", MAIL,
    "List-Id: All of it. <a.b.example>\r\n",
    "list_id:35 list_description:10!dot_in_phrase atom:3 atom:2 atom:2 list_identifier:11" },
  { "list-id-special", MAIL,
    "List-Id: [a], b: c <a.b.example>\r\n",
    "list_id:34 list_description:9!unquoted_special atom:1 atom:1 atom:1 list_identifier:11" },
  { "list-id-odd", MAIL,
    "List-Id: <a>\r\n",
    "list_id:14 list_identifier:1!odd_list_id" },
  { "list-id-spaced", MAIL,
    "List-Id: <a. b>\r\n",
    "list_id:17 list_identifier:4!odd_list_id" },
  { "list-id-naked", MAIL,
    "List-Id: a.b.example\r\n",
    "list_id:22!list_id_without_brackets list_identifier:11" },
  { "list-id-open", MAIL,
    "List-Id: a <b.example\r\n",
    "list_id:23!unreadable_value unstructured:13" },
  { "one-click", MAIL,
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    "list_unsubscribe_post:51 one_click:26" },
  { "one-click-not", MAIL,
    "List-Unsubscribe-Post: a\r\n",
    "list_unsubscribe_post:26!unreadable_value unstructured:2" },
  { "archived-at", MAIL,
    "Archived-At: <https://a.example/1>\r\n",
    "archived_at:36 uri:21 uri_scheme:5" },
  { "dl-expansion-history", MAIL,
    "DL-Expansion-History: a\r\n",
    "dl_expansion_history:25 unstructured:2" },
  { "alternate-recipient", MAIL,
    "Alternate-Recipient: Allowed\r\n",
    "alternate_recipient:30 keyword_value:7 atom:7" },
  { "original-types", MAIL,
    "Original-Encoded-Information-Types: a\r\n",
    "original_encoded_information_types:39 unstructured:2" },
  { "content-return", MAIL,
    "Content-Return: Prohibited\r\n",
    "content_return:28 keyword_value:10 atom:10" },
  { "generate-report", MAIL,
    "Generate-Delivery-Report:\r\n",
    "generate_delivery_report:27 unstructured:0" },
  { "prevent-report", MAIL,
    "Prevent-NonDelivery-Report:\r\n",
    "prevent_nondelivery_report:29 unstructured:0" },
  { "obsoletes", MAIL,
    "Obsoletes: <a@b> <c@d>\r\n",
    "obsoletes:24 msg_id:5 id_left:1 id_right:1 msg_id:5 id_left:1 id_right:1" },
  { "supersedes", MAIL,
    "Supersedes: <a@b>\r\n",
    "supersedes:19 msg_id:5 id_left:1 id_right:1" },
  { "content-identifier", MAIL,
    "Content-Identifier: a b\r\n",
    "content_identifier:25 unstructured:4" },
  { "delivery-date", MAIL,
    "Delivery-Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n",
    "delivery_date:48 date_time:31 day_name:3 day:2 month:3 year:4 hour:2 minute:2 second:2 "
    "zone:5" },
  { "delivery-date-of-ctime", MAIL,
    "Delivery-Date: Tue Nov 24 08:00:00 2026\r\n",
    "delivery_date:41 ctime_date:24!date_of_ctime" },
  { "delivery-date-of-ctime-zone", MAIL,
    "Delivery-Date: Tue Nov 24 08:00:00 CET 2026\r\n",
    "delivery_date:45 ctime_date:28!date_of_ctime" },
  { "delivery-date-of-ctime-offset", MAIL,
    "Delivery-Date: Tue Nov  4 08:00:00 2026 -0800 (PST)\r\n",
    "delivery_date:53 ctime_date:30!date_of_ctime comment:5" },
  { "delivery-date-of-no-day", MAIL,
    "Delivery-Date: Tue Nov 31 08:00:00 2026\r\n",
    "delivery_date:41!unreadable_date unstructured:25" },
  { "expiry-date", MAIL,
    "Expiry-Date: 24 Nov 2026 08:00 +0000\r\n",
    "expiry_date:38 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "expires", MAIL,
    "Expires: soon\r\n",
    "expires:15!unreadable_date unstructured:5" },
  { "reply-by", MAIL,
    "Reply-By: 24 Nov 2026 08:00 +0000\r\n",
    "reply_by:35 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "importance", MAIL,
    "Importance: High\r\n",
    "importance:18 keyword_value:4 atom:4" },
  { "importance-unknown", MAIL,
    "Importance: very (yes)\r\n",
    "importance:24!unknown_keyword keyword_value:4 atom:4 comment:5" },
  { "incomplete-copy", MAIL,
    "Incomplete-Copy:\r\n",
    "incomplete_copy:18 unstructured:0" },
  { "priority", MAIL,
    "Priority: non-urgent\r\n",
    "priority:22 keyword_value:10 atom:10" },
  { "sensitivity", MAIL,
    "Sensitivity: Company-Confidential\r\n",
    "sensitivity:35 keyword_value:20 atom:20" },
  { "sensitivity-words", MAIL,
    "Sensitivity: company\r\n confidential\r\n",
    "sensitivity:37 keyword_value:22 atom:7 fws:3 atom:12" },
  { "language", MAIL,
    "Language: en (English)\r\n",
    "language:24 language_tag:2 comment:9" },
  { "conversion", MAIL,
    "Conversion: Prohibited\r\n",
    "conversion:24 keyword_value:10 atom:10" },
  { "conversion-with-loss", MAIL,
    "Conversion-With-Loss: maybe\r\n",
    "conversion_with_loss:29!unknown_keyword keyword_value:5 atom:5" },
  { "message-type", MAIL,
    "Message-Type: Delivery Report\r\n",
    "message_type:31 keyword_value:15 atom:8 atom:6" },
  { "autosubmitted", MAIL,
    "Autosubmitted: a\r\n",
    "autosubmitted:18 keyword_value:1 atom:1" },
  { "autoforwarded", MAIL,
    "Autoforwarded: a\r\n",
    "autoforwarded:18 keyword_value:1 atom:1" },
  { "discarded-ipms", MAIL,
    "Discarded-X400-IPMS-Extensions: a\r\n",
    "discarded_x400_ipms_extensions:35 unstructured:2" },
  { "discarded-mts", MAIL,
    "Discarded-X400-MTS-Extensions: a\r\n",
    "discarded_x400_mts_extensions:34 unstructured:2" },
  { "disclose-recipients", MAIL,
    "Disclose-Recipients: a\r\n",
    "disclose_recipients:24 keyword_value:1 atom:1" },
  { "deferred-delivery", MAIL,
    "Deferred-Delivery: 24 Nov 2026 08:00 +0000\r\n",
    "deferred_delivery:44 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "latest-delivery-time", MAIL,
    "Latest-Delivery-Time: 24 Nov 2026 08:00 +0000\r\n",
    "latest_delivery_time:47 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "originator-return-address", MAIL,
    "Originator-Return-Address: a@b.example\r\n",
    "originator_return_address:40 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "x400-content-identifier", MAIL,
    "X400-Content-Identifier: a\r\n",
    "x400_content_identifier:28 unstructured:2" },
  { "x400-content-return", MAIL,
    "X400-Content-Return: a\r\n",
    "x400_content_return:24 keyword_value:1 atom:1" },
  { "x400-content-type", MAIL,
    "X400-Content-Type: a\r\n",
    "x400_content_type:22 unstructured:2" },
  { "x400-mts-identifier", MAIL,
    "X400-MTS-Identifier: [/a/;b]\r\n",
    "x400_mts_identifier:30 unstructured:8" },
  { "x400-originator", MAIL,
    "X400-Originator: /S=a/\r\n",
    "x400_originator:24 unstructured:6" },
  { "x400-received", MAIL,
    "X400-Received: by a\r\n",
    "x400_received:21 unstructured:5" },
  { "x400-recipients", MAIL,
    "X400-Recipients: /S=a/\r\n",
    "x400_recipients:24 unstructured:6" },
  { "x400-trace", MAIL,
    "X400-Trace: a\r\n",
    "x400_trace:15 unstructured:2" },
  { "auto-submitted", MAIL,
    "Auto-Submitted: auto-replied (vacation)\r\n",
    "auto_submitted:41 keyword_value:12 atom:12 comment:10" },
  { "auto-submitted-parameter", MAIL,
    "Auto-Submitted: auto-generated; a=b; c=\"d e\"\r\n",
    "auto_submitted:46 keyword_value:14 atom:14 parameter:3 parameter_name:1 parameter_value:1 "
    "parameter:7 parameter_name:1 parameter_value:5 quoted_string:5" },
  { "auto-submitted-escaped", MAIL,
    "Auto-Submitted: no; a=\"b\\\";c\"; d=e\r\n",
    "auto_submitted:36 keyword_value:2 atom:2 parameter:9 parameter_name:1 parameter_value:7 "
    "quoted_string:7 quoted_pair:2 parameter:3 parameter_name:1 parameter_value:1" },
  { "auto-submitted-open", MAIL,
    "Auto-Submitted: no;\r\n",
    "auto_submitted:21!needless_semicolon keyword_value:2 atom:2" },
  { "auto-submitted-not", MAIL,
    "Auto-Submitted: no; a\r\n",
    "auto_submitted:23!unreadable_value unstructured:6" },
  { "tls-required", MAIL,
    "TLS-Required: No\r\n",
    "tls_required:18 keyword_value:2 atom:2" },
  { "tls-required-yes", MAIL,
    "TLS-Required: Yes\r\n",
    "tls_required:19!unknown_keyword keyword_value:3 atom:3" },
  { "tls-report-domain", MAIL,
    "TLS-Report-Domain: a.example\r\n",
    "tls_report_domain:30 domain:9" },
  { "tls-report-submitter", MAIL,
    "TLS-Report-Submitter: b.example\r\n",
    "tls_report_submitter:33 domain:9" },
  { "solicitation", MAIL,
    "Solicitation: net.example:ADV,org.example:ADV:ADLT\r\n",
    "solicitation:52 solicitation_class:15 solicitation_class:20" },
  { "original-from", MAIL,
    "Original-From: A <a@b.example>\r\n",
    "original_from:32 mailbox:15 display_name:1 atom:1 angle_addr:13 addr_spec:11 local_part:1 "
    "domain:9" },
  { "original-subject", MAIL,
    "Original-Subject: a\r\n",
    "original_subject:21 unstructured:2" },
  { "downgraded-message-id", MAIL,
    "Downgraded-Message-Id: a\r\n",
    "downgraded_message_id:26 unstructured:2" },
  { "downgraded-resent-message-id", MAIL,
    "Downgraded-Resent-Message-Id: a\r\n",
    "downgraded_resent_message_id:33 unstructured:2" },
  { "downgraded-in-reply-to", MAIL,
    "Downgraded-In-Reply-To: a\r\n",
    "downgraded_in_reply_to:27 unstructured:2" },
  { "downgraded-references", MAIL,
    "Downgraded-References: a\r\n",
    "downgraded_references:26 unstructured:2" },
  { "downgraded-original-recipient", MAIL,
    "Downgraded-Original-Recipient: a\r\n",
    "downgraded_original_recipient:34 unstructured:2" },
  { "downgraded-final-recipient", MAIL,
    "Downgraded-Final-Recipient: a\r\n",
    "downgraded_final_recipient:31 unstructured:2" },
  { "dkim", MAIL,
    "DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=b;\r\n c=relaxed/simple; q=dns/txt; "
    "i=@c.a.example;\r\n t=1; x=2; l=3; h=From : To;\r\n z=From:a|To:b; bh=YQ==; b=YW\r\n Jj; "
    "y=z\r\n",
    "dkim_signature:172 tag:3 tag_name:1 tag_version:1 tag:12 tag_name:1 tag_algorithm:10 "
    "tag:11 tag_name:1 tag_domain:9 tag:3 tag_name:1 tag_selector:1 fws:3 tag:16 tag_name:1 "
    "tag_canonicalization:14 tag:9 tag_name:1 tag_query:7 query_method:7 tag:14 tag_name:1 "
    "tag_identity:12 fws:3 tag:3 tag_name:1 tag_time:1 tag:3 tag_name:1 tag_expiration:1 tag:3 "
    "tag_name:1 tag_body_length:1 tag:11 tag_name:1 tag_signed_fields:9 signed_field:4 "
    "signed_field:2 fws:3 tag:13 tag_name:1 tag_copied_fields:11 copied_field:6 copied_field:4 "
    "tag:7 tag_name:2 tag_body_hash:4 base64_run:4 tag:9 tag_name:1 tag_signature:7 "
    "base64_run:2 fws:3 base64_run:2 tag:3 tag_name:1 tag_value:1" },
  { "dkim-spaced", MAIL,
    "DKIM-Signature: v = 1 ; a=b; b=; bh=c; d=e; h=f; s=g;\r\n",
    "dkim_signature:55 tag:6 tag_name:1 tag_version:1 tag:3 tag_name:1 tag_algorithm:1 tag:2 "
    "tag_name:1 tag:4 tag_name:2 tag_body_hash:1 base64_run:1 tag:3 tag_name:1 tag_domain:1 "
    "tag:3 tag_name:1 tag_signed_fields:1 signed_field:1 tag:3 tag_name:1 tag_selector:1" },
  { "dkim-twice", MAIL,
    "DKIM-Signature: v=1; a=b; b=b; bh=c; d=e; h=f; s=g; b=h; u=1; u=2\r\n",
    "dkim_signature:67 tag:3 tag_name:1 tag_version:1 tag:3 tag_name:1 tag_algorithm:1 tag:3 "
    "tag_name:1 tag_signature:1 base64_run:1 tag:4 tag_name:2 tag_body_hash:1 base64_run:1 "
    "tag:3 tag_name:1 tag_domain:1 tag:3 tag_name:1 tag_signed_fields:1 signed_field:1 tag:3 "
    "tag_name:1 tag_selector:1 tag:3!duplicate_tag tag_name:1 tag_signature:1 base64_run:1 "
    "tag:3 tag_name:1 tag_value:1 tag:3!duplicate_tag tag_name:1 tag_value:1" },
  { "dkim-lacking", MAIL,
    "DKIM-Signature: v=1; a=b; d=e\r\n",
    "dkim_signature:31!missing_tag tag:3 tag_name:1 tag_version:1 tag:3 tag_name:1 "
    "tag_algorithm:1 tag:3 tag_name:1 tag_domain:1" },
  { "dkim-odd", MAIL,
    "DKIM-Signature: v=one; a=b; b=a b-c; bh=c; d=e; h=f; s=g; t=1 2\r\n",
    "dkim_signature:65 tag:5 tag_name:1 tag_version:3!odd_tag_value tag:3 tag_name:1 "
    "tag_algorithm:1 tag:7 tag_name:1 tag_signature:5!odd_tag_value base64_run:1 base64_run:3 "
    "tag:4 tag_name:2 tag_body_hash:1 base64_run:1 tag:3 tag_name:1 tag_domain:1 tag:3 "
    "tag_name:1 tag_signed_fields:1 signed_field:1 tag:3 tag_name:1 tag_selector:1 tag:5 "
    "tag_name:1 tag_time:3" },
  { "dkim-broken", MAIL,
    "DKIM-Signature: v=1;; a=b; b=b; bh=c; d=e; h=f; s=g; what is this; =x\r\n",
    "dkim_signature:71!bad_tag_list tag:3 tag_name:1 tag_version:1 tag:3 tag_name:1 "
    "tag_algorithm:1 tag:3 tag_name:1 tag_signature:1 base64_run:1 tag:4 tag_name:2 "
    "tag_body_hash:1 base64_run:1 tag:3 tag_name:1 tag_domain:1 tag:3 tag_name:1 "
    "tag_signed_fields:1 signed_field:1 tag:3 tag_name:1 tag_selector:1 tag:12!bad_tag_list "
    "tag:2!bad_tag_list" },
  { "dkim-none", MAIL,
    "DKIM-Signature: what is this\r\n",
    "dkim_signature:30!unreadable_value unstructured:13" },
  { "arc-seal", MAIL,
    "ARC-Seal: i=1; a=rsa-sha256; t=2; cv=none; d=a.example; s=b; b=YQ==\r\n",
    "arc_seal:69 tag:3 tag_name:1 tag_instance:1 tag:12 tag_name:1 tag_algorithm:10 tag:3 "
    "tag_name:1 tag_time:1 tag:7 tag_name:2 tag_chain_validation:4 tag:11 tag_name:1 "
    "tag_domain:9 tag:3 tag_name:1 tag_selector:1 tag:6 tag_name:1 tag_signature:4 base64_run:4" },
  { "arc-message-signature", MAIL,
    "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=b;\r\n "
    "h=from:to; bh=YQ==; b=Yg==\r\n",
    "arc_message_signature:109 tag:3 tag_name:1 tag_instance:1 tag:12 tag_name:1 "
    "tag_algorithm:10 tag:17 tag_name:1 tag_canonicalization:15 tag:11 tag_name:1 tag_domain:9 "
    "tag:3 tag_name:1 tag_selector:1 fws:3 tag:9 tag_name:1 tag_signed_fields:7 signed_field:4 "
    "signed_field:2 tag:7 tag_name:2 tag_body_hash:4 base64_run:4 tag:6 tag_name:1 "
    "tag_signature:4 base64_run:4" },
  { "domainkey", MAIL,
    "DomainKey-Signature: a=rsa-sha1; q=dns; c=nofws; s=a; d=b.example; h=From:To; b=YQ==\r\n",
    "domainkey_signature:86!line_over_78 tag:10 tag_name:1 tag_algorithm:8 tag:5 tag_name:1 "
    "tag_query:3 query_method:3 tag:7 tag_name:1 tag_canonicalization:5 tag:3 tag_name:1 "
    "tag_selector:1 tag:11 tag_name:1 tag_domain:9 tag:9 tag_name:1 tag_signed_fields:7 "
    "signed_field:4 signed_field:2 tag:6 tag_name:1 tag_signature:4 base64_run:4" },
  { "arc-results", MAIL,
    "ARC-Authentication-Results: i=1; a.example; spf=pass smtp.mailfrom=b@c.example\r\n",
    "arc_authentication_results:80 arc_instance:3 authserv_id:9 resinfo:34 auth_method:3 "
    "auth_result:4 propspec:25 ptype:4 property:8 pvalue:11" },
  { "arc-results-of-none", MAIL,
    "ARC-Authentication-Results: a.example; none\r\n",
    "arc_authentication_results:45!unreadable_value unstructured:16" },
  { "results", MAIL,
    "Authentication-Results: a.example 1;\r\n spf=pass smtp.mailfrom=c@d.example;\r\n dkim/1 = "
    "fail reason=\"bad key\" header.d=d.example (no)\r\n",
    "authentication_results:133 authserv_id:9 authres_version:1 fws:3 resinfo:34 auth_method:3 "
    "auth_result:4 propspec:25 ptype:4 property:8 pvalue:11 fws:3 resinfo:54 auth_method:4 "
    "auth_method_version:1 auth_result:4 auth_reason:16 auth_reason_text:9 quoted_string:9 "
    "propspec:18 ptype:6 property:1 pvalue:9 comment:4" },
  { "results-none", MAIL,
    "Authentication-Results: a.example; none\r\n",
    "authentication_results:41 authserv_id:9 no_result:4" },
  { "results-quoted", MAIL,
    "Authentication-Results: \"a b\"; iprev=pass policy.iprev=192.0.2.1; x=y smtp.mailfrom=\"c "
    "d\"@e.example\r\n",
    "authentication_results:101!line_over_78 authserv_id:5 quoted_string:5 resinfo:33 "
    "auth_method:5 auth_result:4 propspec:22 ptype:6 property:5 pvalue:9 resinfo:33 "
    "auth_method:1 auth_result:1 propspec:29 ptype:4 property:8 pvalue:15 quoted_string:5" },
  { "results-of-nobody", MAIL,
    "Authentication-Results: spf=none (ip) smtp.mailfrom=<>; dmarc=pass action=none;\r\n",
    "authentication_results:81!missing_authserv_id!line_over_78!needless_semicolon resinfo:30 "
    "auth_method:3 auth_result:4 comment:4 propspec:16 ptype:4 property:8 "
    "pvalue:2!odd_result_value resinfo:22 auth_method:5 auth_result:4 propspec:11!odd_property "
    "property:6 pvalue:4" },
  { "results-odd", MAIL,
    "Authentication-Results: a.example from=b.example; dkim=pass 1024-bit key; dmarc\r\n",
    "authentication_results:81!line_over_78 authserv_id:9 propspec:14!odd_property property:4 "
    "pvalue:9 resinfo:22!odd_result!odd_result auth_method:4 auth_result:4 resinfo:5!odd_result" },
  { "results-odd-value", MAIL,
    "Authentication-Results: a.example; dkim=pass header.b=a/b= header.i=\r\n",
    "authentication_results:70 authserv_id:9 resinfo:33 auth_method:4 auth_result:4 "
    "propspec:13 ptype:6 property:1 pvalue:4!odd_result_value propspec:9!odd_result_value "
    "ptype:6 property:1" },
  { "results-open", MAIL,
    "Authentication-Results: a.example; dkim=pass (x\r\n",
    "authentication_results:49!unreadable_value unstructured:24" },
  { "received-spf", MAIL,
    "Received-SPF: pass (a.example: b) receiver=c.example; client-ip=192.0.2.1;\r\n "
    "envelope-from=\"d@e.example\"; helo=f.example;\r\n",
    "received_spf:123 spf_result:4 comment:14 spf_pair:18 spf_key:8 spf_value:9 spf_pair:19 "
    "spf_key:9 spf_value:9 fws:3 spf_pair:27 spf_key:13 spf_value:13 quoted_string:13 "
    "spf_pair:14 spf_key:4 spf_value:9" },
  { "received-spf-unquoted", MAIL,
    "Received-SPF: SoftFail client-ip=2001:db8::1; envelope-from=a@b.example\r\n",
    "received_spf:73 spf_result:8 spf_pair:21 spf_key:9 spf_value:11!unquoted_spf_value "
    "spf_pair:25 spf_key:13 spf_value:11!unquoted_spf_value" },
  { "received-spf-unknown", MAIL,
    "Received-SPF: unknown\r\n",
    "received_spf:23!unknown_spf_result spf_result:7" },
  { "received-spf-more", MAIL,
    "Received-SPF: none (a) b\r\n",
    "received_spf:26!odd_result spf_result:4 comment:3" },
  { "author", MAIL,
    "Author: A <a@b.example>\r\n",
    "author:25 mailbox:15 display_name:1 atom:1 angle_addr:13 addr_spec:11 local_part:1 "
    "domain:9" },
  { "feedback-id", MAIL,
    "Feedback-ID: 1:a:b:c\r\n",
    "feedback_id:22 unstructured:8" },
  { "jabber-id", MAIL,
    "Jabber-ID: a@b.example\r\n",
    "jabber_id:24 unstructured:12" },
  { "mt-priority", MAIL,
    "MT-Priority: 3\r\n",
    "mt_priority:16 number:1" },
  { "vbr-info", MAIL,
    "VBR-Info: md=a.example; mc=list; mv=b.example:c.example\r\n",
    "vbr_info:57 tag:12 tag_name:2 tag_value:9 tag:7 tag_name:2 tag_value:4 tag:22 tag_name:2 "
    "tag_value:19" },
  { "valid-since", MAIL,
    "Require-Recipient-Valid-Since: a@b.example; 24 Nov 2026 08:00 +0000\r\n",
    "require_recipient_valid_since:69 unstructured:37" },
  { "delivered-to", MAIL,
    "Delivered-To: a@b.example\r\n",
    "delivered_to:27 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "delivered-to-list", MAIL,
    "Delivered-To: mailing list a@b.example\r\n",
    "delivered_to:40 unstructured:25" },
  { "x-original-to", MAIL,
    "X-Original-To: a@b.example\r\n",
    "x_original_to:28 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "envelope-to", MAIL,
    "Envelope-To: a@b.example, c@d.example\r\n",
    "envelope_to:39 mailbox:11 addr_spec:11 local_part:1 domain:9 mailbox:11 addr_spec:11 "
    "local_part:1 domain:9" },
  { "apparently-to", MAIL,
    "Apparently-To: a@b.example\r\n",
    "apparently_to:28 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "x-envelope-from", MAIL,
    "X-Envelope-From: <a@b.example>\r\n",
    "x_envelope_from:32 mailbox:13 angle_addr:13 addr_spec:11 local_part:1 domain:9" },
  { "x-received", MAIL,
    "X-Received: by 192.0.2.1 with SMTP id a; Tue, 24 Nov 2026 08:00:00 +0000\r\n",
    "x_received:74 by_clause:12 clause_keyword:2 domain:9 with_clause:9 clause_keyword:4 "
    "received_token:4 id_clause:4 clause_keyword:2 received_token:1 date_time:31 day_name:3 "
    "day:2 month:3 year:4 hour:2 minute:2 second:2 zone:5" },
  { "x-received-text", MAIL,
    "X-Received: (\r\n",
    "x_received:15 unstructured:2" },
  { "x-original-date", MAIL,
    "X-Original-Date: 24 Nov 2026 08:00 +0000\r\n",
    "x_original_date:42 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "x-original-date-text", MAIL,
    "X-Original-Date: today\r\n",
    "x_original_date:24 unstructured:6" },
  { "x-failed-recipients", MAIL,
    "X-Failed-Recipients: a@b.example\r\n",
    "x_failed_recipients:34 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "x-beenthere", MAIL,
    "X-BeenThere: a@b.example\r\n",
    "x_been_there:26 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "x-loop", MAIL,
    "X-Loop: a@b.example\r\n",
    "x_loop:21 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "x-sender", MAIL,
    "X-Sender: a@b.example\r\n",
    "x_sender:23 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "x-forwarded-message-id", MAIL,
    "X-Forwarded-Message-Id: <a@b>\r\n",
    "x_forwarded_message_id:31 msg_id:5 id_left:1 id_right:1" },
  { "x-originating-ip", MAIL,
    "X-Originating-IP: [192.0.2.1]\r\n",
    "x_originating_ip:31 domain_literal:11" },
  { "x-google-dkim", MAIL,
    "X-Google-DKIM-Signature: v=1; b=YQ==\r\n",
    "x_google_dkim_signature:38 tag:3 tag_name:1 tag_version:1 tag:6 tag_name:1 "
    "tag_signature:4 base64_run:4" },
  { "x-msmail-priority", MAIL,
    "X-MSMail-Priority: Normal\r\n",
    "x_msmail_priority:27 keyword_value:6 atom:6" },
  { "errors-to", MAIL,
    "Errors-To: a@b.example\r\n",
    "errors_to:24 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "return-receipt-to", MAIL,
    "Return-Receipt-To: A <a@b.example>\r\n",
    "return_receipt_to:36 mailbox:15 display_name:1 atom:1 angle_addr:13 addr_spec:11 "
    "local_part:1 domain:9" },
  { "mail-followup-to", MAIL,
    "Mail-Followup-To: a@b.example, A <c@d.example>\r\n",
    "mail_followup_to:48 mailbox:11 addr_spec:11 local_part:1 domain:9 mailbox:15 "
    "display_name:1 atom:1 angle_addr:13 addr_spec:11 local_part:1 domain:9" },
  { "mail-reply-to", MAIL,
    "Mail-Reply-To: a@b.example\r\n",
    "mail_reply_to:28 mailbox:11 addr_spec:11 local_part:1 domain:9" },
  { "precedence", MAIL,
    "Precedence: bulk\r\n",
    "precedence:18 keyword_value:4 atom:4" },
  { "x-priority", MAIL,
    "X-Priority: 3 (Normal)\r\n",
    "x_priority:24 number:1 comment:8" },
  { "x-priority-text", MAIL,
    "X-Priority: Normal\r\n",
    "x_priority:20 unstructured:7" },
  { "x-mailer", MAIL,
    "X-Mailer: A b 1.0\r\n",
    "x_mailer:19 unstructured:8" },
  { "user-agent", MAIL,
    "User-Agent: A/1.0 (X; Y) B/2\r\n",
    "user_agent:30 product:5 comment:6 product:3" },
  { "user-agent-text", MAIL,
    "User-Agent: A [B]\r\n",
    "user_agent:19 unstructured:6" },
  { "thread-topic", MAIL,
    "Thread-Topic: a b\r\n",
    "thread_topic:19 unstructured:4" },
  { "thread-index", MAIL,
    "Thread-Index: AQHT8MGsDJq0pNzN\r\n 8kqm\r\n",
    "thread_index:39 base64_value:23 fws:3" },
  { "autocrypt", MAIL,
    "Autocrypt: addr=a@b.example; prefer-encrypt=mutual; keydata=YQ\r\n ==\r\n",
    "autocrypt:69 tag:16 tag_name:4 tag_value:11 tag:21 tag_name:14 tag_value:6 tag:15 "
    "tag_name:7 tag_value:7 fws:3" },
  { "organization", MAIL,
    "Organization: A, B\r\n",
    "organization:20 unstructured:5" },
  { "lines", MAIL,
    "Lines: 12\r\n",
    "lines:11 number:2" },
  { "content-length", MAIL,
    "Content-Length: 345\r\n",
    "content_length:21 number:3" },
  { "status", MAIL,
    "Status: RO\r\n",
    "mailbox_status:12 unstructured:3" },
  { "x-status", MAIL,
    "X-Status: A\r\n",
    "x_status:13 unstructured:2" },
  { "newsgroups", MAIL,
    "Newsgroups: a.b,c.d\r\n",
    "newsgroups:21 unstructured:8" },
  { "received-odd-date", MAIL,
    "Received: from a.example by b.example; tomorrow\r\n",
    "received:49!unreadable_date from_clause:14 clause_keyword:4 domain:9 by_clause:12 "
    "clause_keyword:2 domain:9 unread_date:8" },
  { "received-of-ctime", MAIL,
    "Received: by b.example; Tue Nov 24 08:00:00 2026\r\n",
    "received:50 by_clause:12 clause_keyword:2 domain:9 ctime_date:24!date_of_ctime" },
  { "received-no-date", MAIL,
    "Received: by b.example;\r\n",
    "received:25!received_without_date by_clause:12 clause_keyword:2 domain:9" },
  { "received-brackets", MAIL,
    "Received: by b.example for <several people>; 24 Nov 2026 08:00 +0000\r\n",
    "received:70 by_clause:12 clause_keyword:2 domain:9 for_clause:20 clause_keyword:3 "
    "received_token:16!odd_received_token date_time:23 day:2 month:3 year:4 hour:2 minute:2 "
    "zone:5" },
  { "case", MAIL,
    "lIST-iD: <a.b>\r\n",
    "list_id:16 list_identifier:3" },
  { "envelope-id", DELIVERY,
    "Original-Envelope-Id: a b\r\n",
    "original_envelope_id:27 envelope_id:3" },
  { "reporting-mta", DELIVERY,
    "Reporting-MTA: dns; a.example\r\n",
    "reporting_mta:31 value_type:3 mta_name:9" },
  { "reporting-mta-no-type", DELIVERY,
    "Reporting-MTA: a.example\r\n",
    "reporting_mta:26!missing_value_type mta_name:9" },
  { "dsn-gateway", DELIVERY,
    "DSN-Gateway: dns;a.example\r\n",
    "dsn_gateway:28 value_type:3 mta_name:9" },
  { "received-from-mta", DELIVERY,
    "Received-From-MTA: dns; [192.0.2.1]\r\n",
    "received_from_mta:37 value_type:3 mta_name:11" },
  { "arrival-date", DELIVERY,
    "Arrival-Date: 24 Nov 2026 08:00 +0000\r\n",
    "arrival_date:39 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "dsn-original-recipient", DELIVERY,
    "Original-Recipient: rfc822;a@b.example\r\n",
    "dsn_original_recipient:40 value_type:6 generic_address:11 addr_spec:11 local_part:1 "
    "domain:9" },
  { "final-recipient", DELIVERY,
    "Final-Recipient: RFC822; <a@b.example>\r\n",
    "dsn_final_recipient:40 value_type:6 generic_address:13 angle_addr:13 addr_spec:11 "
    "local_part:1 domain:9" },
  { "final-recipient-utf8", DELIVERY,
    "Final-Recipient: utf-8; a@b.example\r\n",
    "dsn_final_recipient:37 value_type:5 generic_address:11" },
  { "final-recipient-words", DELIVERY,
    "Final-Recipient: rfc822; a b\r\n",
    "dsn_final_recipient:30 value_type:6 generic_address:3" },
  { "action", DELIVERY,
    "Action: failed (said so)\r\n",
    "action:26 action_value:6 comment:9" },
  { "action-unknown", DELIVERY,
    "Action: expired\r\n",
    "action:17!unknown_action action_value:7" },
  { "status-code", DELIVERY,
    "Status: 5.1.10 (no such mailbox)\r\n",
    "status:34 status_code:6 status_class:1 status_subject:1 status_detail:2 comment:17" },
  { "status-text", DELIVERY,
    "Status: 5.0.0 no such mailbox\r\n",
    "status:31!text_after_status status_code:5 status_class:1 status_subject:1 status_detail:1 "
    "diagnostic_text:15" },
  { "status-old", DELIVERY,
    "Status: 550\r\n",
    "status:13!unreadable_value unstructured:4" },
  { "remote-mta", DELIVERY,
    "Remote-MTA: dns; a.example\r\n",
    "remote_mta:28 value_type:3 mta_name:9" },
  { "diagnostic", DELIVERY,
    "Diagnostic-Code: smtp; 550 5.1.1\r\n <a@b.example>... User unknown\r\n",
    "diagnostic_code:66 value_type:4 diagnostic_text:41 fws:3" },
  { "diagnostic-empty", DELIVERY,
    "Diagnostic-Code: smtp;\r\n",
    "diagnostic_code:24 value_type:4" },
  { "last-attempt-date", DELIVERY,
    "Last-Attempt-Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n",
    "last_attempt_date:52 date_time:31 day_name:3 day:2 month:3 year:4 hour:2 minute:2 "
    "second:2 zone:5" },
  { "final-log-id", DELIVERY,
    "Final-Log-ID: a\r\n",
    "final_log_id:17 log_id:1" },
  { "will-retry-until", DELIVERY,
    "Will-Retry-Until: 24 Nov 2026 08:00 +0000\r\n",
    "will_retry_until:43 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "dsn-extension", DELIVERY,
    "X-Postfix-Queue-ID: a\r\n",
    "dsn_extension_field:23 unstructured:2" },
  { "reporting-ua", RECEIPT,
    "Reporting-UA: a.example; B 1.0\r\n",
    "reporting_ua:32 ua_name:9 ua_product:5" },
  { "reporting-ua-alone", RECEIPT,
    "Reporting-UA: B 1.0\r\n",
    "reporting_ua:21 ua_name:5" },
  { "mdn-gateway", RECEIPT,
    "MDN-Gateway: dns; a.example\r\n",
    "mdn_gateway:29 value_type:3 mta_name:9" },
  { "mdn-original-recipient", RECEIPT,
    "Original-Recipient: rfc822;a@b.example\r\n",
    "mdn_original_recipient:40 value_type:6 generic_address:11 addr_spec:11 local_part:1 "
    "domain:9" },
  { "mdn-final-recipient", RECEIPT,
    "Final-Recipient: rfc822;a@b.example\r\n",
    "mdn_final_recipient:37 value_type:6 generic_address:11 addr_spec:11 local_part:1 domain:9" },
  { "mdn-message-id", RECEIPT,
    "Original-Message-ID: <a@b>\r\n",
    "mdn_original_message_id:28 msg_id:5 id_left:1 id_right:1" },
  { "disposition", RECEIPT,
    "Disposition: manual-action/MDN-sent-manually; displayed\r\n",
    "disposition:57 action_mode:13 sending_mode:17 disposition_type:9" },
  { "disposition-modified", RECEIPT,
    "Disposition: automatic-action / MDN-sent-automatically;\r\n processed/error,a\r\n",
    "disposition:77 action_mode:16 sending_mode:22 fws:3 disposition_type:9 "
    "disposition_modifier:5 disposition_modifier:1" },
  { "disposition-unknown", RECEIPT,
    "Disposition: manual-action/MDN-sent-manually; eaten\r\n",
    "disposition:53!unknown_disposition_word action_mode:13 sending_mode:17 disposition_type:5" },
  { "disposition-short", RECEIPT,
    "Disposition: displayed\r\n",
    "disposition:24!unreadable_value unstructured:10" },
  { "mdn-error", RECEIPT,
    "Error: a b\r\n",
    "mdn_error:12 unstructured:4" },
  { "mdn-extension", RECEIPT,
    "X-A: b\r\n",
    "mdn_extension_field:8 unstructured:2" },
  { "feedback-type", FEEDBACK,
    "Feedback-Type: abuse\r\n",
    "feedback_type:22 feedback_keyword:5" },
  { "feedback-user-agent", FEEDBACK,
    "User-Agent: A/1.0\r\n",
    "feedback_user_agent:19 product:5" },
  { "feedback-version", FEEDBACK,
    "Version: 1\r\n",
    "feedback_version:12 number:1" },
  { "feedback-version-odd", FEEDBACK,
    "Version: 0.1\r\n",
    "feedback_version:14!unreadable_value unstructured:4" },
  { "feedback-envelope-id", FEEDBACK,
    "Original-Envelope-Id: a\r\n",
    "feedback_envelope_id:25 envelope_id:1" },
  { "original-mail-from", FEEDBACK,
    "Original-Mail-From: <a@b.example>\r\n",
    "original_mail_from:35 path:13 angle_addr:13 addr_spec:11 local_part:1 domain:9" },
  { "feedback-arrival-date", FEEDBACK,
    "Arrival-Date: 24 Nov 2026 08:00 +0000\r\n",
    "feedback_arrival_date:39 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "received-date", FEEDBACK,
    "Received-Date: 24 Nov 2026 08:00 +0000\r\n",
    "feedback_arrival_date:40 date_time:23 day:2 month:3 year:4 hour:2 minute:2 zone:5" },
  { "feedback-reporting-mta", FEEDBACK,
    "Reporting-MTA: dns; a.example\r\n",
    "feedback_reporting_mta:31 value_type:3 mta_name:9" },
  { "source-ip", FEEDBACK,
    "Source-IP: 192.0.2.1\r\n",
    "source_ip:22 source_address:9" },
  { "source-ip-6", FEEDBACK,
    "Source-IP: [IPv6:2001:db8::1]\r\n",
    "source_ip:31 source_address:18" },
  { "incidents", FEEDBACK,
    "Incidents: 3\r\n",
    "incidents:14 number:1" },
  { "feedback-results", FEEDBACK,
    "Authentication-Results: a.example; spf=fail\r\n",
    "feedback_results:45 authserv_id:9 resinfo:8 auth_method:3 auth_result:4" },
  { "original-rcpt-to", FEEDBACK,
    "Original-Rcpt-To: <a@b.example>\r\n",
    "original_rcpt_to:33 path:13 angle_addr:13 addr_spec:11 local_part:1 domain:9" },
  { "reported-domain", FEEDBACK,
    "Reported-Domain: a.example\r\n",
    "reported_domain:28 domain:9" },
  { "reported-uri", FEEDBACK,
    "Reported-URI: https://a.example/\r\n",
    "reported_uri:34 uri:18 uri_scheme:5" },
  { "reported-uri-brackets", FEEDBACK,
    "Reported-URI: <https://a.example/>\r\n",
    "reported_uri:36 uri:20 uri_scheme:5" },
  { "auth-failure", FEEDBACK,
    "Auth-Failure: signature\r\n",
    "auth_failure:25 feedback_keyword:9" },
  { "auth-failure-unknown", FEEDBACK,
    "Auth-Failure: mood\r\n",
    "auth_failure:20!unknown_failure_word feedback_keyword:4" },
  { "delivery-result", FEEDBACK,
    "Delivery-Result: spam\r\n",
    "delivery_result:23 feedback_keyword:4" },
  { "dkim-header", FEEDBACK,
    "DKIM-Canonicalized-Header: YW\r\n Jj\r\n",
    "dkim_canonicalized:36 base64_value:7 fws:3" },
  { "dkim-body", FEEDBACK,
    "DKIM-Canonicalized-Body: YWJj\r\n",
    "dkim_canonicalized:31 base64_value:4" },
  { "dkim-domain", FEEDBACK,
    "DKIM-Domain: a.example\r\n",
    "dkim_field:24 domain:9" },
  { "dkim-identity", FEEDBACK,
    "DKIM-Identity: @a.example\r\n",
    "dkim_field:27 unstructured:11" },
  { "dkim-selector", FEEDBACK,
    "DKIM-Selector: a\r\n",
    "dkim_field:18 domain:1" },
  { "dkim-selector-dns", FEEDBACK,
    "DKIM-Selector-DNS: \"v=DKIM1; p=YQ==\"\r\n",
    "dkim_selector_dns:38 dns_record:17" },
  { "adsp-dns", FEEDBACK,
    "DKIM-ADSP-DNS: \"dkim=all\"\r\n",
    "adsp_dns:27 dns_record:10" },
  { "spf-dns", FEEDBACK,
    "SPF-DNS: txt : a.example : \"v=spf1 -all\"\r\n",
    "spf_dns:42 dns_record:31" },
  { "feedback-extension", FEEDBACK,
    "X-A: b\r\n",
    "feedback_extension_field:8 unstructured:2" },
};

/* The names in the tables of reports; imf_registry_kinds[] tells those of mail. */
static const struct
{
  ImfKindFunc find;
  const char *names;
} report_names[] = {
  { DELIVERY, "Original-Envelope-Id Reporting-MTA DSN-Gateway Received-From-MTA Arrival-Date "
              "Original-Recipient Final-Recipient Action Status Remote-MTA Diagnostic-Code "
              "Last-Attempt-Date Final-Log-ID Will-Retry-Until" },
  { RECEIPT, "Reporting-UA MDN-Gateway Original-Recipient Final-Recipient Original-Message-ID "
             "Disposition Error" },
  { FEEDBACK, "Feedback-Type User-Agent Version Original-Envelope-Id Original-Mail-From "
              "Arrival-Date Received-Date Reporting-MTA Source-IP Incidents "
              "Authentication-Results Original-Rcpt-To Reported-Domain Reported-URI Auth-Failure "
              "Delivery-Result DKIM-Canonicalized-Header DKIM-Canonicalized-Body DKIM-Domain "
              "DKIM-Identity DKIM-Selector DKIM-Selector-DNS DKIM-ADSP-DNS SPF-DNS" },
};

static gboolean
is_frame (const WireSpan *span)
{
  static const char *const frame[] = { "header_section", "field_name", "colon", "line_end" };

  for (guint i = 0; i < G_N_ELEMENTS (frame); i++)
    if (g_str_equal (span->element->name, frame[i]))
      return TRUE;
  return FALSE;
}

static char *
describe (const WireSpans *spans)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);

      if (is_frame (span))
        continue;
      g_string_append_printf (text, "%s%s:%u", text->len > 0 ? " " : "", span->element->name,
                              span->length);
      for (guint j = wire_spans_find_deviation (spans, i);
           j < wire_spans_get_n_deviations (spans) &&
           wire_spans_get_deviation (spans, j).span == i;
           j++)
        g_string_append_printf (text, "!%s", wire_spans_get_deviation (spans, j).deviation->name);
    }
  return g_string_free (text, FALSE);
}

/* Reads fields as a header section; checks what holds of every annotation: spans nest, all is
 * covered, and without a recorder the result is the same. */
static WireSpans *
read_fields (const guint8 *data, gsize length, ImfKindFunc find)
{
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  WireSpans       *spans = wire_spans_new ();
  g_autofree char *problem = NULL;
  WireScan         scan, plain;

  wire_scan_init (&scan, data, length, spans);
  imf_scan_header_section (&scan, header, find);
  wire_spans_sort_deviations (spans);
  spans->length = length;
  spans->farthest = length;
  problem = wire_spans_check (spans);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpuint (scan.pos, ==, length);
  wire_scan_init (&plain, data, length, NULL);
  imf_scan_header_section (&plain, header, find);
  g_assert_cmpuint (plain.pos, ==, length);
  g_assert_cmphex (plain.flags, ==, scan.flags);
  return spans;
}

static void
test_spans (gconstpointer data)
{
  const Case        *test = data;
  gsize              length = strlen (test->field);
  g_autofree guint8 *copy = g_memdup2 (test->field, length);
  g_autoptr (WireSpans) spans = read_fields (copy, length, test->find);
  g_autofree char *described = describe (spans);

  g_assert_cmpstr (described, ==, test->spans);
}

/* A field cut short anywhere is still read, to its end. */
static void
test_cut (gconstpointer data)
{
  const Case *test = data;

  for (gsize length = strcspn (test->field, ":") + 1; length < strlen (test->field); length++)
    {
      g_autofree guint8 *copy = g_memdup2 (test->field, length);
      g_autoptr (WireSpans) spans = read_fields (copy, length, test->find);

      g_assert_cmpuint (wire_spans_get_n (spans), >, 1);
    }
}

static gboolean
is_tested (ImfKindFunc find, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strcspn (cases[i].field, ":");

      if (cases[i].find == find && strlen (name) == length &&
          g_ascii_strncasecmp (cases[i].field, name, length) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
check_tested (ImfKindFunc find, const char *name)
{
  if (is_tested (find, name))
    return;
  g_test_message ("no case reads %s", name);
  g_test_fail ();
}

static void
test_every_kind_has_a_case (void)
{
  for (guint i = 0; i < imf_n_registry_kinds; i++)
    check_tested (MAIL, imf_registry_kinds[i].name);
  for (guint i = 0; i < G_N_ELEMENTS (report_names); i++)
    {
      g_auto (GStrv) names = g_strsplit (report_names[i].names, " ", -1);

      for (char **name = names; *name != NULL; name++)
        {
          const ImfKind *kind = report_names[i].find ((const guint8 *) *name, strlen (*name));

          g_assert_cmpstr (kind->name, ==, *name);
          check_tested (report_names[i].find, *name);
        }
    }
}

/* Each row is found by its name, in either case, and no name is there twice. */
static void
test_names (void)
{
  for (guint i = 0; i < imf_n_registry_kinds; i++)
    {
      const ImfKind   *kind = &imf_registry_kinds[i];
      g_autofree char *upper = g_ascii_strup (kind->name, -1);

      g_assert_true (imf_kind_find ((const guint8 *) kind->name, strlen (kind->name)) == kind);
      g_assert_true (imf_kind_find ((const guint8 *) upper, strlen (upper)) == kind);
      g_assert_cmpint (kind->group, <, IMF_N_GROUPS);
    }
  g_assert_cmpstr (imf_kind_find ((const guint8 *) "List-I", 6)->name, ==, "");
  g_assert_cmpstr (imf_kind_find ((const guint8 *) "List-IDx", 8)->name, ==, "");
}

/* Bytes of a hostile value: enough that work by its square would be noticed. */
#define HOSTILE_BYTES (IMF_HEADER_BYTES_MAX / 4)

/* What is said over and over until the value is that long */
typedef struct
{
  const char *name;
  const char *prefix;
  const char *repeated;
} Hostile;

static const Hostile hostile[] = {
  { "uris", "List-Help:", "<a:>," },
  { "open-uris", "List-Help:", "<a:" },
  { "uri-text", "List-Help:<a:>", " x" },
  { "commas", "List-Help:", "," },
  { "list-id-words", "List-Id:", "a " },
  { "list-id-spaces", "List-Id:<", "a \r\n " },
  { "list-id-quotes", "List-Id:", "\"a\\" },
  { "tags", "DKIM-Signature:", "a=b;" },
  { "tags-all-new", "DKIM-Signature:", "aa=b;bb=c;cc=d;dd=e;ee=f;" },
  { "semicolons", "DKIM-Signature:", ";" },
  { "tag-items", "DKIM-Signature:h=", ":" },
  { "tag-spaces", "DKIM-Signature:h=", "a \r\n " },
  { "tag-noise", "DKIM-Signature:", "a b;" },
  { "results", "Authentication-Results:a", ";b=c" },
  { "results-properties", "Authentication-Results:a;b=c", " d.e=f" },
  { "results-words", "Authentication-Results:a;b=c", " d" },
  { "results-comments", "Authentication-Results:a;b=c", " d(e)" },
  { "results-open", "Authentication-Results:a;b=c", " d(" },
  { "results-open-deep", "Authentication-Results:a;b=c d", "(" },
  { "results-quotes", "Authentication-Results:a;b=c", " \"d\"" },
  { "results-slashes", "Authentication-Results:a;", "b/" },
  { "spf", "Received-SPF:pass", " a=b;" },
  { "spf-words", "Received-SPF:pass", " a" },
  { "keywords", "Priority:", "a " },
  { "keyword-comments", "Priority:a", "(b)" },
  { "parameters", "Auto-Submitted:no", ";a=b" },
  { "parameters-quotes", "Auto-Submitted:no", ";a=\"" },
  { "languages", "Accept-Language:a", ",b;q=1" },
  { "options", "Disposition-Notification-Options:a=b", ",c" },
  { "products", "User-Agent:a", " b(c)" },
  { "products-text", "User-Agent:a", " b[" },
  { "base64", "Thread-Index:", "a \r\n " },
  { "received-brackets", "Received:", "<a> " },
  { "received-open", "Received:", "<a " },
  { "received-from", "Received:", "from " },
  { "received-dates", "Received:", ";" },
  { "addresses", "Delivered-To:", "a," },
  { "type", "Original-Recipient:", "a;" },
  { "solicitation", "Solicitation:a", ",b" },
  { "one-word", "List-Id:", "a" },
};

static void
test_hostile (gconstpointer data)
{
  const Hostile *test = data;
  g_autoptr (GString) field = g_string_new (test->prefix);
  g_autofree guint8 *copy = NULL;
  gsize              length;
  g_autoptr (WireSpans) spans = NULL;

  while (field->len < HOSTILE_BYTES)
    g_string_append (field, test->repeated);
  length = field->len;
  copy = g_memdup2 (field->str, length);
  spans = read_fields (copy, length, MAIL);
  g_assert_cmpuint (wire_spans_get (spans, 0)->length, ==, length);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-registry/spans/", cases[i].name, NULL);
      g_autofree char *cut = g_strconcat ("/imf-registry/cut/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_spans);
      g_test_add_data_func (cut, &cases[i], test_cut);
    }
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-registry/hostile/", hostile[i].name, NULL);

      g_test_add_data_func (path, &hostile[i], test_hostile);
    }
  g_test_add_func ("/imf-registry/every-kind-has-a-case", test_every_kind_has_a_case);
  g_test_add_func ("/imf-registry/names", test_names);
  return g_test_run ();
}
