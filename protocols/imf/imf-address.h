/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-scan.h"

G_BEGIN_DECLS

/**
 * ImfMailbox:
 *
 * One mailbox as it is meant, quoting undone (RFC 5322 section 3.4). Text is as it
 * came, valid UTF-8 or not; encoded-words in the name are not decoded here.
 */
typedef struct
{
  char *display_name; /* (nullable), owned: "Joe Q. Public" */
  char *comment;      /* (nullable), owned: "Joe" of "joe@example.com (Joe)", the older way to write
                       * a name (section 3.4, the note) */
  char *local_part;   /* owned: "john.q.public"; without its quotes */
  char *domain;       /* owned: "example.com" or "[192.0.2.1]"; "" if there was none (tolerated), as
                       * is the local part for "<>" */
  char *route;        /* (nullable), owned: "@a.example,@b.example", the obsolete source route
                       * (section 4.4) */
  char *group;        /* (nullable), owned: the name of the group it was listed in */
} ImfMailbox;

/**
 * ImfAddressList:
 *
 * The addresses of one field. Groups are flattened into their members; a group
 * without members is told in @groups alone.
 */
typedef struct
{
  GPtrArray *mailboxes;    /* of ImfMailbox, owned */
  GPtrArray *groups;       /* of char *, owned: the names of all groups in order */
  GArray    *group_starts; /* of guint: mailboxes before each group */
} ImfAddressList;

/**
 * imf_address_list_parse:
 * @value: (array length=length): a field's value, folded or not; borrowed
 *
 * Returns: (transfer full) (nullable): the addresses; NULL if any of it is not an
 * address-list with its obsolete forms; an empty list for a blank value.
 */
ImfAddressList *imf_address_list_parse (const guint8 *value, gsize length);

/** As imf_address_list_parse(), of NUL-terminated text. */
ImfAddressList *imf_address_list_parse_text (const char *text);

ImfAddressList *imf_address_list_new (void);
void            imf_address_list_free (ImfAddressList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImfAddressList, imf_address_list_free)

static inline guint
imf_address_list_get_n (const ImfAddressList *self)
{
  return self->mailboxes->len;
}

static inline const ImfMailbox *
imf_address_list_get (const ImfAddressList *self, guint i)
{
  return g_ptr_array_index (self->mailboxes, i);
}

/** Members of group @group are the mailboxes from here on, up to its end. */
static inline guint
imf_address_list_get_group_start (const ImfAddressList *self, guint group)
{
  return g_array_index (self->group_starts, guint, group);
}

guint imf_address_list_get_group_end (const ImfAddressList *self, guint group);

/** Returns: (transfer full): "local-part@domain", the local part quoted if it must be. */
char *imf_mailbox_format_addr_spec (const ImfMailbox *mailbox);

/** Returns: (transfer full): "Joe Q. Public" <john.q.public@example.com>, or just the addr-spec. */
char *imf_mailbox_format (const ImfMailbox *mailbox);

/** Returns: (transfer full): the mailboxes, ", " between, on one line; groups are not rebuilt. */
char *imf_address_list_format (const ImfAddressList *self);

void imf_mailbox_free (ImfMailbox *mailbox);

/* The grammar: RFC 5322 section 3.4, obsolete forms (section 4.4) included. @out_list and
 * @out (nullable) get what matched appended; a rule that fails may leave part of it in
 * @out_list, which is then of no use. */

gboolean imf_scan_local_part (WireScan *scan, GString *out);
gboolean imf_scan_domain (WireScan *scan, GString *out);
gboolean imf_scan_domain_literal (WireScan *scan, GString *out);
gboolean imf_scan_addr_spec (WireScan *scan, ImfMailbox *out_mailbox);
gboolean imf_scan_angle_addr (WireScan *scan, ImfMailbox *out_mailbox);
gboolean imf_scan_mailbox (WireScan *scan, ImfAddressList *out_list);
gboolean imf_scan_group (WireScan *scan, ImfAddressList *out_list);
gboolean imf_scan_address (WireScan *scan, ImfAddressList *out_list);

/** mailbox or, for which it is a hint only, group: an author as of RFC 6854 section 2.1. */
gboolean imf_scan_author (WireScan *scan, ImfAddressList *out_list);

/** A list of authors. */
gboolean imf_scan_mailbox_list (WireScan *scan, ImfAddressList *out_list);

/** address-list; also the blank value that Bcc may have. */
gboolean imf_scan_address_list (WireScan *scan, ImfAddressList *out_list);

G_END_DECLS
