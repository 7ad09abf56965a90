/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>

#include <string.h>
#include <support/annotation.h>

typedef struct
{
  const char        *name;
  const WireGrammar *grammar;
  const char        *unit;
  /* "element:bytes", ~ tolerated, - obsolete, ? unrecognised, ! partial */
  const char        *spans;
  const char        *deviations; /* in the order of their spans, "name:bytes" */
} Case;

static const Case cases[] = {
  { "helo", &smtp_grammar_command, "HELO a.example\r\n",
    "command:16 helo_command:16 verb:4 client_name:9 domain:9 crlf:2 ",
    "" },
  { "ehlo-literal", &smtp_grammar_command, "ehlo [192.0.2.1]\r\n",
    "command:18 ehlo_command:18 verb:4 client_name:11 address_literal:11 ipv4_address:9 crlf:2 ",
    "" },
  { "ehlo-odd-name", &smtp_grammar_command, "EHLO my_pc\r\n",
    "command:12 ehlo_command:12 verb:4 client_name:5~ crlf:2 ",
    "odd_client_name:5" },
  { "mail", &smtp_grammar_command, "MAIL FROM:<x@a.example>\r\n",
    "command:25 mail_command:25 verb:4 from_keyword:5 reverse_path:13 mailbox:11 local_part:1 "
    "domain:9 crlf:2 ",
    "" },
  { "mail-null", &smtp_grammar_command, "MAIL FROM:<>\r\n",
    "command:14 mail_command:14 verb:4 from_keyword:5 reverse_path:2 null_path:2 crlf:2 ",
    "" },
  { "mail-parameters", &smtp_grammar_command, "MAIL FROM:<> SIZE=10 X\r\n",
    "command:24 mail_command:24 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "size_parameter:7 esmtp_keyword:4 size_value:2 esmtp_param:1 esmtp_keyword:1 crlf:2 ",
    "" },
  { "mail-space-after-colon", &smtp_grammar_command, "MAIL FROM: <>\r\n",
    "command:15 mail_command:15 verb:4 from_keyword:5 needless_space:1~ reverse_path:2 "
    "null_path:2 crlf:2 ",
    "needless_space:1" },
  { "mail-without-brackets", &smtp_grammar_command, "MAIL FROM:x@b\r\n",
    "command:15 mail_command:15 verb:4 from_keyword:5 reverse_path:3~ mailbox:3 local_part:1 "
    "domain:1 crlf:2 ",
    "missing_brackets:3" },
  { "mail-trailing-space", &smtp_grammar_command, "MAIL FROM:<> \r\n",
    "command:15 mail_command:15 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "needless_space:1 crlf:2 ",
    "trailing_space:1" },
  { "rcpt-quoted", &smtp_grammar_command, "RCPT TO:<\"a \\\" b\"@[IPv6:2001:db8::1]>\r\n",
    "command:39 rcpt_command:39 verb:4 to_keyword:3 forward_path:29 mailbox:27 local_part:8 "
    "quoted_string:8 address_literal:18 literal_tag:5 ipv6_address:11 crlf:2 ",
    "" },
  { "rcpt-source-route", &smtp_grammar_command, "RCPT TO:<@a,@b:x@c>\r\n",
    "command:21 rcpt_command:21 verb:4 to_keyword:3 forward_path:11 source_route:6- domain:1 "
    "domain:1 mailbox:3 local_part:1 domain:1 crlf:2 ",
    "route_in_path:6" },
  { "rcpt-postmaster", &smtp_grammar_command, "RCPT TO:<postMaster>\r\n",
    "command:22 rcpt_command:22 verb:4 to_keyword:3 forward_path:12 postmaster:12 crlf:2 ",
    "" },
  { "rcpt-broken-off", &smtp_grammar_command, "RCPT TO:<x@>\r\n",
    "command:14! rcpt_command:11! verb:4 to_keyword:3 forward_path:3! mailbox:2! local_part:1 "
    "domain:0! unrecognised:3? ",
    "" },
  { "data-bare-lf", &smtp_grammar_command, "DATA\n",
    "command:5 data_command:5 verb:4 crlf:1~ ",
    "lf_ends_command:1" },
  { "data-with-argument", &smtp_grammar_command, "DATA x\r\n",
    "command:8! data_command:4! verb:4 crlf:0! unrecognised:4? ",
    "" },
  { "vrfy", &smtp_grammar_command, "VRFY Jo Q\r\n",
    "command:11 vrfy_command:11 verb:4 string:4 crlf:2 ",
    "" },
  { "vrfy-eight-bit", &smtp_grammar_command, "VRFY x\303\266\r\n",
    "command:10 vrfy_command:10 verb:4 string:3 crlf:2 ",
    "" },
  { "noop-string", &smtp_grammar_command, "NOOP x\r\n",
    "command:8 noop_command:8 verb:4 string:1 crlf:2 ",
    "" },
  { "help", &smtp_grammar_command, "HELP\r\n",
    "command:6 help_command:6 verb:4 crlf:2 ",
    "" },
  { "unknown", &smtp_grammar_command, "XYZZY now\r\n",
    "command:11 unknown_command:11 verb:5 argument:4 crlf:2 ",
    "" },
  { "lhlo", &smtp_grammar_command, "LHLO a.example\r\n",
    "command:16 lhlo_command:16 verb:4 client_name:9 domain:9 crlf:2 ",
    "" },
  { "helo-remark", &smtp_grammar_command, "HELO [192.0.2.1] my pc\r\n",
    "command:24 helo_command:24 verb:4 client_name:11 address_literal:11 ipv4_address:9 "
    "client_remark:5~ crlf:2 ",
    "odd_client_name:5" },
  { "ehlo-eight-bit", &smtp_grammar_command, "EHLO \303\266\r\n",
    "command:9 ehlo_command:9 verb:4 client_name:2~ crlf:2 ",
    "odd_client_name:2 eight_bit_command:2" },
  { "ehlo-tab", &smtp_grammar_command, "EHLO\ta\r\n",
    "command:8 ehlo_command:8 verb:4 needless_space:1~ client_name:1 domain:1 crlf:2 ",
    "needless_space:1" },
  { "mail-spaces-at-colon", &smtp_grammar_command, "MAIL FROM : <>\r\n",
    "command:16 mail_command:16 verb:4 from_keyword:6 needless_space:1~ needless_space:1~ "
    "reverse_path:2 null_path:2 crlf:2 ",
    "needless_space:1 needless_space:1" },
  { "mail-size", &smtp_grammar_command, "MAIL FROM:<> SIZE=1000\r\n",
    "command:24 mail_command:24 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "size_parameter:9 esmtp_keyword:4 size_value:4 crlf:2 ",
    "" },
  { "mail-size-odd", &smtp_grammar_command, "MAIL FROM:<> SIZE=1k SIZE\r\n",
    "command:27 mail_command:27 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "size_parameter:7 esmtp_keyword:4 esmtp_value:2~ size_parameter:4~ esmtp_keyword:4 crlf:2 ",
    "odd_parameter_value:2 odd_parameter_value:4" },
  { "mail-body", &smtp_grammar_command, "MAIL FROM:<> body=binarymime\r\n",
    "command:30 mail_command:30 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "body_parameter:15 esmtp_keyword:4 body_value:10 crlf:2 ",
    "" },
  { "mail-body-odd", &smtp_grammar_command, "MAIL FROM:<> BODY=9BIT\r\n",
    "command:24 mail_command:24 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "body_parameter:9 esmtp_keyword:4 esmtp_value:4~ crlf:2 ",
    "odd_parameter_value:4" },
  { "mail-dsn", &smtp_grammar_command, "MAIL FROM:<> RET=HDRS ENVID=a+2Bb\r\n",
    "command:35 mail_command:35 verb:4 from_keyword:5 reverse_path:2 null_path:2 ret_parameter:8 "
    "esmtp_keyword:3 ret_value:4 envid_parameter:11 esmtp_keyword:5 xtext:5 hexchar:3 crlf:2 ",
    "" },
  { "mail-dsn-odd", &smtp_grammar_command, "MAIL FROM:<> RET=ALL ENVID=a+2\r\n",
    "command:32 mail_command:32 verb:4 from_keyword:5 reverse_path:2 null_path:2 ret_parameter:7 "
    "esmtp_keyword:3 esmtp_value:3~ envid_parameter:9 esmtp_keyword:5 esmtp_value:3~ crlf:2 ",
    "odd_parameter_value:3 odd_parameter_value:3" },
  { "mail-auth", &smtp_grammar_command, "MAIL FROM:<x@a> AUTH=e+3Dmc2@b\r\n",
    "command:32 mail_command:32 verb:4 from_keyword:5 reverse_path:5 mailbox:3 local_part:1 "
    "domain:1 auth_parameter:14 esmtp_keyword:4 xtext:9 hexchar:3 crlf:2 ",
    "" },
  { "mail-auth-null", &smtp_grammar_command, "MAIL FROM:<> AUTH=<>\r\n",
    "command:22 mail_command:22 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "auth_parameter:7 esmtp_keyword:4 xtext:2 crlf:2 ",
    "" },
  { "mail-utf8", &smtp_grammar_command,
    "MAIL FROM:<\303\266@\303\266.example> SMTPUTF8 REQUIRETLS\r\n",
    "command:47 mail_command:47 verb:4 from_keyword:5 reverse_path:15 mailbox:13 local_part:2 "
    "domain:10 smtputf8_parameter:8 esmtp_keyword:8 requiretls_parameter:10 esmtp_keyword:10 "
    "crlf:2 ",
    "" },
  { "mail-utf8-undeclared", &smtp_grammar_command, "MAIL FROM:<\303\266@a>\r\n",
    "command:18 mail_command:18~ verb:4 from_keyword:5 reverse_path:6 mailbox:4 local_part:2 "
    "domain:1 crlf:2 ",
    "undeclared_utf8:18" },
  { "mail-flags-with-values", &smtp_grammar_command, "MAIL FROM:<> SMTPUTF8=1 REQUIRETLS=no\r\n",
    "command:39 mail_command:39 verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "smtputf8_parameter:10 esmtp_keyword:8 esmtp_value:1~ requiretls_parameter:13 "
    "esmtp_keyword:10 esmtp_value:2~ crlf:2 ",
    "odd_parameter_value:1 odd_parameter_value:2" },
  { "mail-generic", &smtp_grammar_command,
    "MAIL FROM:<> BY=120;R MT-PRIORITY=3 SOLICIT=org.example:ADV\r\n",
    "command:61 mail_command:61 verb:4 from_keyword:5 reverse_path:2 null_path:2 esmtp_param:8 "
    "esmtp_keyword:2 esmtp_value:5 esmtp_param:13 esmtp_keyword:11 esmtp_value:1 esmtp_param:23 "
    "esmtp_keyword:7 esmtp_value:15 crlf:2 ",
    "" },
  { "mail-no-parameter", &smtp_grammar_command, "MAIL FROM:<> =1\r\n",
    "command:17! mail_command:13! verb:4 from_keyword:5 reverse_path:2 null_path:2 "
    "esmtp_param:0! esmtp_keyword:0! unrecognised:4? ",
    "" },
  { "mail-wrong-utf8", &smtp_grammar_command, "MAIL FROM:<\303@a>\r\n",
    "command:17! mail_command:11! verb:4 from_keyword:5 reverse_path:1! mailbox:0! local_part:0! "
    "unrecognised:6? ",
    "" },
  { "rcpt-notify", &smtp_grammar_command, "RCPT TO:<x@a> NOTIFY=success,DELAY\r\n",
    "command:36 rcpt_command:36 verb:4 to_keyword:3 forward_path:5 mailbox:3 local_part:1 "
    "domain:1 notify_parameter:20 esmtp_keyword:6 notify_value:13 notify_keyword:7 "
    "notify_keyword:5 crlf:2 ",
    "" },
  { "rcpt-notify-never", &smtp_grammar_command, "RCPT TO:<x@a> NOTIFY=NEVER\r\n",
    "command:28 rcpt_command:28 verb:4 to_keyword:3 forward_path:5 mailbox:3 local_part:1 "
    "domain:1 notify_parameter:12 esmtp_keyword:6 notify_value:5 notify_keyword:5 crlf:2 ",
    "" },
  { "rcpt-notify-odd", &smtp_grammar_command, "RCPT TO:<x@a> NOTIFY=NEVER,DELAY\r\n",
    "command:34 rcpt_command:34 verb:4 to_keyword:3 forward_path:5 mailbox:3 local_part:1 "
    "domain:1 notify_parameter:18 esmtp_keyword:6 esmtp_value:11~ crlf:2 ",
    "odd_parameter_value:11" },
  { "rcpt-orcpt", &smtp_grammar_command, "RCPT TO:<x@a> ORCPT=rfc822;a+20b@c\r\n",
    "command:36 rcpt_command:36 verb:4 to_keyword:3 forward_path:5 mailbox:3 local_part:1 "
    "domain:1 orcpt_parameter:20 esmtp_keyword:5 original_recipient:14 address_type:6 xtext:7 "
    "hexchar:3 crlf:2 ",
    "" },
  { "rcpt-orcpt-utf8", &smtp_grammar_command, "RCPT TO:<x@a> ORCPT=utf-8;\\x{F6}\303\266b@c\r\n",
    "command:39 rcpt_command:39 verb:4 to_keyword:3 forward_path:5 mailbox:3 local_part:1 "
    "domain:1 orcpt_parameter:23 esmtp_keyword:5 original_recipient:17 address_type:5 "
    "utf8_address:11 unicode_char:6 crlf:2 ",
    "" },
  { "rcpt-orcpt-odd", &smtp_grammar_command,
    "RCPT TO:<x@a> ORCPT=a@b ORCPT=utf-8;\\x{F} ORCPT=utf-8;+20\r\n",
    "command:59 rcpt_command:59 verb:4 to_keyword:3 forward_path:5 mailbox:3 local_part:1 "
    "domain:1 orcpt_parameter:9 esmtp_keyword:5 esmtp_value:3~ orcpt_parameter:17 "
    "esmtp_keyword:5 esmtp_value:11~ orcpt_parameter:15 esmtp_keyword:5 esmtp_value:9~ crlf:2 ",
    "odd_parameter_value:3 odd_parameter_value:11 odd_parameter_value:9" },
  { "rcpt-ipv4", &smtp_grammar_command, "RCPT TO:<x@[192.0.2.1]>\r\n",
    "command:25 rcpt_command:25 verb:4 to_keyword:3 forward_path:15 mailbox:13 local_part:1 "
    "address_literal:11 ipv4_address:9 crlf:2 ",
    "" },
  { "rcpt-other-literal", &smtp_grammar_command, "RCPT TO:<x@[tag:a]>\r\n",
    "command:21 rcpt_command:21 verb:4 to_keyword:3 forward_path:11 mailbox:9 local_part:1 "
    "address_literal:7 literal_tag:4 other_address:1 crlf:2 ",
    "" },
  { "rcpt-odd-dot", &smtp_grammar_command, "RCPT TO:<.x@a>\r\n",
    "command:16 rcpt_command:16 verb:4 to_keyword:3 forward_path:6 mailbox:4 local_part:2~ "
    "domain:1 crlf:2 ",
    "dot_in_path:2" },
  { "rcpt-underscore", &smtp_grammar_command, "RCPT TO:<x@a_b>\r\n",
    "command:17 rcpt_command:17 verb:4 to_keyword:3 forward_path:7 mailbox:5 local_part:1 "
    "domain:3~ crlf:2 ",
    "underscore_in_path:3" },
  { "rcpt-trailing-dot", &smtp_grammar_command, "RCPT TO:<x@a.>\r\n",
    "command:16 rcpt_command:16 verb:4 to_keyword:3 forward_path:6 mailbox:4 local_part:1 "
    "domain:2~ crlf:2 ",
    "trailing_dot_in_path:2" },
  { "rcpt-odd-path", &smtp_grammar_command, "RCPT TO:<x..y@a_b.>\r\n",
    "command:21 rcpt_command:21 verb:4 to_keyword:3 forward_path:11 mailbox:9 local_part:4~ "
    "domain:4~ crlf:2 ",
    "dot_in_path:4 underscore_in_path:4 trailing_dot_in_path:4" },
  { "data", &smtp_grammar_command, "DATA\r\n",
    "command:6 data_command:6 verb:4 crlf:2 ",
    "" },
  { "data-bare-cr", &smtp_grammar_command, "DATA\r",
    "command:5 data_command:5 verb:4 crlf:1~ ",
    "cr_ends_command:1" },
  { "rset-trailing-space", &smtp_grammar_command, "RSET \r\n",
    "command:7 rset_command:7 verb:4 needless_space:1 crlf:2 ",
    "trailing_space:1" },
  { "quit", &smtp_grammar_command, "QUIT\r\n",
    "command:6 quit_command:6 verb:4 crlf:2 ",
    "" },
  { "expn", &smtp_grammar_command, "EXPN list\r\n",
    "command:11 expn_command:11 verb:4 string:4 crlf:2 ",
    "" },
  { "vrfy-utf8", &smtp_grammar_command, "VRFY \303\266 SMTPUTF8\r\n",
    "command:18 vrfy_command:18 verb:4 string:2 smtputf8_parameter:8 esmtp_keyword:8 crlf:2 ",
    "" },
  { "vrfy-latin1", &smtp_grammar_command, "VRFY \366\r\n",
    "command:8 vrfy_command:8 verb:4 string:1~ crlf:2 ",
    "eight_bit_command:1" },
  { "starttls", &smtp_grammar_command, "STARTTLS\r\n",
    "command:10 starttls_command:10 verb:8 crlf:2 ",
    "" },
  { "auth", &smtp_grammar_command, "AUTH CRAM-MD5\r\n",
    "command:15 auth_command:15 verb:4 sasl_mechanism:8 crlf:2 ",
    "" },
  { "auth-initial", &smtp_grammar_command, "AUTH PLAIN AGEAYg==\r\n",
    "command:21 auth_command:21 verb:4 sasl_mechanism:5 initial_response:8 sasl_response:8 "
    "crlf:2 ",
    "" },
  { "auth-empty", &smtp_grammar_command, "AUTH EXTERNAL =\r\n",
    "command:17 auth_command:17 verb:4 sasl_mechanism:8 initial_response:1 empty_response:1 "
    "crlf:2 ",
    "" },
  { "auth-bad-base64", &smtp_grammar_command, "AUTH PLAIN AGEAYg\r\n",
    "command:19 auth_command:19 verb:4 sasl_mechanism:5 initial_response:6 sasl_response:6~ "
    "crlf:2 ",
    "bad_base64:6" },
  { "auth-alone", &smtp_grammar_command, "AUTH\r\n",
    "command:6! auth_command:4! verb:4 unrecognised:2? ",
    "" },
  { "bdat", &smtp_grammar_command, "BDAT 86000\r\n",
    "command:12 bdat_command:12 verb:4 chunk_size:5 crlf:2 ",
    "" },
  { "bdat-last", &smtp_grammar_command, "BDAT 0 LAST\r\n",
    "command:13 bdat_command:13 verb:4 chunk_size:1 end_marker:4 crlf:2 ",
    "" },
  { "bdat-broken-off", &smtp_grammar_command, "BDAT x\r\n",
    "command:8! bdat_command:5! verb:4 chunk_size:0! unrecognised:3? ",
    "" },
  { "send", &smtp_grammar_command, "SEND FROM:<x@a>\r\n",
    "command:17 obsolete_command:17- verb:4 argument:11 from_keyword:5 reverse_path:5 mailbox:3 "
    "local_part:1 domain:1 crlf:2 ",
    "obsolete_command:17" },
  { "saml-odd", &smtp_grammar_command, "SAML me\r\n",
    "command:9 obsolete_command:9- verb:4 argument:3 crlf:2 ",
    "obsolete_command:9" },
  { "turn", &smtp_grammar_command, "TURN\r\n",
    "command:6 obsolete_command:6- verb:4 crlf:2 ",
    "obsolete_command:6" },
  { "unknown-eight-bit", &smtp_grammar_command, "X \377\1\r\n",
    "command:6 unknown_command:6 verb:1 argument:3 crlf:2 ",
    "" },
  { "response", &smtp_grammar_sasl, "AGEAYg==\r\n",
    "sasl_line:10 sasl_response:8 crlf:2 ",
    "" },
  { "response-empty", &smtp_grammar_sasl, "\r\n",
    "sasl_line:2 crlf:2 ",
    "" },
  { "response-equals", &smtp_grammar_sasl, "=\r\n",
    "sasl_line:3 empty_response:1 crlf:2 ",
    "" },
  { "response-cancel", &smtp_grammar_sasl, "*\r\n",
    "sasl_line:3 sasl_cancel:1 crlf:2 ",
    "" },
  { "response-bad", &smtp_grammar_sasl, "a b\r\n",
    "sasl_line:5 sasl_response:3~ crlf:2 ",
    "bad_base64:3" },
  { "response-bare-lf", &smtp_grammar_sasl, "AGEAYg==\n",
    "sasl_line:9 sasl_response:8 crlf:1~ ",
    "lf_ends_command:1" },
  { "one-line", &smtp_grammar_reply, "250 OK\r\n",
    "reply:8 reply_line:8 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:2 crlf:2 ",
    "" },
  { "code-alone", &smtp_grammar_reply, "354\r\n",
    "reply:5 reply_line:5 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 crlf:2 ",
    "reply_without_text:5" },
  { "multi-line", &smtp_grammar_reply, "250-a\r\n250 HELP\r\n",
    "reply:17 reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 server_name:1 crlf:2 reply_line:10 reply_code:3 reply_class:1 "
    "reply_category:1 reply_detail:1 reply_separator:1 ehlo_line:4 ehlo_keyword:4 crlf:2 ",
    "" },
  { "enhanced-code", &smtp_grammar_reply, "550 5.1.1 no\r\n",
    "reply:14 reply_line:14 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 enhanced_code:5 status_class:1 status_subject:1 status_detail:1 "
    "reply_text:3 crlf:2 ",
    "" },
  { "enhanced-code-alone", &smtp_grammar_reply, "250 2.0.0\n",
    "reply:10 reply_line:10 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 enhanced_code:5 status_class:1 status_subject:1 status_detail:1 crlf:1~ ",
    "lf_ends_reply:1" },
  { "enhanced-code-of-another-class", &smtp_grammar_reply, "550 2.1.1 no\r\n",
    "reply:14 reply_line:14 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 enhanced_code:5~ status_class:1 status_subject:1 status_detail:1 "
    "reply_text:3 crlf:2 ",
    "status_of_other_class:5" },
  { "enhanced-code-of-no-class", &smtp_grammar_reply, "354 3.1.1 x\r\n",
    "reply:13 reply_line:13 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:7 crlf:2 ",
    "" },
  { "eight-bit", &smtp_grammar_reply, "220 \303\266\r\n",
    "reply:8 reply_line:8 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:2~ crlf:2 ",
    "eight_bit_reply:2" },
  { "odd-category", &smtp_grammar_reply, "298 x\r\n",
    "reply:7 reply_line:7 reply_code:3~ reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 ",
    "odd_reply_category:3" },
  { "codes-differ", &smtp_grammar_reply, "250-a\r\n251 b\r\n",
    "reply:14 reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 reply_line:7~ reply_code:3 reply_class:1 "
    "reply_category:1 reply_detail:1 reply_separator:1 reply_text:1 crlf:2 ",
    "mixed_reply_codes:7" },
  { "no-code", &smtp_grammar_reply, "hello\r\n",
    "reply:7! reply_line:0! reply_code:0! reply_class:0! unrecognised:7? ",
    "" },
  { "challenge", &smtp_grammar_reply, "334 PDE=\r\n",
    "reply:10 reply_line:10 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 sasl_challenge:4 crlf:2 ",
    "" },
  { "challenge-empty", &smtp_grammar_reply, "334 \r\n",
    "reply:6 reply_line:6 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 crlf:2 ",
    "" },
  { "challenge-words", &smtp_grammar_reply, "334 Go on\r\n",
    "reply:11 reply_line:11 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 sasl_challenge:5~ crlf:2 ",
    "bad_base64:5" },
  { "ehlo", &smtp_grammar_reply,
    "250-b.example hi there\r\n250-SIZE 10\r\n250-X-Y\r\n250 AUTH PLAIN  LOGIN\r\n",
    "reply:69 reply_line:24 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 server_name:9 ehlo_greet:8 crlf:2 reply_line:13 reply_code:3 "
    "reply_class:1 reply_category:1 reply_detail:1 reply_separator:1 ehlo_line:7 ehlo_keyword:4 "
    "ehlo_param:2 crlf:2 reply_line:9 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 ehlo_line:3 ehlo_keyword:3 crlf:2 reply_line:23 reply_code:3 "
    "reply_class:1 reply_category:1 reply_detail:1 reply_separator:1 ehlo_line:17 ehlo_keyword:4 "
    "ehlo_param:5 ehlo_param:5 crlf:2 ",
    "" },
  { "ehlo-with-text", &smtp_grammar_reply, "250-b.example\r\n250-SIZE 10\r\n250 That is all\r\n",
    "reply:45 reply_line:15 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 server_name:9 crlf:2 reply_line:13 reply_code:3 reply_class:1 "
    "reply_category:1 reply_detail:1 reply_separator:1 ehlo_line:7 ehlo_keyword:4 ehlo_param:2 "
    "crlf:2 reply_line:17 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 ehlo_line:11 ehlo_keyword:4 ehlo_param:2 ehlo_param:3 crlf:2 ",
    "" },
  { "two-statuses", &smtp_grammar_reply, "250-2.1.5 a\r\n250 2.1.5 b\r\n",
    "reply:26 reply_line:13 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 enhanced_code:5 status_class:1 status_subject:1 status_detail:1 "
    "reply_text:2 crlf:2 reply_line:13 reply_code:3 reply_class:1 reply_category:1 "
    "reply_detail:1 reply_separator:1 enhanced_code:5 status_class:1 status_subject:1 "
    "status_detail:1 reply_text:2 crlf:2 ",
    "" },
  { "status-of-four-numbers", &smtp_grammar_reply, "250 2.1.5.1 a\r\n",
    "reply:15 reply_line:15 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:9 crlf:2 ",
    "" },
  { "status-with-zero", &smtp_grammar_reply, "250 2.01.5 a\r\n",
    "reply:14 reply_line:14 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:8 crlf:2 ",
    "" },
  { "odd-class", &smtp_grammar_reply, "150 a\r\n",
    "reply:7 reply_line:7 reply_code:3~ reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 ",
    "odd_reply_class:3" },
  { "odd-separator", &smtp_grammar_reply, "250_a\r\n",
    "reply:7 reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1~ reply_text:1 crlf:2 ",
    "odd_reply_separator:1" },
  { "bare-code-ends", &smtp_grammar_reply, "250-a\r\n250\r\n",
    "reply:12 reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1 crlf:2 reply_line:5 reply_code:3 reply_class:1 "
    "reply_category:1 reply_detail:1 crlf:2 ",
    "reply_without_text:5" },
  { "utf-8", &smtp_grammar_reply, "250 \303\266\r\n",
    "reply:8 reply_line:8 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:2 crlf:2 ",
    "" },
  { "latin-1", &smtp_grammar_reply, "250 \366\r\n",
    "reply:7 reply_line:7 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:1~ crlf:2 ",
    "eight_bit_reply:1" },
  { "control", &smtp_grammar_reply, "250 a\1\r\n",
    "reply:8 reply_line:8 reply_code:3 reply_class:1 reply_category:1 reply_detail:1 "
    "reply_separator:1 reply_text:2~ crlf:2 ",
    "eight_bit_reply:2" },
};

