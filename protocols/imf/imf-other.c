/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-other.h"
#include "imf-address.h"
#include "imf-deviation.h"
#include "imf-scan.h"
#include "imf-tags.h"
#include "imf-token.h"
#include "imf-value.h"

#include <string.h>

WIRE_ELEMENT (language_tag, "Language", 4021, "2.1.27");
WIRE_ELEMENT (solicitation_class, "Solicitation class", 3865, "2.2");
WIRE_ELEMENT (disposition_option, "Option of the receipt", 8098, "2.2");
WIRE_ELEMENT (option_name, "Name of the option", 8098, "2.2");
WIRE_ELEMENT (option_importance, "Whether it must be understood", 8098, "2.2");
WIRE_ELEMENT (option_value, "Value of the option", 8098, "2.2");
WIRE_ELEMENT (ctime_date, "Date as C writes it", 5322, "3.3");
WIRE_ELEMENT (product, "Product", 5965, "3.5");
WIRE_ELEMENT (base64_value, "Base64", 2045, "6.8");

static gboolean
scan_or_text (WireScan *scan, gboolean (*scan_value) (WireScan *scan))
{
  ImfPlace place = imf_scan_save (scan);

  if (scan_value (scan) && wire_scan_at_end (scan))
    return TRUE;
  imf_scan_restore (scan, place);
  return imf_scan_unstructured (scan);
}

static gboolean
scan_one_keyword (WireScan *scan, const char *const *known)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_keyword (scan, known))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_value_importance (WireScan *scan)
{
  static const char *const known[] = { "high", "normal", "low", NULL };

  return scan_one_keyword (scan, known);
}

gboolean
imf_value_priority (WireScan *scan)
{
  static const char *const known[] = { "normal", "urgent", "non-urgent", NULL };

  return scan_one_keyword (scan, known);
}

gboolean
imf_value_sensitivity (WireScan *scan)
{
  static const char *const known[] = { "personal", "private", "company confidential",
                                       "company-confidential", NULL };

  return scan_one_keyword (scan, known);
}

gboolean
imf_value_permission (WireScan *scan)
{
  static const char *const known[] = { "allowed", "prohibited", NULL };

  return scan_one_keyword (scan, known);
}

gboolean
imf_value_message_type (WireScan *scan)
{
  static const char *const known[] = { "delivery report", NULL };

  return scan_one_keyword (scan, known);
}

gboolean
imf_value_message_context (WireScan *scan)
{
  static const char *const known[] = { "voice-message",      "fax-message",  "pager-message",
                                       "multimedia-message", "text-message", "none",
                                       NULL };

  return scan_one_keyword (scan, known);
}

gboolean
imf_value_keyword (WireScan *scan)
{
  return scan_one_keyword (scan, NULL);
}

gboolean
imf_value_keyword_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_keyword);
}

gboolean
imf_value_auto_submitted (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  return imf_scan_keyword (scan, NULL) && imf_scan_parameters (scan);
}

gboolean
imf_value_tls_required (WireScan *scan)
{
  static const char *const known[] = { "no", NULL };

  return scan_one_keyword (scan, known);
}

static gboolean
is_class_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || (byte != '\0' && strchr (".-_:", byte) != NULL);
}

gboolean
imf_value_solicitation (WireScan *scan)
{
  WireMark mark;

  do
    {
      imf_scan_fws (scan);
      mark = wire_scan_begin (scan, &solicitation_class);
      if (!wire_scan_end (scan, mark,
                          wire_scan_while (scan, is_class_byte) > 0 || wire_scan_fail (scan)))
        return FALSE;
      imf_scan_fws (scan);
    }
  while (wire_scan_byte (scan, ','));
  return TRUE;
}

/* disposition-notification-parameter = attribute [FWS] "=" [FWS] importance [FWS] ","
 *                                      [FWS] value *([FWS] "," [FWS] value) */
static gboolean
scan_disposition_option (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &disposition_option);
  gboolean matched = imf_scan_token (scan, &option_name);

  imf_scan_optional_cfws (scan);
  matched = matched && wire_scan_byte (scan, '=');
  imf_scan_optional_cfws (scan);
  matched = matched && imf_scan_token (scan, &option_importance);
  imf_scan_optional_cfws (scan);
  while (matched && wire_scan_byte (scan, ','))
    {
      imf_scan_optional_cfws (scan);
      matched = imf_scan_token_or_quoted (scan, &option_value);
      imf_scan_optional_cfws (scan);
    }
  return wire_scan_end (scan, mark, matched);
}

gboolean
imf_value_disposition_options (WireScan *scan)
{
  do
    {
      imf_scan_optional_cfws (scan);
      if (!scan_disposition_option (scan))
        return FALSE;
    }
  while (wire_scan_byte (scan, ';'));
  return TRUE;
}

static gboolean
is_language_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '-' || byte == '*';
}

/* language-tag, perhaps with ";q=" and how much it is wanted */
static gboolean
scan_language (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &language_tag);

  if (!wire_scan_end (scan, mark,
                      wire_scan_while (scan, is_language_byte) > 0 || wire_scan_fail (scan)))
    return FALSE;
  imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) != ';')
    return TRUE;
  scan->pos++;
  imf_scan_optional_cfws (scan);
  if (!imf_scan_parameter (scan))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_value_languages (WireScan *scan)
{
  do
    {
      imf_scan_optional_cfws (scan);
      if (!scan_language (scan))
        return FALSE;
    }
  while (wire_scan_byte (scan, ','));
  return TRUE;
}

