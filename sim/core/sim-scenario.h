/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <imap/imap-set.h>
#include <smtp/smtp-envelope.h>

G_BEGIN_DECLS

/**
 * SimScenario:
 *
 * A world as a scenario file describes it, checked and in plain structs: hosts,
 * links, zones, and what people do. Read-only once loaded. Every struct knows the line of
 * its group, for messages about it. Hosts are named by their index everywhere.
 */

/** A scenario is written by hand: more than this is a mistake. */
#define SIM_SCENARIO_BYTES_MAX (1024 * 1024)

/** Hosts, links, zones or actions, each: ours; routes take time cubic in the hosts. */
#define SIM_SCENARIO_GROUPS_MAX 256

/** Stands for a host that was not named. */
#define SIM_SCENARIO_NONE G_MAXUINT

/** Messages of one action, and the filler in each: ours, what a world's memory can take. */
#define SIM_SCENARIO_COUNT_MAX 100000
#define SIM_SCENARIO_FILLER_BYTES_MAX (64 * 1024 * 1024)

/** Times in a scenario are at most this many seconds: a year. */
#define SIM_SCENARIO_SECONDS_MAX (366.0 * 24 * 60 * 60)

#define SIM_SCENARIO_ERROR (sim_scenario_error_quark ())
GQuark sim_scenario_error_quark (void);

typedef enum
{
  SIM_SCENARIO_ERROR_WRONG, /* the message is "file:line: what is wrong, what would be right" */
} SimScenarioError;

/** What a host does (RFC 5598). A host without roles just forwards packets. */
typedef enum
{
  SIM_ROLE_MUA = 1 << 0,
  SIM_ROLE_MSA = 1 << 1,
  SIM_ROLE_MTA = 1 << 2,
  SIM_ROLE_MDA = 1 << 3,
  SIM_ROLE_MS = 1 << 4,
  SIM_ROLE_DNS = 1 << 5,
} SimRoles;

typedef enum
{
  SIM_SERVICE_SMTP = 1 << 0,        /* port 25 */
  SIM_SERVICE_SUBMISSION = 1 << 1,  /* port 587 */
  SIM_SERVICE_POP3 = 1 << 2,        /* port 110 */
  SIM_SERVICE_SUBMISSIONS = 1 << 3, /* port 465: submission in TLS from the start (RFC 8314) */
  SIM_SERVICE_POP3S = 1 << 4,       /* port 995 */
  SIM_SERVICE_LMTP = 1 << 5,        /* port 24 (RFC 2033) */
  SIM_SERVICE_IMAP = 1 << 6,        /* port 143 */
  SIM_SERVICE_IMAPS = 1 << 7,       /* port 993 */
} SimServices;

/** What is the matter with a host's certificate; in the order of TlsIssue, after "none". */
typedef enum
{
  SIM_CERTIFICATE_UNSAID, /* none among simulated hosts; a good one for real programs */
  SIM_CERTIFICATE_NONE,
  SIM_CERTIFICATE_GOOD,
  SIM_CERTIFICATE_EXPIRED,
  SIM_CERTIFICATE_NOT_YET_VALID,
  SIM_CERTIFICATE_WRONG_NAME,
  SIM_CERTIFICATE_SELF_SIGNED,
  SIM_CERTIFICATE_UNKNOWN_ISSUER,
} SimCertificate;

/** What a host wants of TLS when it is the client. */
typedef enum
{
  SIM_TLS_IF_OFFERED, /* uses what it gets, unverified too: opportunistic (RFC 7672 section 1.1) */
  SIM_TLS_NEVER,
  SIM_TLS_ALWAYS,     /* rather not than in clear */
  SIM_TLS_VERIFIED,   /* rather not than with a certificate that has problems */
} SimTlsUse;

typedef enum
{
  SIM_PROFILE_COMMON,
  SIM_PROFILE_STRICT,
  SIM_PROFILE_LENIENT,
} SimProfile;

typedef struct
{
  char *name;
  char *password;
} SimScenarioUser;

/** From @from_us up to, but not at, @to_us. */
typedef struct
{
  gint64 from_us;
  gint64 to_us;
} SimScenarioSpan;

/** "NAME:TARGET TARGET": a local part, and where its mail goes: local parts or addresses. */
typedef struct
{
  char  *name;
  char **targets; /* NULL-terminated */
} SimScenarioAlias;