static void
test_spans (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (WireSpans) spans = annotation_of (c->grammar, c->unit, strlen (c->unit));
  g_autoptr (GString) deviations = g_string_new (NULL);
  g_autofree char *words = annotation_describe (spans);

  g_assert_cmpstr (words, ==, c->spans);
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation found = wire_spans_get_deviation (spans, i);

      g_string_append_printf (deviations, "%s%s:%u", i > 0 ? " " : "", found.deviation->name,
                              found.length);
    }
  g_assert_cmpstr (deviations->str, ==, c->deviations);
}

/* Every beginning of every unit is annotated without harm. */
static void
test_beginnings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    annotation_check_beginnings (cases[i].grammar, cases[i].unit, strlen (cases[i].unit));
}

typedef struct
{
  const char *line;
  guint       leniencies; /* NO_MATCH when the line is refused by all */
  SmtpVerb    verb;
  const char *argument; /* (nullable); looked at only when it matches */
  gboolean    is_utf8;
} LineCase;

#define NO_MATCH G_MAXUINT
#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define L441 L63 L63 L63 L63 L63 L63 L63
#define O_UMLAUT "\303\266"

static const LineCase line_cases[] = {
  { "MAIL FROM:<x@a.example>\r\n", 0, SMTP_VERB_MAIL, "x@a.example" },
  { "mail from:<X.Y+z@A.Example>\r\n", 0, SMTP_VERB_MAIL, "X.Y+z@A.Example" },
  { "MAIL FROM:<@r.example,@s.example:x@a.example>\r\n", 0, SMTP_VERB_MAIL, "x@a.example" },
  { "MAIL FROM:<@r.example:>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL  FROM:<>\r\n", SMTP_LENIENT_SPACES, SMTP_VERB_MAIL, "" },
  { "MAIL\tFROM:<>\r\n", SMTP_LENIENT_SPACES, SMTP_VERB_MAIL, "" },
  { "MAIL FROM: <>\r\n", SMTP_LENIENT_SPACES, SMTP_VERB_MAIL, "" },
  { "MAIL FROM :<>\r\n", SMTP_LENIENT_SPACES, SMTP_VERB_MAIL, "" },
  { "MAIL FROM:<>  A=b\r\n", SMTP_LENIENT_SPACES, SMTP_VERB_MAIL, "" },
  { "MAIL FROM:<> A=b \r\n", 0, SMTP_VERB_MAIL, "" },
  { "MAIL FROM:x@a.example SIZE=1\n",
    SMTP_LENIENT_NO_BRACKETS | SMTP_LENIENT_BARE_LF_ENDS_LINE, SMTP_VERB_MAIL, "x@a.example" },
  { "MAIL FROM:<>\r", SMTP_LENIENT_BARE_CR_ENDS_LINE, SMTP_VERB_MAIL, "" },
  { "MAIL FROM:<Postmaster>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:x@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a_b.example>\r\n", SMTP_LENIENT_ODD_PATHS, SMTP_VERB_MAIL, "x@a_b.example" },
  { "MAIL FROM:<x@a.example.>\r\n", SMTP_LENIENT_ODD_PATHS, SMTP_VERB_MAIL, "x@a.example." },
  { "MAIL FROM:<x@a.example..>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@-a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a-.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a..example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<.x@a.example>\r\n", SMTP_LENIENT_ODD_PATHS, SMTP_VERB_MAIL, ".x@a.example" },
  { "MAIL FROM:<x.@a.example>\r\n", SMTP_LENIENT_ODD_PATHS, SMTP_VERB_MAIL, "x.@a.example" },
  { "MAIL FROM:<x..y@a.example>\r\n", SMTP_LENIENT_ODD_PATHS, SMTP_VERB_MAIL, "x..y@a.example" },
  { "MAIL FROM:<..@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<\"\"@a.example>\r\n", 0, SMTP_VERB_MAIL, "\"\"@a.example" },
  { "MAIL FROM:<\"x\\\"@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<\"x\t\"@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<\"x\"y@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example>SIZE=1\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example> SIZE=\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example> -X=1\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@a.example> A=b=c\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL <x@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x" O_UMLAUT "@a.example> SMTPUTF8\r\n", 0, SMTP_VERB_MAIL,
    "x" O_UMLAUT "@a.example", TRUE },
  { "MAIL FROM:<x" O_UMLAUT "@a.example>\r\n", 0, SMTP_VERB_MAIL, "x" O_UMLAUT "@a.example", TRUE },
  { "MAIL FROM:<x@" O_UMLAUT ".example> SMTPUTF8\r\n", 0, SMTP_VERB_MAIL,
    "x@" O_UMLAUT ".example", TRUE },
  { "MAIL FROM:<\"" O_UMLAUT " x\"@a.example>\r\n", 0, SMTP_VERB_MAIL,
    "\"" O_UMLAUT " x\"@a.example", TRUE },
  { "MAIL FROM:<\"\\" O_UMLAUT "\"@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x\366@a.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<x@\303.example>\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "MAIL FROM:<> A=" O_UMLAUT "\r\n", 0, SMTP_VERB_MAIL, "", TRUE },
  { "MAIL FROM:<> A=\303\r\n", NO_MATCH, SMTP_VERB_MAIL, NULL },
  { "RCPT TO:<POSTMASTER>\r\n", 0, SMTP_VERB_RCPT, "postmaster" },
  { "RCPT TO:<Postmaster@b.example>\r\n", 0, SMTP_VERB_RCPT, "Postmaster@b.example" },
  { "RCPT TO:<>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[192.0.2.1]>\r\n", 0, SMTP_VERB_RCPT, "x@[192.0.2.1]" },
  { "RCPT TO:<x@[192.0.2.256]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[192.0.2]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[IPv6:2001:db8::1]>\r\n", 0, SMTP_VERB_RCPT, "x@[IPv6:2001:db8::1]" },
  { "RCPT TO:<x@[IPv6:::ffff:192.0.2.1]>\r\n", 0, SMTP_VERB_RCPT, "x@[IPv6:::ffff:192.0.2.1]" },
  { "RCPT TO:<x@[IPv6:192.0.2.1]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[IPv6:2001:db8:::1]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[IPv6:fe80::1%eth0]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[2001:db8::1]>\r\n", 0, SMTP_VERB_RCPT, "x@[2001:db8::1]" }, /* a tag "2001" */
  { "RCPT TO:<x@[192.0.2.1:25]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[tag-:a]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[tag:]>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@[tag:a@b]>\r\n", 0, SMTP_VERB_RCPT, "x@[tag:a@b]" },
  { "RCPT TO:<" L63 "x@a.example>\r\n", 0, SMTP_VERB_RCPT, L63 "x@a.example" },
  { "RCPT TO:<" L63 "xy@a.example>\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@" L63 "." L63 "." L63 "." L63 ">\r\n", NO_MATCH, SMTP_VERB_RCPT, NULL },
  { "RCPT TO:<x@a.example> NOTIFY=NEVER\r\n", 0, SMTP_VERB_RCPT, "x@a.example" },
  { "HELO x y\r\n", SMTP_LENIENT_ODD_NAMES, SMTP_VERB_HELO, "x" },
  { "HELO [192.0.2.1] (a b) \r\n", SMTP_LENIENT_ODD_NAMES, SMTP_VERB_HELO, "[192.0.2.1]" },
  { "HELO x\1\r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "HELO x y\1\r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "HELO\r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "HELO \r\n", NO_MATCH, SMTP_VERB_HELO, NULL },
  { "EHLO 192.0.2.1\r\n", 0, SMTP_VERB_EHLO, "192.0.2.1" },
  { "EHLO [192.0.2.1\r\n", SMTP_LENIENT_ODD_NAMES, SMTP_VERB_EHLO, "[192.0.2.1" },
  { "EHLO a.\r\n", SMTP_LENIENT_ODD_NAMES, SMTP_VERB_EHLO, "a." },
  { "EHLO my_pc\r\n", SMTP_LENIENT_ODD_NAMES, SMTP_VERB_EHLO, "my_pc" },
  { "LHLO a.example\r\n", 0, SMTP_VERB_LHLO, "a.example" },
  { "EHLO " L63 "." L63 "." L63 "." L63 "\r\n", 0, SMTP_VERB_EHLO,
    L63 "." L63 "." L63 "." L63 }, /* 255 bytes */
  { "EHLO " L63 "." L63 "." L63 "." L63 "x\r\n", SMTP_LENIENT_ODD_NAMES, SMTP_VERB_EHLO,
    L63 "." L63 "." L63 "." L63 "x" },
  { "EHLO " O_UMLAUT "\r\n", SMTP_LENIENT_ODD_NAMES | SMTP_LENIENT_EIGHT_BIT, SMTP_VERB_EHLO,
    O_UMLAUT },
  { "VRFY\r\n", NO_MATCH, SMTP_VERB_VRFY, NULL },
  { "VRFY  \r\n", NO_MATCH, SMTP_VERB_VRFY, NULL },
  { "VRFY a b \r\n", 0, SMTP_VERB_VRFY, "a b" },
  { "VRFY " O_UMLAUT "\r\n", 0, SMTP_VERB_VRFY, O_UMLAUT, TRUE },
  { "VRFY \366\r\n", SMTP_LENIENT_EIGHT_BIT, SMTP_VERB_VRFY, "\366" },
  { "VRFY " O_UMLAUT " SMTPUTF8\r\n", 0, SMTP_VERB_VRFY, O_UMLAUT, TRUE },
  { "VRFY SMTPUTF8\r\n", 0, SMTP_VERB_VRFY, "SMTPUTF8" },
  { "EXPN list\r\n", 0, SMTP_VERB_EXPN, "list" },
  { "EXPN list smtputf8 \r\n", 0, SMTP_VERB_EXPN, "list" },
  { "NOOP \t\r\n", 0, SMTP_VERB_NOOP, NULL },
  { "NOOP " O_UMLAUT "\r\n", SMTP_LENIENT_EIGHT_BIT, SMTP_VERB_NOOP, O_UMLAUT },
  { "NOOP a\rb\r\n", NO_MATCH, SMTP_VERB_NOOP, NULL },
  { "NOOP a\1b\r\n", NO_MATCH, SMTP_VERB_NOOP, NULL },
  { "HELP MAIL FROM\r\n", 0, SMTP_VERB_HELP, "MAIL FROM" },
  { "NOOP " L441 L63 "\r\n", 0, SMTP_VERB_NOOP, L441 L63 }, /* 511 bytes */
  { "NOOP  " L441 L63 "y\r\n", SMTP_LENIENT_SPACES | SMTP_LENIENT_LONG_LINES, SMTP_VERB_NOOP,
    L441 L63 "y" },
  { "RSET x\r\n", NO_MATCH, SMTP_VERB_RSET, NULL },
  { "quit\t\r\n", 0, SMTP_VERB_QUIT, NULL },
  { "QUIT", NO_MATCH, SMTP_VERB_QUIT, NULL },
  { "QUIT\r", SMTP_LENIENT_BARE_CR_ENDS_LINE, SMTP_VERB_QUIT, NULL },
  { "QUIT\n", SMTP_LENIENT_BARE_LF_ENDS_LINE, SMTP_VERB_QUIT, NULL },
  { "QUITE\r\n", 0, SMTP_VERB_UNKNOWN, NULL },
  { "QUIT-X\r\n", 0, SMTP_VERB_UNKNOWN, NULL },
  { "X-Y \1\377 z\r\n", 0, SMTP_VERB_UNKNOWN, NULL },
  { " QUIT\r\n", NO_MATCH, SMTP_VERB_UNKNOWN, NULL },
  { "\r\n", NO_MATCH, SMTP_VERB_UNKNOWN, NULL },
  { "STARTTLS\r\n", 0, SMTP_VERB_STARTTLS, NULL },
  { "STARTTLS now\r\n", NO_MATCH, SMTP_VERB_STARTTLS, NULL },
  { "AUTH LOGIN\r\n", 0, SMTP_VERB_AUTH, "LOGIN" },
  { "auth scram-sha-1 \r\n", 0, SMTP_VERB_AUTH, "scram-sha-1" },
  { "AUTH PLAIN AGEAYg==\r\n", 0, SMTP_VERB_AUTH, "PLAIN" },
  { "AUTH PLAIN AGEAYg\r\n", 0, SMTP_VERB_AUTH, "PLAIN" }, /* decoding fails, later */
  { "AUTH ABCDEFGHIJKLMNOPQRSTU\r\n", NO_MATCH, SMTP_VERB_AUTH, NULL },
  { "AUTH\r\n", NO_MATCH, SMTP_VERB_AUTH, NULL },
  { "AUTH =\r\n", NO_MATCH, SMTP_VERB_AUTH, NULL },
  { "BDAT 0\r\n", 0, SMTP_VERB_BDAT, NULL },
  { "BDAT 12 last\r\n", 0, SMTP_VERB_BDAT, NULL },
  { "BDAT 12 LASTLY\r\n", NO_MATCH, SMTP_VERB_BDAT, NULL },
  { "BDAT 12LAST\r\n", NO_MATCH, SMTP_VERB_BDAT, NULL },
  { "BDAT -1\r\n", NO_MATCH, SMTP_VERB_BDAT, NULL },
  { "BDAT 18446744073709551615\r\n", 0, SMTP_VERB_BDAT, NULL },
  { "BDAT 18446744073709551616\r\n", NO_MATCH, SMTP_VERB_BDAT, NULL },
  { "BDAT\r\n", NO_MATCH, SMTP_VERB_BDAT, NULL },
  { "SEND FROM:<x@a.example>\r\n", 0, SMTP_VERB_SEND, "x@a.example" },
  { "SOML FROM: <x@a.example>\r\n", SMTP_LENIENT_SPACES, SMTP_VERB_SOML, "x@a.example" },
  { "SAML FROM: " O_UMLAUT "@a\377\r\n", 0, SMTP_VERB_SAML, NULL },
  { "TURN\r\n", 0, SMTP_VERB_TURN, NULL },
};

static void
test_lines (void)
{
  SmtpCommand command;

  g_test_summary ("Each line needs just the leniencies that it needs; one command holds them all.");
  smtp_command_init (&command);
  for (guint i = 0; i < G_N_ELEMENTS (line_cases); i++)
    {
      const LineCase    *c = &line_cases[i];
      gsize              length = strlen (c->line);
      g_autofree guint8 *copy = g_memdup2 (c->line, length);
      g_autofree char   *escaped = g_strescape (c->line, NULL);
      WireScan           scan;
      gboolean           matched;

      g_test_message ("%s", escaped);
      wire_scan_init (&scan, copy, length, NULL);
      matched = smtp_scan_command (&scan, &command) && wire_scan_at_end (&scan);
      g_assert_cmpint (matched, ==, c->leniencies != NO_MATCH);
      g_assert_cmpint (command.verb, ==, c->verb);
      if (matched)
        {
          g_assert_cmpstr (command.argument, ==, c->argument);
          g_assert_cmphex (command.leniencies, ==, c->leniencies);
          g_assert_cmpint (command.is_utf8, ==, c->is_utf8);
        }
    }
  smtp_command_clear (&command);
}

/* What AUTH and BDAT hand out beyond an argument. */
static void
test_auth_and_bdat (void)
{
  static const struct
  {
    const char *line;
    const char *initial;
    guint64     chunk_size;
    gboolean    is_last;
  } lines[] = {
    { "AUTH LOGIN\r\n", NULL, 0, FALSE },
    { "AUTH PLAIN AGEAYg==\r\n", "AGEAYg==", 0, FALSE },
    { "AUTH EXTERNAL = \r\n", "=", 0, FALSE },
    { "AUTH PLAIN AGE AYg== \r\n", "AGE AYg==", 0, FALSE },
    { "BDAT 86000\r\n", NULL, 86000, FALSE },
    { "BDAT 0 LAST \r\n", NULL, 0, TRUE },
    { "NOOP\r\n", NULL, 0, FALSE },
  };
  SmtpCommand command;

  smtp_command_init (&command);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      WireScan scan;

      wire_scan_init (&scan, (const guint8 *) lines[i].line, strlen (lines[i].line), NULL);
      g_assert_true (smtp_scan_command (&scan, &command));
      g_assert_cmpstr (command.initial, ==, lines[i].initial);
      g_assert_cmpuint (command.chunk_size, ==, lines[i].chunk_size);
      g_assert_cmpint (command.is_last, ==, lines[i].is_last);
    }
  smtp_command_clear (&command);
}

/* MAIL and RCPT may be longer, by what their parameters take. */
static void
test_line_limits (void)
{
  static const struct
  {
    const char *line;
    gsize       bytes_max;
  } lines[] = {
    { "NOOP ", 512 },
    { "MAIL FROM:<> A=", 512 + 26 + 16 + 10 + 11 + 500 + 9 + 107 },
    { "RCPT TO:<x@a.example> A=", 512 + 29 + 507 },
  };
  SmtpCommand command;

  smtp_command_init (&command);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    for (guint excess = 0; excess < 2; excess++)
      {
        gsize            n_fill = lines[i].bytes_max + excess - strlen (lines[i].line) - 2;
        g_autofree char *fill = g_strnfill (n_fill, 'x');
        g_autofree char *line = g_strconcat (lines[i].line, fill, "\r\n", NULL);
        WireScan         scan;

        wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
        g_assert_true (smtp_scan_command (&scan, &command));
        g_assert_cmphex (command.leniencies, ==, excess > 0 ? SMTP_LENIENT_LONG_LINES : 0);
      }
  smtp_command_clear (&command);
}

static void
test_path_limit (void)
{
  /* Four labels of 47 and the dots between are 191 bytes; local-part, "@" and brackets the rest. */
  const guint n_rest = SMTP_PATH_BYTES_MAX - 191 - 3;
  g_autofree char *label = g_strnfill (47, 'd');
  g_autofree char *local = g_strnfill (n_rest, 'l');

  g_assert_cmpuint (n_rest, <=, SMTP_LOCAL_PART_BYTES_MAX);
  for (guint excess = 0; excess < 2; excess++)
    {
      g_autofree char *line = g_strdup_printf ("RCPT TO:<%s%s@%s.%s.%s.%s>\r\n", local,
                                               excess > 0 ? "l" : "", label, label, label, label);

      g_assert_cmpint (
          wire_matches (&smtp_grammar_command, (const guint8 *) line, strlen (line)), ==,
          excess == 0);
    }
}

static void
test_parameters (void)
{
  static const char line[] = "MAIL FROM:<> size=12 BODY=8BITMIME X-y\r\n";
  static const char *const expected[][2] = { { "size", "12" }, { "BODY", "8BITMIME" },
                                             { "X-y", NULL } };
  SmtpCommand command;
  WireScan    scan;

  smtp_command_init (&command);
  wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
  g_assert_true (smtp_scan_command (&scan, &command));
  g_assert_cmpuint (command.parameters->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const SmtpParameter *parameter = &g_array_index (command.parameters, SmtpParameter, i);

      g_assert_cmpstr (parameter->keyword, ==, expected[i][0]);
      g_assert_cmpstr (parameter->value, ==, expected[i][1]);
    }
  smtp_command_clear (&command);
}

/* 512 octets are not too long for a reply line, one more is. */
static void
test_long_reply_line (void)
{
  for (guint excess = 0; excess < 2; excess++)
    {
      g_autofree char *fill = g_strnfill (SMTP_REPLY_LINE_BYTES_MAX - 6 + excess, 'x');
      g_autofree char *unit = g_strdup_printf ("250 %s\r\n", fill);
      g_autoptr (WireSpans) spans = annotation_of (&smtp_grammar_reply, unit, strlen (unit));

      g_assert_null (spans->expected);
      g_assert_cmpuint (wire_spans_get_n_deviations (spans), ==, excess);
    }
}

/* Those with a test of their own, here and in test-smtp-data.c. */
static const char *const elsewhere[] = {
  "long_command",     "long_reply_line",   "bare_lf_in_data",  "bare_cr_in_data", "nul_in_data",
  "long_line_in_data", "false_end_of_data", "odd_end_of_data", NULL,
};

static void
check_has_case (const WireDeviation *deviation, gpointer data)
{
  g_autofree char *start = g_strconcat (deviation->name, ":", NULL);
  guint           *n_deviations = data;

  if (!g_str_equal (deviation->module, "smtp"))
    return;
  (*n_deviations)++;
  if (g_strv_contains (elsewhere, deviation->name))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (strstr (cases[i].deviations, start) != NULL)
      return;
  g_test_message ("no unit here has %s", deviation->name);
  g_test_fail ();
}

static void
test_every_deviation_has_a_case (void)
{
  guint n_deviations = 0;

  wire_deviation_foreach (check_has_case, &n_deviations);
  g_assert_cmpuint (n_deviations, >=, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/smtp/grammar/%s/%s", cases[i].grammar->name, cases[i].name);

      g_test_add_data_func (path, &cases[i], test_spans);
    }
  g_test_add_func ("/smtp/grammar/beginnings", test_beginnings);
  g_test_add_func ("/smtp/grammar/lines", test_lines);
  g_test_add_func ("/smtp/grammar/auth-and-bdat", test_auth_and_bdat);
  g_test_add_func ("/smtp/grammar/line-limits", test_line_limits);
  g_test_add_func ("/smtp/grammar/path-limit", test_path_limit);
  g_test_add_func ("/smtp/grammar/parameters", test_parameters);
  g_test_add_func ("/smtp/grammar/long-reply-line", test_long_reply_line);
  g_test_add_func ("/smtp/grammar/every-deviation", test_every_deviation_has_a_case);
  return g_test_run ();
}
