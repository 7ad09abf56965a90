/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Numbers in a section: parts nest no deeper anywhere (DESIGN.md section 8). */
#define IMAP_SECTION_DEPTH_MAX 128

typedef enum
{
  IMAP_SECTION_ALL,               /* "[]", "[1.2]" */
  IMAP_SECTION_HEADER,            /* "[HEADER]", "[2.HEADER]" */
  IMAP_SECTION_HEADER_FIELDS,     /* with fields */
  IMAP_SECTION_HEADER_FIELDS_NOT, /* with fields */
  IMAP_SECTION_TEXT,
  IMAP_SECTION_MIME,              /* after a part number only */
} ImapSectionKind;

/** What of a message is meant (RFC 9051 section 6.4.5). Start from `{ 0 }`, which is all of it. */
typedef struct
{
  ImapSectionKind kind;
  GArray         *path;   /* (nullable), of guint32: "1.2"; NULL: the message itself */
  GPtrArray      *fields; /* (nullable), of char *, owned: as written */
} ImapSection;

void imap_section_clear (ImapSection *self);
void imap_section_copy (const ImapSection *self, ImapSection *out_section);

/** Appends "1.2.HEADER.FIELDS (From To)", without brackets: as written, fields as strings. */
void imap_section_append (const ImapSection *self, GString *out);

G_END_DECLS
