/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-address.h"
#include "imf-deviation.h"
#include "imf-kind.h"

/* What has been met on the way down a header. */
typedef struct
{
  WireScan        *scan;
  const ImfHeader *header;
  gsize            base;   /* where the header begins in the scan */
  GHashTable      *counts; /* of a kind that has a limit: how many */
  gboolean         is_below_trace; /* a field that trace fields stand above has come */
} Check;

/* One set of resent fields, newest first (RFC 5322 section 3.6.6). */
typedef struct
{
  GHashTable *kinds;
  gsize       begin, end; /* in the message; of its first and last field */
} ResentBlock;

static void
deviate_field (const Check *check, const WireDeviation *deviation, const ImfField *field)
{
  wire_scan_deviate_at (check->scan, deviation, check->base + field->offset,
                        field->end - field->offset);
}

static void
deviate_header (const Check *check, const WireDeviation *deviation)
{
  wire_scan_deviate_at (check->scan, deviation, check->base, check->header->end);
}

static guint
get_count (const Check *check, const ImfKind *kind)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (check->counts, kind));
}

static void
count_field (const Check *check, const ImfKind *kind, const ImfField *field)
{
  guint n = get_count (check, kind) + 1;

  if (kind->max == 0)
    return;
  g_hash_table_insert (check->counts, (gpointer) kind, GUINT_TO_POINTER (n));
  if (n > kind->max)
    deviate_field (check, &imf_deviation_duplicate_field, field);
}

/* Trace fields are prepended: the fields of the author are below (section 3.6). Of these, the ones
 * that every writer knows count; hosts put others among the trace fields. Told once. */
static void
check_order (Check *check, const ImfKind *kind, const ImfField *field, gboolean *is_told)
{
  gboolean is_trace = kind == imf_kind_find ((const guint8 *) "Received", 8) ||
                      kind == imf_kind_find ((const guint8 *) "Return-Path", 11);

  if (kind->group <= IMF_GROUP_INFORMATIONAL && kind->element->rfc == 5322 && kind->max > 0)
    check->is_below_trace = TRUE;
  if (!is_trace || !check->is_below_trace || *is_told)
    return;
  deviate_field (check, &imf_deviation_trace_below_others, field);
  *is_told = TRUE;
}

/* Both must be there (section 3.6.6). */
static void
end_resent_block (const Check *check, ResentBlock *block)
{
  const ImfKind *date = imf_kind_find ((const guint8 *) "Resent-Date", 11);
  const ImfKind *from = imf_kind_find ((const guint8 *) "Resent-From", 11);

  if (g_hash_table_size (block->kinds) > 0 && (!g_hash_table_contains (block->kinds, date) ||
                                               !g_hash_table_contains (block->kinds, from)))
    wire_scan_deviate_at (check->scan, &imf_deviation_incomplete_resent_block,
                          check->base + block->begin, block->end - block->begin);
  g_hash_table_remove_all (block->kinds);
}

/* A trace field ends a block, and so does a field that the block has already; that its fields
 * stand together is but recommended. */
static void
check_resent (const Check *check, ResentBlock *block, const ImfKind *kind, const ImfField *field)
{
  if (kind->group == IMF_GROUP_TRACE)
    end_resent_block (check, block);
  if (kind->group != IMF_GROUP_RESENT)
    return;
  if (g_hash_table_contains (block->kinds, kind))
    end_resent_block (check, block);
  if (g_hash_table_size (block->kinds) == 0)
    block->begin = field->offset;
  g_hash_table_add (block->kinds, (gpointer) kind);
  block->end = field->end;
}

static ImfAddressList *
parse_addresses (const Check *check, const ImfField *field)
{
  return imf_address_list_parse (check->header->data + field->value_offset, field->value_length);
}

static gboolean
is_same_mailbox (const ImfMailbox *a, const ImfMailbox *b)
{
  return g_strcmp0 (a->local_part, b->local_part) == 0 &&
         g_ascii_strcasecmp (a->domain, b->domain) == 0;
}

/* Several authors need a Sender; a single one does without (section 3.6.2). */
static void
check_sender (const Check *check)
{
  const ImfField *from = imf_header_find (check->header, "From", NULL);
  const ImfField *sender = imf_header_find (check->header, "Sender", NULL);
  g_autoptr (ImfAddressList) authors = from != NULL ? parse_addresses (check, from) : NULL;
  g_autoptr (ImfAddressList) senders = sender != NULL ? parse_addresses (check, sender) : NULL;

  if (authors != NULL && imf_address_list_get_n (authors) > 1 && sender == NULL)
    deviate_field (check, &imf_deviation_missing_sender, from);
  if (authors != NULL && imf_address_list_get_n (authors) == 1 && senders != NULL &&
      imf_address_list_get_n (senders) == 1 &&
      is_same_mailbox (imf_address_list_get (authors, 0), imf_address_list_get (senders, 0)))
    deviate_field (check, &imf_deviation_needless_sender, sender);
}

/* A message within another may do without, if it has at least one of From, Subject and Date (RFC
 * 2046 section 5.2.1). */
static void
check_missing (const Check *check, gboolean is_encapsulated)
{
  static const struct
  {
    const char          *name;
    const WireDeviation *deviation;
  } wanted[] = {
    { "Date", &imf_deviation_missing_date },
    { "From", &imf_deviation_missing_from },
    { "Message-ID", &imf_deviation_missing_message_id },
  };

  if (is_encapsulated && (imf_header_find (check->header, "From", NULL) != NULL ||
                          imf_header_find (check->header, "Subject", NULL) != NULL ||
                          imf_header_find (check->header, "Date", NULL) != NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (imf_header_find (check->header, wanted[i].name, NULL) == NULL)
      deviate_header (check, wanted[i].deviation);
}

void
imf_scan_check_message_header (WireScan        *scan,
                               const ImfHeader *header,
                               ImfKindFunc      find_kind,
                               gboolean         is_encapsulated)
{
  g_autoptr (GHashTable) counts = NULL;
  g_autoptr (GHashTable) resent_kinds = NULL;
  Check       check = { .scan = scan, .header = header };
  ResentBlock block = { 0 };
  gboolean    is_order_told = FALSE;

  if (imf_header_get_n (header) == 0)
    {
      wire_scan_deviate (scan, &imf_deviation_no_header);
      return;
    }
  check.base = (gsize) (header->data - scan->data);
  check.counts = counts = g_hash_table_new (NULL, NULL);
  block.kinds = resent_kinds = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);
      const ImfKind  *kind;

      if (field->name_length == 0)
        continue;
      kind = find_kind (header->data + field->name_offset, field->name_length);
      count_field (&check, kind, field);
      check_order (&check, kind, field, &is_order_told);
      check_resent (&check, &block, kind, field);
    }
  end_resent_block (&check, &block);
  check_missing (&check, is_encapsulated);
  check_sender (&check);
}