static gboolean
is_alpha (guint8 byte)
{
  return g_ascii_isalpha (byte);
}

static gboolean
is_time_byte (guint8 byte)
{
  return g_ascii_isdigit (byte) || byte == ':';
}

static gboolean
is_zone_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '+' || byte == '-';
}

/* One word of a date into @out, with the spaces before it. */
static gboolean
take_word (WireScan *scan, gboolean (*is_member) (guint8 byte), char *out, gsize size)
{
  gsize start, length;

  imf_scan_fws (scan);
  start = scan->pos;
  length = wire_scan_while (scan, is_member);
  if (length == 0 || length >= size)
    return wire_scan_fail (scan);
  memcpy (out, scan->data + start, length);
  out[length] = '\0';
  return TRUE;
}

/* The words of ctime() put in the order of a date-time. */
static gboolean
scan_ctime_words (WireScan *scan, ImfDate *out_date)
{
  char             day_name[4], month[4], day[3], time[9], year[5], zone[6] = "-0000";
  g_autofree char *text = NULL;
  gboolean         has_zone;

  if (!take_word (scan, is_alpha, day_name, sizeof day_name) ||
      !take_word (scan, is_alpha, month, sizeof month) ||
      !take_word (scan, is_time_byte, day, sizeof day) ||
      !take_word (scan, is_time_byte, time, sizeof time))
    return FALSE;
  has_zone = take_word (scan, is_alpha, zone, sizeof zone);
  if (!take_word (scan, is_time_byte, year, sizeof year))
    return FALSE;
  if (!has_zone)
    {
      ImfPlace place = imf_scan_save (scan);

      if (!take_word (scan, is_zone_byte, zone, sizeof zone))
        imf_scan_restore (scan, place);
    }
  text = g_strdup_printf ("%s, %s %s %s %s %s", day_name, day, month, year, time,
                          zone);
  return imf_date_parse (text, strlen (text), out_date) || wire_scan_fail (scan);
}

gboolean
imf_scan_ctime (WireScan *scan, ImfDate *out_date)
{
  WireMark mark = wire_scan_begin (scan, &ctime_date);
  ImfDate  date = { 0 };
  gboolean matched = scan_ctime_words (scan, &date);

  wire_scan_deviate (scan, &imf_deviation_date_of_ctime);
  if (matched && out_date != NULL)
    *out_date = date;
  return wire_scan_end (scan, mark, matched);
}

gboolean
imf_value_date (WireScan *scan)
{
  ImfPlace place = imf_scan_save (scan);

  if (imf_value_date_time (scan) && wire_scan_at_end (scan))
    return TRUE;
  imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  if (!imf_scan_ctime (scan, NULL))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_value_date_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_date);
}

static gboolean
scan_addresses (WireScan *scan)
{
  return imf_scan_address_list (scan, NULL);
}

gboolean
imf_value_addresses_or_text (WireScan *scan)
{
  return scan_or_text (scan, scan_addresses);
}

gboolean
imf_value_ids_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_msg_ids);
}

gboolean
imf_value_number (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_digits (scan))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_value_number_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_number);
}

gboolean
imf_value_domain (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (!imf_scan_domain (scan, NULL))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

static gboolean
is_product_byte (guint8 byte)
{
  return imf_is_token (byte) || byte == '/';
}

static gboolean
scan_products (WireScan *scan)
{
  WireMark mark;

  imf_scan_optional_cfws (scan);
  do
    {
      mark = wire_scan_begin (scan, &product);
      if (!wire_scan_end (scan, mark,
                          wire_scan_while (scan, is_product_byte) > 0 || wire_scan_fail (scan)))
        return FALSE;
      imf_scan_optional_cfws (scan);
    }
  while (!wire_scan_at_end (scan));
  return TRUE;
}

gboolean
imf_value_products_or_text (WireScan *scan)
{
  return scan_or_text (scan, scan_products);
}

static gboolean
scan_literal (WireScan *scan)
{
  imf_scan_optional_cfws (scan);
  if (wire_scan_peek (scan) != '[' || !imf_scan_domain_literal (scan, NULL))
    return FALSE;
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_value_literal_or_text (WireScan *scan)
{
  return scan_or_text (scan, scan_literal);
}

static gboolean
is_base64_byte (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte == '+' || byte == '/' || byte == '=';
}

static gboolean
scan_base64 (WireScan *scan)
{
  WireMark mark;

  imf_scan_fws (scan);
  mark = wire_scan_begin (scan, &base64_value);
  while (wire_scan_while (scan, is_base64_byte) > 0)
    imf_scan_fws (scan);
  return wire_scan_end (scan, mark, scan->pos > mark.pos || wire_scan_fail (scan));
}

gboolean
imf_value_base64_or_text (WireScan *scan)
{
  return scan_or_text (scan, scan_base64);
}

gboolean
imf_value_tags_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_tags);
}

gboolean
imf_value_signature_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_private_signature);
}

gboolean
imf_value_received_or_text (WireScan *scan)
{
  return scan_or_text (scan, imf_value_received);
}
