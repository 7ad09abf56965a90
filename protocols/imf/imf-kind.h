/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-fields.h"

#include <wire/wire-scan.h>

G_BEGIN_DECLS

/** The groups of header fields, named as in RFC 5322 section 3.6; those after TRACE are the
 * groups of later standards. In the order in which people want to read them. */
typedef enum
{
  IMF_GROUP_ORIGINATION_DATE,
  IMF_GROUP_ORIGINATOR,
  IMF_GROUP_DESTINATION,
  IMF_GROUP_IDENTIFICATION,
  IMF_GROUP_INFORMATIONAL,
  IMF_GROUP_RESENT,
  IMF_GROUP_TRACE,
  IMF_GROUP_MIME,           /* RFC 2045 section 3 */
  IMF_GROUP_LIST,           /* RFC 2369, RFC 2919 */
  IMF_GROUP_AUTHENTICATION, /* RFC 6376, RFC 8601, RFC 8617 */
  IMF_GROUP_OPTIONAL,       /* all others: RFC 5322 section 3.6.8 */
  IMF_N_GROUPS,
} ImfGroup;

/** How one kind of header field is read. */
typedef struct
{
  const char        *name;    /* as it is usually written: "Message-ID" */
  const WireElement *element; /* spans the whole field */
  ImfGroup           group;
  guint              max;     /* occurrences in one header; 0: any number */
  /* Reads the value to the end of the scan, or fails; then the value is read as unstructured. */
  gboolean (*scan_value) (WireScan *scan);
} ImfKind;

/** Looks for the kind of field NAME. Returns: (transfer none): never NULL */
typedef const ImfKind *(*ImfKindFunc) (const guint8 *name, gsize length);

/**
 * imf_kind_find:
 *
 * Every field of RFC 5322 and the mail fields of RFC 4021's registry but MIME's, and those
 * registered since that mail in use has; whatever the case of @name.
 * Returns: (transfer none): the kind; of a field that is in no table that of optional-field
 */
const ImfKind *imf_kind_find (const guint8 *name, gsize length);

/** Returns: (nullable): the first of @n_kinds kinds with that name, sorted or not. For tables of
 * other modules. */
const ImfKind *imf_kind_find_in (const ImfKind *kinds,
                                 guint          n_kinds,
                                 const guint8  *name,
                                 gsize          length);

/** Returns: "Originator fields" and so on. */
const char *imf_group_get_label (ImfGroup group);

/**
 * imf_scan_header_section:
 * @header: of the bytes from the cursor on, which are @header->data
 * @find_kind: imf_kind_find(), or a function that knows more
 *
 * Always matches to @header->end; reads each field by its kind's grammar and notes what is
 * wrong with a field. What is wrong with the header as a whole is
 * imf_scan_check_message_header()'s matter.
 */
void imf_scan_header_section (WireScan *scan, const ImfHeader *header, ImfKindFunc find_kind);

/**
 * imf_scan_check_message_header:
 * @is_encapsulated: whether the message is the body of another, which asks for fewer fields (RFC
 *   2046 section 5.2.1)
 *
 * Notes, on the innermost open span, what the header of a message (not of a MIME part) has too
 * few or too many of (RFC 5322 section 3.6): Date, From, resent blocks, duplicates ...
 */
void imf_scan_check_message_header (WireScan        *scan,
                                    const ImfHeader *header,
                                    ImfKindFunc      find_kind,
                                    gboolean         is_encapsulated);

/** Matches one line end, if there is one, under its element, and notes a bare LF. */
void imf_scan_line_end (WireScan *scan);

G_END_DECLS
