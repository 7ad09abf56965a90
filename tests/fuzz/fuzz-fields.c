/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-registry.h>
#include <imf/imf-report.h>
#include <imf/imf-trace.h>
#include <wire/wire-spans.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const struct
{
  uint8_t     letter;
  ImfKindFunc find;
} finders[] = {
  { 'm', imf_kind_find },
  { 'd', imf_kind_find_delivery_status },
  { 'n', imf_kind_find_disposition_notification },
  { 'f', imf_kind_find_feedback_report },
};

/* Fields are read to their end; spans nest; without a recorder the flags are the same. */
static void
check_fields (const uint8_t *data, size_t size, ImfKindFunc find)
{
  g_autoptr (ImfHeader) header = imf_header_new (data, size);
  g_autoptr (WireSpans) spans = wire_spans_new ();
  g_autofree char *problem = NULL;
  WireScan         scan, plain;

  wire_scan_init (&scan, data, size, spans);
  imf_scan_header_section (&scan, header, find);
  g_assert_cmpuint (scan.pos, ==, header->end);
  wire_spans_sort_deviations (spans);
  spans->length = header->end;
  spans->farthest = header->end;
  problem = wire_spans_check (spans);
  g_assert_cmpstr (problem, ==, NULL);
  wire_scan_init (&plain, data, size, NULL);
  imf_scan_header_section (&plain, header, find);
  g_assert_cmpuint (plain.pos, ==, header->end);
  g_assert_cmphex (plain.flags, ==, scan.flags);
}

/* The first letter chooses the table; what follows is fields of it, and a value of Received. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ImfReceivedClauses) clauses = NULL;

  if (size == 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (finders); i++)
    if (finders[i].letter == data[0])
      check_fields (data + 1, size - 1, finders[i].find);
  clauses = imf_received_parse (data + 1, size - 1);
  return 0;
}
