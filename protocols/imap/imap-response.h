/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-flag.h"
#include "imap-section.h"
#include "imap-set.h"

G_BEGIN_DECLS

typedef enum
{
  IMAP_VALUE_NIL,
  IMAP_VALUE_ATOM,   /* text: also numbers, flags, "BODY[1.2]<0>" */
  IMAP_VALUE_STRING, /* text and length: quoted or a literal */
  IMAP_VALUE_LIST,   /* children */
} ImapValueKind;

/**
 * ImapValue:
 *
 * What a server said, as a tree: lists, atoms, strings. Text is as it came, NUL-terminated besides.
 * Lists deeper than IMAP_LIST_DEPTH_MAX are refused, but in body structures, where they nest as
 * messages do: up to 2 * MIME's 64.
 */
typedef struct _ImapValue ImapValue;
struct _ImapValue
{
  ImapValueKind kind;
  char         *text;     /* (nullable), owned */
  gsize         length;
  gboolean      is_literal;
  GPtrArray    *children; /* (nullable), of ImapValue, owned */
};

void imap_value_free (ImapValue *self);

/** Returns: (nullable): child @i of a list; NULL past its end, or for no list. */
const ImapValue *imap_value_get (const ImapValue *self, guint i);

guint imap_value_get_n (const ImapValue *self); /* 0 for no list */

/** Returns: the text of an atom or string; NULL for NIL and lists. */
const char *imap_value_get_text (const ImapValue *self);

/** Returns: whether it is an atom of just these letters, in whatever case. */
gboolean imap_value_is (const ImapValue *self, const char *atom);

/** Returns: whether it is a number of decimal digits. */
gboolean imap_value_get_number (const ImapValue *self, guint64 *out_number);

typedef enum
{
  IMAP_OK,
  IMAP_NO,
  IMAP_BAD,
  IMAP_PREAUTH, /* greeting only */
  IMAP_BYE,
} ImapCondition;

/** Returns: "OK" ... */
const char *imap_condition_get_name (ImapCondition condition);

typedef enum
{
  IMAP_RESPONSE_STATUS,   /* condition, code, text; tagged or not */
  IMAP_RESPONSE_CONTINUE, /* "+": text, maybe base64; code where there is one */
  IMAP_RESPONSE_DATA,     /* name, number, values */
} ImapResponseKind;

/**
 * ImapResponse:
 *
 * A response, read. "* 12 FETCH (UID 5)" is DATA with number 12, name "FETCH", and one value, a
 * list. "* LIST () "/" INBOX" is DATA with three values. Start from `{ 0 }`; end with
 * imap_response_clear().
 */
typedef struct
{
  ImapResponseKind kind;
  char            *tag;  /* (nullable): NULL: untagged, or "+" */
  ImapCondition    condition;
  char            *code; /* (nullable): "UIDVALIDITY", in capitals */
  GPtrArray       *code_values; /* (nullable), of ImapValue: its arguments */
  char            *text; /* (nullable) */
  char            *name; /* DATA: "FETCH", in capitals */
  gboolean         has_number;
  guint64          number; /* of EXISTS, EXPUNGE, FETCH */
  GPtrArray       *values; /* DATA: of ImapValue */
} ImapResponse;

void imap_response_clear (ImapResponse *self);

/**
 * imap_response_find:
 * @item: "UID", "BODY[]", "BODY[HEADER.FIELDS (DATE)]<0>": case is ignored
 *
 * Returns: (nullable): of FETCH and STATUS: the value that follows the item's name
 */
const ImapValue *imap_response_find (const ImapResponse *self, const char *item);

/** Flags from a list of atoms. */
void imap_value_read_flags (const ImapValue *self, ImapFlags *out_flags);

G_END_DECLS
