/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A world for tests of mail hosts: a mail program, its server, two servers of the recipient's
 * domain and one of a third. Arguments are further lines of a group, or whole groups. */

#define MAIL_SCENARIO(sender, mx1, mx2, zone, more)                                                \
  "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"                                      \
  "[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n"                                                     \
  "[Host mail.sender.example]\nRoles=MSA;MTA;MS\nAddress=192.0.2.25\nResolver=ns.example\n"        \
  "Domains=sender.example\nUsers=alice:a;anna:n\nServices=smtp;submission;pop3\n" sender           \
  "[Host ns.example]\nRoles=DNS\nAddress=198.51.100.53\n"                                          \
  "[Host mx1.recipient.example]\nRoles=MTA;MDA;MS\nAddress=203.0.113.25\nResolver=ns.example\n"    \
  "Domains=recipient.example\nUsers=bob:b;carol:c\nServices=smtp;pop3\n" mx1                       \
  "[Host mx2.recipient.example]\nRoles=MTA;MDA;MS\nAddress=203.0.113.26\nResolver=ns.example\n"    \
  "Domains=recipient.example;other.example\nUsers=bob:b;dave:d\nServices=smtp;pop3\n" mx2          \
  "[Link pc mail.sender.example]\n[Link mail.sender.example ns.example]\n"                         \
  "[Link mail.sender.example mx1.recipient.example]\nLatencyMs=10\n"                               \
  "[Link mail.sender.example mx2.recipient.example]\nLatencyMs=10\n"                               \
  "[Zone sender.example]\nServer=ns.example\nMX=10 mail.sender.example\n"                          \
  "A mail.sender.example=192.0.2.25\n"                                                             \
  "[Zone void.example]\nServer=ns.example\nMX=0 .\n"                                               \
  "[Zone recipient.example]\nServer=ns.example\n"                                                  \
  "A mx1.recipient.example=203.0.113.25\nA mx2.recipient.example=203.0.113.26\n" zone more

#define MAIL_SCENARIO_BOTH "MX=10 mx1.recipient.example;20 mx2.recipient.example\n"
#define MAIL_SCENARIO_FIRST "MX=10 mx1.recipient.example\n"

#define MAIL_SCENARIO_SEND(to, lines)                                                              \
  "[Action 1]\nAt=0\nHost=pc\nDo=send\nFrom=alice@sender.example\nTo=" to                          \
  "\nSubject=s\nBody=.dot\\n..two\\nend\nVia=mail.sender.example\n" lines

/* Alice looks what came back, in a week. */
#define MAIL_SCENARIO_LOOK                                                                         \
  "[Action 2]\nAt=604800\nHost=pc\nDo=fetch\nUser=alice\nPassword=a\nServer=mail.sender.example\n"