typedef struct
{
  guint       line;
  char       *name;
  guint       roles; /* SimRoles */
  char       *address;
  guint32     ipv4;     /* the address, most significant byte first octet */
  guint       resolver; /* the first host that it asks for names, or SIM_SCENARIO_NONE */
  GArray     *resolvers; /* of guint: all hosts that it asks for names */
  guint       smarthost; /* host that takes all mail on its way out, or SIM_SCENARIO_NONE */
  char      **domains;  /* NULL-terminated, maybe empty; in lower case */
  GArray     *users;    /* of SimScenarioUser */
  char      **mailboxes; /* of each user, besides INBOX; NULL-terminated, maybe empty */
  guint       services; /* SimServices */
  SimProfile  profile;
  guint       leniencies; /* SmtpLeniency beyond those of the profile */
  guint       without;    /* SmtpExtension that it does not offer */
  guint       unused;     /* SmtpExtension that it does not use as a client */
  guint32     without_imap; /* the same of IMAP: ImapCapability */
  guint32     unused_imap;
  GArray     *downs;   /* of SimScenarioSpan, ascending and apart: a pulled cable */
  GArray     *refuses; /* of SimScenarioSpan: up, but nobody listens there */

  /* TLS and who may do what */
  SimCertificate certificate;
  SimTlsUse      tls;
  gboolean       compresses; /* as a client of IMAP (RFC 4978) */
  gboolean       demands_tls; /* of clients of submission: no AUTH and no MAIL without */
  guint          mechanisms;  /* SaslMechanism; G_MAXUINT: not said */
  guint         *trusted;     /* hosts that may relay without AUTH, ended by SIM_SCENARIO_NONE;
                               * NULL: not said, that is, mail programs on a link of its own */

  /* What becomes of mail */
  GArray *aliases;      /* of SimScenarioAlias */
  GArray *forwards;     /* of SimScenarioAlias: users whose mail goes elsewhere */
  guint64 quota;        /* bytes of all mailboxes of a user; 0: MAIL_MAILBOX_BYTES_MAX */
  guint64 size_max;     /* bytes of a message; 0: the default */
  guint   recipients_max;
  gint64  login_delay_us; /* POP3: between the logins of one user; 0: none */
  gboolean offers_apop; /* POP3: then no passwords in clear */
  gint64  greylist_us;  /* 0: no greylisting; else how long a newcomer has to wait */
  guint   connections_max; /* of one client at a time; 0: no limit */
  guint   messages_max;    /* of one client in a minute; 0: no limit */
  gint64  warn_us;      /* after which the sender is told of a delay; 0: the default */
  gint64  expire_us;    /* after which mail is given up; 0: the default */
} SimScenarioHost;

/** A mailbox of a user's, and what is in it from the beginning. */
typedef struct
{
  guint    line;
  guint    host;
  char    *user; /* one of the host's, as written there */
  char    *name; /* "INBOX", "Work/2026" */
  guint    uses; /* ImapUse */
  gboolean is_subscribed;
  guint    import_line;
  char    *import;   /* (nullable): path of an mbox file or a Maildir, from here */
  guint    flags;    /* ImapFlag of the messages in it, besides their own */
  char   **keywords; /* NULL-terminated, maybe empty */
} SimScenarioMailbox;

/** A mailing list (RFC 5321 section 3.9.2, RFC 2369): its address is of a domain of its host. */
typedef struct
{
  guint  line;
  char  *address; /* "news@lists.example" */
  guint  host;
  char  *name;    /* for List-Id (RFC 2919); maybe "" */
  char  *owner;   /* who gets its bounces; "" : the host's postmaster */
  char **members; /* addresses, NULL-terminated, maybe empty */
} SimScenarioList;

typedef struct
{
  guint  line;
  guint  hosts[2];
  gint64 latency_us;
  double bandwidth_kbps;
  double loss; /* probability that a packet is lost, 0 to 1 */
  guint  mtu;  /* bytes of the largest IP packet */
} SimScenarioLink;

typedef struct
{
  guint  line;
  char  *name;  /* of the owner, fully qualified, without a final dot; in lower case; its first
                 * label may be "*" */
  char  *type;  /* "A", "AAAA", "MX", "CNAME", "NS", "TXT", "PTR", "SOA", "SRV", "TLSA" */
  char  *value; /* as dns_record_read_data() takes it: "192.0.2.1", "10 mail.example"; TXT: the
                 * text */
} SimScenarioRecord;

typedef struct
{
  guint   line;
  char   *domain; /* in lower case */
  guint   server;
  guint   ttl;
  GArray *records; /* of SimScenarioRecord, in the order of the file */
  /* Trouble on demand. */
  GArray  *serv_fails; /* of SimScenarioSpan: the server answers SERVFAIL */
  GArray  *lames;      /* of SimScenarioSpan: the server does not know the zone */
  gint64   delay_us;   /* what the server takes to answer */
  gboolean truncates;  /* whether answers over UDP are cut off always */
} SimScenarioZone;

typedef enum
{
  SIM_ACTION_SEND,
  SIM_ACTION_FETCH, /* new mail, from the server to here: by POP3, or by IMAP */
  /* By IMAP, or, on the server itself, without any protocol: */
  SIM_ACTION_SYNC,  /* brings a copy of the mailboxes up to date, and the server, too */
  SIM_ACTION_READ,
  SIM_ACTION_FLAG,
  SIM_ACTION_MOVE,
  SIM_ACTION_COPY,
  SIM_ACTION_DELETE,
  SIM_ACTION_SAVE,   /* puts a message of one's own into a mailbox */
  SIM_ACTION_CREATE, /* a mailbox */
} SimActionKind;

