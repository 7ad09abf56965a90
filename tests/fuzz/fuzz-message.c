/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-fields.h>
#include <imf/imf-message.h>
#include <imf/imf-trace.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Fields follow each other without gaps from the beginning to the body. */
static void
check_split (const ImfHeader *header)
{
  gsize end = 0;

  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      g_assert_cmpuint (field->offset, ==, end);
      g_assert_cmpuint (field->value_offset + field->value_length, <=, field->end);
      end = field->end;
    }
  g_assert_cmpuint (header->end, ==, end);
  g_assert_cmpuint (header->body_offset, >=, end);
  g_assert_cmpuint (header->body_offset, <=, header->length);
}

/* What is written of an address list is one again, the same, and harmless in a field. */
static void
check_addresses (const uint8_t *value, size_t size)
{
  g_autoptr (ImfAddressList) list = imf_address_list_parse (value, size);
  g_autoptr (ImfAddressList) again = NULL;
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  if (list == NULL)
    return;
  once = imf_address_list_format (list);
  g_assert_null (strpbrk (once, "\r\n"));
  again = imf_address_list_parse_text (once);
  g_assert_nonnull (again);
  twice = imf_address_list_format (again);
  g_assert_cmpstr (once, ==, twice);
}

/* Whatever is put into a field stays within it, and unfolds to what it was. */
static void
check_composer (const char *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ImfHeader) header = NULL;
  ImfReceived      received = { value, value, "b.example", value, value, value, { 0 } };
  g_autofree char *trace = imf_format_received (&received);
  WireScan         scan;

  imf_append_field (text, "X", value);
  header = imf_header_new ((const guint8 *) text->str, text->len);
  g_assert_cmpuint (imf_header_get_n (header), ==, 1);
  g_assert_cmpuint (header->end, ==, text->len);
  wire_scan_init (&scan, (const guint8 *) trace, strlen (trace), NULL);
  g_assert_true (imf_scan_received (&scan, NULL));
  g_assert_true (wire_scan_at_end (&scan));
}

/* A date that was read is written and read back as the same moment. */
static void
check_date (const char *text, size_t size)
{
  ImfDate          date, again;
  g_autofree char *written = NULL;

  if (!imf_date_parse (text, size, &date))
    return;
  written = imf_date_format (&date);
  g_assert_true (imf_date_parse (written, strlen (written), &again));
  if (date.time_us / G_USEC_PER_SEC / 86400 > -719000)
    g_assert_cmpint (date.time_us, ==, again.time_us);
}

/* Annotation keeps its promises, with and without a recorder, and every input is a message
 * of some kind; the values of its fields are read and written without harm. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&imf_grammar_message, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  g_autoptr (ImfHeader) header = imf_header_new (data, size);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&imf_grammar_message, data, size));
  check_split (header);
  for (guint i = 0; i < MIN (imf_header_get_n (header), 20); i++)
    {
      const ImfField  *field = imf_header_get (header, i);
      g_autofree char *value = imf_header_dup_value (header, field);

      check_addresses (data + field->value_offset, field->value_length);
      check_date ((const char *) data + field->value_offset, field->value_length);
      check_composer (value);
    }
  return 0;
}