typedef enum
{
  SIM_ACCESS_POP3,
  SIM_ACCESS_IMAP,
  SIM_ACCESS_DIRECT, /* on the host that has the mailboxes */
} SimAccess;

typedef struct
{
  guint         line;
  guint         number;
  gint64        at_us;
  guint         host;
  SimActionKind kind;
  /* send */
  char  *from;
  char **to;
  char **cc;      /* maybe empty */
  char  *subject; /* maybe "" */
  char  *body;    /* maybe ""; lines end in LF */
  char  *html;    /* maybe "": the same as HTML */
  guint  via;     /* the submission host */
  guint  via_port; /* 587 if it offers submission, else 465 or 25 */
  guint64    count;    /* how many such messages; 1 by default */
  gint64     every_us; /* the time between two of them */
  guint64    size;     /* bytes of filler after the body; 0: none */
  gboolean   is_8bit;  /* text beyond ASCII as it is, not encoded */
  guint      notify;   /* SmtpNotify that is asked for (RFC 3461); 0: nothing said */
  SmtpReturn ret;      /* what of the message a report is to return */
  char      *envid;    /* (nullable) */
  gboolean   requires_tls; /* RFC 8689 */
  guint      mechanisms;   /* SaslMechanism that may be used; G_MAXUINT: any */
  /* send, where there is authentication, and fetch */
  char    *user;     /* (nullable) */
  char    *password; /* (nullable) */
  /* all but send */
  guint     server;
  SimAccess access;
  /* fetch */
  gboolean keep;
  gint64   leave_us; /* how long what was fetched stays on the server; 0: not said */
  /* sync */
  char   **mailboxes; /* maybe empty: all */
  gint64   idle_us;   /* how long to wait for news then; 0: not at all */
  /* read, flag and the like */
  char    *mailbox;  /* "INBOX" */
  char    *into;     /* (nullable): move, copy: another mailbox */
  ImapSet *messages; /* counted from 1 in their order */
  char   **flags;    /* flag: "+\\Seen", "-Work"; save: "\\Draft" */
  gboolean is_offline; /* on the copy alone: the server learns of it with the next sync */
} SimScenarioAction;

typedef struct
{
  char   *file; /* where it was read, for messages */
  char   *title;
  guint64 seed;
  gint64  start_us; /* microseconds since 1970-01-01 00:00 UTC */
  GArray *hosts;    /* of SimScenarioHost */
  GArray *links;    /* of SimScenarioLink */
  GArray *zones;    /* of SimScenarioZone */
  GArray *lists;    /* of SimScenarioList */
  GArray *mailboxes; /* of SimScenarioMailbox, in the order of the file */
  GArray *actions;  /* of SimScenarioAction, by time, then number */
} SimScenario;

/**
 * sim_scenario_load:
 *
 * Returns: (transfer full): the scenario; NULL with @error set (SIM_SCENARIO_ERROR) when the
 *   file can't be read or anything in it is wrong: never part of one
 */
SimScenario *sim_scenario_load (const char *path, GError **error);

/** As sim_scenario_load() for text in memory; @name stands for the file in messages. */
SimScenario *sim_scenario_parse (const char *name, const char *text, gsize length, GError **error);

void sim_scenario_free (SimScenario *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimScenario, sim_scenario_free)

static inline const SimScenarioHost *
sim_scenario_get_host (const SimScenario *self, guint i)
{
  return &g_array_index (self->hosts, SimScenarioHost, i);
}

/** Returns: the index of the host of that name, or SIM_SCENARIO_NONE. */
guint sim_scenario_find_host (const SimScenario *self, const char *name);

/** Returns: (transfer full): "MSA, MTA"; "" for none. */
char *sim_roles_to_string (guint roles);

/* The format, for the manual page and the README: every group, every key. */

typedef enum
{
  SIM_KEY_TEXT,
  SIM_KEY_LIST,   /* of texts, separated by semicolons */
  SIM_KEY_NUMBER, /* decimals allowed, from min to max */
  SIM_KEY_WHOLE,  /* a whole number from 0 up */
  SIM_KEY_TRUTH,  /* true or false */
} SimKeyType;

/** One key that a group may have. */
typedef struct
{
  const char *group; /* "Host" */
  const char *key;   /* "Address" */
  SimKeyType  type;
  gboolean    is_required;
  double      min; /* NUMBER */
  double      max;
  const char *only; /* (nullable): belongs to actions with this Do alone, or one of these: words */
  const char *what; /* one line for people */
} SimScenarioKey;

/** Returns: (nullable): key @i, NULL past the last. The records of a zone, "TYPE NAME", come
 * besides. */
const SimScenarioKey *sim_scenario_get_key (guint i);

G_END_DECLS
